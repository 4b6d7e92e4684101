"""The lock of an act: the case's row first, then what hangs on it, so that no two acts deadlock."""

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import Case, Deadline, Incident, Task
from app.errors import NotFound, Text

Row = TypeVar("Row", Task, Deadline, Incident)


def lock_case(session: Session, case_id: int) -> Case:
    """The case, locked until the transaction ends. Raises NotFound."""
    case = session.scalar(select(Case).where(Case.id == case_id).with_for_update())
    if case is None:
        raise NotFound(Text("没有这个办件", "There is no such case"))
    return case


def lock_with(session: Session, kind: type[Row], row_id: int) -> tuple[Case, Row]:
    """The case of a task, deadline or incident, locked, and that row as it stands under the lock. Raises NotFound."""
    owner = select(kind.case_id).where(kind.id == row_id).scalar_subquery()
    case = session.scalar(select(Case).where(Case.id == owner).with_for_update())
    row = session.scalar(select(kind).where(kind.id == row_id)) if case is not None else None
    if case is None or row is None:
        raise NotFound(Text("没有这个编号的待办或办件", "There is no such task or case"))
    return case, row
