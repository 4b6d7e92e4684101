"""The log: one append-only table from which every case can be re-executed and every row checked."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, new_id


class LogEntry(Model):
    """One act (R001, R011, R012). The database refuses UPDATE and DELETE on this table.

    stream    what the chain is of: `case:<no>`, `item:<code>`, `person:<id>`, `house`
    seq       1, 2, 3 … without gaps in its stream
    payload   JSON text of inputs that may hold personal data; the chain holds only its salted commitment
    trace     elements entered and left and flows taken, as `[move, process, element, scope]`
    seals     `[table, id, digest]` of every row the act wrote; digest null where it removed the row
    """

    __tablename__ = "log_entry"
    __table_args__ = (
        UniqueConstraint("stream", "seq"),
        Index(None, "division", "at", "id"),
        Index(None, "case_id", "seq"),
        Index(None, "actor_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    division: Mapped[str] = mapped_column(String(6))
    stream: Mapped[str] = mapped_column(String(80))
    seq: Mapped[int]
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(60))
    case_id: Mapped[int | None]
    item_version_id: Mapped[int | None]
    actor_id: Mapped[int]
    actor: Mapped[str] = mapped_column(String(80))
    post: Mapped[str] = mapped_column(String(200), default="")
    unit: Mapped[str] = mapped_column(String(200), default="")
    acting_for: Mapped[str] = mapped_column(String(80), default="")
    element: Mapped[str] = mapped_column(String(400), default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    trace: Mapped[list[Any]] = mapped_column(default=list)
    seals: Mapped[list[Any]] = mapped_column(default=list)
    payload: Mapped[str | None]
    salt: Mapped[str | None] = mapped_column(String(32))
    commitment: Mapped[str | None] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class LogHead(Model):
    """The last entry of a stream that is not a case's; a case keeps its own in its row.

    So a cut-off tail is found, and the next writer knows where to go on.
    """

    __tablename__ = "log_head"

    stream: Mapped[str] = mapped_column(String(80), primary_key=True)
    log_seq: Mapped[int] = mapped_column(default=0)
    log_hash: Mapped[str] = mapped_column(String(64))
