"""Pools of one file: the other executable processes that message flows join to the case's own run beside it (BPMN 9).

Each has a scope and variables of its own. A message that is sent along a message flow is kept until its receiver waits
for it, or starts the receiver's process. A pool that would start the case's own process is another party, outside, as
are black boxes and processes that are not executable: what goes to them is `Step.thrown`, what comes is delivered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.bpmn.dialect import Element, bpmn, flag, local
from app.bpmn.normal import is_opening

if TYPE_CHECKING:
    from app.bpmn.case import Case
    from app.bpmn.diagram import Node

_RECEIVERS = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"})


@dataclass(frozen=True, slots=True)
class Pools:
    """`partners`: the processes beside the case's own. `flows`: from a node to (process, node or "" for any of it).

    `fed`: partners that a message of the others starts.
    """

    partners: tuple[str, ...] = ()
    flows: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    fed: frozenset[str] = frozenset()

    @classmethod
    def read(cls, roots: Iterable[Element], process_id: str) -> Pools:
        """From the files' collaborations."""
        edges = [edge for root in roots for edge in _edges(root)]
        outside = {edge.sender for edge in edges if edge.starts and edge.receiver == process_id}
        inside = [process_id]
        for one in inside:  # grows while it is walked
            near = [edge.receiver for edge in edges if edge.sender == one]
            near += [edge.sender for edge in edges if edge.receiver == one]
            inside += [other for other in dict.fromkeys(near) if other not in inside and other not in outside]
        kept = [edge for edge in edges if edge.sender in inside and edge.receiver in inside]
        flows: dict[str, tuple[tuple[str, str], ...]] = {}
        for edge in kept:
            flows[edge.source] = (*flows.get(edge.source, ()), (edge.receiver, edge.target))
        fed = frozenset(edge.receiver for edge in kept if edge.starts)
        return cls(tuple(inside[1:]), flows, fed)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A message flow between two executable processes. `starts`: it leads to a start of the receiver."""

    source: str
    sender: str
    target: str
    receiver: str
    starts: bool


def _edges(root: Element) -> Iterator[_Edge]:
    homes: dict[str, tuple[str, Element]] = {}
    for process in root.iterchildren(bpmn("process")):
        if flag(process.get("isExecutable"), True):
            inner = ((one.get("id", ""), one) for one in process.iterdescendants() if isinstance(one.tag, str))
            homes |= {ident: (process.get("id", ""), one) for ident, one in inner if ident}
    pools = {
        one.get("id", ""): one.get("processRef", "").rpartition(":")[2]
        for one in root.iterdescendants(bpmn("participant"))
    }
    known = {process for process, _ in homes.values()}
    for flow in root.iterdescendants(bpmn("messageFlow")):
        source, target = (flow.get(end, "").rpartition(":")[2] for end in ("sourceRef", "targetRef"))
        sender = homes.get(source, ("", None))[0]
        receiver, node = homes.get(target, (pools.get(target, ""), None))
        to_nobody = node is not None and local(node) not in _RECEIVERS
        if sender and receiver in known and sender != receiver and not to_nobody:
            starts = node is not None and local(node.getparent()) == "process" and is_opening(node)
            yield _Edge(source, sender, "" if node is None else target, receiver, starts)


def send(case: Case, node: Node, name: str, key: str | None, payload: dict[str, object]) -> bool:
    """A message leaves a node along its message flows to partners. False when it has none."""
    targets = case.definition.pools.flows.get(node.id, ())
    case.letters += [[process, element, name, key, dict(payload)] for process, element in targets]
    return bool(targets)
