"""Builds nodes from a graph's XML: extensions read, expressions compiled, references resolved, structure judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.bpmn import copies, diagram, dialect, timers
from app.bpmn.data import Data
from app.bpmn.diagram import Body, EventRule, Flow, LimitRule, LoopRule, Mappings, Node, RepeatRule, TaskRule, Timer
from app.bpmn.dialect import Element, bpmn, child_text, flag, local
from app.bpmn.expression import Failure, Value
from app.bpmn.handlers import associations, handler_of, is_handler, reference_of
from app.bpmn.normal import Graph, Normaliser, is_activity
from app.bpmn.step import TaskKind
from app.bpmn.structure import judge
from app.bpmn.support import SUBS, event_definitions, event_kind
from app.errors import Text
from app.feel import FeelError

JOBS = ("serviceTask", "sendTask", "scriptTask", "businessRuleTask")
USE_FEEL = Text("请改写为以“=”开头的 FEEL", "rewrite it as FEEL with a leading “=”")
MOST_TOKENS = 100
ACTIVATION = Text("激活条件", "the activation condition")
ACTIVE = Text("要开展的活动", "the activities to perform")
CONDITION = Text("条件", "the condition")
SCRIPT = Text("脚本", "the script")
DECISION = Text("决策编号", "the decision id")
SOURCE = Text("映射的来源", "a mapping's source")
COLLECTION = Text("多实例的集合", "the multi-instance collection")
OUTPUT = Text("多实例的输出", "the multi-instance output")
NAME = Text("名称", "the name")
KEY = Text("关联键", "the correlation key")
TIME = Text("时间", "the time")
LIMIT = Text("期限", "the limit")
TYPE = Text("任务类型", "the job type")
PEOPLE = Text("办理人", "the assignment")


@dataclass(frozen=True, slots=True)
class References:
    """What events of one file refer to, by id."""

    messages: Mapping[str, dialect.MessageReference] = field(default_factory=dict)
    signals: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    escalations: Mapping[str, str] = field(default_factory=dict)
    associations: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Element) -> "References":
        """From bpmn:definitions. Signals by name, errors and escalations by code; the id stands in for either."""
        return cls(
            {one.get("id", ""): dialect.MessageReference.read(one) for one in root.iterchildren(bpmn("message"))},
            {one.get("id", ""): one.get("name") or one.get("id", "") for one in root.iterchildren(bpmn("signal"))},
            {one.get("id", ""): one.get("errorCode") or one.get("id", "") for one in root.iterchildren(bpmn("error"))},
            {
                one.get("id", ""): one.get("escalationCode") or one.get("id", "")
                for one in root.iterchildren(bpmn("escalation"))
            },
            associations(root),
        )


class Reader:
    """Turns the graphs of one file into bodies. Findings go to the normaliser's list."""

    def __init__(self, normaliser: Normaliser, references: References, known: frozenset[str], data: Data) -> None:
        self.normaliser = normaliser
        self.data = data
        self.references = references
        self.known = known
        self.names: set[str] = set()

    # -- values --------------------------------------------------------------------------------------------

    def value(self, node: Element, source: str, what: Text) -> Value | None:
        """A compiled value; None when it is empty or, with a finding, not FEEL."""
        if not source.strip():
            return None
        try:
            value = Value(source, self.known)
        except FeelError as error:
            text = Text(f"{what.zh}不是 FEEL:{error.text.zh}", f"{what.en} is not FEEL: {error.text.en}")
            self.normaliser.complain(node, "bad-feel", text)
            return None
        if value.is_literal and ("${" in source or "#{" in source):
            text = Text(
                f"{what.zh}“{source}”是其他引擎的表达式", f"{what.en} “{source}” is another engine's expression"
            )
            self.normaliser.complain(node, "foreign-expression", text, USE_FEEL)
        self.names |= value.names
        return value

    def needed(self, node: Element, source: str, what: Text) -> Value | None:
        """A value that has to be there."""
        if not source.strip():
            self.normaliser.complain(node, "missing", Text(f"缺少{what.zh}", f"{what.en} is missing"))
        return self.value(node, source, what)

    def feel(self, node: Element, source: str, what: Text) -> Value | None:
        """A value that has to be FEEL."""
        value = self.value(node, source, what)
        if value is not None and value.is_literal:
            text = Text(f"{what.zh}要以“=”开头写成 FEEL", f"{what.en} has to be FEEL, with a leading “=”")
            self.normaliser.complain(node, "not-feel", text)
        return value

    # -- bodies --------------------------------------------------------------------------------------------

    def bodies(self, graph: Graph, lane: str = "") -> dict[str, Body]:
        """The bodies of a graph and of the sub-processes in it. `lane`: the one around it."""
        attached: dict[str, list[str]] = {}
        for ident, node in graph.nodes.items():
            if local(node) == "boundaryEvent":
                attached.setdefault(self._host(graph, node), []).append(ident)
        leaving: dict[str, list[Flow]] = {ident: [] for ident in graph.nodes}
        arriving: dict[str, list[str]] = {ident: [] for ident in graph.nodes}
        for raw in graph.flows:
            condition = self.feel(graph.nodes[raw.source], raw.condition, CONDITION)
            leaving[raw.source].append(Flow(raw.id, raw.source, raw.target, condition, raw.drawn))
            arriving[raw.target].append(raw.id)
        nodes = {}
        for ident, element in graph.nodes.items():
            place = _Place(graph, ident, tuple(leaving[ident]), tuple(arriving[ident]), graph.lanes.get(ident, lane))
            nodes[ident] = self._node(element, place, tuple(attached.get(ident, ())))
            judge(self.normaliser, graph, element, nodes[ident])
        found = {
            graph.key: Body(
                graph.key, graph.process, nodes, tuple(graph.starts), graph.openings, self._guards(graph),
                tuple(self.data.held.get(graph.element.get("id", ""), ())),
            )
        }  # fmt: skip
        for ident, inner in graph.inner.items():
            found |= self.bodies(inner, nodes[ident].lane)
        return found

    def _guards(self, graph: Graph) -> tuple[tuple[str, str], ...]:
        found = []
        for ident in graph.guards:
            inner = graph.inner[ident]
            starts = [one for one in inner.starts if local(inner.nodes[one]) == "startEvent"]
            found += [(ident, one) for one in starts]
            if not starts:
                text = Text("事件子流程要从一个事件开始", "an event sub-process starts with an event")
                self.normaliser.complain(graph.nodes[ident], "guard-without-event", text)
        return tuple(found)

    def _host(self, graph: Graph, node: Element) -> str:
        host = str(node.get("attachedToRef", ""))
        if host not in graph.nodes or not is_activity(graph.nodes[host]):
            text = Text(
                f"边界事件所附的“{host}”不是这里的活动", f"“{host}”, which it is attached to, is no activity here"
            )
            self.normaliser.complain(node, "dangling-boundary", text)
        return host

    # -- nodes ---------------------------------------------------------------------------------------------

    def _node(self, element: Element, place: "_Place", boundary: tuple[str, ...]) -> Node:
        tag, step = local(element), dialect.GovStep.read(element)
        script, decision, result = self._computed(element, tag)
        call = self._call(element) if tag == "callActivity" else None
        inner = call.process_id if call else f"{place.graph.process}/{place.ident}" if tag in SUBS else ""
        return Node(
            id=place.ident, type=tag, name=element.get("name", ""), process=place.graph.process,
            body=place.graph.key, lane=place.lane, outgoing=place.leaving, incoming=place.arriving,
            default=element.get("default", ""), event=self._event(element, tag),
            mappings=self._mappings(element), data=copies.rule(self, self.data, element),
            loop=self._loop(element), task=self._task(element, tag, step),
            step=step, marks=dialect.GovMark.read_all(element), script=script, decision=decision, result=result,
            call=call, inner=inner, boundary=boundary, attached=element.get("attachedToRef", ""),
            triggered=flag(element.get("triggeredByEvent"), False),
            compensates=is_handler(element),
            handler=handler_of(boundary, place.graph.nodes, self.references.associations),
            limit=dialect.GovLimit.read(element),
            activation=self._activation(element, len(place.arriving)) if tag == "complexGateway" else None,
            parallel=element.get("eventGatewayType") == "Parallel",
            start_quantity=self._quantity(element, "startQuantity"),
            completion_quantity=self._quantity(element, "completionQuantity"),
            reply_form=_reply_form(element, tag),
            adhoc=self._adhoc(element) if tag == "adHocSubProcess" else None,
        )  # fmt: skip

    def _adhoc(self, element: Element) -> diagram.AdHocRule:
        found = dialect.AdHoc.read(element)
        active = self.feel(element, found.active, ACTIVE)
        until = self.feel(element, found.completion_condition, CONDITION)
        if element.find(bpmn("completionCondition")) is not None:
            self.needed(element, found.completion_condition, CONDITION)
        return diagram.AdHocRule(found.sequential, active, until, found.cancels)

    def _activation(self, element: Element, arriving: int) -> Value | None:
        source = child_text(element, "activationCondition")
        if not source and arriving < 2:
            return None
        self.needed(element, source, ACTIVATION)
        return self.feel(element, source, ACTIVATION)

    def _quantity(self, element: Element, attribute: str) -> int:
        text = (element.get(attribute) or "1").strip()
        if text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_TOKENS:
            return int(text)
        wrong = Text(
            f"{attribute}“{text}”不是 1 到 {MOST_TOKENS} 的数", f"{attribute} “{text}” is not 1 to {MOST_TOKENS}"
        )
        self.normaliser.complain(element, "bad-quantity", wrong)
        return 1

    def _computed(self, element: Element, tag: str) -> tuple[Value | None, Value | None, str]:
        script = dialect.Script.read(element) if tag == "scriptTask" else None
        called = dialect.CalledDecision.read(element) if tag == "businessRuleTask" else None
        found = script or called
        if found is None:
            return None, None, ""
        if not found.result_variable:
            self.normaliser.complain(element, "missing", Text("缺少结果变量", "the result variable is missing"))
        if script is not None:
            text = script.expression
            value = self.feel(element, text, SCRIPT) if text.strip() else self.needed(element, text, SCRIPT)
            return value, None, script.result_variable
        return None, self.needed(element, called.decision_id if called else "", DECISION), found.result_variable

    def _call(self, element: Element) -> dialect.CalledElement | None:
        call = dialect.CalledElement.read(element)
        if call is None or not call.process_id or dialect.is_expression(call.process_id):
            text = Text("要写明被调用流程的编号", "the id of the called process has to be written out")
            self.normaliser.complain(element, "no-callee", text)
            return None
        return call

    def _mappings(self, element: Element) -> Mappings:
        mapping = dialect.IoMapping.read(element)
        return Mappings(self._pairs(element, mapping.inputs), self._pairs(element, mapping.outputs))

    def _pairs(self, element: Element, pairs: tuple[dialect.Mapping, ...]) -> tuple[tuple[Value, tuple[str, ...]], ...]:
        found = []
        for pair in pairs:
            path = tuple(part.strip() for part in pair.target.split("."))
            value = self.needed(element, pair.source or '=""', SOURCE)
            if not all(path):
                self.normaliser.complain(element, "missing", Text("映射缺少目标", "a mapping has no target"))
            elif value is not None:
                found.append((value, path))
        return tuple(found)

    def _loop(self, element: Element) -> LoopRule | RepeatRule | None:
        loop, again = dialect.Loop.read(element), dialect.Repeat.read(element)
        if loop is None:
            return None if again is None else self._repeat(element, again)
        if again is not None:
            self.normaliser.complain(element, "two-loops", Text("既有多实例又有标准循环", "both instances and a loop"))
        if not loop.input_collection and not loop.cardinality:
            text = Text("多实例没有集合", "the multi-instance activity has no collection")
            self.normaliser.complain(element, "missing", text)
        plain = loop.output_element.strip().removeprefix("=").strip()
        return LoopRule(
            sequential=loop.sequential,
            collection=self.feel(element, loop.input_collection, COLLECTION),
            cardinality=self._cardinality(element, loop.cardinality),
            element=loop.input_element,
            output_collection=loop.output_collection,
            output_element=self.feel(element, loop.output_element, OUTPUT),
            output_variable=plain.split(".")[0].strip() if _is_name(plain.split(".")[0].strip()) else "",
            until=self.feel(element, loop.completion_condition, CONDITION),
        )

    def _repeat(self, element: Element, loop: dialect.Repeat) -> RepeatRule:
        if not loop.condition and not loop.maximum:
            text = Text("标准循环没有条件,也没有次数上限", "the loop has neither a condition nor a maximum")
            self.normaliser.complain(element, "endless-loop", text)
        maximum = self._cardinality(element, loop.maximum)
        if maximum is not None and maximum.is_literal:
            text = Text(f"循环次数上限“{loop.maximum}”不是自然数", f"the maximum “{loop.maximum}” is no whole number")
            self.normaliser.complain(element, "bad-loop-maximum", text)
        return RepeatRule(self.feel(element, loop.condition, CONDITION), loop.before, maximum)

    def _cardinality(self, element: Element, text: str) -> Value | None:
        return self.value(element, f"={text}" if text.isascii() and text.isdigit() else text, COLLECTION)

    # -- events --------------------------------------------------------------------------------------------

    def _event(self, element: Element, tag: str) -> EventRule | None:
        if tag in ("receiveTask", "sendTask"):
            is_job = tag == "sendTask" and dialect.TaskDefinition.read(element) is not None
            return None if is_job else self._message(element, element.get("messageRef", ""), interrupting=True)
        if not tag.endswith("Event"):
            return None
        interrupting = flag(element.get("cancelActivity" if tag == "boundaryEvent" else "isInterrupting"), True)
        rules = [self._definition(element, one, interrupting) for one in event_definitions(element)]
        if len(rules) > 1:
            parts = tuple(rule for rule in rules if rule is not None)
            together = event_kind(element) == "parallelMultiple"
            return EventRule("multiple", interrupting=interrupting, parts=parts, together=together)
        return rules[0] if rules else EventRule("none", interrupting=interrupting)

    def _definition(self, element: Element, definition: Element, interrupting: bool) -> EventRule | None:
        kind = local(definition).removesuffix("EventDefinition")
        reference = definition.get(f"{kind}Ref", "")
        if kind == "message":
            return self._message(element, reference, interrupting=interrupting)
        if kind == "signal":
            name = self._reference(element, self.references.signals, reference)
            return EventRule(kind, self.value(element, name, NAME), interrupting=interrupting)
        if kind in ("error", "escalation"):
            table = self.references.errors if kind == "error" else self.references.escalations
            code = self._code(element, table, reference)
            return EventRule(kind, code=code, interrupting=interrupting or kind == "error")
        if kind == "compensate":
            activity, waits = reference_of(definition), flag(definition.get("waitForCompletion"), True)
            return EventRule(kind, interrupting=False, activity=activity, waits=waits)
        if kind == "timer":
            return EventRule(kind, timer=self._timer(element, definition), interrupting=interrupting)
        if kind == "conditional":
            text = child_text(definition, "condition")
            condition = self.feel(element, text, CONDITION) if text else self.needed(element, text, CONDITION)
            return EventRule(kind, condition=condition, interrupting=interrupting)
        return EventRule(kind, interrupting=interrupting)

    def _message(self, element: Element, reference: str, *, interrupting: bool) -> EventRule | None:
        if dialect.TaskDefinition.read(element) is not None and local(element).endswith(("ThrowEvent", "endEvent")):
            return None
        message = self.references.messages.get(reference)
        if message is None:
            text = Text(f"没有消息“{reference}”", f"there is no message “{reference}”")
            self.normaliser.complain(element, "dangling-reference", text)
            return EventRule("message")
        name = self.needed(element, message.name, NAME)
        key = self.feel(element, message.correlation_key, KEY)
        return EventRule("message", name, key, interrupting=interrupting)

    def _reference(self, element: Element, table: Mapping[str, str], reference: str) -> str:
        if reference not in table:
            text = Text(f"没有“{reference}”可引用", f"there is nothing called “{reference}” to refer to")
            self.normaliser.complain(element, "dangling-reference", text)
        return table.get(reference, "")

    def _code(self, element: Element, table: Mapping[str, str], reference: str) -> str:
        is_catching = local(element) in ("boundaryEvent", "startEvent")
        code = "" if is_catching and not reference else self._reference(element, table, reference)
        if dialect.is_expression(code):
            text = Text("错误和升级的代码不能是表达式", "codes of errors and escalations cannot be expressions")
            self.normaliser.complain(element, "code-expression", text)
        return code

    def _timer(self, element: Element, definition: Element) -> Timer:
        limit = dialect.GovLimit.read(element)
        found = [(one, child_text(definition, one)) for one in ("timeDate", "timeDuration", "timeCycle")]
        written = [(tag.removeprefix("time").lower(), text) for tag, text in found if text]
        if limit is not None and not written:
            return Timer("limit", limit=self._limit(element, limit))
        if len(written) != 1 or limit is not None:
            text = Text(
                "定时事件要有且只有一个时间:gov:limit 或 ISO 8601",
                "a timer event has exactly one time: gov:limit or ISO 8601",
            )
            self.normaliser.complain(element, "timer-time", text)
            return Timer("date")
        kind, text_ = written[0]
        value = self.value(element, text_, TIME)
        if value is not None and value.is_literal:
            self._try_time(element, kind, text_)
        return Timer(kind, value)

    def _try_time(self, element: Element, kind: str, text: str) -> None:
        try:
            if kind == "date":
                timers.moment(text)
            elif kind == "duration":
                timers.duration(text)
            else:
                timers.cycle(text, timers.moment("2026-01-01T00:00:00Z"))
        except Failure as failure:
            self.normaliser.complain(element, failure.code, failure.text)

    def _limit(self, element: Element, limit: dialect.GovLimit) -> LimitRule | None:
        value, start = self.needed(element, limit.value, LIMIT), self.needed(element, limit.start, LIMIT)
        if value is not None and value.is_literal and not value.source.isdigit():
            text = Text(f"期限“{limit.value}”不是自然数", f"the limit “{limit.value}” is not a whole number")
            self.normaliser.complain(element, "bad-limit", text)
        if limit.unit not in dialect.UNITS:
            text = Text(f"期限单位“{limit.unit}”不是 WD、D、M、H", f"the unit “{limit.unit}” is not WD, D, M or H")
            self.normaliser.complain(element, "bad-limit", text)
        if start is not None and start.is_literal and start.source not in dialect.ANCHORS:
            text = Text(f"期限起点“{limit.start}”不认识", f"the limit's start “{limit.start}” is not known")
            self.normaliser.complain(element, "bad-limit", text)
        return LimitRule(value, limit.unit, start, limit.stops) if value and start else None

    # -- tasks ---------------------------------------------------------------------------------------------

    def _task(self, element: Element, tag: str, step: dialect.GovStep | None) -> TaskRule | None:
        if tag in ("userTask", "manualTask"):
            return self._human(element, "user" if tag == "userTask" else "manual", step)
        definition = dialect.TaskDefinition.read(element)
        computed = dialect.Script.read(element) or dialect.CalledDecision.read(element)
        throws = tag.endswith(("ThrowEvent", "endEvent")) and event_kind(element) == "message"
        if definition is not None and tag.endswith(("ThrowEvent", "endEvent")) and not throws:
            text = Text("只有单一的消息事件才能交给程序发送", "only an event of one message can be left to a program")
            self.normaliser.complain(element, "job-at-event", text)
        if definition is None or computed is not None or not (throws or tag in JOBS):
            wanting = tag == "serviceTask" or (tag in ("scriptTask", "businessRuleTask") and computed is None)
            if wanting:
                text = Text("没有说明由什么来执行(zeebe:taskDefinition 等)", "nothing says what executes it")
                self.normaliser.complain(element, "nothing-to-execute", text)
            return None
        return TaskRule(
            "job",
            job_type=self.needed(element, definition.type, TYPE),
            retries=self.value(element, definition.retries, TYPE),
            headers=dict(dialect.read_headers(element)),
            properties=dict(dialect.read_properties(element)),
        )

    def _human(self, element: Element, kind: TaskKind, step: dialect.GovStep | None) -> TaskRule:
        form = dialect.FormReference.read(element)
        people = dialect.Assignment.read(element) or dialect.Assignment()
        schedule = dialect.Schedule.read(element) or dialect.Schedule()
        limit = dialect.GovLimit.read(element)
        return TaskRule(
            kind,
            form_id=form.form_id if form else "",
            assignee=self.value(element, people.assignee, PEOPLE),
            groups=self.value(element, people.candidate_groups, PEOPLE),
            users=self.value(element, people.candidate_users, PEOPLE),
            post=self.value(element, step.post if step else "", PEOPLE),
            limit=self._limit(element, limit) if limit else None,
            due_date=self.value(element, schedule.due_date, TIME),
            follow_up_date=self.value(element, schedule.follow_up_date, TIME),
            headers=dict(dialect.read_headers(element)),
            properties=dict(dialect.read_properties(element)),
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node stands in its graph."""

    graph: Graph
    ident: str
    leaving: tuple[Flow, ...]
    arriving: tuple[str, ...]
    lane: str


def _is_name(text: str) -> bool:
    return text.isidentifier() and text not in ("true", "false", "null", "if", "for", "some", "every", "not")


def _reply_form(element: Element, tag: str) -> str:
    form = dialect.FormReference.read(element) if tag in dialect.MESSAGE_CATCHES else None
    return form.form_id if form else ""
