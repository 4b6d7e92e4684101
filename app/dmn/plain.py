"""Answers as plain JSON, for other programs: every digit of a number, dates, times and durations as ISO 8601 texts."""

import json
from datetime import date
from decimal import Decimal

from app.errors import Text
from app.feel.civil import FarDate
from app.feel.errors import FeelRuntimeError
from app.feel.temporal import write_temporal
from app.feel.values import DateTime, DaysTimeDuration, Range, Time, Value, YearsMonthsDuration

_TEMPORAL = (date, FarDate, Time, DateTime, DaysTimeDuration, YearsMonthsDuration)


def plain_json(value: Value) -> str:
    """A FEEL value as the text of a JSON value. Raises FeelRuntimeError for a function."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(str(key))}: {plain_json(one)}" for key, one in value.items()) + "}"
    if isinstance(value, _TEMPORAL):
        return _text(write_temporal(value))
    if isinstance(value, list):
        return "[" + ", ".join(plain_json(one) for one in value) + "]"
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Range):
        return _range(value)
    if value is None or isinstance(value, str | bool):
        return _text(value)
    raise FeelRuntimeError(Text("函数不能写成数据", "a function cannot be written as data"))


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _number(value: Decimal) -> str:
    """All digits; without an exponent where that stays short."""
    return f"{value:f}" if -30 < value.adjusted() < 30 else str(value)


def _range(value: Range) -> str:
    """A range as a context of its ends."""
    ends = {
        "start": value.start, "start included": value.start_included,
        "end": value.end, "end included": value.end_included,
    }  # fmt: skip
    return plain_json(ends)
