"""What the house does by itself: due deadlines, what is to leave the house, and service tasks.

Embedded in `make run` and in separate workers alike. Each piece of work is a transaction of its own, and finds out
for itself whether it is still to be done: delivery is at least once, its effect is exactly once.
"""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app import clock
from app.cases import arrivals, recount
from app.cases.apply import enqueue_job
from app.cases.models import Case, Deadline, Outbox, Subscription, Task
from app.config import current
from app.db import transaction
from app.documents import uploads
from app.documents.files import stored_files
from app.errors import Text
from app.identity.actor import SYSTEM
from app.queue import enqueue, every, task

log = logging.getLogger(__name__)

BATCH = 500
CHUNK = 50
LEASE = timedelta(seconds=60)
SOON = timedelta(seconds=1)
SELDOM = timedelta(minutes=5)
PATIENCE = timedelta(days=30)
"""How long a message waits for somebody who waits for it."""
TRANSIENT = (DBAPIError, StaleDataError)


@every(1, name="deadlines")
def promote_deadlines() -> int:
    """Turn due deadlines into jobs, batch by batch, in the order in which they fell due; returns how many."""
    promoted = 0
    while True:
        batch = _promote(clock.now())
        promoted += batch
        if batch < BATCH:
            return promoted


def _promote(now: datetime) -> int:
    with transaction() as session:
        due = (
            select(Deadline.id)
            .join(Case, Case.id == Deadline.case_id)
            .where(Deadline.due_at <= now, Case.status == "active")
            .where(or_(Deadline.leased_until.is_(None), Deadline.leased_until <= now))
            .order_by(Deadline.due_at, Deadline.id)
            .limit(BATCH)
            .with_for_update(of=Deadline, skip_locked=True)
        )
        ids = list(session.scalars(due))
        if ids:
            session.execute(update(Deadline).where(Deadline.id.in_(ids)).values(leased_until=now + LEASE))
        for first in range(0, len(ids), CHUNK):
            enqueue(session, "cases.fire", deadline_ids=ids[first : first + CHUNK])
        return len(ids)


@task("cases.fire")
def fire_deadlines(deadline_ids: list[int]) -> None:
    """Fire deadlines, each in its own act. One that cannot fire becomes an incident and holds up no other."""
    put_off: Exception | None = None
    for deadline_id in deadline_ids:
        try:
            fire(deadline_id, clock.now())
        except Exception as problem:  # the others come first; then the job is tried again
            put_off = problem
    if put_off is not None:
        raise put_off


def fire(deadline_id: int, at: datetime) -> None:
    """Fire one deadline; where the case cannot take it, set it aside as an incident.

    Raises what the database raises for the moment (locks, lost connections): worth another try.
    """
    try:
        with transaction() as session:
            arrivals.fire_deadline(session, deadline_id, at)
    except TRANSIENT:
        raise
    except Exception as problem:
        log.exception("deadline %s cannot fire", deadline_id)
        with transaction() as session:
            arrivals.report_broken_deadline(session, deadline_id, problem, at)


@task("cases.recount")
def recount_cases(recount_id: int) -> None:
    """Count the next batch of open cases anew, each in its own act. One that cannot be read holds up no other."""
    notice, batch = recount.next_batch(recount_id)
    at, moved, failed = clock.now(), 0, 0
    for case_id in batch:
        try:
            with transaction() as session:
                moved += recount.recount_case(session, case_id, notice, at)
        except TRANSIENT:
            raise
        except Exception:  # it is told as failed; the others come
            log.exception("case %s cannot be counted anew", case_id)
            failed += 1
    with transaction() as session:
        recount.reach(session, recount_id, batch[-1] if batch else 0, len(batch), moved, failed, at)


@task("cases.deliver")
def deliver(outbox_id: int) -> None:
    """Bring one row of the outbox out of the house, and remember that it is out, or why it is not."""
    try:
        with transaction() as session:
            _deliver(session, outbox_id, clock.now())
    except TRANSIENT:
        raise
    except Exception as problem:
        with transaction() as session:
            failed = update(Outbox).where(Outbox.id == outbox_id)
            why = f"{type(problem).__name__}: {problem}"[:500]
            session.execute(failed.values(attempts=Outbox.attempts + 1, error=why))
        raise


def _deliver(session: Session, outbox_id: int, at: datetime) -> None:
    row = session.scalar(select(Outbox).where(Outbox.id == outbox_id).with_for_update())
    if row is None or row.delivered_at is not None:
        return
    match row.kind:
        case "applicant":
            _spool(row)
        case "message":
            data: Mapping[str, Any] = row.payload["payload"]
            name, key = row.payload["name"], row.payload["key"]
            if arrivals.deliver_message(session, row.division, name, key, data, SYSTEM, at) is None:
                _keep(session, row, at)
                return
        case "signal":
            _broadcast(session, row)
    row.attempts, row.error, row.delivered_at = row.attempts + 1, None, at


def _keep(session: Session, row: Outbox, at: datetime) -> None:
    """Nobody waits for a message yet, or whoever does is suspended: it comes again, ever more rarely, for a while."""
    row.attempts, row.error = row.attempts + 1, "nobody waits for this message"
    if at - row.created_at < PATIENCE:
        delay = min(SOON * 2 ** min(row.attempts, 10), SELDOM)
        enqueue(session, "cases.deliver", outbox_id=row.id, delay=delay)


def _broadcast(session: Session, row: Outbox) -> None:
    """A job for every other case that listens: each is an act of its own. The sender's own has heard it already."""
    listening = (Subscription.division == row.division, Subscription.message == row.payload["name"])
    others = (Subscription.kind == "signal", Subscription.case_id != row.case_id)
    for case_id in session.scalars(select(Subscription.case_id).where(*listening, *others).distinct()).all():
        enqueue(session, "cases.signal", outbox_id=row.id, case_id=case_id)


@task("cases.signal")
def signal(outbox_id: int, case_id: int) -> None:
    """Let one case hear a signal, unless it no longer listens; a suspended one, once it goes on."""
    with transaction() as session:
        sent = session.get_one(Outbox, outbox_id)
        if not arrivals.deliver_signal(session, sent, case_id, SYSTEM, clock.now()):
            enqueue(session, "cases.signal", outbox_id=outbox_id, case_id=case_id, delay=SELDOM)


def _spool(row: Outbox) -> None:
    """Hand a message for an applicant to the gateway's spool; its name is its idempotency key."""
    _write(str(row.id), row.payload)


def _write(key: str, payload: Mapping[str, Any]) -> None:
    folder = current().var / "spool"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{key}.json"
    draft = target.with_suffix(".part")
    draft.write_text(json.dumps({"key": key, **payload}, ensure_ascii=False), encoding="utf-8")
    draft.replace(target)


@every(6 * 3600, name="files")
def sweep_files() -> int:
    """Forget uploads that were never handed in, and remove the files that nothing names; returns how many."""
    with transaction() as session:
        uploads.expire(session, clock.now())
    with transaction() as session:
        return uploads.sweep(session, stored_files(), clock.now())


Handler = Callable[[Task], Mapping[str, Any]]
HANDLERS: dict[str, Handler] = {}


class BusinessError(Exception):
    """What a handler raises for a BPMN error of that code: the diagram says what follows (BPMN 2.0.2, 10.5.6).

    `data` is what the error brings; the case keeps it like a message's payload.
    """

    def __init__(self, code: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.data = dict(data or {})


class NoHandler(LookupError):
    """Nobody does service tasks of this type: trying again would not help."""


def handles(job_type: str) -> Callable[[Handler], Handler]:
    """Register what does service tasks of a job type. A handler may raise BusinessError."""

    def register(handler: Handler) -> Handler:
        HANDLERS[job_type] = handler
        return handler

    return register


@task("cases.do_job")
def do_job(task_id: int, tried: int = 0) -> None:
    """Do a service task with the handler of its type; what goes wrong is tried again, then it is an incident."""
    serve(task_id, clock.now(), tried)


def serve(task_id: int, at: datetime, tried: int = 0) -> None:
    """Do a service task at an instant; nothing if it is done, or if its case is suspended: resuming asks again.

    Raises what the database raises for the moment: worth another try.
    """
    try:
        with transaction() as session:
            _serve(session, task_id, at)
    except TRANSIENT:
        raise
    except BusinessError as error:
        with transaction() as session:
            arrivals.fail_job(session, task_id, error.code, error.data, at)
    except Exception as problem:
        log.exception("service task %s cannot be done", task_id)
        _put_off(task_id, problem, at, tried)


def _serve(session: Session, task_id: int, at: datetime) -> None:
    found = session.get(Task, task_id)
    if found is None or found.status != "open" or found.case.status == "suspended":
        return
    handler = HANDLERS.get(found.job_type or "")
    if handler is None:
        raise NoHandler(found.job_type)
    arrivals.do_job(session, task_id, handler(found), at)


def _put_off(task_id: int, problem: Exception, at: datetime, tried: int) -> None:
    """Try again later, as often as the diagram wants; then set the task aside as an incident."""
    with transaction() as session:
        if not isinstance(problem, NoHandler) and tried + 1 < arrivals.tries(session, task_id):
            found = session.get_one(Task, task_id)
            enqueue_job(session, found, tried + 1, delay=min(SOON * 2 ** min(tried, 10), SELDOM))
        else:
            arrivals.give_up_job(session, task_id, _why(problem), at)


def _why(problem: Exception) -> Text:
    if isinstance(problem, NoHandler):
        kind = problem.args[0]
        return Text(f"没有程序办理类型为“{kind}”的服务任务", f"no program does service tasks of type “{kind}”")
    reason = f"{type(problem).__name__}: {problem}"[:500]
    return Text(f"服务任务办理失败：{reason}", f"the service task failed: {reason}")


@handles("report_to_superior")
def report_to_superior(task: Task) -> Mapping[str, Any]:
    """Hand the report on a case to the gateway's spool, once per report: a second try writes the same file again."""
    data = task.case.data
    report = {"case": task.case.no, "to": data.get("superiorBody"), "letter": data.get("reportLetterNo")}
    _write(f"report-{task.id}", {"kind": "report", **report})
    return {}
