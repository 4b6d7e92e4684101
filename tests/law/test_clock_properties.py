"""What must hold of every limit, whatever its dates."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.law import clock
from app.law.calendar import seeded
from app.law.clock import Pause, Unit

STARTS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
LIMITS = st.integers(0, 90)
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["WD", "D", "M"])


@st.composite
def pause_lists(draw: st.DrawFn) -> tuple[Pause, ...]:
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(STARTS)
        pauses.append(Pause(start, start + timedelta(days=draw(st.integers(0, 60)))))
    return tuple(pauses)


def last(start: date, limit: int, unit: Unit, pauses: tuple[Pause, ...] = (), extension: int = 0) -> date:
    end = clock.due(start, limit, unit, pauses, extension, seeded()).due
    assert end is not None
    return end


def walk(start: date, limit: int, pauses: tuple[Pause, ...]) -> date:
    """The rule read aloud: go day by day, count the worked days that no pause covers."""
    at, left = start, limit
    while left or not seeded().is_working(at) or covered(at, start, pauses):
        at += timedelta(days=1)
        if left and seeded().is_working(at) and not covered(at, start, pauses):
            left -= 1
    return at


def covered(day: date, start: date, pauses: tuple[Pause, ...]) -> bool:
    return day > start and any(one.end and one.start < day <= one.end for one in pauses)


@given(STARTS, LIMITS, pause_lists())
def test_working_days_equal_a_naive_walk(start: date, limit: int, pauses: tuple[Pause, ...]) -> None:
    assert last(start, limit, "WD", pauses) == walk(start, limit, pauses)


@given(STARTS, LIMITS, UNITS, pause_lists())
def test_due_is_a_working_day_outside_every_pause(
    start: date, limit: int, unit: Unit, pauses: tuple[Pause, ...]
) -> None:
    end = last(start, limit, unit, pauses)
    assert end >= start
    assert seeded().is_working(end)
    assert not covered(end, start, pauses)


@given(STARTS, LIMITS, UNITS, pause_lists(), st.integers(0, 30))
def test_due_grows_with_limit_start_and_extension(
    start: date, limit: int, unit: Unit, pauses: tuple[Pause, ...], more: int
) -> None:
    end = last(start, limit, unit, pauses)
    assert end <= last(start, limit + more, unit, pauses)
    assert last(start, limit + more, unit, pauses) == last(start, limit, unit, pauses, more)
    assert last(start, limit, unit) <= last(start + timedelta(days=more), limit, unit)
    assert last(start, limit, unit) <= end


@given(STARTS, LIMITS, UNITS, pause_lists(), STARTS, st.integers(0, 40), st.integers(0, 40))
def test_adjacent_pauses_add_and_a_pause_of_nothing_is_nothing(
    start: date, limit: int, unit: Unit, pauses: tuple[Pause, ...], a: date, first: int, second: int
) -> None:
    b, c = a + timedelta(days=first), a + timedelta(days=first + second)
    whole = last(start, limit, unit, (*pauses, Pause(a, c)))
    assert whole == last(start, limit, unit, (Pause(b, c), *pauses, Pause(a, b)))
    assert whole == last(start, limit, unit, (Pause(a, c), *pauses, Pause(b, c)))
    assert last(start, limit, unit, pauses) == last(start, limit, unit, (*pauses, Pause(a, a)))


@given(STARTS, st.integers(1, 90), pause_lists())
def test_all_of_the_limit_has_elapsed_on_the_due_day_and_not_the_day_before(
    start: date, limit: int, pauses: tuple[Pause, ...]
) -> None:
    end = last(start, limit, "WD", pauses)
    assert clock.elapsed(start, end, pauses, seeded()) == limit
    assert clock.elapsed(start, end - timedelta(days=1), pauses, seeded()) == limit - 1


@given(STARTS, st.integers(1, 90), pause_lists(), st.integers(-5, 200))
def test_elapsed_and_remaining_make_up_the_limit(start: date, limit: int, pauses: tuple[Pause, ...], days: int) -> None:
    on = start + timedelta(days=days)
    left = clock.remaining(start, limit, "WD", pauses, 0, seeded(), on)
    assert left == limit - clock.elapsed(start, on, pauses, seeded())


@given(STARTS, LIMITS, UNITS, pause_lists())
def test_reminder_comes_on_a_working_day_no_later_than_due(
    start: date, limit: int, unit: Unit, pauses: tuple[Pause, ...]
) -> None:
    result = clock.due(start, limit, unit, pauses, 0, seeded())
    assert result.due is not None
    assert result.warn_on is not None
    assert start <= result.warn_on <= result.due
    assert seeded().is_working(result.warn_on)
    assert not covered(result.warn_on, start, pauses)


@given(STARTS, LIMITS, UNITS, pause_lists(), STARTS)
def test_open_pause_leaves_no_due_date(
    start: date, limit: int, unit: Unit, pauses: tuple[Pause, ...], opened: date
) -> None:
    result = clock.due(start, limit, unit, (*pauses, Pause(opened)), 0, seeded())
    assert (result.due, result.warn_on, result.overdue_from, result.provisional) == (None, None, None, False)


@given(STARTS, LIMITS, UNITS)
def test_due_date_is_provisional_exactly_past_the_published_years(start: date, limit: int, unit: Unit) -> None:
    result = clock.due(start, limit, unit, (), 0, seeded())
    assert result.due is not None
    assert result.provisional == (result.due.year > 2026)
