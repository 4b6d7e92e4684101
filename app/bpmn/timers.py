"""Natural time of timer events: ISO 8601 dates, durations and cycles, or FEEL values, from an aware moment.

Calendar arithmetic happens on the wall of Asia/Shanghai; results are UTC. Working time is the host's (`gov:limit`).
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.bpmn import cron
from app.bpmn.expression import Failure, as_text
from app.errors import Text

ZONE = ZoneInfo("Asia/Shanghai")
_MOST = 10**12  # occurrences that a cycle without number may have had before it is set
_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?:(?P<hours>\d{1,7})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,10}(?:\.\d{1,9})?)S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Duration:
    """Months (they have no fixed length) and a span of days and seconds."""

    months: int
    span: timedelta

    def after(self, moment: datetime) -> datetime:
        """The moment that lies this far after another; the day is cut to the month's length."""
        return self.times(1, moment)

    def times(self, number: int, moment: datetime) -> datetime:
        """The moment that lies so many times this far after another, or before it."""
        wall = moment.astimezone(ZONE)
        if self.months and number:
            years, month = divmod(wall.month - 1 + self.months * number, 12)
            year = wall.year + years
            if not 1 <= year <= 9990:
                raise _bad("P", "duration")
            last = calendar.monthrange(year, month + 1)[1]
            wall = wall.replace(year=year, month=month + 1, day=min(wall.day, last))
        try:
            return (wall + self.span * number).astimezone(UTC)
        except OverflowError:
            raise _bad(str(self.span), "duration") from None


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repetition: how many times are left after the one that is due (-1: for ever), and how far apart.

    `every` is a duration or a cron expression. Months have no fixed length: they are counted from `first`, the moment
    of which this is occurrence `index`, so that the 31st stays the 31st where a month has one.
    """

    left: int
    every: str
    first: str = ""
    index: int = 0


def duration(value: object) -> Duration:
    """A duration from ISO 8601 text or a FEEL duration. Raises Failure unless it is one and is positive."""
    if isinstance(value, timedelta):
        return Duration(0, value)
    text = as_text(value).strip()
    found = _DURATION.fullmatch(text)
    parts = {name: part for name, part in found.groupdict().items() if part} if found else {}
    if not parts or parts.pop("sign", None) or text.endswith("T"):
        raise _bad(text, "duration")
    months = int(parts.get("years", 0)) * 12 + int(parts.get("months", 0))
    names = ("weeks", "days", "hours", "minutes", "seconds")
    return Duration(months, timedelta(**{name: float(parts.get(name, 0)) for name in names}))


def moment(value: object) -> datetime:
    """A moment in UTC from ISO 8601 text or a FEEL date or date-time. Without an offset it is Shanghai's."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    if not isinstance(value, datetime):
        value = _read(as_text(value).strip())
    try:
        return (value if value.tzinfo else value.replace(tzinfo=ZONE)).astimezone(UTC)
    except OverflowError:  # within a day of the first or last date there is
        raise _bad(value.isoformat(), "date") from None


def day(value: object) -> date:
    """The date in Shanghai of what `moment` reads. Raises Failure."""
    instant = moment(value)
    try:
        return instant.astimezone(ZONE).date()
    except OverflowError:
        raise _bad(instant.isoformat(), "date") from None


def _read(text: str) -> datetime:
    """ISO 8601, with an offset, or with a zone as FEEL (`@Asia/Shanghai`) or Camunda (`[Asia/Shanghai]`) writes it."""
    stamp, _, zone = (text[:-1].replace("[", "@", 1) if text.endswith("]") else text).partition("@")
    try:
        found = datetime.fromisoformat(stamp)
        return found.replace(tzinfo=ZoneInfo(zone)) if zone and found.tzinfo is None else found
    except (ValueError, ZoneInfoNotFoundError):
        raise _bad(text, "date") from None


def cycle(value: object, at: datetime) -> tuple[datetime, Cycle]:
    """When a cycle is due first, and what is left of it.

    R3/PT10M, R/2026-01-01T09:00:00/P1D, R3/start/end, R3/P1D/end (the last at the end), or cron. Occurrences before
    `at` are over; when all of them are, the last one is due at once, as a date that has passed would be.
    """
    if not isinstance(value, str):
        return _counted(duration(value), as_text(value), at, 1, -1)
    rule = cron.read(value)
    if rule is not None:
        return _next_cron(rule, value, at), Cycle(-1, value)
    parts = value.strip().split("/")
    count = re.fullmatch(r"R(-1|[0-9]{0,6})", parts[0])
    if count is None or len(parts) not in (2, 3) or (count[1].isdigit() and not int(count[1])):
        raise _bad(value, "cycle")
    left = int(count[1]) - 1 if count[1] and count[1] != "-1" else -1
    return _read_cycle(parts[1:], left, at, value)


def _read_cycle(parts: list[str], left: int, at: datetime, value: str) -> tuple[datetime, Cycle]:
    spans = [part for part in parts if part.startswith("P")]
    text = spans[0] if spans else f"PT{(moment(parts[1]) - moment(parts[0])).total_seconds():f}S" if parts[1:] else ""
    every = duration(text)
    if (not every.months and not every.span) or len(spans) > 1:
        raise _bad(value, "cycle")
    if not parts[1:]:
        return _counted(every, text, at, 1, left)
    most = left if left >= 0 else _MOST
    if parts[0] is not text:
        first = moment(parts[0])
        past = _steps(lambda number: every.times(number - 1, first) < at, most)
        return _counted(every, text, first, past, left - past if left >= 0 else -1)
    end = moment(parts[1])
    steps = _steps(lambda number: every.times(-number, end) >= at, most)
    return _counted(every, text, end, -steps, steps)


def _counted(every: Duration, text: str, first: datetime, index: int, left: int) -> tuple[datetime, Cycle]:
    return every.times(index, first), Cycle(left, text, first.isoformat() if every.months else "", index)


def _steps(holds: Callable[[int], bool], most: int) -> int:
    """How many steps, at most so many, can be taken until something holds no more; beyond the calendar nothing does."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        try:
            further = holds(middle)
        except Failure:
            further = False
        low, high = (middle, high) if further else (low, middle - 1)
    return low


def following(due: datetime, now_due: Cycle) -> tuple[datetime, Cycle] | None:
    """The next occurrence after one that was due, counted from when it was due; None after the last."""
    if now_due.left == 0:
        return None
    left = now_due.left if now_due.left < 0 else now_due.left - 1
    rule = cron.read(now_due.every)
    if rule is not None:
        return _next_cron(rule, now_due.every, due), Cycle(left, now_due.every)
    every, index = duration(now_due.every), now_due.index + 1
    if now_due.first:
        return every.times(index, moment(now_due.first)), Cycle(left, now_due.every, now_due.first, index)
    return every.after(due), Cycle(left, now_due.every)


def _next_cron(rule: cron.Cron, text: str, after: datetime) -> datetime:
    due = rule.after(after)
    if due is None:
        raise _bad(text, "cycle")
    return due


def _bad(text: str, what: str) -> Failure:
    names = {"duration": "时间段", "date": "日期时间", "cycle": "循环"}
    return Failure(
        "bad-timer",
        Text(f"“{text}”不是 ISO 8601 {names[what]}", f"“{text}” is not an ISO 8601 {what}"),
    )
