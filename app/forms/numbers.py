"""Numbers as forms exchange them: JSON numbers or their decimal text, read and written as JavaScript does."""

import math
import re
from decimal import Context, Decimal, InvalidOperation

NUMERAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\Z")
MAX_DIGITS = 64
WIDE = Context(prec=1000)


def read_number(value: object) -> int | float | None:
    """A JSON number or a numeral's value as a number, integral ones as int; None for anything else or the infinite."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**MAX_DIGITS else None
    if isinstance(value, str):
        text = value.strip()
        if len(text) > MAX_DIGITS or not NUMERAL.match(text):
            return None
        if text.lstrip("+-").isdigit():
            return int(text)
        value = float(text)
    elif isinstance(value, Decimal):
        value = float(value)
    if not isinstance(value, float) or not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def exact(value: int | float | str | Decimal) -> Decimal:
    """The decimal that the numeral says; a float is what its shortest numeral says. Raises InvalidOperation."""
    if isinstance(value, Decimal):
        return value
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def numeral(value: int | float | Decimal) -> str:
    """The number as JavaScript's `toString` writes it: plain from 1e-6 up to 1e21, with an exponent beyond."""
    number = exact(value)
    if not number:
        return "0"
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    power = number.adjusted()
    sign = "-" if number < 0 else ""
    if -7 < power < 21:
        plain = format(number, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if power > 0 else '-'}{abs(power)}"


def decimals(value: Decimal) -> int:
    """How many digits stand behind the decimal point, trailing zeros not counted."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or exponent >= 0 or not value:
        return 0
    zeros = 0
    for digit in reversed(digits):
        if digit:
            break
        zeros += 1
    return max(0, -exponent - zeros)


def remainder(value: Decimal, step: Decimal) -> Decimal:
    """What is left of the value above the nearest multiple of the step towards zero; the sign is the value's."""
    try:
        return value % step
    except InvalidOperation:
        return WIDE.remainder(value, step)
