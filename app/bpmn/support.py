"""What is executed rightly, what is documentation only, and what is refused by name: one table for engine and checker.

Whatever is not listed as executed or as documentation is refused (BPMN 2.0.2 chapters 10 and 13).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.bpmn.dialect import BPMN, Element, bpmn, child_text, flag, local
from app.errors import Finding, Text

NODES: dict[str, Text] = {
    "task": Text("未定义任务", "undefined task"),
    "userTask": Text("用户任务", "user task"),
    "manualTask": Text("手工任务", "manual task"),
    "serviceTask": Text("服务任务", "service task"),
    "sendTask": Text("发送任务", "send task"),
    "receiveTask": Text("接收任务", "receive task"),
    "scriptTask": Text("脚本任务", "script task"),
    "businessRuleTask": Text("业务规则任务", "business rule task"),
    "callActivity": Text("调用活动", "call activity"),
    "subProcess": Text("子流程", "sub-process"),
    "transaction": Text("事务子流程", "transaction"),
    "adHocSubProcess": Text("自由子流程", "ad-hoc sub-process"),
    "exclusiveGateway": Text("排他网关", "exclusive gateway"),
    "parallelGateway": Text("并行网关", "parallel gateway"),
    "inclusiveGateway": Text("包容网关", "inclusive gateway"),
    "complexGateway": Text("复杂网关", "complex gateway"),
    "eventBasedGateway": Text("事件网关", "event-based gateway"),
    "startEvent": Text("开始事件", "start event"),
    "endEvent": Text("结束事件", "end event"),
    "intermediateCatchEvent": Text("中间捕获事件", "intermediate catch event"),
    "intermediateThrowEvent": Text("中间抛出事件", "intermediate throw event"),
    "boundaryEvent": Text("边界事件", "boundary event"),
}
"""Flow nodes that are executed."""

SUBS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
"""Flow nodes with a body of their own."""

ACTIVITIES = SUBS | {tag for tag in NODES if tag.lower().endswith(("task", "activity"))}

_ANYWHERE = frozenset({"message", "timer", "signal", "conditional", "multiple", "parallelMultiple"})
EVENTS: dict[str, frozenset[str]] = {
    "startEvent": frozenset({"none", "message", "timer", "signal", "conditional", "multiple"}),
    "eventSubProcessStart": _ANYWHERE | {"error", "escalation", "compensate"},
    "intermediateCatchEvent": _ANYWHERE | {"link"},
    "intermediateThrowEvent": frozenset({"none", "message", "signal", "escalation", "link", "compensate", "multiple"}),
    "boundaryEvent": _ANYWHERE | {"error", "escalation", "compensate", "cancel"},
    "endEvent": frozenset(
        {"none", "message", "signal", "error", "escalation", "terminate", "compensate", "cancel", "multiple"}
    ),
}
"""Which kinds of event are executed at which kind of node. Of several definitions (multiple; parallelMultiple: all
of them have to come) each has to be executed there by itself."""

ALONE = frozenset({"none", "link", "compensate", "cancel"})
"""Kinds that are not executed among several definitions of one event."""
ENDING = frozenset({"error", "terminate"})
"""Kinds after which a throwing event throws nothing more."""
WAITED_FOR = frozenset({"message", "timer", "signal", "conditional"})
"""Kinds that may all have to come: errors and escalations interrupt, and cannot be kept until the others are there."""

DOCUMENTATION = frozenset(
    {
        "documentation",
        "extensionElements",
        "textAnnotation",
        "association",
        "group",
        "category",
        "laneSet",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "property",
        "auditing",
        "monitoring",
        "ioSpecification",
        "dataInputAssociation",
        "dataOutputAssociation",
        "supportedInterfaceRef",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "rendering",
        "dataInput",
        "dataOutput",
        "inputSet",
        "outputSet",
        "ioBinding",
    }
)
"""Elements that carry no execution in this dialect: variables live in scopes, people in gov:step and zeebe."""

_STRUCTURE = frozenset(
    {
        "incoming",
        "outgoing",
        "sequenceFlow",
        "multiInstanceLoopCharacteristics",
        "script",
        "standardLoopCharacteristics",
        "timerEventDefinition",
        "messageEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "linkEventDefinition",
        "terminateEventDefinition",
        "conditionalEventDefinition",
        "compensateEventDefinition",
        "cancelEventDefinition",
        "eventDefinitionRef",
        "activationCondition",
    }
)


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Why something is refused, and the way out."""

    code: str
    name: Text
    remedy: Text


_EVENT_WAY_OUT = Text(
    "请改用定时、消息、信号、错误或升级事件", "use a timer, message, signal, error or escalation event"
)

_LIST_THEM = Text(
    "请用 zeebe:adHoc 的 activeElementsCollection 列出要开展的活动", "list the activities in activeElementsCollection"
)

REFUSED: dict[str, Unsupported] = {
    "adHocSubProcess/sequentialChoice": Unsupported(
        "ad-hoc-sequential",
        Text("由人选择、逐一开展的自由子流程", "ad-hoc sub-process whose activities people choose one at a time"),
        Text(_LIST_THEM.zh + ",或去掉 Sequential", _LIST_THEM.en + ", or drop Sequential"),
    ),
    "adHocSubProcess/remainingChoice": Unsupported(
        "ad-hoc-remaining",
        Text(
            "由人选择、完成后还等其余活动的自由子流程",
            "ad-hoc sub-process that people choose from and that waits for the rest",
        ),
        Text(
            _LIST_THEM.zh + ",或去掉 cancelRemainingInstances=false",
            _LIST_THEM.en + ', or drop cancelRemainingInstances="false"',
        ),
    ),
    "adHocSubProcess/automatic": Unsupported(
        "ad-hoc-automatic",
        Text(
            "由人选择的自由子流程里不等人就能开始或结束的环节",
            "step that may begin or end of itself, where people choose what to perform",
        ),
        Text(
            "让用户任务、手工任务或接收任务通向它,或用 zeebe:adHoc 的 activeElementsCollection 列出要开展的活动",
            "lead to it from a user, manual or receive task, or list the activities in activeElementsCollection",
        ),
    ),
    "adHocSubProcess/split": Unsupported(
        "ad-hoc-split",
        Text("逐一开展的自由子流程里的并行分支", "branches side by side where activities run one at a time"),
        Text("请改用排他网关,或去掉 Sequential", "use an exclusive gateway, or drop Sequential"),
    ),
    "adHocSubProcess/event": Unsupported(
        "ad-hoc-start-or-end",
        Text("自由子流程里的开始、结束事件", "start or end event in an ad-hoc sub-process"),
        Text("请删除它;没有流进入的活动就能开始", "delete it; activities that no flow enters can start"),
    ),
    "adHocSubProcess/eventSubProcess": Unsupported(
        "ad-hoc-event-sub-process",
        Text("自由子流程里的事件子流程", "event sub-process in an ad-hoc sub-process"),
        Text("请移到外面,或改用边界事件", "move it outside, or use a boundary event"),
    ),
    "adHocSubProcess/output": Unsupported(
        "ad-hoc-output",
        Text("自由子流程收集的输出", "collected output of an ad-hoc sub-process"),
        Text("请让各活动写变量,或用输出映射", "let the activities write variables, or use output mappings"),
    ),
    "adHocSubProcess/job": Unsupported(
        "ad-hoc-job",
        Text("由作业挑选活动的自由子流程", "ad-hoc sub-process whose activities a job chooses"),
        Text(
            "请先用服务任务得出列表,写在 zeebe:adHoc 的 activeElementsCollection",
            "let a service task make the list first; give it in activeElementsCollection",
        ),
    ),
    "behavior": Unsupported(
        "multi-instance-behavior",
        Text("实例完成时抛出事件的多实例(behavior)", "multi-instance that throws events as instances complete"),
        Text("请删除 behavior 属性,在子流程里画出抛出事件", "delete the attribute behavior; draw a throw event inside"),
    ),
    "compensate": Unsupported(
        "compensation-event",
        Text("这个位置上的补偿事件", "compensation event in this place"),
        Text(
            "补偿由中间抛出事件或结束事件触发,由边界事件或事件子流程的开始事件处理",
            "throw compensation with an intermediate or end event, catch it at a boundary or in an event sub-process",
        ),
    ),
    "cancel": Unsupported(
        "cancel-event",
        Text("这个位置上的取消事件", "cancel event in this place"),
        Text(
            "取消只能画成事务子流程里的结束事件和它的边界事件",
            "cancel is an end event in a transaction, and a boundary event of that transaction",
        ),
    ),
    "multiple": Unsupported(
        "multiple-event",
        Text("这样组合的多重事件", "event with such a combination of definitions"),
        Text("请用事件网关或多个事件分开画", "draw them apart: an event-based gateway or several events"),
    ),
    "referenced": Unsupported(
        "event-definition-reference",
        Text("没有所引用定义的事件", "event whose definition, which it refers to, does not exist"),
        Text("请在事件上直接写明定义", "write the definition in the event itself"),
    ),
    "parallelMultiple": Unsupported(
        "parallel-multiple-event",
        Text("这里的并行多重事件", "parallel multiple event here"),
        Text("请用并行网关之后的几个捕获事件表达", "draw several catch events after a parallel gateway"),
    ),
    "instantiate": Unsupported(
        "instantiating-node",
        Text(
            "在子流程中、有流进入或多实例的启动节点",
            "instantiating node that is in a sub-process, repeated or entered by flows",
        ),
        Text("请改用消息开始事件", "use a message start event"),
    ),
    "scriptBody": Unsupported(
        "script-body",
        Text("写在 script 里的脚本", "script in a script element"),
        Text("请改写为 zeebe:script 的 FEEL 表达式", "rewrite it as a FEEL expression in zeebe:script"),
    ),
    "triggeredByEvent": Unsupported(
        "triggered-activity",
        Text("由事件启动的非子流程活动", "activity triggered by an event that is no sub-process"),
        Text("请画成事件子流程", "draw an event sub-process"),
    ),
    "eventGatewayType": Unsupported(
        "parallel-event-gateway",
        Text("不启动流程的并行事件网关", "parallel event-based gateway that starts no process"),
        Text("请用并行网关,其后各接一个捕获事件", "use a parallel gateway with a catch event on each branch"),
    ),
    "correlationSubscription": Unsupported(
        "correlation-subscription",
        Text("BPMN 的关联键(correlationKey)", "correlation by BPMN's correlationKey"),
        Text(
            "请在消息上写 zeebe:subscription 的 correlationKey", "use zeebe:subscription correlationKey at the message"
        ),
    ),
    "foreign": Unsupported(
        "foreign",
        Text("其他引擎的写法", "what another engine means"),
        Text("请用 zeebe: 或 gov: 的对应写法", "use what zeebe: or gov: has for it"),
    ),
    "dataFlow": Unsupported(
        "data-association",
        Text("说不清把什么写到哪里的数据关联", "data association that does not say what goes where"),
        Text(
            "给数据对象和 dataInput、dataOutput 起名称;赋值的 to 写它们的名称,几个来源时写 transformation",
            "name the data and the dataInput or dataOutput; write such a name into to, a transformation for several",
        ),
    ),
    "dataHidden": Unsupported(
        "data-hidden",
        Text("与更近一层同名的数据之间的数据关联", "data association with data that nearer data of the same name hide"),
        Text("请给其中一个改名", "rename one of them"),
    ),
    "dataStore": Unsupported(
        "data-store",
        Text("数据存储的读写", "reading and writing a data store"),
        Text("请用服务任务读写,结果放进数据对象", "read and write by a service task, through data objects"),
    ),
    "dataWhileExecuting": Unsupported(
        "data-while-executing",
        Text("执行中才到的数据(whileExecuting)", "data that come or go while an activity is executed"),
        Text("请用接收任务或边界消息事件接收", "receive them by a receive task or a message event at the border"),
    ),
}
"""What is known, and refused. Keys: element names, event kinds, and a few properties."""


def refusals(node: Element, file: str = "") -> Iterator[Finding]:
    """What of one flow element (a child of a process or sub-process) is not executed rightly, if anything."""
    tag = local(node)
    if not tag or tag in DOCUMENTATION or tag == "sequenceFlow":
        return
    if tag not in NODES or not node.tag.startswith(f"{{{BPMN}}}"):
        yield finding(node, REFUSED.get(tag) or _unknown(tag), file)
        return
    for key in _refused_parts(node, tag):
        yield finding(node, REFUSED.get(key) or _unknown(key), file)


def _refused_parts(node: Element, tag: str) -> Iterator[str]:
    yield from _refused_attributes(node, tag)
    for child in node:
        name = local(child)
        if name == "multiInstanceLoopCharacteristics" and child.get("behavior", "All") != "All":
            yield "behavior"
        elif name and tag not in SUBS and name not in DOCUMENTATION and name not in _STRUCTURE:
            yield name
    if tag.endswith("Event"):
        yield from _refused_definitions(node)


def _refused_definitions(node: Element) -> Iterator[str]:
    place, kind = EVENTS[event_place(node)], event_kind(node)
    kinds = [kind_of(one) for one in event_definitions(node)]
    endings = [one for one in kinds if one in ENDING]
    is_mixed = {
        "multiple": not ALONE.isdisjoint(kinds) or len(endings) > 1,
        "parallelMultiple": not WAITED_FOR.issuperset(kinds),
    }
    if kind not in place or is_mixed.get(kind, False):
        yield kind
    elif len(kinds) > 1:
        yield from (one for one in kinds if one not in place)


def _refused_attributes(node: Element, tag: str) -> Iterator[str]:
    if flag(node.get("instantiate"), False) and not _may_instantiate(node):
        yield "instantiate"
    if node.get("eventGatewayType") == "Parallel" and not flag(node.get("instantiate"), False):
        yield "eventGatewayType"
    if tag != "subProcess" and flag(node.get("triggeredByEvent"), False):
        yield "triggeredByEvent"
    if tag == "scriptTask" and child_text(node, "script"):
        yield "scriptBody"


def _may_instantiate(node: Element) -> bool:
    around = node.getparent()
    repeated = any(local(child).endswith("LoopCharacteristics") for child in node)
    is_right = local(node) in ("receiveTask", "eventBasedGateway") and local(around) == "process"
    return is_right and not repeated and node.get("id") not in _entered(around)


@lru_cache(maxsize=4)
def _entered(process: Element) -> frozenset[str | None]:
    """The nodes of a process that flows lead to."""
    return frozenset(flow.get("targetRef") for flow in process.iterchildren(bpmn("sequenceFlow")))


def event_place(node: Element) -> str:
    """The row of `EVENTS` for an event; start events of event sub-processes have their own."""
    tag = local(node)
    parent = node.getparent()
    if tag == "startEvent" and parent is not None and flag(parent.get("triggeredByEvent"), False):
        return "eventSubProcessStart"
    return tag


def event_kind(node: Element) -> str:
    """The kind of an event: none, timer, message, signal, …; "multiple" when it has several definitions,
    "parallelMultiple" when all of them have to come; "referenced" when a definition it refers to does not exist.
    """
    kinds = [kind_of(one) for one in event_definitions(node)]
    if len(kinds) > 1:
        return "parallelMultiple" if is_together(node) else "multiple"
    return kinds[0] if kinds else "none"


def is_together(node: Element) -> bool:
    """Whether all definitions of a catching event have to come (BPMN 10.5.5, parallel multiple)."""
    return flag(node.get("parallelMultiple"), False) and len(event_definitions(node)) > 1


def event_definitions(node: Element) -> list[Element]:
    """What an event waits for or throws, written in it or referred to; a dangling reference stands for itself."""
    found = []
    for child in node:
        name = local(child)
        if name.endswith("EventDefinition"):
            found.append(child)
        elif name == "eventDefinitionRef":
            found.append(_referred(child))
    return found


def _referred(reference: Element) -> Element:
    wanted = (reference.text or "").strip().rpartition(":")[2]
    found = _shared_definitions(reference.getroottree().getroot()).get(wanted)
    return reference if found is None else found


@lru_cache(maxsize=4)  # many events of one file refer to its definitions, and are asked for them often
def _shared_definitions(root: Element) -> dict[str, Element]:
    shared: dict[str, Element] = {}
    for one in root.iterchildren():
        if local(one).endswith("EventDefinition"):
            shared.setdefault(one.get("id", ""), one)
    return shared


def kind_of(definition: Element) -> str:
    """The kind of one event definition; "referenced" for a reference to none."""
    name = local(definition)
    return "referenced" if name == "eventDefinitionRef" else name.removesuffix("EventDefinition")


def finding(node: Element, why: Unsupported, file: str = "") -> Finding:
    """The finding that refuses an element by its name."""
    ident = node.get("id", "")
    label = f"{node.get('name') or ident}"
    return Finding(
        severity="error",
        code=f"unsupported-{why.code}",
        text=Text(f"“{label}”:不执行{why.name.zh}", f"“{label}”: {why.name.en} is not executed"),
        remedy=why.remedy,
        file=file,
        element=ident,
        name=node.get("name", ""),
        line=node.sourceline,
    )


def _unknown(tag: str) -> Unsupported:
    return Unsupported(tag, Text(f"元素 {tag}", f"element {tag}"), _EVENT_WAY_OUT if "vent" in tag else Text(
        "请改用任务、网关、子流程、调用活动或事件", "use tasks, gateways, sub-processes, call activities or events"
    ))  # fmt: skip
