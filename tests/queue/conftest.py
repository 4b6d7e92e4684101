"""An application with nothing but the queue, once on SQLite and once on PostgreSQL."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.db import db
from app.queue import Worker
from tests.databases import Databases
from tests.queue.acts import build, make_app, stage, working


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def queue_url(request: pytest.FixtureRequest, new_database: Databases) -> str:
    """URL of a database with the queue's tables."""
    return new_database(request.param, template=f"queue-{request.param}", build=build)


@pytest.fixture
def app(queue_url: str) -> Iterator[Flask]:
    """The smallest application, its context pushed."""
    stage.reset()
    app = make_app(queue_url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def worker(app: Flask) -> Iterator[Worker]:
    """A quick worker, running in a thread until the test ends."""
    with working(app) as worker:
        yield worker
