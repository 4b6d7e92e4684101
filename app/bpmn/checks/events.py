"""Events: where each kind may stand, what starts a scope, what an event gateway waits for, which links meet."""

from typing import Any

from app.bpmn.checks.graph import Diagram, Flow, Node, Process, Scope, kind_name, link_name
from app.bpmn.checks.rules import Report, rule
from app.bpmn.dialect import child_text, is_expression, local
from app.bpmn.support import WAITED_FOR, event_definitions, is_together, kind_of
from app.errors import Text

STARTS = rule(
    "several-starts",
    "error",
    ("有 {count} 个开始事件，不知从哪一个开始", "{count} start events: it is open which one starts"),
    ("只留一个无类型的开始事件", "keep one plain start event"),
    stops=True,
)
INNER_START = rule(
    "typed-start-in-sub-process",
    "error",
    ("子流程由流程自身启动，开始事件不能带类型", "a sub-process is started by its process: its start has no trigger"),
    ("改为无类型的开始事件，或改成事件子流程", "make it a plain start, or make it an event sub-process"),
    stops=True,
)
EVENT_START = rule(
    "event-sub-process-start",
    "error",
    (
        "事件子流程须有且只有一个带类型的开始事件",
        "an event sub-process has exactly one start event, and that has a trigger",
    ),
    ("画一个消息、定时、错误等开始事件", "draw one message, timer, error… start event"),
    stops=True,
)
EVENT_ACTIVITY = rule(
    "event-sub-process-connected",
    "error",
    (
        "事件子流程不能有进出的顺序流、边界事件或多实例",
        "an event sub-process has no flows in or out, no boundary events and no instances",
    ),
    ("断开它；需要时把边界事件画在里面的环节上", "disconnect it; put boundary events on the steps inside"),
    stops=True,
)
TARGET = rule(
    "event-gateway-target",
    "error",
    (
        "事件网关之后只能是消息、定时、信号、条件的中间捕获事件或接收任务，“{target}”不是",
        "only message, timer, signal and conditional catch events, and receive tasks, follow this gateway; "
        "'{target}' is none",
    ),
    ("在两者之间加一个捕获事件", "put a catch event between them"),
    stops=True,
)
ADORNED = rule(
    "event-gateway-adorned-task",
    "error",
    (
        "事件网关之后的接收任务“{target}”不能带边界事件或多实例",
        "the receive task '{target}' after this gateway has neither boundary events nor instances",
    ),
    ("改用消息捕获事件", "use a message catch event"),
    stops=True,
)
SAME = rule(
    "event-gateway-same-event",
    "error",
    ("两条顺序流通向同一个事件“{target}”", "two flows lead to the same event '{target}'"),
    ("删除其中一条", "delete one of them"),
    stops=True,
)
LINK_TWICE = rule(
    "duplicate-link",
    "error",
    ("名为“{name}”的链接捕获事件不止一个", "there are several catch events for the link '{name}'"),
    ("一个名称只留一个捕获事件", "keep one catch event to a name"),
    stops=True,
)
LINK_FLOW = rule(
    "flow-at-link",
    "error",
    (
        "链接抛出事件之后、链接捕获事件之前不能有顺序流",
        "no flow leaves a link throw event, none enters a link catch event",
    ),
    ("删除这条顺序流", "delete that flow"),
    stops=True,
)
ERROR_CONTINUES = rule(
    "error-not-interrupting",
    "error",
    ("错误总是中断所在的活动", "an error always interrupts its activity"),
    ("设为中断型，或改用升级事件", "make it interrupting, or use an escalation"),
    stops=True,
)
COMPUTED_CODE = rule(
    "computed-code",
    "error",
    ("{tag}“{target}”的代码不能是表达式", "the code of the {tag} '{target}' cannot be an expression"),
    ("写上固定的代码", "write a fixed code"),
    stops=True,
)
NO_CONDITION = rule(
    "event-without-condition",
    "error",
    ("条件事件没有条件", "the conditional event has no condition"),
    ("填写 condition（FEEL）", "fill in its condition (FEEL)"),
    stops=True,
)
UNTRIGGERED = rule(
    "start-without-trigger",
    "error",
    (
        "没有什么会触发{kind}开始事件：办件由受理申请启动",
        "nothing triggers a {kind} start event: a case starts when an application is received",
    ),
    (
        "改为无类型的开始事件，需要等待时在其后画捕获事件；或由消息启动",
        "draw a plain start event, with a catch event behind it where the case has to wait; or start by a message",
    ),
)

_UNTRIGGERED = {
    "timer": Text("定时", "timer"),
    "signal": Text("信号", "signal"),
    "conditional": Text("条件", "conditional"),
}
_CODES = {"error": "errorCode", "escalation": "escalationCode"}


def check(diagram: Diagram, report: Report) -> None:
    """The events of one file."""
    for process in diagram.executable:
        _check_process(process, report)
        for node in process.nodes:
            _check_codes(node, diagram, report)


def _check_process(process: Process, report: Report) -> None:
    for scope in process.scopes:
        _check_starts(scope, report)
        _check_links(scope, report)
        for node in scope.nodes:
            if node.tag == "eventBasedGateway":
                _check_gateway(node, report)
            if node.waits_for_event and (node.incoming or node.outgoing or node.boundary or _is_repeated(node)):
                report.add(EVENT_ACTIVITY, node)
            if "conditional" in node.events and not all(map(_has_condition, event_definitions(node.xml))):
                report.add(NO_CONDITION, node)
            continues = not node.interrupting and (node.tag == "boundaryEvent" or len(node.events) > 1)
            if continues and "error" in node.events:
                report.add(ERROR_CONTINUES, node)


def _has_condition(definition: Any) -> bool:
    return kind_of(definition) != "conditional" or bool(child_text(definition, "condition"))


def _is_repeated(node: Node) -> bool:
    return any(local(child).endswith("LoopCharacteristics") for child in node.xml)


def _check_starts(scope: Scope, report: Report) -> None:
    starts = [node for node in scope.nodes if node.tag == "startEvent"]
    plain = [node for node in starts if not node.events]
    if scope.owner is not None and scope.owner.waits_for_event:
        if len(starts) != 1 or plain:
            report.add(EVENT_START, scope.owner)
        return
    triggers = {kind for node in starts for kind in node.events}
    for node in starts if scope.owner is None and "message" not in triggers else ():
        for kind in (kind for kind in _UNTRIGGERED if kind in node.events):
            report.add(UNTRIGGERED, node, kind=_UNTRIGGERED[kind])
    if len(plain or (starts if scope.owner is not None else ())) > 1:
        report.add(STARTS, (plain or starts)[1], count=len(plain or starts))
    if scope.owner is not None and starts and not plain:
        report.add(INNER_START, starts[0])


def _check_gateway(node: Node, report: Report) -> None:
    seen: set[Node] = set()
    for target in (flow.target for flow in node.outgoing if flow.target is not None):
        called = target.name or target.id
        if target in seen:
            report.add(SAME, node, target=called)
        seen.add(target)
        if target.tag == "receiveTask":
            if target.boundary or _is_repeated(target):
                report.add(ADORNED, node, target=called)
        elif (
            target.tag != "intermediateCatchEvent"
            or is_together(target.xml)
            or not WAITED_FOR.issuperset(target.events or ("none",))
        ):
            report.add(TARGET, node, target=called)


def _check_links(scope: Scope, report: Report) -> None:
    seen: set[str] = set()
    for node in (one for one in scope.nodes if "link" in one.events):
        is_catch = node.tag == "intermediateCatchEvent"
        flows: list[Flow] = node.incoming if is_catch else node.outgoing
        if flows:
            report.add(LINK_FLOW, node)
        if is_catch and link_name(node) in seen:
            report.add(LINK_TWICE, node, name=link_name(node))
        if is_catch:
            seen.add(link_name(node))


def _check_codes(node: Node, diagram: Diagram, report: Report) -> None:
    for kind, attribute in _CODES.items():
        for definition in event_definitions(node.xml):
            target = definition.get(f"{kind}Ref", "")
            named = diagram.definitions.get(target)
            if named is not None and is_expression(named.get(attribute) or ""):
                report.add(COMPUTED_CODE, node, tag=kind_name(kind), target=target)
