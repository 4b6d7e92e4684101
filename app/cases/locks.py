"""The lock of an act: the case's row first, then what hangs on it, so that no two acts deadlock."""

from typing import TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.cases.models import Case, Deadline, Incident, Subscription, Task
from app.errors import NotFound, Text
from app.store import columns_of, fetch

Row = TypeVar("Row", Deadline, Incident, Subscription)

_CASE = columns_of(Case).with_for_update()
_BY_ID = _CASE.where(Case.id == bindparam("case"))
_OF_TASK = _CASE.where(Case.id == select(Task.case_id).where(Task.id == bindparam("task")).scalar_subquery())
_TASK = columns_of(Task).where(Task.id == bindparam("task"))
_OPEN_TASKS = columns_of(Task).where(Task.case_id == bindparam("case"), Task.status == "open").order_by(Task.id)


def lock_case(session: Session, case_id: int) -> Case:
    """The case, locked until the transaction ends. Raises NotFound."""
    found = fetch(session, Case, _BY_ID, {"case": case_id})
    if not found:
        raise NotFound(Text("没有这个办件", "There is no such case"))
    return found[0]


def lock_task(session: Session, task_id: int) -> tuple[Case, Task, list[Task]]:
    """The case of a task, locked; the task, and every open task of the case, as they stand under the lock.

    Raises NotFound.
    """
    cases = fetch(session, Case, _OF_TASK, {"task": task_id})
    if not cases:
        raise NotFound(Text("没有这个编号的待办", "There is no such task"))
    still_open = open_tasks(session, cases[0])
    wanted = [one for one in still_open if one.id == task_id] or fetch(session, Task, _TASK, {"task": task_id})
    return cases[0], wanted[0], still_open


def open_tasks(session: Session, case: Case) -> list[Task]:
    """The open tasks of a locked case."""
    return fetch(session, Task, _OPEN_TASKS, {"case": case.id})


def lock_with(session: Session, kind: type[Row], row_id: int) -> tuple[Case, Row]:
    """The case of a deadline or incident, locked, and that row as it stands under the lock. Raises NotFound."""
    owner = select(kind.case_id).where(kind.id == row_id).scalar_subquery()
    cases = fetch(session, Case, _CASE.where(Case.id == owner), {})
    rows = fetch(session, kind, columns_of(kind).where(kind.id == row_id), {}) if cases else []
    if not rows:
        raise NotFound(Text("没有这个编号的期限或异常", "There is no such deadline or incident"))
    return cases[0], rows[0]
