"""The count day by day is the clock's own count, and says of every day why it counts or does not."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Text
from app.law.calendar import seeded
from app.law.clock import ZONE, Pause, Unit, due, months_later
from app.law.explain import Explanation, explain
from app.law.holidays import published
from app.law.telling import lines, rule, runs
from tests.law.conftest import by_id, day
from tests.law.test_clock import pauses as pauses_of
from tests.law.test_clock_properties import LIMITS, STARTS, UNITS, pause_lists

FACTS = {one: fact for notice in published() for one, fact in notice.days().items()}
TODAY = date(2026, 3, 12)
ACCEPTED = Text("受理", "accepted")
EXPERTS = Text("专家评审", "expert review")


def told(start: str, limit: int, unit: Unit = "WD", *pauses: Pause, extension: int = 0) -> Explanation:
    first = date.fromisoformat(start)
    return explain(first, limit, unit, pauses, extension, seeded(), facts=FACTS, on=TODAY)


def zh(explanation: Explanation) -> list[str]:
    return [one.zh for one in lines(explanation, ACCEPTED, [EXPERTS])]


@pytest.mark.parametrize("vector", by_id("due", "id"))
def test_the_count_of_every_vector_ends_on_its_due_day(vector: dict[str, Any]) -> None:
    start, stops = date.fromisoformat(vector["start"]), pauses_of(vector["pauses"])
    limit, unit, more = vector["limit"], vector["unit"], vector["extension"]
    found = explain(start, limit, unit, stops, more, seeded(), facts=FACTS, on=date(2026, 4, 1))
    assert found.due.due == day(vector["due"])
    if found.due.due is not None:
        assert found.days[-1].day == found.due.due


@given(STARTS, LIMITS, UNITS, pause_lists(), st.integers(0, 15))
def test_the_days_that_count_sum_to_the_limit(
    start: date, limit: int, unit: Unit, pauses: tuple[Pause, ...], more: int
) -> None:
    found = explain(start, limit, unit, pauses, more, seeded(), facts=FACTS, on=TODAY)
    total = limit + more if unit != "M" else (months_later(start, limit + more) - start).days
    assert found.counted == total
    assert [one.nth for one in found.days if one.nth] == list(range(1, total + 1))
    assert [one.day for one in found.days] == [start + timedelta(days=n) for n in range(len(found.days))]
    assert found.days[-1].day == found.due.due == due(start, limit, unit, pauses, more, seeded()).due


@given(STARTS, LIMITS, pause_lists())
def test_of_working_days_only_worked_ones_outside_pauses_count(
    start: date, limit: int, pauses: tuple[Pause, ...]
) -> None:
    for one in explain(start, limit, "WD", pauses, 0, seeded(), facts=FACTS, on=TODAY).days[1:]:
        stops = any(stop.end and stop.start < one.day <= stop.end for stop in pauses)
        assert (one.nth is not None) <= (seeded().is_working(one.day) and not stops)
        assert (one.why == "paused") == (stops and seeded().is_working(one.day))
        assert (one.pause is not None) == (one.why == "paused")


@given(STARTS, LIMITS, UNITS, pause_lists())
def test_every_day_is_told_once_and_in_order(start: date, limit: int, unit: Unit, pauses: tuple[Pause, ...]) -> None:
    found = explain(start, limit, unit, pauses, 0, seeded(), facts=FACTS, on=TODAY)
    told_of = runs(found, ACCEPTED, [Text(f"第{n}次暂停", f"pause {n}") for n in range(len(pauses))])
    assert told_of[0].first.day == start
    for before, after in itertools.pairwise(told_of):
        assert after.first.day == before.last.day + timedelta(days=1)
        assert after.text != before.text
    assert told_of[-1].last == found.days[-1]
    assert all(run.text.zh and run.text.en for run in told_of)


def test_a_count_reads_as_a_clerk_would_say_it() -> None:
    assert zh(told("2026-02-13", 5, "WD")) == [
        "自2026年2月13日（周五）的次日起5个工作日；开始的当日不计入",
        "2026年2月13日（周五）：受理；当日不计入",
        "2026年2月14日（周六）：春节（国办发明电〔2025〕7号）调休上班，第1个工作日",
        "2026年2月15日（周日）至2026年2月23日（周一）：春节（国办发明电〔2025〕7号）放假，不计入",
        "2026年2月24日（周二）至2026年2月27日（周五）：工作日，第2至第5个工作日",
    ]


def test_a_pause_is_named_and_the_day_it_begins_still_counts() -> None:
    found = told("2026-03-02", 6, "WD", Pause(date(2026, 3, 4), date(2026, 3, 10)))
    assert zh(found)[2:] == [
        "2026年3月3日（周二）至2026年3月4日（周三）：工作日，第1至第2个工作日",
        "2026年3月5日（周四）至2026年3月6日（周五）：专家评审，不计入",
        "2026年3月7日（周六）至2026年3月8日（周日）：周末，不计入",
        "2026年3月9日（周一）至2026年3月10日（周二）：专家评审，不计入",
        "2026年3月11日（周三）至2026年3月13日（周五）：工作日，第3至第5个工作日",
        "2026年3月14日（周六）至2026年3月15日（周日）：周末，不计入",
        "2026年3月16日（周一）：工作日，第6个工作日",
    ]


def test_an_open_pause_ends_the_count_today_and_leaves_no_due_day() -> None:
    found = told("2026-03-02", 20, "WD", Pause(date(2026, 3, 9)))
    assert (found.due.due, found.days[-1].day, found.counted) == (None, TODAY, 5)
    assert zh(found)[-1] == "2026年3月10日（周二）至2026年3月12日（周四）：专家评审，不计入"


def test_a_pause_opened_after_the_limit_ran_out_does_not_lengthen_the_count() -> None:
    found = told("2026-03-02", 3, "WD", Pause(date(2026, 3, 9)))
    assert (found.due.due, found.days[-1].day, found.counted) == (None, date(2026, 3, 5), 3)


def test_natural_days_that_end_on_a_holiday_move_on_and_say_so() -> None:
    found = told("2026-09-01", 30, "D")
    assert found.rolled
    assert "顺延至2026年10月8日（周四）" in rule(found).zh
    assert zh(found)[-2:] == [
        "2026年10月2日（周五）至2026年10月7日（周三）：国庆节（国办发明电〔2025〕7号）放假，不计入",
        "2026年10月8日（周四）：工作日，期限届满",
    ]


def test_an_on_the_spot_item_of_a_sunday_is_due_on_monday() -> None:
    found = told("2026-05-10", 0)
    assert (found.counted, found.days[-1].day, found.rolled) == (0, date(2026, 5, 11), True)
    assert rule(found).zh == "2026年5月10日（周日）当日办结；逢休息日顺延至下一工作日"


def test_days_of_an_unpublished_year_are_provisional() -> None:
    found = told("2026-12-30", 3)
    assert [(one.day.day, one.provisional) for one in found.days if one.nth] == [(31, False), (4, True), (5, True)]
    assert all("暂定" in text for text in zh(found)[3:])
    assert not any("暂定" in text for text in zh(found)[:3])


def test_an_extension_is_part_of_the_rule() -> None:
    found = told("2026-04-07", 20, extension=10)
    assert "20个工作日，延长10个工作日" in rule(found).zh
    assert (found.counted, found.due.due) == (30, date(2026, 5, 21))


def test_hours_are_told_without_days() -> None:
    start = datetime(2026, 3, 6, 16, 0, tzinfo=ZONE)
    found = explain(start, 24, "H", (), 0, seeded(), facts=FACTS, on=TODAY)
    assert found.days == ()
    assert [one.en for one in lines(found, ACCEPTED)] == ["24 hours from 2026-03-06 (Fri), day and night"]
