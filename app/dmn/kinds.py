"""Types of a model: FEEL's own, and item definitions made of them (DMN 1.5, 7.3.2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.errors import Text
from app.feel.expression import UnaryTests
from app.feel.nodes import Type
from app.feel.run import Run
from app.feel.temporal import read_date, read_date_time, read_duration, read_time
from app.feel.types import ALIASES, KNOWN, takes
from app.feel.values import DateTime, DaysTimeDuration, Value, YearsMonthsDuration

Env = Mapping[str, object]
MISFIT: Final = object()
MAX_PROBLEMS: Final = 50


class Trial(Run):
    """One evaluation of a model. `problems` say where the standard gives null for what is wrong: a value that is not
    of its type, two rules of a UNIQUE table."""

    __slots__ = ("problems",)

    def __init__(self, now: DateTime | None) -> None:
        super().__init__(now)
        self.problems: list[Text] = []

    def fail(self, text: Text) -> None:
        """Note a problem; what had it is null."""
        if len(self.problems) < MAX_PROBLEMS and text not in self.problems:
            self.problems.append(text)


NAMES: Final = {
    **ALIASES,
    "integer": "number",
    "long": "number",
    "double": "number",
}
"""Names of types as modelling tools write them, and FEEL's names for them."""


def base_name(name: str) -> str | None:
    """FEEL's own type of a `typeRef`, with or without a prefix; None if it is none."""
    bare = name.rsplit(":", 1)[-1].strip() if ":" in name else name.strip()
    bare = bare.removeprefix("feel.")
    bare = NAMES.get(bare, bare)
    return bare if bare in KNOWN else None


@dataclass(frozen=True, slots=True)
class Item:
    """An item definition: its type for FEEL, and what its value must pass.

    `allowed` tests the value, or each element of a `collection`; `whole` tests the collection.
    """

    name: str
    kind: Type
    allowed: UnaryTests | None = None
    collection: bool = False
    parts: tuple[tuple[str, "Item"], ...] = ()
    whole: UnaryTests | None = None
    base: "Item | None" = None

    @property
    def tests(self) -> UnaryTests | None:
        """What a single value must pass, by this definition or the one it is based on; None for collections."""
        if self.collection:
            return None
        return self.allowed if self.allowed is not None or self.base is None else self.base.tests


_FROM_TEXT: Final[dict[str, Callable[[str], Value]]] = {
    "date": read_date,
    "time": read_time,
    "date and time": read_date_time,
    "days and time duration": lambda text: _only(DaysTimeDuration, read_duration(text)),
    "years and months duration": lambda text: _only(YearsMonthsDuration, read_duration(text)),
}


def _only(wanted: type, value: Value) -> Value:
    return value if isinstance(value, wanted) else None


def fitting(value: Value, kind: Type, texts: bool = False) -> Value:
    """The value as the type takes it, or MISFIT.

    Lists of one and single values stand for each other (10.3.2.9.4); a date stands for its midnight in UTC. With
    `texts`, for what comes from outside, the text of a date, time or duration, which is all that JSON has, stands
    for it.
    """
    if takes(value, kind):
        return value
    if kind.name == "list":
        inner = kind.arguments[0] if kind.arguments else Type("Any")
        items = value if isinstance(value, list) else [value]
        found = [fitting(one, inner, texts) for one in items]
        return MISFIT if any(one is MISFIT for one in found) else found
    if isinstance(value, list):
        return fitting(value[0], kind, texts) if len(value) == 1 else MISFIT
    if kind.name == "context" and isinstance(value, dict):
        return _fields(value, kind, texts)
    if texts and isinstance(value, str) and (read := _FROM_TEXT.get(kind.name)) is not None:
        found = read(value)
        return MISFIT if found is None else found
    if kind.name == "date and time" and (midnight := _midnight(value)) is not None:
        return midnight
    return MISFIT


def _midnight(value: Value) -> DateTime | None:
    from app.feel.builtins.conversion import date_time_from

    found = None if isinstance(value, str) else date_time_from(value)
    return found if isinstance(found, DateTime) else None


def _fields(value: dict[str, Value], kind: Type, texts: bool) -> Value:
    made = dict(value)
    for name, inner in zip(kind.names, kind.arguments, strict=True):
        if name not in value:
            return MISFIT
        made[name] = fitting(value[name], inner, texts)
        if made[name] is MISFIT:
            return MISFIT
    return made


def is_allowed(value: Value, item: Item, run: Run) -> bool:
    """Whether the value and all its parts are among the allowed ones; null always is."""
    if value is None:
        return True
    if item.whole is not None and item.whole.within(value, {}, run) is not True:
        return False
    items = value if item.collection and isinstance(value, list) else [value]
    return all(one is None or _is_allowed(one, item, run) for one in items)


def _is_allowed(value: Value, item: Item, run: Run) -> bool:
    if item.allowed is not None and item.allowed.within(value, {}, run) is not True:
        return False
    if item.base is not None and not is_allowed(value, item.base, run):
        return False
    return not isinstance(value, dict) or all(is_allowed(value.get(name), part, run) for name, part in item.parts)


def conforming(value: Value, item: Item | None, run: Run, texts: bool = False) -> Value:
    """The value as the item definition takes it, or MISFIT; `texts` as in `fitting`."""
    if item is None or value is None:
        return value
    found = fitting(value, item.kind, texts)
    return found if found is not MISFIT and is_allowed(found, item, run) else MISFIT
