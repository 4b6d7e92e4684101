"""Every address of the house: who may, what a stranger gets, and that each page is sound HTML in both languages."""

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.audit.models import LogEntry
from app.cases.models import Incident
from app.config import DEMO_PASSWORD as PASSWORD
from app.db import db, transaction
from app.documents.models import Notice
from app.documents.uploads import take_in
from app.http import PUBLIC
from app.identity.models import Holding, Person, Post, Unit
from app.identity.operations import hash_password
from app.rehearsal import SINCE
from tests.documents.samples import PDF
from tests.house import County

NO_PAGE = frozenset({"static"})
NO_VISITOR = frozenset({PUBLIC})
Values = Mapping[str, Any]
ROLES = ["analyst", "auditor", "supervisor", "administrator"]


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in NO_PAGE]


def permission(app: Flask, rule: Rule) -> str | None:
    return getattr(app.view_functions[rule.endpoint], "permission", None)


def test_every_view_says_what_it_takes(app: Flask) -> None:
    assert [rule.endpoint for rule in rules(app) if permission(app, rule) is None] == []


def person(login: str, roles: list[str], post: str = "") -> None:
    """Somebody new: with roles, and a post (`UNIT/code`) where given."""
    with transaction() as session:
        unit = session.scalars(select(Unit).where(Unit.code == "JTYS")).one()
        made = Person(
            division="990000",
            login=login,
            name="新来的",
            unit_id=unit.id,
            roles=roles,
            password_hash=hash_password(PASSWORD),
        )
        session.add(made)
        session.flush()
        if post:
            held = session.scalars(select(Post).where(Post.unit_id == unit.id, Post.code == post)).one()
            session.add(Holding(division="990000", post_id=held.id, person_id=made.id, rank="A", valid_from=SINCE))


def inspected(county: County) -> int:
    """A result from outside that a case waits for."""
    case_id = county.start("special_equipment", registrationKind="new", inspectionState="none")
    county.check(case_id, "accept")
    county.do(case_id, "inspection_order")
    county.do(case_id, "inspection_confirm", inspectionConfirmed="confirmed")
    return county.awaited(case_id)[0].id


@pytest.fixture
def values(county: County) -> Values:
    """Something that exists for every part of an address."""
    case_id = county.start()
    county.check(case_id, "accept")
    case, task = county.case(case_id), county.tasks(case_id)[0]
    with transaction() as session:
        incident = Incident(
            division="990000",
            case_id=case_id,
            key="review!1",
            process="road_transport",
            element="review",
            code="no-flow",
            text_zh="没有条件成立的流转",
            text_en="no flow's condition holds",
            opened_at=county.at,
        )
        session.add(incident)
        paper = session.scalars(select(Notice.id).where(Notice.case_id == case_id)).first()
        incident_id = incident.id
    clerk = county.holder_at_window("road_transport")
    with transaction() as session:
        attachment = take_in(session, clerk, "证.pdf", BytesIO(PDF), county.at).id
    county.start("road_transport", files=[str(attachment)])
    return {
        "no": case.no,
        "task_id": task.id,
        "paper_id": paper,
        "incident_id": incident_id,
        "reply_id": inspected(county),
        "slug": "road_transport",
        "process": "road_transport",
        "number": 1,
        "path": "road_transport/road_transport.bpmn",
        "seq": 2,
        "code": "zh",
        "filename": "icon.svg",
        "file_id": attachment,
    }


def address(app: Flask, rule: Rule, values: Values) -> str:
    with app.test_request_context():
        url: str = app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
    return url


def asked(client: FlaskClient, rule: Rule, url: str, **more: Any) -> TestResponse:
    """The answer to the rule's own method."""
    return client.open(url, method="POST" if "POST" in (rule.methods or ()) else "GET", **more)


def test_a_stranger_is_led_to_the_login_and_a_script_gets_401(app: Flask, client: FlaskClient, values: Values) -> None:
    for rule in rules(app):
        if permission(app, rule) == PUBLIC:
            continue
        url = address(app, rule, values)
        answer = asked(client, rule, url)
        assert (answer.status_code, answer.location and answer.location.startswith("/login")) == (302, True), url
        answer = asked(client, rule, url, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.content_type) == (401, "application/problem+json"), url


def test_whoever_lacks_the_permission_is_refused_and_that_is_logged(
    app: Flask, log_in: Callable[[str], FlaskClient], values: Values
) -> None:
    person("stranger", [])
    client = log_in("stranger")
    for rule in rules(app):
        act = permission(app, rule)
        if act == PUBLIC:
            continue
        before = refusals()
        url = address(app, rule, values)
        assert asked(client, rule, url).status_code == 403, url
        found = refusals()
        assert len(found) == len(before) + 1, url
        assert found[-1].details == {"act": act, "thing": url.split("?")[0]}


def refusals() -> list[LogEntry]:
    with transaction(write=False) as session:
        found = list(session.scalars(select(LogEntry).where(LogEntry.act == "refused").order_by(LogEntry.seq)))
        session.expunge_all()
    return found


def strict(answer: TestResponse, url: str) -> None:
    """Parse as a browser must never have to guess."""
    parser = html5lib.HTMLParser()
    parser.parse(answer.text)
    assert parser.errors == [], url


def pages(app: Flask, values: Values) -> Iterator[str]:
    for rule in rules(app):
        if "GET" in (rule.methods or ()):
            yield address(app, rule, values)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_sound_html(
    app: Flask, log_in: Callable[[str], FlaskClient], values: Values, language: str
) -> None:
    person("everybody", ROLES, "reviewer")
    client = log_in("everybody")
    client.post(f"/language/{language}")
    seen = 0
    for url in pages(app, values):
        with client.get(url) as answer:
            assert answer.status_code < 400, url
            if answer.status_code == 200 and answer.mimetype == "text/html":
                seen += 1
                strict(answer, url)
                assert f'<html lang="{"en" if language == "en" else "zh-CN"}">' in answer.text, url
    assert seen > 10


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_is_sound_html_too(client: FlaskClient, language: str) -> None:
    client.post(f"/language/{language}")
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    strict(answer, "/nowhere")


def test_every_answer_carries_the_strict_policy(
    app: Flask, log_in: Callable[[str], FlaskClient], values: Values
) -> None:
    client = log_in("zhouhm")
    for url in ("/tasks", f"/cases/{values['no']}/diagrams/road_transport", "/tasks.csv", "/health", "/nowhere"):
        headers = client.get(url).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_nothing_is_sent_without_a_token(app: Flask, log_in: Callable[[str], FlaskClient], values: Values) -> None:
    client = log_in("zhouhm")
    app.config["WTF_CSRF_ENABLED"] = True
    for rule in rules(app):
        if "POST" in (rule.methods or ()):
            assert asked(client, rule, address(app, rule, values)).status_code == 400, rule
    db.session.remove()
