"""What comes to a case without a person's task: deadlines that fall due, messages, signals, results of service tasks.

Acts like those of `operations`: one lock, one transaction (the caller's), one entry in the log; none commits.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.audit.models import LogEntry
from app.cases.apply import BROKEN_DEADLINE, Deed, apply, log
from app.cases.locks import lock_case, lock_with
from app.cases.models import Case, Deadline, Incident, Outbox, Subscription, Task
from app.cases.operations import engine_data, move_on, open_task, running_state
from app.catalogue.bundle import bundle
from app.errors import NotFound, Text
from app.feel import from_json
from app.identity.actor import SYSTEM, Actor

JOB_FAILED = "job-failed"


def fire_deadline(session: Session, deadline_id: int, at: datetime) -> Case | None:
    """Fire a deadline that is due: exactly once in effect, whoever calls how often. None if there is nothing to do."""
    try:
        case, deadline = lock_with(session, Deadline, deadline_id)
    except NotFound:
        return None
    if case.status != "active" or deadline.due_at is None or deadline.due_at > at:
        return None
    version = bundle(case.version_id)
    deed = Deed(session, "deadline.fire", case, version, SYSTEM, at)
    deed.command = {"verb": "fire", "deadline": deadline.key}
    deed.element = f"{deadline.scope}/{deadline.element}".lstrip("/")
    deed.details = {"deadline": deadline.name, "due": deadline.due_at.isoformat()}
    apply(deed, version.engine.fire(running_state(case), deadline.key, at))
    return case


def report_broken_deadline(session: Session, deadline_id: int, problem: Exception, at: datetime) -> None:
    """Set a deadline that cannot fire aside as an incident, so that it holds up nobody else's; once."""
    try:
        case, deadline = lock_with(session, Deadline, deadline_id)
    except NotFound:
        return
    if deadline.due_at is None or deadline.due_at > at:
        return
    deed = Deed(session, "deadline.broken", case, bundle(case.version_id), SYSTEM, at)
    deed.element = f"{deadline.scope}/{deadline.element}".lstrip("/")
    reason = f"{type(problem).__name__}: {problem}"[:500]
    deed.details = {"deadline": deadline.name, "problem": reason}
    deadline.due_at = None
    deed.written.append(deadline)
    deed.written.append(
        Incident(
            division=case.division,
            case_id=case.id,
            key=f"{deadline.key}!{case.log_seq}",
            process=deadline.process,
            element=deadline.element,
            scope=deadline.scope,
            code=BROKEN_DEADLINE,
            text_zh=f"期限“{deadline.name}”触发失败：{reason}",
            text_en=f"Deadline “{deadline.name}” could not fire: {reason}",
            opened_at=at,
        )
    )
    log(deed)


def deliver_message(
    session: Session,
    division: str,
    name: str,
    key: str | None,
    payload: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> Case | None:
    """Hand a message to the case that has waited longest for it under this key; None if no active one waits."""
    correlated = Subscription.correlation.is_(None) if key is None else Subscription.correlation == key
    fits = (Subscription.kind == "message", Subscription.message == name, correlated)
    waiting = (
        select(Subscription.case_id)
        .join(Case, Case.id == Subscription.case_id)
        .where(Subscription.division == division, Case.status == "active", *fits)
        .order_by(Subscription.id)
    )
    for case_id in dict.fromkeys(session.scalars(waiting)):
        case = lock_case(session, case_id)
        if case.status == "active" and _listens(session, case, fits):
            _hear(session, case, {"verb": "deliver", "message": name, "key": key}, payload, actor, at)
            return case
    return None


def deliver_signal(session: Session, sent: Outbox, case_id: int, actor: Actor, at: datetime) -> bool:
    """Let a case hear a signal of the outbox, once, if it listens. False if it is suspended and must hear it later."""
    case, name = lock_case(session, case_id), sent.payload["name"]
    if not _listens(session, case, (Subscription.kind == "signal", Subscription.message == name)):
        return True
    if case.status == "suspended":
        return False
    heard = select(LogEntry.details).where(LogEntry.case_id == case.id, LogEntry.act == "message.deliver")
    if all(details.get("sent") != str(sent.id) for details in session.scalars(heard)):
        command = {"verb": "signal", "signal": name}
        _hear(session, case, command, sent.payload["payload"], actor, at, sent=str(sent.id))
    return True


def _listens(session: Session, case: Case, fits: tuple[ColumnElement[bool], ...]) -> bool:
    """Whether the locked case still waits for it."""
    return session.scalar(select(Subscription.id).where(Subscription.case_id == case.id, *fits).limit(1)) is not None


def _hear(
    session: Session,
    case: Case,
    command: dict[str, Any],
    payload: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    **details: str,
) -> None:
    version = bundle(case.version_id)
    name = command.get("message") or command["signal"]
    data = engine_data(version, payload)
    case.data = {**case.data, **payload}
    deed = Deed(session, "message.deliver", case, version, actor, at, answers=dict(payload))
    deed.details = {"message": name, **details}
    deed.command = {**command, "data": data}
    state, heard = running_state(case), from_json(data)
    if "signal" in command:
        apply(deed, version.engine.signal(state, name, heard, at))
    else:
        apply(deed, version.engine.deliver(state, name, command["key"], heard, at))


def do_job(session: Session, task_id: int, result: Mapping[str, Any], at: datetime) -> Case:
    """Complete a service task with what its handler found."""
    case, task, others = open_task(session, task_id)
    deed = Deed(session, "job.complete", case, bundle(case.version_id), SYSTEM, at, task, others, answers=dict(result))
    move_on(deed, task, result)
    return case


def fail_job(session: Session, task_id: int, code: str, found: Mapping[str, Any], at: datetime) -> Case:
    """A service task ends with the business error `code`: the diagram's error event catches it, or an incident does.

    `found` is what the error brings; the case keeps it either way.
    """
    deed, task = _failed(session, "job.fail", task_id, at)
    case, data = deed.case, engine_data(deed.bundle, found)
    case.data, deed.answers = {**case.data, **found}, dict(found)
    deed.command = {"verb": "fail", "task": task.key, "code": code, "data": data}
    deed.details["code"] = code
    apply(deed, deed.bundle.engine.fail(running_state(case), task.key, code, at, from_json(data)))
    return case


def give_up_job(session: Session, task_id: int, why: Text, at: datetime) -> Case:
    """Nobody can do a service task: an incident stands in its place, from which an administrator has it done again."""
    deed, task = _failed(session, "job.give_up", task_id, at)
    deed.command = {"verb": "give_up", "task": task.key, "code": JOB_FAILED, "zh": why.zh, "en": why.en}
    state = running_state(deed.case)
    apply(deed, deed.bundle.engine.give_up(state, task.key, JOB_FAILED, why, at))
    return deed.case


def _failed(session: Session, act: str, task_id: int, at: datetime) -> tuple[Deed, Task]:
    case, task, others = open_task(session, task_id)
    deed = Deed(session, act, case, bundle(case.version_id), SYSTEM, at, task, others)
    deed.element = f"{task.scope}/{task.element}".lstrip("/")
    deed.details = {"task": task.name, "type": task.job_type or ""}
    return deed, task


def tries(session: Session, task_id: int) -> int:
    """How often the diagram wants a service task to be tried (the job's `retries`), once at the least."""
    case, task, _ = open_task(session, task_id)
    waiting = bundle(case.version_id).engine.waiting(running_state(case)).tasks
    return max(1, next((one.retries for one in waiting if one.id == task.key), 1))
