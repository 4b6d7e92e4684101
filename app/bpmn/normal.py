"""Makes explicit what legal BPMN leaves implicit: ids of flows, link pairs, where a body starts; and refuses the rest.

What cannot be read without guessing is refused here: missing, duplicate and dangling ids, flows across borders,
elements that are not executed (`support.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.bpmn import adhoc_limits
from app.bpmn.dialect import Element, bpmn, child_text, flag, local
from app.bpmn.support import ACTIVITIES, DOCUMENTATION, NODES, SUBS, event_definitions, event_kind, refusals
from app.errors import Finding, Text

LONGEST_ID, LONGEST_NAME = 100, 200
FIX = Text("请在建模器中改正", "mend it in the modeler")


@dataclass(slots=True)
class RawFlow:
    """A sequence flow as drawn, or the invisible one between two link events."""

    id: str
    source: str
    target: str
    condition: str = ""
    drawn: bool = True


@dataclass(slots=True)
class Graph:
    """A process or sub-process as a graph. `inner` holds the graphs of its sub-processes."""

    key: str
    process: str
    element: Element
    nodes: dict[str, Element] = field(default_factory=dict)
    flows: list[RawFlow] = field(default_factory=list)
    lanes: dict[str, str] = field(default_factory=dict)
    starts: list[str] = field(default_factory=list)
    openings: dict[str, str] = field(default_factory=dict)
    guards: list[str] = field(default_factory=list)
    inner: dict[str, "Graph"] = field(default_factory=dict)


class Normaliser:
    """Reads the processes of one file into graphs, collecting findings."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def complain(self, node: Element, code: str, text: Text, remedy: Text = FIX) -> None:
        """Note an error at an element."""
        self.findings.append(
            Finding("error", code, text, remedy, self.file, node.get("id", ""), node.get("name", ""), node.sourceline)
        )

    def ids(self, root: Element) -> None:
        """Refuse ids that are used twice in a file."""
        seen: set[str] = set()
        for node in root.iter():
            ident = node.get("id") if isinstance(node.tag, str) else None
            if ident is not None and ident in seen:
                self.complain(node, "duplicate-id", Text(f"编号“{ident}”重复", f"the id “{ident}” is used twice"))
            seen.add(ident or "")

    def graph(self, element: Element, process: str, key: str) -> Graph:
        """The graph of a process or sub-process, and of the sub-processes in it."""
        graph = Graph(key, process, element)
        self._nodes(graph)
        self._flows(graph)
        self._links(graph)
        self._lanes(graph)
        self._starts(graph)
        for ident, node in graph.nodes.items():
            if local(node) in SUBS:
                graph.inner[ident] = self.graph(node, process, f"{process}/{ident}")
        return graph

    def _nodes(self, graph: Graph) -> None:
        for node in graph.element:
            tag = local(node)
            if not tag or tag in DOCUMENTATION or tag in ("sequenceFlow", "incoming", "outgoing"):
                continue
            if tag in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
                continue
            if tag == "completionCondition" and local(graph.element) == "adHocSubProcess":
                continue
            self.findings.extend(refusals(node, self.file))
            self.findings.extend(adhoc_limits.refusals(node, self.file))
            if not node.get("id"):
                self.complain(node, "no-id", Text(f"{tag} 没有编号", f"a {tag} has no id"))
            elif tag in NODES:
                self._lengths(node)
                graph.nodes[node.get("id")] = node

    def _lengths(self, node: Element) -> None:
        """Refuse what the host could not keep of a node that something waits at."""
        for attribute, most in (("id", LONGEST_ID), ("name", LONGEST_NAME)):
            if len(node.get(attribute, "")) > most:
                text = Text(f"{attribute} 超过 {most} 字", f"the {attribute} is longer than {most} characters")
                self.complain(node, "too-long", text)

    def _flows(self, graph: Graph) -> None:
        taken: set[str] = set()
        for flow in graph.element.iterchildren(bpmn("sequenceFlow")):
            source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
            for end in (source, target):
                if end not in graph.nodes:
                    text = Text(
                        f"顺序流的一端“{end}”不在同一(子)流程中",
                        f"the flow's end “{end}” is not in the same (sub-)process",
                    )
                    self.complain(flow, "dangling-flow", text)
            if source in graph.nodes and target in graph.nodes:
                ident = flow.get("id") or _unused(f"{source}-{target}", taken)
                taken.add(ident)
                condition = child_text(flow, "conditionExpression")
                if not condition and flow.find(bpmn("conditionExpression")) is not None:
                    self.complain(flow, "missing", Text("条件是空的", "the condition is empty"))
                graph.flows.append(RawFlow(ident, source, target, condition))

    def _links(self, graph: Graph) -> None:
        catches = {name: ident for ident, name in _link_names(graph, "intermediateCatchEvent")}
        thrown: set[str] = set()
        for ident, name in _link_names(graph, "intermediateThrowEvent"):
            thrown.add(name)
            node = graph.nodes[ident]
            if name not in catches:
                text = Text(f"链接“{name}”没有对应的捕获事件", f"the link “{name}” has no catch event")
                self.complain(node, "dangling-link", text)
            else:
                graph.flows.append(RawFlow(f"{ident}~{catches[name]}", ident, catches[name], drawn=False))
            if any(flow.source == ident and flow.drawn for flow in graph.flows):
                self.complain(
                    node, "flow-after-link", Text("链接抛出事件之后不能有顺序流", "no flow leaves a link throw")
                )
        names = [name for _, name in _link_names(graph, "intermediateCatchEvent")]
        for name in {name for name in names if names.count(name) > 1}:
            node = graph.nodes[catches[name]]
            self.complain(
                node, "duplicate-link", Text(f"链接“{name}”有多个捕获事件", f"several catch the link “{name}”")
            )

    def _lanes(self, graph: Graph) -> None:
        for lane in graph.element.iterdescendants(bpmn("lane")):
            for reference in lane.iterchildren(bpmn("flowNodeRef")):
                graph.lanes[(reference.text or "").strip()] = lane.get("name") or lane.get("id", "")

    def _starts(self, graph: Graph) -> None:
        reached = {flow.target for flow in graph.flows}
        loose = [ident for ident, node in graph.nodes.items() if ident not in reached and _may_start(node)]
        events = [ident for ident in loose if is_opening(graph.nodes[ident])]
        graph.guards = [ident for ident, node in graph.nodes.items() if is_guard(node)]
        if not graph.nodes:
            self.complain(graph.element, "empty", Text("(子)流程里没有任何节点", "the (sub-)process has no nodes"))
        elif not loose:
            self.complain(graph.element, "no-start", Text("没有开始之处", "there is nowhere to start"))
        if not events:
            graph.starts = loose
            return
        for ident in loose:
            if ident not in events:
                text = Text("没有顺序流到达这个节点", "no flow reaches this node")
                self.complain(graph.nodes[ident], "unreachable", text)
        graph.starts = self._one_start(graph, events)
        if local(graph.element) == "process":
            graph.openings = {event: gateway for ident in events for event, gateway in _openings(graph, ident)}
            begins = local(graph.nodes[graph.starts[0]]) == "startEvent" if graph.starts else False
            graph.starts = graph.starts if begins else []

    def _one_start(self, graph: Graph, events: list[str]) -> list[str]:
        none = [ident for ident in events if _is_plain(graph.nodes[ident])]
        is_guard = flag(graph.element.get("triggeredByEvent"), False)
        is_inner = local(graph.element) in SUBS
        if len(none or (events if is_inner else ())) > 1:
            text = Text("有多个开始事件,不知从何开始", "there are several start events: where does it start?")
            self.complain(graph.nodes[events[1]], "several-starts", text)
        if is_inner and not is_guard and not none:
            text = Text("子流程要从空开始事件开始", "a sub-process starts with a none start event")
            self.complain(graph.nodes[events[0]], "start-in-sub-process", text)
        return (none or events)[:1] if none or is_inner or len(events) == 1 else []


def _may_start(node: Element) -> bool:
    if local(node) == "boundaryEvent" or is_guard(node):
        return False
    if flag(node.get("isForCompensation"), False):
        return False
    return not (local(node) == "intermediateCatchEvent" and event_kind(node) == "link")


def _link_names(graph: Graph, tag: str) -> Iterator[tuple[str, str]]:
    for ident, node in graph.nodes.items():
        if local(node) == tag and event_kind(node) == "link":
            yield ident, event_definitions(node)[0].get("name", "")


def _unused(stem: str, taken: set[str]) -> str:
    ident, number = stem, 1
    while ident in taken:
        number += 1
        ident = f"{stem}-{number}"
    return ident


def is_opening(node: Element) -> bool:
    """Whether a process may begin at a node: start events, and what is marked `instantiate`."""
    return local(node) == "startEvent" or flag(node.get("instantiate"), False)


def _is_plain(node: Element) -> bool:
    return local(node) == "startEvent" and event_kind(node) == "none"


def _openings(graph: Graph, ident: str) -> list[tuple[str, str]]:
    if local(graph.nodes[ident]) != "eventBasedGateway":
        return [(ident, "")]
    return [(flow.target, ident) for flow in graph.flows if flow.source == ident]


def is_guard(node: Element) -> bool:
    """Whether a node is an event sub-process."""
    return local(node) == "subProcess" and flag(node.get("triggeredByEvent"), False)


def is_activity(node: Element) -> bool:
    """Whether boundary events may sit on a node."""
    return local(node) in ACTIVITIES
