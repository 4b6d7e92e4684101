"""The vectors, and what a limit may not be."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import chinese_calendar
import pytest

from app.errors import Invalid
from app.law import clock
from app.law.calendar import Calendar
from app.law.clock import Pause
from tests.law.conftest import VECTORS, by_id, day

MARCH = date(2026, 3, 2)


def pauses(raw: list[list[str | None]]) -> tuple[Pause, ...]:
    return tuple(Pause(date.fromisoformat(str(start)), day(end)) for start, end in raw)


def due_of(vector: dict[str, Any], calendar: Calendar) -> clock.Due:
    start = datetime.fromisoformat(vector["start_at"])
    stops = pauses(vector["pauses"])
    return clock.due(start, vector["limit"], vector["unit"], stops, vector["extension"], calendar)


@pytest.mark.parametrize("vector", by_id("due", "id"))
def test_due_vector(vector: dict[str, Any], calendar: Calendar) -> None:
    result = due_of(vector, calendar)
    assert result.due == day(vector["due"])
    assert not result.provisional
    if "warn_on" in vector:
        assert result.warn_on == day(vector["warn_on"])
    for key, moment in (
        ("due_at_business_close", result.business_close),
        ("overdue_from", result.overdue_from),
    ):
        assert moment == (datetime.fromisoformat(vector[key]) if key in vector else None)


@pytest.mark.parametrize("vector", by_id("receipt", "ts", "channel"))
def test_receipt_vector(vector: dict[str, Any], calendar: Calendar) -> None:
    moment, close = datetime.fromisoformat(vector["ts"]), time.fromisoformat(vector["close"])
    receipt = clock.receipt_date(moment, vector["channel"], calendar, close)
    assert receipt == day(vector["receipt_date"])
    assert clock.due(receipt, 5, "WD", (), 0, calendar).due == day(vector["notice_due_5wd"])


@pytest.mark.parametrize("vector", by_id("timezone", "utc"))
def test_timezone_vector(vector: dict[str, Any], calendar: Calendar) -> None:
    moment = datetime.fromisoformat(vector["utc"])
    assert clock.local_date(moment) == day(vector["local_date"])
    assert clock.due(moment, vector["limit"], "WD", (), 0, calendar).due == day(vector["due"])


@pytest.mark.parametrize("vector", by_id("elapsed", "on"))
def test_elapsed_vector(vector: dict[str, Any], calendar: Calendar) -> None:
    start, on = date.fromisoformat(vector["start"]), date.fromisoformat(vector["on"])
    assert clock.elapsed(start, on, pauses(vector["pauses"]), calendar) == vector["elapsed"]


@pytest.mark.parametrize(("limit", "count"), [(int(k), v) for k, v in VECTORS["warn_count"].items()])
def test_warn_count_vector(limit: int, count: int) -> None:
    assert clock.warn_count(limit) == count


def test_calendar_gap_vector_is_provisional(calendar: Calendar) -> None:
    gap = VECTORS["calendar_gap"]
    result = clock.due(date.fromisoformat(gap["accepted"]), gap["limit"], "WD", (), 0, calendar)
    assert result.due == day(gap["provisional_mon_fri_plus_new_year"])
    assert result.provisional
    assert calendar.published_until.year == gap["last_published_year"]


def test_calendar_revision_vector_moves_the_due_date() -> None:
    revision = VECTORS["calendar_revision"]
    start = date.fromisoformat(revision["accepted"])
    after = {d: chinese_calendar.is_workday(d) for d in (date(2020, 1, 1) + timedelta(n) for n in range(366))}
    before = after | {date(2020, 1, 31): True, date(2020, 2, 1): True, date(2020, 2, 2): False}
    for days, want in ((before, revision["before"]), (after, revision["after"])):
        revised = Calendar.from_days(days.items(), 2020, 2020)
        assert clock.due(start, revision["limit"], "WD", (), 0, revised).due == day(want)


def test_hearing_vector(calendar: Calendar) -> None:
    hearing = {key: date.fromisoformat(value) for key, value in VECTORS["hearing"].items()}
    assert clock.due(hearing["told"], 5, "WD", (), 0, calendar).due == hearing["may_request_until"]
    assert clock.due(hearing["requested"], 20, "WD", (), 0, calendar).due == hearing["hold_by"]
    assert calendar.add(hearing["hearing_on"], -7) == hearing["notify_no_later_than"]


def test_reminder_of_an_extended_limit_follows_the_whole_limit(calendar: Calendar) -> None:
    extended = clock.due(date(2026, 4, 7), 20, "WD", (), 10, calendar)
    assert extended.warn_on == calendar.add(date(2026, 4, 7), 27)


@pytest.mark.parametrize("unit", ["D", "M"])
def test_reminder_of_natural_time_is_a_working_day_before_the_due_day(calendar: Calendar, unit: clock.Unit) -> None:
    result = clock.due(date(2026, 9, 1), 30 if unit == "D" else 1, unit, (), 0, calendar)
    assert result.due is not None
    assert result.warn_on is not None
    assert result.warn_on < result.due
    assert calendar.is_working(result.warn_on)


def test_pause_moves_natural_days_by_its_own_days(calendar: Calendar) -> None:
    stop = (Pause(date(2026, 3, 4), date(2026, 3, 9)),)
    assert clock.due(MARCH, 10, "D", stop, 0, calendar).due == date(2026, 3, 17)


def test_pause_moves_months_by_its_own_days(calendar: Calendar) -> None:
    stop = (Pause(date(2026, 3, 4), date(2026, 3, 9)),)
    assert clock.due(MARCH, 1, "M", stop, 0, calendar).due == date(2026, 4, 7)


def test_natural_days_that_end_at_a_weekend_before_a_pause_move_past_it(calendar: Calendar) -> None:
    stop = (Pause(date(2026, 3, 7), date(2026, 3, 10)),)
    assert clock.due(MARCH, 5, "D", stop, 0, calendar).due == date(2026, 3, 11)


def test_pause_before_the_start_does_not_count(calendar: Calendar) -> None:
    stop = (Pause(date(2026, 2, 2), date(2026, 3, 4)),)
    assert clock.due(MARCH, 5, "WD", stop, 0, calendar).due == date(2026, 3, 11)


def test_pause_of_years_past_the_due_date_is_never_looked_up(calendar: Calendar) -> None:
    stop = (Pause(date(2099, 1, 1), date.max),)
    assert clock.due(MARCH, 5, "WD", stop, 0, calendar).due == date(2026, 3, 9)


def test_hours_are_natural_and_end_on_the_instant(calendar: Calendar) -> None:
    begun = datetime(2026, 3, 6, 16, 0, tzinfo=clock.ZONE)
    result = clock.due(begun, 24, "H", (), 0, calendar)
    assert result.due == date(2026, 3, 7)
    assert result.overdue_from == result.business_close == begun + timedelta(hours=24)
    stop = (Pause(date(2026, 3, 6), date(2026, 3, 9)),)
    assert clock.due(begun, 24, "H", stop, 0, calendar).at == begun + timedelta(hours=96)
    assert clock.due(begun, 24, "H", (Pause(MARCH),), 0, calendar).due is None


def test_hours_from_a_bare_date_are_refused(calendar: Calendar) -> None:
    with pytest.raises(Invalid):
        clock.due(MARCH, 24, "H", (), 0, calendar)


@pytest.mark.parametrize(
    ("on", "left"),
    [("2026-03-02", 5), ("2026-03-06", 1), ("2026-03-08", 1), ("2026-03-09", 0), ("2026-03-10", -1)],
)
def test_remaining_counts_down_and_below_zero(calendar: Calendar, on: str, left: int) -> None:
    assert clock.remaining(MARCH, 5, "WD", (), 0, calendar, date.fromisoformat(on)) == left


def test_remaining_stands_still_while_a_pause_is_open(calendar: Calendar) -> None:
    stop = (Pause(date(2026, 3, 4)),)
    left = [clock.remaining(MARCH, 5, "WD", stop, 0, calendar, date(2026, 3, n)) for n in (4, 5, 20, 31)]
    assert left == [3, 3, 3, 3]


def test_remaining_of_natural_days_is_in_working_days(calendar: Calendar) -> None:
    assert clock.remaining(date(2026, 9, 1), 30, "D", (), 0, calendar, date(2026, 9, 30)) == 1
    assert clock.remaining(date(2026, 9, 1), 30, "D", (), 0, calendar, date(2026, 10, 9)) == -1


def test_remaining_of_a_receipt_that_counts_tomorrow_is_the_whole_limit(calendar: Calendar) -> None:
    assert clock.remaining(date(2026, 3, 3), 5, "WD", (), 0, calendar, MARCH) == 5
    assert clock.elapsed(date(2026, 3, 3), MARCH, (), calendar) == 0


def test_same_day_item_of_a_sunday_is_in_time_on_monday(calendar: Calendar) -> None:
    assert clock.remaining(date(2026, 5, 10), 0, "WD", (), 0, calendar, date(2026, 5, 11)) == 0


def test_light_is_red_when_overdue_even_while_paused() -> None:
    assert [clock.light(n, 2) for n in (5, 3, 2, 0, -1)] == ["green", "green", "amber", "amber", "red"]
    assert clock.light(3, 2, paused=True) == "paused"
    assert clock.light(-1, 2, paused=True) == "red"


def test_light_on_stored_dates_turns_amber_on_the_reminder_and_red_after_the_due_day() -> None:
    last, warn = date(2026, 3, 9), date(2026, 3, 6)
    lights = [clock.light_on(date(2026, 3, n), last, warn) for n in (5, 6, 9, 10)]
    assert lights == ["green", "amber", "amber", "red"]
    assert clock.light_on(MARCH, None, None) == "paused"


def test_receipt_at_the_very_close_is_in_time_and_one_second_later_is_not(calendar: Calendar) -> None:
    close = datetime(2026, 3, 6, 17, 30, tzinfo=clock.ZONE)
    assert clock.receipt_date(close, "online", calendar) == date(2026, 3, 6)
    assert clock.receipt_date(close + timedelta(seconds=1), "mobile", calendar) == date(2026, 3, 9)
    assert clock.receipt_date(close + timedelta(hours=2), "window", calendar) == date(2026, 3, 6)


def test_internal_step_of_a_rest_day_is_due_on_the_next_working_day(calendar: Calendar) -> None:
    assert clock.due(date(2025, 1, 24), 0, "WD", (), 0, calendar).due == date(2025, 1, 24)
    assert clock.due(date(2025, 1, 25), 0, "WD", (), 0, calendar).due == date(2025, 1, 26)


BAD: list[tuple[str, dict[str, Any]]] = [
    ("negative limit", {"limit": -1}),
    ("huge limit", {"limit": 10**18}),
    ("astronomic limit", {"limit": 10**5000}),
    ("fraction", {"limit": 5.0}),
    ("boolean", {"limit": True}),
    ("no limit", {"limit": None}),
    ("negative extension", {"extension": -1}),
    ("fractional extension", {"extension": 1.5}),
    ("unknown unit", {"unit": "weeks"}),
    ("naive datetime", {"start": datetime(2026, 3, 2, 9, 20)}),  # noqa: DTZ001  the refusal under test
    ("text", {"start": "2026-03-02"}),
    ("before the calendar", {"start": date(2019, 1, 1)}),
    ("after the calendar", {"start": date(2400, 1, 1)}),
    ("natural days before the calendar", {"start": date(2019, 1, 1), "unit": "D"}),
    ("natural days after the calendar", {"start": date(9999, 12, 31), "unit": "D"}),
    ("months after the calendar", {"start": date(9999, 12, 31), "unit": "M"}),
    ("pause beyond the calendar", {"pauses": (Pause(MARCH, date.max),)}),
    ("pause of natural days beyond the calendar", {"pauses": (Pause(MARCH, date.max),), "unit": "D"}),
]


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in BAD])
def test_what_cannot_be_counted_is_refused_in_both_languages(calendar: Calendar, change: dict[str, Any]) -> None:
    whole = {"start": MARCH, "limit": 5, "unit": "WD", "pauses": (), "extension": 0, "calendar": calendar}
    with pytest.raises(Invalid) as refusal:
        clock.due(**(whole | change))
    assert refusal.value.text.zh
    assert refusal.value.text.en


def test_reversed_or_timed_pause_is_refused() -> None:
    with pytest.raises(Invalid):
        Pause(date(2026, 3, 3), MARCH)
    with pytest.raises(Invalid):
        Pause(datetime(2026, 3, 2, tzinfo=UTC))


def test_times_out_of_range_and_unknown_channels_are_refused(calendar: Calendar) -> None:
    with pytest.raises(Invalid):
        clock.local_date(datetime.max.replace(tzinfo=timezone(-timedelta(hours=12))))
    with pytest.raises(Invalid):
        clock.receipt_date(datetime(2026, 3, 2, tzinfo=UTC), "pigeon", calendar)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(Invalid):
        clock.remaining(MARCH, 5, "H", (), 0, calendar, MARCH)
