"""What a second reading of the core found: each test is a way in which an act once went wrong."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock, jobs
from app.audit.log import Act, record, stream_head
from app.audit.models import LogEntry
from app.bench.diagrams import FORM, end, process, start
from app.calendars.operations import Importer, import_notice
from app.cases import arrivals, operations
from app.cases.models import Case, Incident, Outbox, Task
from app.catalogue.bundle import bundle
from app.db import db, transaction
from app.documents.models import Notice as Paper
from app.errors import Conflict, Forbidden, Invalid, Refused
from app.identity.actor import SYSTEM
from app.law.holidays import Holiday, Notice
from app.queue import Worker
from app.replay.rebuild import Replayer
from app.replay.verify import verify_house
from tests import diagrams
from tests.conftest import AT
from tests.diagrams import ALARM, CALL, SIGNAL, message
from tests.house import County

ANSWER = {"title": "件", "amount": 1, "kind": "a", "opinion": "", "urgent": False}


def whole(county: County, case_id: int) -> None:
    """The log is whole, every row as it was written, and the case can be executed again."""
    with transaction(write=False) as session:
        assert not verify_house(session).breaks
        assert Replayer(session).replay(county.case_row(session, case_id)).difference is None


def kinds(case_id: int) -> list[str]:
    with transaction(write=False) as session:
        return list(session.scalars(select(Paper.kind).where(Paper.case_id == case_id).order_by(Paper.id)))


def line(name: str, *nodes: str) -> bytes:
    """A straight way through nodes whose ids are n0, n1, …"""
    drawn = [node.replace("ID", f"n{number}") for number, node in enumerate(nodes)]
    stops = ["begin", *(f"n{number}" for number in range(len(nodes))), "done"]
    return process(name, [start(), *drawn, end()], [(a, b, "") for a, b in pairwise(stops)])


def step(extensions: str = "", *, post: str = "window", kind: str = "review") -> str:
    """A user task with more extensions than the usual."""
    return (
        '<bpmn:userTask id="ID" name="ID"><bpmn:extensionElements><zeebe:userTask/>'
        f'<zeebe:formDefinition formId="bench"/><gov:step kind="{kind}" post="{post}" standard="—"/>{extensions}'
        "</bpmn:extensionElements></bpmn:userTask>"
    )


def publish(county: County, name: str, *nodes: str, **changes: object) -> None:
    county.publish(name, {f"{name}.bpmn": line(name, *nodes), "forms/bench.form": FORM}, name, **changes)


# --- legal dates -----------------------------------------------------------------------------------


def test_silence_after_a_supplement_is_acceptance_as_of_the_supplement(county: County) -> None:
    case_id = county.start()
    first = county.case(case_id).data["materials"][0]["name"]
    county.check(case_id, "notice", {first: "缺少签字"})
    county.later(days=10)
    county.do(case_id, "supplement")
    county.later(days=30)
    assert county.fire_due() == 1
    case = county.case(case_id)
    assert (case.accepted_on, case.accept_basis) == (date(2026, 3, 12), "deemed")
    assert case.statutory_due == date(2026, 4, 10)
    whole(county, case_id)


def test_a_decision_ends_an_open_pause_so_that_what_follows_has_a_due_day(county: County) -> None:
    publish(
        county,
        "pausing",
        step('<gov:clock action="start" from="now"/>'),
        step('<gov:clock action="pause" kind="expert"/>'),
        step('<gov:notice kind="decision_granted"/>', kind="approval"),
        step('<gov:limit value="3" unit="WD" from="entry" stops="true"/>', kind="delivery"),
    )
    case_id = county.start("pausing", **ANSWER)
    for _ in range(3):
        county.complete(county.tasks(case_id)[0])
    case = county.case(case_id)
    assert (case.decided_on, case.pauses[0][1]) == (date(2026, 3, 2), "2026-03-02")
    assert county.tasks(case_id)[0].due_on == date(2026, 3, 5)
    whole(county, case_id)


def test_R028_a_receipt_is_issued_once_however_often_its_step_comes(county: County) -> None:
    publish(county, "twice", step('<gov:notice kind="receipt"/>'), step('<gov:notice kind="receipt"/>'), step())
    case_id = county.start("twice", **ANSWER)
    county.complete(county.tasks(case_id)[0])
    county.complete(county.tasks(case_id)[0])
    assert kinds(case_id) == ["receipt"]


def test_a_limit_that_is_provisional_no_more_stays_under_seal(county: County) -> None:
    """A calendar published meanwhile changes no day, but how sure it is: the act that finds out writes it down."""
    county.at = datetime(2026, 12, 30, 1, 30, tzinfo=UTC)
    boundary = (
        '<bpmn:boundaryEvent id="late" name="late" attachedToRef="n1" cancelActivity="false"><bpmn:extensionElements>'
        '<gov:limit value="3" unit="WD" from="entry"/></bpmn:extensionElements><bpmn:timerEventDefinition/>'
        "</bpmn:boundaryEvent>"
    )
    limited = step('<gov:limit value="3" unit="WD" from="entry"/>')
    nodes = [start(), step('<gov:clock action="start" from="now"/>').replace("ID", "n0"), limited.replace("ID", "n1")]
    flows = [("begin", "fork", ""), ("fork", "n0", ""), ("fork", "n1", ""), ("n0", "done", ""), ("n1", "done2", "")]
    nodes += [boundary, end(), end("done2"), end("told"), '<bpmn:parallelGateway id="fork" name="fork"/>']
    drawn = process("waiting", nodes, [*flows, ("late", "told", "")])
    county.publish("waiting", {"waiting.bpmn": drawn, "forms/bench.form": FORM}, "waiting")
    case_id = county.start("waiting", **ANSWER)
    assert (county.deadlines(case_id)[0].provisional, county.tasks(case_id, "n1")[0].provisional) == (True, True)
    rest = Holiday("元旦", date(2027, 1, 1), date(2027, 1, 1), ())
    with transaction() as session:
        notice = Notice(2027, "测试〔2026〕1号", date(2026, 11, 5), "测试", (rest,))
        import_notice(session, notice, by=Importer("t"), at=county.at)
    before = county.deadlines(case_id)[0].due_at
    county.do(case_id, "n0")
    deadline, task = county.deadlines(case_id)[0], county.tasks(case_id, "n1")[0]
    assert (deadline.provisional, deadline.due_at, task.provisional) == (False, before, False)
    whole(county, case_id)


def test_a_case_that_has_ended_is_due_no_more(county: County) -> None:
    case_id = county.start()
    first = county.case(case_id).data["materials"][0]["name"]
    county.check(case_id, "notice", {first: "缺少签字"})
    county.later(days=60)
    county.fire_due()
    case = county.case(case_id)
    assert (case.status, case.outcome, case.due_on) == ("completed", "lapsed", None)
    whole(county, case_id)


# --- one notice only -------------------------------------------------------------------------------


def names_of(county: County, case_id: int) -> list[str]:
    return [one["name"] for one in county.case(case_id).data["materials"]]


def test_R118_a_refusal_that_was_returned_is_no_notice_so_the_first_notice_may_name_anything(county: County) -> None:
    case_id = county.start()
    first, second, *_ = names_of(county, case_id)
    county.check(case_id, "refuse")
    county.do(case_id, "filing_form")
    county.do(case_id, "filing_review", sectionResult="returned")
    county.check(case_id, "notice", {second: "缺少盖章"})
    assert county.case(case_id).stage == "supplementing"
    county.do(case_id, "supplement")
    with pytest.raises(Invalid):
        county.check(case_id, "notice", {first: "缺少签字"})


def test_R118_a_third_notice_may_name_only_what_the_second_did(county: County) -> None:
    case_id = county.start()
    first, second, *_ = names_of(county, case_id)
    county.check(case_id, "notice", {first: "缺少签字", second: "缺少盖章"})
    county.do(case_id, "supplement")
    county.check(case_id, "notice", {second: "缺少盖章"})
    county.do(case_id, "supplement")
    with pytest.raises(Invalid, match=first):
        county.check(case_id, "notice", {first: "缺少签字"})
    county.check(case_id, "notice", {second: "仍缺少盖章"})
    whole(county, case_id)


def test_R118_a_supervisors_permission_serves_one_notice(county: County) -> None:
    case_id = county.start()
    first, second, third, *_ = names_of(county, case_id)
    county.check(case_id, "notice", {first: "缺少签字"})
    county.do(case_id, "supplement")
    supervisor = county.actor("supervisor")
    with transaction() as session:
        operations.allow_second_notice(session, case_id, supervisor, "确有必要", county.at)
    county.check(case_id, "notice", {second: "缺少盖章"})
    county.do(case_id, "supplement")
    with pytest.raises(Invalid):
        county.check(case_id, "notice", {third: "缺少盖章"})
    county.check(case_id, "notice", {second: "仍缺少盖章"})


# --- separate hands --------------------------------------------------------------------------------


@pytest.mark.parametrize(("named", "refused"), [("n0", True), ("n1.n0", False)])
def test_R062_a_step_is_named_bare_or_by_the_call_around_it(county: County, named: str, refused: bool) -> None:
    drawn = line("apart", step(), step().replace("<gov:step ", f'<gov:step differentFrom="{named}" '))
    county.publish("apart", {"apart.bpmn": drawn, "forms/bench.form": FORM}, "apart")
    case_id = county.start("apart", **ANSWER)
    clerk = county.doer(county.tasks(case_id)[0])
    county.complete(county.tasks(case_id)[0], clerk)
    if refused:
        task = county.tasks(case_id)[0]
        with pytest.raises(Forbidden):
            county.complete(task, clerk)
        with transaction() as session, pytest.raises(Forbidden):
            operations.claim_task(session, task.id, clerk, county.at)
    else:
        county.complete(county.tasks(case_id)[0], clerk)


# --- messages and signals --------------------------------------------------------------------------


KEYED = message("call", "= title")


def work(county: County) -> None:
    """Work every job that is due now."""
    with clock.frozen(county.at):
        Worker(county.app).drain()


def lined(county: County, name: str, *nodes: str, before: str = "") -> None:
    county.publish(name, diagrams.line(name, *nodes, before=before), name)


def sent_by(case_id: int) -> Outbox:
    with transaction(write=False) as session:
        row = session.scalars(select(Outbox).where(Outbox.case_id == case_id)).one()
        session.expunge_all()
    return row


def switch(county: County, case_id: int, verb: Callable[..., Case]) -> None:
    admin = county.actor("admin")
    with transaction() as session:
        verb(session, case_id, admin, "核实重复申请", county.at)


def heard(case_id: int) -> int:
    with transaction(write=False) as session:
        acts = select(LogEntry.id).where(LogEntry.case_id == case_id, LogEntry.act == "message.deliver")
        return len(session.scalars(acts).all())


def test_a_message_waits_for_whoever_comes_to_wait_for_it(county: County) -> None:
    lined(county, "waits", diagrams.event("intermediateCatchEvent", CALL), before=KEYED)
    lined(county, "calls", diagrams.event("intermediateThrowEvent", CALL), before=KEYED)
    caller = county.start("calls", **ANSWER)
    work(county)
    row = sent_by(caller)
    assert (row.delivered_at, row.attempts, bool(row.error)) == (None, 1, True)
    waiter = county.start("waits", **ANSWER)
    with clock.frozen(county.at):
        jobs.deliver(outbox_id=row.id)
    assert (county.case(waiter).status, sent_by(caller).delivered_at) == ("completed", county.at)
    whole(county, waiter)


def test_a_message_to_a_suspended_case_comes_again(county: County) -> None:
    lined(county, "waits", diagrams.event("intermediateCatchEvent", CALL), before=KEYED)
    lined(county, "calls", diagrams.event("intermediateThrowEvent", CALL), before=KEYED)
    waiter = county.start("waits", **ANSWER)
    switch(county, waiter, operations.suspend_case)
    caller = county.start("calls", **ANSWER)
    work(county)
    assert (heard(waiter), sent_by(caller).delivered_at) == (0, None)
    switch(county, waiter, operations.resume_case)
    with clock.frozen(county.at):
        jobs.deliver(outbox_id=sent_by(caller).id)
    assert county.case(waiter).status == "completed"


def test_a_signal_is_heard_once_by_each_case_however_often_it_is_brought(county: County) -> None:
    """The listener's boundary event does not interrupt, so it would hear a second delivery too."""
    ear = '<bpmn:boundaryEvent id="ear" name="ear" attachedToRef="n0" cancelActivity="false">'
    ear += f"{ALARM}</bpmn:boundaryEvent>"
    flows = [("begin", "n0", ""), ("n0", "done", ""), ("ear", "told", "")]
    drawn = process("hears", [start(), step().replace("ID", "n0"), ear, end(), end("told")], flows)
    drawn = drawn.replace(b"<bpmn:process ", SIGNAL.encode() + b"<bpmn:process ")
    county.publish("hears", {"hears.bpmn": drawn, "forms/bench.form": FORM}, "hears")
    lined(county, "cries", diagrams.event("intermediateThrowEvent", ALARM), before=SIGNAL)
    listener, caller = county.start("hears", **ANSWER), county.start("cries", **ANSWER)
    work(county)
    for _ in range(2):
        with clock.frozen(county.at):
            jobs.signal(outbox_id=sent_by(caller).id, case_id=listener)
    assert heard(listener) == 1
    whole(county, listener)


def test_a_suspended_case_hears_a_signal_once_it_goes_on(county: County) -> None:
    lined(county, "hears", diagrams.event("intermediateCatchEvent", ALARM), before=SIGNAL)
    lined(county, "cries", diagrams.event("intermediateThrowEvent", ALARM), before=SIGNAL)
    listener = county.start("hears", **ANSWER)
    switch(county, listener, operations.suspend_case)
    caller = county.start("cries", **ANSWER)
    work(county)
    assert heard(listener) == 0
    switch(county, listener, operations.resume_case)
    with clock.frozen(county.at):
        jobs.signal(outbox_id=sent_by(caller).id, case_id=listener)
    assert county.case(listener).status == "completed"


def test_what_a_message_carries_is_replayed_as_what_it_was(county: County) -> None:
    """A date travels as a tagged value; the log has to hold it as the engine got it."""
    until = "<bpmn:timerEventDefinition><bpmn:timeDate>= when</bpmn:timeDate></bpmn:timerEventDefinition>"
    caught = [diagrams.event("intermediateCatchEvent", one) for one in (CALL, until)]
    lined(county, "dated", *caught, before=KEYED)
    case_id = county.start("dated", **ANSWER)
    payload = {"when": {"$feel": "date", "value": "2026-03-02"}}
    with transaction() as session:
        arrivals.deliver_message(session, "990000", "call", "件", payload, SYSTEM, county.at)
    assert [one.due_at for one in county.deadlines(case_id)] == [datetime(2026, 3, 1, 16, tzinfo=UTC)]
    whole(county, case_id)


def test_a_service_task_of_a_suspended_case_is_done_when_it_goes_on(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(jobs.HANDLERS, "look-up", lambda _: {})
    lined(county, "looks", diagrams.serves("look-up"))
    case_id = county.start("looks", **ANSWER)
    switch(county, case_id, operations.suspend_case)
    work(county)
    assert county.case(case_id).status == "suspended"
    switch(county, case_id, operations.resume_case)
    work(county)
    assert county.case(case_id).status == "completed"
    whole(county, case_id)


# --- ends ------------------------------------------------------------------------------------------


def test_only_the_items_own_unit_withdraws_a_case(county: County) -> None:
    case_id = county.start("food_business")
    other = county.holder_at_window("road_transport")
    with transaction() as session, pytest.raises(Forbidden):
        operations.withdraw_case(session, case_id, other, "申请人撤回", county.at)
    assert county.case(case_id).status == "active"


def test_a_decision_cannot_be_withdrawn_from(county: County) -> None:
    publish(county, "granting", step('<gov:notice kind="decision_granted"/>', kind="approval"), step(kind="delivery"))
    case_id = county.start("granting", **ANSWER)
    county.complete(county.tasks(case_id)[0])
    clerk = county.doer(county.tasks(case_id)[0])
    with transaction() as session, pytest.raises(Conflict):
        operations.withdraw_case(session, case_id, clerk, "申请人撤回", county.at)
    assert county.case(case_id).outcome == "granted"


def test_the_incident_of_a_deadline_ends_with_its_task(county: County) -> None:
    case_id = county.start()
    deadline = county.deadlines(case_id)[0]
    county.later(days=30)
    for _ in range(2):
        with transaction() as session:
            arrivals.report_broken_deadline(session, deadline.id, ValueError("no"), county.at)
    county.check(case_id, "accept")
    with transaction(write=False) as session:
        found = session.scalars(select(Incident).where(Incident.case_id == case_id)).all()
        assert [one.status for one in found] == ["resolved"]
    whole(county, case_id)


def test_nobody_takes_a_service_task_for_a_user_task(county: County) -> None:
    served = diagrams.serves("look-up").replace("</bpmn:ext", '<gov:step kind="other" post="window"/></bpmn:ext')
    lined(county, "looks", served)
    case_id = county.start("looks", **ANSWER)
    task, clerk = county.tasks(case_id)[0], county.holder_at_window("looks")
    with transaction() as session, pytest.raises(Forbidden):
        operations.complete_task(session, task.id, clerk, {}, county.at)
    assert county.tasks(case_id)


# --- what a form starts with -----------------------------------------------------------------------


def context_of(county: County, task: Task) -> dict[str, Any]:
    with transaction(write=False) as session:
        live = session.get_one(Task, task.id)
        return operations.form_context(live.case, live, bundle(live.case.version_id))


def test_a_decision_of_an_earlier_round_is_neither_shown_nor_taken_for_an_answer(county: County) -> None:
    case_id = county.start()
    county.check(case_id, "accept")
    county.do(case_id, "review", reviewResult="grant", authenticity="pass", completeness="pass", compliance="pass")
    county.do(case_id, "approval", decision="returned", decisionReason="审查意见没有援引依据，请补充")
    review = context_of(county, county.tasks(case_id, "review")[0])
    assert ("reviewResult" in review, review["decisionReason"]) == (False, "审查意见没有援引依据，请补充")
    county.do(case_id, "review", reviewResult="grant", authenticity="pass", completeness="pass", compliance="pass")
    (task,) = county.tasks(case_id, "approval")
    assert "decision" not in context_of(county, task)
    answer = {key: value for key, value in county.answer(task, decision="granted").items() if key != "decision"}
    actor = county.doer(task)
    with transaction() as session, pytest.raises(Invalid):
        operations.complete_task(session, task.id, actor, answer, county.at)


def test_departments_that_work_side_by_side_do_not_see_each_others_answers_in_their_own_form(county: County) -> None:
    case_id = county.start("company_start", chosenServices=["seal", "tax"], sealSet="basic", registeredCapital=10)
    county.check(case_id, "accept")
    county.do(case_id, "registry_review", reviewResult="grant")
    county.do(case_id, "registry_approval", decision="granted")
    one, other = (task for task in county.tasks(case_id) if task.form_id == "company_service")
    county.complete(one, serviceResult="done", serviceReceiptNo="17", serviceRemark="另附回执")
    assert county.case(case_id).data["serviceRemark"] == "另附回执"
    context = context_of(county, other)
    assert (context.get("serviceReceiptNo"), "serviceRemark" in context) == (None, False)
    assert context["applicantName"] == county.case(case_id).applicant


# --- versions, numbers, heads ----------------------------------------------------------------------


def test_R151_nothing_is_published_for_a_day_on_which_the_power_is_gone(county: County) -> None:
    with pytest.raises(Refused) as refusal:
        publish(county, "expired", step(), in_force_from="2023-01-01", in_force_to="2023-12-31")
    assert [one.code for one in refusal.value.findings] == ["item-not-in-force"]


def test_R118_two_materials_of_one_name_are_not_published(county: County) -> None:
    paper = {"name": "申请书", "need": "必要", "by_law": "law"}
    with pytest.raises(Refused) as refusal:
        publish(county, "doubled", step(), material=[paper, paper])
    assert [one.code for one in refusal.value.findings if one.severity == "error"] == ["material-twice"]


def test_two_who_write_the_first_entry_of_a_stream_at_once_do_not_collide(both: Flask) -> None:
    barrier = threading.Barrier(6)
    broken: list[BaseException] = []

    def write(number: int) -> None:
        with both.app_context():
            barrier.wait(30)
            try:
                with transaction() as session:
                    act = Act("login", SYSTEM, AT)
                    record(session, stream_head(session, "person:7"), "person:7", "990000", act)
            except BaseException as problem:
                broken.append(problem)
            db.session.remove()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not broken
    with transaction(write=False) as session:
        assert not verify_house(session).breaks


def test_a_case_is_numbered_by_the_day_in_shanghai(county: County) -> None:
    county.at = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)
    before = county.case(county.start())
    county.at = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    after = county.case(county.start())
    assert (before.no[6:19], after.no[6:19]) == ("2026030200001", "2026030300001")
    assert (before.receipt_date, after.receipt_date) == (date(2026, 3, 2), date(2026, 3, 3))


def test_hours_from_receipt_count_from_the_minute_of_receipt(county: County) -> None:
    limited = step('<gov:limit value="24" unit="H" from="receipt"/>')
    publish(county, "hourly", step(), limited)
    case_id = county.start("hourly", **ANSWER)
    county.later(hours=20)
    county.complete(county.tasks(case_id)[0])
    assert county.tasks(case_id)[0].due_on == date(2026, 3, 3)
