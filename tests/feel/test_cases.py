"""The table of cases: every expression gives the value written beside it."""

from datetime import UTC, datetime

import pytest

from app.feel import compile
from app.feel.builtins.conversion import string_from
from tests.feel.cases import GROUPS

NOW = datetime(2026, 2, 17, 0, 30, tzinfo=UTC)
CASES = [pytest.param(*case, id=f"{group}-{case[0]}") for group, cases in GROUPS.items() for case in cases]


def shown(value: object) -> str:
    """A value as FEEL text, strings in quotes."""
    text = string_from([value, value])
    assert text is not None
    return text[1 : len(text) // 2 - 1]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_expression_gives_its_value(source: str, expected: str) -> None:
    assert shown(compile(source)({}, NOW)) == expected


def test_table_has_hundreds_of_cases() -> None:
    assert len(CASES) > 500
    assert all(len(case) == 2 for cases in GROUPS.values() for case in cases)
