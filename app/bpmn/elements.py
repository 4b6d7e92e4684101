"""Every element and variant of BPMN 2.0.2 and what becomes of it here: `flask bpmn elements` prints docs/bpmn.md.

A row is executed unless its key (or the part before "/") is in `support.REFUSED` or among the documentation; for an
event `support.EVENTS` decides. So whoever teaches the engine an element strikes it from `REFUSED`, and the tests then
want a diagram in `tests/bpmn/gallery` for every row that has become "executed".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.bpmn import data_table
from app.bpmn.support import DOCUMENTATION, EVENTS, NODES, REFUSED, Unsupported
from app.errors import Text

EXECUTED, PAPER = Text("执行", "executed"), Text("仅作说明", "documentation only")


@dataclass(frozen=True, slots=True)
class Row:
    """One element or variant. `key` is also the key of its diagrams in the gallery; `section` is BPMN 2.0.2's."""

    key: str
    section: str
    name: Text
    note: Text | None = None

    @property
    def refused(self) -> Unsupported | None:
        """Why it is refused, if it is."""
        place, _, kind = self.key.partition("/")
        if place in EVENTS:
            kind = kind.partition("/")[0]
            return None if kind in EVENTS[place] else REFUSED.get(kind) or REFUSED["multiple"]
        return REFUSED.get(self.key) or REFUSED.get(place)

    @property
    def is_paper(self) -> bool:
        """Whether it is read over: it says something to people only."""
        return self.key.partition("/")[0] in DOCUMENTATION | PAPERS


PAPERS = frozenset(
    {
        "participant",
        "nonExecutable",
        "conversation",
        "choreography",
        "diagram",
        "processType",
        "harmless",
        "direction",
        "illustration",
    }
)
"""What is documentation only though it is no flow element (those are in `support.DOCUMENTATION`)."""


def _row(key: str, section: str, zh: str, en: str, *note: str) -> Row:
    name = NODES.get(key) or Text(zh, en)
    return Row(key, section, name, Text(*note) if note else None)


_ACTIVITIES = (
    _row("task", "13.3.3", "", ""),
    _row("userTask", "13.3.3", "", ""),
    _row("manualTask", "13.3.3", "", ""),
    _row("serviceTask", "13.3.3", "", ""),
    _row("sendTask", "13.3.3", "", ""),
    _row("receiveTask", "13.3.3", "", ""),
    _row("scriptTask", "13.3.3", "", ""),
    _row("businessRuleTask", "13.3.3", "", ""),
    _row("callActivity", "13.3.4", "", ""),
    _row("subProcess", "13.3.4", "", ""),
    _row("eventSubProcess", "13.5.4", "事件子流程", "event sub-process"),
    _row("triggeredByEvent", "13.5.4", "由事件启动的非子流程活动", "an activity triggered by an event"),
    _row("transaction", "10.3.5", "", ""),
)
_AD_HOC = (
    _row("adHocSubProcess", "13.3.5", "", ""),
    _row("adHocSubProcess/choice", "13.3.5", "由人选择,有完成条件", "people choose, with a completion condition",
         "没有流进入的活动一开始就打开;办理即选择,办完又打开,直到条件成立,其余撤回;每完成一个活动看一次条件",
         "activities without incoming flow are open at once; doing one is choosing it, and it is then open again, "
         "until the condition (looked at as each activity completes) holds and the rest is withdrawn"),
    _row("adHocSubProcess/once", "13.3.5", "由人选择,没有完成条件", "people choose, without a completion condition",
         "每个各办一次,次序不限;都办完即完成", "each is done once, in any order; then it is complete"),
    _row("adHocSubProcess/flows", "13.3.5", "活动之间的顺序流和网关", "sequence flows and gateways between activities"),
    _row("adHocSubProcess/list", "13.3.5", "zeebe:adHoc 列出要开展的活动", "activities listed by zeebe:adHoc",
         "进入时各开展一次(列几次办几次);编号不对则成为异常;办完即完成,条件成立则撤回其余",
         "performed once each (as often as listed) from the beginning; an unknown id is an incident; complete when all "
         "are done; when the condition holds the rest is withdrawn"),
    _row("adHocSubProcess/sequential", "13.3.5", "按列表逐一开展(Sequential)", "the list one at a time (Sequential)",
         "前一个及其后续走完才开始下一个", "the next starts when the one before, with what follows it, is over"),
    _row("adHocSubProcess/remaining", "13.3.5", "完成后等其余活动办完", "cancelRemainingInstances=false",
         "条件成立后已开展的办完,后续不再开展", "what is under way is finished, nothing further begins"),
    _row("adHocSubProcess/boundary", "13.3.5", "边界事件", "boundary events",
         "由人选择的活动被中断后又打开", "what people choose is open again after an interruption"),
    _row("adHocSubProcess/sequentialChoice", "13.3.5", "由人选择,逐一(Sequential)", "people choose, one at a time"),
    _row("adHocSubProcess/remainingChoice", "13.3.5", "由人选择,等其余办完", "people choose, the rest is waited for"),
    _row("adHocSubProcess/automatic", "13.3.5", "由人选择,自动环节在先", "people choose, with automatic steps first"),
    _row("adHocSubProcess/split", "13.3.5", "逐一开展,却有并行分支", "one at a time, with branches side by side"),
    _row("adHocSubProcess/event", "10.3.5", "里面的开始、结束事件", "start and end events inside"),
    _row("adHocSubProcess/eventSubProcess", "10.3.5", "里面的事件子流程", "event sub-process inside"),
    _row("adHocSubProcess/output", "13.3.5", "zeebe:adHoc 收集输出", "output collected by zeebe:adHoc"),
    _row("adHocSubProcess/job", "13.3.5", "由作业挑选活动", "a job chooses the activities"),
)  # fmt: skip
_VARIANTS = (
    _row("multiInstance/parallel", "13.3.7", "多实例:并行", "multi-instance: parallel"),
    _row("multiInstance/sequential", "13.3.7", "多实例:串行", "multi-instance: sequential"),
    _row("multiInstance/cardinality", "13.3.7", "多实例:按次数", "multi-instance: by cardinality"),
    _row("multiInstance/completionCondition", "13.3.7", "多实例:完成条件", "multi-instance: completion condition"),
    _row("multiInstance/output", "13.3.7", "多实例:收集输出", "multi-instance: collected output"),
    _row(
        "multiInstance/data",
        "10.3.8",
        "多实例:loopDataInputRef 等",
        "multi-instance: loopDataInputRef and its kin",
        "引用的数据的名称(不能作变量名时用编号)就是变量",
        "the name of the data referred to is the variable; its id, where the name cannot be one",
    ),
    _row("multiInstance/subProcess", "13.3.7", "多实例:子流程", "multi-instance: sub-process"),
    _row("multiInstance/callActivity", "13.3.7", "多实例:调用活动", "multi-instance: call activity"),
    _row("standardLoopCharacteristics/after", "13.3.6", "标准循环:做完再判断", "standard loop: tested after"),
    _row("standardLoopCharacteristics/before", "13.3.6", "标准循环:先判断", "standard loop: tested before"),
    _row("standardLoopCharacteristics/maximum", "13.3.6", "标准循环:次数上限", "standard loop: maximum"),
    _row("standardLoopCharacteristics/subProcess", "13.3.6", "标准循环:子流程", "standard loop: sub-process"),
    _row("standardLoopCharacteristics/callActivity", "13.3.6", "标准循环:调用活动", "standard loop: call activity"),
    _row("behavior", "13.3.7", "多实例:实例完成时抛出事件", "multi-instance: events thrown as instances complete"),
    _row("isForCompensation", "13.5.5", "补偿处理活动", "compensation handler"),
    _row("activity/startQuantity", "13.3.2", "startQuantity", "startQuantity"),
    _row("activity/completionQuantity", "13.3.2", "completionQuantity", "completionQuantity"),
    _row("activity/merge", "13.3.1", "活动:多条流进入", "activity: several incoming flows"),
    _row("activity/split", "13.3.1", "活动:多条流离开", "activity: several outgoing flows"),
    _row("activity/conditions", "13.3.1", "活动:条件流和默认流", "activity: conditional and default flows"),
)
_GATEWAYS = (
    _row("exclusiveGateway/split", "13.4.2", "排他网关:分支", "exclusive gateway: split"),
    _row("exclusiveGateway/default", "13.4.2", "排他网关:默认流", "exclusive gateway: default flow"),
    _row("exclusiveGateway/merge", "13.4.2", "排他网关:合并", "exclusive gateway: merge"),
    _row("parallelGateway/split", "13.4.1", "并行网关:分支和汇聚", "parallel gateway: split and join"),
    _row("inclusiveGateway/split", "13.4.3", "包容网关:分支和汇聚", "inclusive gateway: split and join"),
    _row("inclusiveGateway/default", "13.4.3", "包容网关:默认流", "inclusive gateway: default flow"),
    _row("eventBasedGateway/message", "13.4.4", "事件网关:消息", "event-based gateway: message"),
    _row("eventBasedGateway/timer", "13.4.4", "事件网关:各自的时间", "event-based gateway: each timer its date"),
    _row("eventBasedGateway/signal", "13.4.4", "事件网关:信号", "event-based gateway: signal"),
    _row("eventBasedGateway/conditional", "13.4.4", "事件网关:条件", "event-based gateway: condition"),
    _row("eventBasedGateway/multiple", "13.4.4", "事件网关:多重", "event-based gateway: multiple"),
    _row("eventBasedGateway/receiveTask", "13.4.4", "事件网关:接收任务", "event-based gateway: receive task"),
    _row("complexGateway/split", "13.4.5", "复杂网关:分支", "complex gateway: split"),
    _row(
        "complexGateway/activation",
        "13.4.5",
        "复杂网关:激活条件",
        "complex gateway: activation condition",
        "条件可用 activationCount、activationCounts(按顺序流)、waitingForStart",
        "conditions see activationCount, activationCounts (by flow) and waitingForStart",
    ),
    _row(
        "complexGateway/reset",
        "13.4.5",
        "复杂网关:复位",
        "complex gateway: reset",
        "只有后来的令牌到达时,复位才再发出令牌",
        "a reset sends tokens on only when tokens arrived for it",
    ),
)

_KINDS = {
    "none": Text("空", "none"),
    "message": Text("消息", "message"),
    "timer": Text("定时", "timer"),
    "conditional": Text("条件", "conditional"),
    "signal": Text("信号", "signal"),
    "error": Text("错误", "error"),
    "escalation": Text("升级", "escalation"),
    "compensate": Text("补偿", "compensation"),
    "cancel": Text("取消", "cancel"),
    "link": Text("链接", "link"),
    "terminate": Text("终止", "terminate"),
    "multiple": Text("多重", "multiple"),
    "parallelMultiple": Text("并行多重", "parallel multiple"),
}
_EVENT_SUB = "message timer error escalation compensate conditional signal multiple parallelMultiple"
_GOES_ON = "message timer escalation conditional signal multiple parallelMultiple"
_PLACES = (  # place, words after the kind, BPMN 2.0.2 table 10.93's kinds, name
    ("startEvent", "", "none message timer conditional signal multiple parallelMultiple",
     Text("开始事件", "start event")),
    ("eventSubProcessStart", "", _EVENT_SUB, Text("事件子流程(中断)", "event sub-process, interrupting")),
    ("eventSubProcessStart", "/non-interrupting", _GOES_ON,
     Text("事件子流程(不中断)", "event sub-process, not interrupting")),
    ("intermediateCatchEvent", "", "message timer conditional link signal multiple parallelMultiple",
     Text("中间捕获事件", "intermediate catch event")),
    ("intermediateThrowEvent", "", "none message escalation link compensate signal multiple",
     Text("中间抛出事件", "intermediate throw event")),
    ("boundaryEvent", "",
     "message timer error escalation cancel compensate conditional signal multiple parallelMultiple",
     Text("边界事件(中断)", "boundary event, interrupting")),
    ("boundaryEvent", "/non-interrupting", _GOES_ON, Text("边界事件(不中断)", "boundary event, not interrupting")),
    ("endEvent", "", "none message error escalation cancel compensate signal multiple terminate",
     Text("结束事件", "end event")),
)  # fmt: skip


def _events() -> Iterator[Row]:
    for place, words, kinds, name in _PLACES:
        for kind in kinds.split():
            of = _KINDS[kind]
            section = "13.5.6" if place == "endEvent" else "13.5.4" if place == "eventSubProcessStart" else "13.5"
            yield Row(f"{place}/{kind}{words}", section, Text(f"{name.zh}:{of.zh}", f"{name.en}: {of.en}"))


_TIMES = (
    _row("timer/date", "10.5.5", "定时:日期", "timer: date"),
    _row("timer/duration", "10.5.5", "定时:时长", "timer: duration"),
    _row("timer/cycle", "10.5.5", "定时:循环", "timer: cycle"),
    _row(
        "timer/interval",
        "10.5.5",
        "定时:从何时起、到何时止的循环",
        "timer: cycle with a start or an end",
        "R3/起/时长、R3/时长/止、R3/起/止;开始等待之前的次数已过,全部已过则最后一次立即到时",
        "R3/start/span, R3/span/end, R3/start/end; what was before it began to wait is over; if all, the last is due",
    ),
    _row(
        "timer/cron",
        "10.5.5",
        "定时:cron",
        "timer: cron",
        "六个字段(秒起),上海时间;L、#可用,W 不可用",
        "six fields (seconds first), Shanghai time; L and # are known, W is not",
    ),
    _row("eventDefinitionRef", "10.5.5", "引用共用的事件定义", "event that refers to a shared definition"),
    _row(
        "condition/edge",
        "10.5.5",
        "条件事件:由假变真时发生",
        "conditional event: happens as its condition becomes true",
        "开始等待时已为真即发生;数据还没有(null)时不为真",
        "also when it is true as the waiting begins; null, where data are missing, is not true",
    ),
    _row("error/uncaught", "10.5.7", "没有捕获的错误成为异常", "an error that nobody catches becomes an incident"),
)
_COMPENSATION = (
    _row(
        "compensation/order",
        "13.5.5",
        "补偿:次序",
        "compensation: order",
        "最后完成的先撤销，一个接一个；完成几次撤销几次，撤销过的不再撤销",
        "the last completed first, one by one; as often as it completed; what was undone is not undone again",
    ),
    _row(
        "compensation/instances",
        "10.7.2",
        "补偿:多实例",
        "compensation: multi-instance",
        "每个实例撤销一次，看得到它自己的元素；13.5.5 另说只撤销一次，这里按 10.7.2",
        "each instance is undone once, with its element (10.7.2; 13.5.5 has the handler run only once)",
    ),
    _row(
        "compensation/data",
        "13.5.5",
        "补偿:数据",
        "compensation: data",
        "活动自己的变量（输入映射、子流程变量）如其完成之时，外层变量如现在",
        "the activity's own variables (input mappings, a sub-process's) as it left them, those around it as they are",
    ),
    _row(
        "compensation/subProcess",
        "10.7.1",
        "补偿:没有处理活动的子流程",
        "compensation: sub-process without handler",
        "撤销里面已完成的活动",
        "what was completed inside is undone",
    ),
    _row(
        "compensation/callActivity",
        "10.7.1",
        "补偿:调用活动",
        "compensation: call activity",
        "只由它自己的补偿处理活动撤销",
        "undone by its own handler only",
    ),
    _row(
        "compensation/visible",
        "10.5.6",
        "补偿:看得见的活动",
        "compensation: what an event sees",
        "同一层的活动；在事件子流程里还有它所属子流程的活动",
        "the activities at its level; from an event sub-process also those of the sub-process around it",
    ),
    _row(
        "compensation/error",
        "10.7.3",
        "补偿:错误离开子流程",
        "compensation: an error leaves a sub-process",
        "没有错误事件子流程时，先撤销里面已完成的活动，再走错误边界事件；到时、消息等中断不撤销",
        "without an error event sub-process what was completed inside is undone first; no other interruption undoes",
    ),
    _row(
        "compensation/hazard",
        "10.3.5",
        "错误离开事务",
        "an error leaves a transaction",
        "不撤销，直接走错误边界事件",
        "nothing is undone; the error boundary event happens at once",
    ),
)
_STARTS = (
    _row("process/implicitStart", "13.2", "没有开始事件的流程", "process without a start event"),
    _row("process/implicitEnd", "13.5.6", "没有结束事件的流程", "process without an end event"),
    _row("process/severalStarts", "13.2", "几个开始事件,各开始各的", "several start events, each starts on its own"),
    _row("process/receiveTask", "13.3.3", "启动流程的接收任务", "receive task that starts the process"),
    _row("process/eventGateway", "13.4.4", "启动流程的事件网关", "event-based gateway that starts the process"),
    _row("process/parallelEventGateway", "13.4.4", "启动流程的并行事件网关", "parallel event-based gateway, starting"),
    _row("eventGatewayType", "10.6.6", "不启动流程的并行事件网关", "parallel event gateway that starts nothing"),
    _row("instantiate", "13.4.4", "不能启动流程之处的 instantiate", "instantiate where nothing can start"),
)
_DATA = tuple(_row(*one) for one in data_table.ROWS)
_FOREIGN = (
    _row("foreign/attribute", "8.2.3", "其他引擎的属性", "attribute of another engine"),
    _row("foreign/element", "8.2.3", "其他引擎的扩展元素", "extension element of another engine"),
    _row("foreign/zeebe", "8.2.3", "不认识的 zeebe: 扩展元素", "zeebe: element that is not known here"),
    _row("foreign/language", "8.4.6", "FEEL 以外的表达式语言", "expression language other than FEEL"),
    _row("scriptBody", "10.3.3", "script 元素中的脚本", "script in a script element"),
    _row("people", "10.3.4", "其他引擎写的办理人、候选人", "assignee and candidates as other engines write them"),
    _row("harmless", "8.2.3", "其他引擎的重试、保存、元数据", "another engine's retries, save points, metadata"),
)
_AROUND = (
    _row("laneSet", "10.8", "泳道", "lanes"),
    _row("participant", "9.3", "泳池", "pools"),
    _row("messageFlow/blackBox", "9.4", "通向黑盒泳池的消息流", "message flow to a black box"),
    _row("messageFlow/start", "9.4", "启动另一泳池的消息流", "message flow that starts another pool"),
    _row(
        "messageFlow/catch",
        "9.4",
        "泳池之间的消息流",
        "message flow between pools",
        "另一泳池的可执行流程在同一案件中运行,有自己的变量",
        "the executable process of the other pool runs within the case, with variables of its own",
    ),
    _row("nonExecutable", "13.1", "不可执行的流程(isExecutable=false)", "process that is not executable"),
    _row("processType", "10.2", "流程的 processType、isClosed", "processType and isClosed of a process"),
    _row("correlationSubscription", "8.4.2", "关联键和关联订阅", "correlation keys and subscriptions"),
    _row(
        "direction",
        "10.6.1",
        "gatewayDirection、isImmediate",
        "gatewayDirection and isImmediate",
        "以画出的顺序流为准",
        "the flows that are drawn count",
    ),
    _row("conversation", "9.5", "会话", "conversations"),
    _row("choreography", "11", "编排", "choreographies"),
    _row("textAnnotation", "8.4.1", "文本注释", "text annotation"),
    _row("association", "8.4.1", "关联线", "association"),
    _row("group", "8.4.1", "组", "group"),
    _row("documentation", "8.4", "说明文字", "documentation"),
    _row("auditing", "10.2", "审计和监控", "auditing and monitoring"),
    _row("performer", "10.3.1", "资源角色、执行人、候选人", "resource roles, performers, potential owners"),
    _row("diagram", "12", "图形信息(DI)", "diagram interchange"),
)
SECTIONS: tuple[tuple[str, tuple[Row, ...]], ...] = (
    ("活动 · Activities", _ACTIVITIES),
    ("自由子流程 · Ad-hoc sub-processes", _AD_HOC),
    ("活动的属性和流 · Activities: attributes and flows", _VARIANTS),
    ("网关 · Gateways", _GATEWAYS),
    ("事件 · Events", tuple(_events())),
    ("时间和错误 · Times and errors", _TIMES),
    ("补偿和事务 · Compensation and transactions", _COMPENSATION),
    ("流程的开始和结束 · Beginning and end", _STARTS),
    ("数据 · Data", _DATA),
    ("其他引擎的写法 · What other engines write", _FOREIGN),
    ("协作和说明 · Collaboration and documentation", _AROUND),
)
"""All rows, by the page's headings."""

_HEAD = """# BPMN 2.0.2

BPMN 2.0.2 的每个元素和每种用法:按标准第 13 章执行,仅作说明,或者上传时以名称拒绝并给出改法。
每个“执行”的行在 `tests/bpmn/gallery` 中有一张按所述运行的小图,每个“拒绝”的行有一张以该代码被拒绝的小图。

Every element and variant of BPMN 2.0.2: executed as chapter 13 says, documentation only, or refused by name at upload,
with a way out. Each row "executed" has a small diagram in `tests/bpmn/gallery` that runs as stated there, each row
"refused" one that is refused with that code.

本页由 `flask bpmn elements` 打印，测试保证它与程序一致。
This page is what `flask bpmn elements` prints; tests see to that.
"""
_COLUMNS = "| 键 Key | § | 元素 Element | 状态 Status | 说明 Note |\n|---|---|---|---|---|"


def rows() -> Iterator[Row]:
    """Every row of the page."""
    for _, found in SECTIONS:
        yield from found


def page() -> str:
    """The whole page, Markdown."""
    return "\n".join([*_lines(), ""])


def _lines() -> Iterator[str]:
    yield _HEAD
    everything = list(rows())
    refused = sum(row.refused is not None for row in everything)
    paper = sum(row.refused is None and row.is_paper for row in everything)
    done = len(everything) - refused - paper
    yield f"执行 {done},仅作说明 {paper},拒绝 {refused}。{done} executed, {paper} documentation, {refused} refused."
    for title, found in SECTIONS:
        yield f"\n## {title}\n\n{_COLUMNS}"
        for row in found:
            yield _line(row)


def _line(row: Row) -> str:
    why, note = row.refused, row.note
    state = _cell(PAPER if row.is_paper else EXECUTED)
    if why is not None:
        state, note = f"拒绝 refused<br>`unsupported-{why.code}`", why.remedy
    return f"| `{row.key}` | {row.section} | {_cell(row.name)} | {state} | {_cell(note) if note else ''} |"


def _cell(text: Text) -> str:
    return f"{text.zh}<br>{text.en}".replace("|", "\\|")
