"""Limits become dates: both clocks of a case, and the due days of its tasks and deadlines (R134, C1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast

from app.bpmn.step import Limit
from app.cases.models import Case, Deadline, Task
from app.catalogue.bundle import Bundle, Term
from app.law.calendar import Calendar
from app.law.clock import Due, Pause, Unit, due, local_date

LimitKind = Literal["notice", "promised", "statutory", "delivery"]
EXTENDED = "extendedDays"
"""The key in a case's data under which the days stand by which its limits were extended."""


def extended_days(case: Case) -> int:
    """Units by which both limits of a case were extended; 0 unless they were."""
    return int(case.data.get(EXTENDED) or 0)


def pauses_of(case: Case) -> tuple[Pause, ...]:
    """The case's pauses, of both clocks, as the legal clock reads them."""
    return tuple(
        Pause(date.fromisoformat(start), date.fromisoformat(end) if end else None) for start, end, *_ in case.pauses
    )


@dataclass(frozen=True, slots=True)
class CaseLimit:
    """One limit of a case: which it is, the day of what it counts from, how long it is and what stretches it."""

    kind: LimitKind
    event: Literal["receipt", "acceptance", "decision"]
    start: date
    term: Term
    pauses: tuple[Pause, ...] = ()
    extension: int = 0

    def due(self, calendar: Calendar) -> Due:
        """When it runs out."""
        return due(self.start, self.term.value, self.term.unit, self.pauses, self.extension, calendar)


def limits_of(case: Case, bundle: Bundle) -> tuple[CaseLimit, ...]:
    """The limits that run or ran in a case: for the notice until it is accepted, both clocks, and delivery."""
    limits: list[CaseLimit] = []
    start = case.receipt_date if bundle.counts_from_receipt else case.accepted_on
    if start is not None:
        event: Literal["receipt", "acceptance"] = "receipt" if bundle.counts_from_receipt else "acceptance"
        pauses, more = pauses_of(case), extended_days(case)
        limits.append(CaseLimit("promised", event, start, bundle.promised, pauses, more))
        limits.append(CaseLimit("statutory", event, start, bundle.statutory, pauses, more))
    elif case.decided_on is None:
        notice = Term(bundle.accept_limit, "WD")
        limits.append(CaseLimit("notice", "receipt", case.receipt_date, notice, pauses_of(case)))
    if case.decided_on is not None and case.outcome in (None, "granted"):
        limits.append(CaseLimit("delivery", "decision", case.decided_on, Term(bundle.deliver_limit, "WD")))
    return tuple(limits)


def set_case_dues(case: Case, bundle: Bundle, calendar: Calendar) -> None:
    """Compute `statutory_due`, `promised_due`, `delivery_due` and what lists sort by, `due_on` (R134).

    A decision stops both clocks: their dates stay what they were that day.
    """
    running = {one.kind: one.due(calendar) for one in limits_of(case, bundle)}
    judged: tuple[LimitKind, ...]
    if case.decided_on is not None:
        shown, judged = running.get("delivery"), ("delivery",)
        case.delivery_due = shown.due if shown else case.delivery_due
    elif "promised" in running:
        shown, judged = running["promised"], ("promised", "statutory")
        case.statutory_due, case.promised_due = running["statutory"].due, shown.due
    else:
        shown, judged = running["notice"], ("notice",)
    case.due_on, case.warn_on = (shown.due, shown.warn_on) if shown else (None, None)
    case.provisional = any(running[kind].provisional for kind in judged if kind in running)


def promise_from(start: date, bundle: Bundle, calendar: Calendar) -> Due:
    """When the promise would run out, were the case accepted on `start`: what the receipt slip prints."""
    return due(start, bundle.promised.value, bundle.promised.unit, (), 0, calendar)


def limit_json(limit: Limit | None) -> dict[str, Any] | None:
    """A limit as rows keep it."""
    if limit is None:
        return None
    start = limit.start.isoformat() if isinstance(limit.start, date) else limit.start
    return {"value": limit.value, "unit": limit.unit, "start": start, "stops": limit.stops}


def due_of(case: Case, limit: Mapping[str, Any], set_at: datetime, calendar: Calendar) -> Due:
    """When a step's limit runs out, counted from where `gov:limit` says; hours from receipt, or else from entry."""
    pauses: Iterable[Pause] = pauses_of(case) if limit["stops"] else ()
    start: date | datetime = _start(case, limit["start"], local_date(set_at))
    unit = cast(Unit, limit["unit"])
    if unit == "H":
        start = case.received_at if limit["start"] == "receipt" else set_at
    return due(start, limit["value"], unit, pauses, 0, calendar)


def _start(case: Case, anchor: str, entered: date) -> date:
    named = {
        "entry": entered,
        "receipt": case.receipt_date,
        "acceptance": case.accepted_on,
        "decision": case.decided_on,
    }
    if anchor in named:
        return named[anchor] or entered
    return date.fromisoformat(anchor)


def set_task_due(task: Task, case: Case, calendar: Calendar) -> None:
    """Compute a task's own due day."""
    if task.limit is not None:
        found = due_of(case, task.limit, task.opened_at, calendar)
        task.due_on, task.warn_on, task.provisional = found.due, found.warn_on, found.provisional


def set_deadline_due(deadline: Deadline, case: Case, calendar: Calendar) -> None:
    """Compute when a deadline may fire: the first instant after its last day; natural time stays as it is."""
    if deadline.limit is not None:
        found = due_of(case, deadline.limit, deadline.set_at, calendar)
        deadline.due_on, deadline.due_at, deadline.provisional = found.due, found.overdue_from, found.provisional
