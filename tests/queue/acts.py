"""Tasks that the queue's tests run, here or in a process of their own: `python -m tests.queue.acts URL`.

An act takes a row out of `pending` and puts one into `effect`, in one transaction: that is how every real task
is written, and how exactly one effect comes of any number of deliveries.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from app.db import db, engine_options, transaction
from app.queue import BackOff, Pace, Worker, task
from app.queue.commands import commands
from app.queue.schema import create

METADATA = sa.MetaData()
PENDING = sa.Table("pending", METADATA, sa.Column("id", sa.Integer, primary_key=True))
EFFECT = sa.Table("effect", METADATA, sa.Column("id", sa.Integer), sa.Column("by", sa.Text))
QUICK = Pace(poll=0.1, heartbeat=0.3, stalled=1.2, reap=0.3, restart=0.1, restart_most=0.5)
AT_ONCE = BackOff(attempts=3, first=timedelta(0))


def build(url: str) -> None:
    """The queue's tables and the two of the acts, in an empty database."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        create(connection)
        METADATA.create_all(connection)
    engine.dispose()


def make_app(url: str) -> Flask:
    """The smallest application that has this database."""
    app = Flask("tests.queue")
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db.init_app(app)
    app.cli.add_command(commands)
    return app


@contextmanager
def working(app: Flask, *, sweeps: bool = False, pace: Pace = QUICK) -> Iterator[Worker]:
    """A worker that runs in a thread for as long as the block does."""
    worker = Worker(app, concurrency=3, sweeps=sweeps, pace=pace)
    worker.start()
    try:
        yield worker
    finally:
        for gate in stage.gates.values():
            gate.set()
        worker.stop()
        assert worker.join(20)


def act_on(number: int, by: str) -> int:
    """Do it, unless it is done; how many rows that took."""
    with transaction() as session:
        taken = session.execute(sa.delete(PENDING).where(PENDING.c.id == number).returning(PENDING.c.id)).scalars()
        rows = [{"id": one, "by": by} for one in taken]
        if rows:
            session.execute(sa.insert(EFFECT), rows)
    return len(rows)


class Stage:
    """What a test and the jobs of its in-process worker tell each other."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.gates: dict[str, threading.Event] = {}

    def reset(self) -> None:
        self.log.clear()
        self.gates.clear()

    def gate(self, name: str) -> threading.Event:
        return self.gates.setdefault(name, threading.Event())


stage = Stage()
apart = "BANJIE_TEST_APART" in os.environ


@task("test.act", retry=AT_ONCE)
def act(number: int) -> None:
    """Act, and say so."""
    if apart:
        say(f"acted {number} {act_on(number, 'apart')}")
    else:
        act_on(number, "here")
        stage.gate(f"acted {number}").set()


@task("test.blocked")
def blocked(number: int) -> None:
    """Begin, wait to be let on where the process is of its own, and act."""
    if apart:
        say(f"begun {number}")
        sys.stdin.readline()
    act(number=number)


@task("test.note", retry=False)
def note(word: str) -> None:
    """Note that the job ran."""
    stage.log.append(word)
    stage.gate(word).set()


@task("test.hold", retry=False)
def hold(word: str) -> None:
    """Note the beginning, wait for the gate `let <word>`, note the end."""
    stage.log.append(f"{word} begins")
    stage.gate(f"{word} begins").set()
    if not stage.gate(f"let {word}").wait(20):
        raise TimeoutError(word)
    stage.log.append(f"{word} ends")
    stage.gate(f"{word} ends").set()


@task("test.stumble", retry=AT_ONCE)
def stumble(times: int) -> None:
    """Fail the first `times` times."""
    stage.log.append("try")
    if stage.log.count("try") <= times:
        raise RuntimeError("stumbled")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    Worker(make_app(sys.argv[1]), concurrency=3, pace=QUICK).run()
