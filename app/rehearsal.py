"""A house apart: a database of its own with the fictional county in it, for simulations, benchmarks and tests."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import flask_migrate
import yaml
from flask import Flask

from app import create_app
from app.calendars.operations import seed as seed_calendar
from app.catalogue import shelf
from app.catalogue.bundle import forget
from app.catalogue.operations import list_power, publish
from app.config import DEMO_PASSWORD, Settings, database_url
from app.db import db, transaction
from app.identity.actor import SYSTEM
from app.identity.operations import load_organisation
from app.identity.queries import forget_posts

COUNTY = shelf.PROCESSES / "_demo"
SINCE = date(2024, 1, 1)


@contextmanager
def house(url: str | None = None, *, furnished: bool = True) -> Iterator[Flask]:
    """An application on a temporary SQLite file, or on the empty database `url`, migrated and furnished.

    The caller gets it inside its application context.
    """
    with tempfile.TemporaryDirectory(prefix="banjie-") as folder:
        settings = Settings(
            database_url=database_url(url) if url else f"sqlite:///{folder}/house.sqlite",
            secret_key="rehearsal",  # noqa: S106 - signs nothing that outlives the rehearsal
            var=Path(folder),
        )
        app = create_app(settings)
        with app.app_context(), _opened():
            flask_migrate.upgrade()
            if furnished:
                furnish(settings.division)
            yield app


@contextmanager
def _opened() -> Iterator[None]:
    """Nothing is remembered of another database, and no connection is left behind."""
    _forget()
    try:
        yield
    finally:
        db.session.remove()
        db.engine.dispose()
        _forget()


def _forget() -> None:
    forget()
    forget_posts()


def furnish(division: str, at: datetime | None = None) -> None:
    """Enter calendar, county and list of powers, and publish every item of the shelf; what is there stays."""
    at = at or datetime(2024, 1, 1, tzinfo=UTC)
    with transaction() as session:
        seed_calendar(session)
    organisation = yaml.safe_load((COUNTY / "organisation.yaml").read_text(encoding="utf-8"))
    with transaction() as session:
        load_organisation(session, division, organisation, SYSTEM, at, password=DEMO_PASSWORD, since=SINCE)
    powers = yaml.safe_load((COUNTY / "powers.yaml").read_text(encoding="utf-8"))["powers"]
    for entry in powers:
        with transaction() as session:
            list_power(session, division, entry, SYSTEM, at)
    for entry in powers:
        with transaction() as session:
            publish(session, division, shelf.read(entry["slug"]), SYSTEM, at, SINCE)
