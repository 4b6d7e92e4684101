"""What is looked after again and again: `every(seconds)` registers it, each run leaves a row for the health page."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite

from app.db import db, transaction
from app.queue.schema import SWEEP
from app.queue.tasks import jobs

log = logging.getLogger(__name__)
Sweeper = Callable[[], int | None]
_MINUTE_S = 60
_HOUR_S = 3600


@dataclass(slots=True)
class Sweep:
    """One registered sweep: runs `function` every `seconds`, in one worker at a time."""

    name: str
    seconds: int
    function: Sweeper
    running: threading.Lock = field(default_factory=threading.Lock)

    @property
    def cron(self) -> str:
        """The interval as a cron line with a sixth column, the seconds, as croniter reads it."""
        if self.seconds < _MINUTE_S:
            return f"* * * * * */{self.seconds}"
        if self.seconds < _HOUR_S:
            return f"*/{self.seconds // _MINUTE_S} * * * * 0"
        return f"0 */{self.seconds // _HOUR_S} * * * 0"


sweeps: dict[str, Sweep] = {}


def every(seconds: int, *, name: str = "") -> Callable[[Sweeper], Sweeper]:
    """Run a function every `seconds` (1–59 dividing 60, or whole minutes or hours dividing an hour or a day).

    It runs in an application context, opens its own transactions, and may return how many things it did. Only
    one run of it goes on per process, only one waits in the queue; it has no lock, which a dead worker would
    keep. What it raises is logged and shown on the health page, and the next run comes all the same.
    Raises ValueError for another interval or a name used twice.
    """
    whole = next((unit for unit in (_HOUR_S, _MINUTE_S, 1) if seconds >= unit), 0)
    around = {_HOUR_S: 24 * _HOUR_S, _MINUTE_S: _HOUR_S, 1: _MINUTE_S}.get(whole, 0)
    if not whole or seconds % whole or around % seconds:
        raise ValueError(f"no clock face is divided by {seconds} seconds")

    def register(function: Sweeper) -> Sweeper:
        sweep = Sweep(name or function.__name__, seconds, function)
        if sweep.name in sweeps:
            raise ValueError(f"two sweeps are called {sweep.name!r}")
        sweeps[sweep.name] = sweep
        _as_task(sweep)
        return function

    return register


def forget(name: str) -> None:
    """Take a sweep out again."""
    sweeps.pop(name)
    jobs.tasks.pop(f"sweep:{name}")
    jobs.periodic_registry.periodic_tasks.pop((f"sweep:{name}", ""))


def _as_task(sweep: Sweep) -> None:
    def tick(timestamp: int) -> None:
        run(sweep, datetime.fromtimestamp(timestamp, UTC))

    name = f"sweep:{sweep.name}"
    made = jobs.task(name=name, queue="sweeps", priority=10, queueing_lock=name)(tick)
    jobs.periodic(cron=sweep.cron)(made)


def run(sweep: Sweep, due: datetime) -> None:
    """Run one sweep that was due at `due` and record it; returns at once if this process is at it already."""
    if not sweep.running.acquire(blocking=False):
        return
    try:
        # Wall time even where app.clock is frozen: lateness is about this machine, not about the cases' time.
        started, clock = datetime.now(UTC), time.monotonic()
        done, error = _attempt(sweep)
        _record(sweep, started, max(started - due, timedelta()), time.monotonic() - clock, done, error)
    finally:
        sweep.running.release()


def _attempt(sweep: Sweep) -> tuple[int | None, str | None]:
    try:
        return sweep.function(), None
    except Exception as error:
        # One broken sweep must not end the others, nor pile up a failed job every second.
        log.exception("sweep %s failed", sweep.name)
        db.session.rollback()
        return None, f"{type(error).__name__}: {error}"


def _record(sweep: Sweep, at: datetime, late: timedelta, took_s: float, done: int | None, error: str | None) -> None:
    values = {
        "every_s": sweep.seconds,
        "last_at": at,
        "late_ms": int(late.total_seconds() * 1000),
        "took_ms": int(took_s * 1000),
        "done": done,
        "error": error,
    }
    with transaction() as session:
        dialect = session.connection().dialect.name
        insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(SWEEP)
        failures = SWEEP.c.failures + 1 if error else 0
        statement = insert.values(name=sweep.name, failures=int(error is not None), **values)
        session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={**values, "failures": failures}))
