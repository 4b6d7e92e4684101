"""What is stored of the calendar."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, new_id
from app.law.holidays import Kind


class CalendarDay(Model):
    """One day of a published year.

    kind         workday, weekend, holiday (off by notice) or makeup (a weekend day worked by notice)
    name         the holiday that the day belongs to, if any
    notice       the number of the notice that says so
    imported_at  grows with every import: its maximum tells a stale copy from a fresh one
    """

    __tablename__ = "calendar_day"
    __table_args__ = (Index(None, "imported_at"),)

    day: Mapped[date] = mapped_column("date", primary_key=True)
    is_working: Mapped[bool]
    kind: Mapped[Kind] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(40))
    notice: Mapped[str] = mapped_column(String(80))
    imported_by: Mapped[str] = mapped_column(String(80))
    imported_at: Mapped[datetime]


class Recount(Model):
    """How far open cases have been counted anew after a notice was put in force. How far is no act; the cases' are.

    days     days of the calendar that changed
    total    cases that were open then; `done` so far, of which `moved` have other dates and `failed` could not be read
    reached  the last case done, by id
    """

    __tablename__ = "recount"
    __unsealed__ = frozenset({"done", "moved", "failed", "reached", "ended_at"})

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    division: Mapped[str] = mapped_column(String(6))
    year: Mapped[int]
    notice: Mapped[str] = mapped_column(String(80))
    days: Mapped[int]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    reached: Mapped[int] = mapped_column(BigInteger, default=0)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
