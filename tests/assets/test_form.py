"""A task's form in Chromium: sent, corrected, kept as a draft."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.assets.conftest import APP, ROOT, Desk, posted

pytestmark = pytest.mark.browser
Render = Callable[..., str]


def text(key: str, label: str, **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "id": f"field_{key}", "key": key, "label": label, **more}


SCHEMA = {
    "type": "default",
    "id": "review",
    "schemaVersion": 19,
    "components": [
        {"type": "text", "id": "intro", "text": "请在 **1 个工作日** 内核对。"},
        text("company", "单位名称", validate={"required": True}),
        {
            "type": "group",
            "id": "contact",
            "label": "联系方式",
            "components": [text("phone", "电话", validate={"validationType": "phone"})],
        },
        {"type": "number", "id": "area", "key": "area", "label": "面积", "appearance": {"suffixAdorner": "m²"}},
        {"type": "datetime", "id": "on", "key": "on", "label": "时间", "subtype": "date", "dateLabel": "开工日期"},
        {
            "type": "select",
            "id": "sort",
            "key": "sort",
            "label": "类别",
            "searchable": True,
            "values": [{"label": "新办", "value": "new"}, {"label": "变更", "value": "change"}],
        },
        {
            "type": "radio",
            "id": "verdict",
            "key": "verdict",
            "label": "意见",
            "values": [{"label": "同意", "value": "yes"}, {"label": "不同意", "value": "no"}],
            "validate": {"required": True},
        },
        {
            "type": "checklist",
            "id": "papers",
            "key": "papers",
            "label": "材料",
            "values": [{"label": "申请表", "value": "a"}, {"label": "证明", "value": "b"}],
        },
        {
            "type": "taglist",
            "id": "tags",
            "key": "tags",
            "label": "标签",
            "values": [{"label": "甲", "value": "x"}, {"label": "乙", "value": "y"}],
        },
        {"type": "checkbox", "id": "seen", "key": "seen", "label": "已核对原件"},
        {"type": "textarea", "id": "opinion", "key": "opinion", "label": "理由"},
        {
            "type": "dynamiclist",
            "id": "rows",
            "path": "rows",
            "label": "补充材料",
            "defaultRepetitions": 1,
            "allowAddRemove": True,
            "components": [text("paper", "材料名称")],
        },
    ],
}


@pytest.fixture
def task(render: Render) -> Callable[..., str]:
    """`task(language, **form_data)`: a task page."""

    def make(language: str = "zh_CN", **data: Any) -> str:
        return render("form.html", language, data={"schema": SCHEMA, "data": {}, "errors": {}, **data})

    return make


def fill(page: Page) -> None:
    """Type what the form requires."""
    page.get_by_label("单位名称").fill("某市城建公司")
    page.get_by_label("同意", exact=True).check()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_form_breaks_no_accessibility_rule(desk: Desk, task: Render, language: str) -> None:
    desk.open(task(language, errors={"area": ["太大"]}))
    desk.ready()
    assert desk.axe() == []
    assert desk.page.locator("#plain").count() == 0


def test_choices_are_groups_with_names(desk: Desk, task: Render) -> None:
    desk.open(task())
    page = desk.ready()
    expect(page.get_by_role("radiogroup", name="意见")).to_be_visible()
    expect(page.get_by_role("group", name="材料", exact=True)).to_be_visible()


def test_answers_are_sent_as_json_with_the_button_that_was_pressed(desk: Desk, task: Render) -> None:
    desk.open(task(data={"area": 12.5, "elsewhere": "kept out"}))
    page = desk.ready()
    fill(page)
    page.get_by_label("申请表").check()
    page.get_by_label("材料名称").fill("图纸")
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator("[value=complete]").click()
    sent = posted(desk.posts[0])
    answers = json.loads(sent["answers"])
    assert sent["act"] == "complete"
    assert answers["company"] == "某市城建公司"
    assert answers["verdict"] == "yes"
    assert answers["papers"] == ["a"]
    assert answers["rows"] == [{"paper": "图纸"}]
    assert answers["area"] == 12.5
    assert "elsewhere" not in answers


def test_what_is_missing_is_said_once_above_and_leads_to_the_field(desk: Desk, task: Render) -> None:
    desk.open(task())
    page = desk.ready()
    page.locator("[value=complete]").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    assert summary.locator("a").all_text_contents() == ["单位名称：此项为必填项。", "意见：此项为必填项。"]
    assert desk.posts == []
    assert desk.axe() == []
    summary.locator("a").first.click()
    expect(page.get_by_label("单位名称")).to_be_focused()
    page.keyboard.type("某公司")
    expect(summary.locator("a")).to_have_count(1)
    page.get_by_label("同意", exact=True).check()
    expect(summary).to_have_count(0)


def test_a_button_that_needs_no_answers_sends_them_unchecked(desk: Desk, task: Render) -> None:
    desk.open(task())
    page = desk.ready()
    page.get_by_label("电话").fill("not a number")
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator("[value=release]").click()
    assert json.loads(posted(desk.posts[0])["answers"])["phone"] == "not a number"


def test_the_server_s_findings_stand_in_the_fields_and_above(desk: Desk, task: Render) -> None:
    errors = {
        "area": ["“面积”与许可证不符"],
        "field_paper[0]": ["名称重复"],
        "": ["材料已超过期限"],
        "gone": ["已不在表上"],
    }
    desk.open(task(data={"company": "某公司", "verdict": "no", "rows": [{"paper": "图纸"}]}, errors=errors))
    page = desk.ready()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    assert summary.locator("li").all_text_contents() == [
        "“面积”与许可证不符",
        "第 1 行 材料名称：名称重复",
        "材料已超过期限",
        "已不在表上",
    ]
    assert page.get_by_label("单位名称").input_value() == "某公司"
    assert page.get_by_label("面积").get_attribute("aria-invalid") == "true"


def test_a_draft_is_saved_while_typing_and_says_when(desk: Desk, task: Render) -> None:
    desk.open(task(draftUrl="/tasks/1/draft"))
    page = desk.ready()
    page.get_by_label("理由").fill("符合条件")
    expect(page.locator("#draft-status")).to_have_text(re.compile(r"草稿已于 \d\d:\d\d 保存"))
    assert posted(desk.posts[-1])["answers"]["opinion"] == "符合条件"
    assert desk.posts[-1].headers["x-csrftoken"]
    assert desk.axe() == []


def test_a_draft_that_fails_is_tried_again_until_it_is_kept(desk: Desk, task: Render) -> None:
    desk.answers["/tasks/1/draft"] = [(503, "{}")]
    desk.open(task(draftUrl="/tasks/1/draft"))
    page = desk.ready()
    page.get_by_label("理由").fill("符合条件")
    status = page.locator("#draft-status")
    expect(status).to_have_attribute("data-state", "failed")
    expect(status).to_have_attribute("data-state", "saved", timeout=10_000)
    assert len(desk.posts) == 2
    desk.errors.clear()  # Chromium notes the 503 on the console


def test_a_refused_draft_says_why_and_keeps_what_was_typed(desk: Desk, task: Render) -> None:
    desk.answers["/tasks/1/draft"] = [(409, json.dumps({"title": "该任务已由王磊办结"}))]
    desk.open(task(draftUrl="/tasks/1/draft"))
    page = desk.ready()
    page.get_by_label("理由").fill("符合条件")
    expect(page.locator("#draft-status")).to_have_text("草稿未保存：该任务已由王磊办结")
    assert page.get_by_label("理由").input_value() == "符合条件"
    desk.errors.clear()  # Chromium notes the 409 on the console


@pytest.mark.parametrize("unsaved", [True, False])
def test_leaving_asks_only_while_something_is_unsaved(desk: Desk, task: Render, unsaved: bool) -> None:
    desk.open(task(unsaved=unsaved))
    page = desk.ready()
    page.locator("h1").click()  # a page nobody has touched may always be left
    asked: list[str] = []

    def note(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", note)
    desk.documents["/away"] = "<!doctype html><title>away</title>"
    page.goto("http://banjie.test/away")
    assert asked == (["beforeunload"] if unsaved else [])


def test_a_read_only_form_takes_nothing_and_saves_nothing(desk: Desk, task: Render) -> None:
    desk.open(task(readonly=True, data={"company": "某公司"}, draftUrl="/tasks/1/draft"))
    page = desk.ready()
    assert page.get_by_label("单位名称").get_attribute("readonly") is not None
    assert page.locator("#draft-status, input[name=answers]").count() == 0


def test_without_javascript_the_plain_form_stays(browser: Any, task: Render) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.set_content(task())
        assert page.get_by_label("单位").is_visible()


def test_form_js_says_nothing_that_has_no_chinese() -> None:
    viewer = APP / "assets" / "node_modules" / "@bpmn-io" / "form-js-viewer" / "dist" / "index.es.js"
    words = (APP / "assets" / "src" / "words" / "form.js").read_text(encoding="utf-8")
    source = viewer.read_text(encoding="utf-8")
    asked = re.findall(r"""(?<!\* )\btranslate\((['"])(.+?)\1[,)]""", source)
    lacking = {key for _, key in asked if key not in words and key.replace("'", "\\'") not in words}
    assert len(asked) > 30
    assert lacking == {"HELLO {you}"}  # an example in a comment


@pytest.mark.parametrize("path", sorted(ROOT.glob("forms/*.form")), ids=lambda path: path.stem)
def test_every_form_on_the_shelf_opens(desk: Desk, render: Render, path: Any) -> None:
    desk.open(render("form.html", data={"schema": json.loads(path.read_text("utf-8")), "data": {}, "errors": {}}))
    page = desk.ready()
    assert page.locator(".fjs-form-field").count() > 1
    assert desk.axe() == []
