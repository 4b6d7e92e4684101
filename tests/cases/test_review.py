"""What a second reading of the core found: each test is a way in which an act once went wrong."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from sqlalchemy import select

from app.bench.diagrams import FORM, end, process, start
from app.calendars.operations import import_notice
from app.cases import operations
from app.db import transaction
from app.documents.models import Notice as Paper
from app.errors import Forbidden, Invalid
from app.law.holidays import Holiday, Notice
from app.replay.rebuild import Replayer
from app.replay.verify import verify_house
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
        import_notice(session, notice, by="t", at=county.at)
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
        with pytest.raises(Forbidden):
            county.complete(county.tasks(case_id)[0], clerk)
    else:
        county.complete(county.tasks(case_id)[0], clerk)
