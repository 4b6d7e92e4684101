"""docs/bpmn.md is true: what it calls executed runs as its diagram's story tells, what it calls refused is refused."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.bpmn.check import check, stopping
from app.bpmn.commands import bpmn
from app.bpmn.elements import page, rows
from app.errors import Refused
from tests.bpmn.draw import load
from tests.bpmn.gallery import activities, adhoc, around, compensation, data, events, gateways, refused, several
from tests.bpmn.gallery.exhibit import Exhibit, told
from tests.bpmn.known import KNOWN

ROOT = Path(__file__).parents[2]
EXHIBITS = (
    *activities.EXHIBITS,
    *adhoc.EXHIBITS,
    *gateways.EXHIBITS,
    *events.EXHIBITS,
    *compensation.EXHIBITS,
    *around.EXHIBITS,
    *data.EXHIBITS,
    *several.EXHIBITS,
)


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda one: one.key)
def test_an_exhibit_runs_as_its_story_tells(exhibit: Exhibit) -> None:
    assert told(exhibit, decide=lambda ident, *_: ident) == exhibit.story


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda one: one.key)
def test_the_checker_lets_an_exhibit_be_executed(exhibit: Exhibit) -> None:
    files = {f"{number}.bpmn": data for number, data in enumerate(exhibit.files)}
    assert stopping(check(files, decisions=KNOWN["decisions"])) == []


@pytest.mark.parametrize(("key", "code"), refused.REFUSED.items())
def test_what_is_refused_is_refused_with_its_code(key: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        load(refused.drawn(key))
    assert code in {one.code for one in caught.value.findings if one.element == "x"}
    assert code in {one.code for one in check({"x.bpmn": refused.drawn(key)}) if one.element == "x"}


def test_every_row_that_is_not_refused_has_an_exhibit_and_no_exhibit_is_of_nothing() -> None:
    assert {one.key for one in EXHIBITS} == {row.key for row in rows() if row.refused is None}


def test_the_page_is_what_the_program_prints() -> None:
    assert (ROOT / "docs/bpmn.md").read_text("utf-8") == page()
    assert CliRunner().invoke(bpmn, ["elements"]).output == page()


def test_a_row_is_told_once() -> None:
    keys = [row.key for row in rows()]
    assert len(keys) == len(set(keys))
