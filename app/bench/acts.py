"""Acts per second: through HTTP, through the operation, and the floor below which no transaction can go."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import UTC, datetime
from statistics import median
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.engine import Engine as Database

from app.audit.models import LogEntry
from app.bench.diagrams import ANSWER, FORM, agencies, approval, chain, loop
from app.bpmn.check import check
from app.bpmn.definition import Definition
from app.bpmn.engine import Engine
from app.cases.models import Case, Task
from app.cases.operations import complete_task, start_case
from app.catalogue.operations import list_power, publish
from app.catalogue.shelf import Shelved
from app.config import DEMO_PASSWORD
from app.db import new_id, transaction
from app.identity import queries as identity
from app.identity.actor import SYSTEM, Actor
from app.law.clock import local_date
from app.rehearsal import SINCE, house

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ITEM = {
    "slug": "bench",
    "task_name": "基准事项",
    "name_en": "Benchmark item",
    "task_type": "01",
    "catalog_code": "990131099000",
    "task_code": "1199000000000003504990131099000",
    "dept": "SCJG",
    "use_level": 4,
    "in_force_from": "2024-01-01",
    "by_law": [{"id": "law", "law": "行政许可法", "article": "第三十二条"}],
    "accept_condition": [{"no": 1, "text": "—"}],
    "material": [{"name": "申请书", "need": "必要", "by_law": "law"}],
    "anticipate_day": 20,
    "anticipate_type": "WD",
    "promise_day": 5,
    "promise_type": "WD",
    "fee": [],
    "transact_addr": "—",
    "link_tel": "0000",
    "complaint_tel": "0000",
    "application_form": "bench",
    "applicant_fields": {"name": "title", "type": "kind"},
    "process": {"id": "bench"},
}
STEPS = 3


def bench_acts(url: str | None = None, cases: int = 300) -> dict[str, float]:
    """Every figure of the main job, measured in one run on a database of its own."""
    with house(url) as app:
        clerk = _furnish()
        result = _completions(app, clerk, cases)
    return {**result, **_engine_figures()}


def _furnish() -> Actor:
    with transaction() as session:
        list_power(session, "990000", ITEM, SYSTEM, AT)
    shelved = Shelved("bench", ITEM, {"bench.bpmn": approval(), "forms/bench.form": FORM})
    with transaction() as session:
        publish(session, "990000", shelved, SYSTEM, AT, SINCE)
    with transaction(write=False) as session:
        unit = next(one for one in identity.units("990000") if one.code == "SCJG")
        post = identity.post_named("990000", "window", unit.id)
        person = identity.holders(post.id if post else 0, local_date(AT))[0]
        actor = identity.actor(person.id, local_date(AT))
    if actor is None:
        raise RuntimeError("the fictional county has no window clerk")
    return actor


def _completions(app: Flask, clerk: Actor, cases: int) -> dict[str, float]:
    statements, cpu, operation, floor = _through_operation(clerk, cases)
    ids = _start(clerk, cases)
    http = Context().run(_through_http, app, clerk, ids)
    with transaction(write=False) as session:
        size = _bytes_per_case(session.connection(), cases)
    return {
        "http_per_s": round(1 / http, 1),
        "operation_per_s": round(1 / operation, 1),
        "floor_per_s": round(1 / floor, 1),
        "operation_over_floor": round(operation / floor, 2),
        "statements_per_completion": round(statements, 2),
        "cpu_ms_per_completion": round(cpu * 1000, 3),
        "bytes_per_case": round(size),
    }


def _start(clerk: Actor, cases: int) -> list[int]:
    started = []
    for _ in range(cases):
        with transaction() as session:
            started.append(start_case(session, "bench", clerk, ANSWER, channel="window", at=AT).case.id)
    return started


def _next_task(case_id: int) -> int:
    with transaction(write=False) as session:
        return session.scalars(select(Task.id).where(Task.case_id == case_id, Task.status == "open")).one()


def _through_operation(clerk: Actor, cases: int) -> tuple[float, float, float, float]:
    """Statements, CPU seconds and wall seconds per completion, and wall seconds of the floor; medians.

    Completion and floor take turns, so that both see the same machine. Statements are counted apart: to listen to
    them costs time.
    """
    statements = _statements(clerk)
    ids = _start(clerk, cases)
    times: list[float] = []
    floors: list[float] = []
    cpus: list[float] = []
    rows = _rows_of_a_completion(clerk)
    for _ in range(STEPS):
        for case_id in ids:
            task_id = _next_task(case_id)
            began, used = time.perf_counter(), time.process_time()
            with transaction() as session:
                complete_task(session, task_id, clerk, ANSWER, AT)
            times.append(time.perf_counter() - began)
            cpus.append(time.process_time() - used)
            floors.append(_floor(rows))
    return statements, median(cpus), median(times), median(floors)


def _statements(clerk: Actor) -> float:
    """SQL statements per completion, over all steps of ten cases."""
    ids = _start(clerk, 10)
    count = 0
    for _ in range(STEPS):
        for case_id in ids:
            task_id = _next_task(case_id)
            with _counted() as seen, transaction() as session:
                complete_task(session, task_id, clerk, ANSWER, AT)
            count += seen[0]
    return count / (len(ids) * STEPS)


@contextmanager
def _counted() -> Iterator[list[int]]:
    seen = [0]

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            seen[0] += 1

    event.listen(Database, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Database, "before_cursor_execute", note)


Row = tuple[Any, dict[str, Any], bool]


def _floor(rows: list[Row]) -> float:
    """Seconds of a bare transaction that writes the rows of a completion: the case, two tasks, the entry in the log."""
    began = time.perf_counter()
    with transaction() as session:
        connection = session.connection()
        for table, values, new in rows:
            _write(connection, table, values, new)
    return time.perf_counter() - began


def _rows_of_a_completion(clerk: Actor) -> list[Row]:
    """(table, values, whether it is new) of the rows that a completion writes, from a case of its own."""
    case_id = _start(clerk, 1)[0]
    with transaction() as session:
        open_task = select(Task.id).where(Task.case_id == case_id)
        complete_task(session, session.scalars(open_task).one(), clerk, ANSWER, AT)
    tables: tuple[tuple[Any, bool], ...] = ((Case, False), (Task, False), (Task, True), (LogEntry, True))
    found: list[Row] = []
    with transaction(write=False) as session:
        for kind, new in tables:
            table = kind.__table__
            mine = table.c.id == case_id if kind is Case else table.c.case_id == case_id
            row = session.execute(select(table).where(mine).order_by(table.c.id.desc()).limit(1)).mappings().one()
            found.append((table, dict(row), new))
    return found


def _write(connection: Connection, table: Any, values: dict[str, Any], new: bool) -> None:
    if new:
        fresh: dict[str, Any] = {"id": new_id()}
        if "seq" in values:
            fresh |= {"seq": fresh["id"], "stream": "bench"}
        if "key" in values:
            fresh |= {"key": f"bench#{fresh['id']}", "status": "done"}
        connection.execute(table.insert(), values | fresh)
    else:
        changed = {key: value for key, value in values.items() if key != "id"}
        connection.execute(table.update().where(table.c.id == values["id"]), changed)


def _through_http(app: Flask, clerk: Actor, ids: list[int]) -> float:
    """Wall seconds per completion through the test client: session, CSRF, form, permission, log, commit.

    To be run outside the application's context, as requests are.
    """
    client = app.test_client()
    token = _log_in(client, clerk.login)
    times = []
    for _ in range(STEPS):
        for case_id in ids:
            with app.app_context():
                task_id = _next_task(case_id)
            began = time.perf_counter()
            answer = client.post(f"/tasks/{task_id}", json={"answers": ANSWER}, headers={"X-CSRFToken": token})
            times.append(time.perf_counter() - began)
            if answer.status_code != 303:
                raise RuntimeError(f"completion over HTTP answered {answer.status_code}: {answer.text[:300]}")
    return median(times)


def _log_in(client: FlaskClient, login: str) -> str:
    page = client.get("/login").text
    token = _token(page)
    client.post("/login", data={"login": login, "password": DEMO_PASSWORD, "csrf_token": token})
    return _token(client.get("/tasks").text)


def _token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the page carries no CSRF token")
    return found.group(1)


def _bytes_per_case(connection: Connection, cases: int) -> float:
    """What a finished case takes in the database, its log included."""
    finished = connection.execute(select(func.count()).select_from(Case.__table__)).scalar_one()
    if connection.dialect.name == "sqlite":
        pages = connection.execute(text("SELECT sum(pgsize) FROM dbstat WHERE name IN ('case','task','log_entry')"))
        return float(pages.scalar_one()) / max(finished, 1)
    names = ('"case"', "task", "log_entry")
    total = sum(connection.execute(text(f"SELECT pg_relation_size('{name}')")).scalar_one() for name in names)
    return float(total) / max(finished, cases)


# --- the engine alone ------------------------------------------------------------------------------


def _engine_figures() -> dict[str, float]:
    early, late = _rounds(1000)
    long, short = _chains(200, 10)
    return {
        "loop_last_over_first": round(late / early, 2),
        "chain200_over_chain10": round(long / short, 2),
        "agencies_start_ms": round(_agencies() * 1000, 3),
        "nodes5000_check_s": round(_check(5000), 2),
    }


def _rounds(count: int) -> tuple[float, float]:
    """Median seconds of the first and of the last hundred rounds of a loop: a young case and an old one take turns."""
    young, old = _looping(), _looping()
    for _ in range(count - 100):
        next(old)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(100):
        for walk, taken in zip((young, old), times, strict=True):
            began = time.perf_counter()
            next(walk)
            taken.append(time.perf_counter() - began)
    return median(times[0]), median(times[1])


def _looping() -> Iterator[None]:
    """One round after the other of a looped task."""
    engine = Engine(Definition.load({"loop.bpmn": loop()}, "loop"))
    step = engine.start({}, AT)
    while True:
        step = engine.complete(step.state or b"", step.opened[0].id, {"opinion": "again"}, AT)
        yield


def _chains(*lengths: int) -> list[float]:
    """Median seconds per completion along chains of these lengths, which take turns."""
    walks = [_walk(length) for length in lengths]
    times: list[list[float]] = [[] for _ in lengths]
    for _ in range(400):
        for walk, taken in zip(walks, times, strict=True):
            began = time.perf_counter()
            next(walk)
            taken.append(time.perf_counter() - began)
    return [median(taken) for taken in times]


def _walk(length: int) -> Iterator[None]:
    """One completion after the other, along one case after the other."""
    engine = Engine(Definition.load({"chain.bpmn": chain(length)}, "chain"))
    while True:
        step = engine.start({}, AT)
        for _ in range(length):
            step = engine.complete(step.state or b"", step.opened[0].id, {}, AT)
            yield


def _agencies() -> float:
    """Median seconds to start five rounds of six parallel agencies."""
    engine = Engine(Definition.load({"agencies.bpmn": agencies(5, 6)}, "agencies"))
    return _median(lambda: engine.start({}, AT), 50)


def _check(nodes: int) -> float:
    """Seconds to check a diagram of that many nodes, or to refuse it for its size."""
    data = chain(nodes)
    began = time.perf_counter()
    check({"large.bpmn": data})
    return time.perf_counter() - began


def _median(act: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return median(taken)
