"""Numbered papers, the series that number them, and files: uploaded by somebody, then attached to a case."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, new_id


class NumberSeries(Model):
    """The last number taken of a series, such as `notice:<unit>:<kind>:2026` or `case:990000:20261123`."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    taken: Mapped[int]


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


class Upload(Model):
    """A file that somebody uploaded and has not handed in yet; only that person may attach it to a case.

    id        also the reference that forms carry, and the attachment's id later
    sha256    the name under which its bytes are stored
    type      the media type as its bytes say
    """

    __tablename__ = "upload"
    __table_args__ = (Index(None, "person_id", "uploaded_at"), Index(None, "sha256"), Index(None, "uploaded_at"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    division: Mapped[str] = mapped_column(String(6))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    type: Mapped[str] = mapped_column(String(100))
    uploaded_at: Mapped[datetime]


class Attachment(Model):
    """A file of a case, as the act that handed it in wrote it: the database refuses UPDATE and DELETE."""

    __tablename__ = "attachment"
    __table_args__ = (Index(None, "case_id", "id"), Index(None, "sha256"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    division: Mapped[str] = mapped_column(String(6))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    type: Mapped[str] = mapped_column(String(100))
    uploaded_by: Mapped[str] = mapped_column(String(80))
    uploaded_at: Mapped[datetime]
    element: Mapped[str] = mapped_column(String(400))
