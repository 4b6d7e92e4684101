"""The frame, the macros and the keyboard."""

from collections.abc import Callable
from typing import Any

import pytest

from app.errors import Text
from tests.assets.conftest import Desk, posted

pytestmark = pytest.mark.browser
Render = Callable[..., str]

ROWS = [
    (-2, False, False),
    (0, True, False),
    (1, True, False),
    (5, False, False),
    (3, False, True),
    (None, False, False),
]
ONE = Text("中文", "English")


@pytest.fixture
def listed(render: Render) -> Callable[..., str]:
    def make(language: str = "zh_CN", query: str = "", **more: Any) -> str:
        return render("list.html", language, query, rows=ROWS, one=ONE, **more)

    return make


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_list_page_breaks_no_accessibility_rule(desk: Desk, listed: Render, language: str) -> None:
    desk.open(listed(language, "?sort=due", counts={"cases.tasks": 16}), "/page?sort=due")
    assert desk.axe() == []


def test_traffic_lights_speak_by_shape_and_words(desk: Desk, listed: Render) -> None:
    page = desk.open(listed())
    assert page.locator(".light").all_text_contents() == [
        "■超期 2 天",
        "▲今日到期",
        "▲剩 1 天",
        "●剩 5 天",
        "‖计时暂停",
        "—无时限",
    ]
    page = desk.open(listed("en"))
    assert page.locator(".light").all_text_contents()[:4] == [
        "■2 days overdue",
        "▲Due today",
        "▲1 day left",
        "●5 days left",
    ]


def test_j_and_k_walk_the_rows_and_enter_opens(desk: Desk, listed: Render) -> None:
    page = desk.open(listed())
    desk.documents["/task/2"] = "<!doctype html><title>second</title>"
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/task/2"
    page.keyboard.press("Enter")
    page.wait_for_url("**/task/2")


def test_slash_goes_to_the_search_and_typing_there_is_typing(desk: Desk, listed: Render) -> None:
    page = desk.open(listed())
    page.keyboard.press("/")
    page.keyboard.type("j?/")
    assert page.locator("[data-search]").input_value() == "j?/"


def test_question_mark_opens_the_help_and_single_keys_can_be_switched_off(desk: Desk, listed: Render) -> None:
    page = desk.open(listed())
    page.keyboard.press("?")
    help_ = page.locator("#shortcuts")
    assert help_.is_visible()
    assert desk.axe() == []
    help_.locator("[data-single-keys]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert not help_.is_visible()
    page.reload()
    page.locator("[data-opens-dialog]").click()
    assert not help_.locator("[data-single-keys]").is_checked()


def test_a_form_is_sent_once_however_often_it_is_clicked(desk: Desk, listed: Render) -> None:
    page = desk.open(listed())
    page.evaluate("document.getElementById('plain').setAttribute('target', 'elsewhere')")
    page.evaluate("const b = document.querySelector('#plain .btn-primary'); b.click(); b.click(); b.click()")
    page.context.wait_for_event("page") if len(page.context.pages) < 2 else None
    assert page.locator("#plain").get_attribute("aria-busy") == "true"
    assert len(page.context.pages) == 2


def test_an_act_that_cannot_be_taken_back_asks_first(desk: Desk, listed: Render) -> None:
    page = desk.open(listed())
    asked: list[str] = []

    def refuse(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", refuse)
    page.locator("[data-confirm]").click()
    assert asked == ["sure?"]
    assert desk.posts == []
    page.once("dialog", lambda dialog: dialog.accept())
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator("[data-confirm]").click()
    assert posted(desk.posts[0])["act"] == "cancel"


def test_sorted_columns_say_so_and_turn_around(desk: Desk, listed: Render) -> None:
    page = desk.open(listed(query="?sort=due&q=x"), "/page?sort=due&q=x")
    column = page.locator("th[aria-sort=ascending]")
    assert column.locator("a").get_attribute("href") == "/page?sort=-due&q=x"
    assert page.locator("th").nth(2).locator("a").get_attribute("href") == "/page?sort=name&q=x"


def test_navigation_shows_what_the_roles_may_see(render: Render) -> None:
    html = render("error.html", status=404, message=ONE)
    assert 'href="/tasks"' in html
    assert 'href="/replay"' in html
    assert "/studio" not in html


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_login_and_error_pages_break_no_accessibility_rule(desk: Desk, render: Render, language: str) -> None:
    desk.open(render("login.html", language, who=None, people=[], typed="li", next="/tasks"))
    assert desk.axe() == []
    desk.open(render("error.html", language, status=403, message=ONE))
    assert desk.axe() == []
