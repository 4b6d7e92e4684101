"""What is stored of the calendar."""

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
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
