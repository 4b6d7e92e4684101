"""`transaction()`: one unit of work, one commit, one state to read."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from app.audit.models import LogEntry
from app.db import after_commit, db, in_transaction, transaction
from app.identity.models import Person
from app.replay.verify import verify_house
from tests.conftest import AT
from tests.databases import Databases
from tests.house import County, furnished, open_house


def test_a_reader_sees_one_state_while_acts_go_on(both: Flask) -> None:
    county = County(both, AT)

    def act() -> None:
        with both.app_context():
            county.start()
            db.session.remove()

    entries = select(func.count()).select_from(LogEntry)
    with transaction(write=False) as session:
        before = session.scalar(entries)
        writer = threading.Thread(target=act)
        writer.start()
        writer.join(60)
        assert session.scalar(entries) == before
        assert not verify_house(session).breaks
    with transaction(write=False) as session:
        assert session.scalar(entries) == (before or 0) + 1


@pytest.mark.postgres
def test_a_reading_transaction_does_not_write_on_postgresql(new_database: Databases, tmp_path: Path) -> None:
    url = new_database("postgresql", template="house-postgresql", build=furnished)
    with open_house(url, tmp_path), pytest.raises(DBAPIError, match="read-only"), transaction(write=False) as session:
        session.execute(update(Person).values(name="x"))


def test_what_waits_for_the_commit_happens_after_it_and_never_after_a_failure(app: Flask) -> None:
    done: list[bool] = []
    with transaction():
        after_commit(lambda: done.append(in_transaction()))
        assert not done
    with pytest.raises(ZeroDivisionError):
        fail_after(lambda: done.append(True))
    assert done == [False]
    with pytest.raises(RuntimeError):
        after_commit(lambda: None)


def test_transactions_do_not_nest(app: Flask) -> None:
    with transaction(), pytest.raises(RuntimeError), transaction():
        pass


def fail_after(callback: Callable[[], None]) -> None:
    with transaction():
        after_commit(callback)
        _ = 1 / 0
