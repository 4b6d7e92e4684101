"""The cells of decision tables."""

from decimal import Decimal
from typing import Any

import pytest

from app.feel import Range, compile_unary_tests

CASES: list[tuple[str, Any, bool | None]] = [
    ("-", None, True),
    (" - ", 5, True),
    ("5", 5, True),
    ("5", 6, False),
    ("-5", -5, True),
    ('"a"', "a", True),
    ('"a","b"', "b", True),
    ('"a","b"', "c", False),
    ('"a"', 1, None),
    ("null", None, True),
    ("null", 1, False),
    ("true", True, True),
    ("true", False, False),
    ("true", None, False),
    ("> 5", 6, True),
    (">5", 5, False),
    ("<= 5", 5, True),
    ("> 5", None, None),
    ("> 5", "a", None),
    ("= 5", 5, True),
    ("!= 5", 5, False),
    ("!= 5", 4, True),
    ("< 0, > 10", 11, True),
    ("< 0, > 10", 5, False),
    ("[1..5]", 5, True),
    ("[1..5)", 5, False),
    ("(1..5]", 1, False),
    ("]1..5[", 3, True),
    ("[1..5], 7, > 10", 7, True),
    ("[1..5]", "a", None),
    ('["a".."c"]', "b", True),
    ("not(5)", 5, False),
    ("not(5)", 6, True),
    ('not("a", "b")', "c", True),
    ("not(> 5)", 5, True),
    ("not(> 5)", None, None),
    ("not([1..5])", 6, True),
    ("not(null)", 1, True),
    ("not(true)", False, True),
    ("not(-5)", 5, True),
    ("not(?) or ? = true", True, True),
    ("not(limit = 5)", True, True),
    ("? > 1 and ? < 5", 3, True),
    ("? > 1 and ? < 5", 5, False),
    ("? + 1 = 3", 2, True),
    ('contains(?, "急")', "加急", True),
    ("count(?) > 1", [1, 2], True),
    ("> limit", 11, True),
    ("limit", 10, True),
    ("limit * 2, limit", 20, True),
    ("allowed", "x", True),
    ("allowed", "z", False),
    ("span", 5, True),
    ("limit > 5", "anything", True),
    ("limit > 50", "anything", None),
    ('@"2026-02-17"', None, False),
    ('[date("2026-01-01")..date("2026-12-31")]', None, None),
    ("[1, 2]", 2, True),
    ("every x in ? satisfies x > 0", [1, 2], True),
]
CONTEXT = {"limit": 10, "allowed": ["x", "y"]}


@pytest.mark.parametrize(("source", "value", "expected"), CASES)
def test_cell_tests_its_value(source: str, value: object, expected: bool | None) -> None:
    context = {**CONTEXT, "span": Range(Decimal(1), Decimal(9))}
    assert compile_unary_tests(source)(value, context) is expected


def test_names_of_cells_leave_out_the_value_itself() -> None:
    assert compile_unary_tests("> limit, ? < x").names == {"limit", "x"}


def test_dash_is_known_to_fit_everything() -> None:
    assert compile_unary_tests("-").fits_all
    assert not compile_unary_tests("> 1").fits_all


def test_plain_literals_are_known_beforehand() -> None:
    assert compile_unary_tests('"a", 1').literals == ("a", 1)
    assert compile_unary_tests('not("a")').literals is None
    assert compile_unary_tests("null").literals is None
