"""Procrastinate over SQLite: the queries a worker asks, on one connection in one thread.

Each handler mirrors the query of the same name in Procrastinate's `queries.sql`, and answers with the same columns.
"""

import asyncio
import functools
import json
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any, TypeVar

from procrastinate import connector, exceptions, sql, types
from procrastinate.manager import QUEUEING_LOCK_CONSTRAINT

T = TypeVar("T")
Row = dict[str, Any]
Turn = Callable[[], AbstractContextManager[object]]

NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"
_COLUMNS = (
    "id, status, task_name, priority, lock, queueing_lock, args, scheduled_at, queue_name, attempts, "
    "abort_requested, worker_id"
)
_NAMES = {text: name for name, text in sql.queries.items()}
# The same conditions as procrastinate_fetch_job_v2: nothing runs, and nothing older or more urgent waits, under the
# job's lock.
_READY = f"""
    SELECT id FROM procrastinate_jobs AS job
    WHERE status = 'todo'
      AND (:queues IS NULL OR queue_name IN (SELECT value FROM json_each(:queues)))
      AND (scheduled_at IS NULL OR scheduled_at <= {NOW})
      AND (lock IS NULL OR NOT EXISTS (
          SELECT 1 FROM procrastinate_jobs AS other
          WHERE other.lock = job.lock AND (other.status = 'doing' OR (other.status = 'todo'
            AND (other.priority > job.priority OR (other.priority = job.priority AND other.id < job.id))))))
    ORDER BY priority DESC, id LIMIT 1
"""  # noqa: S608 - no value is spliced in
_INSERT = f"""
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    VALUES (:queue_name, :task_name, :priority, :lock, :queueing_lock, :args, :scheduled_at) RETURNING {_COLUMNS}
"""  # noqa: S608 - no value is spliced in
_FINISH = """
    UPDATE procrastinate_jobs SET status = :status, abort_requested = 0,
        attempts = attempts + (status = 'doing')
    WHERE id = :job_id AND status IN ('todo', 'doing')
"""
_RETRY = """
    UPDATE procrastinate_jobs SET
        status = CASE WHEN status = 'doing' AND abort_requested THEN 'failed' ELSE 'todo' END,
        attempts = attempts + 1, scheduled_at = :retry_at, abort_requested = 0,
        priority = coalesce(:new_priority, priority), queue_name = coalesce(:new_queue_name, queue_name),
        lock = coalesce(:new_lock, lock)
    WHERE id = :job_id AND status IN ('doing', 'failed')
"""
_CANCEL = """
    UPDATE procrastinate_jobs SET abort_requested = (:abort AND status = 'doing'),
        status = CASE status WHEN 'todo' THEN 'cancelled' ELSE status END
    WHERE id = :job_id AND (status = 'todo' OR (:abort AND status = 'doing')) RETURNING id
"""
_STALLED = f"""
    SELECT {_COLUMNS} FROM procrastinate_jobs AS job
    WHERE status = 'doing' AND (:queue IS NULL OR queue_name = :queue)
      AND (:task_name IS NULL OR task_name = :task_name)
      AND (worker_id IS NULL OR EXISTS (
          SELECT 1 FROM procrastinate_workers AS worker WHERE worker.id = job.worker_id
            AND julianday('now') - julianday(worker.last_heartbeat) > :seconds_since_heartbeat / 86400.0))
"""  # noqa: S608 - no value is spliced in


class JobMoved(exceptions.ConnectorException):
    """The job is not in a state that allows this; somebody else has moved it on."""


# --- the bell: enqueueing in this process wakes this process's workers at once ------------------------

_bells: "weakref.WeakSet[Bell]" = weakref.WeakSet()
_bells_guard = threading.Lock()


class Bell:
    """Wakes one listening event loop from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        with _bells_guard:
            _bells.add(self)

    def ring(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self) -> None:
        await self._event.wait()
        self._event.clear()


def ring() -> None:
    """Tell the workers of this process that a job may be ready."""
    with _bells_guard:
        bells = list(_bells)
    for bell in bells:
        bell.ring()


def text_of(at: datetime | None) -> str | None:
    """An aware instant as the tables hold it, so that text order is time order."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


class SqliteConnector(connector.BaseAsyncConnector):
    """Answers Procrastinate's queries from the SQLite file at `path`.

    `turn` is entered around every writing transaction: the in-process queue in front of SQLite's single writer.
    """

    def __init__(self, path: str, turn: Turn = nullcontext) -> None:
        self._path = path
        self._turn = turn
        self._thread: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None

    # -- what Procrastinate calls ---------------------------------------------------------------------

    def get_sync_connector(self) -> connector.BaseConnector:
        return self

    async def open_async(self, pool: connector.Pool | None = None) -> None:  # noqa: ARG002 - Procrastinate's shape
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="queue-sqlite")
            await self._in_thread(self._connect)

    async def close_async(self) -> None:
        if self._thread is not None:
            await self._in_thread(self._disconnect)
            self._thread.shutdown()
            self._thread = None

    async def execute_query_async(self, query: str, **arguments: Any) -> None:
        await self._in_thread(functools.partial(self._answer, query, arguments))

    async def execute_query_one_async(self, query: str, **arguments: Any) -> Row:
        rows = await self._in_thread(functools.partial(self._answer, query, arguments))
        if not rows:
            raise exceptions.NoResult
        return rows[0]

    async def execute_query_all_async(self, query: str, **arguments: Any) -> list[Row]:
        return await self._in_thread(functools.partial(self._answer, query, arguments))

    async def listen_notify(self, on_notification: connector.Notify, channels: Iterable[str]) -> None:
        bell = Bell()
        message = json.dumps({"type": "job_inserted", "job_id": 0})
        while True:
            await bell.wait()
            await on_notification(channel=next(iter(channels)), payload=message)

    # -- in the connection's thread -------------------------------------------------------------------

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._thread is None:
            raise exceptions.AppNotOpen
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _connect(self) -> None:
        self._connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=on"):
            self._connection.execute(f"PRAGMA {pragma}")

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _answer(self, query: str, arguments: Row) -> list[Row]:
        name = _NAMES.get(query, "unknown")
        handler: Callable[..., list[Row]] | None = getattr(self, f"_on_{name}", None)
        if handler is None:
            raise exceptions.ConnectorException(f"SQLite does not answer the query {name!r}")
        try:
            return handler(**arguments)
        except sqlite3.Error as error:
            raise exceptions.ConnectorException(f"{name}: {error}") from error

    def _read(self, statement: str, arguments: Row | None = None) -> list[Row]:
        if self._connection is None:
            raise exceptions.AppNotOpen
        return [_row(one) for one in self._connection.execute(statement, arguments or {})]

    def _write(self, *work: tuple[str, Row]) -> list[Row]:
        """Run statements in one transaction; the rows of the last one."""
        with self._turn():
            self._read("BEGIN IMMEDIATE")
            try:
                for statement, arguments in work:
                    rows = self._read(statement, arguments)
            except BaseException:
                self._read("ROLLBACK")
                raise
            self._read("COMMIT")
        return rows

    # -- the queries, by Procrastinate's names --------------------------------------------------------

    def _on_defer_jobs(self, jobs: list[types.JobToDefer]) -> list[Row]:
        rows = []
        for job in jobs:
            values = job._asdict() | {
                "args": json.dumps(job.args, ensure_ascii=False),
                "scheduled_at": text_of(job.scheduled_at),
            }
            rows += self._insert([], values)
        ring()
        return rows

    def _insert(self, before: list[tuple[str, Row]], values: Row) -> list[Row]:
        try:
            return self._write(*before, (_INSERT, values))
        except sqlite3.IntegrityError as error:
            if "procrastinate_jobs.queueing_lock" not in str(error):
                raise
            raise exceptions.UniqueViolation(
                constraint_name=QUEUEING_LOCK_CONSTRAINT, queueing_lock=values["queueing_lock"]
            ) from error

    def _on_defer_periodic_job(self, **values: Any) -> list[Row]:
        mark = {name: values.pop(name) for name in ("periodic_id", "defer_timestamp")}
        mark["task_name"] = values["task_name"]
        same = "task_name = :task_name AND periodic_id = :periodic_id"
        note = """INSERT INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
            VALUES (:task_name, :periodic_id, :defer_timestamp)"""
        forget = f"DELETE FROM procrastinate_periodic_defers WHERE {same} AND defer_timestamp < :defer_timestamp"  # noqa: S608
        values["queue_name"] = values.pop("queue")
        values["args"] = json.dumps(values["args"], ensure_ascii=False)
        try:
            rows = self._insert([(note, mark), (forget, mark)], {**values, "scheduled_at": None})
        except sqlite3.IntegrityError as error:
            if "procrastinate_periodic_defers." not in str(error):
                raise
            return [{"id": None}]
        ring()
        return rows

    def _on_fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> list[Row]:
        arguments = {"queues": None if queues is None else json.dumps(list(queues)), "worker_id": worker_id}
        # Looked up first without the writer's turn: most of the time nothing is ready.
        if not self._read(_READY, arguments):
            return [dict.fromkeys(_COLUMNS.split(", "))]
        take = f"""UPDATE procrastinate_jobs SET status = 'doing', worker_id = :worker_id
            WHERE id = ({_READY}) RETURNING {_COLUMNS}"""  # noqa: S608 - no value is spliced in
        return self._write((take, arguments)) or [dict.fromkeys(_COLUMNS.split(", "))]

    def _on_finish_job(self, job_id: int, status: str, delete_job: bool) -> list[Row]:
        delete = "DELETE FROM procrastinate_jobs WHERE id = :job_id AND status IN ('todo', 'doing')"
        statement = (delete if delete_job else _FINISH) + " RETURNING id"
        return _moved(self._write((statement, {"job_id": job_id, "status": status})), job_id)

    def _on_retry_job(self, retry_at: datetime, **arguments: Any) -> list[Row]:
        rows = self._write((_RETRY + " RETURNING id", {**arguments, "retry_at": text_of(retry_at)}))
        ring()
        return _moved(rows, arguments["job_id"])

    def _on_cancel_job(self, job_id: int, abort: bool, delete_job: bool) -> list[Row]:
        delete = "DELETE FROM procrastinate_jobs WHERE id = :job_id AND status = 'todo' RETURNING id"
        rows = self._write((delete, {"job_id": job_id})) if delete_job else []
        return rows or self._write((_CANCEL, {"job_id": job_id, "abort": abort})) or [{"id": None}]

    def _on_select_stalled_jobs_by_heartbeat(self, **arguments: Any) -> list[Row]:
        return self._read(_STALLED, arguments)

    def _on_get_job_status(self, job_id: int) -> list[Row]:
        return self._read("SELECT status FROM procrastinate_jobs WHERE id = :job_id", {"job_id": job_id})

    def _on_list_jobs(self, **wanted: Any) -> list[Row]:
        given = {name: value for name, value in wanted.items() if value is not None}
        where = " AND ".join(["true", *(f"{name} = :{name}" for name in given)])
        return self._read(f"SELECT {_COLUMNS} FROM procrastinate_jobs WHERE {where} ORDER BY id", given)  # noqa: S608

    def _on_list_jobs_to_abort(self, queue_name: str | None) -> list[Row]:
        statement = """SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND abort_requested
            AND (:queue_name IS NULL OR queue_name = :queue_name)"""
        return self._read(statement, {"queue_name": queue_name})

    def _on_register_worker(self) -> list[Row]:
        return self._write(("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id AS worker_id", {}))

    def _on_unregister_worker(self, worker_id: int) -> list[Row]:
        return self._write(("DELETE FROM procrastinate_workers WHERE id = :worker_id", {"worker_id": worker_id}))

    def _on_update_heartbeat(self, worker_id: int) -> list[Row]:
        beat = f"UPDATE procrastinate_workers SET last_heartbeat = {NOW} WHERE id = :worker_id"  # noqa: S608
        return self._write((beat, {"worker_id": worker_id}))

    def _on_prune_stalled_workers(self, seconds_since_heartbeat: float) -> list[Row]:
        prune = """DELETE FROM procrastinate_workers
            WHERE julianday('now') - julianday(last_heartbeat) > :seconds / 86400.0 RETURNING id AS worker_id"""
        return self._write((prune, {"seconds": seconds_since_heartbeat}))

    def _on_check_connection(self) -> list[Row]:
        return [{"check": _first(self._read("SELECT name FROM sqlite_master WHERE name = 'procrastinate_jobs'"))}]


def _first(rows: list[Row]) -> str | None:
    return rows[0]["name"] if rows else None


def _moved(rows: list[Row], job_id: int) -> list[Row]:
    if not rows:
        raise JobMoved(f"job {job_id} has been moved on by somebody else")
    return rows


def _row(row: sqlite3.Row) -> Row:
    answer = dict(row)
    if answer.get("args") is not None:
        answer["args"] = json.loads(answer["args"])
    if answer.get("scheduled_at") is not None:
        answer["scheduled_at"] = datetime.fromisoformat(answer["scheduled_at"]).replace(tzinfo=UTC)
    if answer.get("abort_requested") is not None:
        answer["abort_requested"] = bool(answer["abort_requested"])
    return answer
