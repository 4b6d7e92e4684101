"""Reads of cases and tasks: lists with their filters, counts and order, and the parts of a case's page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, load_only

from app.audit.models import LogEntry
from app.cases.models import Case, Deadline, Incident, Subscription, Task
from app.catalogue.models import Item
from app.db import db
from app.documents.models import Attachment, Notice
from app.errors import NotFound, Text
from app.identity.actor import Actor
from app.identity.models import Person, Post, Unit
from app.law.clock import ZONE
from app.paging import Order

LAST_DAY = date(9999, 12, 31)
HUMAN = ("user", "manual")
Column = ColumnElement[Any] | InstrumentedAttribute[Any]

DUE = func.coalesce(Task.due_on, Case.due_on)
"""When a task is due: by its own limit, else by its case's clock; null while that stands or there is none."""
WARN = case((Task.due_on.is_not(None), Task.warn_on), else_=Case.warn_on)


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What to show of the task list; empty fields show everything. `scope`: all, mine, posts."""

    scope: str = "all"
    item: str = ""
    step: str = ""
    light: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What to show of the case list; empty fields show everything. `since` and `until` are days of receipt."""

    item: str = ""
    stage: str = ""
    status: str = ""
    unit: str = ""
    light: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None


# --- tasks -----------------------------------------------------------------------------------------


def tasks_for(division: str, actor: Actor, wanted: TaskFilter, today: date) -> Select[Any]:
    """Open tasks that are the actor's to do: claimed by the actor, or unclaimed and of one of the actor's posts."""
    query = (
        select(Task.id, Task.name, Task.step_kind, Task.assignee_id, Task.opened_at, Task.limit)
        .add_columns(Task.process, Task.element, Task.due_on.label("own_due"), Task.post_id)
        .add_columns(Case.id.label("case_id"), Case.no, Case.applicant, Case.status, Case.pauses, Case.version_id)
        .add_columns(DUE.label("due_on"), WARN.label("warn_on"), Item.name.label("item"), Item.name_en.label("item_en"))
        .add_columns(Person.name.label("assignee"), Person.name_en.label("assignee_en"))
        .select_from(Task)
        .join(Case, Case.id == Task.case_id)
        .join(Item, Item.id == Case.item_id)
        .outerjoin(Person, Person.id == Task.assignee_id)
        .where(Task.division == division, Task.status == "open", Task.kind.in_(HUMAN), _whose(actor, wanted.scope))
    )
    if wanted.item:
        query = query.where(Item.slug == wanted.item)
    if wanted.step:
        query = query.where(Task.step_kind == wanted.step)
    if wanted.text:
        query = query.where(_mentions(wanted.text))
    return query.where(_light(wanted.light, DUE, WARN, today)) if wanted.light else query


def _whose(actor: Actor, scope: str) -> ColumnElement[bool]:
    mine = Task.assignee_id == actor.person_id
    posts = and_(Task.assignee_id.is_(None), Task.post_id.in_(actor.posts)) if actor.posts else false()
    return {"mine": mine, "posts": posts}.get(scope, or_(mine, posts))


def _mentions(text: str) -> ColumnElement[bool]:
    return or_(Case.no.startswith(text, autoescape=True), Case.applicant.contains(text, autoescape=True))


def _light(light: str, due: Column, warn: Column, today: date) -> ColumnElement[bool]:
    match light:
        case "late":
            return due < today
        case "today":
            return due == today
        case "soon":
            return and_(due >= today, or_(due == today, warn <= today))
        case "good":
            return and_(due > today, or_(warn.is_(None), warn > today))
        case "rest":
            return due.is_(None)
    raise NotFound(Text("没有这种时限状态", "There is no such light"))


def task_order(sort: str) -> Order:
    """The order of the task list: by remaining time (undated last), arrival or case number; `-` turns it round."""
    keys: dict[str, tuple[Column, ...]] = {
        "due": (func.coalesce(DUE, LAST_DAY), Task.id),
        "opened": (Task.opened_at, Task.id),
        "no": (Case.no, Task.id),
    }
    return _order(sort, keys, "due")


def _order(sort: str, keys: dict[str, tuple[Column, ...]], default: str) -> Order:
    name = sort or default
    descending = name.startswith("-")
    found = keys.get(name.removeprefix("-"))
    if found is None:
        raise NotFound(Text("不能按这一列排序", "The list cannot be sorted by that"))
    return Order(found, descending)


def task_counts(division: str, actor: Actor, today: date) -> dict[str, int]:
    """The figures above the task list: late, today, mine, posts, rest."""
    query = tasks_for(division, actor, TaskFilter(), today)
    due: ColumnElement[Any] = DUE
    row = db.session.execute(
        query.with_only_columns(
            _count(due < today).label("late"),
            _count(due == today).label("today"),
            _count(Task.assignee_id == actor.person_id).label("mine"),
            _count(Task.assignee_id.is_(None)).label("posts"),
            _count(due.is_(None)).label("rest"),
        )
    ).one()
    return {name: int(value or 0) for name, value in row._mapping.items()}


def _count(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))


def punctuality(division: str, actor: Actor, since: date, until: date) -> tuple[int, int]:
    """Of the actor's limited tasks done on days from `since` to `until`: how many in time, and how many in all."""
    begin, end = _instants(since, until)
    done = (
        select(Task.closed_at, Task.due_on)
        .where(Task.division == division, Task.closed_by_id == actor.person_id, Task.status == "done")
        .where(Task.due_on.is_not(None), Task.closed_at >= begin, Task.closed_at < end)
    )
    rows = db.session.execute(done).all()
    return sum(row.closed_at.astimezone(ZONE).date() <= row.due_on for row in rows), len(rows)


def _instants(since: date, until: date) -> tuple[datetime, datetime]:
    return (
        datetime.combine(since, time(), ZONE),
        datetime.combine(until + timedelta(days=1), time(), ZONE),
    )


def task_with_case(task_id: int) -> Task:
    """A task with its case, post and claimant. Raises NotFound."""
    task = db.session.scalar(
        select(Task)
        .where(Task.id == task_id)
        .options(
            joinedload(Task.case).defer(Case.engine_state),
            joinedload(Task.post).joinedload(Post.unit),
            joinedload(Task.assignee),
        )
    )
    if task is None:
        raise NotFound(Text("没有这个编号的待办", "There is no such task"))
    return task


def answers_of(task: Task) -> dict[str, Any]:
    """What a task that is done was answered with, as the log has it; empty where that has been erased."""
    payload = db.session.scalar(
        select(LogEntry.payload).where(
            LogEntry.case_id == task.case_id,
            LogEntry.element == f"{task.scope}/{task.element}".lstrip("/"),
            LogEntry.at == task.closed_at,
            LogEntry.act.in_(("task.complete", "job.complete")),
        )
    )
    found: dict[str, Any] = (json.loads(payload).get("answers") or {}) if payload else {}
    return found


# --- cases -----------------------------------------------------------------------------------------


def cases_where(division: str, wanted: CaseFilter, today: date) -> Select[Any]:
    """Cases that fit the filter, as rows of a list."""
    query = (
        select(Case.id, Case.no, Case.applicant, Case.status, Case.stage, Case.outcome, Case.pauses)
        .add_columns(Case.received_at, Case.receipt_date, Case.accepted_on, Case.due_on, Case.warn_on, Case.ended_at)
        .add_columns(Item.name.label("item"), Item.name_en.label("item_en"))
        .add_columns(Unit.name.label("unit"), Unit.name_en.label("unit_en"))
        .select_from(Case)
        .join(Item, Item.id == Case.item_id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(Case.division == division)
    )
    for column, value in (
        (Item.slug, wanted.item),
        (Case.stage, wanted.stage),
        (Case.status, wanted.status),
        (Unit.code, wanted.unit),
    ):
        if value:
            query = query.where(column == value)
    if wanted.text:
        query = query.where(_mentions(wanted.text))
    if wanted.light:
        query = query.where(Case.status == "active", _light(wanted.light, Case.due_on, Case.warn_on, today))
    if wanted.since:
        query = query.where(Case.receipt_date >= wanted.since)
    return query.where(Case.receipt_date <= wanted.until) if wanted.until else query


def case_order(sort: str) -> Order:
    """The order of the case list: newest first, or by due day (undated last)."""
    keys: dict[str, tuple[Column, ...]] = {
        "no": (Case.no,),
        "due": (func.coalesce(Case.due_on, LAST_DAY), Case.id),
    }
    return _order(sort, keys, "-no")


def case_by_no(division: str, no: str) -> Case:
    """A case by its number, without the engine's state. Raises NotFound."""
    known = select(Case).where(Case.division == division, Case.no == no)
    found = db.session.scalar(known.options(joinedload(Case.item), joinedload(Case.unit))) if no.isalnum() else None
    if found is None:
        raise NotFound(Text("没有这个编号的办件", "There is no case with that number"))
    return found


def tasks_of(case_id: int) -> Sequence[Task]:
    """Every task of a case in the order of opening, with post and claimant."""
    return db.session.scalars(
        select(Task)
        .where(Task.case_id == case_id)
        .options(joinedload(Task.post).joinedload(Post.unit), joinedload(Task.assignee))
        .order_by(Task.opened_at, Task.id)
    ).all()


def deadlines_of(case_id: int) -> Sequence[Deadline]:
    """What a case's timers wait for, soonest first."""
    return db.session.scalars(
        select(Deadline).where(Deadline.case_id == case_id).order_by(Deadline.due_at, Deadline.id)
    ).all()


def subscriptions_of(case_id: int) -> Sequence[Subscription]:
    """The messages, signals and conditions that a case waits for, in the order in which it began to."""
    return db.session.scalars(
        select(Subscription).where(Subscription.case_id == case_id).order_by(Subscription.id)
    ).all()


def incidents_of(case_id: int) -> Sequence[Incident]:
    """A case's open incidents."""
    return db.session.scalars(
        select(Incident).where(Incident.case_id == case_id, Incident.status == "open").order_by(Incident.id)
    ).all()


def papers_of(case_id: int) -> Sequence[Notice]:
    """The papers issued in a case, without their bodies."""
    columns = (Notice.number, Notice.title, Notice.kind, Notice.issued_at, Notice.issued_by, Notice.sha256)
    return db.session.scalars(
        select(Notice).where(Notice.case_id == case_id).options(load_only(*columns)).order_by(Notice.id)
    ).all()


def attachments_of(case_id: int) -> Sequence[Attachment]:
    """The files of a case, in the order of their upload."""
    of_case = select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)
    return db.session().scalars(of_case).all()


def log_of(case_id: int) -> Sequence[LogEntry]:
    """A case's log in order, without what was typed."""
    columns = (LogEntry.seq, LogEntry.at, LogEntry.act, LogEntry.actor_id, LogEntry.actor, LogEntry.post, LogEntry.unit)
    more = (LogEntry.acting_for, LogEntry.element, LogEntry.details, LogEntry.trace, LogEntry.item_version_id)
    return db.session.scalars(
        select(LogEntry).where(LogEntry.case_id == case_id).options(load_only(*columns, *more)).order_by(LogEntry.seq)
    ).all()


def items(division: str) -> Sequence[Item]:
    """Every listed item, by name, for filters."""
    return db.session.scalars(select(Item).where(Item.division == division).order_by(Item.name)).all()
