"""Numeric functions (DMN 1.5, table 69)."""

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
    Overflow,
)
from typing import Final

from app.feel.builtins.registry import builtin
from app.feel.limits import NUMBER, NUMBERS, too_large
from app.feel.run import Run
from app.feel.values import DaysTimeDuration, Value, YearsMonthsDuration

MAX_SCALE: Final = 6176  # DMN 1.5, table 69
MIN_SCALE: Final = -6111


def rounded(number: Decimal, scale: Decimal, mode: str) -> Decimal | None:
    """The number at `scale` digits behind the point; null if the scale is out of range."""
    digits = int(scale)
    if not MIN_SCALE <= digits <= MAX_SCALE:
        return None
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -digits <= exponent <= 0:
        return number
    try:
        return NUMBERS.create_decimal(number.quantize(Decimal(1).scaleb(-digits), mode, WIDE))
    except DecimalException:
        return None


WIDE: Final = NUMBERS.copy()
WIDE.prec = 12_400


def _rounding(name: str, mode: str) -> None:
    @builtin(f"{name}(n: number, scale: number)")
    def with_scale(number: Decimal, scale: Decimal) -> Decimal | None:
        return rounded(number, scale, mode)


_rounding("decimal", ROUND_HALF_EVEN)
_rounding("round up", ROUND_UP)
_rounding("round down", ROUND_DOWN)
_rounding("round half up", ROUND_HALF_UP)
_rounding("round half down", ROUND_HALF_DOWN)


@builtin("floor(n: number, scale?: number)")
def floor(number: Decimal, scale: Decimal | None = None) -> Decimal | None:
    return rounded(number, scale or Decimal(0), ROUND_FLOOR)


@builtin("ceiling(n: number, scale?: number)")
def ceiling(number: Decimal, scale: Decimal | None = None) -> Decimal | None:
    return rounded(number, scale or Decimal(0), ROUND_CEILING)


@builtin("abs(n: value)")
def absolute(value: Value) -> Value:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Decimal):
        return value.copy_abs()
    if isinstance(value, DaysTimeDuration):
        return DaysTimeDuration(abs(value.nanos))
    return YearsMonthsDuration(abs(value.months)) if isinstance(value, YearsMonthsDuration) else None


@builtin("modulo(dividend: number, divisor: number)", run=True)
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Value:
    """The remainder with the divisor's sign: dividend - divisor * floor(dividend / divisor)."""
    run.spend(max(dividend.adjusted() - divisor.adjusted(), 0) // 32)
    if divisor == 0:
        return None
    try:
        rest = WIDE.remainder(dividend, divisor)
    except DecimalException:
        return None
    if rest != 0 and (rest < 0) != (divisor < 0):
        rest = WIDE.add(rest, divisor)
    return NUMBERS.plus(rest)


def _function(name: str, compute: Callable[[Decimal], Decimal], defined: Callable[[Decimal], bool]) -> None:
    @builtin(f"{name}(number: number)", run=True)
    def of_number(run: Run, number: Decimal) -> Decimal | None:
        run.spend(40)
        if not defined(number):
            return None
        try:
            return compute(number)
        except Overflow as error:
            raise too_large(NUMBER) from error
        except DecimalException:
            return None


_function("sqrt", NUMBERS.sqrt, lambda number: number >= 0)
_function("log", NUMBERS.ln, lambda number: number > 0)
_function("exp", NUMBERS.exp, lambda _: True)


def _parity(number: Decimal) -> int | None:
    if number != number.to_integral_value():
        return None
    return int(number) % 2


@builtin("odd(number: number)")
def odd(number: Decimal) -> bool | None:
    parity = _parity(number)
    return None if parity is None else parity == 1


@builtin("even(number: number)")
def even(number: Decimal) -> bool | None:
    parity = _parity(number)
    return None if parity is None else parity == 0
