"""`+ - * / **` over numbers, strings, dates, times and durations (DMN 1.5, tables 57–60). No sense is null."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Final

from app.errors import Text
from app.feel.civil import AnyDate, FarDate, add_months, day_number, from_day_number
from app.feel.limits import NUMBER, NUMBERS, sized_string, too_large
from app.feel.temporal import months_duration, nanos_duration
from app.feel.values import DAY, SECOND, DateTime, DaysTimeDuration, Time, Value, YearsMonthsDuration, midnight

Operation = Callable[[Value, Value], Value]
_ADD: Final = NUMBERS.add
_SUBTRACT: Final = NUMBERS.subtract
_MULTIPLY: Final = NUMBERS.multiply


def _shift_instant(one: DateTime, nanos: int) -> DateTime | None:
    """The moment `nanos` later on the wall clock, in the same zone."""
    days, rest = divmod(day_number(one.date) * DAY + one.time.nanos + nanos, DAY)
    day = from_day_number(days)
    return None if day is None else DateTime(day, _time_of(rest, one.time))


def _time_of(nanos: int, like: Time) -> Time:
    seconds, nano = divmod(nanos, SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return Time(hour, minute, second, nano, like.zone)


def _date_plus(day: AnyDate, nanos: int) -> AnyDate | None:
    return from_day_number((day_number(day) * DAY + nanos) // DAY)


def _months_later(one: DateTime, months: int) -> DateTime | None:
    day = add_months(one.date, months)
    return None if day is None else DateTime(day, one.time)


def _apart(left: DateTime, right: DateTime) -> DaysTimeDuration | None:
    (zone, one), (other_zone, other) = left.instant(), right.instant()
    return nanos_duration(one - other) if zone == other_zone else None


def _times_apart(left: Time, right: Time) -> DaysTimeDuration | None:
    (zone, one), (other_zone, other) = left.instant(), right.instant()
    return DaysTimeDuration(one - other) if zone == other_zone else None


def _scaled(amount: int, factor: Decimal) -> int:
    product = NUMBERS.multiply(Decimal(amount), factor)
    return int(product.to_integral_value("ROUND_HALF_EVEN"))


_PLUS: Final[dict[tuple[type, type], Operation]] = {
    (DateTime, DaysTimeDuration): lambda a, b: _shift_instant(a, b.nanos),
    (DateTime, YearsMonthsDuration): lambda a, b: _months_later(a, b.months),
    (date, DaysTimeDuration): lambda a, b: _date_plus(a, b.nanos),
    (date, YearsMonthsDuration): lambda a, b: add_months(a, b.months),
    (Time, DaysTimeDuration): lambda a, b: _time_of((a.nanos + b.nanos) % DAY, a),
    (DaysTimeDuration, DaysTimeDuration): lambda a, b: nanos_duration(a.nanos + b.nanos),
    (YearsMonthsDuration, YearsMonthsDuration): lambda a, b: months_duration(a.months + b.months),
}
_MINUS: Final[dict[tuple[type, type], Operation]] = {
    (DateTime, DateTime): _apart,
    (DateTime, date): lambda a, b: _apart(a, midnight(b)),
    (date, DateTime): lambda a, b: _apart(midnight(a), b),
    (date, date): lambda a, b: nanos_duration((day_number(a) - day_number(b)) * DAY),
    (Time, Time): _times_apart,
    (DateTime, DaysTimeDuration): lambda a, b: _shift_instant(a, -b.nanos),
    (DateTime, YearsMonthsDuration): lambda a, b: _months_later(a, -b.months),
    (date, DaysTimeDuration): lambda a, b: _date_plus(a, -b.nanos),
    (date, YearsMonthsDuration): lambda a, b: add_months(a, -b.months),
    (Time, DaysTimeDuration): lambda a, b: _time_of((a.nanos - b.nanos) % DAY, a),
    (DaysTimeDuration, DaysTimeDuration): lambda a, b: nanos_duration(a.nanos - b.nanos),
    (YearsMonthsDuration, YearsMonthsDuration): lambda a, b: months_duration(a.months - b.months),
}
_TIMES: Final[dict[tuple[type, type], Operation]] = {
    (DaysTimeDuration, Decimal): lambda a, b: nanos_duration(_scaled(a.nanos, b)),
    (YearsMonthsDuration, Decimal): lambda a, b: months_duration(int(NUMBERS.multiply(Decimal(a.months), b))),
}
_OVER: Final[dict[tuple[type, type], Operation]] = {
    (DaysTimeDuration, Decimal): lambda a, b: nanos_duration(
        int(NUMBERS.divide(Decimal(a.nanos), b).to_integral_value("ROUND_HALF_EVEN"))
    ),
    (YearsMonthsDuration, Decimal): lambda a, b: months_duration(int(NUMBERS.divide(Decimal(a.months), b))),
    (DaysTimeDuration, DaysTimeDuration): lambda a, b: NUMBERS.divide(Decimal(a.nanos), Decimal(b.nanos)),
    (YearsMonthsDuration, YearsMonthsDuration): lambda a, b: NUMBERS.divide(Decimal(a.months), Decimal(b.months)),
}


def _classes(left: Value, right: Value) -> tuple[type, type]:
    """The two classes, with far dates as dates."""
    one, other = left.__class__, right.__class__
    return (date if one is FarDate else one), (date if other is FarDate else other)


def _by_table(table: dict[tuple[type, type], Operation], left: Value, right: Value, *, swap: bool) -> Value:
    classes = _classes(left, right)
    operation = table.get(classes)
    try:
        if operation is not None:
            return operation(left, right)
        if swap and (operation := table.get((classes[1], classes[0]))) is not None:
            return operation(right, left)
    except (DivisionByZero, InvalidOperation):
        return None
    except Overflow as error:
        raise too_large(NUMBER) from error
    return None


def add(left: Value, right: Value) -> Value:
    """`left + right`."""
    if left.__class__ is Decimal and right.__class__ is Decimal:
        try:
            return _ADD(left, right)
        except Overflow as error:
            raise too_large(NUMBER) from error
    if left.__class__ is str and right.__class__ is str:
        return sized_string(left + right)
    return _by_table(_PLUS, left, right, swap=True)


def subtract(left: Value, right: Value) -> Value:
    """`left - right`."""
    if left.__class__ is Decimal and right.__class__ is Decimal:
        try:
            return _SUBTRACT(left, right)
        except Overflow as error:
            raise too_large(NUMBER) from error
    return _by_table(_MINUS, left, right, swap=False)


def multiply(left: Value, right: Value) -> Value:
    """`left * right`."""
    if left.__class__ is Decimal and right.__class__ is Decimal:
        try:
            return _MULTIPLY(left, right)
        except Overflow as error:
            raise too_large(NUMBER) from error
    return _by_table(_TIMES, left, right, swap=True)


def divide(left: Value, right: Value) -> Value:
    """`left / right`; null if right is zero."""
    if left.__class__ is Decimal and right.__class__ is Decimal:
        return _guarded(NUMBERS.divide, left, right)
    return _by_table(_OVER, left, right, swap=False)


def power(left: Value, right: Value) -> Value:
    """`left ** right`; null where that is no real number."""
    if left.__class__ is not Decimal or right.__class__ is not Decimal:
        return None
    if left == 0 and right <= 0:  # Decimal would say not a number, and infinity
        return Decimal(1) if right == 0 else None
    return _guarded(NUMBERS.power, left, right)


def _guarded(operation: Callable[[Decimal, Decimal], Decimal], left: Decimal, right: Decimal) -> Decimal | None:
    try:
        return operation(left, right)
    except (DivisionByZero, InvalidOperation):
        return None
    except Overflow as error:
        raise too_large(NUMBER) from error


def negate(value: Value) -> Value:
    """`-value`."""
    if isinstance(value, Decimal):
        return NUMBERS.minus(value)
    if isinstance(value, DaysTimeDuration):
        return DaysTimeDuration(-value.nanos)
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(-value.months)
    return None


ARITHMETIC: Final[dict[str, Operation]] = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}
NO_SENSE: Final = Text("运算对象的类型不合,结果为空", "operands of these kinds do not fit, the result is null")
