"""What was filled in at a step that is over: the application for those who review it, and the steps before theirs."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from tests.house import County

LogIn = Callable[[str], FlaskClient]
REVIEWER = "wujing"  # of JTYS


def links(client: FlaskClient, path: str) -> list[str]:
    """The steps to which a page leads, each once, in their order."""
    answer = client.get(path)
    assert answer.status_code == 200
    return list(dict.fromkeys(re.findall(r'href="(/cases/\d+/steps/\d+)"', answer.get_data(as_text=True))))


def test_a_reviewer_reads_the_application_and_the_check_from_the_task(log_in: LogIn, county: County) -> None:
    case_id = county.start()
    county.check(case_id, "accept")
    case, client = county.case(case_id), log_in(REVIEWER)
    task = county.tasks(case_id, "review")[0]
    application, check = links(client, f"/tasks/{task.id}")
    assert (application, check) == (f"/cases/{case.no}/steps/1", f"/cases/{case.no}/steps/2")
    text = client.get(application).get_data(as_text=True)
    assert "收到申请" in text
    for key in ("applicantName", "address", "mobile"):
        assert str(case.data[key]) in text
    assert "齐全" in client.get(check).get_data(as_text=True)


def test_the_record_on_the_case_leads_only_to_steps_that_had_a_form(log_in: LogIn, county: County) -> None:
    case_id = county.start()
    no, client = county.case(case_id).no, log_in("zhouhm")
    task = county.tasks(case_id, "check")[0]
    client.post(f"/tasks/{task.id}/claim")
    assert links(client, f"/cases/{no}") == [f"/cases/{no}/steps/1"]
    for seq in (2, 3):  # the claim, and a step that is not there
        assert client.get(f"/cases/{no}/steps/{seq}").status_code == 404


def test_a_step_speaks_english_and_is_not_for_strangers(log_in: LogIn, county: County, client: FlaskClient) -> None:
    path = f"/cases/{county.case(county.start()).no}/steps/1"
    assert client.get(path).status_code == 302
    text = log_in("zhouhm").get(path, headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Application received" in text
