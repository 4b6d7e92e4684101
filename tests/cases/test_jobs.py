"""What the house does by itself: deadlines, the outbox, service tasks; each once in effect, none held up by another."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app import clock, jobs
from app.audit.models import LogEntry
from app.bench.diagrams import ANSWER
from app.cases import arrivals, operations
from app.cases.models import Case, Incident, Outbox, Subscription, Task
from app.catalogue.bundle import forget
from app.catalogue.models import Blob
from app.db import Model, transaction
from app.identity.actor import SYSTEM
from app.queue import Worker
from app.replay.rebuild import Replayer
from app.replay.verify import verify_house
from tests.audit.conftest import loosen
from tests.conftest import AT
from tests.diagrams import ALARM, CALL, READY, SIGNAL, after, caught, event, line, message, serves
from tests.house import County

HOUR = timedelta(hours=1)


@pytest.fixture
def county(both: Flask) -> Iterator[County]:
    """The county on either database; at the end its record must hold."""
    county = County(both, AT)
    yield county
    with transaction(write=False) as session:
        assert not verify_house(session).breaks


def timed(county: County, count: int = 1, name: str = "timed") -> list[int]:
    """Cases that wait an hour, each received a minute after the one before."""
    county.publish(name, line(name, after("PT1H")), name)
    cases = []
    for _ in range(count):
        cases.append(county.start(name, **ANSWER))
        county.later(minutes=1)
    return cases


def work(county: County, at: datetime) -> int:
    """Promote what is due at an instant and work all jobs; how many were promoted."""
    with clock.frozen(at):
        promoted = jobs.promote_deadlines()
        Worker(county.app).drain()
    return promoted or 0


def fired(*cases: int) -> list[int]:
    """The cases whose deadlines have fired, in order."""
    with transaction(write=False) as session:
        query = select(LogEntry.case_id).where(LogEntry.act == "deadline.fire", LogEntry.case_id.in_(cases))
        return list(session.scalars(query.order_by(LogEntry.id)))  # type: ignore[arg-type]  # an act on a case has one


def all_of(kind: type[Model], case_id: int) -> list[Any]:
    with transaction(write=False) as session:
        found = list(session.scalars(select(kind).where(kind.__table__.c.case_id == case_id)))
        session.expunge_all()
    return found


def jobs_left(status: str) -> int:
    with transaction(write=False) as session:
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE status = :status")
        return int(session.execute(query, {"status": status}).scalar_one())


# --- deadlines -------------------------------------------------------------------------------------


def test_due_deadlines_are_promoted_and_fire_in_the_order_in_which_they_fell_due(county: County) -> None:
    cases = timed(county, 6)
    assert work(county, AT + HOUR - timedelta(seconds=1)) == 0
    assert work(county, AT + HOUR) == 1
    assert work(county, AT + 2 * HOUR) == 5
    assert fired(*cases) == cases
    assert work(county, AT + 3 * HOUR) == 0
    assert {county.case(case_id).status for case_id in cases} == {"completed"}


def test_after_downtime_every_deadline_fires_once(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 4)
    monkeypatch.setattr(jobs, "CHUNK", 3)
    cases = timed(county, 10)
    assert work(county, AT + timedelta(days=30)) == 10
    assert sorted(fired(*cases)) == cases
    assert work(county, AT + timedelta(days=31)) == 0


def test_a_poisoned_case_becomes_an_incident_and_holds_up_nobody(county: County) -> None:
    cases = timed(county, 5)
    sick = cases[1]
    with transaction() as session:
        state = session.scalar(select(Case.engine_state).where(Case.id == sick))
        session.execute(update(Case).where(Case.id == sick).values(engine_state=b"garbage"))
    work(county, AT + 3 * HOUR)
    assert fired(*cases) == [one for one in cases if one != sick]
    (incident,) = all_of(Incident, sick)
    assert (incident.code, incident.status) == ("deadline-failed", "open")
    assert work(county, AT + 4 * HOUR) == 0
    mend_and_retry(county, sick, incident, state)
    assert work(county, AT + 5 * HOUR) == 1
    assert fired(sick) == [sick]
    assert all_of(Incident, sick)[0].status == "resolved"
    with transaction(write=False) as session:
        assert Replayer(session).replay(county.case_row(session, sick)).difference is None


def mend_and_retry(county: County, case_id: int, incident: Incident, state: bytes | None) -> None:
    admin = county.actor("admin")
    with transaction() as session:
        session.execute(update(Case).where(Case.id == case_id).values(engine_state=state))
    with transaction() as session:
        operations.retry_incident(session, incident.id, admin, {}, AT + 5 * HOUR)


def test_a_version_that_cannot_be_read_holds_up_no_case_of_another(county: County) -> None:
    (sick,) = timed(county, 1, "broken")
    well = timed(county, 2)
    with transaction() as session:
        loosen(session)
        file = text("SELECT sha256 FROM version_file WHERE path = 'test.bpmn' AND version_id = :version")
        version = session.scalar(select(Case.version_id).where(Case.id == sick))
        sha256 = session.execute(file, {"version": version}).scalar_one()
        data = session.get_one(Blob, sha256).data
        session.execute(update(Blob).where(Blob.sha256 == sha256).values(data=b"<broken"))
    forget()
    work(county, AT + 3 * HOUR)
    assert fired(sick, *well) == well
    with transaction() as session:
        loosen(session)
        session.execute(update(Blob).where(Blob.sha256 == sha256).values(data=data))
    for incident in all_of(Incident, sick):
        mend_and_retry(county, sick, incident, county.case(sick).engine_state)
    work(county, AT + 6 * HOUR)
    assert fired(sick) == [sick]


def test_a_lease_keeps_a_deadline_from_being_promoted_twice_until_it_expires(county: County) -> None:
    (case_id,) = timed(county)
    due = AT + HOUR
    with clock.frozen(due):
        assert jobs.promote_deadlines() == 1
    with transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    assert work(county, due + jobs.LEASE - timedelta(seconds=1)) == 0
    assert fired(case_id) == []
    assert work(county, due + jobs.LEASE) == 1
    assert fired(case_id) == [case_id]


def test_firing_twice_is_firing_once(county: County) -> None:
    (case_id,) = timed(county)
    (deadline,) = county.deadlines(case_id)
    for _ in range(2):
        jobs.fire(deadline.id, AT + HOUR)
    with clock.frozen(AT + HOUR):
        jobs.fire_deadlines(deadline_ids=[deadline.id, deadline.id])
    assert fired(case_id) == [case_id]


def test_a_deadline_that_is_not_due_does_not_fire_whoever_calls(county: County) -> None:
    (case_id,) = timed(county)
    jobs.fire(county.deadlines(case_id)[0].id, AT + HOUR - timedelta(microseconds=1))
    assert fired(case_id) == []


def test_a_suspended_case_waits_until_it_is_resumed(county: County) -> None:
    (case_id,) = timed(county)
    admin = county.actor("admin")
    with transaction() as session:
        operations.suspend_case(session, case_id, admin, "核实重复申请", AT)
    assert work(county, AT + 2 * HOUR) == 0
    jobs.fire(county.deadlines(case_id)[0].id, AT + 2 * HOUR)
    assert fired(case_id) == []
    with transaction() as session:
        operations.resume_case(session, case_id, admin, "核实完毕", AT + 3 * HOUR)
    assert work(county, AT + 3 * HOUR) == 1
    assert fired(case_id) == [case_id]


# --- the outbox ------------------------------------------------------------------------------------


def test_a_message_to_an_applicant_leaves_once_in_effect(county: County) -> None:
    case_id = county.start()
    county.check(case_id, "accept")
    sent = all_of(Outbox, case_id)
    assert sent
    with clock.frozen(AT):
        Worker(county.app).drain()
    for row in sent:
        jobs.deliver(outbox_id=row.id)
    settings = county.app.extensions["settings"]
    assert {file.name for file in (settings.var / "spool").iterdir()} == {f"{row.id}.json" for row in sent}
    assert {(row.attempts, row.delivered_at, row.error) for row in all_of(Outbox, case_id)} == {(1, AT, None)}


def test_a_message_that_cannot_leave_is_tried_again_and_says_why(county: County) -> None:
    case_id = county.start()
    county.check(case_id, "accept")
    spool = county.app.extensions["settings"].var / "spool"
    spool.write_text("in the way")
    work(county, AT)
    rows = all_of(Outbox, case_id)
    assert all(row.delivered_at is None and row.attempts == 1 and "FileExistsError" in row.error for row in rows)
    spool.unlink()
    for row in rows:
        jobs.deliver(outbox_id=row.id)
    assert all(row.delivered_at and row.attempts == 2 and row.error is None for row in all_of(Outbox, case_id))


def test_a_message_reaches_the_one_case_that_waits_for_it(county: County) -> None:
    key = message("call", "= title")
    county.publish("waits", line("waits", event("intermediateCatchEvent", CALL), before=key), "waits")
    county.publish("calls", line("calls", event("intermediateThrowEvent", CALL), before=key), "calls")
    one, other = (county.start("waits", **ANSWER | {"title": title}) for title in ("甲", "乙"))
    caller = county.start("calls", **ANSWER | {"title": "乙"})
    work(county, AT)
    assert [county.case(one).status, county.case(other).status] == ["active", "completed"]
    for row in all_of(Outbox, caller):
        jobs.deliver(outbox_id=row.id)
    assert acts(other) == ["case.start", "message.deliver"]


def test_a_signal_reaches_every_case_that_listens_once(county: County) -> None:
    hears, cries = event("intermediateCatchEvent", ALARM), event("intermediateThrowEvent", ALARM)
    county.publish("hears", line("hears", hears, hears, before=SIGNAL), "hears")
    county.publish("cries", line("cries", cries, before=SIGNAL), "cries")
    listeners = [county.start("hears", **ANSWER) for _ in range(3)]
    caller = county.start("cries", **ANSWER)
    work(county, AT)
    assert [acts(one) for one in listeners] == [["case.start", "message.deliver"]] * 3
    for row in all_of(Outbox, caller):
        jobs.deliver(outbox_id=row.id)
    work(county, AT)
    assert {county.case(one).status for one in listeners} == {"active"}
    with transaction(write=False) as session:
        replays = [Replayer(session).replay(county.case_row(session, one)) for one in listeners]
    assert not [one.difference for one in replays if one.difference]


def test_a_case_that_waits_for_a_condition_says_so_until_a_message_makes_it_true(county: County) -> None:
    guard = (
        '<bpmn:subProcess id="told" name="told" triggeredByEvent="true"><bpmn:startEvent id="begun" name="begun" '
        f'isInterrupting="false">{CALL}</bpmn:startEvent></bpmn:subProcess>'
    )
    files = line("ready", event("intermediateCatchEvent", READY), before=message("call", "= title"))
    files["test.bpmn"] = files["test.bpmn"].replace(b"</bpmn:process>", guard.encode() + b"</bpmn:process>")
    county.publish("ready", files, "ready")
    case_id = county.start("ready", **ANSWER)
    waiting = {(row.kind, row.message) for row in all_of(Subscription, case_id)}
    assert ("condition", "= amount > 900") in waiting
    division = county.case(case_id).division
    with transaction() as session:
        arrivals.deliver_message(session, division, "call", ANSWER["title"], {"amount": 901}, SYSTEM, AT)
    assert county.case(case_id).status == "completed"
    assert not all_of(Subscription, case_id)
    with transaction(write=False) as session:
        assert Replayer(session).replay(county.case_row(session, case_id)).difference is None


def acts(case_id: int) -> list[str]:
    with transaction(write=False) as session:
        return list(session.scalars(select(LogEntry.act).where(LogEntry.case_id == case_id).order_by(LogEntry.seq)))


# --- service tasks ---------------------------------------------------------------------------------


def test_a_service_task_is_done_by_the_handler_of_its_type(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setitem(jobs.HANDLERS, "look-up", lambda task: asked.append(task.element) or {"amount": 7})
    county.publish("looks", line("looks", serves("look-up")), "looks")
    case_id = county.start("looks", **ANSWER)
    work(county, AT)
    (task,) = all_of(Task, case_id)
    jobs.do_job(task_id=task.id)
    assert (asked, county.case(case_id).status, county.case(case_id).data["amount"]) == (["n0"], "completed", 7)


def test_a_job_type_that_nobody_knows_is_an_incident_and_holds_up_no_other(county: County) -> None:
    county.publish("lost", line("lost", serves("nobody")), "lost")
    lost = county.start("lost", **ANSWER)
    (well,) = timed(county)
    work(county, AT + 2 * HOUR)
    assert fired(well) == [well]
    (incident,) = all_of(Incident, lost)
    assert (incident.code, incident.element, incident.status) == ("job-failed", "n0", "open")
    assert "nobody" in incident.text_zh
    assert jobs_left("todo") == jobs_left("failed") == 0


def test_a_handler_that_fails_is_asked_as_often_as_the_diagram_says_and_again_after_a_retry(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def moody(task: Task) -> dict[str, Any]:
        asked.append(task.id)
        if len(asked) < 4:
            raise ValueError("the other side does not answer")
        return {"amount": 9}

    monkeypatch.setitem(jobs.HANDLERS, "moody", moody)
    county.publish("moods", line("moods", serves("moody")), "moods")
    case_id = county.start("moods", **ANSWER)
    (task,) = all_of(Task, case_id)
    for tried in range(3):
        assert not all_of(Incident, case_id)
        jobs.do_job(task_id=task.id, tried=tried)
    (incident,) = all_of(Incident, case_id)
    assert (asked, incident.code) == ([task.id] * 3, "job-failed")
    assert "does not answer" in incident.text_en
    jobs.do_job(task_id=task.id)  # a late delivery of the same job finds nothing to do
    assert len(asked) == 3
    admin = county.actor("admin")
    with transaction() as session:
        operations.retry_incident(session, incident.id, admin, {}, AT)
    work(county, AT)
    assert (len(asked), county.case(case_id).status, county.case(case_id).data["amount"]) == (4, "completed", 9)


def test_a_handler_that_puts_the_work_off_leaves_a_job_without_a_lock(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(jobs.HANDLERS, "shut", lambda task: {}["no"])
    county.publish("shut", line("shut", serves("shut")), "shut")
    (task,) = all_of(Task, county.start("shut", **ANSWER))
    work(county, AT)
    assert (jobs_left("todo"), jobs_left("failed")) == (1, 0)
    with transaction(write=False) as session:
        lock = session.scalar(text("SELECT lock FROM procrastinate_jobs WHERE status = 'todo'"))
    assert lock is None
    assert all_of(Task, task.case_id)[0].status == "open"


def test_a_business_error_of_a_handler_goes_the_way_that_the_diagram_draws(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(task: Task) -> dict[str, Any]:
        raise jobs.BusinessError("NO_SUCH_PERSON")

    monkeypatch.setitem(jobs.HANDLERS, "refuses", refuses)
    county.publish("refuses", line("refuses", serves("refuses")), "refuses")
    case_id = county.start("refuses", **ANSWER)
    work(county, AT)
    (incident,) = all_of(Incident, case_id)
    assert (incident.code, "NO_SUCH_PERSON" in incident.text_en) == ("uncaught-error", True)


def test_what_a_business_error_brings_is_kept_recorded_and_executed_again(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(task: Task) -> dict[str, Any]:
        raise jobs.BusinessError("NO_SUCH_PERSON", {"amount": 7, "remark": "查无此人"})

    monkeypatch.setitem(jobs.HANDLERS, "refuses", refuses)
    county.publish("caught", caught(), "caught")
    case_id = county.start("caught", **ANSWER)
    work(county, AT)
    case = county.case(case_id)
    assert [one.element for one in county.tasks(case_id)] == ["seven"]
    assert (case.status, case.data["amount"], case.data["remark"]) == ("active", 7, "查无此人")
    entry = next(one for one in all_of(LogEntry, case_id) if one.act == "job.fail")
    payload = json.loads(entry.payload)
    assert (payload["command"]["data"], payload["answers"]["remark"]) == ({"amount": 7}, "查无此人")
    with transaction(write=False) as session:
        assert Replayer(session).replay(county.case_row(session, case_id)).difference is None
