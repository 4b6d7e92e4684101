"""A diagram as a graph: processes, scopes, nodes and flows as they are drawn, nothing repaired, nothing judged."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.bpmn.checks.rules import Spot
from app.bpmn.dialect import BPMN, GOV, bpmn, flag, local
from app.bpmn.normal import is_opening
from app.bpmn.support import NODES, REFUSED, event_definitions, kind_of
from app.errors import Text

TASKS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
    }
)
SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SCOPES | {"callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "implicitThrowEvent",
    }
)
CHOREOGRAPHY = frozenset({"choreographyTask", "subChoreography", "callChoreography"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS | CHOREOGRAPHY


@dataclass(eq=False, slots=True)
class Node:
    """A flow node. `events`: the kinds of its event definitions, such as `timer`. `inner`: a sub-process's scope.

    `links`: the catch that a link throw leads to; `linked`: the throws that lead to a catch.
    """

    file: str
    id: str
    name: str
    line: int | None
    tag: str
    xml: Any
    scope: "Scope"
    events: tuple[str, ...] = ()
    host: "Node | None" = None
    incoming: "list[Flow]" = field(default_factory=list)
    outgoing: "list[Flow]" = field(default_factory=list)
    boundary: "list[Node]" = field(default_factory=list)
    links: "list[Node]" = field(default_factory=list)
    linked: "list[Node]" = field(default_factory=list)
    inner: "Scope | None" = None

    @property
    def interrupting(self) -> bool:
        """Whether a boundary or start event ends what it interrupts."""
        attribute = "cancelActivity" if self.tag == "boundaryEvent" else "isInterrupting"
        return flag(self.xml.get(attribute), True)

    @property
    def compensates(self) -> bool:
        """Whether the node runs only as a compensation handler."""
        return flag(self.xml.get("isForCompensation"), False)

    @property
    def awaits_compensation(self) -> bool:
        """Whether the node is the boundary event that joins an activity to its compensation handler."""
        return self.tag == "boundaryEvent" and "compensate" in self.events

    @property
    def waits_for_event(self) -> bool:
        """Whether the node is an event sub-process, which its own start event starts."""
        return self.tag in SCOPES and flag(self.xml.get("triggeredByEvent"), False)

    def successors(self) -> "Iterator[Node]":
        """Where a token may go on from here: along flows, out of boundary events, through links."""
        for flow in self.outgoing:
            if flow.target is not None:
                yield flow.target
        yield from (event for event in self.boundary if not event.awaits_compensation)
        yield from self.links


@dataclass(eq=False, slots=True)
class Flow:
    """A sequence flow; an end that does not exist is None. `condition` is the text, None without condition."""

    file: str
    id: str
    name: str
    line: int | None
    xml: Any
    scope: "Scope"
    source: Node | None = None
    target: Node | None = None

    @property
    def condition(self) -> str | None:
        """The condition's text, stripped."""
        found = next(self.xml.iterchildren(bpmn("conditionExpression")), None)
        return None if found is None else "".join(found.itertext()).strip()


@dataclass(eq=False, slots=True)
class Scope:
    """A process or a sub-process: what is drawn directly in it. `owner` is None for a process."""

    process: "Process"
    owner: Node | None
    xml: Any
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)

    def entries(self) -> list[Node]:
        """Where tokens begin: start events; without any, every node that nothing leads to."""
        starts = [node for node in self.nodes if is_opening(node.xml)]
        if starts and not self.is_adhoc:
            return starts
        return [node for node in self.nodes if self._begins(node)]

    @property
    def is_adhoc(self) -> bool:
        """Whether its activities start in any order."""
        return self.owner is not None and self.owner.tag == "adHocSubProcess"

    @staticmethod
    def _begins(node: Node) -> bool:
        catches_link = node.tag == "intermediateCatchEvent" and "link" in node.events
        return not (
            any(flow.source is not None for flow in node.incoming)
            or node.tag == "boundaryEvent"
            or node.compensates
            or node.waits_for_event
            or catches_link
        )


@dataclass(eq=False)
class Process:
    """A process of a diagram. `stated`: whether isExecutable is written at all."""

    file: str
    id: str
    name: str
    line: int | None
    xml: Any
    executable: bool
    stated: bool
    scopes: list[Scope] = field(default_factory=list)

    @cached_property
    def begins(self) -> bool:
        """Whether a call finds where to begin: no start at all is implicit, one is enough, of several one is plain."""
        starts = [node for node in self.scopes[0].nodes if is_opening(node.xml)]
        plain = [node for node in starts if node.tag == "startEvent" and (not node.events or len(starts) == 1)]
        return bool(plain) or not starts

    @property
    def nodes(self) -> Iterator[Node]:
        """Every node, those of sub-processes included."""
        return (node for scope in self.scopes for node in scope.nodes)

    @property
    def flows(self) -> Iterator[Flow]:
        """Every sequence flow, those of sub-processes included."""
        return (flow for scope in self.scopes for flow in scope.flows)


@dataclass(eq=False, slots=True)
class Diagram:
    """One file. `governed`: it uses the gov: dialect. `definitions`: messages, errors… by id."""

    file: str
    root: Any
    processes: list[Process] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    definitions: dict[str, Any] = field(default_factory=dict)
    governed: bool = False

    @property
    def executable(self) -> list[Process]:
        """The processes that can run: all that do not say isExecutable="false"."""
        return [process for process in self.processes if process.executable]


def kind_name(tag: str) -> Text:
    """What people call that kind of element."""
    return _OTHER_KINDS.get(tag) or NODES.get(tag) or (REFUSED[tag].name if tag in REFUSED else Text(tag, tag))


_OTHER_KINDS = {
    "process": Text("流程", "process"),
    "sequenceFlow": Text("顺序流", "sequence flow"),
    "error": Text("错误", "error"),
    "escalation": Text("升级", "escalation"),
}


def read(root: Any, file: str) -> Diagram:
    """The graph of a `bpmn:definitions` element."""
    diagram = Diagram(file, root, governed=_is_governed(root))
    for child in root.iterchildren():
        if child.tag == bpmn("process"):
            diagram.processes.append(_process(child, file))
        elif local(child) and child.get("id"):
            diagram.definitions.setdefault(child.get("id"), child)
    for process in diagram.processes:
        for node in process.nodes:
            if node.id:
                diagram.nodes.setdefault(node.id, node)
    for process in diagram.processes:
        _connect(process, diagram.nodes)
    return diagram


def _is_governed(root: Any) -> bool:
    prefix = f"{{{GOV}}}"
    return any(isinstance(element.tag, str) and element.tag.startswith(prefix) for element in root.iter())


def _process(xml: Any, file: str) -> Process:
    stated = xml.get("isExecutable")
    process = Process(
        file, xml.get("id", ""), xml.get("name", ""), xml.sourceline, xml, flag(stated, True), stated is not None
    )
    waiting = [Scope(process, None, xml)]
    while waiting:
        scope = waiting.pop()
        process.scopes.append(scope)
        for child in scope.xml.iterchildren():
            inner = _place(child, scope)
            waiting += [inner] if inner else []
    return process


def _place(child: Any, scope: Scope) -> Scope | None:
    """Put a node or flow into its scope; the scope that a sub-process opens in turn."""
    name = local(child) if str(child.tag).startswith(f"{{{BPMN}}}") else ""
    if name == "sequenceFlow":
        flow = Flow(scope.process.file, child.get("id", ""), child.get("name", ""), child.sourceline, child, scope)
        scope.flows.append(flow)
    if name not in FLOW_NODES:
        return None
    node = _node(child, name, scope)
    scope.nodes.append(node)
    if name in SCOPES:
        node.inner = Scope(scope.process, node, child)
    return node.inner


def _node(xml: Any, tag: str, scope: Scope) -> Node:
    events: tuple[str, ...] = ()
    if tag in EVENTS:
        events = tuple(kind_of(definition) for definition in event_definitions(xml))
    return Node(scope.process.file, xml.get("id", ""), xml.get("name", ""), xml.sourceline, tag, xml, scope, events)


def _connect(process: Process, nodes: dict[str, Node]) -> None:
    for flow in process.flows:
        flow.source = nodes.get(flow.xml.get("sourceRef", ""))
        flow.target = nodes.get(flow.xml.get("targetRef", ""))
        if flow.source is not None:
            flow.source.outgoing.append(flow)
        if flow.target is not None:
            flow.target.incoming.append(flow)
    for node in process.nodes:
        if node.tag == "boundaryEvent":
            node.host = nodes.get(node.xml.get("attachedToRef", ""))
            if node.host is not None and node.host is not node:
                node.host.boundary.append(node)
    for scope in process.scopes:
        _connect_links(scope)


def _connect_links(scope: Scope) -> None:
    """Throws to the catch of their name; of several catches the first (there may be only one, BPMN 10.5.6)."""
    catches: dict[str, Node] = {}
    for node in scope.nodes:
        if node.tag == "intermediateCatchEvent" and "link" in node.events:
            catches.setdefault(link_name(node), node)
    for node in scope.nodes:
        catch = catches.get(link_name(node)) if "link" in node.events else None
        if catch is not None and node.tag == "intermediateThrowEvent":
            node.links.append(catch)
            catch.linked.append(node)


def link_name(node: Node) -> str:
    """The name that joins a link throw to its catch; an unnamed definition uses the event's own name."""
    definition = next((one for one in event_definitions(node.xml) if kind_of(one) == "link"), None)
    return (definition.get("name", "") if definition is not None else "") or node.name


def owner_spot(element: Any, file: str) -> Spot:
    """The element of the diagram that an element belongs to, itself or around it, at the inner one's own line."""
    owner = element
    while owner.getparent() is not None and not (owner.tag.startswith(f"{{{BPMN}}}") and owner.get("id")):
        owner = owner.getparent()
    return Spot(file, owner.get("id", ""), owner.get("name", ""), element.sourceline)
