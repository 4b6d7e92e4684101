"""The only reader of wall time. Everything else is handed an instant."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_frozen: datetime | None = None


def now() -> datetime:
    """The present instant, aware, in UTC; or the frozen one."""
    return _frozen or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Let `now()` answer `at` in every thread of this process, for tests and rehearsals.

    Raises ValueError on a naive datetime.
    """
    global _frozen  # noqa: PLW0603 - one clock per process, like the wall's
    if at.tzinfo is None:
        raise ValueError("a frozen instant needs a time zone")
    before, _frozen = _frozen, at.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
