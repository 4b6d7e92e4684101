"""Date and time functions (DMN 1.5, tables 70 and 71). `now` is what the caller passes in."""

from datetime import date
from decimal import Decimal

from app.feel.builtins.registry import builtin
from app.feel.civil import AnyDate, days_in_month, make_date
from app.feel.operators import equal, kind
from app.feel.properties import weekday
from app.feel.run import Run
from app.feel.values import DateTime, Time, Value

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _day(value: AnyDate | DateTime) -> AnyDate:
    return value.date if isinstance(value, DateTime) else value


@builtin("now()", run=True, pure=False)
def now(run: Run) -> DateTime | None:
    return run.now


@builtin("today()", run=True, pure=False)
def today(run: Run) -> AnyDate | None:
    return None if run.now is None else run.now.date


@builtin("day of year(date: day)")
def day_of_year(value: AnyDate | DateTime) -> Decimal:
    day = _day(value)
    before = sum(days_in_month(day.year, month) for month in range(1, day.month))
    return Decimal(before + day.day)


@builtin("day of week(date: day)")
def day_of_week(value: AnyDate | DateTime) -> str:
    return DAYS[int(weekday(_day(value))) - 1]


@builtin("month of year(date: day)")
def month_of_year(value: AnyDate | DateTime) -> str:
    return MONTHS[_day(value).month - 1]


@builtin("week of year(date: day)")
def week_of_year(value: AnyDate | DateTime) -> Decimal | None:
    """The ISO 8601 week."""
    day = _day(value)
    return Decimal(day.isocalendar().week) if isinstance(day, date) else None


@builtin("last day of month(date: day)")
def last_day_of_month(value: AnyDate | DateTime) -> AnyDate | None:
    day = _day(value)
    return make_date(day.year, day.month, days_in_month(day.year, day.month))


@builtin("is(value1: any, value2: any)")
def is_same(one: Value, other: Value) -> bool:
    """Whether both are the very same value: for times the zone counts too, not just the instant."""
    if isinstance(one, Time) and isinstance(other, Time):
        return (one.nanos, one.offset, one.zone is None) == (other.nanos, other.offset, other.zone is None)
    if isinstance(one, DateTime) and isinstance(other, DateTime):
        return one.date == other.date and one.time.nanos == other.time.nanos and one.offset == other.offset
    return kind(one) == kind(other) and equal(one, other) is True
