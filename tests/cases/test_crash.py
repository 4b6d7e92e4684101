"""`kill -9` at any moment of an act leaves the case wholly before or wholly after it."""

import multiprocessing
from itertools import groupby
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.audit.models import LogEntry
from app.cases.models import Case
from app.db import transaction
from app.replay.rebuild import Replayer
from app.replay.verify import verify_house
from tests.cases.crashing import nursery
from tests.databases import Databases
from tests.house import furnished, open_house

KILLS = 50
PATIENCE = 300
"""Seconds for all kills; a few are enough."""


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_killed_process_leaves_every_case_before_or_after_the_act(
    kind: str, new_database: Databases, tmp_path: Path
) -> None:
    url = new_database(kind, template=f"house-{kind}" if kind == "postgresql" else "house", build=furnished)
    fresh = multiprocessing.get_context("spawn")
    here, there = fresh.Pipe(duplex=False)
    parent = fresh.Process(target=nursery, args=(url, str(tmp_path), KILLS, 20260302, there))
    parent.start()
    assert here.poll(PATIENCE)
    in_the_middle = here.recv()
    parent.join(PATIENCE)
    assert parent.exitcode == 0
    with open_house(url, tmp_path), transaction(write=False) as session:
        assert not verify_house(session).breaks
        replayer = Replayer(session)
        replays = [replayer.replay(case) for case in session.scalars(select(Case).order_by(Case.id)).all()]
        acts = dict(session.execute(select(LogEntry.act, func.count()).group_by(LogEntry.act)).all())
        numbers = session.scalars(select(Case.no).order_by(Case.no)).all()
    assert not [one.difference for one in replays if one.difference]
    assert {"case.start", "task.complete", "task.claim", "deadline.fire"} <= set(acts)
    assert len(numbers) == acts["case.start"]
    for _, of_day in groupby(numbers, key=lambda no: no[:14]):
        assert all(int(no[14:19]) == number for number, no in enumerate(of_day, start=1))
    assert in_the_middle > KILLS / 5
