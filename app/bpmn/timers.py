"""Natural time of timer events: ISO 8601 dates, durations and cycles, or FEEL values, from an aware moment.

Calendar arithmetic happens on the wall of Asia/Shanghai; results are UTC. Working time is the host's (`gov:limit`).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.bpmn.expression import Failure, as_text
from app.errors import Text

ZONE = ZoneInfo("Asia/Shanghai")
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
        wall = moment.astimezone(ZONE)
        if self.months:
            years, month = divmod(wall.month - 1 + self.months, 12)
            year = wall.year + years
            if not 1 <= year <= 9990:
                raise _bad("P", "duration")
            last = calendar.monthrange(year, month + 1)[1]
            wall = wall.replace(year=year, month=month + 1, day=min(wall.day, last))
        try:
            return (wall + self.span).astimezone(UTC)
        except OverflowError:
            raise _bad(str(self.span), "duration") from None


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repetition: how many times are left after the one that is due (-1: for ever), and how far apart."""

    left: int
    every: str


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
    """ISO 8601, with an offset or with a zone as FEEL writes it (`@Asia/Shanghai`)."""
    stamp, _, zone = text.partition("@")
    try:
        found = datetime.fromisoformat(stamp)
        return found.replace(tzinfo=ZoneInfo(zone)) if zone else found
    except (ValueError, ZoneInfoNotFoundError):
        raise _bad(text, "date") from None


def cycle(value: object, at: datetime) -> tuple[datetime, Cycle]:
    """When a cycle such as R3/PT10M or R/2026-01-01T09:00:00/P1D is due first, and what is left of it."""
    if not isinstance(value, str):
        every = duration(value)
        return every.after(at), Cycle(-1, as_text(value))
    parts = value.strip().split("/")
    count = re.fullmatch(r"R([0-9]{0,6})", parts[0])
    if count is None or len(parts) not in (2, 3) or count[1] == "0":
        raise _bad(value, "cycle")
    every = duration(parts[-1])
    if not every.months and not every.span:
        raise _bad(value, "cycle")
    left = int(count[1]) - 1 if count[1] else -1
    return (moment(parts[1]) if len(parts) == 3 else every.after(at)), Cycle(left, parts[-1])


def following(due: datetime, now_due: Cycle) -> tuple[datetime, Cycle] | None:
    """The next occurrence after one that was due, counted from when it was due; None after the last."""
    if now_due.left == 0:
        return None
    left = now_due.left if now_due.left < 0 else now_due.left - 1
    return duration(now_due.every).after(due), Cycle(left, now_due.every)


def _bad(text: str, what: str) -> Failure:
    names = {"duration": "时间段", "date": "日期时间", "cycle": "循环"}
    return Failure(
        "bad-timer",
        Text(f"“{text}”不是 ISO 8601 {names[what]}", f"“{text}” is not an ISO 8601 {what}"),
    )
