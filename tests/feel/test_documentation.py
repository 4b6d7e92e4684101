"""docs/feel.md says what is so."""

import re
from pathlib import Path

from app.feel import limits
from app.feel.builtins import BUILTINS
from app.feel.builtins.dates import DAYS
from app.feel.regex import syntax

PAGE = (Path(__file__).parents[2] / "docs" / "feel.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text of a section of the page."""
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_page_lists_every_built_in_function() -> None:
    rows = [line for line in section("Built-in functions").splitlines() if line.startswith("|")][2:]
    named = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert sorted(named) == sorted(BUILTINS)
    assert len(BUILTINS) > 90
    assert len(DAYS) == 7


def test_page_gives_the_limits() -> None:
    text = section("Limits").replace(",", "")
    for limit in (
        limits.MAX_SOURCE,
        limits.MAX_DEPTH,
        limits.MAX_STEPS,
        limits.MAX_CALLS,
        limits.MAX_STRING,
        limits.MAX_LIST,
        limits.NUMBERS.Emax,
        syntax.MAX_PATTERN,
        syntax.MAX_PROGRAM,
    ):
        assert re.search(rf"\b{limit}\b", text), limit
