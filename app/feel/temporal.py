"""Dates, times and durations: from text (XML Schema lexical forms, with `@zone`) and back to it."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.feel.civil import FAR, AnyDate, make_date
from app.feel.values import DAY, SECOND, DateTime, DaysTimeDuration, Time, Value, YearsMonthsDuration

_DATE: Final = re.compile(r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?"
    r"(Z|z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z][A-Za-z0-9_+\-/]{0,60})?"
)
_DURATION: Final = re.compile(
    r"(-?)P(?:([0-9]{1,18})Y)?(?:([0-9]{1,18})M)?(?:([0-9]{1,18})D)?"
    r"(T(?:([0-9]{1,18})H)?(?:([0-9]{1,18})M)?(?:([0-9]{1,18})(?:\.([0-9]{0,30}))?S)?)?"
)
MAX_OFFSET: Final = 18 * 3600
MAX_MONTHS: Final = 12 * FAR * 2
MAX_NANOS: Final = DAY * 366 * FAR * 2


def read_date(text: str) -> AnyDate | None:
    """The date that `text` says, or None."""
    found = _DATE.fullmatch(text)
    if found is None or found[1] == "-0000":
        return None
    return make_date(int(found[1]), int(found[2]), int(found[3]))


def read_zone(text: str) -> tzinfo | None:
    """The zone of `Z`, `+08:00` or `@Asia/Shanghai`, or None if there is none of that name."""
    if text in ("Z", "z"):
        return UTC
    if text[0] == "@":
        return _named(text[1:])
    parts = [int(part) for part in text[1:].split(":")]
    seconds = parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)
    if parts[1] > 59 or seconds > MAX_OFFSET:
        return None
    return timezone(timedelta(seconds=-seconds if text[0] == "-" else seconds))


@lru_cache(maxsize=1024)
def _named(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def make_time(hour: int, minute: int, second: int, nano: int, zone: tzinfo | None) -> Time | None:
    """The time of these numbers, or None if there is none."""
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59):
        return None
    return Time(hour, minute, second, nano, zone)


def read_time(text: str) -> Time | None:
    """The time that `text` says, or None."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    zone = None
    if found[5]:
        zone = read_zone(found[5])
        if zone is None:
            return None
    nano = int((found[4] or "0")[:9].ljust(9, "0"))
    return make_time(int(found[1]), int(found[2]), int(found[3]), nano, zone)


def read_date_time(text: str) -> DateTime | None:
    """The date and time that `text` says (a date alone is its midnight), or None."""
    day_text, mark, time_text = text.partition("T")
    day = read_date(day_text)
    time = read_time(time_text) if mark else Time(0, 0, 0)
    return None if day is None or time is None else DateTime(day, time)


def read_duration(text: str) -> DaysTimeDuration | YearsMonthsDuration | None:
    """The duration that `text` says: years and months, or days and time, never both."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    minus, years, months, days, clock, hours, minutes, seconds, fraction = found.groups()
    sign = -1 if minus else 1
    if years is not None or months is not None:
        if days is not None or clock is not None:
            return None
        return months_duration(sign * (int(years or 0) * 12 + int(months or 0)))
    if (days is None and clock is None) or clock == "T":
        return None
    whole = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return nanos_duration(sign * (whole * SECOND + int((fraction or "0")[:9].ljust(9, "0"))))


def months_duration(months: int) -> YearsMonthsDuration | None:
    """The duration, or None beyond what dates can hold."""
    return YearsMonthsDuration(months) if abs(months) <= MAX_MONTHS else None


def nanos_duration(nanos: int) -> DaysTimeDuration | None:
    """The duration, or None beyond what dates can hold."""
    return DaysTimeDuration(nanos) if abs(nanos) <= MAX_NANOS else None


def read_temporal(text: str) -> Value:
    """What an at-literal means (DMN 1.5, 10.3.1.2 rule 62): a date, time, date and time or duration, else None."""
    if "P" in text[:2]:
        return read_duration(text)
    return read_date(text) or read_time(text) or (read_date_time(text) if "T" in text else None)


def write_zone(zone: tzinfo | None) -> str:
    """`Z`, `+08:00`, `@Asia/Shanghai` or nothing."""
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    delta = zone.utcoffset(None)
    seconds = 0 if delta is None else delta.days * 86_400 + delta.seconds
    if seconds == 0:
        return "Z"
    size = abs(seconds)
    tail = f":{size % 60:02d}" if size % 60 else ""
    return f"{'-' if seconds < 0 else '+'}{size // 3600:02d}:{size // 60 % 60:02d}{tail}"


def _fraction(nano: int) -> str:
    return f".{nano:09d}".rstrip("0") if nano else ""


def write_time(time: Time) -> str:
    """`08:30:00+08:00`."""
    clock = f"{time.hour:02d}:{time.minute:02d}:{time.second:02d}"
    return f"{clock}{_fraction(time.nano)}{write_zone(time.zone)}"


def write_months(months: int) -> str:
    """`P1Y2M`; nothing is `P0M`."""
    years, rest = divmod(abs(months), 12)
    body = (f"{years}Y" if years else "") + (f"{rest}M" if rest or not years else "")
    return f"{'-' if months < 0 else ''}P{body}"


def write_nanos(nanos: int) -> str:
    """`P1DT2H3M4.5S`; nothing is `PT0S`."""
    seconds, fraction = divmod(abs(nanos), SECOND)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    clock = (f"{hour}H" if hour else "") + (f"{minute}M" if minute else "")
    if second or fraction:
        clock += f"{second}{_fraction(fraction)}S"
    body = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if nanos < 0 else ''}P{body or 'T0S'}"


def write_temporal(value: Value) -> str:
    """The text of a date, time, date and time or duration; `read_temporal` reads it back."""
    if isinstance(value, DateTime):
        return f"{value.date.isoformat()}T{write_time(value.time)}"
    if isinstance(value, Time):
        return write_time(value)
    if isinstance(value, DaysTimeDuration):
        return write_nanos(value.nanos)
    if isinstance(value, YearsMonthsDuration):
        return write_months(value.months)
    text: str = value.isoformat()
    return text


def write_number(number: Decimal) -> str:
    """Plain digits without exponent and without zeros at the end of a fraction."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
