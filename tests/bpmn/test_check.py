"""Each kind of finding has a smallest diagram that has it, and the same diagram mended, which has not."""

import pytest

from app.bpmn.check import check
from app.bpmn.definition import Definition
from app.errors import Refused
from tests.bpmn.cases_compensation import COMPENSATION, MORE_FAULTS, SOUND
from tests.bpmn.cases_content import CONTENT
from tests.bpmn.cases_structure import STRUCTURE
from tests.bpmn.cases_variables import VARIABLES
from tests.bpmn.known import KNOWN

CASES = STRUCTURE | CONTENT | COMPENSATION | VARIABLES


def codes(data: bytes) -> set[str]:
    """The codes of the findings on one file, with a form f, a decision risk and a post reviewer known."""
    return {one.code for one in check({"x.bpmn": data}, **KNOWN)}


@pytest.mark.parametrize("code", CASES)
def test_a_wrong_diagram_has_the_finding_and_the_mended_one_has_not(code: str) -> None:
    wrong, mended = CASES[code]
    assert code in codes(wrong)
    assert code not in codes(mended)


@pytest.mark.parametrize(("code", "diagram"), MORE_FAULTS)
def test_a_fault_of_compensation_is_found_and_refused_with_the_same_code(code: str, diagram: bytes) -> None:
    assert code in codes(diagram)
    with pytest.raises(Refused) as caught:
        Definition.load({"x.bpmn": diagram}, "p")
    assert code in {one.code for one in caught.value.findings}


@pytest.mark.parametrize("diagram", SOUND)
def test_a_sound_compensation_is_no_error_and_loaded(diagram: bytes) -> None:
    assert [one for one in check({"x.bpmn": diagram}, **KNOWN) if one.severity == "error"] == []
    assert Definition.load({"x.bpmn": diagram}, "p")
