"""The analyst's page: whatever is uploaded gives findings; nothing is stored and nothing breaks."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import EnvironBuilder

from app.catalogue.models import Blob, ItemVersion
from app.db import transaction
from app.studio.review import MAX_FILES
from tests.dmn.build import decision, literal, model, table

LogIn = Callable[[str], FlaskClient]
ROOT = Path(__file__).resolve().parents[2]
HOSTILE = {
    "doctype.bpmn": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "bomb.bpmn": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
    "deep.bpmn": b"<a>" * 5000,
    "binary.bpmn": bytes(range(256)),
    "empty.bpmn": b"",
    "not.form": b"[[[[",
    "deep.form": b"[" * 100_000,
    "not.dmn": b"<definitions/>",
    "run.exe": b"MZ",
    "huge.bpmn": b"<a>" + b" " * 5_000_000 + b"</a>",
}


def upload(client: FlaskClient, **files: bytes) -> Any:
    builder = EnvironBuilder(
        "/studio/check", method="POST", data={"files": [(io.BytesIO(data), name) for name, data in files.items()]}
    )
    environ = builder.get_environ()
    try:
        return client.open(environ)
    finally:
        environ["wsgi.input"].close()
        builder.close()


def stored() -> tuple[int, int]:
    with transaction(write=False) as session:
        blobs = session.scalar(select(func.count()).select_from(Blob)) or 0
        versions = session.scalar(select(func.count()).select_from(ItemVersion)) or 0
    return blobs, versions


def shelf(*paths: str) -> dict[str, bytes]:
    return {Path(path).name: (ROOT / path).read_bytes() for path in paths}


def test_a_sound_diagram_is_drawn_and_has_no_errors(log_in: LogIn) -> None:
    files = shelf(
        "processes/road_transport/road_transport.bpmn",
        "processes/_shared/intake.bpmn",
        "processes/_shared/negative_filing.bpmn",
        "processes/_shared/delivery.bpmn",
    )
    answer = upload(log_in("analyst"), **files)
    assert answer.status_code == 200
    assert "0 处错误" in answer.text
    given = re.search(r'id="diagram-data">(.*?)</script>', answer.text, re.DOTALL)
    assert given
    assert "<bpmn:definitions" in json.loads(given[1])["xml"]


def test_a_finding_names_its_element_and_leads_to_it(log_in: LogIn) -> None:
    broken = shelf("processes/_shared/delivery.bpmn")["delivery.bpmn"].replace(b'post="window"', b'post="nobody"')
    answer = upload(log_in("analyst"), **{"delivery.bpmn": broken})
    assert 'data-element="deliver"' in answer.text
    assert "nobody" in answer.text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_findings_and_is_not_stored(log_in: LogIn, name: str) -> None:
    client = log_in("analyst")
    before = stored()
    answer = upload(client, **{name: HOSTILE[name]})
    assert answer.status_code == 200, answer.text
    assert name in answer.text
    assert re.search(r"[1-9]\d* 处错误", answer.text)
    assert "root:" not in answer.text
    assert stored() == before
    assert client.get("/health").get_json()["ok"] is True


def test_all_hostile_files_at_once_give_findings(log_in: LogIn) -> None:
    answer = upload(log_in("analyst"), **{name: data for name, data in HOSTILE.items() if name != "huge.bpmn"})
    assert answer.status_code == 200
    for name in HOSTILE:
        assert (name in answer.text) == (name != "huge.bpmn")


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>.bpmn", "../../etc/passwd.bpmn", "中文 名.bpmn"])
def test_a_strange_name_is_only_a_name(log_in: LogIn, name: str) -> None:
    answer = upload(log_in("analyst"), **{name: b"<x/>"})
    assert answer.status_code == 200
    assert "<img src=x" not in answer.text


def test_decisions_are_checked_together_and_show_an_input(log_in: LogIn) -> None:
    rules = ["> 5 | 1", "> 9 | 2"]
    one = model(decision("t", table(["面积 | number"], ["y"], rules), name="风险"))
    other = model(decision("u", literal("1"))).replace(
        b"<decision", b'<import namespace="urn:test" name="r"/><decision'
    )
    answer = upload(
        log_in("analyst"), **{"a.dmn": one, "b.dmn": other.replace(b'namespace="urn:test">', b'namespace="b">')}
    )
    assert answer.status_code == 200
    assert "1 处错误" in answer.text
    assert "第 1 条和第 2 条规则都适用于 面积 = 10" in answer.text
    assert "没有规则适用于 面积 = 4" in answer.text


def test_nothing_chosen_and_too_much_chosen_come_back_with_a_word(log_in: LogIn) -> None:
    client = log_in("analyst")
    answer = client.post("/studio/check", data={})
    assert (answer.status_code, "请选择要检查的文件" in answer.text) == (422, True)
    answer = upload(client, **{f"{at}.bpmn": b"<x/>" for at in range(MAX_FILES + 1)})
    assert (answer.status_code, f"最多检查 {MAX_FILES} 个文件" in answer.text) == (422, True)


def test_more_than_a_request_may_hold_is_refused(log_in: LogIn) -> None:
    answer = upload(log_in("analyst"), **{"a.bpmn": b" " * 9_000_000})
    assert answer.status_code == 413


def test_an_expression_is_shown_with_the_place_of_its_fault(log_in: LogIn) -> None:
    files = shelf("processes/food_business/food_business.bpmn")
    wrong = {name: data.replace(b'= decision = "granted"', b"= decision = 5") for name, data in files.items()}
    page = upload(log_in("analyst"), **wrong).text
    assert "文字不能与数值比较" in page
    assert "<code> <mark>d</mark>ecision = 5</code>" in page
    assert page.count('<h3 class="card-header') == 1
