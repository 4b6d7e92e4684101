"""Workers that die or freeze in the middle of their jobs: every effect comes exactly once."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import transaction
from app.queue import enqueue, status
from tests.queue.acts import EFFECT, PENDING, stage, working

ROOT = Path(__file__).resolve().parent.parent.parent
JOBS = 120
KILLS = 3
PATIENCE_S = 30


@contextmanager
def process(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """A worker process that tells on its standard output what it does."""
    started = subprocess.Popen(
        [sys.executable, "-m", *arguments], env={**os.environ, "BANJIE_TEST_APART": "1"},
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def line(started: "subprocess.Popen[str]") -> str:
    assert started.stdout is not None
    return started.stdout.readline().strip()


def put(task: str, numbers: range) -> None:
    with transaction() as session:
        session.execute(sa.insert(PENDING), [{"id": number} for number in numbers])
        for number in numbers:
            enqueue(session, task, lock=f"case-{number % 7}", number=number)


def effects() -> Counter[int]:
    with transaction(write=False) as session:
        assert session.scalars(sa.select(PENDING.c.id)).all() == []
        return Counter(session.scalars(sa.select(EFFECT.c.id)))


def test_every_job_has_one_effect_however_often_its_worker_is_killed(app: Flask, queue_url: str) -> None:
    chance = random.Random(20260208)
    put("test.act", range(JOBS))
    for _ in range(KILLS):
        with process("tests.queue.acts", queue_url) as worker:
            for _ in range(chance.randrange(5, JOBS // (KILLS + 1))):
                assert line(worker).startswith("acted")
            worker.send_signal(signal.SIGKILL)
    with transaction(write=False) as session:
        assert status(session).ready > 0  # or the kills came too late to tell anything
    with working(app):
        for number in range(JOBS):
            if not done(number):
                assert stage.gate(f"acted {number}").wait(PATIENCE_S)
    assert effects() == Counter(range(JOBS))


def done(number: int) -> bool:
    with transaction(write=False) as session:
        return session.scalar(sa.select(PENDING.c.id).where(PENDING.c.id == number)) is None


def test_a_worker_that_freezes_past_its_turn_does_nothing_twice(app: Flask, queue_url: str) -> None:
    put("test.blocked", range(1))
    with process("tests.queue.acts", queue_url) as frozen:
        assert line(frozen) == "begun 0"
        frozen.send_signal(signal.SIGSTOP)
        with working(app):
            assert stage.gate("acted 0").wait(PATIENCE_S)  # the reaper gave the job to the living one
        frozen.send_signal(signal.SIGCONT)
        assert frozen.stdin is not None
        frozen.stdin.write("go on\n")
        frozen.stdin.flush()
        assert line(frozen) == "acted 0 0"  # it found nothing left to do
        put("test.act", range(1, 2))
        assert line(frozen) == "acted 1 1"  # and works on, under a new name
    assert effects() == Counter([0, 1])


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_polite_signal_lets_the_running_job_finish_and_takes_no_other(
    app: Flask, queue_url: str, how: signal.Signals
) -> None:
    put("test.blocked", range(2))
    work = ["flask", "--app", f"tests.queue.acts:make_app({queue_url!r})", "jobs", "work", "--concurrency", "1"]
    with process(*work) as worker:
        assert line(worker) == "begun 0"
        worker.send_signal(how)
        assert "letting running jobs finish" in line(worker)
        out, _ = worker.communicate("go on\n", timeout=PATIENCE_S)
        assert out.split("\n") == ["acted 0 1", ""]
        assert worker.returncode == 0
    with transaction(write=False) as session:
        assert session.scalars(sa.select(EFFECT.c.id)).all() == [0]
        assert status(session).ready == 1
        assert status(session).workers == 0
