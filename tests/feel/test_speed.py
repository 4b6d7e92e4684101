"""How fast: measured in processor time, so that a busy machine does not matter."""

import time
from collections.abc import Callable

import pytest

from app.feel import compile, compile_unary_tests
from app.feel.parser import parse

CONTEXT = {"金额": 90, "kind": "餐饮", "备注": "加急办理", "case": {"applicant": {"age": 30}}}


def microseconds(act: Callable[[], object], times: int) -> float:
    """The best of seven measurements of one call."""
    best = float("inf")
    for _ in range(7):
        started = time.process_time()
        for _ in range(times):
            act()
        best = min(best, time.process_time() - started)
    return best / times * 1e6


@pytest.mark.parametrize(
    ("source", "limit"),
    [
        ("金额 > 100", 3),
        ('kind = "餐饮"', 3),
        ('金额 > 100 and kind = "餐饮" or contains(备注, "急")', 10),
        ("case.applicant.age >= 18 and 金额 in [0..1000]", 10),
    ],
)
def test_cached_condition_is_quick(source: str, limit: float) -> None:
    expression = compile(source)
    assert microseconds(lambda: expression(CONTEXT), 3000) <= limit


def test_cell_is_quick() -> None:
    cell = compile_unary_tests('"零售","餐饮"')
    assert microseconds(lambda: cell("餐饮", CONTEXT), 3000) <= 3


def test_typical_condition_is_parsed_within_a_millisecond() -> None:
    source = '金额 > 100 and kind = "餐饮" or contains(备注, "急")'
    assert microseconds(lambda: parse(source), 100) <= 1000
