"""Alembic's environment: the application's own engine and metadata, one transaction a migration."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    """Migrate the database that the application is configured for."""
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
            include_object=lambda _object, name, kind, *_: kind != "table" or not name.startswith("procrastinate_"),
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
