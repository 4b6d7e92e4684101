"""Tables of the queue, for a migration: `create(op.get_bind())` going up, `drop(op.get_bind())` going down.

On PostgreSQL they are Procrastinate's own, functions and triggers included; on SQLite ours with the same columns.
Both get `procrastinate_sweeps`, one row per periodic sweep, which the health page reads.
"""

import sqlite3
from importlib import resources
from typing import Final

import sqlalchemy as sa
from procrastinate.schema import SchemaManager
from sqlalchemy.engine import Connection

from app.db import NAMES, UtcDateTime

OWN = sa.MetaData(naming_convention=NAMES)
SWEEP: Final = sa.Table(
    "procrastinate_sweeps",
    OWN,
    sa.Column("name", sa.String(128), primary_key=True),
    sa.Column("every_s", sa.Integer, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False),
    sa.Column("late_ms", sa.Integer, nullable=False),
    sa.Column("took_ms", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("error", sa.Text, nullable=True),
)
TABLES: Final = (
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_jobs",
    "procrastinate_workers",
)
_DROP_POSTGRES = """
DO $$
DECLARE one record;
BEGIN
    DROP TABLE IF EXISTS procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,
        procrastinate_workers CASCADE;
    FOR one IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = current_schema()::regnamespace
    LOOP
        EXECUTE 'DROP FUNCTION ' || one.name;
    END LOOP;
    DROP TYPE IF EXISTS procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type;
END $$
"""


def ours(name: str | None) -> bool:
    """Whether a table belongs to the queue; for Alembic's `include_object`, as no model describes it."""
    return name is not None and name.startswith("procrastinate_")


def create(connection: Connection) -> None:
    """Make the queue's tables inside the connection's transaction."""
    if connection.dialect.name == "sqlite":
        for statement in _statements(_read("sqlite.sql")):
            connection.exec_driver_sql(statement)
    else:
        _script(connection, SchemaManager.get_schema())
    OWN.create_all(connection, checkfirst=False)


def drop(connection: Connection) -> None:
    """Remove everything `create` made, with the jobs in it."""
    OWN.drop_all(connection, checkfirst=False)
    if connection.dialect.name == "sqlite":
        for name in TABLES:
            connection.exec_driver_sql(f"DROP TABLE {name}")
    else:
        _script(connection, _DROP_POSTGRES)


def _script(connection: Connection, script: str) -> None:
    # Without parameters psycopg takes several statements at once and leaves percent signs alone.
    connection.exec_driver_sql(script, execution_options={"no_parameters": True})


def _read(name: str) -> str:
    return (resources.files("app.queue") / name).read_text(encoding="utf-8")


def _statements(script: str) -> list[str]:
    # One by one: sqlite3's own executescript() would commit the migration's transaction first.
    found, so_far = [], ""
    for line in script.splitlines():
        so_far += line + "\n"
        if line.rstrip().endswith(";") and sqlite3.complete_statement(so_far):
            found.append(so_far)
            so_far = ""
    return found
