"""A changed calendar moves the dates of open cases, each in an act of its own with what stood there before (C1.17)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock, jobs
from app.audit.models import LogEntry
from app.calendars.models import Recount
from app.cases import recount
from app.cases.models import Case
from app.db import transaction
from app.law.holidays import Holiday, Notice, published
from app.queue import Worker
from app.replay.rebuild import Replayer
from app.replay.verify import verify_house
from tests.conftest import AT
from tests.house import County

CLOSED = Holiday("停工", date(2026, 3, 4), date(2026, 3, 5))


@pytest.fixture
def county(both: Flask) -> Iterator[County]:
    """The county on either database; at the end its record must hold, and every case be re-executed."""
    county = County(both, AT)
    yield county
    with transaction(write=False) as session:
        assert not verify_house(session).breaks
        replayer = Replayer(session)
        for case in session.scalars(select(Case)).all():
            assert replayer.replay(case).difference is None


def notice(*more: Holiday, number: str = "测试〔2026〕2号") -> Notice:
    return Notice(2026, number, date(2026, 3, 1), "测试", (*published()[2].holidays, *more))


def publish(county: County, given: Notice) -> Recount:
    admin = county.actor("admin")
    with transaction() as session:
        recount.publish_notice(session, "990000", given, admin, county.at)
    with clock.frozen(county.at):
        Worker(county.app).drain()
    with transaction(write=False) as session:
        newest = session.scalars(select(Recount).order_by(Recount.id.desc()).limit(1)).one()
        session.expunge_all()
    return newest


def acts(case_id: int) -> list[dict[str, Any]]:
    with transaction(write=False) as session:
        wanted = (LogEntry.case_id == case_id, LogEntry.act == "case.recount")
        return [dict(one) for one in session.scalars(select(LogEntry.details).where(*wanted).order_by(LogEntry.seq))]


def accepted(county: County) -> int:
    case_id = county.start()
    county.check(case_id, "accept")
    return case_id


def test_C1_17_days_off_move_both_clocks_and_the_old_dates_stay_in_the_log(county: County) -> None:
    case_id, unaccepted = accepted(county), county.start()
    before = county.case(case_id)
    done = publish(county, notice(CLOSED))
    after = county.case(case_id)
    assert (done.days, done.total, done.done, done.moved, done.failed) == (2, 2, 2, 2, 0)
    assert None not in (before.promised_due, after.promised_due, before.statutory_due, after.statutory_due)
    assert (after.promised_due - before.promised_due).days >= 2
    (entry,) = acts(case_id)
    assert entry["promised_due"] == [before.promised_due.isoformat(), after.promised_due.isoformat()]
    assert entry["statutory_due"] == [before.statutory_due.isoformat(), after.statutory_due.isoformat()]
    assert entry["notice"] == "测试〔2026〕2号"
    assert acts(unaccepted)[0]["due_on"] == ["2026-03-09", "2026-03-11"]


def test_the_same_notice_again_moves_nothing_and_writes_no_act(county: County) -> None:
    case_id = accepted(county)
    publish(county, notice(CLOSED))
    again = publish(county, notice(CLOSED, number="测试〔2026〕3号"))
    assert (again.days, again.done, again.moved) == (0, 1, 0)
    assert len(acts(case_id)) == 1


def test_taking_the_days_off_back_gives_the_first_dates(county: County) -> None:
    case_id = accepted(county)
    before = county.case(case_id)
    publish(county, notice(CLOSED))
    publish(county, notice(number="测试〔2026〕3号"))
    after = county.case(case_id)
    assert (after.promised_due, after.statutory_due) == (before.promised_due, before.statutory_due)
    assert len(acts(case_id)) == 2


def test_deadlines_on_the_diagram_move_with_the_case(county: County) -> None:
    case_id = county.start()
    (before,) = [one for one in county.deadlines(case_id) if one.due_on]
    publish(county, notice(CLOSED))
    (after,) = [one for one in county.deadlines(case_id) if one.due_on]
    assert None not in (before.due_at, after.due_at)
    assert (after.due_at - before.due_at).days == 2
    assert after.name in acts(case_id)[0]["steps"]


def test_a_case_that_is_over_or_cannot_be_read_holds_up_no_other(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "BATCH", 2)
    over, sick, *well = [accepted(county) for _ in range(5)]
    with transaction() as session:
        session.execute(update(Case).where(Case.id == over).values(status="cancelled"))
    real = recount.recount_case

    def moody(session: Any, case_id: int, *rest: Any) -> bool:
        if case_id == sick:
            raise ValueError("cannot be read")
        return real(session, case_id, *rest)

    monkeypatch.setattr(recount, "recount_case", moody)
    done = publish(county, notice(CLOSED))
    with transaction() as session:
        session.execute(update(Case).where(Case.id == over).values(status="active"))
    assert (done.total, done.done, done.moved, done.failed) == (4, 4, 3, 1)
    assert done.ended_at is not None
    assert [len(acts(one)) for one in (over, sick, *well)] == [0, 0, 1, 1, 1]


def test_a_batch_that_is_delivered_twice_counts_once(county: County) -> None:
    accepted(county)
    done = publish(county, notice(CLOSED))
    with clock.frozen(county.at):
        jobs.recount_cases(recount_id=done.id)
    with transaction() as session:
        recount.reach(session, done.id, done.reached, 1, 1, 0, county.at)
    with transaction(write=False) as session:
        same = session.get_one(Recount, done.id)
        assert (same.done, same.moved) == (done.done, done.moved)
