"""Reads of the log: by case, person, unit, item, day, outcome and act (R012)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select

from app.audit.models import LogEntry
from app.cases.models import Case
from app.catalogue.models import Item
from app.db import db
from app.errors import NotFound, Text
from app.law.clock import ZONE
from app.paging import Order


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What to show of the log; empty fields show everything. `person` is part of a name, the others are exact."""

    case: str = ""
    person: str = ""
    unit: str = ""
    item: str = ""
    act: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None


ORDER = Order((LogEntry.at, LogEntry.id), descending=True)


def log_where(division: str, wanted: LogFilter) -> Select[Any]:
    """Entries of the log that fit the filter, without what was typed."""
    query = (
        select(LogEntry.id, LogEntry.stream, LogEntry.seq, LogEntry.at, LogEntry.act, LogEntry.actor_id, LogEntry.actor)
        .add_columns(LogEntry.post, LogEntry.unit, LogEntry.acting_for, LogEntry.element, LogEntry.details)
        .add_columns(LogEntry.hash, Case.no, Case.outcome, Item.name.label("item"), Item.name_en.label("item_en"))
        .select_from(LogEntry)
        .outerjoin(Case, Case.id == LogEntry.case_id)
        .outerjoin(Item, Item.id == Case.item_id)
        .where(LogEntry.division == division)
    )
    for column, value in (
        (Case.no, wanted.case),
        (LogEntry.unit, wanted.unit),
        (Item.slug, wanted.item),
        (LogEntry.act, wanted.act),
        (Case.outcome, wanted.outcome),
    ):
        if value:
            query = query.where(column == value)
    if wanted.person:
        query = query.where(LogEntry.actor.contains(wanted.person, autoescape=True))
    if wanted.since:
        query = query.where(LogEntry.at >= datetime.combine(wanted.since, time(), ZONE))
    if wanted.until:
        query = query.where(LogEntry.at < datetime.combine(wanted.until + timedelta(days=1), time(), ZONE))
    return query


def entry_of(case_id: int, seq: int) -> LogEntry:
    """One entry of a case's log. Raises NotFound."""
    found = db.session.scalar(select(LogEntry).where(LogEntry.case_id == case_id, LogEntry.seq == seq))
    if found is None:
        raise NotFound(Text("这个办件没有这一步", "The case has no such step"))
    return found


def payloads_until(case_id: int, seq: int) -> list[LogEntry]:
    """A case's entries up to `seq`, in order."""
    return list(
        db.session.scalars(
            select(LogEntry).where(LogEntry.case_id == case_id, LogEntry.seq <= seq).order_by(LogEntry.seq)
        )
    )
