"""Jobs as part of an act: written, moved and withdrawn in the caller's own transaction, on either database."""

import json
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from procrastinate.manager import QUEUEING_LOCK_CONSTRAINT
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.queue.sqlite import NOW, ring, text_of
from app.queue.tasks import AnyTask, known

_RING = "queue: ring after the commit"
_DEFER = sa.text("""
    SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW(:queue_name, :task_name, :priority, :lock, :queueing_lock,
        CAST(:args AS jsonb), now() + make_interval(secs => CAST(:delay_s AS double precision))
    )]::procrastinate_job_to_defer_v1[]))
""")
_INSERT = sa.text("""
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    VALUES (:queue_name, :task_name, :priority, :lock, :queueing_lock, :args,
        strftime('%Y-%m-%d %H\\:%M\\:%f', 'now', :delay_s || ' seconds') || '000')
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING RETURNING id
""")


def enqueue(
    session: Session,
    task: AnyTask | str,
    *,
    lock: str | None = None,
    dedupe: str | None = None,
    delay: timedelta | None = None,
    queue: str | None = None,
    **args: Any,
) -> int | None:
    """Write a job for `task(**args)` in the session's transaction; its number, or None if `dedupe` waits already.

    `lock`: jobs under one lock run one at a time, in order. `dedupe`: at most one such job waits. `delay`: not
    before then, by the database's clock. `queue`: another queue than the task's. Arguments must be JSON.
    Raises LookupError for an unknown task, ValueError for lock with delay (a delayed job would hold up every
    later one under its lock), TypeError for arguments that are not JSON.
    """
    if lock is not None and delay is not None:
        raise ValueError("a job may have a lock or a delay, not both")
    what = known(task)
    values = {
        "queue_name": queue or what.queue,
        "task_name": what.name,
        "priority": what.priority,
        "lock": lock,
        "queueing_lock": dedupe,
        "args": json.dumps(args, ensure_ascii=False),
        "delay_s": None if delay is None else delay.total_seconds(),
    }
    if session.connection().dialect.name == "sqlite":
        session.info[_RING] = True
        return session.execute(_INSERT, values).scalar()
    if dedupe is None:
        return session.execute(_DEFER, values).scalar()
    return _defer_once(session, values)


def _defer_once(session: Session, values: dict[str, Any]) -> int | None:
    # A duplicate aborts PostgreSQL's transaction, so it gets a savepoint; connection() makes SQLAlchemy really set it.
    try:
        with session.begin_nested():
            session.connection()
            return session.execute(_DEFER, values).scalar()
    except IntegrityError as error:
        if QUEUEING_LOCK_CONSTRAINT in str(error.orig):
            return None
        raise


def cancel(session: Session, job_id: int) -> bool:
    """Withdraw a job that still waits; False if it is gone, running or done."""
    statement = "UPDATE procrastinate_jobs SET status = 'cancelled' WHERE id = :id AND status = 'todo' RETURNING id"
    return session.execute(sa.text(statement), {"id": job_id}).scalar() is not None


def reschedule(session: Session, job_id: int, at: datetime) -> bool:
    """Move a job that still waits to another (aware) instant; False if it is gone, running, done or under a lock."""
    if at.tzinfo is None:
        raise ValueError(f"naive datetime {at!r}")
    sqlite = session.connection().dialect.name == "sqlite"
    session.info[_RING] = sqlite
    statement = """UPDATE procrastinate_jobs SET scheduled_at = :at
        WHERE id = :id AND status = 'todo' AND lock IS NULL RETURNING id"""
    moved = session.execute(sa.text(statement), {"id": job_id, "at": text_of(at) if sqlite else at})
    return moved.scalar() is not None


def retry(session: Session, job_id: int) -> bool:
    """Let a failed job run again now, with all its tries; False if it is not a failed one."""
    sqlite = session.connection().dialect.name == "sqlite"
    session.info[_RING] = sqlite
    now = NOW.replace(":", "\\:") if sqlite else "now()"
    statement = f"""UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = {now}
        WHERE id = :id AND status = 'failed' RETURNING id"""  # noqa: S608 - one of two constants
    return session.execute(sa.text(statement), {"id": job_id}).scalar() is not None


@event.listens_for(Session, "after_commit")
def _ring_after_commit(session: Session) -> None:
    # PostgreSQL notifies by itself. A flag left by a rolled-back transaction rings once for nothing: no harm.
    if session.info.pop(_RING, False):
        ring()
