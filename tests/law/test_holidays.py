from datetime import date
from typing import Any

import pytest

from app.errors import Invalid
from app.law.holidays import DayFact, Notice, published


def notice(*holidays: dict[str, Any], **changes: Any) -> dict[str, Any]:
    whole = {"year": 2026, "number": "测试〔2025〕1号", "issued": date(2025, 11, 4), "title": "测试"}
    return whole | {"holidays": list(holidays)} | changes


def rest(first: str, last: str, *work: str) -> dict[str, Any]:
    days = [date.fromisoformat(one) for one in (first, last)]
    return {"name": "春节", "rest": days, "work": [date.fromisoformat(one) for one in work]}


def test_shipped_notices_carry_their_numbers_and_dates() -> None:
    assert [(one.year, one.number, one.issued) for one in published()] == [
        (2024, "国办发明电〔2023〕7号", date(2023, 10, 25)),
        (2025, "国办发明电〔2024〕12号", date(2024, 11, 12)),
        (2026, "国办发明电〔2025〕7号", date(2025, 11, 4)),
    ]


def test_shipped_notices_give_rest_and_make_up_days_their_holiday() -> None:
    days = published()[2].days()
    assert days[date(2026, 2, 14)] == DayFact(True, "makeup", "春节", "国办发明电〔2025〕7号")
    assert days[date(2026, 2, 15)] == DayFact(False, "holiday", "春节", "国办发明电〔2025〕7号")
    assert date(2026, 3, 2) not in days
    assert len(days) == 33 + 6


def test_year_days_name_every_day_of_the_year() -> None:
    days = published()[2].year_days()
    assert len(days) == 365
    assert days[date(2026, 3, 2)].kind == "workday"
    assert days[date(2026, 3, 7)].kind == "weekend"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(notice(rest("2026-02-17", "2026-02-15")), id="rest ends before it begins"),
        pytest.param(notice(rest("2026-02-15", "2026-04-15")), id="rest of two months"),
        pytest.param(notice(rest("2026-02-15", "2026-02-23", "2026-02-25")), id="make-up on a Wednesday"),
        pytest.param(notice(rest("2026-02-14", "2026-02-23", "2026-02-14")), id="off and worked"),
        pytest.param(notice(rest("2026-02-14", "2026-02-16"), rest("2026-02-16", "2026-02-17")), id="off twice"),
        pytest.param(notice(rest("2025-02-15", "2025-02-16")), id="another year"),
        pytest.param(notice(rest("2026-12-30", "2027-01-02")), id="into the next year"),
        pytest.param(notice({"name": "春节"}), id="no rest"),
        pytest.param(notice({"name": "春节", "rest": ["2026-02-15", 3]}), id="not dates"),
        pytest.param(notice(issued="soon"), id="issued is no date"),
        pytest.param([1, 2], id="not a mapping"),
        pytest.param({"year": 2026}, id="nothing but a year"),
    ],
)
def test_notice_that_contradicts_itself_or_is_malformed_is_refused(raw: object) -> None:
    with pytest.raises(Invalid) as refusal:
        Notice.from_mapping(raw)
    assert refusal.value.text.zh
    assert refusal.value.text.en
