"""Which comes first: the step that gives a variable, or the one that reads it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.bpmn.checks.graph import Node
from app.bpmn.checks.paths import closure

_STEPS = 300_000  # nodes looked at in one process; beyond it nothing is said


def following(node: Node) -> Iterator[Node]:
    """Where a token may be after a node: along flows, into a sub-process, and out of it again."""
    yield from node.successors()
    if node.inner is not None:
        yield from node.inner.entries()
    owner = node.scope.owner
    if owner is not None and node.scope.is_adhoc:  # others may follow, and its completion condition is looked at
        yield from (owner, *node.scope.entries())
    if owner is not None and not any(flow.target is not None for flow in node.outgoing):
        yield from owner.successors()


@dataclass(slots=True)
class Sequence:
    """The writers of the variables of one process, and what comes after them."""

    writers: dict[str, list[Node]]
    budget: int = _STEPS
    known: dict[str, set[Node]] = field(default_factory=dict)

    def writer_later(self, name: str, reader: Node) -> Node | None:
        """The first writer, if all of them come after the reader and none can come before it; else None.

        What runs beside the reader may come before it, and is neither.
        """
        writers = self.writers.get(name)
        if not writers or self.budget < 0 or reader in self._after(name, writers):
            return None
        ahead = self._closure(following(reader))
        return min(writers, key=lambda one: one.line or 0) if ahead.issuperset(writers) else None

    def _after(self, name: str, writers: Iterable[Node]) -> set[Node]:
        if name not in self.known:
            self.known[name] = self._closure(one for writer in writers for one in following(writer))
        return self.known[name]

    def _closure(self, begin: Iterable[Node]) -> set[Node]:
        found = closure(begin, following)
        self.budget -= len(found)
        return found
