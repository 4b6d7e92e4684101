"""`apply`: the single place where what the engine did becomes rows, and the act becomes an entry in the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.audit.log import Act, record
from app.bpmn.step import DeadlineSet, OpenedTask, Step, Thrown
from app.bpmn.step import Incident as Stuck
from app.bpmn.step import Subscription as Waits
from app.calendars.queries import current_calendar
from app.cases.effects import Consequences, Scene, carry_out
from app.cases.locks import open_tasks
from app.cases.models import Case, Deadline, Incident, Outbox, Subscription, Task
from app.cases.stage import stage_of
from app.cases.terms import limit_json, set_deadline_due, set_task_due
from app.catalogue.bundle import Bundle
from app.db import Model
from app.errors import Conflict, Text
from app.feel import to_json
from app.identity.actor import Actor, Held
from app.identity.queries import person_by_login, post_id_named
from app.queue import enqueue
from app.store import columns_of, fetch, is_changed, store

BROKEN_DEADLINE = "deadline-failed"
"""The code of the host's own incidents: a deadline that could not fire. Their key: the deadline's, `!`, a number."""
_DEADLINES = columns_of(Deadline).where(Deadline.case_id == bindparam("case"))


@dataclass(slots=True)
class Deed:
    """An act on a case, as it gathers what it wrote. `task` is the task it was done on, `post_id` the post it took."""

    session: Session
    name: str
    case: Case
    bundle: Bundle
    actor: Actor
    at: datetime
    task: Task | None = None
    open_tasks: list[Task] | None = None
    command: Mapping[str, Any] | None = None
    answers: Mapping[str, Any] | None = None
    details: dict[str, Any] = field(default_factory=dict)
    element: str = ""
    post_id: int | None = None
    written: list[Model] = field(default_factory=list)
    removed: list[Model] = field(default_factory=list)

    def tasks(self) -> list[Task]:
        """The tasks that were open when the act began."""
        if self.open_tasks is None:
            self.open_tasks = [] if self.name == "case.start" else open_tasks(self.session, self.case)
        return self.open_tasks


def apply(deed: Deed, step: Step) -> None:
    """Turn a step into rows and log it. Raises Conflict if the diagram names a post or person that does not exist."""
    case, calendar = deed.case, current_calendar()
    case.engine_state = step.state
    _close(deed, step)
    scene = Scene(deed.session, case, deed.bundle, calendar, deed.actor, deed.at)
    done = carry_out(scene, step.effects)
    deed.written += [*done.notices, *done.outbox]
    _remove_waits(deed, step)
    for opened in step.opened:
        task = _task(deed, opened)
        set_task_due(task, case, calendar)
        deed.written.append(task)
        if task.kind == "job":
            enqueue_job(deed.session, task)
    for timer in step.deadlines:
        deadline = _deadline(deed, timer)
        set_deadline_due(deadline, case, calendar)
        deed.written.append(deadline)
    _wait(deed, step)
    if done.moved:
        move_with_clock(deed)
    _settle(deed, step)
    for thrown in step.thrown:
        _throw(deed, thrown)
    _note_effects(deed, step, done)
    log(deed, step)


def _capacity(deed: Deed) -> Held | None:
    """The post in whose name this is done: the task's; for the case as a whole the item's, else one of the actor's."""
    posts = deed.actor.posts
    if deed.task is not None or deed.post_id is not None:
        return posts.get((deed.task.post_id if deed.task else deed.post_id) or 0)
    lead = (deed.bundle.content.get("lead_post"), deed.case.unit_id)
    own = sorted(posts.values(), key=lambda one: ((one.code, one.unit_id) != lead, one.rank, one.post_id))
    return own[0] if own else None


def enqueue_job(session: Session, task: Task, tried: int = 0, delay: timedelta | None = None) -> None:
    """Have a service task done by the handler of its type; tasks of one case one after the other, unless delayed."""
    lock = f"case:{task.case_id}" if delay is None else None
    enqueue(session, "cases.do_job", task_id=task.id, tried=tried, lock=lock, delay=delay)


def log(deed: Deed, step: Step | None = None) -> None:
    """Append the deed to the case's chain, with the identity of who did it (R001)."""
    held = _capacity(deed)
    payload = {"command": deed.command, "answers": deed.answers}
    act = Act(
        deed.name,
        deed.actor,
        deed.at,
        post=held.name if held else "",
        unit=held.unit_name if held else "",
        acting_for=held.principal if held else "",
        element=deed.element,
        details=deed.details,
        trace=[] if step is None else [(one.move, one.process, one.element, one.scope) for one in step.trace],
        payload={key: value for key, value in payload.items() if value is not None} or None,
        case_id=deed.case.id,
        item_version_id=deed.case.version_id,
    )
    rows = list({id(row): row for row in (deed.case, *deed.written)}.values())
    record(deed.session, deed.case, f"case:{deed.case.no}", deed.case.division, act, rows, deed.removed)
    store(deed.session, rows, deed.removed)
    for row in (one for one in deed.written if isinstance(one, Outbox)):
        enqueue(deed.session, "cases.deliver", outbox_id=row.id)


# --- what the step closed --------------------------------------------------------------------------


def _close(deed: Deed, step: Step) -> None:
    closed = {one.id: one.how for one in step.closed}
    for task in deed.tasks() if closed else ():
        if task.key in closed:
            _finish(deed, task, closed[task.key])


def _finish(deed: Deed, task: Task, how: str) -> None:
    task.status = "done" if how == "completed" else "cancelled"
    task.closed_at = deed.at
    if how == "completed":
        task.closed_by, task.closed_by_id = deed.actor.name, deed.actor.person_id
    task.draft, task.draft_at, task.draft_by = None, None, None
    deed.written.append(task)


def _remove_waits(deed: Deed, step: Step) -> None:
    for kind, keys in ((Deadline, step.cleared), (Subscription, step.unsubscribed)):
        if keys:
            rows = deed.session.scalars(select(kind).where(kind.case_id == deed.case.id, kind.key.in_(keys))).all()
            deed.removed.extend(rows)
    if step.resolved or step.cleared:
        _resolve(deed, step)


def _resolve(deed: Deed, step: Step) -> None:
    """Close the incidents that are over: the engine's own, and those of deadlines that nobody waits for any more."""
    stuck = select(Incident).where(Incident.case_id == deed.case.id, Incident.status == "open")
    for row in deed.session.scalars(stuck):
        if row.key in step.resolved or (row.code == BROKEN_DEADLINE and row.key.rpartition("!")[0] in step.cleared):
            row.status, row.resolved_at = "resolved", deed.at
            deed.written.append(row)


# --- what the step opened --------------------------------------------------------------------------


def _place(deed: Deed, opened: OpenedTask | DeadlineSet | Waits | Stuck) -> dict[str, Any]:
    """Whose it is and where on the diagram it stands."""
    return {
        "division": deed.case.division,
        "case_id": deed.case.id,
        "key": opened.id,
        "process": opened.process,
        "element": opened.element,
        "scope": opened.scope,
    }


def _task(deed: Deed, opened: OpenedTask) -> Task:
    step = opened.step
    post_name = (step.post if step else "") or next(iter(opened.candidate_groups), "")
    post_id = post_id_named(deed.case.division, post_name, deed.bundle.unit_id) if post_name else None
    if post_name and post_id is None:
        raise _no_such(opened, "岗位", "post", post_name)
    login = opened.assignee or next(iter(opened.candidate_users), "")
    person = person_by_login(deed.case.division, login) if login else None
    if login and person is None:
        raise _no_such(opened, "人员", "person", login)
    return Task(
        **_place(deed, opened),
        name=opened.name or opened.element,
        lane=opened.lane,
        kind=opened.kind,
        step_kind=step.kind if step else "other",
        form_id=opened.form_id or None,
        job_type=opened.job_type or None,
        inputs=to_json(dict(opened.inputs)),
        post_id=post_id,
        assignee_id=person.id if person else None,
        opened_at=deed.at,
        limit=limit_json(opened.limit),
    )


def _no_such(opened: OpenedTask, zh: str, en: str, name: str) -> Conflict:
    return Conflict(
        Text(
            f"流程步骤“{opened.name}”指定的{zh}“{name}”不存在，请管理员先设置",
            f"step “{opened.name}” names a {en} {name!r} that does not exist; an administrator has to set it up",
        )
    )


def _deadline(deed: Deed, timer: DeadlineSet) -> Deadline:
    return Deadline(
        **_place(deed, timer),
        name=timer.name,
        limit=limit_json(timer.limit),
        set_at=deed.at,
        due_at=timer.due,
    )


def _wait(deed: Deed, step: Step) -> None:
    for waits in step.subscribed:
        deed.written.append(_subscription(deed, waits))
    for one in step.incidents:
        deed.written.append(
            Incident(
                **_place(deed, one),
                code=one.code,
                text_zh=one.text.zh,
                text_en=one.text.en,
                opened_at=deed.at,
            )
        )


def _subscription(deed: Deed, waits: Waits) -> Subscription:
    return Subscription(
        **_place(deed, waits),
        kind=waits.kind,
        message=waits.message,
        correlation=waits.key,
    )


# --- what follows ----------------------------------------------------------------------------------


def move_with_clock(deed: Deed) -> None:
    """Compute anew the days of what was open before, since the clock moved; those of no other limit will differ."""
    case, calendar = deed.case, current_calendar()
    gone = {row.id for row in deed.removed if isinstance(row, Deadline)}
    waiting = fetch(deed.session, Deadline, _DEADLINES, {"case": case.id})
    for task in deed.tasks():
        if task.status == "open":
            set_task_due(task, case, calendar)
    for deadline in waiting:
        set_deadline_due(deadline, case, calendar)
    held = [*deed.tasks(), *(one for one in waiting if one.id not in gone)]
    written = {id(row) for row in deed.written}
    deed.written += [row for row in held if id(row) not in written and is_changed(row)]


def _settle(deed: Deed, step: Step) -> None:
    case = deed.case
    if step.status != "active":
        case.status, case.ended_at = step.status, deed.at
        case.outcome = case.outcome or ("completed" if step.status == "completed" else "cancelled")
        case.due_on = case.warn_on = None
    opened = [row for row in deed.written if isinstance(row, Task)]
    case.stage = stage_of(case, {one.step_kind for one in (*opened, *deed.tasks()) if one.status == "open"})


def _throw(deed: Deed, thrown: Thrown) -> None:
    if thrown.kind == "escalation":
        return
    deed.written.append(
        Outbox(
            division=deed.case.division,
            case_id=deed.case.id,
            kind=thrown.kind,
            payload={"name": thrown.name, "key": thrown.key, "payload": to_json(dict(thrown.payload))},
            created_at=deed.at,
        )
    )


def _note_effects(deed: Deed, step: Step, done: Consequences) -> None:
    facts: dict[str, Any] = {
        "papers": [notice.number for notice in done.notices],
        "registers": done.registers,
        "clocks": done.clocks,
        "outcome": deed.case.outcome if step.status != "active" else None,
        "incidents": [one.id for one in step.incidents],
    }
    deed.details.update({key: value for key, value in facts.items() if value})
