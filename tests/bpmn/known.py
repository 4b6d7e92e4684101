"""Forms and decisions around a diagram under test, as small as they come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.bpmn.checks.known import Mistake
from app.feel import compile as compile_feel
from app.feel.expression import Expression
from app.feel.infer import ANY, BOOLEAN, NUMBER, Shape, context_of, infer, one_of


@dataclass(frozen=True)
class Wrong:
    """A mistake in a form's expression."""

    place: tuple[str, str]
    what: str
    inferred: object
    problem: object


@dataclass(frozen=True)
class Shown:
    """A form that answers these variables and hides a field by a condition."""

    answers: Mapping[str, Shape]
    hide: str = "approved"
    file: str = "f.form"

    def mistakes(self, context: Mapping[str, Shape] | None) -> Iterable[Mistake]:
        known = {**(context or {}), **self.answers}
        found = infer(compile_feel(self.hide), known if context is not None else lambda name: known.get(name, ANY))
        return [Wrong(("Field_1", "字段"), "conditional.hide", found, one) for one in found.problems]


@dataclass(frozen=True)
class Column:
    """An input of a decision."""

    label: str
    expression: Expression
    wanted: Shape


LEVEL = context_of({"level": one_of(("low", "high"))})
AMOUNT = Column("金额", compile_feel("amount"), NUMBER)


@dataclass(frozen=True)
class Decides:
    """A decision over a number and something else; it gives a level."""

    reads: frozenset[str] = frozenset({"amount", "kind"})
    result: Shape = LEVEL
    asked: tuple[Column, ...] = (AMOUNT,)
    known: Mapping[str, Shape] = field(default_factory=dict)


FORM = Shown({"approved": BOOLEAN, "amount": NUMBER, "kind": one_of(("sale", "shop")), "day": one_of(("d",))})
KNOWN: dict[str, Any] = {
    "forms": {"f": FORM, "a": Shown({"applied": BOOLEAN}, "applied", "a.form")},
    "decisions": {"risk": Decides()},
    "posts": frozenset({"reviewer"}),
}
