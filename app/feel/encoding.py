"""FEEL values as JSON and back, without loss. What JSON has no type for is `{"$feel": kind, "value": …}`."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.errors import Text
from app.feel.civil import FarDate
from app.feel.errors import FeelRuntimeError
from app.feel.limits import MAX_DEPTH, MAX_STEPS, NUMBERS, too_deep, too_many_steps
from app.feel.operators import kind
from app.feel.run import scalar
from app.feel.temporal import read_date, read_date_time, read_duration, read_time, write_temporal
from app.feel.values import DateTime, DaysTimeDuration, Range, Time, Value, YearsMonthsDuration

TAG: Final = "$feel"
SAFE: Final = 2**53  # JSON numbers beyond this lose digits in browsers
_TEMPORAL: Final = (date, FarDate, Time, DateTime, DaysTimeDuration, YearsMonthsDuration)
_READERS: Final = {
    "date": read_date,
    "time": read_time,
    "date and time": read_date_time,
    "days and time duration": read_duration,
    "years and months duration": read_duration,
}


def to_json(value: object) -> Any:
    """A FEEL value, or one of the host's, as JSON. Whole numbers up to 2**53 stay numbers.

    Raises FeelRuntimeError for functions and values FEEL does not know, FeelLimitError if it is too large.
    """
    return _Encoder().encode(value, 0)


def from_json(data: Any) -> Value:
    """The FEEL value that `to_json` wrote. Raises FeelRuntimeError if it is none."""
    return _Decoder().decode(data, 0)


class _Bounded:
    def __init__(self) -> None:
        self.left = MAX_STEPS * 4

    def step(self, depth: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise too_many_steps()
        if depth > MAX_DEPTH * 2:
            raise too_deep()


class _Encoder(_Bounded):
    def encode(self, value: Any, depth: int) -> Any:
        self.step(depth)
        if isinstance(value, dict):
            entries = {str(key): self.encode(one, depth + 1) for key, one in value.items()}
            return {TAG: "context", "value": entries} if TAG in entries else entries
        if isinstance(value, list | tuple) and not isinstance(value, FarDate):
            return [self.encode(one, depth + 1) for one in value]
        value = scalar(value)
        if value is None or isinstance(value, str | bool):
            return value
        if isinstance(value, Decimal):
            return _number(value)
        if isinstance(value, _TEMPORAL):
            return {TAG: kind(value), "value": write_temporal(value)}
        if isinstance(value, Range):
            return self.range(value, depth)
        raise FeelRuntimeError(Text("函数不能保存为数据", "a function cannot be stored as data"))

    def range(self, value: Range, depth: int) -> Any:
        ends = [self.encode(value.start, depth + 1), self.encode(value.end, depth + 1)]
        brackets = [value.start_included, value.end_included]
        return {TAG: "range", "value": ends, "included": brackets, "operator": value.operator}


def _number(value: Decimal) -> Any:
    if value == value.to_integral_value() and abs(value) <= SAFE:
        return int(value)
    return {TAG: "number", "value": str(value)}


class _Decoder(_Bounded):
    def decode(self, data: Any, depth: int) -> Value:
        self.step(depth)
        if isinstance(data, list):
            return [self.decode(one, depth + 1) for one in data]
        if not isinstance(data, dict):
            return scalar(data)
        if TAG not in data:
            return {key: self.decode(one, depth + 1) for key, one in data.items()}
        value = self.tagged(data[TAG], data, depth)
        if value is None:
            raise FeelRuntimeError(Text("不是 FEEL 数据", "this is not an encoded FEEL value"))
        return value

    def tagged(self, name: Any, data: dict[str, Any], depth: int) -> Value:
        inside = data.get("value")
        if not isinstance(name, str):
            return None
        if name == "context" and isinstance(inside, dict):
            return {key: self.decode(one, depth + 1) for key, one in inside.items()}
        if name == "range" and isinstance(inside, list) and len(inside) == 2:
            ends = [self.decode(one, depth + 1) for one in inside]
            included = data.get("included", [True, True])
            return Range(ends[0], ends[1], included[0] is True, included[1] is True, str(data.get("operator", "")))
        if not isinstance(inside, str):
            return None
        if name == "number":
            return _read_number(inside)
        reader = _READERS.get(name)
        return None if reader is None else reader(inside)


def _read_number(text: str) -> Decimal | None:
    try:
        number = NUMBERS.create_decimal(text)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
