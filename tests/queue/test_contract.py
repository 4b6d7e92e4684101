"""What the house relies on from its job engine; the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import db, transaction
from app.queue import Pace, Worker, cancel, enqueue, reschedule, retry, status
from app.queue.schema import TABLES, create, drop
from tests.queue.acts import EFFECT, PENDING, stage, working

PATIENCE_S = 20
HOUR = timedelta(hours=1)


def put(task: str, **options: Any) -> int | None:
    with transaction() as session:
        return enqueue(session, task, **options)


def drain(app: Flask) -> int:
    return Worker(app, concurrency=3).drain()


def statuses() -> dict[int, str]:
    with transaction(write=False) as session:
        rows = session.execute(sa.text("SELECT id, CAST(status AS varchar) FROM procrastinate_jobs ORDER BY id"))
        return {row[0]: row[1] for row in rows}


# --- the caller's transaction ----------------------------------------------------------------------


def test_a_rolled_back_act_leaves_no_job(app: Flask) -> None:
    with transaction() as session:
        assert enqueue(session, "test.note", word="never") is not None
        session.rollback()
    assert statuses() == {}
    assert drain(app) == 0
    assert stage.log == []


def test_a_committed_act_makes_one_job_that_runs_once_and_leaves_nothing(app: Flask) -> None:
    number = put("test.note", word="办结 ✓ % :x")
    assert statuses() == {number: "todo"}
    assert drain(app) == 1
    assert stage.log == ["办结 ✓ % :x"]
    assert statuses() == {}


def test_a_job_is_invisible_until_the_act_commits(app: Flask, worker: Worker) -> None:
    with transaction() as session:
        enqueue(session, "test.note", word="mine")
        assert not stage.gate("mine").wait(0.3)
    assert stage.gate("mine").wait(PATIENCE_S)


def test_a_running_worker_is_woken_at_once_by_the_commit(app: Flask) -> None:
    with working(app, pace=Pace(poll=600)):
        # Procrastinate fetches before it listens, so the very first commits may go unheard; a later one is heard.
        for number in range(40):
            put("test.note", word=f"commit {number}")
            if stage.gate(f"commit {number}").wait(0.5):
                break
        put("test.note", word="now")
        assert stage.gate("now").wait(PATIENCE_S)


# --- options ---------------------------------------------------------------------------------------


def test_of_jobs_with_one_dedupe_only_one_waits_and_the_act_goes_on(app: Flask) -> None:
    with transaction() as session:
        session.execute(sa.insert(PENDING).values(id=1))
        assert enqueue(session, "test.note", dedupe="d", word="one") is not None
        assert enqueue(session, "test.note", dedupe="d", word="two") is None
        assert enqueue(session, "test.note", dedupe="other", word="three") is not None
        session.execute(sa.insert(PENDING).values(id=2))
    assert put("test.note", dedupe="d", word="four") is None
    drain(app)
    assert sorted(stage.log) == ["one", "three"]
    with transaction(write=False) as session:
        assert session.scalars(sa.select(PENDING.c.id)).all() == [1, 2]
    assert put("test.note", dedupe="d", word="five") is not None


def test_jobs_under_one_lock_run_one_after_the_other_in_order(app: Flask, worker: Worker) -> None:
    put("test.hold", lock="case-1", word="a")
    put("test.hold", lock="case-1", word="b")
    put("test.note", lock="case-2", word="elsewhere")
    assert stage.gate("a begins").wait(PATIENCE_S)
    assert stage.gate("elsewhere").wait(PATIENCE_S)
    assert "b begins" not in stage.log
    stage.gate("let b").set()
    stage.gate("let a").set()
    assert stage.gate("b ends").wait(PATIENCE_S)
    assert [one for one in stage.log if one != "elsewhere"] == ["a begins", "a ends", "b begins", "b ends"]


def test_lock_with_delay_is_refused(app: Flask) -> None:
    with pytest.raises(ValueError, match="lock or a delay"), transaction() as session:
        enqueue(session, "test.note", lock="case-1", delay=HOUR, word="x")


def test_an_unknown_task_and_unspeakable_arguments_are_refused_where_they_are_written(app: Flask) -> None:
    with pytest.raises(LookupError, match=r"test\.nope"), transaction() as session:
        enqueue(session, "test.nope")
    with pytest.raises(TypeError), transaction() as session:
        enqueue(session, "test.note", word=object())


def test_a_delayed_job_waits_and_can_be_moved_and_withdrawn(app: Flask) -> None:
    first, second = put("test.note", delay=HOUR, word="moved"), put("test.note", delay=HOUR, word="withdrawn")
    assert first is not None
    assert second is not None
    assert drain(app) == 0
    with transaction() as session:
        assert reschedule(session, first, datetime.now(UTC) - HOUR)
        assert cancel(session, second)
    assert drain(app) == 1
    assert stage.log == ["moved"]
    assert statuses() == {second: "cancelled"}
    with transaction() as session:
        assert not reschedule(session, first, datetime.now(UTC))
        assert not cancel(session, second)
        with pytest.raises(ValueError, match="naive"):
            reschedule(session, second, datetime(2026, 1, 1))  # noqa: DTZ001 - the naive one is the point


def test_moving_and_withdrawing_roll_back_with_the_act(app: Flask) -> None:
    number = put("test.note", delay=HOUR, word="stays")
    assert number is not None
    with transaction() as session:
        assert reschedule(session, number, datetime.now(UTC) - HOUR)
        assert cancel(session, number)
        session.rollback()
    assert statuses() == {number: "todo"}
    assert drain(app) == 0


def test_a_job_under_a_lock_cannot_be_moved(app: Flask) -> None:
    number = put("test.note", lock="case-1", word="x")
    assert number is not None
    with transaction() as session:
        assert not reschedule(session, number, datetime.now(UTC) + HOUR)


# --- delivery --------------------------------------------------------------------------------------


def test_a_job_delivered_twice_has_one_effect(app: Flask) -> None:
    with transaction() as session:
        session.execute(sa.insert(PENDING).values(id=7))
        enqueue(session, "test.act", number=7)
        enqueue(session, "test.act", number=7)
    assert drain(app) == 2
    with transaction(write=False) as session:
        assert session.scalars(sa.select(EFFECT.c.id)).all() == [7]


def test_a_failed_job_is_tried_again_and_does_not_stop_the_others(app: Flask) -> None:
    put("test.stumble", times=2)
    put("test.note", word="next")
    drain(app)
    assert sorted(stage.log) == ["next", "try", "try", "try"]
    assert statuses() == {}


def test_a_job_that_fails_every_time_stays_as_failed_until_somebody_retries_it(app: Flask) -> None:
    number = put("test.stumble", times=3)
    assert number is not None
    drain(app)
    assert stage.log == ["try"] * 3
    assert statuses() == {number: "failed"}
    with transaction() as session:
        assert status(session).failed_tasks == {"test.stumble": 1}
        assert retry(session, number)
        assert not retry(session, number)
    drain(app)
    assert stage.log == ["try"] * 4
    assert statuses() == {}


def test_the_job_of_a_dead_worker_is_put_back_and_runs(app: Flask, worker: Worker) -> None:
    number = put("test.hold", lock="case-1", word="revived")
    assert number is not None
    assert stage.gate("revived begins").wait(PATIENCE_S)
    stage.gate("revived begins").clear()
    with transaction() as session:
        # As if it had been begun by a worker that then lost its power.
        session.execute(sa.text("UPDATE procrastinate_jobs SET worker_id = NULL WHERE id = :id"), {"id": number})
    assert stage.gate("revived begins").wait(PATIENCE_S)
    stage.gate("let revived").set()
    assert stage.gate("revived ends").wait(PATIENCE_S)


def test_one_job_that_cannot_be_put_back_does_not_keep_the_others(app: Flask) -> None:
    stuck, other = put("test.note", dedupe="d", word="stuck"), put("test.note", word="other")
    with transaction() as session:
        session.execute(sa.text("UPDATE procrastinate_jobs SET status = 'doing'"))
        # Its queueing lock is taken meanwhile, so it cannot become a waiting job again.
        assert enqueue(session, "test.note", dedupe="d", word="later", delay=HOUR) is not None
    assert stuck is not None
    assert other is not None
    with working(app):
        assert stage.gate("other").wait(PATIENCE_S)
    assert stage.log == ["other"]
    assert statuses()[stuck] == "doing"


# --- schema ----------------------------------------------------------------------------------------


def test_the_schema_goes_down_and_up_again(app: Flask) -> None:
    with db.engine.begin() as connection:
        drop(connection)
        left = sa.inspect(connection).get_table_names()
        assert sorted(left) == ["effect", "pending"]
        if connection.dialect.name == "postgresql":
            names = "SELECT proname FROM pg_proc WHERE proname LIKE 'procrastinate%'"
            assert connection.execute(sa.text(names)).all() == []
        create(connection)
    put("test.note", word="again")
    assert drain(app) == 1


def test_both_databases_have_the_same_columns_and_record_the_same_events(app: Flask) -> None:
    expected = {
        "procrastinate_jobs": {"id", "queue_name", "task_name", "priority", "lock", "queueing_lock", "args", "status"}
        | {"scheduled_at", "attempts", "abort_requested", "worker_id"},
        "procrastinate_events": {"id", "job_id", "type", "at"},
        "procrastinate_workers": {"id", "last_heartbeat"},
        "procrastinate_periodic_defers": {"id", "task_name", "defer_timestamp", "job_id", "periodic_id"},
    }
    inspector = sa.inspect(db.engine)
    assert {name: {one["name"] for one in inspector.get_columns(name)} for name in TABLES} == expected
    put("test.stumble", times=9)
    drain(app)
    with transaction(write=False) as session:
        kinds = session.scalars(sa.text("SELECT CAST(type AS varchar) FROM procrastinate_events ORDER BY id")).all()
    told = [one for one in kinds if one != "scheduled"]  # PostgreSQL notes that one at each touch of the row
    assert told == ["deferred", *["started", "deferred_for_retry"] * 2, "started", "failed"]
