"""Files at the window: chosen, refused, kept while the rest is mended, handed in, and fetched again."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.cases.models import Case
from app.db import transaction
from app.documents.models import Attachment
from tests.documents.samples import PDF, png
from tests.e2e.conftest import Person, Town
from tests.e2e.desk import apply_for_a_restaurant, fill

pytestmark = pytest.mark.browser
FORM = "/start/food_business"
SCAN = {"name": "营业执照.pdf", "mimeType": "application/pdf", "buffer": PDF}
PLAN = {"name": "平面图.png", "mimeType": "image/png", "buffer": png()}
FAKE = {"name": "假的.pdf", "mimeType": "application/pdf", "buffer": b"<html><script>alert(1)</script></html>"}


def window(town: Town, *, scripts: bool = True, english: bool = False) -> Person:
    clerk = town.county.holder_at_window("food_business")
    return town.person(clerk.login, scripts=scripts, english=english, expect={422})


def attached() -> list[Attachment]:
    with transaction(write=False) as session:
        found = list(session.query(Attachment).order_by(Attachment.id))
        session.expunge_all()
    return found


def fetch(page: Page, name: str) -> bytes:
    """What clicking on a file gives."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    assert download.value.suggested_filename == name
    return Path(download.value.path()).read_bytes()


def test_files_are_uploaded_as_they_are_chosen_and_stay_whatever_else_is_wrong(town: Town) -> None:
    clerk = window(town)
    page = clerk.go(FORM)
    apply_for_a_restaurant(page)
    fill(page, {"申请人名称（姓名）": ""})
    picker = page.locator(".fjs-form-field-filepicker")
    chooser = picker.locator("input[type=file]")
    chooser.set_input_files([SCAN, FAKE, PLAN])
    expect(picker.locator(".file-list li")).to_have_count(2)
    expect(picker.get_by_role("alert")).to_contain_text("“假的.pdf”不是可以上传的文件")
    expect(picker.get_by_role("status")).to_have_text("已上传 平面图.png")
    assert clerk.axe() == []
    clerk.shot("files")
    chooser.set_input_files([{"name": "图.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}])
    expect(picker.get_by_role("alert")).to_contain_text("“图.svg”不是要求的类型")
    picker.get_by_role("button", name="移除 平面图.png").click()
    expect(picker.get_by_role("button", name="扫描件")).to_be_focused()
    expect(picker.get_by_role("status")).to_have_text("已移除 平面图.png")
    page.get_by_role("button", name="收件").click()
    expect(page.locator(".error-summary")).to_be_focused()
    fill(page, {"申请人名称（姓名）": "示范县老街口餐饮有限公司"})
    page.get_by_role("button", name="收件").click()
    page.wait_for_url("**/cases/*")
    assert [one.name for one in attached()] == ["营业执照.pdf"]
    assert fetch(page, "营业执照.pdf") == PDF
    answer = page.request.get(f"{town.origin}/files/{attached()[0].id}")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["content-type"] == "application/pdf"
    expect(page.get_by_text("附件 1 个")).to_be_visible()
    assert clerk.axe() == []


def test_the_server_shows_again_what_was_uploaded(town: Town) -> None:
    clerk = window(town)
    page = clerk.go(FORM)
    apply_for_a_restaurant(page)
    page.locator("input[type=file]").set_input_files(SCAN)
    expect(page.locator(".file-list li")).to_have_count(1)
    page.evaluate("document.querySelector('select[name=channel]').add(new Option('x', 'nowhere', true, true))")
    page.get_by_role("button", name="收件").click()
    clerk.ready()
    expect(page.locator(".file-list li")).to_contain_text("营业执照.pdf")
    assert fetch(page, "营业执照.pdf") == PDF
    page.get_by_role("button", name="收件").click()
    page.wait_for_url("**/cases/*")
    assert len(attached()) == 1


def test_without_scripts_files_come_with_the_form_and_are_kept_while_it_is_mended(town: Town) -> None:
    clerk = window(town, scripts=False)
    page = clerk.go(FORM)
    clerk.shot("files without scripts")
    picker = page.locator("[data-kind=filepicker]")
    picker.locator("input[type=file]").set_input_files([SCAN, FAKE])
    page.get_by_label("申请人名称（姓名）").fill("示范县老街口餐饮有限公司")
    page.get_by_role("button", name="收件").click()
    summary = page.locator(".form-summary")
    expect(summary).to_contain_text("“假的.pdf”不是可以上传的文件")
    expect(summary).to_contain_text("请填写“统一社会信用代码”")
    clerk.shot("files refused without scripts")
    expect(picker.get_by_label("营业执照.pdf")).to_be_checked()
    expect(page.get_by_label("申请人名称（姓名）")).to_have_value("示范县老街口餐饮有限公司")
    picker.locator("input[type=file]").set_input_files(PLAN)
    page.get_by_role("button", name="收件").click()
    expect(picker.get_by_role("checkbox")).to_have_count(2)
    answers = town.county.application("food_business")
    case_id = post(page, clerk, answers)
    assert [(one.name, one.case_id) for one in attached()] == [("营业执照.pdf", case_id), ("平面图.png", case_id)]


def post(page: Page, clerk: Person, answers: dict[str, object]) -> int:
    """Send the files that the page has kept, with these answers in place of what it has typed; the case's id."""
    kept = page.locator("[data-kind=filepicker] input[type=checkbox]").all()
    files = [json.loads(one.get_attribute("value") or "") for one in kept]
    token = page.locator("form[method=post] input[name=csrf_token]").last.get_attribute("value") or ""
    form = {"csrf_token": token, "channel": "window", "answers": json.dumps(answers | {"files": files})}
    answer = page.request.post(clerk.origin + FORM, form=form, headers={"Referer": clerk.origin + FORM})
    assert "/cases/" in answer.url
    with transaction(write=False) as session:
        return session.query(Case.id).order_by(Case.id.desc()).limit(1).scalar() or 0


@pytest.mark.parametrize("english", [False, True], ids=["zh", "en"])
def test_forms_with_files_have_no_barrier_with_and_without_scripts(town: Town, english: bool) -> None:
    clerk = window(town, english=english)
    page = clerk.go(FORM)
    assert clerk.axe() == []
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert clerk.axe() == []
    page.goto(clerk.origin + "/start/road_transport")
    clerk.ready()
    page.locator(".fjs-repeat-render-add").first.click()
    expect(page.locator("p.visually-hidden[role=status]")).to_have_text(
        "A row was added; there are 2 now" if english else "已新增一行，现有 2 行"
    )
    assert clerk.axe() == []
    # The page as it is without the form's script: without any, axe itself could not run.
    page.route("**/dist/form.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    for form in (FORM, "/start/road_transport"):
        page.goto(clerk.origin + form)
        assert clerk.axe() == []
        page.locator("main form button[type=submit], main form button.btn-primary").last.click()
        expect(page.locator(".form-summary")).to_be_focused()
        assert clerk.axe() == []
    clerk.shot("errors without scripts")
