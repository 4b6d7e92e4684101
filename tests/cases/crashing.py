"""Acts that go on until the process is killed: `nursery` forks one child after the other and kills each."""

import os
import random
import select
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select as choose

from app import jobs
from app.cases import operations
from app.cases.models import Case, Deadline, Task
from app.db import db, transaction
from app.errors import Refusal
from tests.conftest import AT
from tests.house import County, open_house

CASES = 8
DEEDS = 6
"""In which of its acts a child is killed at the latest: counted, so that a slow machine sees as many as a fast one."""
BEGUN, DONE = b"b", b"d"
Deed = Callable[[], object]


def nursery(url: str, var: str, kills: int, seed: int, told: Connection) -> None:
    """Start some cases, then fork and kill `kills` children; says how many of them were in the middle of an act."""
    rng = random.Random(seed)
    with open_house(url, Path(var)) as app:
        county = County(app, AT, seed=seed)
        application = county.application("road_transport")
        began = time.perf_counter()
        for _ in range(CASES):
            county.start()
        an_act = (time.perf_counter() - began) / CASES
        db.session.remove()
        db.engine.dispose()
        told.send(sum(_one(app, application, rng, an_act) for _ in range(kills)))


def _one(app: Flask, application: dict[str, Any], rng: random.Random, an_act: float) -> bool:
    """Fork a child, kill it some moments after it has begun one of its acts; whether it was in the middle of one."""
    seed, nth, delay = rng.randrange(2**32), rng.randint(1, DEEDS), rng.uniform(0, an_act)
    heard, say = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        _act_for_ever(app, application, random.Random(seed), say)
    os.close(say)
    _hear(heard, nth)
    select.select([], [], [], delay)
    os.kill(child, 9)
    _, status = os.waitpid(child, 0)
    last = (BEGUN + os.read(heard, 65536))[-1:]
    os.close(heard)
    if not os.WIFSIGNALED(status):
        raise RuntimeError("a child ended by itself")
    return last == BEGUN


def _hear(heard: int, nth: int) -> None:
    """Wait until the child says that it begins its n-th act, or until it says nothing more."""
    begun = 0
    while begun < nth and (word := os.read(heard, 1)):
        begun += word == BEGUN


def _act_for_ever(app: Flask, application: dict[str, Any], rng: random.Random, say: int) -> None:
    # Whatever happens, the child must not go on in its parent's code.
    try:
        with app.app_context():
            county = County(app, AT + timedelta(days=rng.choice([0, 9])), seed=rng.randrange(2**20))
            for deed in _deeds(county, application, rng):
                os.write(say, BEGUN)
                with suppress(Refusal):
                    deed()
                os.write(say, DONE)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(1)


def _deeds(county: County, application: dict[str, Any], rng: random.Random) -> Iterator[Deed]:
    """Acts with all that they need at hand, one after the other."""
    clerk = county.holder_at_window("road_transport")
    start = {"slug": "road_transport", "actor": clerk, "posted": application, "channel": "window", "at": county.at}
    while True:
        match rng.choice(["start", "claim", "complete", "complete", "fire", "fire"]):
            case "start":
                yield partial(_in_one, operations.start_case, **start)
            case "fire":
                yield from _firing(county)
            case verb:
                yield from _working(county, verb, rng)


def _firing(county: County) -> Iterator[Deed]:
    with transaction(write=False) as session:
        due = choose(Deadline.id).where(Deadline.due_at <= county.at).order_by(Deadline.due_at).limit(1)
        found = session.scalar(due)
    if found is not None:
        yield partial(jobs.fire, found, county.at)


def _working(county: County, verb: str, rng: random.Random) -> Iterator[Deed]:
    task, login = _some_task(rng)
    if verb == "claim":
        clerk = county.doer(task, rank=rng.choice([0, 1]))
        yield partial(_in_one, operations.claim_task, task_id=task.id, actor=clerk, at=county.at)
    else:
        doer = county.actor(login) if login else county.doer(task)
        answer = county.answer(task)
        yield partial(_in_one, operations.complete_task, task_id=task.id, actor=doer, posted=answer, at=county.at)


def _some_task(rng: random.Random) -> tuple[Task, str]:
    """An open task, and the login of whoever has claimed it."""
    with transaction(write=False) as session:
        is_open = (Task.status == "open", Case.status == "active")
        tasks = session.scalars(choose(Task).join(Case, Case.id == Task.case_id).where(*is_open).order_by(Task.id))
        task = rng.choice(tasks.all())
        login = task.assignee.login if task.assignee else ""
        session.expunge_all()
    return task, login


def _in_one(act: Callable[..., object], **values: Any) -> None:
    with transaction() as session:
        act(session, **values)
