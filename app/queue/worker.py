"""The worker: runs jobs in threads of this process, alone beside the pages or as a process of its own.

It outlives failures of the database: whatever ends Procrastinate's loop, a new one is started after a while.
"""

import asyncio
import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg
import psycopg_pool
import sqlalchemy as sa
from flask import Flask
from procrastinate import App, PsycopgConnector, exceptions, periodic
from procrastinate import worker as engine
from procrastinate.connector import BaseAsyncConnector
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from psycopg.conninfo import make_conninfo

from app.db import db, write_turn
from app.queue.sqlite import JobMoved, SqliteConnector
from app.queue.tasks import jobs

log = logging.getLogger(__name__)
_DATABASE_IS_AWAY = (exceptions.ConnectorException, psycopg.Error, psycopg_pool.PoolTimeout, sqlite3.Error, OSError)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a worker looks, in seconds.

    poll          for jobs whose delay has passed; new jobs are told at once on PostgreSQL and within the process
    heartbeat     how often it says that it lives
    stalled       a worker silent for that long is taken for dead; must be several heartbeats
    reap          how often the jobs of dead workers are put back into the queue
    restart       first wait before trying again when the database is away; doubles up to `restart_most`
    """

    poll: float = 1.0
    heartbeat: float = 5.0
    stalled: float = 30.0
    reap: float = 10.0
    restart: float = 1.0
    restart_most: float = 30.0


class Worker:
    """Runs the jobs of one application's database.

    `app`: the Flask application, whose context every job runs in. `concurrency`: jobs at a time. `queues`: only
    these. `sweeps`: defer and run what `every()` registered. One object runs once: `run()` in the caller's
    thread, or `start()` in a thread of its own; `stop()` from anywhere lets running jobs finish.
    """

    def __init__(
        self,
        app: Flask,
        *,
        concurrency: int = 4,
        queues: Iterable[str] | None = None,
        sweeps: bool = True,
        pace: Pace = Pace(),
        stop: threading.Event | None = None,
    ) -> None:
        self._app = app
        self._concurrency = concurrency
        self._queues = None if queues is None else list(queues)
        self._sweeps = sweeps
        self._pace = pace
        self._stop = stop or threading.Event()
        self._wake = asyncio.Event()
        self._thread: threading.Thread | None = None

    # -- from outside ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Run in a daemon thread of this process."""
        self._thread = threading.Thread(target=self.run, name="queue-worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no new jobs and let running ones finish. Safe from signal handlers and from any thread."""
        self._stop.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the worker's own thread, at most `timeout` seconds; whether it has ended."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self._thread is None or not self._thread.is_alive()

    def run(self) -> None:
        """Work until `stop()`, whatever happens to the database meanwhile."""
        asyncio.run(self._supervise())

    def drain(self) -> int:
        """Work until nothing is ready to run any more; how many jobs ran.

        Delayed jobs, among them those to be tried again, stay; sweeps are not deferred.
        """
        return asyncio.run(self._drain())

    # -- inside the loop ------------------------------------------------------------------------------

    async def _supervise(self) -> None:
        self._prepare()
        watch = asyncio.create_task(self._watch_stop())
        delay = self._pace.restart
        try:
            while not self._stop.is_set():
                began = time.monotonic()
                await self._serve_once()
                if time.monotonic() - began > self._pace.stalled:
                    delay = self._pace.restart
                await self._pause(delay)
                delay = min(delay * 2, self._pace.restart_most)
        finally:
            self._stop.set()
            await watch

    def _prepare(self) -> None:
        # As many threads as jobs, so that a job never waits for a thread once it is fetched; one more watches `stop`.
        threads = ThreadPoolExecutor(self._concurrency + 2, thread_name_prefix="queue-job")
        asyncio.get_running_loop().set_default_executor(threads)

    async def _watch_stop(self) -> None:
        await asyncio.to_thread(self._stop.wait)
        self._wake.set()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)

    async def _serve_once(self) -> None:
        try:
            await self._serve()
        except _DATABASE_IS_AWAY as error:
            log.warning("the database is away: %s", error)
        except Exception:
            # Whatever it was, jobs must go on: the supervisor starts the loop anew after a pause.
            log.exception("the worker's loop broke")

    async def _serve(self) -> None:
        life, stop = asyncio.create_task(self._live()), asyncio.create_task(self._wake.wait())
        try:
            await asyncio.wait({life, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            life.cancel()  # Procrastinate takes that for a polite request and lets running jobs finish
            with contextlib.suppress(asyncio.CancelledError):
                await life

    async def _live(self) -> None:
        """One life of Procrastinate's loop: ends when it is cancelled, or when the database fails it."""
        async with self._opened() as app:
            reaper = asyncio.create_task(self._reap_for_ever(app))
            try:
                await self._engine(app, wait=True).live()
            finally:
                reaper.cancel()

    async def _drain(self) -> int:
        self._prepare()
        total = 0
        async with self._opened() as app:
            # Again as long as there was something: the last jobs of a life may have enqueued others.
            while count := await self._engine(app, wait=False).live():
                total += count
        return total

    @contextlib.asynccontextmanager
    async def _opened(self) -> AsyncIterator[App]:
        connector = self._connector()
        try:
            await connector.open_async()
            yield jobs.with_connector(connector)
        finally:
            await connector.close_async()

    def _connector(self) -> BaseAsyncConnector:
        with self._app.app_context():
            url, dialect = db.engine.url, db.engine.dialect
        if dialect.name == "sqlite":
            return SqliteConnector(str(url.database), turn=lambda: write_turn)
        size = self._concurrency + 3
        return PsycopgConnector(conninfo=conninfo(url, dialect), configure=_autocommit, min_size=1, max_size=size)

    def _engine(self, app: App, *, wait: bool) -> "_Engine":
        return _Engine(
            app,
            sweeps=self._sweeps and wait,
            queues=self._queues,
            concurrency=self._concurrency,
            wait=wait,
            fetch_job_polling_interval=self._pace.poll,
            update_heartbeat_interval=self._pace.heartbeat,
            stalled_worker_timeout=self._pace.stalled,
            # What succeeded is in the log of acts; the table keeps what waits and what failed.
            delete_jobs="successful",
            install_signal_handlers=False,
            task_middleware=[self._in_context],
        )

    def _in_context(self, call_next: Callable[[], Any], _context: JobContext, _worker: engine.Worker) -> Any:
        with self._app.app_context():
            return call_next()

    async def _reap_for_ever(self, app: App) -> None:
        while True:
            try:
                await reap(app, self._pace.stalled)
            except _DATABASE_IS_AWAY as error:
                log.warning("could not look for the jobs of dead workers: %s", error)
            await asyncio.sleep(self._pace.reap)


def conninfo(url: sa.URL, dialect: sa.Dialect) -> str:
    """libpq's connection string for an engine's URL."""
    _, parameters = dialect.create_connect_args(url)
    return make_conninfo("", **{name: value for name, value in parameters.items() if name != "context"})


async def _autocommit(connection: psycopg.AsyncConnection[Any]) -> None:
    # Every query of Procrastinate's is a single statement: BEGIN and COMMIT would be journeys for nothing.
    await connection.set_autocommit(True)


MOST_STALLS = 20


async def reap(app: App, silent_s: float) -> int:
    """Put the jobs of workers silent for `silent_s` seconds back into the queue; how many.

    Each on its own: one that meanwhile was finished, or whose lock is taken, must not keep the others. A job that
    was begun `MOST_STALLS` times is failed instead: it may be what kills the workers.
    """
    count = 0
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent_s):
        try:
            if job.attempts < MOST_STALLS:
                await app.job_manager.retry_job(job)
            else:
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        except exceptions.ConnectorException as error:
            log.info("job %s of a dead worker is left alone: %s", job.id, error)
        else:
            log.warning("job %s (%s) of a dead worker is put back", job.id, job.task_name)
            count += 1
    return count


class _Engine(engine.Worker):
    """Procrastinate's worker with three corrections, each beside its method."""

    def __init__(self, app: App, *, sweeps: bool, **options: Any) -> None:
        super().__init__(app, **options)
        self._sweeps = sweeps
        self._begun = 0

    async def live(self) -> int:
        """Run until stopped; how many jobs were begun."""
        await super().run()  # type: ignore[no-untyped-call]  # Procrastinate leaves it unannotated
        return self._begun

    async def _process_job(self, context: JobContext) -> None:
        self._begun += 1
        await super()._process_job(context)

    async def _periodic_deferrer(self) -> None:
        # A side task that returns ends the watch over the others, so without sweeps it waits for its cancellation.
        if self._sweeps and self.app.periodic_registry.periodic_tasks:
            await _Punctual(self.app).worker()
        await asyncio.Event().wait()

    async def _persist_job_status(self, job: Job, *args: Any, **kwargs: Any) -> None:
        try:
            await super()._persist_job_status(job, *args, **kwargs)
        except exceptions.ConnectorException as error:
            if isinstance(error, JobMoved) or isinstance(error.__cause__, psycopg.errors.RaiseException):
                # This worker was silent for too long, and the job was given to somebody else.
                log.warning("job %s was moved on elsewhere: %s", job.id, error)
                return
            # The job would stay "doing" under a living worker for ever. Ending this life makes it a dead one's.
            log.warning("the end of job %s could not be noted: %s", job.id, error)
            self.stop()  # type: ignore[no-untyped-call]  # Procrastinate leaves it unannotated


class _Punctual(periodic.PeriodicDeferrer):
    """Defers on the second, only the last of several ticks it missed, and through the worker's own connector."""

    def __init__(self, app: App) -> None:
        super().__init__(app.periodic_registry)
        self._manager = app.job_manager

    async def defer_jobs(self, jobs_to_defer: Iterable[periodic.TaskAtTime]) -> None:
        for tick, timestamp in jobs_to_defer:
            job = tick.task.configure(task_kwargs={"timestamp": timestamp}).job
            with contextlib.suppress(exceptions.AlreadyEnqueued):  # the last tick still waits: one is enough
                await self._manager.defer_periodic_job(job, tick.periodic_id, timestamp)

    def get_timestamps(
        self, periodic_task: periodic.PeriodicTask[Any, Any, Any], since: int | None, until: float
    ) -> Iterable[int]:
        last = [*super().get_timestamps(periodic_task, None, until)]
        return [stamp for stamp in last if since is None or stamp > since]

    async def wait(self, next_tick: float) -> None:
        await asyncio.sleep(next_tick + 0.01)
