"""The requirements that the main job meets, each by its number."""

from datetime import date

import pytest
from sqlalchemy import select

from app.audit.models import LogEntry
from app.cases import operations
from app.cases.models import Outbox, Task
from app.db import transaction
from app.documents.models import Notice
from app.errors import Conflict, Forbidden, Invalid
from tests.house import County


def entries(case_id: int, act: str = "") -> list[LogEntry]:
    with transaction(write=False) as session:
        query = select(LogEntry).where(LogEntry.case_id == case_id).order_by(LogEntry.seq)
        found = [one for one in session.scalars(query) if act in ("", one.act)]
        session.expunge_all()
    return found


def papers(case_id: int) -> list[Notice]:
    with transaction(write=False) as session:
        found = list(session.scalars(select(Notice).where(Notice.case_id == case_id).order_by(Notice.id)))
        session.expunge_all()
    return found


def reviewed(county: County) -> int:
    """A case whose review is done and whose approval waits."""
    case_id = county.start()
    county.check(case_id, "accept")
    county.do(case_id, "review", reviewResult="grant", authenticity="pass", completeness="pass", compliance="pass")
    return case_id


def test_R001_each_step_names_one_person_with_post_and_unit(county: County) -> None:
    case_id = county.start()
    county.check(case_id, "accept")
    entry = entries(case_id, "task.complete")[0]
    assert (entry.actor_id != 0, bool(entry.actor), bool(entry.post), bool(entry.unit)) == (True,) * 4
    assert entry.acting_for == ""


def test_R001_receiving_an_application_names_the_post_at_the_window(county: County) -> None:
    for login, acting_for in (("zhouhm", ""), ("xuyang", "周慧敏")):
        entry = entries(county.start(login=login), "case.start")[0]
        assert (entry.post, entry.unit, entry.acting_for) == ("窗口受理岗", "示范县交通运输局", acting_for)


def test_R001_b_holder_is_recorded_as_acting_for_a(county: County) -> None:
    case_id = county.start()
    task = county.tasks(case_id, "check")[0]
    a, b = county.doer(task), county.doer(task, rank=1)
    county.complete(task, b, checkResult="accept", materials=county.materials(case_id, {}))
    assert entries(case_id, "task.complete")[0].acting_for == a.name


def test_R001_nobody_outside_the_post_completes_a_step(county: County) -> None:
    case_id = county.start()
    task = county.tasks(case_id, "check")[0]
    with pytest.raises(Forbidden):
        county.complete(task, county.actor("analyst"), checkResult="accept", materials=county.materials(case_id, {}))
    assert not entries(case_id, "task.complete")


def test_R007_a_decision_is_told_at_once_and_delivery_falls_due_in_ten_working_days(county: County) -> None:
    case_id = reviewed(county)
    county.do(case_id, "approval", decision="granted")
    case = county.case(case_id)
    assert (case.outcome, case.notified_at) == ("granted", county.at)
    assert "decision_granted" in [paper.kind for paper in papers(case_id)]
    with transaction(write=False) as session:
        told = session.scalars(select(Outbox.payload).where(Outbox.case_id == case_id)).all()
    assert "准予行政许可决定书" in [message["title"] for message in told]
    assert case.delivery_due == date(2026, 3, 16)


@pytest.mark.parametrize(("reason", "accepted"), [("不符合法定条件要求", False), ("不符合法定条件的要求", True)])
def test_R008_a_reason_has_ten_characters(county: County, reason: str, accepted: bool) -> None:
    case_id = reviewed(county)
    task = county.tasks(case_id, "approval")[0]
    answer = county.answer(task, decision="granted") | {"decision": "returned", "decisionReason": reason}
    actor = county.doer(task)
    with transaction() as session:
        if accepted:
            operations.complete_task(session, task.id, actor, answer, county.at)
            return
        with pytest.raises(Invalid) as refusal:
            operations.complete_task(session, task.id, actor, answer, county.at)
    assert any("decisionReason" in field for field in refusal.value.errors)


def test_R028_one_submission_yields_one_case_number_and_one_receipt(county: County) -> None:
    case_id = county.start("food_business", hasColdDishes=False)
    name = county.case(case_id).data["materials"][0]["name"]
    county.check(case_id, "notice", {name: "缺少签字页"})
    county.do(case_id, "supplement")
    county.check(case_id, "accept")
    kinds = [paper.kind for paper in papers(case_id)]
    assert (kinds.count("receipt"), kinds.count("one_time_notice"), kinds.count("acceptance")) == (1, 1, 1)
    assert county.case(case_id).no in papers(case_id)[0].body


def test_R055_a_complete_application_is_decided_on_the_spot(county: County) -> None:
    case_id = county.start()
    county.check(case_id, "on_the_spot")
    steps = 0
    while county.case(case_id).decided_on is None and steps < 5:
        task = county.tasks(case_id)[0]
        county.complete(task, **({"decision": "granted"} if task.element == "approval" else {}))
        steps += 1
    case = county.case(case_id)
    assert case.decided_on == case.receipt_date
    assert "decision_granted" in [paper.kind for paper in papers(case_id)]


def test_R086_each_department_gives_one_result_and_there_is_one_delivery(county: County) -> None:
    chosen = ["seal", "tax", "social"]
    case_id = county.start(
        "company_start", chosenServices=chosen, sealSet="basic", employeeCount=3, registeredCapital=10
    )
    county.check(case_id, "accept")
    seen: list[str] = []
    while county.case(case_id).status == "active":
        task = county.tasks(case_id)[0]
        seen.append(task.form_id or "")
        answers = {"decision": "granted"} if task.form_id == "approval" else {}
        answers |= {"serviceResult": "done", "serviceReceiptNo": "1"} if task.form_id == "company_service" else {}
        answers |= {"deliveryResult": "delivered"} if task.form_id == "delivery" else {}
        answers |= {"reviewResult": "grant"} if task.form_id == "review" else {}
        county.complete(task, **answers)
    assert (seen.count("company_service"), seen.count("delivery")) == (len(chosen), 1)
    assert county.case(case_id).outcome == "granted"


def test_R117_the_check_leads_to_acceptance_notice_or_refusal(county: County) -> None:
    stages = {}
    for result in ("accept", "notice", "refuse"):
        case_id = county.start()
        first = county.case(case_id).data["materials"][0]["name"]
        county.check(case_id, result, {first: "缺少签字"} if result == "notice" else {})
        stages[result] = county.case(case_id).stage
    assert stages == {"accept": "reviewing", "notice": "supplementing", "refuse": "filing"}


def test_R117_a_defective_material_cannot_be_accepted(county: County) -> None:
    case_id = county.start()
    task = county.tasks(case_id, "check")[0]
    first = county.case(case_id).data["materials"][0]["name"]
    answer = {"materials": county.materials(case_id, {first: "缺少签字"}), "checkResult": "accept"}
    actor = county.doer(task)
    with transaction() as session, pytest.raises(Invalid) as refusal:
        operations.complete_task(session, task.id, actor, answer, county.at)
    assert "checkResult" in "".join(refusal.value.errors)


def test_R118_the_notice_lists_every_defective_material(county: County) -> None:
    case_id = county.start()
    names = [one["name"] for one in county.case(case_id).data["materials"]]
    county.check(case_id, "notice", dict.fromkeys(names[:2], "缺少签字"))
    notice = next(paper for paper in papers(case_id) if paper.kind == "one_time_notice")
    assert all(name in notice.body for name in names[:2])


def test_R116_the_notice_asks_only_for_what_this_application_needs(county: County) -> None:
    case_id = county.start("food_business", hasAgent=False)
    county.check(case_id, "notice", {"食品经营许可申请书": "缺少签字"})
    notice = next(paper for paper in papers(case_id) if paper.kind == "one_time_notice")
    assert "食品安全管理员任命文件" in notice.body
    assert "授权委托书" not in notice.body


def test_R118_a_second_notice_may_not_name_what_passed_the_first(county: County) -> None:
    case_id = county.start()
    names = [one["name"] for one in county.case(case_id).data["materials"]]
    county.check(case_id, "notice", {names[0]: "缺少签字"})
    county.do(case_id, "supplement")
    with pytest.raises(Invalid) as refusal:
        county.check(case_id, "notice", {names[1]: "缺少盖章"})
    assert names[1] in refusal.value.text.zh
    supervisor = county.actor("supervisor")
    with transaction() as session:
        operations.allow_second_notice(session, case_id, supervisor, "首次核对疏漏,确有必要", county.at)
    county.check(case_id, "notice", {names[1]: "缺少盖章"})
    assert county.case(case_id).stage == "supplementing"
    assert entries(case_id, "case.second_notice")[0].actor == supervisor.name


def test_R119_acceptance_dates_from_the_day_of_the_supplement(county: County) -> None:
    case_id = county.start("food_business")
    first = county.case(case_id).data["materials"][0]["name"]
    county.check(case_id, "notice", {first: "缺少签字"})
    county.later(days=3)
    county.do(case_id, "supplement")
    county.later(days=1)
    county.check(case_id, "accept")
    case = county.case(case_id)
    assert (case.accepted_on, case.accept_basis) == (date(2026, 3, 5), "supplemented")


def test_R119_a_complete_supplement_leaves_no_room_for_another_notice(county: County) -> None:
    case_id = county.start()
    first = county.case(case_id).data["materials"][0]["name"]
    county.check(case_id, "notice", {first: "缺少签字"})
    county.do(case_id, "supplement")
    task = county.tasks(case_id, "check")[0]
    answer = {"materials": county.materials(case_id, {}), "checkResult": "notice"}
    actor = county.doer(task)
    with transaction() as session, pytest.raises(Invalid):
        operations.complete_task(session, task.id, actor, answer, county.at)


def test_R134_both_clocks_run_from_acceptance(county: County) -> None:
    case_id = county.start()
    county.check(case_id, "accept")
    case = county.case(case_id)
    assert (case.promised_due, case.statutory_due) == (date(2026, 3, 5), date(2026, 3, 30))
    assert case.due_on == case.promised_due


def test_five_days_of_silence_are_acceptance_as_of_receipt(county: County) -> None:
    case_id = county.start()
    assert county.deadlines(case_id)[0].due_on == date(2026, 3, 9)
    county.later(days=7)
    assert county.fire_due() == 0
    county.later(days=1)
    assert county.fire_due() == 1
    case = county.case(case_id)
    assert (case.accepted_on, case.accept_basis, case.stage) == (date(2026, 3, 2), "deemed", "reviewing")


def test_a_task_done_by_somebody_else_is_a_conflict_that_names_them(county: County) -> None:
    case_id = county.start()
    task = county.tasks(case_id, "check")[0]
    a, b = county.doer(task), county.doer(task, rank=1)
    answer = county.answer(task, checkResult="accept", materials=county.materials(case_id, {}))
    with transaction() as session:
        operations.complete_task(session, task.id, a, answer, county.at)
    with transaction() as session, pytest.raises(Conflict) as refusal:
        operations.complete_task(session, task.id, b, answer, county.at)
    assert refusal.value.text.zh == f"此件已由{a.name}于 2026-03-02 09:30 办理"


def test_a_claimed_task_is_done_by_its_claimant_only(county: County) -> None:
    case_id = county.start()
    task = county.tasks(case_id, "check")[0]
    a, b = county.doer(task), county.doer(task, rank=1)
    with transaction() as session:
        operations.claim_task(session, task.id, b, county.at)
    with pytest.raises(Forbidden):
        county.complete(task, a, checkResult="accept", materials=county.materials(case_id, {}))
    with transaction() as session:
        operations.release_task(session, task.id, b, county.at)
    county.complete(task, a, checkResult="accept", materials=county.materials(case_id, {}))
    assert [one.act for one in entries(case_id)] == ["case.start", "task.claim", "task.release", "task.complete"]


def test_a_suspended_case_stands_still_until_resumed(county: County) -> None:
    case_id = county.start()
    admin = county.actor("admin")
    with transaction() as session:
        operations.suspend_case(session, case_id, admin, "核实重复申请", county.at)
    county.later(days=30)
    assert county.case(case_id).status == "suspended"
    with pytest.raises(Conflict):
        county.check(case_id, "accept")
    with transaction(write=False) as session:
        before = session.scalars(select(Task.status).where(Task.case_id == case_id)).all()
    assert list(before) == ["open"]
    with transaction() as session:
        operations.resume_case(session, case_id, admin, "核实完毕", county.at)
    assert county.fire_due() == 1


def test_a_withdrawn_case_closes_everything_it_waits_for(county: County) -> None:
    case_id = county.start()
    clerk = county.holder_at_window("road_transport")
    with transaction() as session, pytest.raises(Invalid):
        operations.withdraw_case(session, case_id, clerk, "  ", county.at)
    with transaction() as session:
        operations.withdraw_case(session, case_id, clerk, "申请人书面撤回", county.at)
    case = county.case(case_id)
    assert (case.status, case.outcome, county.tasks(case_id), county.deadlines(case_id)) == (
        "cancelled",
        "withdrawn",
        [],
        [],
    )


def test_a_draft_is_there_when_the_page_comes_back(county: County) -> None:
    case_id = county.start()
    task = county.tasks(case_id, "check")[0]
    clerk = county.doer(task)
    with transaction() as session:
        operations.save_draft(session, task.id, clerk, {"checkResult": "notice"}, county.at)
    kept = county.tasks(case_id, "check")[0]
    assert (kept.draft, kept.draft_at) == ({"checkResult": "notice"}, county.at)
