"""The parts of dates, times, durations and ranges that a path can name (DMN 1.5, table 64)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.feel.civil import FarDate, day_number
from app.feel.values import (
    SECOND,
    DateTime,
    DaysTimeDuration,
    Range,
    Time,
    Value,
    YearsMonthsDuration,
)


def weekday(day: date | FarDate) -> Decimal:
    """1 for Monday to 7 for Sunday."""
    return Decimal((day_number(day) + 2) % 7 + 1)


def _second(time: Time) -> Decimal:
    return Decimal(time.second)


def _offset(value: Time | DateTime) -> DaysTimeDuration | None:
    offset = value.offset
    return None if offset is None else DaysTimeDuration(offset * SECOND)


def _zone(time: Time) -> str | None:
    return time.zone.key if isinstance(time.zone, ZoneInfo) else None


def _part(size: int, limit: int | None) -> Callable[[DaysTimeDuration], Decimal]:
    """One unit of a duration, with the duration's sign; `limit` is how many make the next unit."""

    def part(value: DaysTimeDuration) -> Decimal:
        whole = abs(value.nanos) // size
        amount = whole if limit is None else whole % limit
        return Decimal(-amount if value.nanos < 0 else amount)

    return part


def _months(value: YearsMonthsDuration) -> Decimal:
    return Decimal(-(abs(value.months) % 12) if value.months < 0 else value.months % 12)


def _years(value: YearsMonthsDuration) -> Decimal:
    return Decimal(-(abs(value.months) // 12) if value.months < 0 else value.months // 12)


_DATE: Final[dict[str, Callable[[Any], Value]]] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": weekday,
}
_TIME: Final[dict[str, Callable[[Any], Value]]] = {
    "hour": lambda time: Decimal(time.hour),
    "minute": lambda time: Decimal(time.minute),
    "second": _second,
    "timezone": _zone,
}
_DURATION: Final[dict[str, Callable[[Any], Value]]] = {
    "days": _part(86_400 * SECOND, None),
    "hours": _part(3600 * SECOND, 24),
    "minutes": _part(60 * SECOND, 60),
    "seconds": _part(SECOND, 60),
}
_RANGE: Final[dict[str, Callable[[Any], Value]]] = {
    "start": lambda found: found.start,
    "end": lambda found: found.end,
    "start included": lambda found: found.start_included,
    "end included": lambda found: found.end_included,
}


def _of(part: str, get: Callable[[Any], Value]) -> Callable[[Any], Value]:
    return lambda value: get(getattr(value, part))


PROPERTIES: Final[dict[tuple[type, str], Callable[[Any], Value]]] = {
    **{(date, name): get for name, get in _DATE.items()},
    **{(FarDate, name): get for name, get in _DATE.items()},
    **{(Time, name): get for name, get in _TIME.items()},
    **{(DateTime, name): _of("date", get) for name, get in _DATE.items()},
    **{(DateTime, name): _of("time", get) for name, get in _TIME.items()},
    (Time, "time offset"): _offset,
    (DateTime, "time offset"): _offset,
    **{(DaysTimeDuration, name): get for name, get in _DURATION.items()},
    (YearsMonthsDuration, "years"): _years,
    (YearsMonthsDuration, "months"): _months,
    **{(Range, name): get for name, get in _RANGE.items()},
}
