"""What one act did, collected while it runs; what opens and closes within the act leaves no trace but the trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bpmn.step import (
    ClosedTask,
    DeadlineSet,
    Effect,
    Incident,
    Move,
    OpenedTask,
    Subscription,
    Thrown,
    TraceEntry,
)

if TYPE_CHECKING:
    from typing import Literal

    from app.bpmn.diagram import Node
    from app.bpmn.token import Token


class Journal:
    """The lists of a Step, while they grow."""

    def __init__(self) -> None:
        self.trace: list[TraceEntry] = []
        self.opened: dict[str, OpenedTask | DeadlineSet | Subscription] = {}
        self.closed: list[ClosedTask] = []
        self.cleared: list[str] = []
        self.unsubscribed: list[str] = []
        self.thrown: list[Thrown] = []
        self.effects: list[Effect] = []
        self.incidents: dict[str, Incident] = {}
        self.resolved: list[str] = []

    def move(self, move: Move, token: Token) -> None:
        """Note a move of a token."""
        node = token.task_spec.node
        self.trace.append(TraceEntry(move, node.process, node.id, token.scope.path))

    def note(self, move: Move, process: str, element: str, scope: str) -> None:
        """Note a move that is not a token's own, such as a flow taken."""
        self.trace.append(TraceEntry(move, process, element, scope))

    def mark(self, node: Node, scope: str) -> None:
        """The element completed: its gov: marks take effect."""
        for mark in node.marks:
            attributes = dict(mark.attributes)
            self.effects.append(Effect(node.id, node.process, scope, mark.kind, attributes))  # type: ignore[arg-type]  # read only with these kinds

    def close(self, kind: str, ident: str, how: Literal["completed", "cancelled"]) -> None:
        """Something that was open is open no more."""
        if self.opened.pop(ident, None) is not None:
            return
        if kind == "task":
            self.closed.append(ClosedTask(ident, how))
        elif kind == "deadline":
            self.cleared.append(ident)
        else:
            self.unsubscribed.append(ident)

    def resolve(self, ident: str) -> None:
        """An incident is gone."""
        if self.incidents.pop(ident, None) is None:
            self.resolved.append(ident)
