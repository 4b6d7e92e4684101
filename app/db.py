"""The database: one `db`, aware times, time-ordered ids, and `transaction()`, where every commit happens."""

import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Engine, MetaData, event, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import ExecutionContext
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant. Naive values are refused on the way in and cannot come out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The declarative base: naming convention, aware datetimes, 64-bit ids.

    Defaults are set when an object is made, not when it is flushed: a row is sealed before it is written.
    """

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UtcDateTime,
            int: BigInteger,
            dict[str, Any]: JSON(none_as_null=True),
            list[Any]: JSON,
        },
    )

    def __init__(self, **values: Any) -> None:
        columns, defaults = _columns(type(self))
        if not columns.issuperset(values):
            raise TypeError(f"{type(self).__name__} has no column {', '.join(values.keys() - columns)}")
        for name, default in defaults.items():
            if name not in values:
                values[name] = default()
        self.__dict__.update(values)


@cache
def _columns(kind: type[Base]) -> tuple[frozenset[str], dict[str, Callable[[], Any]]]:
    """The names of a class's columns, and what makes their defaults."""
    made: dict[str, Callable[[], Any]] = {}
    for attribute in inspect(kind).column_attrs:
        default = attribute.columns[0].default
        if isinstance(default, CallableColumnDefault):
            made[attribute.key] = partial(default.arg, cast(ExecutionContext, None))  # ours take no context
        elif isinstance(default, ScalarElementColumnDefault):
            made[attribute.key] = partial(_same, default.arg)
    return frozenset(one.key for one in inspect(kind).column_attrs), made


def _same(value: Any) -> Any:
    return value


# Without autoflush an act is written in one go, at its end; what reads its own writes says flush().
db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"autoflush": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


# --- ids -------------------------------------------------------------------------------------------

_EPOCH_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
_ids = threading.Lock()
_last = 0
_node = int.from_bytes(os.urandom(2)) & 0x3FF


def new_id() -> int:
    """A 63-bit id that grows with time: 41 bits of milliseconds, 12 of counter, 10 of process.

    The counter starts anywhere in each millisecond, since two processes may have drawn the same 10 bits.
    """
    global _last  # noqa: PLW0603 - the counter of this process
    with _ids:
        tick = (time.time_ns() // 1_000_000 - _EPOCH_MS) << 12 | random.getrandbits(11)
        _last = max(_last + 1, tick)
        return _last << 10 | _node


def _new_node() -> None:
    global _node  # noqa: PLW0603 - a forked child must not repeat its parent's ids
    _node = int.from_bytes(os.urandom(2)) & 0x3FF


os.register_at_fork(after_in_child=_new_node)


# --- SQLite ----------------------------------------------------------------------------------------


class FairLock:
    """A lock that is given in the order in which it was asked for.

    Behind it, eight writers wait for SQLite at most some milliseconds; without it, the unlucky one waits
    two seconds.
    """

    def __init__(self) -> None:
        self._inner = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        with self._inner:
            if not self._held:
                self._held = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()

    def __exit__(self, *_: object) -> None:
        with self._inner:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False


write_turn = FairLock()
"""Writers of the SQLite file in this process, one after the other."""
_writing: ContextVar[bool | None] = ContextVar("writing", default=None)
_SQLITE = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=30000",
    "foreign_keys=on",
    "cache_size=-65536",
)


def engine_options(url: str) -> dict[str, Any]:
    """Options of the engine for a database URL."""
    if url.startswith("sqlite"):
        return {
            "connect_args": {"isolation_level": None, "timeout": 30, "check_same_thread": False},
            "pool_size": 16,
            "max_overflow": 0,
        }
    return {
        "pool_size": 16,
        "max_overflow": 0,
        "pool_pre_ping": True,
        "connect_args": {"prepare_threshold": None},
    }


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, _record: object) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None
        for pragma in _SQLITE:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _on_begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
    elif _writing.get() is False:
        # As SQLite does by itself: a reader sees one state throughout, whatever is committed meanwhile.
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


# --- transactions ----------------------------------------------------------------------------------

_after: ContextVar[list[Callable[[], None]] | None] = ContextVar("after_commit", default=None)


@contextmanager
def transaction(*, write: bool = True) -> Iterator[Session]:
    """One unit of work on `db.session`: commits at its end, rolls back on any exception.

    With `write=False` it sees one state of the database throughout, and PostgreSQL refuses to write.
    The only place of the application that commits. It does not nest: RuntimeError.
    Functions given to `after_commit()` run once the commit stands.
    """
    if _after.get() is not None:
        raise RuntimeError("transaction() inside a transaction(): an act is one transaction")
    callbacks: list[Callable[[], None]] = []
    token, writing = _after.set(callbacks), _writing.set(write)
    try:
        with _turn(write):
            yield from _work()
    finally:
        _writing.reset(writing)
        _after.reset(token)
    for callback in callbacks:
        callback()


def _work() -> Iterator[Session]:
    session: Session = db.session()
    if session.in_transaction():
        session.rollback()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def _turn(write: bool) -> Iterator[None]:
    if write and db.engine.dialect.name == "sqlite":
        with write_turn:
            yield
    else:
        yield


def after_commit(callback: Callable[[], None]) -> None:
    """Run `callback` once the surrounding transaction has committed; never if it does not."""
    callbacks = _after.get()
    if callbacks is None:
        raise RuntimeError("after_commit() outside a transaction()")
    callbacks.append(callback)


def in_transaction() -> bool:
    """Whether the caller is inside `transaction()`."""
    return _after.get() is not None
