"""Numbered papers and the series that number them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, new_id


class NumberSeries(Model):
    """The next number of a unit, kind and year: 〔2026〕第0001号, without gaps."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("unit_id", "kind", "year"),)
    __unsealed__ = frozenset({"next_number"})

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    next_number: Mapped[int] = mapped_column(default=1)


class Notice(Model):
    """A paper as issued: the database refuses UPDATE and DELETE.

    body    the HTML fragment as it was printed; `sha256` is its hash
    """

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("unit_id", "kind", "year", "serial"), Index(None, "case_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    division: Mapped[str] = mapped_column(String(6))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(80))
    element: Mapped[str] = mapped_column(String(400))
