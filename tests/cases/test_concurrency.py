"""Two clerks at the same task: exactly one of them does it."""

import threading

from flask import Flask

from app.bench.diagrams import FORM, loop
from app.cases import operations
from app.db import db, transaction
from app.errors import Conflict
from app.identity.actor import Actor
from app.replay.rebuild import Replayer
from app.replay.verify import verify_house
from tests.conftest import AT
from tests.house import County

ROUNDS = 200
ANSWER = {"title": "件", "amount": 1, "kind": "a", "opinion": "", "urgent": False}


def test_of_two_clerks_exactly_one_succeeds_in_each_of_200_rounds(both: Flask) -> None:
    county = County(both, AT)
    county.publish("loop", {"loop.bpmn": loop(), "forms/bench.form": FORM}, "loop")
    case_id = county.start("loop", **ANSWER)
    task = county.tasks(case_id)[0]
    clerks = (county.doer(task), county.doer(task, rank=1))
    won = [0, 0]
    broken: list[BaseException] = []
    barrier = threading.Barrier(2, action=lambda: next_task(county, case_id))

    def work(number: int, actor: Actor) -> None:
        with both.app_context():
            for _ in range(ROUNDS):
                barrier.wait(60)
                won[number] += attempt(actor)
            db.session.remove()

    def attempt(actor: Actor) -> int:
        try:
            with transaction() as session:
                answer = {**ANSWER, "opinion": "again"}
                operations.complete_task(session, TASK[0], actor, answer, AT)
        except Conflict:
            return 0
        except BaseException as problem:
            broken.append(problem)
            barrier.abort()
            raise
        return 1

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(clerks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not broken
    assert sum(won) == ROUNDS
    with transaction(write=False) as session:
        assert not verify_house(session).breaks
        replay = Replayer(session).replay(county.case_row(session, case_id))
    assert (replay.acts, replay.difference) == (ROUNDS + 1, None)


TASK = [0]


def next_task(county: County, case_id: int) -> None:
    """The task of this round: in the last thread to arrive, while the others wait."""
    with county.app.app_context():
        TASK[0] = county.tasks(case_id)[0].id
        db.session.remove()
