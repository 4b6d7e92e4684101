"""Reads: the calendar in force."""

from calendar import isleap
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, SessionTransaction

from app.calendars.models import CalendarDay
from app.db import db
from app.errors import Conflict, Text
from app.law.calendar import Calendar, seeded

Stamp = tuple[str, datetime | None]

_MEMO = "calendar in force"
_STAMP = select(func.max(CalendarDay.imported_at))
# Days are added or replaced, never removed, and each import stamps them anew: the newest stamp tells of any change.
_kept: tuple[Stamp, Calendar] | None = None
"""The calendar last read by this process, with the stamp of the rows it was read from."""


def current_calendar(session: Session | None = None) -> Calendar:
    """The calendar in force; the shipped notices while nothing was imported.

    Asked again in the same transaction it answers without a query; in a new one, one small query tells whether
    another process has imported since. Raises Conflict when the table holds no complete year.
    """
    session = session or db.session()
    memo: tuple[SessionTransaction | None, Calendar] | None = session.info.get(_MEMO)
    if memo and memo[0] is not None and memo[0] is session.get_transaction():
        return memo[1]
    calendar = _fresh(session)
    session.info[_MEMO] = (session.get_transaction(), calendar)
    return calendar


def stored_calendar(session: Session) -> Calendar | None:
    """The calendar of the rows in the table, read anew; None when there are none.

    Raises Conflict when they hold no complete year.
    """
    days = [(day, working) for day, working in session.execute(select(CalendarDay.day, CalendarDay.is_working))]
    if not days:
        return None
    first, last = _published_years(day for day, _ in days)
    return Calendar.from_days([one for one in days if first <= one[0].year <= last], first, last)


def day_facts(session: Session, first: date, last: date) -> list[CalendarDay]:
    """The stored days from `first` to `last`, both inclusive, in order."""
    span = CalendarDay.day.between(first, last)
    return list(session.scalars(select(CalendarDay).where(span).order_by(CalendarDay.day)))


def forget(session: Session) -> None:
    """Drop what is remembered of the calendar; the import itself calls this."""
    global _kept  # noqa: PLW0603 - the copy of this process
    _kept = None
    session.info.pop(_MEMO, None)


def _fresh(session: Session) -> Calendar:
    global _kept  # noqa: PLW0603 - the copy of this process
    newest = session.connection().scalar(_STAMP)
    stamp = (str(session.get_bind().engine.url), newest)
    kept = _kept
    if kept and kept[0] == stamp:
        return kept[1]
    calendar = stored_calendar(session) or seeded()
    _kept = (stamp, calendar)
    return calendar


def _published_years(days: Iterable[date]) -> tuple[int, int]:
    """The first complete year and the last of the complete years that follow it without a gap."""
    sizes = Counter(day.year for day in days)
    complete = {year for year, size in sizes.items() if size == 365 + isleap(year)}
    if not complete:
        raise Conflict(Text("工作日历中没有完整的年度", "the calendar of working days holds no complete year"))
    first = last = min(complete)
    while last + 1 in complete:
        last += 1
    return first, last
