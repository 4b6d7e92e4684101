"""The clerk's pages: lists, a task from claim to redirect, and everything that can go wrong on the way."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app import clock
from app.audit.models import LogEntry
from app.cases import operations
from app.cases.models import Case, Task
from app.db import db, transaction
from tests.house import GOOD, County

LogIn = Callable[[str], FlaskClient]
WINDOW = "zhouhm"  # window clerk of JTYS, A; xuyang is B
OTHER = "xuyang"


@pytest.fixture
def case_id(county: County) -> int:
    """A freight case at its first step, the check of the materials."""
    return county.start()


@pytest.fixture
def task(county: County, case_id: int) -> Task:
    return county.tasks(case_id, "check")[0]


def good(county: County, case_id: int, **changes: Any) -> dict[str, Any]:
    return {"checkResult": "accept", "materials": county.materials(case_id, {}), **changes}


def data(text: str, name: str) -> Any:
    """The JSON that a page hands to its script."""
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.DOTALL)
    assert found, f"no {name} on the page"
    return json.loads(found[1])


def fields(text: str) -> dict[str, list[str]]:
    """What a browser without scripts would post from the page's task form."""
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    form = next(one for one in tree.iter("form") if one.find(".//div[@id='task-form']") is not None)
    sent: dict[str, list[str]] = {}
    for one in (found for found in form.iter() if found.tag in ("input", "select", "textarea")):
        name, kind = one.get("name"), one.get("type", "text")
        if name is None or (kind in ("radio", "checkbox") and one.get("checked") is None):
            continue
        if one.tag == "select":
            value = next((o.get("value", "") for o in one.iter("option") if o.get("selected") is not None), "")
        else:
            value = (one.text or "").removeprefix("\n") if one.tag == "textarea" else one.get("value", "")
        sent.setdefault(name, []).append(value)
    return sent


def stored(task_id: int) -> Task:
    with transaction(write=False) as session:
        found = session.get_one(Task, task_id)
        session.expunge_all()
    return found


# --- doing a task ----------------------------------------------------------------------------------


def test_a_task_is_done_and_the_list_comes_back(log_in: LogIn, county: County, case_id: int, task: Task) -> None:
    client = log_in(WINDOW)
    answer = client.post(f"/tasks/{task.id}", data={"answers": json.dumps(good(county, case_id))})
    assert (answer.status_code, answer.location) == (303, "/tasks")
    assert "已办理：核对材料" in client.get("/tasks").text
    assert stored(task.id).status == "done"


def test_a_task_is_done_without_scripts(log_in: LogIn, county: County, case_id: int, task: Task) -> None:
    client = log_in(WINDOW)
    sent = fields(client.get(f"/tasks/{task.id}").text)
    for at, _ in enumerate(county.materials(case_id, {})):
        for name, value in GOOD.items():
            sent[f"materials.{at}.{name}"] = [str(value)]
    answer = client.post(f"/tasks/{task.id}", data=sent)  # the page offers «accept» once all is complete
    assert answer.status_code == 422
    sent = {**fields(answer.text), "checkResult": ["accept"]}
    assert sent["materials.0.pages"] == ["3"]
    assert client.post(f"/tasks/{task.id}", data=sent).status_code == 303
    assert stored(task.id).status == "done"


def test_wrong_answers_come_back_with_their_errors_and_everything_typed(
    log_in: LogIn, county: County, case_id: int, task: Task
) -> None:
    typed = good(county, case_id, checkResult="notice", noticeAdvice="请带公章")
    typed["materials"][0]["pages"] = "一百"
    answer = log_in(WINDOW).post(f"/tasks/{task.id}", data={"answers": json.dumps(typed)})
    assert answer.status_code == 422
    given = data(answer.text, "form-data")
    assert given["data"]["materials"][0]["pages"] == "一百"
    assert given["data"]["noticeAdvice"] == "请带公章"
    assert given["unsaved"] is True
    assert given["errors"]
    assert stored(task.id).status == "open"


def test_a_rule_of_the_house_is_shown_at_the_field_that_broke_it(
    log_in: LogIn, county: County, case_id: int, task: Task
) -> None:
    typed = good(county, case_id, checkResult="notice", noticeAdvice="请到窗口补正")
    answer = log_in(WINDOW).post(f"/tasks/{task.id}", data={"answers": json.dumps(typed)})
    assert answer.status_code == 422
    errors = data(answer.text, "form-data")["errors"]
    assert all(name.startswith("Field_") for name in errors), errors


def test_a_script_gets_its_errors_by_field(log_in: LogIn, county: County, case_id: int, task: Task) -> None:
    answer = log_in(WINDOW).post(f"/tasks/{task.id}", json=good(county, case_id, checkResult="maybe"))
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.get_json()["errors"]


@pytest.mark.parametrize(
    "answers", ["[]", "{", "nul", '{"a":NaN}', '{"a":"\\ud800"}', "[" * 100_000, '{"a":' + "9" * 5000 + "}"]
)
def test_what_is_no_answer_changes_nothing(log_in: LogIn, task: Task, answers: str) -> None:
    answer = log_in(WINDOW).post(f"/tasks/{task.id}", data={"answers": answers})
    assert answer.status_code == 422
    assert stored(task.id).status == "open"


def test_a_task_done_by_somebody_else_is_a_conflict_and_the_typed_text_stays(
    log_in: LogIn, county: County, case_id: int, task: Task
) -> None:
    county.check(case_id, "accept")
    typed = good(county, case_id)
    typed["materials"][0] |= {"verdict": "defective", "defect": "第三页没有盖章"}
    answer = log_in(OTHER).post(f"/tasks/{task.id}", data={"answers": json.dumps(typed)})
    assert answer.status_code == 409
    assert "此件已由周慧敏于 2026-03-02 09:30 办理" in answer.text
    assert "第三页没有盖章" in answer.text


def test_a_double_submit_is_a_conflict_for_a_script(log_in: LogIn, county: County, case_id: int, task: Task) -> None:
    client = log_in(WINDOW)
    made = good(county, case_id)
    assert client.post(f"/tasks/{task.id}", json=made).status_code == 303
    answer = client.post(f"/tasks/{task.id}", json=made)
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    with transaction(write=False) as session:
        done = session.scalars(
            select(LogEntry.seq).where(LogEntry.case_id == case_id, LogEntry.act == "task.complete")
        ).all()
    assert len(done) == 1


def test_a_task_that_is_done_is_shown_as_it_was_answered(
    log_in: LogIn, county: County, case_id: int, task: Task
) -> None:
    county.check(case_id, "notice", {county.case(case_id).data["materials"][0]["name"]: "没有签字"})
    text = log_in(OTHER).get(f"/tasks/{task.id}").text
    assert "此件已由周慧敏于 2026-03-02 09:30 办理" in text
    assert "没有签字" in text
    assert "form-data" not in text


def test_another_post_may_look_but_not_do(log_in: LogIn, task: Task, county: County, case_id: int) -> None:
    client = log_in("wujing")
    page = client.get(f"/tasks/{task.id}")
    assert page.status_code == 200
    assert "您只能查看" in page.text
    assert "form-data" not in page.text
    assert client.post(f"/tasks/{task.id}", json=good(county, case_id)).status_code == 403
    assert client.post(f"/tasks/{task.id}/draft", json={"answers": {}}).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/tasks/1", "/tasks/99999999999999999999999", "/cases/1", "/papers/1", "/start/nothing", "/cases/1/diagrams/x"],
)
def test_what_does_not_exist_is_not_found(log_in: LogIn, path: str) -> None:
    assert log_in(WINDOW).get(path).status_code == 404


def test_a_suspended_case_waits(log_in: LogIn, county: County, case_id: int, task: Task) -> None:
    no = county.case(case_id).no
    client = log_in("admin")
    assert client.post(f"/cases/{no}/suspend", data={"reason": "核实举报"}).status_code == 303
    client = log_in(WINDOW)
    assert "办件已中止" in client.get(f"/tasks/{task.id}").text
    assert client.post(f"/tasks/{task.id}", json=good(county, case_id)).status_code == 409


# --- claims and drafts -----------------------------------------------------------------------------


def test_a_claim_is_exclusive_until_it_is_released(log_in: LogIn, county: County, task: Task) -> None:
    client = log_in(WINDOW)
    assert client.post(f"/tasks/{task.id}/claim").location == f"/tasks/{task.id}"
    other = log_in(OTHER)
    assert other.post(f"/tasks/{task.id}/claim").status_code == 409
    assert other.post(f"/tasks/{task.id}/release").status_code == 403
    client = log_in(WINDOW)
    assert client.post(f"/tasks/{task.id}/release").location == "/tasks"
    assert stored(task.id).assignee_id is None


def test_a_draft_is_kept_and_comes_back(log_in: LogIn, task: Task) -> None:
    client = log_in(WINDOW)
    saved = client.post(f"/tasks/{task.id}/draft", json={"answers": {"noticeAdvice": "写到一半"}})
    assert saved.status_code == 200
    assert saved.get_json()["savedAt"].startswith("2026-03-02T01:30:00")
    given = data(client.get(f"/tasks/{task.id}").text, "form-data")
    assert given["data"]["noticeAdvice"] == "写到一半"
    assert given["draftUrl"] == f"/tasks/{task.id}/draft"


def test_a_page_hands_out_no_more_of_the_case_than_its_form_reads(log_in: LogIn, task: Task) -> None:
    given = data(log_in(WINDOW).get(f"/tasks/{task.id}").text, "form-data")
    assert "idNumber" not in given["data"]
    assert "mobile" not in given["data"]


# --- lists -----------------------------------------------------------------------------------------


def test_the_list_shows_what_is_mine_to_do_and_nobody_elses(log_in: LogIn, county: County, case_id: int) -> None:
    no = county.case(case_id).no
    assert no in log_in(WINDOW).get("/tasks").text
    assert no in log_in(OTHER).get("/tasks").text
    assert no not in log_in("wujing").get("/tasks").text


def test_a_claimed_task_leaves_the_others_lists(log_in: LogIn, county: County, case_id: int, task: Task) -> None:
    log_in(WINDOW).post(f"/tasks/{task.id}/claim")
    no = county.case(case_id).no
    assert no not in log_in(OTHER).get("/tasks").text
    client = log_in(WINDOW)
    assert no in client.get("/tasks?scope=mine").text
    assert no not in client.get("/tasks?scope=posts").text


def test_R134_tasks_are_sorted_by_remaining_working_days(log_in: LogIn, county: County) -> None:
    late = county.start()
    county.later(days=4)
    fresh = county.start()
    county.check(late, "notice", {county.case(late).data["materials"][0]["name"]: "缺"})
    numbers = [county.case(one).no for one in (fresh, late)]
    with clock.frozen(county.at):
        client = log_in(WINDOW)
        text = client.get("/tasks").text
        assert text.index(numbers[0]) < text.index(numbers[1])
        text = client.get("/tasks?sort=-due").text
        assert text.index(numbers[0]) > text.index(numbers[1])


def test_the_light_is_told_by_colour_shape_and_words(log_in: LogIn, county: County, case_id: int) -> None:
    for days, light in ((0, "light-good"), (7, "light-soon")):
        with clock.frozen(county.at + timedelta(days=days)):
            text = log_in(WINDOW).get("/tasks").text
            assert f'class="light {light}"' in text, (days, light)
            assert 'class="light-shape" aria-hidden="true"' in text


@pytest.mark.parametrize(("light", "days"), [("good", 0), ("soon", 7), ("late", 9)])
def test_the_list_is_filtered_by_light(log_in: LogIn, county: County, case_id: int, light: str, days: int) -> None:
    no = county.case(case_id).no
    with clock.frozen(county.at + timedelta(days=days)):
        client = log_in(WINDOW)
        for one in ("good", "soon", "late", "rest"):
            assert (no in client.get(f"/tasks?light={one}").text) == (one == light), one


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=9900002026", True),
        ("q=%25", False),
        ("item=road_transport", True),
        ("item=food_business", False),
        ("step=intake", True),
        ("step=review", False),
    ],
)
def test_the_list_is_filtered_in_the_database(
    log_in: LogIn, county: County, case_id: int, query: str, found: bool
) -> None:
    text = log_in(WINDOW).get(f"/tasks?{query}").text
    assert (county.case(case_id).no in text) == found
    assert ("没有符合条件的待办" in text) != found


@pytest.mark.parametrize("query", ["sort=password", "light=blue", "after=x", "before=%00"])
def test_an_address_that_no_list_gave_out_is_not_found(log_in: LogIn, case_id: int, query: str) -> None:
    assert log_in(WINDOW).get(f"/tasks?{query}").status_code == 404


def test_an_impossible_day_is_refused(log_in: LogIn) -> None:
    assert log_in(WINDOW).get("/cases?since=2026-02-30").status_code == 422


def test_pages_follow_each_other_by_key(log_in: LogIn, county: County) -> None:
    numbers = [county.case(county.start()).no for _ in range(53)]
    client = log_in(WINDOW)
    first = client.get("/cases").text
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link
    assert "page=" not in link[1]
    second = client.get(link[1].replace("&amp;", "&")).text
    shown = re.findall(r"data-open>(\d{20})", first) + re.findall(r"data-open>(\d{20})", second)
    assert shown == sorted(numbers, reverse=True)
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back
    assert re.findall(r"data-open>(\d{20})", client.get(back[1].replace("&amp;", "&")).text) == shown[:50]


def test_an_export_holds_what_the_list_holds_and_runs_nothing(log_in: LogIn, county: County) -> None:
    county.start(applicantName="=HYPERLINK(1)")
    client = log_in(WINDOW)
    for path in ("/tasks.csv", "/cases.csv"):
        rows = list(csv.reader(io.StringIO(client.get(path).data.decode("utf-8-sig"))))
        assert len(rows) == 2
        assert "'=HYPERLINK(1)" in rows[1], path


def test_an_empty_list_says_so(log_in: LogIn) -> None:
    assert "没有待办事项" in log_in(WINDOW).get("/tasks").text
    assert "还没有办件" in log_in(WINDOW).get("/cases").text


# --- a case ----------------------------------------------------------------------------------------


def test_R035_the_diagram_marks_the_nodes_at_which_the_engine_waits(
    log_in: LogIn, county: County, case_id: int
) -> None:
    county.check(case_id, "accept")
    no = county.case(case_id).no
    given = data(log_in(WINDOW).get(f"/cases/{no}").text, "diagram-data")
    assert given["marks"]["current"] == [one.element for one in county.tasks(case_id)] == ["review"]
    assert "take_in" in given["marks"]["done"]
    assert given["drill"]["take_in"].startswith(f"/cases/{no}?diagram=take_in")


def test_a_called_diagram_shows_who_did_what_when(log_in: LogIn, county: County, case_id: int) -> None:
    county.check(case_id, "accept")
    no = county.case(case_id).no
    client = log_in(WINDOW)
    given = data(client.get(f"/cases/{no}?diagram=take_in").text, "diagram-data")
    assert given["badges"]["check"] == "周慧敏 03-02 · 当日"
    assert given["xmlUrl"] == f"/cases/{no}/diagrams/intake"
    xml = client.get(given["xmlUrl"])
    assert (xml.mimetype, b'id="check"' in xml.data) == ("application/xml", True)
    assert client.get(f"/cases/{no}?diagram=nowhere").status_code == 404


def test_identity_numbers_are_masked(log_in: LogIn, county: County, case_id: int) -> None:
    number = county.case(case_id).data["idNumber"]
    text = log_in(WINDOW).get(f"/cases/{county.case(case_id).no}").text
    assert number not in text
    assert f"{number[:6]}********{number[-4:]}" in text


def test_a_paper_is_shown_as_issued_with_its_hash(log_in: LogIn, county: County, case_id: int) -> None:
    county.check(case_id, "accept")
    client = log_in(WINDOW)
    link = re.search(r'href="(/papers/\d+)"', client.get(f"/cases/{county.case(case_id).no}").text)
    assert link
    text = client.get(link[1]).text
    assert "收件回执单" in text
    assert re.search(r"SHA-256 <code>[0-9a-f]{64}</code>", text)


def test_a_withdrawal_needs_a_reason_and_ends_the_case(log_in: LogIn, county: County, case_id: int) -> None:
    no = county.case(case_id).no
    client = log_in(WINDOW)
    answer = client.post(f"/cases/{no}/withdraw", data={"reason": "  "})
    assert answer.status_code == 422
    assert "请填写理由" in answer.text
    assert client.post(f"/cases/{no}/withdraw", data={"reason": "申请人改变计划"}).status_code == 303
    assert county.case(case_id).outcome == "withdrawn"
    assert client.post(f"/cases/{no}/withdraw", data={"reason": "再来一次"}).status_code == 409


@pytest.mark.parametrize("act", ["suspend", "resume", "cancel", "second-notice"])
def test_acts_of_other_desks_are_not_the_clerks(log_in: LogIn, county: County, case_id: int, act: str) -> None:
    no = county.case(case_id).no
    client = log_in(WINDOW)
    assert client.post(f"/cases/{no}/{act}", data={"reason": "试试"}).status_code == 403
    assert f"/cases/{no}/{act}" not in client.get(f"/cases/{no}").text


# --- starting a case -------------------------------------------------------------------------------


def test_R028_one_application_yields_one_number_and_its_code_is_said_once(log_in: LogIn, county: County) -> None:
    client = log_in(WINDOW)
    assert "/start/road_transport" in client.get("/start").text
    answers = json.dumps(county.application("road_transport"))
    answer = client.post("/start/road_transport", data={"answers": answers, "channel": "window"})
    assert answer.status_code == 303
    with transaction(write=False) as session:
        cases = session.scalars(select(Case.no)).all()
    assert [answer.location] == [f"/cases/{no}" for no in cases]
    first, second = client.get(answer.location).text, client.get(answer.location).text
    assert "查询码" in first
    assert "查询码" not in second


def test_a_wrong_application_comes_back_as_typed(log_in: LogIn, county: County) -> None:
    typed = county.application("road_transport") | {"applicantName": "", "address": "示范路 1 号"}
    answer = log_in(WINDOW).post("/start/road_transport", data={"answers": json.dumps(typed), "channel": "post"})
    assert answer.status_code == 422
    given = data(answer.text, "form-data")
    assert given["data"]["address"] == "示范路 1 号"
    assert given["errors"]
    assert '<option value="post" selected>' in answer.text


def test_an_unknown_channel_is_refused(log_in: LogIn, county: County) -> None:
    answers = json.dumps(county.application("road_transport"))
    answer = log_in(WINDOW).post("/start/road_transport", data={"answers": answers, "channel": "pigeon"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("login", "desk"),
    [
        (WINDOW, "/tasks"),
        ("auditor", "/audit/cases"),
        ("analyst", "/studio/check"),
        ("admin", "/cases"),
        ("supervisor", "/cases"),
    ],
)
def test_the_start_page_leads_to_ones_own_desk(log_in: LogIn, login: str, desk: str) -> None:
    assert log_in(login).get("/").location == desk


def test_a_completion_by_http_asks_the_database_for_little_more_than_the_act_itself(
    log_in: LogIn, county: County, case_id: int
) -> None:
    client = log_in(WINDOW)
    county.check(county.start(), "accept")  # what the process keeps is known from here on
    made = good(county, case_id)
    task = county.tasks(case_id, "check")[0]
    with counting() as by_http:
        assert client.post(f"/tasks/{task.id}", json=made).status_code == 303
    other = county.start()
    task = county.tasks(other, "check")[0]
    actor, made = county.doer(task), good(county, other)
    with counting() as by_hand, transaction() as session:
        operations.complete_task(session, task.id, actor, made, county.at)
    assert len(by_http) <= len(by_hand) + 1, by_http


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
