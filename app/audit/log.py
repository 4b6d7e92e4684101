"""`record()`: the only writer of the log. It is called inside the transaction of the act that it records."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Protocol

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper, Session

from app.audit.chain import GENESIS, canonical, commitment, entry_hash, seal
from app.audit.models import LogEntry, LogHead
from app.store import store


class Head(Protocol):
    """Where a stream stands: a case's own row, or a `LogHead`."""

    log_seq: int
    log_hash: str


class Who(Protocol):
    """The identity fields of an act, as `identity.actor.Actor` has them."""

    @property
    def person_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def unit_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be recorded; `LogEntry` says what the fields mean."""

    name: str
    actor: Who
    at: datetime
    post: str = ""
    unit: str = ""
    acting_for: str = ""
    element: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    trace: Iterable[Iterable[str]] = ()
    payload: Mapping[str, Any] | None = None
    case_id: int | None = None
    item_version_id: int | None = None


def record(
    session: Session,
    head: Head,
    stream: str,
    division: str,
    act: Act,
    written: Iterable[object] = (),
    removed: Iterable[object] = (),
) -> LogEntry:
    """Append an entry to `stream` and move its head. `written` and `removed` are the rows of this act, to be sealed.

    Rows that carry the head are sealed without it. The caller holds the lock on the head's row.
    """
    entry = LogEntry(
        division=division,
        stream=stream,
        seq=head.log_seq + 1,
        at=act.at.astimezone(UTC),
        act=act.name,
        case_id=act.case_id,
        item_version_id=act.item_version_id,
        actor_id=act.actor.person_id,
        actor=act.actor.name,
        post=act.post,
        unit=act.unit or act.actor.unit_name,
        acting_for=act.acting_for,
        element=act.element,
        details=dict(act.details),
        trace=[list(step) for step in act.trace],
        seals=[*(_seal(row) for row in written), *(_removal(row) for row in removed)],
        **_private(act.payload),
        previous=head.log_hash or GENESIS,
    )
    entry.hash = entry_hash(entry.previous, chained(entry))
    head.log_seq, head.log_hash = entry.seq, entry.hash
    store(session, [entry])
    return entry


def _private(payload: Mapping[str, Any] | None) -> dict[str, str]:
    """The payload's columns; none where there is no payload."""
    if payload is None:
        return {}
    written, salt = canonical(payload).decode(), secrets.token_hex(16)
    return {"payload": written, "salt": salt, "commitment": commitment(salt, written)}


def stream_head(session: Session, stream: str) -> LogHead:
    """The locked head of a stream that is not a case's, made at its first use; two first users do not collide."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(LogHead).values(stream=stream, log_seq=0, log_hash=GENESIS).on_conflict_do_nothing())
    return session.get_one(LogHead, stream, with_for_update=True)


def chained(entry: LogEntry) -> dict[str, Any]:
    """The fields of an entry that its hash covers, as JSON values."""
    return {
        "id": entry.id,
        "division": entry.division,
        "stream": entry.stream,
        "seq": entry.seq,
        "at": instant(entry.at),
        "act": entry.act,
        "case": entry.case_id,
        "version": entry.item_version_id,
        "actor": [entry.actor_id, entry.actor, entry.post, entry.unit, entry.acting_for],
        "element": entry.element,
        "details": entry.details,
        "trace": entry.trace,
        "seals": entry.seals,
        "commitment": entry.commitment,
    }


def instant(at: datetime) -> str:
    """An instant as the chain writes it: UTC, microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


# --- seals -----------------------------------------------------------------------------------------


def row_seal(row: object) -> tuple[str, str, str]:
    """Table, primary key and digest of a row's sealed columns, as the row stands in the session.

    A class names in `__unsealed__` the columns that change outside acts (drafts, leases, the head of the log).
    """
    table, key, columns = _sealed_columns(type(row))
    held = row.__dict__
    return table, str(held[key]), seal({name: _plain(held.get(name)) for name in columns})


def _seal(row: object) -> list[str | None]:
    return list(row_seal(row))


def _removal(row: object) -> list[str | None]:
    table, key, _ = _sealed_columns(type(row))
    return [table, str(getattr(row, key)), None]


_columns: dict[type, tuple[str, str, tuple[str, ...]]] = {}


def _sealed_columns(kind: type) -> tuple[str, str, tuple[str, ...]]:
    known = _columns.get(kind)
    if known is None:
        mapper: Mapper[Any] = inspect(kind)
        unsealed: frozenset[str] = getattr(kind, "__unsealed__", frozenset())
        names = tuple(one.key for one in mapper.column_attrs if one.key not in unsealed)
        key = mapper.get_property_by_column(mapper.primary_key[0]).key
        known = _columns[kind] = (str(mapper.local_table), key, names)
    return known


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value
