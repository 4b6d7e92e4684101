"""What the database itself refuses: UPDATE and DELETE on rows that are written once. Used by migrations."""

from collections.abc import Iterator

WRITTEN_ONCE = ("log_entry", "item_version", "version_file", "blob", "notice", "attachment")


def create(dialect: str, table: str) -> Iterator[str]:
    """The statements that make a table append-only on this dialect."""
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is written once'); END"
            )
        return
    yield (
        "CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is written once', TG_TABLE_NAME; END $$"
    )
    yield (
        f"CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
    )


def drop(dialect: str, table: str) -> Iterator[str]:
    """The statements that undo `create`."""
    if dialect == "sqlite":
        for verb in ("update", "delete"):
            yield f"DROP TRIGGER IF EXISTS {table}_no_{verb}"
        return
    yield f"DROP TRIGGER IF EXISTS {table}_written_once ON {table}"
