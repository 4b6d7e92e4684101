"""Compensation and transactions: handlers, what a compensation is thrown at, where a transaction is cancelled.

BPMN 2.0.2, 10.3.5, 10.5.6 and 10.7. Checker and engine refuse the same, with the same words.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from app.bpmn.checks.graph import Process
from app.bpmn.checks.rules import Report, Rule, Spot, rule
from app.bpmn.dialect import bpmn, flag, local
from app.bpmn.handlers import associations, handlers, is_handler, reference_of
from app.bpmn.support import ACTIVITIES, NODES, event_definitions, event_kind
from app.errors import Finding

NO_HANDLER = rule(
    "compensation-without-handler",
    "error",
    ("补偿边界事件没有用关联连到补偿活动", "no association leads from the compensation event to a handler"),
    (
        "画一个补偿活动，从补偿边界事件用关联（虚线）连到它",
        "draw a compensation activity and an association (dotted line) from this event to it",
    ),
    stops=True,
)
SEVERAL = rule(
    "several-compensation-handlers",
    "error",
    ("“{name}”的补偿方式不止一种：{handlers}", "'{name}' is compensated in several ways: {handlers}"),
    (
        "只留一个：一个补偿边界事件和一个补偿活动，或者里面的一个补偿事件子流程",
        "keep one: one boundary event with one handler, or one compensation event sub-process inside",
    ),
    stops=True,
)
NOT_MARKED = rule(
    "handler-not-marked",
    "error",
    (
        "补偿边界事件连到“{target}”，它没有标为补偿活动",
        "the compensation event leads to '{target}', which is not marked as a compensation activity",
    ),
    ("把它标为补偿活动（isForCompensation）", "mark it as a compensation activity (isForCompensation)"),
    stops=True,
)
CONNECTED = rule(
    "compensation-with-flow",
    "error",
    ("补偿活动和补偿边界事件没有顺序流", "neither a compensation activity nor its event has sequence flows"),
    (
        "断开顺序流；撤销要分几步的，把补偿活动画成子流程",
        "disconnect it; undo in several steps by making the compensation activity a sub-process",
    ),
    stops=True,
)
LOOSE = rule(
    "handler-of-nothing",
    "error",
    ("没有补偿边界事件连到这个补偿活动，它不会执行", "no compensation event leads to this handler: it would never run"),
    ("从所补偿环节的补偿边界事件用关联连到它", "associate it with the compensation boundary event of what it undoes"),
    stops=True,
)
HANDLED = rule(
    "handler-compensated",
    "error",
    (
        "补偿活动自己不能再有补偿，也不能是事件子流程",
        "a compensation activity is not compensated itself, nor event-driven",
    ),
    ("删除它的补偿边界事件或 triggeredByEvent", "delete its compensation event, or its triggeredByEvent"),
    stops=True,
)
OF_PROCESS = rule(
    "compensation-of-process",
    "error",
    (
        "补偿事件子流程直接画在流程里：流程完成以后没有谁来补偿它",
        "a compensation event sub-process directly in a process: nothing compensates a process that is over",
    ),
    (
        "画在它所撤销的子流程里；被调用的流程用调用活动上的补偿边界事件撤销",
        "draw it in the sub-process that it undoes; a called process is undone by an event at the call activity",
    ),
    stops=True,
)
NOT_VISIBLE = rule(
    "compensates-out-of-sight",
    "error",
    (
        "要补偿的“{target}”不在同一层，也不在本事件子流程所属的子流程里",
        "'{target}' is neither at the same level nor in the sub-process around this event sub-process",
    ),
    ("改为引用本层的活动，例如它所在的子流程", "name an activity at this level, such as the sub-process around it"),
    stops=True,
)
NOT_COMPENSABLE = rule(
    "not-compensable",
    "error",
    (
        "要补偿的“{target}”既没有补偿边界事件，里面也没有可以补偿的活动",
        "'{target}' has no compensation event, and nothing inside it can be compensated",
    ),
    ("给它画上补偿边界事件和补偿活动", "give it a compensation boundary event and a handler"),
    stops=True,
)
CANCEL_OUTSIDE = rule(
    "cancel-outside-transaction",
    "error",
    ("取消结束事件不在事务子流程里", "the cancel end event is not in a transaction"),
    (
        "把所在的子流程改为事务子流程，或改用错误结束事件",
        "make the sub-process a transaction, or use an error end event",
    ),
    stops=True,
)
CANCEL_UNCAUGHT = rule(
    "cancel-without-boundary",
    "error",
    ("事务“{name}”会被取消，但没有取消边界事件", "the transaction '{name}' can be cancelled but has no cancel event"),
    ("在事务的边界上画一个取消事件，说明取消之后怎么办", "draw a cancel event at its boundary and what follows then"),
    stops=True,
)
CANCEL_HOST = rule(
    "cancel-boundary",
    "error",
    (
        "取消边界事件只能附在事务子流程上，每个事务一个，并且总是中断",
        "a cancel boundary event sits on a transaction, one on each, and always interrupts",
    ),
    ("移到事务子流程上，只留一个，设为中断型", "move it to the transaction, keep one, make it interrupting"),
    stops=True,
)

_SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_Fault = tuple[Any, Rule, dict[str, str]]


class _Drawing:
    """One process: what associations join in its file, its levels, and what can be compensated; each found once."""

    def __init__(self, process: Any) -> None:
        self.joined = associations(process.getroottree().getroot())
        self._levels: dict[Any, _Level] = {}
        self._holds: dict[Any, bool] = {}

    def level(self, element: Any) -> "_Level":
        """A process or sub-process as a level."""
        found = self._levels.get(element)
        if found is None:
            found = self._levels[element] = _Level(element)
        return found

    def holds(self, element: Any) -> bool:
        """Whether something in a sub-process can be compensated."""
        found = self._holds.get(element)
        if found is None:
            level = self.level(element)
            found = bool(level.guards) or any(self.is_compensable(level, one) for one in level.nodes)
            self._holds[element] = found
        return found

    def is_compensable(self, level: "_Level", ident: str) -> bool:
        """Whether an activity has a compensation event, or holds something that can be compensated."""
        node = level.nodes[ident]
        if is_handler(node):
            return False
        if level.attached(ident, "compensate"):
            return True
        return local(node) in _SCOPES and not _is_guard(node) and self.holds(node)

    def handlers(self, level: "_Level", event: Any) -> list[Any]:
        """The activities that a compensation event is joined to."""
        return [level.nodes[one] for one in handlers(event.get("id"), level.nodes, self.joined)]


class _Level:
    """A process or sub-process: its nodes by id, which of them have flows, what is attached to each."""

    def __init__(self, element: Any) -> None:
        self.element = element
        self.nodes = {one.get("id"): one for one in element if local(one) in NODES and one.get("id")}
        flows = list(element.iterchildren(bpmn("sequenceFlow")))
        self.flowing = {flow.get(end) for flow in flows for end in ("sourceRef", "targetRef")}
        self._attached: dict[tuple[str, str], list[Any]] = {}
        for one in self.nodes.values():
            if local(one) == "boundaryEvent":
                self._attached.setdefault((one.get("attachedToRef", ""), event_kind(one)), []).append(one)

    @cached_property
    def guards(self) -> list[Any]:
        """The compensation event sub-processes directly in it."""
        return _guards(self.element)

    @cached_property
    def undoes(self) -> bool:
        """Whether it is itself what undoes something."""
        return is_handler(self.element) or _is_guard(self.element)

    def attached(self, ident: str, kind: str) -> list[Any]:
        """The boundary events of that kind at an activity."""
        return self._attached.get((ident, kind), [])


def check(process: Process, report: Report) -> None:
    """The compensations and transactions of one process."""
    for element, what, values in _faults(process.xml):
        spot = Spot(process.file, element.get("id", ""), element.get("name", ""), element.sourceline)
        report.add(what, spot, severity=None, quoted=("", 0), **values)


def findings(process: Any, file: str) -> list[Finding]:
    """The same, of a process's XML, as findings."""
    report = Report()
    check(Process(file, process.get("id", ""), "", process.sourceline, process, True, True), report)
    return report.findings


def _faults(process: Any) -> Iterator[_Fault]:
    if not any(_matters(one) for one in process.iterdescendants()):
        return
    drawing = _Drawing(process)
    for element in (process, *(one for one in process.iterdescendants() if local(one) in _SCOPES)):
        level = drawing.level(element)
        for node in level.nodes.values():
            if is_handler(node):
                yield from _of_handler(drawing, level, node)
            judge = _JUDGES.get((local(node), event_kind(node) if local(node).endswith("Event") else ""))
            if judge is not None:
                yield from judge(drawing, level, node)
        yield from _of_guards(level)


def _matters(one: Any) -> bool:
    definition = local(one) in ("compensateEventDefinition", "cancelEventDefinition", "eventDefinitionRef")
    return definition or (isinstance(one.tag, str) and is_handler(one))


def _of_handler(drawing: _Drawing, level: _Level, node: Any) -> Iterator[_Fault]:
    ident = node.get("id")
    if _is_guard(node) or (ident in level.flowing and level.undoes):
        return  # marked as what it is part of: the event sub-process, or the handler, that undoes
    events = (one for one in drawing.joined.get(ident, ()) if one in level.nodes)
    if not any(local(level.nodes[one]) == "boundaryEvent" for one in events):
        yield node, LOOSE, {}
    if ident in level.flowing:
        yield node, CONNECTED, {}
    if level.attached(ident, "compensate") or flag(node.get("triggeredByEvent"), False):
        yield node, HANDLED, {}


def _of_boundary(drawing: _Drawing, level: _Level, node: Any) -> Iterator[_Fault]:
    host = node.get("attachedToRef", "")
    found = drawing.handlers(level, node)
    if not found:
        yield node, NO_HANDLER, {}
    for target in found:
        if not is_handler(target):
            yield node, NOT_MARKED, {"target": _called(target)}
    if node.get("id") in level.flowing:
        yield node, CONNECTED, {}
    events = level.attached(host, "compensate")
    if events[0] is not node:
        return
    ways = [one for event in events for one in drawing.handlers(level, event) or [event]]
    ways += _guards(level.nodes[host]) if host in level.nodes else []
    if len(ways) > 1:
        name = _called(level.nodes[host]) if host in level.nodes else host
        yield node, SEVERAL, {"name": name, "handlers": ", ".join(map(_called, ways))}


def _guards(element: Any) -> list[Any]:
    return [one for one in element if _is_guard(one)]


def _is_guard(element: Any) -> bool:
    if local(element) not in _SCOPES or not flag(element.get("triggeredByEvent"), False):
        return False
    return any(event_kind(one) == "compensate" for one in element if local(one) == "startEvent")


def _of_guards(level: _Level) -> Iterator[_Fault]:
    if level.guards and local(level.element) == "process":
        yield level.guards[0], OF_PROCESS, {}
    elif len(level.guards) > 1:
        names = ", ".join(map(_called, level.guards))
        yield level.guards[1], SEVERAL, {"name": _called(level.element), "handlers": names}


def _of_throw(drawing: _Drawing, level: _Level, node: Any) -> Iterator[_Fault]:
    target = reference_of(event_definitions(node)[0])
    if not target:
        return
    seen = level
    while target not in seen.nodes and flag(seen.element.get("triggeredByEvent"), False):
        seen = drawing.level(seen.element.getparent())
    if target not in seen.nodes or local(seen.nodes[target]) not in ACTIVITIES:
        yield node, NOT_VISIBLE, {"target": target}
    elif not drawing.is_compensable(seen, target):
        yield node, NOT_COMPENSABLE, {"target": _called(seen.nodes[target])}


def _of_cancel(drawing: _Drawing, level: _Level, node: Any) -> Iterator[_Fault]:
    around = level.element
    while around is not None and local(around) not in ("transaction", "process"):
        around = around.getparent()
    if around is None or local(around) != "transaction":
        yield node, CANCEL_OUTSIDE, {}
    elif not drawing.level(around.getparent()).attached(around.get("id", ""), "cancel"):
        yield node, CANCEL_UNCAUGHT, {"name": _called(around)}


def _of_cancel_boundary(_: _Drawing, level: _Level, node: Any) -> Iterator[_Fault]:
    host = level.nodes.get(node.get("attachedToRef", ""))
    alone = level.attached(node.get("attachedToRef", ""), "cancel")[0] is node
    if host is None or local(host) != "transaction" or not alone or not flag(node.get("cancelActivity"), True):
        yield node, CANCEL_HOST, {}


def _called(node: Any) -> str:
    return str(node.get("name") or node.get("id", ""))


_JUDGES = {
    ("boundaryEvent", "compensate"): _of_boundary,
    ("boundaryEvent", "cancel"): _of_cancel_boundary,
    ("intermediateThrowEvent", "compensate"): _of_throw,
    ("endEvent", "compensate"): _of_throw,
    ("endEvent", "cancel"): _of_cancel,
}
