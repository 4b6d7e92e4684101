"""The database as migrations make it: they can be taken back, say what the models say, and guard what is final."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text

from app import create_app
from app.audit.triggers import WRITTEN_ONCE
from app.config import Settings
from app.db import db
from app.sealed import MODELS

JOBS = "procrastinate_"


@contextmanager
def empty(url: str, var: Path) -> Iterator[Flask]:
    app = create_app(Settings(database_url=url, secret_key="tests", var=var))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def objects() -> dict[str, list[str]]:
    """Every object of the database by name, so that two states of it can be compared."""
    query = (
        "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        if db.engine.dialect.name == "sqlite"
        else """SELECT 'relation', relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
            UNION ALL SELECT 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            UNION ALL SELECT 'type', typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
                AND typname LIKE 'procrastinate%'"""
    )
    found: dict[str, list[str]] = {}
    with db.engine.connect() as connection:
        for kind, name in connection.execute(text(query)):
            found.setdefault(kind, []).append(name)
    return {kind: sorted(names) for kind, names in found.items()}


def test_up_down_and_up_again(database_url: str, tmp_path: Path) -> None:
    with empty(database_url, tmp_path):
        flask_migrate.upgrade()
        made = objects()
        flask_migrate.downgrade(revision="base")
        left = {name for names in objects().values() for name in names}
        assert left <= {"alembic_version", "alembic_version_pkc"}
        flask_migrate.upgrade()
        assert objects() == made


def test_migrations_say_what_the_models_say(database_url: str, tmp_path: Path) -> None:
    with empty(database_url, tmp_path):
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            options = {"compare_type": True, "compare_server_default": True, "include_object": _is_ours}
            differences = compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata)
        tables = {name for name in inspect(db.engine).get_table_names() if not name.startswith(JOBS)}
    assert differences == []
    assert tables == {model.__tablename__ for model in MODELS} | {"alembic_version"}


def _is_ours(_: object, name: str | None, kind: str, *__: object) -> bool:
    return kind != "table" or not str(name).startswith(JOBS)


def test_what_is_written_once_has_its_triggers(database_url: str, tmp_path: Path) -> None:
    with empty(database_url, tmp_path):
        flask_migrate.upgrade()
        triggers = {name for name in objects()["trigger"] if not name.startswith(JOBS)}
    endings = ("no_update", "no_delete") if database_url.startswith("sqlite") else ("written_once",)
    assert triggers == {f"{table}_{ending}" for table in WRITTEN_ONCE for ending in endings}
