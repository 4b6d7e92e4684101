"""The browser's evaluator and ours say the same, but for the differences that docs/feel.md lists.

SOAK=20 in the environment compares twenty times as many.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.feel import Range, YearsMonthsDuration
from tests.feel.feelin.core import CONTEXT, expressions
from tests.feel.feelin.differences import WHEN, WRITTEN, known
from tests.feel.feelin.engine import Feelin, Odd, agree, our_value, text
from tests.feel.feelin.operations import operations
from tests.feel.test_documentation import section
from tests.soak import SOAK


@pytest.fixture(scope="module")
def feelin() -> Iterator[Feelin]:
    process = Feelin()
    yield process
    process.close()


def test_conditions_and_sums_of_forms_mean_the_same_in_the_browser(feelin: Feelin) -> None:
    @settings(max_examples=40 * SOAK, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(expressions, min_size=5, max_size=20))
    def both_agree(sources: list[str]) -> None:
        for source, theirs in zip(sources, feelin.values(sources, CONTEXT), strict=True):
            ours = our_value(source, CONTEXT)
            assert agree(ours, theirs), f"{source}: ours {text(ours)}, feelin {text(theirs)}"

    both_agree()


@pytest.mark.parametrize("seed", range(3 * SOAK))
def test_operations_on_any_literals_differ_only_as_the_page_says(feelin: Feelin, seed: int) -> None:
    cases = list(operations(seed))
    for case, theirs in zip(cases, feelin.values([case.source for case in cases]), strict=True):
        ours = our_value(case.source)
        if not agree(ours, theirs):
            operands = [our_value(one) for one in case.operands]
            assert known(case.name, operands, ours, theirs), f"{case.source}: {text(ours)}, feelin {text(theirs)}"


def test_page_lists_each_difference_with_an_example_that_is_so(feelin: Feelin) -> None:
    rows = re.findall(r"^\| (.+?) \| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", section("Where feelin differs"), re.M)
    assert [row[0] for row in rows] == [*WHEN, *WRITTEN]
    answers = feelin.values([row[1] for row in rows])
    for (title, source, ours, theirs), answer in zip(rows, answers, strict=True):
        assert (text(our_value(source)), text(answer)) == (ours, theirs), title


def test_results_are_told_apart() -> None:
    assert agree(Decimal("0.3"), Decimal("0.30000000000000004"))
    assert not agree(Decimal(1), Decimal("1.0001"))
    assert not agree(Decimal(1), True)
    assert not agree(None, False)
    assert not agree([Decimal(1)], [Decimal(1), None])
    assert not agree({"a": None}, {})
    assert agree(Odd("error", "x"), Odd("error", "y"))
    assert not agree(None, Odd("error", "x"))
    assert not agree(YearsMonthsDuration(1), YearsMonthsDuration(2))
    assert known("+", [Decimal(1), Decimal(2)], Decimal(3), Decimal(4)) is None
    assert known("for", [Range(Decimal(1), Decimal(2))], [], None) is None
