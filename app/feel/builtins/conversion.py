"""Conversion functions (DMN 1.5, table 65), `string` in particular."""

import re
from datetime import date, timedelta, timezone
from decimal import Decimal, DecimalException
from typing import Final

from app.feel.builtins.literals import read_literal
from app.feel.builtins.registry import builtin
from app.feel.civil import AnyDate, FarDate, make_date
from app.feel.limits import MAX_DEPTH, MAX_STRING, NUMBERS, STRING, too_deep, too_large
from app.feel.operators import order
from app.feel.run import Run
from app.feel.temporal import (
    make_time,
    months_duration,
    read_date,
    read_date_time,
    read_duration,
    read_time,
    write_number,
    write_temporal,
)
from app.feel.values import (
    MIDNIGHT,
    SECOND,
    DateTime,
    DaysTimeDuration,
    Function,
    Range,
    Time,
    Value,
    YearsMonthsDuration,
    midnight,
)

_NUMBER: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")
_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def _whole(value: Decimal) -> int | None:
    return int(value) if value == value.to_integral_value() and abs(value) < 10**12 else None


@builtin("date(from: value)")
def date_from(value: Value) -> Value:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return read_date(value)
    if isinstance(value, DateTime):
        return value.date
    return value if isinstance(value, date | FarDate) else None


@builtin("date(year: number, month: number, day: number)")
def date_of(year: Decimal, month: Decimal, day: Decimal) -> AnyDate | None:
    parts = _whole(year), _whole(month), _whole(day)
    if parts[0] is None or parts[1] is None or parts[2] is None:
        return None
    return make_date(parts[0], parts[1], parts[2])


@builtin("date and time(date: day, time: time)")
def date_time_of(day: AnyDate | DateTime, time: Time) -> DateTime:
    return DateTime(day.date if isinstance(day, DateTime) else day, time)


@builtin("date and time(from: value)")
def date_time_from(value: Value) -> Value:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return read_date_time(value)
    if isinstance(value, date | FarDate):
        return midnight(value)
    return value if isinstance(value, DateTime) else None


@builtin("time(from: value)")
def time_from(value: Value) -> Value:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return read_time(value)
    if isinstance(value, DateTime):
        return value.time
    if isinstance(value, date | FarDate):
        return MIDNIGHT
    return value if isinstance(value, Time) else None


@builtin("time(hour: number, minute: number, second: number, offset?: days duration)")
def time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTimeDuration | None = None) -> Time | None:
    hours, minutes = _whole(hour), _whole(minute)
    if hours is None or minutes is None or not 0 <= second < 60:
        return None
    seconds, nano = divmod(int(NUMBERS.multiply(second, Decimal(SECOND))), SECOND)
    zone = None
    if offset is not None:
        if abs(offset.nanos) > 18 * 3600 * SECOND:
            return None
        zone = timezone(timedelta(seconds=offset.nanos // SECOND))
    return make_time(hours, minutes, seconds, nano, zone)


@builtin("number(from: string, grouping separator: any, decimal separator: any)")
def number_grouped(text: str, grouping: Value, point: Value) -> Decimal | None:
    if grouping not in (None, " ", ",", ".") or point not in (None, ".", ",") or (grouping and grouping == point):
        return None
    if grouping:
        text = text.replace(grouping, "")
    if point == ",":
        text = text.replace(",", ".") if "." not in text else ""
    return _read_number(text)


@builtin("number(from: value)")
def number_from(value: Value) -> Decimal | None:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Decimal):
        return value
    return _read_number(value) if isinstance(value, str) else None


def _read_number(value: str) -> Decimal | None:
    if len(value) > 1000 or _NUMBER.fullmatch(value) is None:
        return None
    try:
        return NUMBERS.create_decimal(value)
    except DecimalException:
        return None


@builtin("string(from: any)", run=True)
def string_spent(run: Run, value: Value) -> str | None:
    text = string_from(value)
    run.spend(0 if text is None else len(text) // 8)
    return text


def string_from(value: Value) -> str | None:
    """The text of a value; null stays null."""
    if value is None or isinstance(value, str):
        return value
    return _Writer().text(value)


class _Writer:
    """Writes values as FEEL text within the size of a string."""

    def __init__(self) -> None:
        self.left = MAX_STRING

    def text(self, value: Value, depth: int = 0) -> str:
        if depth > MAX_DEPTH:
            raise too_deep()
        text = self.whole(value, depth)
        self.left -= 1 if isinstance(value, list | dict) else len(text)
        if self.left < 0:
            raise too_large(STRING)
        return text

    def whole(self, value: Value, depth: int) -> str:
        if isinstance(value, list):
            return "[" + ", ".join(self.inner(one, depth + 1) for one in value) + "]"
        if isinstance(value, dict):
            entries = (f"{key}: {self.inner(one, depth + 1)}" for key, one in value.items())
            return "{" + ", ".join(entries) + "}"
        if isinstance(value, Range):
            return self.range(value, depth)
        return plain(value)

    def inner(self, value: Value, depth: int) -> str:
        if isinstance(value, str):
            self.left -= len(value)
            return f'"{value.translate(_ESCAPES)}"'
        return "null" if value is None else self.text(value, depth)

    def range(self, value: Range, depth: int) -> str:
        if value.operator:
            end = value.start if value.start is not None else value.end
            return f"({value.operator} {self.inner(end, depth + 1)})"
        opened, closed = "[" if value.start_included else "(", "]" if value.end_included else ")"
        return f"{opened}{self.inner(value.start, depth + 1)}..{self.inner(value.end, depth + 1)}{closed}"


def plain(value: Value) -> str:
    """The text of a value that holds no others."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return write_number(value)
    if isinstance(value, Function):
        return f"function {value.name}".rstrip() + f"({', '.join(value.params)})"
    return write_temporal(value)


@builtin("duration(from: value)")
def duration_from(value: Value) -> Value:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return read_duration(value)
    return value if isinstance(value, DaysTimeDuration | YearsMonthsDuration) else None


@builtin("years and months duration(from: day, to: day)")
def months_between(start: Value, end: Value) -> YearsMonthsDuration | None:
    """The whole months from one day to the other; times of day and zones do not count."""
    first = start.date if isinstance(start, DateTime) else start
    last = end.date if isinstance(end, DateTime) else end
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return months_duration(months)


@builtin("range(from: string)", run=True)
def range_from(run: Run, text: str) -> Range | None:
    """`[1..3]`, `("a".."b"]`, `[2026-01-01..)`, `>= 5`: the ends are literals; only an open end may be left out."""
    run.spend(len(text))
    compared = _COMPARED.fullmatch(text.strip())
    if compared is not None:
        return _compared(compared[2], read_literal(compared[3].strip(), run))
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        return None
    low_text, high_text = found[2].strip(), found[3].strip()
    low, high = read_literal(low_text, run), read_literal(high_text, run)
    low_included, high_included = found[1] == "[", found[4] == "]"
    if (low is None and (low_text or low_included)) or (high is None and (high_text or high_included)):
        return None
    one_sided = (low is None) is not (high is None)
    ordered = one_sided or order(low, high) in (-1, 0)
    return Range(low, high, low_included, high_included) if ordered else None


_RANGE: Final = re.compile(r"([\[\](])((?:(?!\.\.).)*)\.\.((?:(?!\.\.).)*)([\])\[])", re.DOTALL)
_COMPARED: Final = re.compile(r"(\(\s*)?(<=|>=|<|>)(.*?)(?(1)\)|\]?)", re.DOTALL)  # the suite has `< 5]`


def _compared(sign: str, end: Value) -> Range | None:
    """The range of what compares so with `end`."""
    if end is None:
        return None
    if sign[0] == "<":
        return Range(None, end, False, sign == "<=", sign)
    return Range(end, None, sign == ">=", False, sign)
