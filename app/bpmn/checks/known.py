"""What exists around the diagrams that are checked: forms, decisions, posts, other processes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.bpmn.checks.graph import Process
from app.feel.expression import Expression
from app.feel.infer import Inferred, Problem, Shape


class Asked(Protocol):
    """An expression of a decision over its variables. `wanted`: what it ought to be."""

    @property
    def label(self) -> str: ...
    @property
    def expression(self) -> Expression: ...
    @property
    def wanted(self) -> Shape: ...


class Decision(Protocol):
    """What a diagram may know of a decision: the variables that it reads, what it asks of them, what it gives.

    `known` are names that its expressions read and that are no variables: decisions that it requires.
    """

    @property
    def reads(self) -> frozenset[str]: ...
    @property
    def result(self) -> Shape: ...
    @property
    def asked(self) -> Sequence[Asked]: ...
    @property
    def known(self) -> Mapping[str, Shape]: ...


class Mistake(Protocol):
    """A problem in an expression of a form: at which component (`place`: id, label), in which property."""

    @property
    def place(self) -> tuple[str, str]: ...
    @property
    def what(self) -> str: ...
    @property
    def inferred(self) -> Inferred: ...
    @property
    def problem(self) -> Problem: ...


class Form(Protocol):
    """What a diagram may know of a form: its file, and the variables that it answers."""

    @property
    def file(self) -> str: ...
    @property
    def answers(self) -> Mapping[str, Shape]: ...
    def mistakes(self, context: Mapping[str, Shape] | None) -> Iterable[Mistake]:
        """What cannot be meant in it when it is shown over these variables; None: over unknown ones."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """What exists around the diagrams. None: not known, do not check. `whole`: every called process is there."""

    forms: Mapping[str, Form] | None = None
    decisions: Mapping[str, Decision] | None = None
    posts: frozenset[str] | None = None
    processes: Mapping[str, Process] = field(default_factory=dict)
    elements: frozenset[str] = frozenset()
    whole: bool = True
