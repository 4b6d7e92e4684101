"""A played house, and a way into its database past the application."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.audit import triggers
from app.db import transaction
from tests.audit import played
from tests.conftest import AT
from tests.databases import Databases
from tests.house import open_house


@pytest.fixture
def house(new_database: Databases, tmp_path: Path) -> Iterator[Flask]:
    """The played house on SQLite."""
    with open_house(new_database("sqlite", template="played", build=played.build), tmp_path) as app, clock.frozen(AT):
        played.file_away()
        yield app


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def houses(request: pytest.FixtureRequest, new_database: Databases, tmp_path: Path) -> Iterator[Flask]:
    """The played house, once on SQLite and once on PostgreSQL."""
    url = new_database(request.param, template=f"played-{request.param}", build=played.build)
    with open_house(url, tmp_path) as app, clock.frozen(AT):
        played.file_away()
        yield app


@contextmanager
def break_in() -> Iterator[Session]:
    """Somebody with the database's own password: no triggers, no foreign keys; undone at the end."""
    with transaction() as session:
        loosen(session)
        yield session
        session.rollback()


def loosen(session: Session) -> None:
    """Take away what the database itself would refuse."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    session.execute(text("PRAGMA defer_foreign_keys = on"))
    for table in triggers.WRITTEN_ONCE:
        for statement in triggers.drop("sqlite", table):
            session.execute(text(statement))
