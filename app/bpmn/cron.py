"""Cron as Camunda 8 writes it: second, minute, hour, day of month, month, day of week, on the wall in Shanghai.

`*` and `?` for any, lists, ranges, steps, names of months and days (Sunday is 0 or 7), `L` for the last day of the
month, `L-3` for days before it, `5L` for the last Friday, `5#2` for the second; and `@yearly`, `@monthly`, `@weekly`,
`@daily`, `@hourly`. Both fields of days have to agree.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
_MACROS = {
    "@yearly": "0 0 0 1 1 *", "@annually": "0 0 0 1 1 *", "@monthly": "0 0 0 1 * *", "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *", "@midnight": "0 0 0 * * *", "@hourly": "0 0 * * * *",
}  # fmt: skip
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name.upper(): (number + 1) % 7 for number, name in enumerate(calendar.day_abbr)}
_PART = re.compile(r"(?:\*|\?|(\w+)(?:-(\w+))?)(?:/(\d{1,4}))?", re.ASCII)
_YEARS = 41  # in which every day that there is comes round: 29 February on a given weekday takes up to forty years

Days = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Cron:
    """When it is time: seconds, minutes and hours in order, and whether a day counts."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: Days

    def after(self, moment: datetime) -> datetime | None:
        """The first time after a moment, in UTC; None if there is none."""
        wall = moment.astimezone(ZONE).replace(tzinfo=None)
        day = wall.date()
        for _ in range(366 * _YEARS):
            if self.days(day):
                clock = self._clock(wall.time() if day == wall.date() else None)
                if clock is not None:
                    return datetime.combine(day, clock, ZONE).astimezone(UTC)
            day += timedelta(days=1)
        return None

    def _clock(self, after: time | None) -> time | None:
        if after is None:
            return time(self.hours[0], self.minutes[0], self.seconds[0])
        times = ((hour, minute, second) for hour in self.hours if hour >= after.hour
                 for minute in self.minutes if (hour, minute) >= (after.hour, after.minute)
                 for second in self.seconds)  # fmt: skip
        now = (after.hour, after.minute, after.second)
        return next((time(*one) for one in times if one > now), None)


@lru_cache(maxsize=256)
def read(text: str) -> Cron | None:
    """A cron expression; None if it is none, or one that never comes true by itself (an impossible field)."""
    fields = _MACROS.get(text.strip().lower(), text).upper().split()
    if len(fields) != 6:
        return None
    clock = [_numbers(field, 0, most, {}) for field, most in zip(fields, (59, 59, 23), strict=False)]
    months = _numbers(fields[4], 1, 12, _MONTHS)
    of_month, of_week = _days_of_month(fields[3]), _days_of_week(fields[5])
    if not all(clock) or not months or of_month is None or of_week is None:
        return None
    chosen = frozenset(months)
    seconds, minutes, hours = (tuple(one) for one in clock)
    return Cron(seconds, minutes, hours, lambda day: day.month in chosen and of_month(day) and of_week(day))


def _numbers(field: str, least: int, most: int, names: dict[str, int]) -> list[int]:
    """The numbers of a field, in order; none if it cannot be read."""
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            return []
        first = _number(match[1], names) if match[1] else least
        last = _number(match[2], names) if match[2] else first if match[1] and not match[3] else most
        step = int(match[3]) if match[3] else 1
        if first is None or last is None or not least <= first <= last <= most or not step:
            return []
        found.update(range(first, last + 1, step))
    return sorted(found)


def _number(text: str, names: dict[str, int]) -> int | None:
    return names.get(text, int(text) if text.isdigit() and len(text) < 4 else None)


def _days_of_month(field: str) -> Days | None:
    last = re.fullmatch(r"L(?:-(\d{1,2}))?", field)
    if last is not None:
        before = int(last[1] or 0)
        return (lambda day: day.day == _length(day) - before) if before <= 30 else None
    found = frozenset(_numbers(field, 1, 31, {}))
    return (lambda day: day.day in found) if found else None


def _days_of_week(field: str) -> Days | None:
    special = re.fullmatch(r"(\w{1,3}?)(?:(L)|#([1-5]))", field)
    weekday = _number(special[1], _DAYS) if special else None
    if special is not None and weekday is not None and weekday <= 7:
        which = int(special[3] or 0)
        return lambda day: _weekday(day) == weekday % 7 and _week(day, which)
    found = frozenset(one % 7 for one in _numbers(field, 0, 7, _DAYS))
    return (lambda day: _weekday(day) in found) if found else None


def _week(day: date, which: int) -> bool:
    return (day.day - 1) // 7 + 1 == which if which else day.day + 7 > _length(day)


def _weekday(day: date) -> int:
    return day.isoweekday() % 7


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]
