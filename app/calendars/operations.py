"""Verbs that write the calendar."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.audit.log import Act, record, stream_head
from app.calendars.models import CalendarDay
from app.calendars.queries import forget, stored_calendar
from app.errors import Conflict, Text
from app.law.holidays import DayFact, Notice, published

SEEDED_BY = "system"
STREAM = "calendar"
NATION = "000000"


@dataclass(frozen=True, slots=True)
class Importer:
    """Who imported a notice, by name, as the log wants it."""

    name: str
    person_id: int = 0
    unit_name: str = ""


def seed(session: Session, *, at: datetime | None = None) -> int:
    """Load the notices shipped with the program; returns how many days were added.

    Days that are there already stay as they are: an administrator may have revised them.
    """
    facts = {day: fact for notice in published() for day, fact in notice.year_days().items()}
    known = set(session.scalars(select(CalendarDay.day)))
    fresh = {day: fact for day, fact in facts.items() if day not in known}
    _write(session, fresh, {}, Importer(SEEDED_BY), at or clock.now())
    return len(fresh)


def import_notice(session: Session, notice: Notice, *, by: Importer, at: datetime | None = None) -> tuple[date, ...]:
    """Put a year's notice in force, a new year's or a revision; returns the days whose work or rest changed.

    Every day of the year then carries this notice. Raises Conflict when a year between would be missing.
    """
    facts, rows, changes = _compared(session, notice)
    _write(session, facts, rows, by, at or clock.now())
    return tuple(one.day for one in changes)


@dataclass(frozen=True, slots=True)
class Change:
    """A day whose work or rest a notice would change; `before` is None where the day was not known."""

    day: date
    before: DayFact | None
    after: DayFact


def changes_by(session: Session, notice: Notice) -> list[Change]:
    """The days whose work or rest a notice would change, were it put in force. Raises Conflict like `import_notice`."""
    return _compared(session, notice)[2]


def _compared(session: Session, notice: Notice) -> tuple[dict[date, DayFact], dict[date, CalendarDay], list[Change]]:
    calendar = stored_calendar(session)
    if calendar and not calendar.first_day.year - 1 <= notice.year <= calendar.published_until.year + 1:
        until = calendar.published_until.year
        raise Conflict(
            Text(
                f"{notice.year} 年之前尚有年度未公布（现至 {until} 年），请先导入",
                f"the calendar ends with {until}: import the years before {notice.year} first",
            )
        )
    facts = notice.year_days()
    span = CalendarDay.day.between(min(facts), max(facts))
    rows = {row.day: row for row in session.scalars(select(CalendarDay).where(span))}
    known = {day: DayFact(row.is_working, row.kind, row.name, row.notice) for day, row in rows.items()}
    changes = [
        Change(day, known.get(day), fact)
        for day, fact in sorted(facts.items())
        if day not in known or known[day].is_working != fact.is_working
    ]
    return facts, rows, changes


def _write(
    session: Session,
    facts: dict[date, DayFact],
    rows: dict[date, CalendarDay],
    by: Importer,
    at: datetime,
) -> None:
    if not facts:
        return
    last = session.scalar(select(func.max(CalendarDay.imported_at)))
    # Two imports in one instant must still be told apart.
    at = at if last is None else max(at, last + timedelta(microseconds=1))
    for day, fact in facts.items():
        row = rows.get(day)
        if row is None:
            row = CalendarDay(day=day)
            session.add(row)
        row.is_working, row.kind, row.name, row.notice = fact.is_working, fact.kind, fact.name, fact.notice
        row.imported_by, row.imported_at = by.name, at
    session.flush()
    _log(session, facts, by, at)
    forget(session)


def _log(session: Session, facts: dict[date, DayFact], by: Importer, at: datetime) -> None:
    """The import is an act of the house; every day that it wrote is sealed."""
    written = session.scalars(select(CalendarDay).where(CalendarDay.day.in_(facts)).order_by(CalendarDay.day))
    notices = sorted({fact.notice for fact in facts.values()})
    act = Act("calendar.import", by, at, details={"notices": notices, "days": len(facts)})
    record(session, stream_head(session, STREAM), STREAM, NATION, act, written)
