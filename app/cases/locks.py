"""The lock of an act: the case's row first, then what hangs on it, so that no two acts deadlock."""

from typing import TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.cases.models import Case, Deadline, Incident, Task
from app.errors import NotFound, Text

Row = TypeVar("Row", Deadline, Incident)

_CASE = select(Case).where(Case.id == bindparam("case")).with_for_update()
_TASK_OWNER = select(Task.case_id).where(Task.id == bindparam("task")).scalar_subquery()
_CASE_OF_TASK = select(Case).where(Case.id == _TASK_OWNER).with_for_update()
_TASK = select(Task).where(Task.id == bindparam("task"))
_OPEN_TASKS = select(Task).where(Task.case_id == bindparam("case"), Task.status == "open").order_by(Task.id)


def lock_case(session: Session, case_id: int) -> Case:
    """The case, locked until the transaction ends. Raises NotFound."""
    case = session.scalar(_CASE, {"case": case_id})
    if case is None:
        raise NotFound(Text("没有这个办件", "There is no such case"))
    return case


def lock_task(session: Session, task_id: int) -> tuple[Case, Task, list[Task]]:
    """The case of a task, locked; the task, and every open task of the case, as they stand under the lock.

    Raises NotFound.
    """
    case = session.scalar(_CASE_OF_TASK, {"task": task_id})
    if case is None:
        raise NotFound(Text("没有这个编号的待办", "There is no such task"))
    still_open = open_tasks(session, case)
    task = next((one for one in still_open if one.id == task_id), None) or session.scalar(_TASK, {"task": task_id})
    if task is None:
        raise NotFound(Text("没有这个编号的待办", "There is no such task"))
    return case, task, still_open


def open_tasks(session: Session, case: Case) -> list[Task]:
    """The open tasks of a locked case."""
    return list(session.scalars(_OPEN_TASKS, {"case": case.id}))


def lock_with(session: Session, kind: type[Row], row_id: int) -> tuple[Case, Row]:
    """The case of a deadline or incident, locked, and that row as it stands under the lock. Raises NotFound."""
    owner = select(kind.case_id).where(kind.id == row_id).scalar_subquery()
    case = session.scalar(select(Case).where(Case.id == owner).with_for_update())
    row = session.scalar(select(kind).where(kind.id == row_id)) if case is not None else None
    if case is None or row is None:
        raise NotFound(Text("没有这个编号的期限或异常", "There is no such deadline or incident"))
    return case, row
