"""`verify`: is the log whole, and does every row still say what the act that wrote it said? (R012)"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.chain import GENESIS, commitment, entry_hash
from app.audit.log import chained, row_seal
from app.audit.models import LogEntry, LogHead
from app.db import Base
from app.errors import Text

BATCH = 500


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


Heads = Mapping[str, tuple[int, str]]


def verify_chain(entries: Iterable[LogEntry], head: tuple[int, str] | None, stream: str) -> Break | None:
    """Check a stream's entries, in order, against each other and against where the stream stands."""
    previous, count = GENESIS, 0
    for entry in entries:
        count += 1
        where = f"{stream}#{entry.seq}"
        if entry.seq != count:
            return Break(where, Text(f"第 {count} 条缺失", f"entry {count} is missing"))
        if entry.previous != previous or entry.hash != entry_hash(previous, chained(entry)):
            return Break(where, Text("内容与哈希不符，已被改动", "the content does not fit its hash: it was altered"))
        if entry.payload is not None and entry.commitment != commitment(entry.salt or "", entry.payload):
            return Break(where, Text("所附内容已被改动", "the payload was altered"))
        previous = entry.hash
    if head is None:
        return Break(stream, Text("日志所属的办件不存在", "what the stream belongs to is gone"))
    if head != (count, previous if count else ""):
        return Break(f"{stream}#{count + 1}", Text("末尾的条目被删去", "entries were cut off at the end"))
    return None


def verify_streams(session: Session, heads: Heads, only: str | None = None) -> tuple[int, int, list[Break]]:
    """Check every stream, or one; returns streams and entries checked, and the first break of each broken stream."""
    found: list[Break] = []
    names = [only] if only else list(session.scalars(select(LogEntry.stream).distinct().order_by(LogEntry.stream)))
    entries = 0
    for name in names:
        chain = select(LogEntry).where(LogEntry.stream == name).order_by(LogEntry.seq)
        one = verify_chain(session.scalars(chain), heads.get(name), name)
        found += [one] if one else []
        entries += session.scalar(select(func.count()).select_from(LogEntry).where(LogEntry.stream == name)) or 0
        session.expunge_all()
    for name in sorted(set(heads) - set(names)) if only is None else ():
        if heads[name][0]:
            found.append(Break(name, Text("整个日志流被删去", "the whole stream was removed")))
    return len(names), entries, found


def other_heads(session: Session) -> dict[str, tuple[int, str]]:
    """The heads of the streams that are not a case's."""
    return {head.stream: (head.log_seq, head.log_hash) for head in session.scalars(select(LogHead))}


def sealed(session: Session, case_id: int | None = None) -> dict[tuple[str, str], tuple[str | None, str]]:
    """The latest seal of every row: (table, id) → (digest or None once removed, entry)."""
    latest: dict[tuple[str, str], tuple[str | None, str]] = {}
    entries = select(LogEntry.stream, LogEntry.seq, LogEntry.seals).order_by(LogEntry.stream, LogEntry.seq)
    if case_id is not None:
        entries = entries.where(LogEntry.case_id == case_id)
    for stream, seq, seals in session.execute(entries).yield_per(BATCH):
        for table, key, digest in seals:
            latest[table, key] = (digest, f"{stream}#{seq}")
    return latest


def verify_rows(
    session: Session,
    kinds: Iterable[type[Base]],
    seals: Mapping[tuple[str, str], tuple[str | None, str]],
    case_id: int | None = None,
) -> tuple[int, list[Break]]:
    """Compare every row of these kinds with its seal; returns rows checked and the breaks."""
    breaks: list[Break] = []
    seen: set[tuple[str, str]] = set()
    count = 0
    tables = set()
    for kind in kinds:
        tables.add(kind.__tablename__)
        for row in _rows(session, kind, case_id):
            count += 1
            table, key, digest = row_seal(row)
            seen.add((table, key))
            known = seals.get((table, key))
            if known is None or known[0] is None:
                breaks.append(Break(f"{table}:{key}", Text("这一行不是任何办理行为写入的", "no act wrote this row")))
            elif known[0] != digest:
                text = Text(f"这一行在 {known[1]} 之后被改动", f"this row was altered after {known[1]}")
                breaks.append(Break(f"{table}:{key}", text))
        session.expunge_all()
    for (table, key), (last, entry) in seals.items():
        if last is not None and table in tables and (table, key) not in seen:
            breaks.append(
                Break(f"{table}:{key}", Text(f"{entry} 写入的这一行被删去", f"this row of {entry} was removed"))
            )
    return count, breaks


def _rows(session: Session, kind: type[Base], case_id: int | None) -> Iterator[Base]:
    query = select(kind)
    if case_id is not None:
        columns: Any = kind
        query = query.where((columns.id if kind.__tablename__ == "case" else columns.case_id) == case_id)
    yield from session.scalars(query.execution_options(yield_per=BATCH))
