"""Results from outside: who enters them, what that does to the case and its clock, and their pages."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audit.models import LogEntry
from app.bench.diagrams import ANSWER, FORM, end, process, start
from app.calendars.queries import current_calendar
from app.cases import operations, replies
from app.cases.models import Subscription
from app.db import transaction
from app.documents.models import Notice
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.law.clock import local_date
from app.replay.rebuild import Replayer
from tests.diagrams import CALL, READY, event, message
from tests.house import County

LogIn = Callable[[str], FlaskClient]
ITEM = "special_equipment"
WINDOW, REVIEWER = "chenyt", "heliang"
PASSED = {"inspectionResult": "pass", "reportNo": "JD-2026-0001"}
DEFECTS = "限速器校验已过期，应急照明不亮，须整改后复检。"


def ordered(county: County, days: int = 8) -> int:
    """A case whose equipment is being inspected."""
    case_id = county.start(ITEM, registrationKind="new", equipmentKind="crane", inspectionState="none")
    county.check(case_id, "accept")
    county.do(case_id, "inspection_order", inspectionDays=days)
    county.do(case_id, "inspection_confirm", inspectionConfirmed="confirmed")
    return case_id


def entries(case_id: int, act: str) -> list[LogEntry]:
    with transaction(write=False) as session:
        found = list(session.scalars(select(LogEntry).where(LogEntry.case_id == case_id, LogEntry.act == act)))
        session.expunge_all()
    return found


def waiting_days(day: date, days: int) -> date:
    return current_calendar().add(day, days)


# --- the act


def test_R001_result_is_entered_in_the_name_of_the_person_and_the_post(county: County) -> None:
    case_id = ordered(county)
    county.hear(case_id, **PASSED)
    (entry,) = entries(case_id, "message.enter")
    assert (entry.actor, entry.post, entry.unit) == ("陈雨桐", "窗口受理岗", "示范县市场监督管理局")
    assert (entry.element, entry.details["form"]) == ("inspect/inspection_result", "inspection_result")
    assert county.case(case_id).data["reportNo"] == "JD-2026-0001"
    assert [one.element for one in county.tasks(case_id)] == ["review"]


def test_clock_stands_from_the_notice_to_the_result(county: County) -> None:
    case_id = ordered(county)
    begun, case = local_date(county.at), county.case(case_id)
    assert (case.stage, case.promised_due, case.due_on) == ("special", None, None)
    county.later(days=7)
    county.hear(case_id, **PASSED)
    case, ended = county.case(case_id), local_date(county.at)
    assert case.pauses == [[begun.isoformat(), ended.isoformat(), "检验", "case"]]
    stood = current_calendar().count(begun, ended)
    assert case.accepted_on is not None
    assert case.promised_due == waiting_days(case.accepted_on, 5 + stood)
    assert case.statutory_due == waiting_days(case.accepted_on, 15 + stood)


def test_R131_notice_of_the_inspection_says_kind_institute_and_time(county: County) -> None:
    case_id = ordered(county, days=12)
    with transaction(write=False) as session:
        paper = session.scalars(
            select(Notice).where(Notice.case_id == case_id, Notice.kind == "special_procedure")
        ).one()
        body = paper.body
    assert "12 个工作日" in body
    assert county.case(case_id).data["inspectionInstitute"] in body
    assert "检验" in body


def test_late_institute_lets_the_clock_run_on_and_is_urged(county: County) -> None:
    case_id = ordered(county, days=3)
    county.later(days=20)
    assert county.fire_due() == 1
    case = county.case(case_id)
    assert case.pauses[0][1] is not None
    assert case.due_on is not None
    assert [one.element for one in county.tasks(case_id)] == ["urge_institute"]
    assert [one.details["registers"] for one in entries(case_id, "deadline.fire")] == [["特别程序超期"]]
    county.hear(case_id, **PASSED)
    assert [one.element for one in county.tasks(case_id)] == ["review"]
    assert "case.resume" not in entries(case_id, "message.enter")[0].details.get("clocks", [])


def test_failed_inspection_is_corrected_and_inspected_again_with_an_empty_form(county: County) -> None:
    case_id = ordered(county)
    county.hear(case_id, inspectionResult="fail", reportNo="JD-1", inspectionDefects=DEFECTS)
    county.do(case_id, "correct", correctionResult="corrected")
    county.do(case_id, "inspection_order", inspectionDays=4)
    county.do(case_id, "inspection_confirm", inspectionConfirmed="confirmed")
    (again,) = county.awaited(case_id)
    with transaction(write=False):
        assert {"reportNo", "inspectionResult"} & set(replies.awaited("990000", again.id).context()) == set()


def test_only_the_post_enters_the_result_and_a_refusal_is_told(county: County) -> None:
    case_id = ordered(county)
    with pytest.raises(Forbidden):
        county.hear(case_id, county.actor(REVIEWER), **PASSED)
    assert entries(case_id, "message.enter") == []


def test_result_with_a_hole_is_not_entered(county: County) -> None:
    case_id = ordered(county)
    with pytest.raises(Invalid) as refused:
        county.hear(case_id, inspectionResult="fail", inspectionDefects="太短")
    assert "Field_inspectionDefects" in refused.value.errors


def test_result_is_entered_once(county: County) -> None:
    case_id = ordered(county)
    (found,) = county.awaited(case_id)
    county.hear(case_id, **PASSED)
    clerk = county.actor(WINDOW)
    with transaction() as session, pytest.raises(Conflict):
        replies.enter_reply(session, found.id, clerk, PASSED, county.at)
    with transaction(write=False), pytest.raises(NotFound):
        replies.awaited("990000", found.id)


def test_suspended_case_hears_nothing(county: County) -> None:
    case_id = ordered(county)
    admin = county.actor("admin")
    with transaction() as session:
        operations.suspend_case(session, case_id, admin, "更正登记", county.at)
    with pytest.raises(Conflict):
        county.hear(case_id, **PASSED)


def test_case_with_a_result_from_outside_is_executed_again_like_the_first_time(county: County) -> None:
    case_id = ordered(county)
    county.later(days=5)
    county.hear(case_id, **PASSED)
    with transaction(write=False) as session:
        told = Replayer(session).replay(county.case_row(session, case_id))
    assert told.difference is None
    assert told.acts >= 5


# --- the pages


def test_list_shows_the_results_of_my_posts_and_leads_to_the_form(log_in: LogIn, county: County) -> None:
    case_id = ordered(county)
    (found,) = county.awaited(case_id)
    no = county.case(case_id).no
    page = log_in(WINDOW).get("/replies").text
    assert no in page
    assert f"/replies/{found.id}" in page
    assert no not in log_in("zhouhm").get("/replies").text
    assert "检验报告编号" in log_in(WINDOW).get(f"/replies/{found.id}").text


def test_case_page_offers_the_form_to_the_post_and_says_to_others_that_the_case_waits(
    log_in: LogIn, county: County
) -> None:
    case_id = ordered(county)
    (found,) = county.awaited(case_id)
    no = county.case(case_id).no
    mine, other = log_in(WINDOW).get(f"/cases/{no}").text, log_in(REVIEWER).get(f"/cases/{no}").text
    assert "等待外部结果" in mine
    assert f"/replies/{found.id}" in mine
    assert "等待外部结果" in other
    assert f"/replies/{found.id}" not in other


def test_posted_result_moves_the_case_and_a_wrong_one_comes_back_with_what_was_typed(
    log_in: LogIn, county: County
) -> None:
    case_id = ordered(county)
    (found,) = county.awaited(case_id)
    client, url = log_in(WINDOW), f"/replies/{found.id}"
    wrong = client.post(url, data={"answers": json.dumps({"reportNo": "JD-7"})})
    assert wrong.status_code == 422
    assert "JD-7" in wrong.text
    answers = {
        "reportNo": "JD-7",
        "reportDate": "2026-03-12",
        "reportReceivedBy": "paper",
        "inspectionResult": "pass",
        "nextInspectionOn": "2027-03-11",
    }
    done = client.post(url, data={"answers": json.dumps(answers)})
    assert (done.status_code, done.location) == (303, f"/cases/{county.case(case_id).no}")
    assert client.get(url).status_code == 404
    assert [one.element for one in county.tasks(case_id)] == ["review"]


def test_second_clerk_is_told_that_the_result_has_been_entered(log_in: LogIn, county: County) -> None:
    case_id = ordered(county)
    (found,) = county.awaited(case_id)
    client = log_in("linfang")
    county.hear(case_id, **PASSED)
    answer = client.post(f"/replies/{found.id}", data={"answers": json.dumps(PASSED)})
    assert answer.status_code == 409
    assert "已经录入" in answer.text


def test_post_without_the_permission_is_403(log_in: LogIn, county: County) -> None:
    case_id = ordered(county)
    (found,) = county.awaited(case_id)
    answer = log_in(REVIEWER).post(f"/replies/{found.id}", data={"answers": json.dumps(PASSED)})
    assert answer.status_code == 403
    with transaction(write=False) as session:
        assert session.scalar(select(func.count()).where(Subscription.case_id == case_id)) == 1


def test_case_page_lists_the_messages_signals_and_conditions_that_are_awaited_but_not_what_has_a_form(
    log_in: LogIn, county: County
) -> None:
    ears = [event("intermediateCatchEvent", one).replace("ID", name) for one, name in [(CALL, "来函"), (READY, "达标")]]
    nodes = [start(), '<bpmn:parallelGateway id="fork" name="fork"/>', *ears, end()]
    flows = [
        ("begin", "fork", ""),
        *(pair for one in ("来函", "达标") for pair in [("fork", one, ""), (one, "done", "")]),
    ]
    diagram = process("ears", nodes, flows).decode()
    files = {"ears.bpmn": diagram.replace("<bpmn:process ", message("call", "= title") + "<bpmn:process ", 1).encode()}
    county.publish("ears", files | {"forms/bench.form": FORM}, "ears")
    no = county.case(county.start("ears", **ANSWER)).no
    page = log_in(REVIEWER).get(f"/cases/{no}").text
    listed = page.partition("等待中的消息和条件")[2].partition("</ul>")[0]
    assert "来函 · 消息" in listed
    assert "达标 · 条件" in listed
    assert "= amount &gt; 900" in listed
    ordered_no = county.case(ordered(county)).no
    assert "等待中的消息和条件" not in log_in(REVIEWER).get(f"/cases/{ordered_no}").text
