"""Timers: one definition each, ISO 8601 that can be read, working time where the law counts working days."""

from datetime import UTC, datetime
from typing import Any

from app.bpmn import timers
from app.bpmn.checks.graph import Diagram, Node
from app.bpmn.checks.rules import Report, rule
from app.bpmn.dialect import GovLimit, child_text, is_expression
from app.bpmn.expression import Failure
from app.bpmn.support import event_definitions, is_together, kind_of

UNDEFINED = rule(
    "timer-without-definition",
    "error",
    ("定时事件没有写明时间", "the timer event does not say when it fires"),
    (
        "办理时限填写 gov:limit；自然时间填写 timeDate、timeDuration 或 timeCycle",
        "fill in gov:limit for working time; timeDate, timeDuration or timeCycle for natural time",
    ),
    stops=True,
)
TWICE = rule(
    "timer-defined-twice",
    "error",
    ("定时事件写了几种时间（{kinds}）", "the timer event has several definitions ({kinds})"),
    ("只留一种", "keep one of them"),
    stops=True,
)
UNREADABLE = rule(
    "unreadable-time",
    "error",
    ("{kind} 的“{value}”不是 ISO 8601 写法", "'{value}' in {kind} is not ISO 8601"),
    (
        "日期如 2026-03-02T09:00:00+08:00，期间如 P5D、PT30M，周期如 R3/PT1H 或 0 0 9 * * MON-FRI",
        "write dates as 2026-03-02T09:00:00+08:00, durations as P5D or PT30M, cycles as R3/PT1H or 0 0 9 * * MON-FRI",
    ),
    stops=True,
)
NATURAL = rule(
    "natural-time",
    "warning",
    (
        "timeDuration {value} 按自然时间计算，周末和节假日也算在内",
        "timeDuration {value} counts natural time, weekends and holidays included",
    ),
    (
        "法定或承诺时限改用 gov:limit（unit=WD 为工作日）；确为自然时间则可保留",
        "for legal or promised limits use gov:limit (unit=WD: working days); keep it if natural time is meant",
    ),
)
TOGETHER = rule(
    "cycle-in-parallel-multiple",
    "error",
    (
        "并行多重事件要各来一次，其中的定时不能是 timeCycle",
        "what has to come together with others comes once: no timeCycle",
    ),
    ("改为 timeDate 或 timeDuration", "use timeDate or timeDuration"),
    stops=True,
)

_KINDS = ("timeDate", "timeDuration", "timeCycle")
_SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)  # whether a time can be read does not depend on when


def check(diagram: Diagram, report: Report) -> None:
    """The timers of one file."""
    for process in diagram.executable:
        for node in process.nodes:
            found = event_definitions(node.xml) if "timer" in node.events else []
            limit = GovLimit.read(node.xml) is not None if found else False
            for definition in filter(_is_timer, found):
                _check_timer(node, definition, report, limited=limit)


def _is_timer(definition: Any) -> bool:
    return kind_of(definition) == "timer"


def _check_timer(node: Node, definition: Any, report: Report, *, limited: bool) -> None:
    given = {kind: child_text(definition, kind) for kind in _KINDS if child_text(definition, kind)}
    kinds = [*given, *(["gov:limit"] if limited else [])]
    if not kinds:
        report.add(UNDEFINED, node)
    elif len(kinds) > 1:
        report.add(TWICE, node, kinds=", ".join(kinds))
    if "timeCycle" in given and is_together(node.xml):
        report.add(TOGETHER, node)
    for kind, value in given.items():
        if not is_expression(value) and not _is_readable(kind, value):
            report.add(UNREADABLE, node, kind=kind, value=value)
    if "timeDuration" in given and _stands_for_a_limit(node):
        report.add(NATURAL, node, value=given["timeDuration"])


def _stands_for_a_limit(node: Node) -> bool:
    if node.tag == "boundaryEvent":
        return node.host is not None and node.host.tag == "userTask"
    return node.tag == "intermediateCatchEvent"


def _is_readable(kind: str, value: str) -> bool:
    """Read with the very functions that the engine fires by."""
    try:
        if kind == "timeDate":
            timers.moment(value)
        elif kind == "timeDuration":
            timers.duration(value).after(_SOME_TIME)
        else:
            timers.cycle(value, _SOME_TIME)
    except (Failure, OverflowError):
        return False
    return True
