"""A restaurant's licence across the Spring Festival of 2026, from the window to the auditor's desk.

The festival lasts from 15 to 23 February; Saturday 14 and Saturday 28 February are worked instead.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from app.calendars.queries import current_calendar
from app.db import transaction
from app.law.clock import Pause, Unit, due
from tests.e2e.conftest import Person, Town
from tests.e2e.desk import (
    apply_for_a_restaurant,
    choose,
    fill,
    fill_and_wait_for_the_draft,
    judge,
    mark,
    pick,
    submit,
    type_day,
)

pytestmark = pytest.mark.browser
APPLICANT = "示范县老街口餐饮有限公司"
ADVICE = "可以到窗口提交，也可以邮寄"
MISSING = "缺少任命文件，请提交加盖公章的原件"


@dataclass
class Journey:
    """One case on its way."""

    town: Town
    clerk: Person
    no: str = ""

    def task(self, person: Person, when: str, light: str, due_on: str) -> Page:
        """Somebody finds the case in the task list, with this light and this due day, and opens its task."""
        self.town.time(when)
        page = person.go(f"/tasks?q={self.no}")
        row = page.locator("[data-rows] tbody tr")
        expect(row).to_have_count(1)
        expect(row.locator(".light")).to_have_text(light)
        expect(row).to_contain_text(due_on)
        row.locator("[data-open]").click()
        page.wait_for_url("**/tasks/*")
        person.ready()
        person.shot(page.locator(".page-head h1").inner_text())
        return page

    def case(
        self, stage: str, light: str, *, done: Collection[str] = (), current: Collection[str] = (), inside: str = ""
    ) -> Page:
        """The case's page says where it stands: in words, by the light, and on the diagram."""
        page = self.clerk.go(f"/cases/{self.no}?diagram={inside}")
        head = page.locator(".page-head")
        expect(head.locator(".chip").first).to_have_text(stage)
        if light:
            expect(head.locator(".light")).to_have_text(light)
        for element in done:
            expect(mark(page, element)).to_have_class(re.compile(r"\bis-done\b"))
        for element in current:
            expect(mark(page, element)).to_have_class(re.compile(r"\bis-current\b"))
        expect(page.locator(".djs-element.is-current")).to_have_count(len(current))
        self.clerk.shot(f"case {stage} {inside}")
        return page


def clock_of(page: Page, name: str) -> str:
    """What the case's page says of one of its clocks."""
    term = page.locator("aside dt", has_text=name)
    return " ".join((term.locator("xpath=following-sibling::dd[1]").text_content() or "").split())


def counted(start: str, limit: int, unit: Unit = "WD", pauses: Collection[Pause] = ()) -> str:
    """The due day by the law's own arithmetic."""
    with transaction(write=False):
        found = due(date.fromisoformat(start), limit, unit, pauses, 0, current_calendar()).due
    assert found is not None
    return found.isoformat()


def test_a_licence_across_the_spring_festival(town: Town) -> None:
    journey = Journey(town, town.person("chenyt"))
    receive(journey)
    give_notice(journey)
    read_the_papers(journey)
    supplement_and_accept(journey)
    survey(journey)
    review_and_decide(journey)
    certify_and_deliver(journey)
    replay(journey)


def receive(journey: Journey) -> None:
    clerk = journey.clerk
    page = clerk.go("/start")
    clerk.shot("start")
    page.get_by_role("link", name="食品经营许可", exact=True).click()
    page.wait_for_url("**/start/food_business")
    clerk.ready()
    apply_for_a_restaurant(page)
    clerk.shot("application")
    page.get_by_role("button", name="收件").click()
    page.wait_for_url("**/cases/*")
    expect(page.locator(".alert-success")).to_contain_text("查询码")
    journey.no = page.url.rpartition("/")[2]
    page = journey.case("收件", "●剩 5 天", done=["applied"], current=["take_in"])
    assert counted("2026-02-11", 5) == "2026-02-25"
    assert clock_of(page, "受理或一次告知") == "●剩 5 天 2026-02-25"


def give_notice(journey: Journey) -> None:
    page = journey.task(journey.clerk, "2026-02-12 10:00", "●剩 4 天", "2026-02-25")
    judge(page, {4: MISSING}, 6)
    pick(page, {"处理": "一次性告知补正"})
    fill_and_wait_for_the_draft(page, "补正方式和期限说明", ADVICE)
    page.reload()
    journey.clerk.ready()
    expect(page.get_by_role("textbox", name="补正方式和期限说明")).to_have_value(ADVICE)
    expect(page.locator("textarea[id$='Field_material_defect_4']")).to_have_value(MISSING)
    journey.clerk.shot("check with draft")
    submit(page)
    page = journey.case("待补正", "‖计时暂停", done=["give_notice", "check"], current=["supplement"], inside="take_in")
    assert counted("2026-02-12", 30, "D") == "2026-03-16"
    expect(page.locator("[aria-labelledby=open-title]")).to_contain_text("2026-03-16")
    expect(page.locator("aside")).to_contain_text("暂停：2026-02-12 至 今")
    record = page.locator("section[aria-labelledby=log]")
    expect(record).to_contain_text("办理“核对材料”")
    expect(record).to_contain_text("登记台账“一次性告知”")
    expect(record).to_contain_text("陈雨桐（示范县市场监督管理局 窗口受理岗）")


def read_the_papers(journey: Journey) -> None:
    page = journey.clerk.page
    papers = page.locator("a[href^='/papers/']")
    assert papers.all_inner_texts() == ["收件回执单", "补正材料一次性告知书"]
    papers.nth(1).click()
    expect(page.locator("h1").first).to_have_text("补正材料一次性告知书")
    paper = page.locator(".card")
    for words in (APPLICANT, "食品安全管理员任命文件", MISSING, "0990-5550309"):
        expect(paper).to_contain_text(words)
    expect(page.locator(".alert-danger")).to_have_count(0)
    journey.clerk.shot("paper notice")
    page.go_back()
    page.locator("a[href^='/papers/']").first.click()
    expect(page.locator(".card")).to_contain_text(journey.no)
    journey.clerk.shot("paper receipt")


def supplement_and_accept(journey: Journey) -> None:
    page = journey.task(journey.clerk, "2026-02-25 09:00", "●剩 14 天", "2026-03-16")
    fill(page, {"补正人": "林秋实", "补正材料页数": "2"})
    submit(page)
    assert counted("2026-02-11", 5, pauses=[Pause(date(2026, 2, 12), date(2026, 2, 25))]) == "2026-03-02"
    page = journey.task(journey.clerk, "2026-02-26 09:00", "●剩 3 天", "2026-03-02")
    choose(page.locator("input[id$='Field_material_verdict_4']"), "齐全")
    for name, number in (("originals", "1"), ("copies", "0"), ("pages", "2")):
        page.locator(f"input[id$='Field_material_{name}_4']").fill(number)
    pick(page, {"处理": "受理"})
    submit(page)
    page = journey.case("审查", "●剩 7 天", done=["take_in", "rate_risk", "survey_needed"], current=["survey"])
    assert (counted("2026-02-25", 8), counted("2026-02-25", 20)) == ("2026-03-06", "2026-03-24")
    assert clock_of(page, "承诺时限") == "●剩 7 天 2026-03-06"
    assert clock_of(page, "法定时限") == "●剩 19 天 2026-03-24"
    expect(page.locator("aside")).to_contain_text("补正后受理")
    expect(page.locator("aside")).to_contain_text("暂停：2026-02-12 至 2026-02-25")


def survey(journey: Journey) -> None:
    assert counted("2026-02-26", 4) == "2026-03-03"
    person = journey.town.person("maqiang")
    page = journey.task(person, "2026-02-28 11:00", "●剩 2 天", "2026-03-03")  # a Saturday at work
    type_day(page, "核查日期", "2026/02/28")
    fill(page, {"核查人员一": "马强", "核查人员二": "田野", "陪同人员": "林秋实", "核查情况": "布局合理，设备齐备。"})
    points = ("场所选址和环境", "布局和工艺流程", "设备设施", "人员和管理制度", "从业人员健康管理", "结论")
    pick(page, dict.fromkeys(points, "符合"))
    page.get_by_label("已经签字确认").check()
    person.shot("survey filled")
    submit(page)


def review_and_decide(journey: Journey) -> None:
    reviewer = journey.town.person("heliang")
    page = journey.task(reviewer, "2026-03-02 09:00", "▲今日到期", counted("2026-02-28", 1))
    pick(page, {"真实性": "符合", "完整性": "符合", "合规性": "符合", "结论": "建议准予"})
    page.get_by_role("group", name="设定依据").get_by_role("checkbox").first.check()
    fill(page, {"审查意见": "材料齐全，现场核查符合，建议准予。"})
    submit(page)
    journey.case("核准", "●剩 4 天", done=["survey", "review"], current=["approval"])
    chief = journey.town.person("yangxue")
    page = journey.task(chief, "2026-03-03 15:00", "▲今日到期", counted("2026-03-02", 1))
    expect(page.locator("#task-form")).to_contain_text("材料齐全，现场核查符合，建议准予。")
    pick(page, {"决定": "准予"})
    fill(page, {"核准意见": "同意。"})
    submit(page)
    page = journey.case("制证送达", "", done=["approval", "grant"], current=["certificate"])
    assert counted("2026-03-03", 10) == "2026-03-17"
    assert clock_of(page, "送达时限") == "●剩 10 天 2026-03-17"
    page.locator("a[href^='/papers/']", has_text="准予行政许可决定书").click()
    expect(page.locator(".card")).to_contain_text("第三十三条")
    journey.clerk.shot("paper decision")


def certify_and_deliver(journey: Journey) -> None:
    page = journey.task(journey.clerk, "2026-03-04 09:00", "▲今日到期", counted("2026-03-03", 1))
    fill(page, {"证件编号": "JY29900000001234", "许可（登记）的内容": "热食类食品制售；冷食类食品制售"})
    type_day(page, "有效期自", "2026/03/03")
    type_day(page, "有效期至", "2031/03/02")
    submit(page)
    page = journey.task(journey.clerk, "2026-03-05 09:00", "●剩 8 天", "2026-03-17")
    pick(page, {"送达情况": "已签收", "送达方式": "窗口领取"})
    type_day(page, "送达日期", "2026/03/05")
    fill(page, {"签收人": "林秋实", "签收人证件号码": "990000199001011238"})
    submit(page)
    page = journey.case("准予", "", done=["deliver_licence", "ended_granted"])
    expect(page.locator("[aria-labelledby=open-title]")).to_contain_text("没有待办的步骤")
    titles = page.locator("a[href^='/papers/']").all_inner_texts()
    assert titles == ["收件回执单", "补正材料一次性告知书", "受理通知书", "准予行政许可决定书", "送达回证"]


def replay(journey: Journey) -> None:
    auditor = journey.town.person("auditor")
    page = auditor.go(f"/audit/cases/{journey.no}")
    where = page.locator(".replay-where")
    expect(where).to_contain_text("第 9 步，共 9 步")
    auditor.shot("replay")
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press("Home")
    expect(page.locator(".djs-element.is-done")).to_have_count(0)
    page.get_by_role("button", name="下一步").click()
    expect(where).to_contain_text("收到申请")
    expect(mark(page, "take_in")).to_have_class(re.compile("is-current"))
    for _ in range(4):
        page.get_by_role("button", name="下一步").click()
    expect(where).to_contain_text("现场核查")
    expect(mark(page, "survey")).to_have_class(re.compile("is-done"))
    expect(mark(page, "review")).to_have_class(re.compile("is-current"))
    page.locator(".replay-log button", has_text="审查申请材料").click()
    expect(where).to_contain_text("第 6 步")
    expect(mark(page, "approval")).to_have_class(re.compile("is-current"))
    look_at_what_was_seen(auditor, page)
    page.get_by_role("button", name="校验日志链").click()
    expect(page.get_by_role("status").filter(has_text="日志链完整")).to_be_visible()
    page.get_by_role("button", name="重演").click()
    expect(page.locator(".alert-success")).to_contain_text("与记录")
    auditor.ready()
    auditor.shot("executed again")


def look_at_what_was_seen(auditor: Person, page: Page) -> None:
    """The form as it was when it was answered, although a later answer has replaced the verdicts."""
    page.locator("a[href$='/steps/2']").click()
    seen = page.locator("#seen")
    expect(seen).to_contain_text(MISSING)
    expect(seen).to_contain_text(ADVICE)
    auditor.shot("replay seen")
