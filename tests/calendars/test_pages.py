"""The calendar's pages: the year, a pasted notice before and after it is put in force, and what cannot be read."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import clock
from app.calendars.models import CalendarDay, Recount
from app.calendars.queries import current_calendar
from app.db import transaction
from app.queue import Worker
from tests.house import County

LogIn = Callable[[str], FlaskClient]
OF_2027 = """国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕9号
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月13日（周六）上班。
国务院办公厅
2026年11月5日
"""
TABLE = "日期,休班,节日\n2027-01-01,休,元旦\n2027-01-02,休,元旦\n2027-01-03,休,元旦\n"
REVISED = """国务院办公厅关于2026年部分节假日安排的通知
国办发明电〔2026〕1号
一、停工：3月4日（周三）至5日（周四）放假，共2天。
2026年3月1日
"""


def days_of(year: int) -> int:
    span = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    with transaction(write=False) as session:
        return session.scalar(select(func.count()).select_from(CalendarDay).where(span)) or 0


def post(client: FlaskClient, **typed: str) -> tuple[int, str]:
    answer = client.post("/calendar/import", data=typed)
    return answer.status_code, answer.get_data(as_text=True)


def test_the_year_lists_what_its_notice_arranges(log_in: LogIn, county: County) -> None:
    text = log_in("zhouhm").get("/calendar?year=2026").get_data(as_text=True)
    assert "2026-02-15 – 2026-02-23" in text
    assert "国办发明电〔2025〕7号" in text
    assert "全年 248 个工作日" in text
    assert "导入放假通知" not in text


@pytest.mark.parametrize(("month", "missed"), [(10, False), (11, True)])
def test_from_november_on_next_years_notice_is_missed(log_in: LogIn, county: County, month: int, missed: bool) -> None:
    with clock.frozen(datetime(2026, month, 22, 1, tzinfo=UTC)):
        text = log_in("admin").get("/calendar").get_data(as_text=True)
    assert ("2027 年放假安排尚未导入" in text) == missed


def test_a_notice_is_looked_at_before_it_is_in_force(log_in: LogIn, county: County) -> None:
    status, text = post(log_in("admin"), text=OF_2027)
    assert (status, days_of(2027)) == (200, 0)
    assert "2027 年是新导入的年度" in text
    assert "2027-01-31、2027-02-13" in text
    assert "国办发明电〔2026〕9号" in text.split("<textarea", 1)[1]


def test_a_revision_shows_only_the_days_that_differ(log_in: LogIn, county: County) -> None:
    _, text = post(log_in("admin"), text=REVISED)
    assert "与现行日历相比有" in text
    assert '<td class="time">2026-03-04</td>' in text
    assert '<td class="time">2026-03-06</td>' not in text


@pytest.mark.parametrize(
    "typed",
    [{"text": OF_2027}, {"table": TABLE, "year": "2027", "number": "国办发明电〔2026〕9号", "issued": "2026-11-05"}],
    ids=["text", "table"],
)
def test_a_notice_put_in_force_is_the_calendar(log_in: LogIn, county: County, typed: dict[str, str]) -> None:
    client = log_in("admin")
    answer = client.post("/calendar/import", data={**typed, "do": "publish"})
    assert (answer.status_code, answer.location) == (303, "/calendar?year=2027")
    assert days_of(2027) == 365
    with transaction(write=False) as session:
        assert not current_calendar(session).is_working(date(2027, 1, 1))
        assert (
            session.scalars(select(CalendarDay.imported_by).where(CalendarDay.day == date(2027, 1, 1))).one()
            != "system"
        )
    Worker(county.app).drain()
    with transaction(write=False) as session:
        recount = session.scalars(select(Recount)).one()
        assert (recount.ended_at is not None, recount.done, recount.failed) == (True, 0, 0)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": OF_2027.replace("共3天", "共4天")}, "第3行“元旦”：写明共4天"),
        ({"table": "2029-01-01,休,元旦", "year": "2029", "number": "x", "issued": "2028-11-05"}, "请先导入"),
        ({}, "请粘贴通知全文"),
        ({"table": TABLE, "year": "2027", "number": ""}, "须填写年度和文号"),
        ({"table": TABLE, "year": "2027", "number": "x", "issued": "soon"}, "请填写发文日期"),
    ],
)
def test_what_cannot_be_put_in_force_comes_back_as_typed(
    log_in: LogIn, county: County, typed: dict[str, str], said: str
) -> None:
    status, text = post(log_in("admin"), **typed, do="publish")
    assert status in (409, 422)
    assert said in text
    assert all(value.splitlines()[0] in text for value in typed.values() if value)
    assert days_of(2027) == 0


def test_nobody_but_an_administrator_changes_the_calendar(log_in: LogIn, county: County) -> None:
    assert post(log_in("zhouhm"), text=OF_2027, do="publish")[0] == 403
    assert days_of(2027) == 0
