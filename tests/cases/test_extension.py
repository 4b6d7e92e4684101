"""A limit is extended once, before it runs out, by a head, with the reason told to the applicant (R139, art. 42)."""

from datetime import date

import pytest
from sqlalchemy import select

from app.calendars.queries import current_calendar
from app.db import transaction
from app.documents.models import Notice
from app.errors import Invalid
from tests.house import County

ITEM = "individual_business"


def asked(county: County, days: str = "3") -> int:
    """A case whose reviewer has asked for more time."""
    case_id = county.start(ITEM)
    county.check(case_id, "accept")
    county.do(case_id, "review", reviewStep="extend")
    county.do(case_id, "extension_request", extensionDays=days)
    return case_id


def papers(case_id: int) -> list[Notice]:
    with transaction(write=False) as session:
        found = list(session.scalars(select(Notice).where(Notice.case_id == case_id).order_by(Notice.id)))
        session.expunge_all()
    return found


def later(day: date | None, days: int) -> date:
    """That many working days after a date."""
    assert day is not None
    return current_calendar().add(day, days)


def test_R139_approved_extension_lifts_both_limits_and_tells_the_applicant(county: County) -> None:
    case_id = asked(county)
    before = county.case(case_id)
    county.do(case_id, "extension_approval", extensionDecision="approved")
    after = county.case(case_id)
    assert after.statutory_due == later(before.statutory_due, 3)
    assert after.promised_due == later(after.accepted_on, 3)
    (paper,) = [one for one in papers(case_id) if one.kind == "extension"]
    assert after.statutory_due is not None
    assert f"{after.statutory_due.year}年{after.statutory_due.month}月{after.statutory_due.day}日" in paper.body
    assert after.data["extensionReason"] in paper.body


def test_R139_rejected_extension_leaves_the_limits(county: County) -> None:
    case_id = asked(county)
    before = county.case(case_id)
    county.do(case_id, "extension_approval", extensionDecision="rejected")
    after = county.case(case_id)
    assert (after.statutory_due, after.promised_due) == (before.statutory_due, before.promised_due)
    assert "extension" not in {one.kind for one in papers(case_id)}
    assert [one.element for one in county.tasks(case_id)] == ["review"]


def test_R139_extension_after_the_limit_is_refused_and_can_only_be_rejected(county: County) -> None:
    case_id = asked(county)
    county.later(days=12)
    with pytest.raises(Invalid, match="届满"):
        county.do(case_id, "extension_approval", extensionDecision="approved")
    county.do(case_id, "extension_approval", extensionDecision="rejected")
    assert [one.element for one in county.tasks(case_id)] == ["review"]


def test_R139_one_extension_is_all_there_is(county: County) -> None:
    case_id = asked(county, "1")
    county.do(case_id, "extension_approval", extensionDecision="approved")
    with pytest.raises(AssertionError):
        county.answer(county.tasks(case_id, "review")[0], reviewStep="extend")


def test_extension_by_more_than_the_item_allows_is_no_answer_to_the_form(county: County) -> None:
    case_id = county.start(ITEM)
    county.check(case_id, "accept")
    county.do(case_id, "review", reviewStep="extend")
    with pytest.raises(AssertionError):
        county.answer(county.tasks(case_id, "extension_request")[0], extensionDays="4")


def test_R029_complete_application_is_decided_the_day_it_comes_in(county: County) -> None:
    case_id = county.start(ITEM)
    county.check(case_id, "on_the_spot")
    county.do(case_id, "approval", decision="granted", authenticity="pass", completeness="pass", compliance="pass")
    case = county.case(case_id)
    assert (case.decided_on, case.promised_due) == (case.receipt_date, case.receipt_date)
    assert case.outcome == "granted"
