"""docs/forms.md lists the components that there are, each under its kind."""

import re
from pathlib import Path

from app.forms.component import CONTAINERS, DISPLAYS, INPUTS, TYPES

PAGE = (Path(__file__).parents[2] / "docs" / "forms.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE, re.MULTILINE))


def test_the_page_lists_every_component_under_its_kind() -> None:
    kinds = {"field": INPUTS, "container": CONTAINERS, "display": DISPLAYS}
    assert ROWS.keys() == TYPES
    assert {name: next(kind for kind, names in kinds.items() if name in names) for name in TYPES} == ROWS


def test_what_the_page_says_of_a_component_is_what_the_code_lets_it_have() -> None:
    from app.forms.checks import MEANT_FOR

    for name, kinds in MEANT_FOR.items():
        for kind in set(kinds) - {"textarea"}:
            row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` |"))
            assert name in row, (name, kind)
