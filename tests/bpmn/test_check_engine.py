"""The checker and the engine agree: what the checker lets pass is loaded, what it stops need not be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bpmn.check import check, stopping
from app.bpmn.definition import Definition
from app.errors import Refused
from tests.bpmn.sketch import diagram
from tests.bpmn.test_check import CASES
from tests.bpmn.test_check_hostile import SHELF, mutations
from tests.bpmn.test_check_refused import REFUSED_CASES


def engine_refuses(data: dict[str, bytes], process: str) -> list[str]:
    try:
        Definition.load(data, process)
    except Refused as refused:
        return [f"{one.code} {one.element} {one.text.en}" for one in refused.findings]
    return []


def assert_agreed(data: dict[str, bytes], process: str) -> None:
    if not stopping(check(data)):
        assert engine_refuses(data, process) == []


@pytest.mark.parametrize("code", CASES)
def test_the_engine_loads_what_the_checker_lets_pass(code: str) -> None:
    for data in CASES[code]:
        assert_agreed({"x": data}, "p")


@pytest.mark.parametrize("code", REFUSED_CASES)
def test_the_engine_refuses_what_is_refused_by_name(code: str) -> None:
    assert engine_refuses({"x": diagram(REFUSED_CASES[code])}, "p") != []


@settings(max_examples=60, deadline=None)
@given(mutations(), st.sampled_from([path.stem for path in SHELF]))
def test_the_engine_loads_any_mutation_that_the_checker_lets_pass(data: bytes, process: str) -> None:
    shelf = {path.name: path.read_bytes() for path in SHELF}
    files = {**shelf, f"{process}.bpmn": data}
    assert_agreed(files, process)
