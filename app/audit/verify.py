"""`verify`: is the log whole, and does every row still say what the act that wrote it said? (R012)"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, LargeBinary, cast, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit.chain import GENESIS, commitment, entry_hash
from app.audit.log import chained, row_seal
from app.audit.models import LogEntry, LogHead
from app.db import Base
from app.errors import Text

BATCH = 500
# What reading a row may raise whose columns hold what the application never writes there.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, DBAPIError)
_UNREADABLE_TEXT = Text("内容已无法读出，已被改动", "what is stored cannot be read: it was altered")

Row = TypeVar("Row", bound=Base)
Heads = Mapping[str, tuple[int, str]]
Seals = dict[tuple[str, str], tuple[str | None, str]]


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the record does not hold."""

    where: str
    text: Text

    def as_json(self) -> dict[str, Any]:
        return {"where": self.where, "message": {"zh": self.text.zh, "en": self.text.en}}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much was checked, and what was found."""

    streams: int
    entries: int
    rows: int
    breaks: tuple[Break, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": not self.breaks,
            "streams": self.streams,
            "entries": self.entries,
            "rows": self.rows,
            "breaks": [one.as_json() for one in self.breaks],
        }


# --- the log ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class Streams:
    """What the log says: entries checked, the first break of each broken stream, and the latest seal of every row.

    `seals` maps (table, id) to the digest, None once the row was removed, and to the entry that says so.
    """

    streams: int
    entries: int
    breaks: list[Break]
    seals: Seals


def verify_streams(session: Session, heads: Heads, only: str | None = None) -> Streams:
    """Check every stream, or one, against itself and against where it stands."""
    log = Streams(0, 0, [], {})
    names = {only} if only else {*session.scalars(select(LogEntry.stream).distinct()), *heads}
    for name in sorted(names, key=str):
        broken = _verify_stream(session, name, heads.get(name), log)
        log.streams += 1
        log.breaks += [broken] if broken else []
    return log


def other_heads(session: Session) -> dict[str, tuple[int, str]]:
    """The heads of the streams that are not a case's."""
    return {head.stream: (head.log_seq, head.log_hash) for head in session.scalars(select(LogHead))}


def _verify_stream(session: Session, name: str, head: tuple[int, str] | None, log: Streams) -> Break | None:
    previous, count, broken = GENESIS, 0, None
    for _, entry in stored(session, LogEntry, LogEntry.seq, LogEntry.stream == name):
        count += 1
        text = _UNREADABLE_TEXT if entry is None else _wrong(entry, count, previous)
        if broken is None and text is not None:
            broken = Break(f"{name}#{count}", text)
        if entry is not None:
            previous = entry.hash
            _collect(entry, f"{name}#{count}", log.seals)
    log.entries += count
    return broken or _ends_wrongly(name, head, count, previous)


def _wrong(entry: LogEntry, count: int, previous: str) -> Text | None:
    """What is wrong with an entry that should be the stream's `count`-th, after `previous`."""
    if entry.seq != count:
        return Text(f"第 {count} 条缺失", f"entry {count} is missing")
    if entry.previous != previous or entry.hash != _or_none(lambda: entry_hash(previous, chained(entry))):
        return Text("内容与哈希不符，已被改动", "the content does not fit its hash: it was altered")
    if entry.commitment is None:
        fits = entry.payload is None and entry.salt is None
    else:
        fits = entry.payload is not None and entry.commitment == commitment(entry.salt or "", entry.payload)
    return None if fits else Text("所附内容已被改动", "the payload was altered")


def _collect(entry: LogEntry, where: str, seals: Seals) -> None:
    for seal in entry.seals if isinstance(entry.seals, list) else ():
        if isinstance(seal, list) and len(seal) == 3:
            seals[str(seal[0]), str(seal[1])] = (seal[2], where)


def _ends_wrongly(name: str, head: tuple[int, str] | None, count: int, last: str) -> Break | None:
    if head is None:
        return Break(name, Text("日志所属的办件不存在", "what the stream belongs to is gone"))
    if count == 0:
        return Break(name, Text("整个日志流被删去", "the whole stream was removed"))
    if head != (count, last):
        return Break(f"{name}#{count + 1}", Text("末尾的条目被删去", "entries were cut off at the end"))
    return None


# --- rows ------------------------------------------------------------------------------------------


def verify_rows(session: Session, kinds: Iterable[type[Base]], seals: Seals, case_id: int | None = None) -> Verdict:
    """Compare every row of these kinds, or those of one case, with its seal."""
    breaks: list[Break] = []
    count = 0
    for kind in kinds:
        table, seen = kind.__tablename__, set()
        for key, row in stored(session, kind, kind.__mapper__.primary_key[0], *_of_case(kind, case_id)):
            count += 1
            seen.add(key)
            text = _UNREADABLE_TEXT if row is None else _altered(row, seals.get((table, key)))
            breaks += [Break(f"{table}:{key}", text)] if text else []
        for (of, key), (digest, entry) in seals.items():
            if of == table and digest is not None and key not in seen:
                text = Text(f"{entry} 写入的这一行被删去", f"this row of {entry} was removed")
                breaks.append(Break(f"{table}:{key}", text))
    return Verdict(0, 0, count, tuple(breaks))


def _altered(row: Base, known: tuple[str | None, str] | None) -> Text | None:
    if known is None or known[0] is None:
        return Text("这一行不是任何办理行为写入的", "no act wrote this row")
    if known[0] != _or_none(lambda: row_seal(row)[2]):
        return Text(f"这一行在 {known[1]} 之后被改动", f"this row was altered after {known[1]}")
    return None


def _or_none(compute: Callable[[], str]) -> str | None:
    """A digest; None of values that cannot have one, which the application never writes."""
    try:
        return compute()
    except UNREADABLE:
        return None


def _of_case(kind: type[Base], case_id: int | None) -> tuple[ColumnElement[bool], ...]:
    if case_id is None:
        return ()
    columns = kind.__table__.c
    return ((columns.id if kind.__tablename__ == "case" else columns.case_id) == case_id,)


def stored(
    session: Session, kind: type[Row], order: Any, *where: ColumnElement[bool]
) -> Iterator[tuple[str, Row | None]]:
    """Every row with its primary key as text, in `order`; None for a row that cannot be read any more."""
    query = select(kind).where(*where).order_by(order).execution_options(populate_existing=True, yield_per=BATCH)
    key = kind.__mapper__.primary_key[0]
    name = kind.__mapper__.get_property_by_column(key).key
    done = 0
    while True:
        try:
            for row in session.scalars(query.offset(done)):
                done += 1
                session.expunge(row)
                yield str(getattr(row, name)), row
            return
        except UNREADABLE:
            # Somewhere in this batch: its rows one by one, then on in batches. Only SQLite stores such things at all.
            keys = select(cast(key, LargeBinary)).where(*where).order_by(order).offset(done).limit(BATCH)
            for raw in session.scalars(keys).all():
                row_or_none = _one(session, query.offset(done).limit(1))
                done += 1
                yield (raw or b"").decode(errors="replace"), row_or_none


def _one(session: Session, query: Any) -> Any:
    try:
        row = session.scalars(query).one()
    except UNREADABLE:
        return None
    session.expunge(row)
    return row
