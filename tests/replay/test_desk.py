"""The auditor's desk: every step as it was, the log by every filter, and the two checks."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.db import db, transaction
from app.replay import then
from tests.house import County

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def case_id(county: County) -> int:
    """A case whose materials were defective, then supplemented, then accepted; a day between the acts."""
    made = county.start()
    county.later(days=1)
    first = county.case(made).data["materials"][0]["name"]
    county.check(made, "notice", {first: "没有签字"})
    county.later(days=1)
    county.do(made, "supplement")
    county.later(days=1)
    county.check(made, "accept")
    return made


def data(answer: str) -> Any:
    found = re.search(r'<script type="application/json" id="replay-data">(.*?)</script>', answer, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_every_entry_of_the_log_is_a_step_on_its_diagrams(
    log_in: LogIn,
    county: County,
    case_id: int,
) -> None:
    no = county.case(case_id).no
    given = data(log_in("auditor").get(f"/audit/cases/{no}").text)
    assert [one["key"] for one in given["diagrams"]] == ["road_transport", "take_in"]
    assert [one["title"] for one in given["steps"]] == [
        "收到申请",
        "办理“核对材料”",
        "办理“登记补正材料”",
        "办理“核对材料”",
    ]
    check = given["steps"][1]["deltas"]["take_in"]
    assert "check" in check["left"]
    assert "supplement" in check["entered"]
    assert check["badge"] == {"check": "周慧敏 03-03 · 1 工作日"}
    assert given["steps"][3]["deltas"]["road_transport"]["left"] == ["take_in", "intake_outcome", "manner"]


def test_R011_a_step_shows_what_its_form_said_then(
    log_in: LogIn,
    county: County,
    case_id: int,
) -> None:
    no = county.case(case_id).no
    client = log_in("auditor")
    before = client.get(f"/audit/cases/{no}/steps/2").text
    assert "没有签字" in before
    assert "一次性告知补正" in before
    after = client.get(f"/audit/cases/{no}/steps/4").text
    assert "没有签字" not in after
    assert client.get(f"/audit/cases/{no}/steps/99").status_code == 404


def test_R011_a_new_version_does_not_change_what_was_seen(
    log_in: LogIn,
    county: County,
    case_id: int,
) -> None:
    no = county.case(case_id).no
    client = log_in("auditor")
    before = client.get(f"/audit/cases/{no}/steps/2").text
    from app.catalogue import shelf

    shelved = shelf.read("road_transport")
    files = {
        **shelved.files,
        "forms/intake_check.form": shelved.files["forms/intake_check.form"].replace(
            "材料核对".encode(), "改了名".encode()
        ),
    }
    county.publish_again("road_transport", files, shelved.content)
    assert client.get(f"/audit/cases/{no}/steps/2").text == before


def test_what_a_case_knew_then_grows_step_by_step(county: County, case_id: int) -> None:
    from app.catalogue.bundle import bundle
    from app.replay.queries import payloads_until

    case = county.case(case_id)
    with transaction(write=False):
        version = bundle(case.version_id)
        known = [then.known_then(version, payloads_until(case_id, seq)) for seq in range(1, 5)]
    assert "checkResult" not in known[0]
    assert (known[1]["checkResult"], known[3]["checkResult"]) == ("notice", "accept")
    assert {key: value for key, value in known[3].items() if key in case.data} == case.data


def test_a_sound_case_passes_both_checks(
    log_in: LogIn,
    county: County,
    case_id: int,
) -> None:
    no = county.case(case_id).no
    client = log_in("auditor")
    assert "日志链完整" in client.get(f"/audit/cases/{no}?check=chain").text
    assert "与记录完全一致" in client.get(f"/audit/cases/{no}?check=replay").text


def test_a_row_that_was_edited_behind_the_back_is_named(
    log_in: LogIn,
    county: County,
    case_id: int,
) -> None:
    no = county.case(case_id).no
    with transaction():
        db.session.execute(text("UPDATE task SET closed_by = '别人' WHERE case_id = :case"), {"case": case_id})
    answer = log_in("auditor").get(f"/audit/cases/{no}?check=chain").text
    assert "发现不符" in answer
    assert "被改动" in answer


def rows(client: FlaskClient, query: str) -> list[list[str]]:
    found = list(csv.reader(io.StringIO(client.get(f"/audit/log.csv?{query}").data.decode("utf-8-sig"))))
    return found[1:]


def test_R012_the_log_is_found_by_case_person_unit_item_act_outcome_and_day(
    log_in: LogIn,
    county: County,
    case_id: int,
) -> None:
    other = county.start("food_business")
    case, food = county.case(case_id), county.case(other)
    client = log_in("auditor")
    assert len(rows(client, f"case={case.no}")) == 4
    assert {one[1] for one in rows(client, f"case={food.no}")} == {food.no}
    assert {one[4] for one in rows(client, "person=周慧敏&act=task.complete")} == {"周慧敏"}
    assert {one[6] for one in rows(client, "unit=示范县交通运输局&act=task.complete")} == {"示范县交通运输局"}
    assert {one[1] for one in rows(client, "item=food_business")} == {food.no}
    assert len(rows(client, "act=case.start")) == 2
    assert rows(client, "outcome=granted") == []
    assert len(rows(client, f"case={case.no}&since=2026-03-03&until=2026-03-04")) == 2
    assert rows(client, "since=2027-01-01") == []


def test_R012_the_log_is_read_page_by_page(
    log_in: LogIn,
    county: County,
) -> None:
    for _ in range(52):
        county.start()
    client = log_in("auditor")
    first = client.get("/audit/log?act=case.start").text
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link
    second = client.get(link[1].replace("&amp;", "&")).text
    numbers = re.findall(r"data-open>(\d{20})", first) + re.findall(r"data-open>(\d{20})", second)
    assert len(numbers) == len(set(numbers)) == 52


def test_a_clerk_does_not_read_the_log(
    log_in: LogIn,
    county: County,
    case_id: int,
) -> None:
    client = log_in("zhouhm")
    assert client.get("/audit/log").status_code == 403
    assert "/audit/" not in client.get(f"/cases/{county.case(case_id).no}").text
