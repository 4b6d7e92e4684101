"""An item that a superior decides: the county reviews and reports, its clock ends there, and it delivers (art. 43)."""

import json

from app import jobs
from app.calendars.queries import current_calendar
from app.cases.terms import pauses_of
from app.config import current
from app.law.clock import elapsed
from tests.house import County

ITEM = "lawyer_practice"
REFUSAL = "实习期间未满一年，不符合律师法第五条。"


def reported(county: County) -> int:
    """A case that has been reported to the superior, three days after its acceptance."""
    case_id = county.start(ITEM)
    county.check(case_id, "accept")
    county.later(days=1)
    county.do(case_id, "review", reviewResult="grant", authenticity="pass", completeness="pass", compliance="pass")
    county.later(days=1)
    county.do(case_id, "approval", reportDecision="report")
    county.do(case_id, "prepare_report", superiorDays=10)
    county.later(days=1)
    (job,) = county.tasks(case_id, "reported")
    jobs.serve(job.id, county.at)
    return case_id


def test_report_goes_to_the_spool_and_the_case_waits_with_the_superior(county: County) -> None:
    case_id = reported(county)
    case = county.case(case_id)
    assert (case.stage, case.due_on, case.decided_on) == ("reported", None, None)
    (file,) = (current().var / "spool").glob("report-*.json")
    assert json.loads(file.read_text(encoding="utf-8"))["case"] == case.no
    assert [one.name for one in county.awaited(case_id)] == ["等待上级决定"]


def test_county_is_charged_with_its_own_review_alone(county: County) -> None:
    case_id = reported(county)
    own = elapsed(county.case(case_id).accepted_on or county.at.date(), county.at.date(), (), current_calendar())
    county.later(days=30)
    county.hear(case_id, superiorResult="granted")
    case = county.case(case_id)
    assert case.accepted_on is not None
    assert case.decided_on is not None
    assert elapsed(case.accepted_on, case.decided_on, pauses_of(case), current_calendar()) == own
    assert case.delivery_due == current_calendar().add(case.decided_on, 10)
    assert [one.element for one in county.tasks(case_id)] == ["deliver"]


def test_R141_superiors_refusal_passes_the_heads_before_the_applicant_is_told(county: County) -> None:
    case_id = reported(county)
    county.hear(case_id, superiorResult="refused", superiorReason=REFUSAL)
    assert county.case(case_id).outcome is None
    county.do(case_id, "filing_form")
    county.do(case_id, "filing_review", sectionResult="agreed")
    county.do(case_id, "filing_approval", deputyResult="agreed")
    case = county.case(case_id)
    assert case.outcome == "refused"
    assert [one.element for one in county.tasks(case_id)] == ["deliver"]


def test_late_superior_is_asked_in_natural_days(county: County) -> None:
    case_id = reported(county)
    county.later(days=20)
    assert county.fire_due() == 1
    assert [one.element for one in county.tasks(case_id)] == ["urge_superior"]
    assert len(county.awaited(case_id)) == 1
