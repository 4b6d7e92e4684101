"""The page that counts each limit day by day, as a clerk reads it to an applicant (R134, C1)."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from app.cases.terms import limits_of
from app.catalogue.bundle import bundle
from app.db import transaction
from tests.house import County

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def case_id(county: County) -> int:
    """A freight case, accepted on 3 March 2026."""
    case_id = county.start()
    county.later(days=1)
    county.check(case_id, "accept")
    return case_id


def page(client: FlaskClient, county: County, case_id: int, language: str = "zh") -> str:
    answer = client.get(f"/cases/{county.case(case_id).no}/clock", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_R134_both_clocks_are_counted_to_the_days_that_the_case_shows(
    log_in: LogIn, county: County, case_id: int
) -> None:
    case, text = county.case(case_id), page(log_in("zhouhm"), county, case_id)
    assert case.accepted_on == date(2026, 3, 3)
    for due in (case.promised_due, case.statutory_due):
        assert f"到期日 {due}" in text
    assert "2026年3月3日（周二）</td>" in text
    assert "受理；当日不计入" in text
    assert "工作日，第1至第3个工作日" in text
    assert "周末，不计入" in text


def test_before_acceptance_the_limit_for_the_notice_is_counted(log_in: LogIn, county: County) -> None:
    text = page(log_in("zhouhm"), county, county.start())
    assert "受理或一次告知" in text
    assert "自2026年3月2日（周一）的次日起5个工作日" in text
    assert "承诺时限" not in text


def test_the_page_speaks_english(log_in: LogIn, county: County, case_id: int) -> None:
    text = page(log_in("zhouhm"), county, case_id, "en")
    assert "20 working days from the day after 2026-03-03 (Tue)" in text
    assert "weekend, does not count" in text


def test_a_case_that_was_refused_runs_no_delivery(county: County, case_id: int) -> None:
    with transaction(write=False) as session:
        case = county.case_row(session, case_id)
        case.decided_on, case.outcome = date(2026, 3, 5), "refused"
        kinds = [one.kind for one in limits_of(case, bundle(case.version_id))]
        case.outcome = "granted"
        granted = [one.kind for one in limits_of(case, bundle(case.version_id))]
        session.rollback()
    assert (kinds, granted) == (["promised", "statutory"], ["promised", "statutory", "delivery"])
