from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.law import holidays
from app.law.calendar import Calendar, seeded

FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
DAYS = st.dates(FIRST, date(2030, 12, 31))


def test_seeded_calendar_agrees_with_chinesecalendar_on_every_published_day(calendar: Calendar) -> None:
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert [one for one in days if calendar.is_working(one) != chinese_calendar.is_workday(one)] == []
    assert calendar.published_until == LAST


@pytest.mark.parametrize(("year", "worked"), [(2025, 248), (2026, 248)])
def test_year_has_its_number_of_working_days(calendar: Calendar, year: int, worked: int) -> None:
    assert calendar.count(date(year - 1, 12, 31), date(year, 12, 31)) == worked


def test_unpublished_year_is_monday_to_friday_with_new_year_off(calendar: Calendar) -> None:
    assert not calendar.is_working(date(2027, 1, 1))
    assert calendar.is_working(date(2027, 1, 4))
    assert not calendar.is_working(date(2027, 1, 9))
    assert calendar.is_working(date(2027, 10, 1))
    assert calendar.is_provisional(date(2027, 1, 1))
    assert not calendar.is_provisional(LAST)


@given(DAYS, DAYS)
def test_count_equals_a_naive_walk(a: date, b: date) -> None:
    calendar, low, high = seeded(), min(a, b), max(a, b)
    walked = sum(calendar.is_working(low + timedelta(days=n)) for n in range(1, (high - low).days + 1))
    assert calendar.count(low, high) == walked


@given(DAYS, st.integers(1, 400))
def test_add_lands_on_the_nth_working_day(start: date, n: int) -> None:
    calendar = seeded()
    end = calendar.add(start, n)
    assert calendar.is_working(end)
    assert calendar.count(start, end) == n


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(1, 400))
def test_add_backwards_lands_on_the_nth_working_day_before(end: date, n: int) -> None:
    calendar = seeded()
    start = calendar.add(end, -n)
    assert calendar.is_working(start)
    assert calendar.count(start, end - timedelta(days=1)) == n - 1


@given(DAYS)
def test_next_working_is_the_day_itself_or_the_first_one_worked_after(start: date) -> None:
    calendar = seeded()
    end = calendar.next_working(start)
    assert end == start if calendar.is_working(start) else end == calendar.add(start, 1)


@pytest.mark.parametrize("outside", [date(1999, 1, 1), date(2023, 12, 30), date(2200, 1, 1)])
def test_day_outside_the_calendar_is_refused_in_both_languages(calendar: Calendar, outside: date) -> None:
    for ask in (calendar.is_working, calendar.next_working, lambda one: calendar.add(one, 1)):
        with pytest.raises(Invalid) as refusal:
            ask(outside)
        assert "工作日历" in refusal.value.text.zh
        assert "calendar" in refusal.value.text.en


def test_eve_of_the_calendar_may_start_a_count_but_is_not_known_itself(calendar: Calendar) -> None:
    eve = FIRST - timedelta(days=1)
    assert calendar.add(eve, 1) == date(2024, 1, 2)
    assert calendar.add(date(2024, 1, 3), -1) == date(2024, 1, 2)
    with pytest.raises(Invalid):
        calendar.is_working(eve)
    with pytest.raises(Invalid):
        calendar.add(date(2024, 1, 2), -1)


def test_reversed_count_and_step_past_the_end_are_refused(calendar: Calendar) -> None:
    with pytest.raises(Invalid):
        calendar.count(date(2026, 3, 2), date(2026, 3, 1))
    with pytest.raises(Invalid):
        calendar.add(date(2026, 3, 2), 10**9)


def test_from_days_refuses_contradictions_strays_and_empty_years() -> None:
    with pytest.raises(Invalid):
        Calendar.from_days([(date(2026, 2, 14), True), (date(2026, 2, 14), False)], 2026, 2026)
    with pytest.raises(Invalid):
        Calendar.from_days([(date(2027, 2, 14), True)], 2026, 2026)
    with pytest.raises(Invalid):
        Calendar.from_days([], 2026, 2025)


def test_from_every_day_of_the_notices_equals_the_seeded_calendar() -> None:
    days = [(d, f.is_working) for one in holidays.published() for d, f in one.year_days().items()]
    assert Calendar.from_days(days, 2024, 2026).version == seeded().version


def test_version_changes_with_one_day() -> None:
    plain = Calendar.from_days([], 2026, 2026)
    assert plain.version != Calendar.from_days([(date(2026, 3, 2), False)], 2026, 2026).version
    assert plain.version == Calendar.from_days([(date(2026, 3, 2), True)], 2026, 2026).version


def test_notices_with_a_missing_year_are_refused() -> None:
    of_2024, _, of_2026 = holidays.published()
    for notices in ([], [of_2024, of_2026], [of_2024, of_2024]):
        with pytest.raises(Invalid):
            Calendar.from_notices(notices)


def test_new_years_break_of_a_later_notice_reaches_into_december_before() -> None:
    eve = date(2026, 12, 31)
    rest = holidays.Holiday("元旦", eve, date(2027, 1, 2), ())
    notice = holidays.Notice(2027, "测试〔2026〕1号", date(2026, 11, 1), "测试", (rest,))
    calendar = Calendar.from_notices([*holidays.published(), notice])
    assert seeded().is_working(eve)
    assert not calendar.is_working(eve)
    assert calendar.published_until == date(2027, 12, 31)
