"""Deadlines: natural time computed from the act's time, limits passed to the host, cycles one at a time."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bpmn import timers
from app.bpmn.expression import Failure
from app.bpmn.step import Limit
from tests.bpmn.draw import AT, Run, boundary, catch, end, process, start, timer, user


def due(kind: str, text: str, **data: object) -> datetime | None:
    run = Run(process(start() + catch("t", timer(kind, text)) + end(), "s t e"), data=data)
    return run.step.deadlines[0].due if run.step.deadlines else None


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("PT90M", timedelta(minutes=90)),
        ("P1W", timedelta(weeks=1)),
        ("P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        ('= duration("P2D")', timedelta(days=2)),
        ("= wait", timedelta(hours=1)),
    ],
)
def test_duration_counts_from_the_act(text: str, later: timedelta) -> None:
    assert due("Duration", text.replace('"', "&quot;"), wait="PT1H") == AT + later


def test_months_end_on_the_last_day_of_a_shorter_month_on_the_wall_in_shanghai() -> None:
    evening = datetime(2026, 1, 30, 17, 0, tzinfo=UTC)  # already the 31st in Shanghai
    assert timers.duration("P1M").after(evening) == datetime(2026, 2, 27, 17, 0, tzinfo=UTC)
    assert timers.duration("P1Y1M").after(datetime(2027, 1, 31, 4, tzinfo=UTC)) == datetime(2028, 2, 29, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-01T09:00:00+08:00", datetime(2026, 5, 1, 1, tzinfo=UTC)),
        ("2026-05-01T09:00:00", datetime(2026, 5, 1, 1, tzinfo=UTC)),
        ("2026-05-01T09:00:00Z", datetime(2026, 5, 1, 9, tzinfo=UTC)),
        ("2026-05-01", datetime(2026, 4, 30, 16, tzinfo=UTC)),
        ('= date("2026-05-01")', datetime(2026, 4, 30, 16, tzinfo=UTC)),
        ('= date and time("2026-05-01T09:00:00@Europe/Berlin")', datetime(2026, 5, 1, 7, tzinfo=UTC)),
        ("= when", datetime(2026, 5, 1, 9, tzinfo=UTC)),
    ],
)
def test_date_is_aware_and_stored_in_utc(text: str, moment: datetime) -> None:
    assert due("Date", text.replace('"', "&quot;"), when=datetime(2026, 5, 1, 9, tzinfo=UTC)) == moment


def test_cycle_sets_the_next_deadline_from_the_last_one_so_that_none_is_skipped_after_a_pause() -> None:
    nodes = start() + user("a") + boundary("r", "a", timer("Cycle", "R3/PT1H"), interrupting=False) + user("b") + end()
    run = Run(process(nodes, "s a e", "r b e"))
    assert run.step.deadlines[0].repeat
    run.later(days=9).fire("r#1")
    assert [(one.id, one.due) for one in run.step.deadlines] == [("r#2", AT + timedelta(hours=2))]
    assert run.step.cleared == ("r#1",)
    run.fire("r#2")
    run.fire("r#3")
    assert run.step.deadlines == ()
    assert run.open == ["a#1", "b#1", "b#2", "b#3"]


def test_endless_cycle_with_a_start() -> None:
    nodes = (
        start() + user("a") + boundary("r", "a", timer("Cycle", "R/2026-03-03T09:00:00+08:00/P1D"), interrupting=False)
    )
    run = Run(process(nodes + end(), "s a e", "r e"))
    for day in range(3, 9):
        assert run.waiting.deadlines[0].due == datetime(2026, 3, day, 1, tzinfo=UTC)
        run.fire(run.waiting.deadlines[0].id)


def test_limit_of_a_timer_is_the_hosts_to_count() -> None:
    limit = '<gov:limit value="= n" unit="WD" from="receipt" stops="true"/>'
    nodes = start() + user("a") + boundary("late", "a", "<bpmn:timerEventDefinition/>", extensions=limit) + end()
    run = Run(process(nodes, "s a e", "late e"), data={"n": 5})
    deadline = run.step.deadlines[0]
    assert deadline.limit == Limit(5, "WD", "receipt", stops=True)
    assert deadline.due is None
    assert run.waiting.deadlines == (deadline,)


@pytest.mark.parametrize("text", ["= 7", "= null", '= "soon"', '= duration("-P1D")'])
def test_time_that_cannot_be_read_at_run_time_is_an_incident(text: str) -> None:
    run = Run(process(start() + catch("t", timer("Duration", text.replace('"', "&quot;"))) + end(), "s t e"))
    assert [one.code for one in run.step.incidents] == ["bad-timer"]


@pytest.mark.parametrize("value", ["= -1", "= null", '= "x"', "= 1.5"])
def test_limit_that_is_no_whole_number_is_an_incident(value: str) -> None:
    limit = f'<gov:limit value="{value}" unit="WD"/>'.replace('"x"', "&quot;x&quot;")
    run = Run(process(start() + user("a", limit) + end(), "s a e"))
    assert [one.code for one in run.step.incidents] == ["bad-limit"]


@pytest.mark.parametrize("text", ["P１D", "PT٣H", "R３/PT1H"])
def test_digits_of_durations_and_cycles_are_those_of_iso_8601(text: str) -> None:
    read = timers.duration if text.startswith("P") else lambda one: timers.cycle(one, AT)
    with pytest.raises(Failure):
        read(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "0001-01-01", "9999-12-31T23:59:00-05:00"])
def test_dates_at_the_ends_of_time_are_failures(text: str) -> None:
    with pytest.raises(Failure):
        timers.moment(text)
    with pytest.raises(Failure):
        timers.day(text)


def test_a_last_day_that_shanghai_does_not_have_is_a_failure() -> None:
    with pytest.raises(Failure):
        timers.day("9999-12-31T23:59:00+00:00")


@settings(deadline=None)
@given(st.text(alphabet="PRT0123456789YMDWHS-/:.Z+ ", max_size=24))
def test_any_text_is_a_time_or_a_failure(text: str) -> None:
    for read in (timers.duration, timers.moment, lambda one: timers.cycle(one, AT)):
        with suppress(Failure):
            assert read(text)


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(0, 50), st.integers(0, 10**6))
def test_duration_never_goes_back(months: int, days: int, seconds: int) -> None:
    later = timers.duration(f"P{months}M{days}DT{seconds}S").after(AT)
    assert later >= AT
    assert later.tzinfo is UTC
