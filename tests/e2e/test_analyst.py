"""The analyst's page: a wrong diagram with findings on it, a good one without, a hostile one refused."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import Person, Town
from tests.e2e.desk import mark

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
HOSTILE = b"""<?xml version="1.0"?>
<!DOCTYPE bpmn:definitions [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"><bpmn:process id="p">&x;</bpmn:process>
</bpmn:definitions>"""


@pytest.fixture
def analyst(town: Town) -> Person:
    return town.person("analyst")


def file(path: Path, data: bytes | None = None) -> FilePayload:
    return {"name": path.name, "mimeType": "application/octet-stream", "buffer": data or path.read_bytes()}


def upload(person: Person, *files: FilePayload) -> Page:
    page = person.go("/studio/check")
    page.locator("input[type=file]").set_input_files(list(files))
    page.get_by_role("button", name="检查").click()
    page.locator(".alert").wait_for()
    return person.ready()


def shelf(item: str) -> list[FilePayload]:
    """An item with everything it calls and shows."""
    diagrams = [*(ROOT / "processes" / item).glob("*.bpmn"), *(ROOT / "processes" / "_shared").glob("*.bpmn")]
    rest = [*(ROOT / "processes" / item).glob("*.dmn"), *(ROOT / "forms").glob("*.form")]
    return [file(path) for path in (*diagrams, *rest)]


def test_findings_are_listed_and_lead_to_their_elements(analyst: Person) -> None:
    path = ROOT / "processes" / "food_business" / "food_business.bpmn"
    text = path.read_text(encoding="utf-8")
    assert text.count('post="reviewer"') == 1
    page = upload(analyst, file(path, text.replace('post="reviewer"', 'post="rewiever"').encode()))
    analyst.shot("findings")
    expect(page.locator(".alert-danger")).to_contain_text("处错误")
    finding = page.locator(".findings li", has_text="rewiever")
    expect(finding).to_contain_text("错误")
    expect(finding.locator("button")).to_have_text("审查申请材料")
    expect(mark(page, "review")).to_have_class(re.compile("is-error"))
    finding.locator("button").click()
    expect(finding).to_have_class(re.compile("finding-chosen"))
    expect(mark(page, "review")).to_have_class(re.compile("selected"))


@pytest.mark.parametrize("item", ["road_transport", "company_start"])
def test_a_good_item_has_no_errors(analyst: Person, item: str) -> None:
    page = upload(analyst, *shelf(item))
    analyst.shot(f"good {item}")
    expect(page.locator(".alert").first).to_contain_text("0 处错误")
    expect(page.locator(".djs-element.is-error")).to_have_count(0)


def test_a_hostile_diagram_is_refused_and_the_house_answers_on(analyst: Person) -> None:
    page = upload(analyst, {"name": "evil.bpmn", "mimeType": "application/xml", "buffer": HOSTILE})
    analyst.shot("hostile")
    expect(page.locator(".findings")).to_contain_text("DOCTYPE")
    expect(page.locator("main")).not_to_contain_text("root:")
    expect(page.locator("#diagram")).to_have_count(0)
    assert analyst.page.goto(f"{analyst.origin}/health").status == 200
