"""What every test may use: databases, a browser, and the house with the fictional county in it.

The house is imported by the fixtures that need it, so that tests of the pure packages start at once.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from app import clock

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.databases import Databases
    from tests.house import County

pytest_plugins = ["tests.databases"]
AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
"""Monday 2 March 2026, 09:30 in Shanghai."""

# How long an example takes says more of the machine than of the code; a run that others judge by can be repeated.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("house")


@pytest.fixture
def app(new_database: "Databases", tmp_path: Path) -> "Iterator[Flask]":
    """The house on SQLite, the shelf published, its context pushed; the time is `AT` until a test says otherwise."""
    from tests.house import furnished, open_house

    url = new_database("sqlite", template="house", build=furnished)
    with open_house(url, tmp_path) as house, clock.frozen(AT):
        yield house


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest, new_database: "Databases", tmp_path: Path) -> "Iterator[Flask]":
    """The house, once on SQLite and once on PostgreSQL."""
    from tests.house import furnished, open_house

    url = new_database(request.param, template=f"house-{request.param}", build=furnished)
    with open_house(url, tmp_path) as house, clock.frozen(AT):
        yield house


@pytest.fixture
def county(app: "Flask") -> "County":
    """The people of the county, and the acts they do."""
    from tests.house import County

    return County(app, AT)


@pytest.fixture
def client(app: "Flask") -> "FlaskClient":
    """A browser without scripts, not logged in."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def log_in(client: "FlaskClient") -> "Callable[[str], FlaskClient]":
    """`log_in("login")` -> the client, logged in as that person."""
    from app.config import DEMO_PASSWORD

    def enter(login: str) -> "FlaskClient":
        answer = client.post("/login", data={"login": login, "password": DEMO_PASSWORD})
        assert answer.status_code == 302, answer.text
        return client

    return enter
