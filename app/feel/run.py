"""One evaluation: its budget, its warnings, and host values turned into FEEL values on the way in."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DecimalException
from typing import Any, Final

from app.errors import Text
from app.feel.civil import FarDate
from app.feel.errors import FeelRuntimeError
from app.feel.limits import (
    LIST,
    MAX_CALLS,
    MAX_DEPTH,
    MAX_LIST,
    MAX_STEPS,
    NUMBER,
    NUMBERS,
    sized_string,
    too_deep,
    too_large,
    too_many_steps,
)
from app.feel.values import (
    DateTime,
    DaysTimeDuration,
    Function,
    Range,
    Time,
    Value,
    YearsMonthsDuration,
    from_datetime,
)

Frame = list[Any]
"""What closures run over: the context, the `Run` or None, now, then one slot for each local variable."""
CONTEXT, RUN, NOW, LOCALS = 0, 1, 2, 3
MISSING: Final = object()
MAX_WARNINGS: Final = 50
READY: Final = frozenset((str, bool, type(None), date, FarDate, Time, DateTime, Range, Function,
                          DaysTimeDuration, YearsMonthsDuration))  # fmt: skip


class Run:
    """The budget of one evaluation and what it noticed."""

    __slots__ = ("calls", "converted", "left", "now", "warnings")

    def __init__(self, now: DateTime | None) -> None:
        self.left = MAX_STEPS
        self.calls = 0
        self.now = now
        self.warnings: list[Text] = []
        self.converted: dict[int, tuple[Any, Value]] = {}

    def spend(self, steps: int) -> None:
        """Take steps from the budget. Raises FeelLimitError when it is used up."""
        self.left -= steps
        if self.left < 0:
            raise too_many_steps()

    def enter(self, weight: int = 1) -> None:
        """Go into a function that is written in FEEL; `weight` are the steps that its body takes at most."""
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise too_deep()
        self.spend(weight)

    def warn(self, text: Text) -> None:
        """Remember why something became null."""
        if len(self.warnings) < MAX_WARNINGS and text not in self.warnings:
            self.warnings.append(text)

    def convert(self, value: Any) -> Value:
        """A list or context of the host's as FEEL values, once for each evaluation."""
        known = self.converted.get(id(value))
        if known is None:
            known = value, _Convert(self).deep(value, 0)
            self.converted[id(value)] = known
        return known[1]


def run_of(frame: Frame) -> Run:
    """The run of a frame. Made when it is first needed: a comparison needs none."""
    run: Run | None = frame[RUN]
    if run is None:
        run = frame[RUN] = run_at(frame[NOW])
    return run


def run_at(now: datetime | None) -> Run:
    """A run of its own, for an evaluation made of many expressions. ValueError if `now` has no time zone."""
    if now is not None and now.tzinfo is None:
        raise ValueError("now has no time zone")
    return Run(None if now is None else from_datetime(now))


def from_host(value: Any, frame: Frame) -> Value:
    """A value of the host's as a FEEL value. Raises FeelRuntimeError for one that FEEL has no kind for."""
    cls = value.__class__
    if cls is Decimal and value.is_finite():
        return value
    if cls in READY:
        return value
    if cls is list or cls is dict:
        return run_of(frame).convert(value)
    if isinstance(value, list | tuple | Mapping):
        return run_of(frame).convert(value)
    return scalar(value)


def scalar(value: Any) -> Value:
    """A single value of the host's as a FEEL value. Raises FeelRuntimeError, FeelLimitError."""
    if isinstance(value, bool | FarDate) or value is None:
        return value
    if isinstance(value, int | Decimal):
        return _number(value)
    if isinstance(value, float):
        return _number(Decimal(repr(value)))
    if isinstance(value, str):
        return sized_string(str(value))
    if isinstance(value, datetime):
        return from_datetime(value)
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, timedelta):
        return DaysTimeDuration(((value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds) * 1000)
    if isinstance(value, time):
        return Time(value.hour, value.minute, value.second, value.microsecond * 1000, value.tzinfo)
    if value.__class__ in READY:
        return value
    name = type(value).__name__
    raise FeelRuntimeError(
        Text(f"变量中有 FEEL 不能使用的值({name})", f"the context holds a value FEEL cannot use ({name})")
    )


def _number(value: int | Decimal) -> Decimal | None:
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    if isinstance(value, int) and value.bit_length() > 21_000:
        raise too_large(NUMBER)
    try:
        return NUMBERS.create_decimal(value)
    except DecimalException as error:
        raise too_large(NUMBER) from error


class _Convert:
    """Turns nested host values into FEEL values, within depth and size."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def deep(self, value: Any, depth: int) -> Value:
        cls = value.__class__
        if cls is str or cls in READY:
            return value
        if isinstance(value, FarDate) or not isinstance(value, list | tuple | Mapping):
            return scalar(value)
        if depth > MAX_DEPTH:
            raise too_deep()
        if len(value) > MAX_LIST:
            raise too_large(LIST)
        self.run.spend(len(value) // 8 + 1)
        if isinstance(value, Mapping):
            return {str(key): self.deep(one, depth + 1) for key, one in value.items()}
        return [self.deep(one, depth + 1) for one in value]
