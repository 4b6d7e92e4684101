"""What the health page and `flask jobs status` say about the queue."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import UtcDateTime
from app.queue.schema import SWEEP

_AT = UtcDateTime()
_JOBS = sa.table("procrastinate_jobs", *map(sa.column, ("id", "status", "task_name")), sa.column("scheduled_at", _AT))
_EVENTS = sa.table("procrastinate_events", sa.column("job_id"), sa.column("type"), sa.column("at", _AT))
_WORKERS = sa.table("procrastinate_workers", sa.column("id"), sa.column("last_heartbeat", _AT))


@dataclass(frozen=True, slots=True)
class SweepStatus:
    """One sweep's last run: when (aware), how late, how long it took (ms), how much it did, what went wrong."""

    name: str
    every_s: int
    last_at: datetime
    age_s: float
    late_ms: int
    took_ms: int
    done: int | None
    failures: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """The queue now: `ready` jobs could run, `delayed` ones wait for their time; `oldest_s` is the oldest's age."""

    ready: int
    delayed: int
    running: int
    failed: int
    oldest_s: float
    workers: int
    last_heartbeat: datetime | None
    failed_tasks: dict[str, int]
    sweeps: tuple[SweepStatus, ...]

    @property
    def lateness_ms(self) -> int | None:
        """How late the latest sweep is by now: overdue beyond its interval, or as late as it came; None without one."""
        return max((_lateness(one) for one in self.sweeps), default=None)

    def as_json(self) -> dict[str, Any]:
        """The shape of `flask jobs status --json`."""
        return {
            "depth": self.ready,
            "delayed": self.delayed,
            "running": self.running,
            "failed": self.failed,
            "failed_tasks": self.failed_tasks,
            "oldest_s": round(self.oldest_s, 3),
            "workers": self.workers,
            "last_heartbeat": self.last_heartbeat.isoformat() if self.last_heartbeat else None,
            "last_sweep": max((one.last_at.isoformat() for one in self.sweeps), default=None),
            "lateness_ms": self.lateness_ms,
            "sweeps": [_sweep_json(one) for one in self.sweeps],
        }


def _lateness(one: SweepStatus) -> int:
    return max(one.late_ms, int((one.age_s - one.every_s) * 1000))


def _sweep_json(one: SweepStatus) -> dict[str, Any]:
    names = ("name", "every_s", "late_ms", "took_ms", "done", "failures", "error")
    return {name: getattr(one, name) for name in names} | {"last_at": one.last_at.isoformat()}


def status(session: Session, *, stalled_s: float = 30.0) -> Status:
    """Read the queue's condition; a worker counts when its last heartbeat is younger than `stalled_s` seconds."""
    # Wall time even where app.clock is frozen: the queue's rows carry the database's own time.
    now = datetime.now(UTC)
    due = sa.or_(_JOBS.c.scheduled_at.is_(None), _JOBS.c.scheduled_at <= now)
    counts = {(row.status, row.due): row.n for row in session.execute(
        sa.select(sa.cast(_JOBS.c.status, sa.String).label("status"), sa.case((due, 1), else_=0).label("due"),
                  sa.func.count().label("n")).group_by("status", "due"))}  # fmt: skip
    beats = [row.last_heartbeat for row in session.execute(sa.select(_WORKERS.c.last_heartbeat))]
    return Status(
        ready=counts.get(("todo", 1), 0),
        delayed=counts.get(("todo", 0), 0),
        running=counts.get(("doing", 1), 0) + counts.get(("doing", 0), 0),
        failed=counts.get(("failed", 1), 0) + counts.get(("failed", 0), 0),
        oldest_s=_oldest_s(session, now),
        workers=sum((now - beat).total_seconds() < stalled_s for beat in beats),
        last_heartbeat=max(beats, default=None),
        failed_tasks=_failed(session),
        sweeps=_sweeps(session, now),
    )


def _oldest_s(session: Session, now: datetime) -> float:
    since = sa.func.coalesce(_JOBS.c.scheduled_at, _EVENTS.c.at, type_=_AT)
    join = _JOBS.outerjoin(_EVENTS, sa.and_(_EVENTS.c.job_id == _JOBS.c.id, _EVENTS.c.type == sa.text("'deferred'")))
    oldest = session.execute(
        sa.select(sa.func.min(since, type_=_AT)).select_from(join)
        .where(_JOBS.c.status == sa.text("'todo'"), sa.or_(_JOBS.c.scheduled_at.is_(None), _JOBS.c.scheduled_at <= now))
    ).scalar()  # fmt: skip
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0


def _failed(session: Session) -> dict[str, int]:
    statement = sa.select(_JOBS.c.task_name, sa.func.count()).where(_JOBS.c.status == sa.text("'failed'"))
    return {row[0]: row[1] for row in session.execute(statement.group_by(_JOBS.c.task_name))}


def _sweeps(session: Session, now: datetime) -> tuple[SweepStatus, ...]:
    rows = session.execute(sa.select(SWEEP).order_by(SWEEP.c.name)).mappings()
    return tuple(SweepStatus(**row, age_s=(now - row["last_at"]).total_seconds()) for row in rows)
