"""A case and what it waits for: tasks, deadlines, messages, incidents; and what is to leave the house."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import Item, ItemVersion
from app.db import Model, new_id
from app.identity.models import Person, Post, Unit


class Case(Model):
    """One application on its way through its item's diagram (办件).

    status    active, suspended, completed or cancelled
    stage     what clerks call where it stands; derived from what is open, never typed (data model B4.1)
    data      every answer so far, by form key; the engine's state holds only what diagrams decide on
    pauses    `[[start, end or null, legal kind, clock], …]`, days; of the case clock (art. 45) or the acceptance's
    checks    the materials that each one-time notice demanded: one list of names per notice (R118)
    deadlines both clocks: `statutory_due` and `promised_due`, working-day dates; null while paused or not begun
    """

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("no"),
        Index(None, "division", "status", "due_on", "id"),
        Index(None, "item_id", "received_at"),
    )
    __unsealed__ = frozenset({"log_seq", "log_hash", "version"})
    __version_column__ = "version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    division: Mapped[str] = mapped_column(String(6))
    no: Mapped[str] = mapped_column(String(20))
    query_code_hash: Mapped[str] = mapped_column(String(64))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    channel: Mapped[str] = mapped_column(String(10))
    applicant: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(12), default="active")
    stage: Mapped[str] = mapped_column(String(20), default="received")
    outcome: Mapped[str | None] = mapped_column(String(20))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    engine_state: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    receipt_date: Mapped[date]
    accepted_on: Mapped[date | None]
    accept_basis: Mapped[str | None] = mapped_column(String(20))
    supplemented_on: Mapped[date | None]
    decided_on: Mapped[date | None]
    notified_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    statutory_due: Mapped[date | None]
    promised_due: Mapped[date | None]
    delivery_due: Mapped[date | None]
    due_on: Mapped[date | None]
    warn_on: Mapped[date | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    pauses: Mapped[list[Any]] = mapped_column(default=list)
    checks: Mapped[list[Any]] = mapped_column(default=list)
    second_notice_allowed: Mapped[bool] = mapped_column(default=False)
    log_seq: Mapped[int] = mapped_column(default=0)
    log_hash: Mapped[str] = mapped_column(String(64), default="")
    version: Mapped[int] = mapped_column(default=0)

    item: Mapped[Item] = relationship()
    item_version: Mapped[ItemVersion] = relationship()
    unit: Mapped[Unit] = relationship()


class AtElement:
    """Something that a case waits for at an element of its diagram; `key` is the engine's id, `scope/element#n`."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id, sort_order=-1)
    division: Mapped[str] = mapped_column(String(6), sort_order=-1)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), sort_order=-1)
    key: Mapped[str] = mapped_column(String(400), sort_order=-1)
    process: Mapped[str] = mapped_column(String(200), sort_order=-1)
    element: Mapped[str] = mapped_column(String(200), sort_order=-1)
    scope: Mapped[str] = mapped_column(String(400), default="", sort_order=-1)


class Task(AtElement, Model):
    """A user task, or a job of a service task, that a case opened.

    due_on    the step's own limit (`gov:limit` on the task), a date; null while it stands with the case clock
    """

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("case_id", "key"),
        Index(None, "post_id", "status", "due_on", "id"),
        Index(None, "assignee_id", "status", "due_on", "id"),
        Index(None, "status", "due_on", "id"),
    )
    __unsealed__ = frozenset({"draft", "draft_at", "draft_by"})

    name: Mapped[str] = mapped_column(String(200))
    lane: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(10))
    step_kind: Mapped[str] = mapped_column(String(20), default="other")
    form_id: Mapped[str | None] = mapped_column(String(200))
    job_type: Mapped[str | None] = mapped_column(String(200))
    inputs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(10), default="open")
    opened_at: Mapped[datetime]
    limit: Mapped[dict[str, Any] | None]
    due_on: Mapped[date | None]
    warn_on: Mapped[date | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))
    closed_by_id: Mapped[int | None]
    draft: Mapped[dict[str, Any] | None]
    draft_at: Mapped[datetime | None]
    draft_by: Mapped[int | None]

    case: Mapped[Case] = relationship()
    post: Mapped[Post | None] = relationship()
    assignee: Mapped[Person | None] = relationship()


class Deadline(AtElement, Model):
    """A timer of the diagram that the host keeps: fired once, after `due_at`, in an act of its own.

    limit    `{value, unit, start, stops}` of `gov:limit`, from which it is recomputed; null for natural time
    due_at   the first instant at which it may fire; null while it stands with the case clock
    """

    __tablename__ = "deadline"
    __table_args__ = (UniqueConstraint("case_id", "key"), Index(None, "due_at", "id"))
    __unsealed__ = frozenset({"leased_until"})

    name: Mapped[str] = mapped_column(String(200), default="")
    limit: Mapped[dict[str, Any] | None]
    set_at: Mapped[datetime]
    due_on: Mapped[date | None]
    due_at: Mapped[datetime | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    leased_until: Mapped[datetime | None]

    case: Mapped[Case] = relationship()


class Subscription(AtElement, Model):
    """A message or signal for which a case waits."""

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("case_id", "key"), Index(None, "division", "message", "correlation"))

    kind: Mapped[str] = mapped_column(String(10))
    message: Mapped[str] = mapped_column(String(200))
    correlation: Mapped[str | None] = mapped_column(String(200))


class Incident(AtElement, Model):
    """A place where a diagram could not go on by itself; the token waits there until somebody retries."""

    __tablename__ = "incident"
    __table_args__ = (UniqueConstraint("case_id", "key"), Index(None, "status", "id"))

    code: Mapped[str] = mapped_column(String(60))
    text_zh: Mapped[str]
    text_en: Mapped[str]
    status: Mapped[str] = mapped_column(String(10), default="open")
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship()


class Outbox(Model):
    """What is to leave the house, written in the act's transaction and delivered after it, at least once."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "delivered_at", "id"), Index(None, "case_id", "id"))
    __unsealed__ = frozenset({"delivered_at", "attempts", "error"})

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    division: Mapped[str] = mapped_column(String(6))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
