"""`fetch` and `store`: read and write the rows of an act with plain statements.

The unit of work of the ORM finds out by itself what is loaded, what changed and in which order to write it. An act
knows all that, and takes a third of the time. Rows that come from here belong to no session.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, Update, bindparam, inspect
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.exc import StaleDataError

from app.db import Model

R = TypeVar("R", bound=Model)
_OLD = "old_"


def fetch(session: Session, kind: type[R], statement: Select[Any], values: Mapping[str, Any]) -> list[R]:
    """The rows of a `columns_of(kind)` statement as objects of `kind`, in no session."""
    mapping = _mapping(kind)
    return [mapping.instance(row) for row in session.connection().execute(statement, dict(values))]


def columns_of(kind: type[Model]) -> Select[Any]:
    """A SELECT of exactly the columns of a mapped class, to which conditions are added."""
    mapping = _mapping(kind)
    return Select(*(mapping.table.c[name] for _, name in mapping.columns))


def store(session: Session, rows: Iterable[Model], removed: Iterable[Model] = ()) -> None:
    """Insert the rows that are new, update what changed of the others, delete the removed ones.

    The rows leave the session, if they were in it: they are for reading from now on. A class may name in
    `__version_column__` a counter that every update raises; StaleDataError if another writer has raised it since.
    """
    connection = session.connection()
    new: dict[str, list[Model]] = {}
    for row in rows:
        if inspect(row).key is None:
            new.setdefault(row.__tablename__, []).append(row)
        else:
            _update(connection, row)
            _let_go(session, row)
    for name in sorted(new, key=_order().__getitem__) if len(new) > 1 else new:
        mapping = _mapping(type(new[name][0]))
        connection.execute(mapping.insert, [mapping.values(row) for row in new[name]])
    for row in removed:
        mapping = _mapping(type(row))
        connection.execute(mapping.table.delete().where(mapping.key == getattr(row, mapping.key_name)))
        _let_go(session, row)


class _Mapping:
    """A mapped class as its table: (attribute, column) names, the primary key, the counter of versions."""

    def __init__(self, kind: type[Model]) -> None:
        mapper: Mapper[Any] = inspect(kind)
        table = mapper.local_table
        if not isinstance(table, Table):
            raise TypeError(f"{kind.__name__} is not mapped to a table")
        self.table = table
        self.columns = [(one.key, one.columns[0].name) for one in mapper.column_attrs]
        self.names = dict(self.columns)
        self.keys = [key for key, _ in self.columns]
        self.key = mapper.primary_key[0]
        self.key_name = mapper.get_property_by_column(self.key).key
        self.version: str | None = getattr(kind, "__version_column__", None)
        self.insert = table.insert()
        self._kind = kind
        self._new = mapper.class_manager.new_instance
        self._updates: dict[tuple[str, ...], Update] = {}

    def instance(self, row: Any) -> Any:
        """An object with these column values, as if it had been loaded and let go."""
        made = self._new()
        values = dict(zip(self.keys, row, strict=True))
        made.__dict__.update(values)
        inspect(made).key = (self._kind, (values[self.key_name],), None)
        return made

    def values(self, row: Model) -> dict[str, Any]:
        """The column values of an object."""
        held = row.__dict__
        return {name: held.get(key) for key, name in self.columns}

    def update(self, changed: tuple[str, ...]) -> Update:
        """The UPDATE of these columns of one row; made once for each set of columns."""
        known = self._updates.get(changed)
        if known is None:
            known = self.table.update().where(self.key == bindparam(_OLD + "key"))
            if self.version is not None:
                known = known.where(self.table.c[self.version] == bindparam(_OLD + "version"))
            known = self._updates[changed] = known.values({name: bindparam(name) for name in changed})
        return known


@cache
def _mapping(kind: type[Model]) -> _Mapping:
    return _Mapping(kind)


def is_changed(row: Model) -> bool:
    """Whether a fetched row differs from what is stored."""
    return bool(_changes(row))


def _changes(row: Model) -> dict[str, Any]:
    """The new values by column name. JSON is compared by identity: 1, 1.0 and true are equal, but not the same text."""
    names, now = _mapping(type(row)).names, row.__dict__
    return {
        names[key]: now[key]
        for key, old in inspect(row).committed_state.items()
        if key in names and now[key] is not old and (now[key] != old or isinstance(old, dict | list))
    }


def _update(connection: Connection, row: Model) -> None:
    mapping, now = _mapping(type(row)), row.__dict__
    changed = _changes(row)
    if not changed:
        return
    if mapping.version is not None:
        changed[mapping.version] = now[mapping.version] + 1
    statement = mapping.update(tuple(sorted(changed)))
    changed[_OLD + "key"] = now[mapping.key_name]
    if mapping.version is not None:
        changed[_OLD + "version"] = now[mapping.version]
    if connection.execute(statement, changed).rowcount != 1:
        raise StaleDataError(f"a row of {mapping.table.name} was changed by another writer")


def _let_go(session: Session, row: Model) -> None:
    if row in session:
        session.expunge(row)


@cache
def _order() -> dict[str, int]:
    return {table.name: number for number, table in enumerate(Model.metadata.sorted_tables)}
