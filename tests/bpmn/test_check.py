"""Each kind of finding has a smallest diagram that has it, and the same diagram mended, which has not."""

import pytest

from app.bpmn.check import check
from tests.bpmn.cases_content import CONTENT
from tests.bpmn.cases_structure import STRUCTURE

CASES = STRUCTURE | CONTENT
KNOWN = {
    "forms": {"f": frozenset({"approved"})},
    "decisions": frozenset({"risk"}),
    "posts": frozenset({"reviewer"}),
}


def codes(data: bytes) -> set[str]:
    """The codes of the findings on one file, with a form f, a decision risk and a post reviewer known."""
    return {one.code for one in check({"x.bpmn": data}, **KNOWN)}


@pytest.mark.parametrize("code", CASES)
def test_a_wrong_diagram_has_the_finding_and_the_mended_one_has_not(code: str) -> None:
    wrong, mended = CASES[code]
    assert code in codes(wrong)
    assert code not in codes(mended)
