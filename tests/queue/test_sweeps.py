"""Sweeps come on time, record how late they were, and survive their own failures and the database's."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import db, transaction
from app.queue import enqueue, every, status
from app.queue.schema import create, drop
from app.queue.status import Status, SweepStatus
from app.queue.sweeps import Sweep, forget, run, sweeps
from app.queue.tasks import jobs
from tests.queue.acts import QUICK, stage, working

PATIENCE_S = 20


class Bell:
    """Counts the runs of a sweep; `rung(n)` waits for the n-th."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = threading.Condition()

    def ring(self) -> int:
        with self._changed:
            self.count += 1
            self._changed.notify_all()
            return self.count

    def rung(self, times: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.count >= times, PATIENCE_S)


@pytest.fixture(autouse=True)
def _only_our_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests may have imported the house's own sweeps into this process."""
    monkeypatch.setattr(jobs.periodic_registry, "periodic_tasks", {})
    for name in list(sweeps):
        monkeypatch.delitem(sweeps, name)


@pytest.fixture
def promoted() -> Iterator[Bell]:
    """The bell of a sweep called `promote` that comes every second."""
    bell = Bell()
    every(1, name="promote")(bell.ring)
    yield bell
    forget("promote")


def row(name: str) -> SweepStatus:
    with transaction(write=False) as session:
        return next(one for one in status(session).sweeps if one.name == name)


def test_a_sweep_comes_every_second_and_leaves_its_lateness(app: Flask, promoted: Bell) -> None:
    before = datetime.now(UTC)
    with working(app, sweeps=True):
        assert promoted.rung(3)
        with transaction(write=False) as session:
            assert status(session, stalled_s=QUICK.stalled).workers == 1
    seen = row("promote")
    assert before < seen.last_at <= datetime.now(UTC)
    assert 0 <= seen.late_ms < 2000
    assert seen.error is None
    assert seen.done is not None
    assert seen.done >= 2
    with transaction(write=False) as session:
        left = session.scalar(sa.text("SELECT count(*) FROM procrastinate_jobs WHERE status <> 'todo'"))
        marks = session.scalar(sa.text("SELECT count(*) FROM procrastinate_periodic_defers"))
    assert left == 0  # a tick a second must not fill the tables
    assert marks == 1


def test_a_broken_sweep_is_recorded_and_neither_stops_the_others_nor_leaves_failed_jobs(
    app: Flask, promoted: Bell
) -> None:
    attempts = Bell()

    def break_down() -> int:
        attempts.ring()
        raise ZeroDivisionError("broken")

    every(1, name="broken")(break_down)
    try:
        with working(app, sweeps=True):
            assert attempts.rung(2)
            assert promoted.rung(promoted.count + 1)
    finally:
        forget("broken")
    assert row("broken").error == "ZeroDivisionError: broken"
    assert row("broken").failures >= 1
    with transaction(write=False) as session:
        assert status(session).failed == 0


def test_a_sweep_that_mends_itself_counts_its_failures_from_zero(app: Flask) -> None:
    outcomes = iter([ValueError("one"), ValueError("two"), None])

    def sometimes() -> None:
        outcome = next(outcomes)
        if outcome:
            raise outcome

    sweep = Sweep("sometimes", 1, sometimes)
    for failures in (1, 2, 0):
        run(sweep, datetime.now(UTC) - timedelta(seconds=3))
        assert row("sometimes").failures == failures
        assert row("sometimes").late_ms >= 3000


def test_a_sweep_that_is_still_running_is_not_begun_again_in_this_process(app: Flask) -> None:
    bell = Bell()
    sweep = Sweep("slow", 1, bell.ring)
    with sweep.running:
        run(sweep, datetime.now(UTC))
    assert bell.count == 0
    run(sweep, datetime.now(UTC))
    assert bell.count == 1


@pytest.mark.parametrize("seconds", [0, -1, 7, 45, 61, 7 * 60, 5 * 3600, 48 * 3600])
def test_an_interval_that_divides_no_clock_face_is_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match="clock face"):
        every(seconds)
    assert sweeps == {}


def test_two_sweeps_of_one_name_are_refused(promoted: Bell) -> None:
    with pytest.raises(ValueError, match="promote"):
        every(5, name="promote")(promoted.ring)


def test_the_worker_waits_for_a_database_that_is_not_ready_and_then_works(app: Flask, promoted: Bell) -> None:
    with db.engine.begin() as connection:
        drop(connection)
    with working(app, sweeps=True, pace=replace(QUICK, restart=0.05, restart_most=0.05)) as worker:
        assert not worker.join(1)  # it has been refused several times by now, and lives
        with db.engine.begin() as connection:
            create(connection)
        assert promoted.rung(1)


@pytest.mark.parametrize("queue_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_the_worker_outlives_the_loss_of_its_connections(app: Flask, promoted: Bell) -> None:
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with working(app, sweeps=True):
        assert promoted.rung(1)
        for number in range(3):
            with db.engine.begin() as connection:
                connection.execute(sa.text(f"SELECT pg_terminate_backend(pid) {others}"))
            with transaction() as session:
                enqueue(session, "test.note", word=f"after {number}")
            assert stage.gate(f"after {number}").wait(PATIENCE_S)
        assert promoted.rung(promoted.count + 1)


# --- what people see -------------------------------------------------------------------------------


def test_status_says_how_deep_and_how_old_the_queue_is(app: Flask) -> None:
    with transaction() as session:
        assert status(session) == Status(0, 0, 0, 0, 0.0, 0, None, {}, ())
        enqueue(session, "test.note", word="a")
        enqueue(session, "test.note", word="b", delay=timedelta(hours=1))
        old = "UPDATE procrastinate_events SET at = :at WHERE type = 'deferred'"
        at = sa.bindparam("at", datetime.now(UTC) - timedelta(minutes=5))
        session.execute(sa.text(old).bindparams(at))
        now = status(session)
    assert (now.ready, now.delayed, now.running, now.failed) == (1, 1, 0, 0)
    assert 300 <= now.oldest_s < 330


def test_a_sweep_that_stopped_coming_is_as_late_as_its_silence() -> None:
    one = SweepStatus("promote", 1, datetime.now(UTC), 61.0, 40, 5, 0, 0, None)
    now = Status(0, 0, 0, 0, 0.0, 0, None, {}, (one,))
    assert now.lateness_ms == 60_000
    assert Status(0, 0, 0, 0, 0.0, 0, None, {}, ()).lateness_ms is None


def test_flask_jobs_works_reports_and_retries(app: Flask) -> None:
    runner = app.test_cli_runner()
    with transaction() as session:
        failing = enqueue(session, "test.stumble", times=3)
        enqueue(session, "test.note", word="worked")
    run(Sweep("promote", 1, lambda: 4), datetime.now(UTC))
    assert runner.invoke(args=["jobs", "work", "--once", "--concurrency", "2"]).exit_code == 0
    assert "worked" in stage.log
    shown = json.loads(runner.invoke(args=["jobs", "status", "--json"]).output)
    assert (shown["depth"], shown["failed"], shown["failed_tasks"]) == (0, 1, {"test.stumble": 1})
    assert shown["sweeps"][0]["done"] == 4
    assert shown["last_sweep"]
    assert shown["lateness_ms"] >= 0
    assert "失败 failed 1" in runner.invoke(args=["jobs", "status"]).output
    assert runner.invoke(args=["jobs", "retry", str(failing)]).exit_code == 0
    again = runner.invoke(args=["jobs", "retry", str(failing)])
    assert again.exit_code == 1
    assert "no failed job" in again.output
