"""Deadlines: natural time computed from the act's time, limits passed to the host, cycles one at a time."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bpmn import cron, timers
from app.bpmn.expression import Failure
from app.bpmn.step import Limit
from app.errors import Refused
from tests.bpmn.draw import AT, Run, boundary, catch, end, load, process, start, timer, user


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


def occurrences(text: str, at: datetime, most: int = 6) -> list[str]:
    """When a cycle set at a time is due, on the wall in Shanghai."""
    found, next_one = [], timers.cycle(text, at)
    while next_one is not None and len(found) < most:
        found.append(next_one[0].astimezone(timers.ZONE).strftime("%Y-%m-%d %H:%M:%S"))
        next_one = timers.following(*next_one)
    return [one.removesuffix(":00").removesuffix(" 00:00") for one in found]


NEW_YEAR = datetime(2026, 1, 31, 9, tzinfo=timers.ZONE)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("R3/PT1H", ["2026-01-31 10:00", "2026-01-31 11:00", "2026-01-31 12:00"]),
        ("R1/PT1H", ["2026-01-31 10:00"]),
        ("R3/2026-02-01/P1D", ["2026-02-01", "2026-02-02", "2026-02-03"]),
        ("R3/2026-02-01/2026-02-03", ["2026-02-01", "2026-02-03", "2026-02-05"]),
        ("R3/P1D/2026-02-05", ["2026-02-03", "2026-02-04", "2026-02-05"]),
        ("R/P2D/2026-02-05", ["2026-02-01", "2026-02-03", "2026-02-05"]),
        ("R9/P2D/2026-02-05", ["2026-02-01", "2026-02-03", "2026-02-05"]),
        ("R5/2026-01-29/P1D", ["2026-02-01", "2026-02-02"]),
        ("R3/2025-01-01/P1D", ["2025-01-03"]),
        ("R3/P1D/2025-01-01", ["2025-01-01"]),
        ("R4/P1M", ["2026-02-28 09:00", "2026-03-31 09:00", "2026-04-30 09:00", "2026-05-31 09:00"]),
        ("R3/2026-01-31/P1M", ["2026-02-28", "2026-03-31"]),
        ("R3/P1M/2026-05-31", ["2026-03-31", "2026-04-30", "2026-05-31"]),
        ("R-1/P1Y", [f"{year}-01-31 09:00" for year in range(2027, 2033)]),
        ("0 0 9-17 * * MON-FRI", [f"2026-02-02 {hour:02}:00" for hour in range(9, 15)]),
        ("0 30 9 1,15 * ?", ["2026-02-01 09:30", "2026-02-15 09:30", "2026-03-01 09:30", "2026-03-15 09:30",
                             "2026-04-01 09:30", "2026-04-15 09:30"]),
        ("0 0 0 L * *", ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31"]),
        ("0 0 0 L-2 2,3 *", ["2026-02-26", "2026-03-29", "2027-02-26", "2027-03-29", "2028-02-27", "2028-03-29"]),
        ("0 0 0 * * 5L", ["2026-02-27", "2026-03-27", "2026-04-24", "2026-05-29", "2026-06-26", "2026-07-31"]),
        ("0 0 0 ? * MON#1", ["2026-02-02", "2026-03-02", "2026-04-06", "2026-05-04", "2026-06-01", "2026-07-06"]),
        ("0 0 0 13 * FRI", ["2026-02-13", "2026-03-13", "2026-11-13", "2027-08-13", "2028-10-13", "2029-04-13"]),
        ("0 0 0 29 FEB SUN", ["2032-02-29", "2060-02-29", "2088-02-29", "2128-02-29", "2156-02-29", "2184-02-29"]),
        ("*/20 59 23 31 12 ?", ["2026-12-31 23:59", "2026-12-31 23:59:20", "2026-12-31 23:59:40", "2027-12-31 23:59",
                                "2027-12-31 23:59:20", "2027-12-31 23:59:40"]),
        ("0 0 12 ? * 0", ["2026-02-01 12:00", "2026-02-08 12:00", "2026-02-15 12:00", "2026-02-22 12:00",
                          "2026-03-01 12:00", "2026-03-08 12:00"]),
        ("@weekly", ["2026-02-01", "2026-02-08", "2026-02-15", "2026-02-22", "2026-03-01", "2026-03-08"]),
    ],
)  # fmt: skip
def test_cycle_is_due_when_iso_8601_or_cron_says(text: str, due: list[str]) -> None:
    assert occurrences(text, NEW_YEAR) == due


@pytest.mark.parametrize(
    "text",
    ["R3", "R3/", "R0/PT1H", "R00/PT1H", "R/PT0S", "R-2/PT1H", "R3/P1D/P1D", "R3/2026-02-01",
     "R3/2026-02-03/2026-02-01",
     "R3/2026-02-01/2026-02-01", "R3/P0.5M", "0 0 9 * *", "0 0 9 * * * 2026", "60 0 0 * * *", "0 0 0 0 * *",
     "0 0 0 31 2 *", "0 0 0 15W * *", "0 0 0 * 13 *", "0 5-1 * * * *", "* * * * * MONDAY", "0 0/0 * * * *", "@never"],
)  # fmt: skip
def test_cycle_that_cannot_be_read_is_refused_with_the_diagram(text: str) -> None:
    with pytest.raises(Failure):
        timers.cycle(text, NEW_YEAR)
    with pytest.raises(Refused):
        load(process(start() + catch("t", timer("Cycle", text)) + end(), "s t e"))


def test_fractions_are_of_seconds_only() -> None:
    for text in ("P0.5M", "P1.5Y", "P0.5D", "PT1.5H", "P1,5D"):
        with pytest.raises(Failure):
            timers.duration(text)


def test_each_occurrence_that_was_missed_is_due_once_and_in_order() -> None:
    nodes = start() + user("a") + boundary("r", "a", timer("Cycle", "R3/P1M"), interrupting=False) + end()
    run = Run(process(nodes, "s a e", "r e"))
    run.later(days=400)
    seen = []
    while run.waiting.deadlines:
        seen.append(run.waiting.deadlines[0].due)
        run.fire(run.waiting.deadlines[0].id)
    assert seen == [datetime(2026, month, 2, 1, tzinfo=UTC) for month in (4, 5, 6)]


def test_cycle_in_an_interrupting_event_and_in_a_catch_event_happens_once() -> None:
    for nodes, chain in (
        (user("a") + boundary("t", "a", timer("Cycle", "R/PT1H")), ("s a", "t e")),
        (catch("t", timer("Cycle", "0 0 9 * * *")), ("s t e",)),
    ):
        run = Run(process(start() + nodes + end(), *chain))
        assert not run.step.deadlines[0].repeat
        run.fire("t#1")
        assert run.done


@pytest.mark.parametrize("text", ["2026-05-01T09:00:00+08:00[Asia/Shanghai]", "2026-05-01T09:00:00[Asia/Shanghai]",
                                  "2026-05-01T03:00:00[Europe/Berlin]", "20260501T090000"])  # fmt: skip
def test_date_with_a_zone_as_other_engines_write_it(text: str) -> None:
    assert timers.moment(text) == datetime(2026, 5, 1, 1, tzinfo=UTC)


CYCLES = st.one_of(
    st.builds("R{}/P{}M{}D".format, st.sampled_from(["", "1", "2", "7"]), st.integers(1, 14), st.integers(0, 40)),
    st.builds("R{}/2026-0{}-{}/PT{}M".format, st.sampled_from(["", "9"]), st.integers(1, 9), st.integers(10, 28),
              st.integers(1, 99_999)),
    st.builds("{} {} {} {} * ?".format, st.integers(0, 59), st.sampled_from(["*", "*/7", "0", "3-9"]),
              st.sampled_from(["*", "8", "22-23"]), st.sampled_from(["*", "1", "31", "L"])),
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))  # noqa: DTZ001


@settings(deadline=None)
@given(CYCLES, MOMENTS)
def test_occurrences_follow_one_another_and_all_but_an_overdue_last_lie_ahead(text: str, at: datetime) -> None:
    due, left = timers.cycle(text, at)
    assert due >= at or left.left == 0
    for _ in range(5):
        found = timers.following(due, left)
        if found is None:
            assert left.left == 0
            return
        assert found[0] > due
        due, left = found


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="0123456789 *?/,-L#WMONFRIJ@", max_size=18))
def test_any_text_is_a_cron_expression_or_none(text: str) -> None:
    found = cron.read(text)
    if found is not None:
        due = found.after(NEW_YEAR)
        assert due is None or due > NEW_YEAR
