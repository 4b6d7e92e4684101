"""The task list: lights, filters, search, sorting, the keyboard, and both languages."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Person, Town

pytestmark = pytest.mark.browser


@pytest.fixture
def clerk(town: Town) -> Person:
    """The market bureau's window clerk with four cases: one late, one due today, one in time, one to be corrected."""
    for when, name in (("2026-02-03", "东湖小吃店"), ("2026-02-05", "南门烧烤店"), ("2026-02-12", "西街面馆")):
        town.time(f"{when} 09:30")
        town.county.start("food_business", applicantName=name)
    town.time("2026-02-11 16:00")
    waiting = town.county.start("food_business", applicantName="北街茶餐厅")
    town.county.check(waiting, "notice", {town.county.case(waiting).data["materials"][0]["name"]: "缺少签字页"})
    town.time("2026-02-12 10:00")
    return town.person("chenyt")


def rows(page: Page) -> Locator:
    return page.locator("[data-rows] tbody tr")


def applicants(page: Page) -> list[str]:
    return page.locator("[data-rows] tbody td:nth-child(4)").all_inner_texts()


def test_the_list_is_sorted_by_what_is_left_and_lights_speak_by_shape_and_words(clerk: Person) -> None:
    page = clerk.go("/tasks")
    clerk.shot("task list")
    assert page.locator("[data-rows] .light").all_text_contents() == [
        "■超期 2 天",
        "▲今日到期",
        "●剩 5 天",
        "●剩 17 天",
    ]
    assert applicants(page) == ["东湖小吃店", "南门烧烤店", "西街面馆", "北街茶餐厅"]
    assert page.locator("[data-rows] tbody td:nth-child(9)").all_inner_texts() == [
        "2026-02-10",
        "2026-02-12",
        "2026-02-26",
        "2026-03-13",
    ]
    figures = page.locator(".count").all_inner_texts()
    assert [" ".join(one.split()) for one in figures][:4] == ["1 已超期", "1 今日到期", "0 待我办理", "4 可签收"]


def test_filters_and_search_narrow_the_list_and_can_be_cleared(clerk: Person) -> None:
    page = clerk.go("/tasks")
    page.get_by_label("时限").select_option(label="已超期")
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url("**light=late**")
    assert applicants(page) == ["东湖小吃店"]
    page.get_by_role("link", name="清除").click()
    expect(rows(page)).to_have_count(4)
    page.get_by_label("环节").select_option(label="补正")
    page.get_by_role("button", name="筛选").click()
    expect(rows(page)).to_have_count(1)
    assert applicants(page) == ["北街茶餐厅"]
    page.get_by_role("link", name="清除").click()
    page.wait_for_url("**/tasks")
    page.keyboard.press("/")
    page.keyboard.type("西街")
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(1)
    assert applicants(page) == ["西街面馆"]
    page.get_by_label("搜索").fill("没有这个人")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_text("没有符合条件的待办")).to_be_visible()


def test_a_clerk_works_without_a_mouse(clerk: Person) -> None:
    page = clerk.go("/tasks")
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*")
    clerk.ready()
    expect(page.locator(".page-head")).to_contain_text("南门烧烤店")
    page.get_by_role("button", name="签收").press("Enter")
    expect(page.get_by_role("button", name="退回待签收")).to_be_visible()
    page.goto(f"{clerk.origin}/tasks?scope=mine")
    assert applicants(page) == ["南门烧烤店"]
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()


def test_the_list_turns_around_and_changes_its_language(clerk: Person) -> None:
    page = clerk.go("/tasks")
    page.get_by_role("link", name="剩余").click()
    page.get_by_role("link", name="剩余").click()
    page.wait_for_url("**sort=-due**")
    assert applicants(page)[-1] == "东湖小吃店"
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Tasks")
    assert page.url.endswith("sort=-due")
    assert page.locator("[data-rows] .light").all_text_contents() == [
        "●17 days left",
        "●5 days left",
        "▲Due today",
        "■2 days overdue",
    ]
    expect(rows(page).last).to_contain_text("Food business licence")
    clerk.shot("task list en")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("待办事项")
