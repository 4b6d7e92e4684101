"""What goes wrong between people: two at one task, wrong answers, no scripts, no permission, nobody answering."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app import jobs
from app.cases.models import Deadline
from app.db import transaction
from tests.e2e.conftest import Town
from tests.e2e.desk import APPLICATION, choose, fill, judge, mark, pick, submit

pytestmark = pytest.mark.browser
OPINION = "第二个人写的一大段意见，不能丢"


def opened_check(town: Town, **answers: object) -> tuple[int, str]:
    """A restaurant's case whose materials are to be checked: its id and the path of the task."""
    case_id = town.county.start("food_business", **answers)
    return case_id, f"/tasks/{town.county.tasks(case_id, 'check')[0].id}"


def send(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="提交").click()


def test_the_second_of_two_clerks_is_told_who_was_first_and_keeps_the_text(town: Town) -> None:
    _, path = opened_check(town)
    first, second = town.person("chenyt"), town.person("linfang", expect={409})
    for person in (first, second):
        page = person.go(path)
        judge(page, {0: "缺少签字页"}, page.locator("input[id*='Field_material_verdict_']").count())
        pick(page, {"处理": "一次性告知补正"})
    fill(second.page, {"补正方式和期限说明": OPINION})
    town.time("2026-02-11 10:15")
    submit(first.page)
    send(second.page)
    expect(second.page.locator(".alert-warning")).to_contain_text("此件已由陈雨桐于 2026-02-11 10:15 办理")
    expect(second.page.locator("main")).to_contain_text(OPINION)
    expect(second.page.locator("main")).to_contain_text("缺少签字页")
    second.shot("409")
    second.page.get_by_role("link", name="查看这一步").click()
    expect(second.page.locator(".alert-info")).to_contain_text("此件已由陈雨桐于 2026-02-11 10:15 办理")
    second.shot("task done")


def test_what_the_fields_miss_is_summed_up_and_takes_the_focus(town: Town) -> None:
    clerk = town.person("chenyt")
    page = clerk.go("/start/food_business")
    fill(page, {"申请人名称（姓名）": "东湖小吃店", "统一社会信用代码": "123"})
    page.get_by_role("button", name="收件").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("统一社会信用代码为 18 位")
    clerk.shot("errors of fields")
    summary.get_by_role("link", name="统一社会信用代码").click()
    expect(page.get_by_role("textbox", name="统一社会信用代码")).to_be_focused()
    expect(page.get_by_role("textbox", name="申请人名称（姓名）")).to_have_value("东湖小吃店")
    clerk.errors.clear()


def test_what_only_the_server_knows_comes_back_at_the_field_with_everything_typed(town: Town) -> None:
    case_id, _ = opened_check(town)
    names = [one["name"] for one in town.county.case(case_id).data["materials"]]
    town.county.check(case_id, "notice", {names[0]: "缺少签字页"})
    town.county.do(case_id, "supplement")
    clerk = town.person("chenyt", expect={422})
    page = clerk.go(f"/tasks/{town.county.tasks(case_id, 'check')[0].id}")
    choose(page.locator("input[id$='Field_material_verdict_1']"), "缺少")
    page.locator("textarea[id$='Field_material_defect_1']").fill("这次才发现的问题")
    pick(page, {"处理": "一次性告知补正"})
    send(page)
    clerk.ready()
    words = f"材料“{names[1]}”上次告知时未提出问题"
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text(words)
    expect(page.locator("#task-form .fjs-form-field-error").first).to_contain_text(words)
    expect(page.locator("textarea[id$='Field_material_defect_1']")).to_have_value("这次才发现的问题")
    clerk.shot("422")


def test_an_application_is_made_without_scripts(town: Town) -> None:
    clerk = town.person("chenyt", scripts=False, expect={422})
    page = clerk.go("/start/food_business")
    clerk.shot("no scripts start")
    for label, value in APPLICATION.items():
        page.get_by_label(label).fill(value)
    page.get_by_label("餐饮服务经营者").check()
    page.get_by_label("申请人对所填内容").check()
    page.get_by_role("button", name="收件").click()
    expect(page.locator(".form-summary")).to_be_visible()
    clerk.shot("no scripts errors")
    expect(page.get_by_label("统一社会信用代码")).to_have_value(APPLICATION["统一社会信用代码"])
    page.get_by_label("热食类食品制售").check()
    page.get_by_role("button", name="收件").click()
    page.wait_for_url("**/cases/*")
    expect(page.locator(".alert-success")).to_contain_text("查询码")
    expect(page.locator("main")).to_contain_text(APPLICATION["申请人名称（姓名）"])


def test_a_task_is_done_without_scripts(town: Town) -> None:
    case_id, path = opened_check(town)
    clerk = town.person("chenyt", scripts=False, expect={422})
    page = clerk.go(path)
    clerk.shot("no scripts task")
    rows = page.locator("select[name$='.verdict']")
    for row in range(rows.count()):
        rows.nth(row).select_option(label="齐全" if row else "缺少")
        if row:
            page.locator(f"input[name='materials.{row}.pages']").fill("3")
    page.get_by_label("一次性告知补正").check()
    send(page)
    expect(page.locator(".form-summary")).to_be_visible()
    first = town.county.case(case_id).data["materials"][0]["name"]
    expect(page.locator("fieldset", has=page.get_by_label("需要补正的内容")).last).to_contain_text(first)
    page.get_by_label("需要补正的内容").fill("缺少签字页")
    clerk.shot("no scripts task again")
    send(page)
    expect(page.locator(".alert-success")).to_contain_text("已办理：核对材料")
    assert town.county.case(case_id).stage == "supplementing"


def test_the_unknown_is_not_found_and_the_forbidden_is_refused_and_logged(town: Town) -> None:
    clerk = town.person("chenyt", expect={403, 404})
    for path in ("/cases/999", "/tasks/1", "/papers/1", "/nothing"):
        answer = clerk.page.goto(clerk.origin + path)
        assert answer is not None
        assert answer.status == 404
        expect(clerk.page.locator("h1")).to_have_text("没有找到")
    clerk.shot("404")
    answer = clerk.page.goto(f"{clerk.origin}/audit/log")
    assert answer is not None
    assert answer.status == 403
    expect(clerk.page.locator("h1")).to_have_text("没有权限")
    clerk.shot("403")
    auditor = town.person("auditor")
    page = auditor.go("/audit/log?person=陈雨桐")
    expect(page.locator("[data-rows]")).to_contain_text("被拒绝的操作")
    expect(page.locator("[data-rows]")).to_contain_text("/audit/log")


def fall_due() -> int:
    """What the worker does once a second: promote what is due, then fire it."""
    with transaction(write=False) as session:
        ids = list(session.scalars(select(Deadline.id).order_by(Deadline.due_at)))
    promoted = jobs.promote_deadlines()
    if promoted:
        jobs.fire_deadlines(ids)
    return promoted


def test_five_silent_working_days_are_acceptance_and_the_clerk_comes_too_late(town: Town) -> None:
    case_id, path = opened_check(town, hasColdDishes=False)
    clerk = town.person("chenyt", expect={409})
    page = clerk.go(path)
    judge(page, {0: "缺少签字页"}, page.locator("input[id*='Field_material_verdict_']").count())
    pick(page, {"处理": "一次性告知补正"})
    town.time("2026-02-25 23:59")
    assert fall_due() == 0
    town.time("2026-02-26 00:00")
    assert fall_due() == 1
    send(page)
    expect(page.locator(".alert-warning")).to_contain_text("此件已不在这一步")
    expect(page.locator("main")).to_contain_text("缺少签字页")
    page = clerk.go(f"/cases/{town.county.case(case_id).no}?diagram=take_in")
    expect(page.locator("aside")).to_contain_text("逾期未告知，视为受理")
    expect(page.locator("aside")).to_contain_text("受理通知书")
    for element in ("check_overdue", "accept_deemed", "ended_deemed"):
        expect(mark(page, element)).to_have_class(re.compile(r"\bis-done\b"))
    clerk.shot("deemed")
    expect(page.locator("section[aria-labelledby=log]")).to_contain_text("期限届满“期限内未告知”")
    assert town.county.case(case_id).accepted_on.isoformat() == "2026-02-11"
