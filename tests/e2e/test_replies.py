"""The institute's report comes in: the window clerk enters it, and the case goes on."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Town
from tests.e2e.desk import fill, mark, pick, type_day

pytestmark = pytest.mark.browser


def inspected(town: Town) -> str:
    """A crane that is being inspected: its case's number."""
    county = town.county
    case_id = county.start("special_equipment", registrationKind="new", equipmentKind="crane", inspectionState="none")
    county.check(case_id, "accept")
    county.do(case_id, "inspection_order", inspectionDays=8)
    county.do(case_id, "inspection_confirm", inspectionConfirmed="confirmed")
    return county.case(case_id).no


def test_clerk_finds_the_case_that_waits_and_enters_the_result(town: Town) -> None:
    no = inspected(town)
    clerk = town.person("chenyt")
    page = clerk.go(f"/cases/{no}?diagram=inspect")
    expect(page.locator(".page-head .chip").first).to_have_text("特别程序")
    expect(mark(page, "inspection_result")).to_have_class(re.compile(r"\bis-current\b"))
    clerk.shot("case waits for inspection")
    page.get_by_role("link", name="外部结果", exact=True).click()
    clerk.ready()
    assert clerk.axe() == []
    clerk.shot("replies")
    page.get_by_role("link", name=no, exact=True).click()
    clerk.ready()
    assert clerk.axe() == []
    page.get_by_role("button", name="录入").click()
    expect(page.locator(".error-summary")).to_be_focused()
    clerk.shot("reply with errors")
    fill(page, {"检验报告编号": "JD-2026-0001"})
    type_day(page, "报告日期", "2026/03/12")
    pick(page, {"收到方式": "纸质送达", "检验结论": "合格"})
    type_day(page, "下次检验日期", "2027/03/11")
    clerk.shot("reply")
    page.get_by_role("button", name="录入").click()
    page.wait_for_url(f"**/cases/{no}")
    clerk.ready()
    expect(page.locator(".alert-success")).to_contain_text("已录入：等待检验结论")
    expect(page.locator(".page-head .chip").first).to_have_text("审查")
    expect(page.locator("#log").locator("xpath=ancestor::section")).to_contain_text("录入外部结果“等待检验结论”")
    clerk.shot("case after the result")


def test_result_is_entered_without_scripts_and_in_english(town: Town) -> None:
    no = inspected(town)
    english = town.person("chenyt", english=True)
    english.go("/replies").get_by_role("link", name=no, exact=True).click()
    page = english.ready()
    expect(page.locator(".page-head h1")).to_have_text("Enter the outside result: Result of the inspection")
    english.shot("reply english")
    plain = town.person("chenyt", scripts=False, expect={422})
    page = plain.go(english.page.url.removeprefix(plain.origin))
    page.get_by_label("检验报告编号").fill("JD-2026-0002")
    page.get_by_label("报告日期").fill("2026-03-12")
    page.get_by_label("纸质送达").check()
    page.get_by_label("合格", exact=True).check()
    with page.expect_navigation():
        page.get_by_role("button", name="录入").click()
    page.get_by_label("下次检验日期").fill("2027-03-11")
    page.get_by_role("button", name="录入").click()
    page.wait_for_url(f"**/cases/{no}")
    expect(page.locator(".alert-success")).to_contain_text("已录入")
