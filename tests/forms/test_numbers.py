"""Numbers are read and written as JavaScript does."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forms.numbers import decimals, exact, numeral, read_number, remainder


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (-0.0, "0"), (1.5, "1.5"), (100, "100"), (1e21, "1e+21"), (1e20, "100000000000000000000"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"), (1.25e-9, "1.25e-9"), (-12.50, "-12.5"), (123456789012345680000.0, "123456789012345680000"),
        (1.5e300, "1.5e+300"), (Decimal("10.50"), "10.5"),
    ],
)  # fmt: skip
def test_numerals_are_those_of_javascript(value: float, text: str) -> None:
    assert numeral(value) == text


@pytest.mark.parametrize(
    "value", ["", " ", "1e", "0x10", "١", "一", "1_000", "Infinity", "NaN", "1e999", "--1", "1,5", True, None, [], {}]
)
def test_what_is_no_number_is_none(value: object) -> None:
    assert read_number(value) is None


@pytest.mark.parametrize(
    ("value", "number"), [("5.0", 5), (" 12 ", 12), (".5", 0.5), ("5.", 5), ("1e2", 100), (5.0, 5), ("-3", -3)]
)
def test_numerals_become_numbers(value: object, number: float) -> None:
    found = read_number(value)
    assert found == number
    assert type(found) is type(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_survives_its_numeral(value: float) -> None:
    assert float(numeral(value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_decimals_are_counted_without_trailing_zeros(value: Decimal) -> None:
    tail = format(value, "f").partition(".")[2].rstrip("0")
    assert decimals(value) == len(tail)


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**6))
def test_a_remainder_has_the_sign_of_the_value(value: int, step: int) -> None:
    rest = remainder(exact(value), exact(step))
    assert (value - int(rest)) % step == 0
    assert abs(rest) < step
    assert not rest or (rest > 0) is (value > 0)


def test_huge_quotients_have_a_remainder() -> None:
    assert remainder(exact(1e308), exact("0.01")) == 0
    assert json.dumps(read_number("1e300")) == "1e+300"
