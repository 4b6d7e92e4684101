"""Lists are sorted, filtered and paged by the database itself, so they are asked on both."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from app.config import DEMO_PASSWORD
from app.replay import queries as log_queries
from tests.conftest import AT
from tests.house import County

PATHS = (
    "/tasks",
    "/tasks?scope=mine&item=road_transport&step=intake&light=good&q=99",
    "/tasks?light=late&sort=-due",
    "/tasks?light=today&sort=opened",
    "/tasks?light=soon&sort=-no",
    "/tasks?light=rest",
    "/tasks?q=%00%25_\\",
    "/tasks.csv",
    "/cases",
    "/cases?item=road_transport&stage=received&status=active&unit=JTYS&light=good&q=9900",
    "/cases?since=2026-01-01&until=2026-12-31&sort=due",
    "/cases?sort=-due&light=rest",
    "/cases?q=%00",
    "/cases.csv",
    "/catalogue",
    "/health",
)
AUDIT = (
    "/audit/cases",
    "/audit/log",
    "/audit/log?case=1&person=%E5%91%A8&unit=x&item=road_transport&act=login&outcome=granted&since=2026-01-01&until=2026-12-31",
    "/audit/log?person=%00",
    "/audit/log.csv",
)
MISSING = ("/cases/%00", "/cases/" + quote("中文"), "/tasks/9223372036854775807", "/papers/1", "/audit/cases/%00")


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows to a page."""
    monkeypatch.setattr("app.paging.page.__kwdefaults__", {"after": None, "before": None, "size": 2})


@pytest.fixture
def clerk(both: Flask) -> Iterator[FlaskClient]:
    """The window clerk, with five cases waiting, one of them paused."""
    both.config["WTF_CSRF_ENABLED"] = False
    county = County(both, AT)
    cases = [county.start() for _ in range(5)]
    county.check(cases[2], "notice", {county.case(cases[2]).data["materials"][0]["name"]: "没有盖章"})
    client = both.test_client()
    client.post("/login", data={"login": "zhouhm", "password": DEMO_PASSWORD})
    yield client
    g.pop("actor", None)


def follow(client: FlaskClient, path: str, rel: str = "next") -> tuple[list[list[str]], str]:
    """The rows of every page from `path` on, and the address of the last one."""
    pages = []
    while True:
        text = client.get(path).text
        pages.append(re.findall(r"data-open>(\d{20})", text))
        link = re.search(rf'rel="{rel}" href="([^"]+)"', text)
        if link is None:
            return pages, path
        path = link[1].replace("&amp;", "&")


def test_lists_answer_whatever_is_asked(clerk: FlaskClient) -> None:
    for path in PATHS:
        assert clerk.get(path).status_code == 200, path
    for path in MISSING[:-1]:
        assert clerk.get(path).status_code == 404, path


def test_the_auditors_lists_answer_too(clerk: FlaskClient) -> None:
    g.pop("actor", None)
    clerk.post("/login", data={"login": "auditor", "password": DEMO_PASSWORD})
    g.pop("actor", None)
    for path in AUDIT:
        assert clerk.get(path).status_code == 200, path
    assert clerk.get(MISSING[-1]).status_code == 404
    assert log_queries.ORDER.descending


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("path", ["/tasks", "/tasks?sort=-due", "/tasks?sort=opened", "/cases", "/cases?sort=due"])
def test_every_row_is_on_one_page_forwards_and_back(clerk: FlaskClient, path: str) -> None:
    there, last = follow(clerk, path)
    rows = [one for page in there for one in page]
    assert [len(page) for page in there] == [2, 2, 1]
    assert len(set(rows)) == 5
    back, _ = follow(clerk, last, "prev")
    assert list(reversed(back)) == there


@pytest.mark.usefixtures("small_pages")
def test_a_case_whose_clock_stands_is_last_by_due_day(clerk: FlaskClient) -> None:
    rows = [one for page in follow(clerk, "/cases?sort=due")[0] for one in page]
    assert rows[-1] == sorted(rows)[2]
