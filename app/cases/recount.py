"""A calendar that changes moves the dates of open cases: each case in an act of its own, with what stood there before.

日历调整 (C1.17): a new notice is put in force at once; the cases follow in batches, `Recount` says how far they are.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.audit.log import Act, record, stream_head
from app.calendars.models import Recount
from app.calendars.operations import NATION, STREAM, Importer, import_notice
from app.calendars.queries import current_calendar
from app.cases.apply import Deed, log, move_with_clock
from app.cases.locks import lock_case
from app.cases.models import Case, Deadline, Task
from app.cases.terms import set_case_dues
from app.catalogue.bundle import bundle
from app.db import Model, transaction
from app.identity.actor import SYSTEM, Actor
from app.law.holidays import Notice
from app.queue import enqueue

BATCH = 200
OPEN = ("active", "suspended")
_DATES = ("promised_due", "statutory_due", "delivery_due", "due_on", "provisional")


def publish_notice(session: Session, division: str, notice: Notice, actor: Actor, at: datetime) -> Recount:
    """Put a year's notice in force and have every open case counted anew. Raises Conflict where a year is missing."""
    who = Importer(actor.name, actor.person_id, actor.unit_name)
    changed = import_notice(session, notice, by=who, at=at)
    total = session.scalar(select(func.count()).select_from(Case).where(Case.status.in_(OPEN))) or 0
    recount = Recount(
        division=division, notice=notice.number, year=notice.year, days=len(changed), total=total, started_at=at
    )
    act = Act("calendar.recount", actor, at, details={"notice": notice.number, "cases": total})
    record(session, stream_head(session, STREAM), STREAM, NATION, act, [recount])
    session.add(recount)
    session.flush()
    enqueue(session, "cases.recount", recount_id=recount.id)
    return recount


def next_batch(recount_id: int) -> tuple[str, list[int]]:
    """The notice of a recount and the next cases to be counted anew; no case when there are none left."""
    with transaction(write=False) as session:
        recount = session.get_one(Recount, recount_id)
        rest = select(Case.id).where(Case.status.in_(OPEN), Case.id > recount.reached).order_by(Case.id).limit(BATCH)
        return recount.notice, list(session.scalars(rest))


def recount_case(session: Session, case_id: int, notice: str, at: datetime) -> bool:
    """Compute every date of an open case anew; whether one of them moved. Nothing is written where none did."""
    case = lock_case(session, case_id)
    if case.status not in OPEN:
        return False
    version = bundle(case.version_id)
    before = {name: getattr(case, name) for name in _DATES}
    set_case_dues(case, version, current_calendar())
    deed = Deed(session, "case.recount", case, version, SYSTEM, at)
    move_with_clock(deed)
    moved = {
        name: [_plain(old), _plain(getattr(case, name))] for name, old in before.items() if old != getattr(case, name)
    }
    if not moved and not deed.written:
        return False
    deed.details = {"notice": notice, **moved, "steps": [_step(one) for one in deed.written]}
    log(deed)
    return True


def reach(session: Session, recount_id: int, reached: int, done: int, moved: int, failed: int, at: datetime) -> None:
    """Note how far a recount is and have the next batch done; the last batch has nothing in it and ends it."""
    here = (Recount.id == recount_id, Recount.ended_at.is_(None))
    if not done:
        session.execute(update(Recount).where(*here).values(ended_at=at))
        return
    counted = {"done": Recount.done + done, "moved": Recount.moved + moved, "failed": Recount.failed + failed}
    further = update(Recount).where(*here, Recount.reached < reached).values(reached=reached, **counted)
    if session.scalar(further.returning(Recount.id)) is not None:  # whoever runs twice moves it once
        enqueue(session, "cases.recount", recount_id=recount_id)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _step(row: Model) -> str:
    return str(row.name) if isinstance(row, (Task, Deadline)) else ""
