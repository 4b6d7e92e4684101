"""The one Procrastinate `App`, our `task` decorator over it, and how a failed job is tried again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec, TypeAlias, TypeVar

from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.connector import BaseConnector
from procrastinate.jobs import Job
from procrastinate.tasks import Task

P = ParamSpec("P")
R = TypeVar("R")
AnyTask: TypeAlias = Task[Any, Any, Any]

# The registry of tasks. It has no database of its own: each worker runs it over a connector of its own.
jobs = App(connector=BaseConnector())


@dataclass(frozen=True, slots=True)
class BackOff(BaseRetryStrategy):
    """Try a failed job again after 1, 2, 4 … seconds, at most `longest`; give up after `attempts` tries.

    A job under a lock waits at most `longest_locked`: while it waits, every later job under its lock waits too.
    """

    attempts: int = 10
    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=10)
    longest_locked: timedelta = timedelta(seconds=2)

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again; None when the job has had its tries and stays `failed`."""
        if job.attempts + 1 >= self.attempts or not isinstance(exception, Exception):
            return None
        longest = self.longest_locked if job.lock else self.longest
        wait = min(self.first * 2 ** min(job.attempts, 20), longest)
        # Wall time, not app.clock: the database compares it with its own clock, which no test freezes.
        return RetryDecision(retry_at=datetime.now(UTC) + wait)


def task(
    name: str, *, queue: str = "default", priority: int = 0, retry: BaseRetryStrategy | bool = True
) -> Callable[[Callable[P, R]], Task[P, R, P]]:
    """Make a plain function the task `name`. It gets its arguments by keyword and runs in an application context.

    Delivery is at least once: the function must find out for itself that its work is already done.
    `retry` is a strategy; True means `BackOff()`, False a single try.
    """
    strategy: BaseRetryStrategy | bool = BackOff() if retry is True else retry

    def register(function: Callable[P, R]) -> Task[P, R, P]:
        return jobs.task(name=name, queue=queue, priority=priority, retry=strategy)(function)

    return register


def known(task_or_name: AnyTask | str) -> AnyTask:
    """The registered task of that name. Raises LookupError: a misspelt name must fail where it is written."""
    if not isinstance(task_or_name, str):
        return task_or_name
    try:
        found: AnyTask = jobs.tasks[task_or_name]
    except KeyError:
        raise LookupError(f"no task is registered as {task_or_name!r}") from None
    return found
