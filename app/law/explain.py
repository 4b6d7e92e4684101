"""Why a limit runs out when it does: every day from the event to the last one, whether it counts, and the reason.

`app.law.clock` computes with counts and never walks; this walks, and tests hold the two to each other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from app.law.calendar import Calendar
from app.law.clock import Due, Pause, Unit, due, local_date, months_later
from app.law.holidays import DayFact

Why = Literal["event", "working", "makeup", "natural", "weekend", "holiday", "paused"]

_DAY = timedelta(days=1)
_EVERYDAY = DayFact(is_working=True, kind="workday")


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a count.

    nth          which unit of the limit the day is, 1 first; None when it does not count
    name         the holiday that the day belongs to; `notice` the number of the notice that says so
    pause        which of the pauses the day falls into, by position
    provisional  (暂定) whether the day's year has no published notice yet
    """

    day: date
    why: Why
    nth: int | None = None
    name: str = ""
    notice: str = ""
    pause: int | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """A limit and its count. `days` begins with the event's own day and ends with the due day, or with the day on
    which the question was asked while a pause is open; it is empty for hours.
    """

    start: date
    limit: int
    unit: Unit
    extension: int
    due: Due
    days: tuple[Day, ...]

    @property
    def counted(self) -> int:
        """How many days count."""
        return sum(one.nth is not None for one in self.days)

    @property
    def rolled(self) -> bool:
        """Whether the last day moved because it would have been one of rest, or in a pause (民法典 art. 203)."""
        return (
            self.due.due is not None and bool(self.days) and self.days[-1].nth is None and self.days[-1].why != "event"
        )


def explain(
    start: date,
    limit: int,
    unit: Unit,
    pauses: Sequence[Pause],
    extension: int,
    calendar: Calendar,
    *,
    facts: Mapping[date, DayFact],
    on: date,
) -> Explanation:
    """Count a limit day by day, as `clock.due` computes it; `on` is today, where a pause that is open ends the count.

    `facts` say what the days are that no ordinary week explains. Raises Invalid for what cannot be counted.
    """
    found = due(start, limit, unit, pauses, extension, calendar)
    first = local_date(start) if isinstance(start, datetime) else start
    until = found.due or max(on, first)
    if unit == "H":
        return Explanation(first, limit, unit, extension, found, ())
    total = limit + extension if unit == "WD" else _natural_days(first, limit + extension, unit)
    days = tuple(_count(first, until, total, unit, pauses, calendar, facts))
    return Explanation(first, limit, unit, extension, found, days)


def _natural_days(first: date, total: int, unit: Unit) -> int:
    return total if unit == "D" else (months_later(first, total) - first).days


def _count(
    first: date,
    until: date,
    total: int,
    unit: Unit,
    pauses: Sequence[Pause],
    calendar: Calendar,
    facts: Mapping[date, DayFact],
) -> Iterator[Day]:
    nth, day, is_open = 0, first, any(one.end is None for one in pauses)
    while day <= until:
        what = _what(day, calendar, facts)
        pause = next((at for at, one in enumerate(pauses) if _covers(one, day)), None)
        why: Why = what.why if unit == "WD" or nth >= total else "natural"
        countable = unit != "WD" or what.why in ("working", "makeup")
        if day == first:
            why = "event"
        elif pause is not None and countable:
            why = "paused"
        counts = countable and nth < total and why not in ("event", "paused")
        nth += counts
        name, notice = (what.name, what.notice) if why in ("makeup", "holiday") else ("", "")
        number, stop = nth if counts else None, pause if why == "paused" else None
        yield Day(day, why, number, name, notice, stop, calendar.is_provisional(day))
        if is_open and nth == total:
            return
        day += _DAY


def _covers(pause: Pause, day: date) -> bool:
    return pause.start < day and (pause.end is None or day <= pause.end)


@dataclass(frozen=True, slots=True)
class _What:
    why: Why
    name: str
    notice: str


def _what(day: date, calendar: Calendar, facts: Mapping[date, DayFact]) -> _What:
    fact, weekend = facts.get(day, _EVERYDAY), day.weekday() >= 5
    if calendar.is_working(day):
        return _What("makeup", fact.name, fact.notice) if weekend else _What("working", "", "")
    if fact.kind == "holiday" or not weekend:
        return _What("holiday", fact.name, fact.notice)
    return _What("weekend", "", "")
