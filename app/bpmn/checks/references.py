"""What an element names must exist: flows' ends, hosts, messages, errors, lanes' nodes, callees, forms, decisions."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from app.bpmn.checks.graph import ACTIVITIES, Diagram, Flow, Node, Process, kind_name, link_name, owner_spot
from app.bpmn.checks.known import Known
from app.bpmn.checks.rules import Report, Spot, rule
from app.bpmn.data import Data
from app.bpmn.dialect import (
    BPMN,
    MESSAGE_CATCHES,
    CalledDecision,
    CalledElement,
    FormReference,
    GovStep,
    TaskDefinition,
    bpmn,
    is_expression,
    local,
)
from app.bpmn.support import event_definitions

DANGLING = rule(
    "dangling-reference",
    "error",
    ("{attribute} 指向不存在的“{target}”", "{attribute} points to '{target}', which does not exist"),
    ("在建模工具中重新连接或重新选择", "connect or select it again in the modeler"),
    stops=True,
)
MISSING = rule(
    "missing-reference",
    "error",
    ("{tag}没有指明 {attribute}", "the {tag} does not say which {attribute} it means"),
    ("在属性面板中选择", "select it in the properties panel"),
    stops=True,
)
ATTACHED = rule(
    "wrong-attachment",
    "error",
    (
        "边界事件须附着在同一层的活动上，而“{target}”不是",
        "a boundary event is attached to an activity of its own scope, which '{target}' is not",
    ),
    ("拖到要监视的活动边上", "drag it onto the border of the activity it watches"),
    stops=True,
)
CROSSING = rule(
    "flow-crosses-scope",
    "error",
    (
        "顺序流从“{source}”到“{target}”，穿过了流程或子流程的边界",
        "the sequence flow from '{source}' to '{target}' crosses the border of a process or sub-process",
    ),
    (
        "让流程先到子流程边上的结束事件或边界事件；流程之间用消息",
        "leave through the sub-process itself or a boundary event; between processes use messages",
    ),
    stops=True,
)
UNKNOWN_PROCESS = rule(
    "unknown-process",
    "error",
    (
        "调用的流程“{target}”不在所给的文件中",
        "the called process '{target}' is in none of the files",
    ),
    ("把它的文件一并上传，或更正流程 id", "add its file, or correct the process id"),
    stops=True,
)
CALLEE_START = rule(
    "callee-start",
    "error",
    ("被调用的流程“{target}”没有无类型的开始", "the called process '{target}' has no plain start"),
    ("给它画一个无类型的开始事件", "draw a plain start event in it"),
    stops=True,
)
UNKNOWN_FORM = rule(
    "unknown-form",
    "error",
    ("没有 id 为“{target}”的表单", "there is no form with the id '{target}'"),
    ("上传该表单，或更正 formId", "add the form, or correct formId"),
)
UNKNOWN_DECISION = rule(
    "unknown-decision",
    "error",
    ("没有 id 为“{target}”的决策", "there is no decision with the id '{target}'"),
    ("上传该决策表，或更正 decisionId", "add the decision table, or correct decisionId"),
    stops=True,
)
UNKNOWN_POST = rule(
    "unknown-post",
    "error",
    ("没有代码为“{target}”的岗位", "there is no post with the code '{target}'"),
    ("更正 gov:step 的 post，或先设置该岗位", "correct post of gov:step, or set up the post first"),
)
DIFFERENT_FROM = rule(
    "unknown-different-from",
    "error",
    (
        "differentFrom 中的“{target}”不是任何流程的环节",
        "'{target}' in differentFrom is a step of none of the processes",
    ),
    ("写环节的 id，几个 id 用空格隔开", "write ids of steps, separated by spaces"),
)
TWO_LANES = rule(
    "node-in-two-lanes",
    "error",
    ("同时属于泳道“{first}”和“{second}”", "it is in the lanes '{first}' and '{second}' at once"),
    ("在建模工具中把它放进一条泳道", "put it into one lane in the modeler"),
)
NO_LANE = rule(
    "node-in-no-lane",
    "warning",
    ("流程有泳道，但它不在任何泳道中", "the process has lanes and this is in none of them"),
    ("在建模工具中把它放进一条泳道", "put it into a lane in the modeler"),
)
UNKNOWN_TYPE = rule(
    "unknown-data-type",
    "warning",
    ("数据的类型“{target}”不在文件中", "the type '{target}' of this datum is not in the file"),
    ("更正 itemSubjectRef，或补上 itemDefinition", "correct itemSubjectRef, or add the itemDefinition"),
)
CALLS_ITSELF = rule(
    "calls-itself",
    "error",
    ("调用链回到自身：{chain}", "the chain of calls returns to itself: {chain}"),
    ("用循环代替调用自身", "draw a loop instead of a call to itself"),
    stops=True,
)

XSD = "http://www.w3.org/2001/XMLSchema"
_DEFINITIONS = {
    "messageEventDefinition": ("messageRef", "message"),
    "signalEventDefinition": ("signalRef", "signal"),
    "errorEventDefinition": ("errorRef", "error"),
    "escalationEventDefinition": ("escalationRef", "escalation"),
}
_OPTIONAL_WHEN_CAUGHT = frozenset({"errorRef", "escalationRef"})
_THROWS = frozenset({"endEvent", "intermediateThrowEvent"})


def check(diagram: Diagram, known: Known, report: Report) -> None:
    """The references of one file."""
    for process in diagram.executable:
        for flow in process.flows:
            _check_flow(flow, report)
        for node in process.nodes:
            _check_node(node, diagram, report)
            _check_callees(node, known, report)
        _check_lanes(process, report)
        _check_data(process, diagram, report)


def _check_flow(flow: Flow, report: Report) -> None:
    for attribute, end in (("sourceRef", flow.source), ("targetRef", flow.target)):
        named = flow.xml.get(attribute)
        if not named:
            report.add(MISSING, flow, tag=kind_name("sequenceFlow"), attribute=attribute)
        elif end is None:
            report.add(DANGLING, flow, attribute=attribute, target=named)
    ends = [end for end in (flow.source, flow.target) if end is not None]
    if flow.source is not None and flow.target is not None and any(end.scope is not flow.scope for end in ends):
        report.add(CROSSING, flow, source=flow.source.id, target=flow.target.id)


def _check_node(node: Node, diagram: Diagram, report: Report) -> None:
    if node.tag == "boundaryEvent":
        _check_attachment(node, report)
    default = node.xml.get("default")
    if default and all(flow.id != default for flow in node.outgoing):
        report.add(DANGLING, node, attribute="default", target=default)
    is_job = TaskDefinition.read(node.xml) is not None
    if node.tag in ("receiveTask", "sendTask"):
        required = node.tag == "receiveTask"
        _check_definition(node, node.xml, "messageRef", "message", diagram, report, required=required)
    for child in event_definitions(node.xml):
        if local(child) in _DEFINITIONS:
            attribute, tag = _DEFINITIONS[local(child)]
            required = node.tag in _THROWS or attribute not in _OPTIONAL_WHEN_CAUGHT
            required = required and not (is_job and attribute == "messageRef" and node.tag in _THROWS)
            _check_definition(node, child, attribute, tag, diagram, report, required=required)
    if "link" in node.events:
        _check_link(node, report)


def _check_attachment(node: Node, report: Report) -> None:
    target = node.xml.get("attachedToRef")
    if not target:
        report.add(MISSING, node, tag=kind_name(node.tag), attribute="attachedToRef")
    elif node.host is None:
        report.add(DANGLING, node, attribute="attachedToRef", target=target)
    elif node.host.tag not in ACTIVITIES or node.host.scope is not node.scope:
        report.add(ATTACHED, node, target=target)


def _check_definition(
    node: Node, holder: Any, attribute: str, tag: str, diagram: Diagram, report: Report, *, required: bool
) -> None:
    target = holder.get(attribute, "").strip()
    if not target:
        if required:
            report.add(MISSING, node, tag=kind_name(node.tag), attribute=attribute)
        return
    found = diagram.definitions.get(target)
    if found is None:
        found = diagram.definitions.get(target.rpartition(":")[2])
    if found is None or found.tag != bpmn(tag):
        report.add(DANGLING, node, attribute=attribute, target=target)


def _check_link(node: Node, report: Report) -> None:
    if not node.links and not node.linked:
        report.add(DANGLING, node, attribute="link", target=link_name(node))


def _check_callees(node: Node, known: Known, report: Report) -> None:
    called = CalledElement.read(node.xml) if node.tag == "callActivity" else None
    if called and called.process_id and not is_expression(called.process_id):
        callee = known.processes.get(called.process_id)
        if callee is None:
            report.add(UNKNOWN_PROCESS, node, target=called.process_id)
        elif not callee.begins:
            report.add(CALLEE_START, node, target=called.process_id)
    form = FormReference.read(node.xml) if node.tag in ("userTask", "startEvent", *MESSAGE_CATCHES) else None
    if form and form.form_id and known.forms is not None and form.form_id not in known.forms:
        report.add(UNKNOWN_FORM, node, target=form.form_id)
    decision = CalledDecision.read(node.xml) if node.tag == "businessRuleTask" else None
    if decision and known.decisions is not None and _is_unknown(decision.decision_id, known.decisions):
        report.add(UNKNOWN_DECISION, node, target=decision.decision_id)
    step = GovStep.read(node.xml)
    if step:
        _check_step(node, step, known, report)


def callees(process: Process) -> Iterator[str]:
    """The ids of the processes that a process calls."""
    found = (CalledElement.read(node.xml) for node in process.nodes if node.tag == "callActivity")
    return (one.process_id for one in found if one is not None and not is_expression(one.process_id))


def _is_unknown(name: str, known: Collection[str]) -> bool:
    return bool(name) and not is_expression(name) and name not in known


def _check_step(node: Node, step: GovStep, known: Known, report: Report) -> None:
    if known.posts is not None and _is_unknown(step.post, known.posts):
        code = step.post.rpartition("/")[2]
        if code not in known.posts:
            report.add(UNKNOWN_POST, node, target=step.post)
    for other in step.different_from if known.whole else ():
        if other not in known.elements and not set(other.split(".")) <= known.elements:
            report.add(DIFFERENT_FROM, node, target=other)


def _check_lanes(process: Process, report: Report) -> None:
    lanes = list(process.xml.iterdescendants(bpmn("lane")))
    if not lanes:
        return
    ids = {node.id: node for node in process.nodes}
    lane_of: dict[str, Any] = {}
    for lane in lanes:
        for reference in lane.iterchildren(bpmn("flowNodeRef")):
            target = (reference.text or "").strip()
            node = ids.get(target)
            if node is None:
                spot = Spot(process.file, lane.get("id", ""), lane.get("name", ""), reference.sourceline)
                report.add(DANGLING, spot, attribute="flowNodeRef", target=target)
                continue
            first = lane_of.setdefault(target, lane)
            if not _same_chain(first, lane):
                report.add(TWO_LANES, node, first=_called(first), second=_called(lane))
            elif first is not lane:
                lane_of[target] = lane
    for node in process.scopes[0].nodes:
        if node.id not in lane_of and node.tag != "boundaryEvent":
            report.add(NO_LANE, node)


def _check_data(process: Process, diagram: Diagram, report: Report) -> None:
    for fault in Data.read(process.xml).faults:
        if fault.target:
            report.add(DANGLING, owner_spot(fault.node, process.file), attribute=fault.attribute, target=fault.target)
    types = {one.get("id") for one in diagram.root.iterchildren(bpmn("itemDefinition"))}
    for element in process.xml.iter(f"{{{BPMN}}}*"):
        named = element.get("itemSubjectRef", "")
        prefix, _, short = named.rpartition(":")
        if named and short not in types and element.nsmap.get(prefix) != XSD:
            report.add(UNKNOWN_TYPE, owner_spot(element, process.file), target=named)


def _same_chain(one: Any, other: Any) -> bool:
    """A node of an inner lane may be listed by the lane around it too."""
    return one is other or one in other.iterancestors() or other in one.iterancestors()


def _called(lane: Any) -> str:
    return str(lane.get("name") or lane.get("id", ""))


def check_calls(diagrams: Iterable[Diagram], known: Known, report: Report) -> None:
    """Processes that call themselves, directly or through others; each cycle is reported at one of its calls."""
    calls: dict[str, list[tuple[Node, str]]] = {}
    for process in (process for diagram in diagrams for process in diagram.executable):
        found = ((node, CalledElement.read(node.xml)) for node in process.nodes if node.tag == "callActivity")
        calls[process.id] = [(n, c.process_id) for n, c in found if c and c.process_id in known.processes]
    done: set[str] = set()
    for start in calls:
        _follow_calls(start, calls, done, report)


def _follow_calls(start: str, calls: Mapping[str, list[tuple[Node, str]]], done: set[str], report: Report) -> None:
    path: list[str] = []
    work: list[tuple[str, bool]] = [(start, False)]
    while work:
        process, leaving = work.pop()
        if leaving:
            path.pop()
            done.add(process)
            continue
        if process in done or process in path:
            continue
        path.append(process)
        work.append((process, True))
        for node, callee in calls.get(process, ()):
            if callee in path:
                chain = " → ".join([*path[path.index(callee) :], callee])
                report.add(CALLS_ITSELF, node, chain=chain)
            elif callee not in done:
                work.append((callee, False))
