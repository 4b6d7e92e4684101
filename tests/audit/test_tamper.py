"""Whatever is edited behind the application's back is found, and named (R012)."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit.chain import GENESIS, canonical, commitment, entry_hash, seal
from app.audit.log import chained, row_seal
from app.audit.models import LogEntry
from app.audit.triggers import WRITTEN_ONCE
from app.cases.models import Case
from app.db import Base, UtcDateTime, db, transaction
from app.documents.models import Upload
from app.replay.rebuild import Replayer
from app.replay.verify import verify_house
from app.sealed import CASE_ROWS, MODELS, SEALED
from tests.audit.conftest import break_in, loosen
from tests.conftest import AT

# What changes outside acts, by design: where the log stands (the chain tells), drafts, leases, deliveries, progress.
UNSEALED = {
    "case": {"log_seq", "log_hash", "version"},
    "task": {"draft", "draft_at", "draft_by"},
    "deadline": {"leased_until"},
    "outbox": {"delivered_at", "attempts", "error"},
    "recount": {"done", "moved", "failed", "reached", "ended_at"},
}
UNCHECKED = {"case": {"version"}} | {name: UNSEALED[name] for name in ("task", "deadline", "outbox", "recount")}
# Files that nobody has handed in yet prove nothing.
TABLES: dict[str, Table] = {model.__tablename__: model.__table__ for model in MODELS if model is not Upload}
WIDEST = max(len(table.c) for table in TABLES.values())
Change = Callable[[Column[Any], Any], Any]


def found(session: Session, case_no: str | None = None) -> set[str]:
    """Where verification finds breaks."""
    return {one.where for one in verify_house(session, case_no).breaks}


def key_of(table: Table) -> Column[Any]:
    return next(iter(table.primary_key.columns))


def victim(session: Session, table: Table) -> Any:
    """A row of the table; of a case that has several acts where it is a case's."""
    query = select(table)
    if table.name == "log_entry":
        query = query.where(table.c.stream.startswith("case:"), table.c.seq == 2)
    if table.name == "log_head":
        query = query.where(table.c.stream.startswith("item:"))
    if "case_id" in table.c and table.name != "log_entry":
        query = query.order_by(table.c.case_id)
    return session.execute(query.order_by(key_of(table)).limit(1)).one()


def places(table: Table, row: Any) -> set[str]:
    """How breaks may name a row."""
    if table.name == "log_entry":
        return {f"{row.stream}#{row.seq}"}
    if table.name == "log_head":
        return {row.stream, f"{row.stream}#{row.log_seq + 1}"}
    return {f"{table.name}:{row[0]}"}


def case_of(session: Session, row: Any) -> str:
    query = select(Case.no).where(Case.id == getattr(row, "case_id", row[0]))
    return session.scalars(query).one()


def altered(column: Column[Any], value: Any) -> Any:
    """Another value that the column takes."""
    if value is None:
        if isinstance(column.type, UtcDateTime | JSON):
            return AT if isinstance(column.type, UtcDateTime) else {"x": 1}
        examples: dict[type, Any] = {str: "x", int: 7, date: AT.date(), bytes: b"x"}
        return examples[column.type.python_type]
    match value:
        case bool():
            return not value
        case int():
            return value + 1000
        case str():
            return value[:-1] + ("x" if value[-1:] != "x" else "y")
        case datetime() | date():
            return value + timedelta(days=10_000)
        case bytes():
            return value + b"\0"
        case list():
            return [*value, ["forged"]]
    return {**value, "forged": True}


def garbage(column: Column[Any], value: Any) -> Any:
    """What no application would write."""
    return not value if isinstance(column.type, Boolean) else type_coerce(literal("{", Text), Text)


def not_a_number(column: Column[Any], value: Any) -> Any:
    """A number that JSON does not have, where there is JSON; bytes that are nothing elsewhere."""
    if isinstance(column.type, JSON):
        return type_coerce(literal('{"n": NaN}', Text), Text)
    if isinstance(column.type, Boolean):
        return not value
    return type_coerce(literal(b"\xff\xfe", LargeBinary), LargeBinary)


def checked_columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.c if column.name not in UNCHECKED.get(table.name, ())]


def edit(session: Session, tables: Iterable[Table], number: int, change: Change) -> Iterator[tuple[str, Any, str]]:
    """Edit the `number`-th column of one row of every table that has so many; table, row as it was, and column."""
    for table in tables:
        columns = checked_columns(table)
        if number < len(columns):
            row, column, key = victim(session, table), columns[number], key_of(table)
            change_it = update(table).where(key == row._mapping[key])
            session.execute(change_it.values({column: change(column, row._mapping[column])}))
            yield table.name, row, column.name


def named(row: Any, table: str, column: str, breaks: set[str]) -> bool:
    """Whether the breaks name the edited row."""
    if table == "case" and column in ("log_seq", "log_hash"):
        return any(one.startswith(f"case:{row.no}#") for one in breaks)
    return bool(places(TABLES[table], row) & breaks)


CHANGES = {"another value": altered, "garbage": garbage, "not a number": not_a_number}


@pytest.mark.parametrize("change", CHANGES)
def test_every_column_of_every_table_is_under_seal(house: Flask, change: str) -> None:
    for number in range(WIDEST):
        with break_in() as session:
            edited = list(edit(session, TABLES.values(), number, CHANGES[change]))
            breaks = found(session)
        for table, row, column in edited:
            assert named(row, table, column, breaks), f"{table}.{column} was edited unnoticed"
    with transaction(write=False) as session:
        assert not found(session)


@pytest.mark.parametrize("kind", CASE_ROWS)
def test_every_column_of_a_case_is_under_seal_when_only_the_case_is_verified(house: Flask, kind: type[Base]) -> None:
    table = TABLES[kind.__tablename__]
    for number, changed in enumerate(checked_columns(table)):
        if (table.name, changed.name) == ("case", "no"):
            continue
        with break_in() as session:
            no = case_of(session, victim(session, table))
            ((_, row, column),) = edit(session, [table], number, altered)
            assert named(row, table.name, column, found(session, no)), f"{table}.{column} was edited unnoticed"


@pytest.mark.postgres
def test_edits_on_postgresql_are_found(houses: Flask) -> None:
    for number in (0, 3, 5, 11):
        with break_in() as session:
            edited = list(edit(session, TABLES.values(), number, altered))
            breaks = found(session)
        assert all(named(row, table, column, breaks) for table, row, column in edited)


def test_only_what_acts_do_not_write_is_without_seal() -> None:
    unsealed = {kind.__tablename__: set(getattr(kind, "__unsealed__", ())) for kind in SEALED}
    assert {name: columns for name, columns in unsealed.items() if columns} == UNSEALED
    assert {*SEALED, *MODELS} == set(db.Model.__subclasses__())


# --- rows ------------------------------------------------------------------------------------------


def test_a_row_that_is_gone_is_missed(houses: Flask) -> None:
    for table in TABLES.values():
        with break_in() as session:
            row = victim(session, table)
            session.execute(delete(table).where(key_of(table) == row[0]))
            assert places(table, row) & found(session), f"a row of {table.name} was removed unnoticed"


def test_a_row_that_no_act_wrote_is_found(houses: Flask) -> None:
    with break_in() as session:
        made = [(table, copied(table, victim(session, table))) for table in TABLES.values()]
        for table, values in made:
            session.execute(insert(table).values(values))
        breaks = found(session)
    for table, values in made:
        known = values.get("stream") or f"{table.name}:{values[key_of(table).name]}"
        assert any(one.partition("#")[0] == known for one in breaks), f"a row was added to {table.name} unnoticed"


def copied(table: Table, row: Any) -> dict[str, Any]:
    """A row like this one, different where rows must differ."""
    values = dict(row._mapping)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint):
            last = list(constraint.columns)[-1]
            values[last.name] = altered(last, values[last.name])
    return values


# --- the log ---------------------------------------------------------------------------------------


def case_stream(session: Session, acts: int = 3) -> list[LogEntry]:
    """The entries of the case that went furthest."""
    longest = select(LogEntry.stream).where(LogEntry.case_id.is_not(None)).group_by(LogEntry.stream)
    name = session.scalars(longest.order_by(func.count().desc()).limit(1)).one()
    entries = list(session.scalars(select(LogEntry).where(LogEntry.stream == name).order_by(LogEntry.seq)))
    assert len(entries) >= acts
    return entries


def rewrite(session: Session, entry: LogEntry, **values: Any) -> None:
    table = TABLES["log_entry"]
    session.execute(update(table).where(table.c.id == entry.id).values(values))


def both_ways(session: Session, stream: str) -> tuple[set[str], set[str]]:
    return found(session), found(session, stream.removeprefix("case:"))


def test_a_cut_off_end_is_found(houses: Flask) -> None:
    with break_in() as session:
        last = case_stream(session)[-1]
        session.execute(delete(LogEntry).where(LogEntry.id == last.id))
        for breaks in both_ways(session, last.stream):
            assert f"{last.stream}#{last.seq}" in breaks


def test_a_cut_off_end_is_found_even_where_the_head_was_set_back(houses: Flask) -> None:
    with break_in() as session:
        *_, before, last = case_stream(session)
        session.execute(delete(LogEntry).where(LogEntry.id == last.id))
        stand = {"log_seq": before.seq, "log_hash": before.hash}
        session.execute(update(Case).where(Case.id == last.case_id).values(stand))
        for breaks in both_ways(session, last.stream):
            assert f"case:{last.case_id}" in breaks


def test_a_stream_that_is_gone_is_found(houses: Flask) -> None:
    with break_in() as session:
        stream = case_stream(session)[0].stream
        session.execute(delete(LogEntry).where(LogEntry.stream.in_([stream, "house"])))
        whole, of_case = both_ways(session, stream)
    assert {stream, "house"} <= whole
    assert stream in of_case


def test_a_case_that_vanished_with_all_its_rows_and_its_log_leaves_a_gap(houses: Flask) -> None:
    with break_in() as session:
        last = session.scalars(select(Case).order_by(Case.no.desc()).limit(1)).one()
        for kind in CASE_ROWS:
            of = Case.id if kind is Case else kind.__table__.c.case_id
            session.execute(delete(kind).where(of == last.id), execution_options={"synchronize_session": False})
        session.execute(delete(LogEntry).where(LogEntry.case_id == last.id))
        assert any(one.startswith("number_series:case:") for one in found(session))


@pytest.mark.parametrize("field", ["seq", "content"])
def test_two_entries_that_changed_places_are_found(houses: Flask, field: str) -> None:
    with break_in() as session:
        _, one, other, *_ = case_stream(session)
        first = f"{one.stream}#{one.seq}"
        if field == "seq":
            rewrite(session, one, seq=10_000)
            rewrite(session, other, seq=2)
            rewrite(session, one, seq=3)
        else:
            swap = ("act", "details", "trace", "payload", "salt", "commitment", "at", "element", "seals")
            here, there = ({name: getattr(entry, name) for name in swap} for entry in (one, other))
            rewrite(session, one, **there)
            rewrite(session, other, **here)
        for breaks in both_ways(session, one.stream):
            assert first in breaks


@pytest.mark.parametrize(
    "forge",
    [
        {"payload": "{}"},
        {"payload": "{}", "salt": "0" * 32},
        {"payload": None},
        {"payload": None, "salt": None},
        {"salt": "0" * 32},
        {"payload": "{}", "salt": "0" * 32, "commitment": commitment("0" * 32, "{}")},
        {"payload": None, "salt": None, "commitment": None},
    ],
    ids=str,
)
def test_a_payload_that_was_exchanged_or_erased_is_found(house: Flask, forge: dict[str, Any]) -> None:
    with break_in() as session:
        entry = case_stream(session)[1]
        assert entry.payload
        rewrite(session, entry, **forge)
        for breaks in both_ways(session, entry.stream):
            assert f"{entry.stream}#{entry.seq}" in breaks


def rechain(session: Session, stream: str) -> None:
    """Compute a stream anew from its start to its head, as whoever has the program can."""
    session.expire_all()
    previous = GENESIS
    entry = None
    for entry in session.scalars(select(LogEntry).where(LogEntry.stream == stream).order_by(LogEntry.seq)):
        entry.previous, entry.hash = previous, entry_hash(previous, chained(entry))
        previous = entry.hash
    assert entry is not None
    session.execute(update(Case).where(Case.id == entry.case_id).values(log_seq=entry.seq, log_hash=previous))
    session.flush()


def forged_trace(entry: LogEntry) -> dict[str, Any]:
    return {"trace": [*entry.trace[:-1], ["enter", *entry.trace[-1][1:2], "never_there", ""]]}


def without_command(entry: LogEntry) -> dict[str, Any]:
    payload = canonical({"answers": json.loads(entry.payload or "{}").get("answers", {})}).decode()
    return {"payload": payload, "commitment": commitment(entry.salt or "", payload)}


def other_answer(entry: LogEntry) -> dict[str, Any]:
    payload = json.loads(entry.payload or "{}")
    payload["command"]["data"] |= {"checkResult": "notice"}
    text = canonical(payload).decode()
    return {"payload": text, "commitment": commitment(entry.salt or "", text)}


FORGERIES = {"trace": forged_trace, "no command": without_command, "answer": other_answer}


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_history_forged_with_its_whole_chain_does_not_run_again(houses: Flask, forge: str) -> None:
    with break_in() as session:
        entry = case_stream(session)[1]
        rewrite(session, entry, **FORGERIES[forge](entry))
        rechain(session, entry.stream)
        assert both_ways(session, entry.stream) == (set(), set())
        replay = Replayer(session).replay(session.get_one(Case, entry.case_id))
    assert replay.difference is not None
    assert replay.difference.where == f"{entry.stream.removeprefix('case:')}#{entry.seq}"


def test_a_forged_row_sealed_anew_does_not_fit_the_replay(houses: Flask) -> None:
    with break_in() as session:
        case = session.scalars(select(Case).where(Case.status == "active").order_by(Case.id.desc()).limit(1)).one()
        case.status = "completed"
        entry = session.scalars(
            select(LogEntry).where(LogEntry.case_id == case.id).order_by(LogEntry.seq.desc())
        ).first()
        assert entry is not None
        entry.seals = [row_seal(case) if one[0] == "case" else one for one in entry.seals]
        session.flush()
        rechain(session, entry.stream)
        assert not found(session)
        replay = Replayer(session).replay(case)
    assert replay.difference is not None


# --- what the database refuses ----------------------------------------------------------------------


@pytest.mark.parametrize("table", WRITTEN_ONCE)
def test_the_database_refuses_to_rewrite_what_is_written_once(houses: Flask, table: str) -> None:
    verbs = [f"UPDATE {table} SET {key_of(TABLES[table]).name} = {key_of(TABLES[table]).name}", f"DELETE FROM {table}"]
    if db.engine.dialect.name == "postgresql":
        verbs.append(f"TRUNCATE {table} CASCADE")
    for verb in verbs:
        with pytest.raises(DBAPIError, match="written once"), transaction() as session:
            session.execute(text(verb))


# --- commands --------------------------------------------------------------------------------------


def tampered(app: Flask) -> tuple[LogEntry, str]:
    """A house in which a task's name was edited; the entry that sealed it, and the case's number."""
    with transaction() as session:
        entry = case_stream(session)[0]
        case_id, stream = entry.case_id, entry.stream
        task = TABLES["task"]
        session.execute(update(task).where(task.c.case_id == case_id).values(name="改"))
    return entry, stream.removeprefix("case:")


def test_flask_audit_verify_says_whole_or_names_the_first_break(house: Flask) -> None:
    run = house.test_cli_runner()
    whole = run.invoke(args=["audit", "verify", "--json"])
    assert (whole.exit_code, json.loads(whole.stdout)["ok"]) == (0, True)
    assert "完整 whole" in run.invoke(args=["audit", "verify"]).stdout
    _, no = tampered(house)
    for args in (["--json"], ["--case", no, "--json"]):
        answer = run.invoke(args=["audit", "verify", *args])
        verdict = json.loads(answer.stdout)
        assert (answer.exit_code, verdict["ok"]) == (1, False)
        assert verdict["breaks"][0]["where"].startswith("task:")
        assert set(verdict["breaks"][0]["message"]) == {"zh", "en"}
    spoken = run.invoke(args=["audit", "verify", "--case", no])
    assert spoken.exit_code == 1
    assert "first break: task:" in spoken.stderr


def test_flask_audit_verify_of_an_untouched_case_holds_while_another_is_broken(house: Flask) -> None:
    _, no = tampered(house)
    with transaction(write=False) as session:
        other = session.scalars(select(Case.no).where(Case.no != no).limit(1)).one()
    assert house.test_cli_runner().invoke(args=["audit", "verify", "--case", other]).exit_code == 0


@pytest.mark.parametrize("args", [["audit", "verify", "--case", "1"], ["replay", "1"]], ids=" ".join)
@pytest.mark.parametrize("json_or_not", [[], ["--json"]], ids=["spoken", "json"])
def test_commands_on_an_unknown_case_exit_1(house: Flask, args: list[str], json_or_not: list[str]) -> None:
    answer = house.test_cli_runner().invoke(args=[*args, *json_or_not])
    assert answer.exit_code == 1
    assert "there is no case 1" in answer.output
    assert not json_or_not or json.loads(answer.stdout)["ok"] is False


def test_flask_replay_runs_every_case_again_or_names_the_first_difference(house: Flask) -> None:
    run = house.test_cli_runner()
    answer = run.invoke(args=["replay", "all", "--json"])
    assert answer.exit_code == 0
    results = json.loads(answer.stdout)
    assert len(results) == 7
    assert all(one["ok"] and one["acts"] for one in results)
    with transaction() as session:
        loosen(session)
        entry = case_stream(session)[1]
        stream, seq = entry.stream, entry.seq
        rewrite(session, entry, **forged_trace(entry))
        rechain(session, stream)
    no = stream.removeprefix("case:")
    assert run.invoke(args=["audit", "verify"]).exit_code == 0
    told = run.invoke(args=["replay", no, "--json"])
    assert told.exit_code == 1
    assert json.loads(told.stdout)["difference"]["where"] == f"{no}#{seq}"
    assert "never_there" in run.invoke(args=["replay", no]).stderr
    assert run.invoke(args=["replay", "all"]).exit_code == 1


# --- the hash --------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, VALUES)
def test_two_values_have_one_digest_only_if_they_are_the_same(one: Any, other: Any) -> None:
    same = canonical(one) == canonical(other)
    assert (seal({"v": one}) == seal({"v": other})) == same
    assert json.loads(canonical(one)) == one
    assert not same or one == other
