"""Sequence flows one by one: conditions where they count, defaults, nothing into a start or out of an end."""

from collections.abc import Container

from app.bpmn.checks.graph import ACTIVITIES, GATEWAYS, Flow, Node, Process, kind_name
from app.bpmn.checks.rules import Report, rule
from app.bpmn.dialect import child_text
from app.bpmn.reader import MOST_TOKENS

NO_EXIT = rule(
    "gateway-without-exit",
    "error",
    ("网关没有出口", "the gateway has no outgoing flow"),
    ("从网关画出顺序流，或删除网关", "draw a flow out of the gateway, or delete it"),
    stops=True,
)
NO_CONDITION = rule(
    "flow-without-condition",
    "error",
    (
        "从“{source}”出来的这条顺序流既没有条件也不是默认流",
        "this flow out of '{source}' has no condition and is not the default",
    ),
    ("写上 FEEL 条件，或设为默认流", "write a FEEL condition, or make it the default flow"),
    stops=True,
)
ONLY_FLOW = rule(
    "condition-on-only-flow",
    "warning",
    (
        "“{source}”只有这一个出口却带条件，条件不成立时案件停在这里",
        "this is the only flow out of '{source}' and has a condition: when it is false the case stops here",
    ),
    ("删除条件，或再画一个出口", "delete the condition, or draw another exit"),
)
NO_DEFAULT = rule(
    "no-default-flow",
    "warning",
    (
        "没有默认流，所有条件都不成立时案件停在这里",
        "there is no default flow: when no condition is true the case stops here",
    ),
    ("把其中一条顺序流设为默认流", "make one of the flows the default"),
)
DEFAULT_CONDITION = rule(
    "condition-on-default-flow",
    "error",
    ("默认流上的条件不会被计算", "the condition on a default flow is never evaluated"),
    ("删除这个条件，或换一条默认流", "delete the condition, or choose another default"),
    stops=True,
)
ALWAYS_TAKEN = rule(
    "flow-always-taken",
    "warning",
    (
        "从包容网关“{source}”出来的这条顺序流没有条件，总会执行",
        "this flow out of the inclusive gateway '{source}' has no condition: it is always taken",
    ),
    ("确需总是执行的可以保留，否则写上条件", "keep it if it shall always be taken, else write a condition"),
)
IGNORED_CONDITION = rule(
    "condition-ignored",
    "error",
    ("{tag}的出口没有条件和默认流可言", "flows out of a {tag} have no conditions and no default"),
    (
        "删除条件，或改用排他网关、包容网关",
        "delete the condition, or use an exclusive or inclusive gateway",
    ),
    stops=True,
)
START_ENTERED = rule(
    "start-with-incoming",
    "error",
    ("有顺序流进入开始事件", "a sequence flow enters a start event"),
    ("让顺序流指向开始之后的环节", "lead the flow to a step after the start"),
    stops=True,
)
END_LEFT = rule(
    "end-with-outgoing",
    "error",
    ("有顺序流离开结束事件", "a sequence flow leaves an end event"),
    ("改用中间抛出事件，或删除顺序流", "use an intermediate throw event, or delete the flow"),
    stops=True,
)
BOUNDARY_ENTERED = rule(
    "boundary-with-incoming",
    "error",
    ("有顺序流进入边界事件", "a sequence flow enters a boundary event"),
    ("边界事件只由所附活动触发，删除这条顺序流", "only its activity leads to a boundary event: delete the flow"),
    stops=True,
)
IMPLICIT_END = rule(
    "implicit-end",
    "warning",
    ("没有后续，流程在此悄然结束", "nothing follows: the path ends here without an end event"),
    ("连到结束事件", "lead it to an end event"),
)
EMPTY = rule(
    "empty-scope",
    "error",
    ("里面没有任何环节", "there is nothing in it"),
    ("画出其中的环节", "draw its steps"),
    stops=True,
)

NO_ACTIVATION = rule(
    "no-activation-condition",
    "error",
    ("复杂网关有多条流进入,却没有激活条件", "several flows enter the complex gateway, and no condition activates it"),
    ("写上激活条件,如 = activationCount >= 2", "write one, such as = activationCount >= 2"),
    stops=True,
)
QUANTITY = rule(
    "bad-quantity",
    "error",
    ("{attribute} 不能是“{value}”", "{attribute} cannot be '{value}'"),
    ("写 1 到 100 的自然数", "write a whole number from 1 to 100"),
    stops=True,
)
_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})


def check(process: Process, report: Report) -> None:
    """The flows of one process."""
    for scope in process.scopes:
        if not scope.nodes:
            report.add(EMPTY, scope.owner or scope.process)
        entries = frozenset(scope.entries())  # what else stands alone is unreachable
        for node in scope.nodes:
            _check_ends(node, entries, report)
            if node.tag in _CHOOSING:
                _check_choice(node, report)
            _check_conditions(node, report)
            _check_quantities(node, report)


def _check_ends(node: Node, entries: Container[Node], report: Report) -> None:
    if node.tag == "startEvent" and node.incoming:
        report.add(START_ENTERED, node)
    if node.tag == "endEvent" and node.outgoing:
        report.add(END_LEFT, node)
    if node.tag == "boundaryEvent" and node.incoming:
        report.add(BOUNDARY_ENTERED, node)
    if node.outgoing or node.tag == "endEvent":
        return
    if node.tag in GATEWAYS:
        report.add(NO_EXIT, node)
    elif not _may_stand_alone(node) and (
        node.incoming or node.tag in ("startEvent", "boundaryEvent") or node in entries
    ):
        report.add(IMPLICIT_END, node)


def _may_stand_alone(node: Node) -> bool:
    throws_link = node.tag == "intermediateThrowEvent" and "link" in node.events
    return throws_link or node.compensates or node.waits_for_event or node.awaits_compensation or node.scope.is_adhoc


def _check_choice(node: Node, report: Report) -> None:
    default = node.xml.get("default", "")
    if len(node.outgoing) == 1:
        if node.outgoing[0].condition is not None and node.outgoing[0].id != default:
            report.add(ONLY_FLOW, node.outgoing[0], source=_called(node))
        return
    what = NO_CONDITION if node.tag == "exclusiveGateway" else ALWAYS_TAKEN
    for flow in node.outgoing:
        if flow.condition is None and not _is_default(flow, default):
            report.add(what, flow, source=_called(node))
    if len(node.outgoing) > 1 and not any(_is_default(flow, default) for flow in node.outgoing):
        report.add(NO_DEFAULT, node)


def _is_default(flow: Flow, default: str) -> bool:
    return bool(default) and flow.id == default


def _check_conditions(node: Node, report: Report) -> None:
    default = node.xml.get("default", "")
    evaluates = node.tag in _CHOOSING or node.tag in ACTIVITIES or node.tag == "complexGateway"
    if default and not evaluates:
        report.add(IGNORED_CONDITION, node, tag=kind_name(node.tag))
    for flow in node.outgoing:
        if flow.condition is None:
            continue
        if not evaluates:
            report.add(IGNORED_CONDITION, flow, tag=kind_name(node.tag))
        elif _is_default(flow, default):
            report.add(DEFAULT_CONDITION, flow)
        elif node.tag in ACTIVITIES and len(node.outgoing) == 1:
            report.add(ONLY_FLOW, flow, source=_called(node))


def _check_quantities(node: Node, report: Report) -> None:
    for attribute in ("startQuantity", "completionQuantity"):
        value = node.xml.get(attribute, "1").strip()
        if not (value.isascii() and value.isdigit() and 1 <= int(value) <= MOST_TOKENS):
            report.add(QUANTITY, node, attribute=attribute, value=value)
    if node.tag == "complexGateway" and len(node.incoming) > 1 and not child_text(node.xml, "activationCondition"):
        report.add(NO_ACTIVATION, node)


def _called(node: Node) -> str:
    return node.name or node.id
