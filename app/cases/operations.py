"""The verbs on cases. Each is an act: one lock, one transaction (the caller's), one entry in the log.

Every verb takes the session of the surrounding `transaction()`, the actor, and the instant `at`; none commits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.calendars.queries import current_calendar
from app.cases.answer import Judged, hand_in, judge
from app.cases.apply import BROKEN_DEADLINE, Deed, apply, enqueue_job, log
from app.cases.checks import check_separation, check_withdrawal, look_over
from app.cases.locks import lock_case, lock_task, lock_with, open_tasks
from app.cases.models import Case, Deadline, Incident, Task
from app.cases.papers import item_facts, item_for_forms, material_list, query_code, query_code_hash
from app.cases.terms import set_case_dues
from app.catalogue.bundle import Bundle, bundle
from app.catalogue.queries import version_in_force
from app.documents.operations import take_number
from app.errors import Conflict, Invalid, Text
from app.feel import from_json
from app.identity.actor import Actor, demand
from app.law.clock import ZONE, Channel, local_date, receipt_date
from app.law.identifiers import case_number
from app.store import store


@dataclass(frozen=True, slots=True)
class Started:
    """A new case and the code with which its applicant may follow it; only the code's hash is kept."""

    case: Case
    query_code: str


def start_case(
    session: Session, slug: str, actor: Actor, posted: Mapping[str, Any], *, channel: Channel, at: datetime
) -> Started:
    """Receive an application: a case on the version in force on its receipt date (R028, R164).

    `posted` is cleaned against the item's application form. Raises NotFound, Forbidden, or Invalid with the errors.
    """
    demand(actor, "case.start", what=slug)
    calendar = current_calendar()
    received = receipt_date(at, channel, calendar)
    version = bundle(version_in_force(slug, received))
    judged = judge(session, version.application_form, posted, {}, actor, at)
    answers = judged.data
    no = case_number(
        version.division, local_date(at), take_number(session, f"case:{version.division}:{local_date(at)}")
    )
    code = query_code(no)
    case = Case(
        division=version.division,
        no=no,
        query_code_hash=query_code_hash(no),
        item_id=version.item_id,
        version_id=version.version_id,
        unit_id=version.unit_id,
        channel=channel,
        applicant=str(answers.get(version.content["applicant_fields"]["name"]) or "—"),
        data={**answers, "materials": material_list(version, answers, at)},
        received_at=at,
        receipt_date=received,
    )
    set_case_dues(case, version, calendar)
    data = _start_data(case, version, answers)
    deed = Deed(session, "case.start", case, version, actor, at, answers=answers)
    deed.command = {"verb": "start", "data": data}
    deed.details = {"channel": channel, "form": version.application_form.id}
    hand_in(deed, judged)
    apply(deed, version.engine.start(from_json(data), at))
    return Started(case, code)


def _start_data(case: Case, version: Bundle, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **engine_data(version, answers),
        "case": {"no": case.no, "receiptDate": case.receipt_date.isoformat(), "channel": case.channel},
        "item": item_facts(version),
        "applicant": {"type": answers.get(version.content["applicant_fields"]["type"]), "name": case.applicant},
    }


def engine_data(version: Bundle, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that the diagram decides on; the rest, and so most personal data, stays in the case's own row."""
    return {key: value for key, value in answers.items() if key in version.reads}


# --- tasks -----------------------------------------------------------------------------------------


def claim_task(session: Session, task_id: int, actor: Actor, at: datetime) -> Task:
    """Take a task of one of the actor's posts (签收). Raises Conflict if somebody else has it, Forbidden."""
    case, task, _ = open_task(session, task_id)
    if task.assignee_id == actor.person_id:
        return task
    if task.assignee_id is not None:
        raise Conflict(Text("此件已由他人签收", "Somebody else has claimed this task"))
    demand(actor, "task.claim", task, what=f"{case.no} {task.name}")
    check_separation(session, case, task, bundle(case.version_id), actor)
    task.assignee_id, task.claimed_at = actor.person_id, at
    _log_task(session, "task.claim", case, task, actor, at)
    return task


def release_task(session: Session, task_id: int, actor: Actor, at: datetime) -> Task:
    """Put a claimed task back to its post. Raises Forbidden unless the actor has claimed it."""
    case, task, _ = open_task(session, task_id)
    if task.assignee_id is None:
        return task
    demand(actor, "task.claim", task, what=f"{case.no} {task.name}")
    task.assignee_id = task.claimed_at = None
    _log_task(session, "task.release", case, task, actor, at)
    return task


def save_draft(session: Session, task_id: int, actor: Actor, draft: Mapping[str, Any], at: datetime) -> Task:
    """Keep what is being typed. A draft decides nothing, so it is neither checked nor logged, and sealed by nobody."""
    case, task, _ = open_task(session, task_id)
    demand(actor, "task.complete", task, what=f"{case.no} {task.name}")
    task.draft, task.draft_at, task.draft_by = dict(draft), at, actor.person_id
    store(session, [task])
    return task


def complete_task(session: Session, task_id: int, actor: Actor, posted: Mapping[str, Any], at: datetime) -> Task:
    """Do a task: clean the answer, move the case on its diagram, and log it under the actor's own name (R001).

    Raises Conflict if it is done already («已由X于T办理»), Forbidden, or Invalid with the errors by field.
    """
    case, task, others = open_task(session, task_id)
    demand(actor, "task.complete", task, what=f"{case.no} {task.name}")
    version = bundle(case.version_id)
    check_separation(session, case, task, version, actor)
    form = version.forms.get(task.form_id) if task.form_id else None
    judged = judge(session, form, posted, form_context(case, task, version), actor, at, case) if form else Judged()
    look_over(case, task, judged.data)
    deed = Deed(session, "task.complete", case, version, actor, at, task, others, answers=judged.data)
    deed.element = f"{task.scope}/{task.element}".lstrip("/")
    hand_in(deed, judged)
    return move_on(deed, task, judged.data)


def move_on(deed: Deed, task: Task, answers: Mapping[str, Any]) -> Task:
    """Complete a task in the engine with what was answered, and let the case go on."""
    case, version = deed.case, deed.bundle
    case.data = {**case.data, **answers}
    data = engine_data(version, answers)
    deed.command = {"verb": "complete", "task": task.key, "data": data}
    deed.element = f"{task.scope}/{task.element}".lstrip("/")
    deed.details |= {"task": task.name, "form": task.form_id} if task.form_id else {"task": task.name}
    apply(deed, version.engine.complete(running_state(case), task.key, from_json(data), deed.at))
    return task


def form_context(case: Case, task: Task, version: Bundle) -> dict[str, Any]:
    """What a task's form may read and starts with: the case's answers, the item's facts, the inputs of the task."""
    anew = _asked_anew(task, version)
    return {**known_to_forms(case, version, anew), **from_json(task.inputs)}


def known_to_forms(case: Case, version: Bundle, anew: frozenset[str]) -> dict[str, Any]:
    """The case's answers but those that are asked `anew`, and what a form may read of the case and its item."""
    known = {key: value for key, value in case.data.items() if key not in anew}
    facts = {"no": case.no, "receiptDate": case.receipt_date.isoformat(), "applicant": case.applicant}
    return {**known, "case": facts, "item": item_for_forms(version)}


def _asked_anew(task: Task, version: Bundle) -> frozenset[str]:
    """The keys of fields that start empty, whatever the case holds: a verdict of an earlier round is no answer now.

    They are those that only this form asks for; where the step comes again, or beside others of its kind, all that
    it asks for. What stands in groups and lists stays: the case's materials, say, are gone through again.
    """
    form = version.forms.get(task.form_id or "")
    if form is None:
        return frozenset()
    asked = frozenset(one.key for one in form.fields if one.editable and len(one.full) == 1)
    is_again = "[" in task.scope or not task.key.endswith("#1")
    return asked if is_again else asked - version.shared


def open_task(session: Session, task_id: int) -> tuple[Case, Task, list[Task]]:
    """A task that can be done now, under the lock of its case, and the case's other open ones. Raises Conflict."""
    case, task, others = lock_task(session, task_id)
    if task.status == "done":
        done = task.closed_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if task.closed_at else ""
        raise Conflict(Text(f"此件已由{task.closed_by}于 {done} 办理", f"Already done by {task.closed_by} at {done}"))
    if task.status != "open":
        raise Conflict(Text("此件已不在这一步，无需办理", "The case has moved on; there is nothing to do here"))
    if case.status == "suspended":
        raise Conflict(Text("办件已中止，恢复后才能办理", "The case is suspended; it has to be resumed first"))
    return case, task, others


def _log_task(session: Session, act: str, case: Case, task: Task, actor: Actor, at: datetime) -> None:
    deed = Deed(session, act, case, bundle(case.version_id), actor, at, task)
    deed.element = f"{task.scope}/{task.element}".lstrip("/")
    deed.details = {"task": task.name}
    deed.written.append(task)
    log(deed)


def running_state(case: Case) -> bytes:
    """The engine's state of a case that is not over. Raises Conflict."""
    if case.engine_state is None:
        raise Conflict(Text("办件已经结束", "The case is over"))
    return case.engine_state


# --- the case as a whole ---------------------------------------------------------------------------


def withdraw_case(session: Session, case_id: int, actor: Actor, reason: str, at: datetime) -> Case:
    """End a case because the applicant takes the application back (撤回), which ends with the decision.

    The item's own unit does it, or an administrator. Raises Invalid without a reason, Forbidden, Conflict.
    """
    return _end(session, case_id, actor, reason, at, "case.withdraw", "withdrawn")


def cancel_case(session: Session, case_id: int, actor: Actor, reason: str, at: datetime) -> Case:
    """End a case that should not exist, such as one entered twice (作废)."""
    return _end(session, case_id, actor, reason, at, "case.cancel", "cancelled")


def _end(session: Session, case_id: int, actor: Actor, reason: str, at: datetime, act: str, outcome: str) -> Case:
    demand(actor, act, what=str(case_id))
    case = lock_case(session, case_id)
    state = running_state(case)
    if case.status not in ("active", "suspended"):
        raise Conflict(Text("办件已经结束", "The case is over"))
    if act == "case.withdraw":
        check_withdrawal(case, actor)
    version = bundle(case.version_id)
    case.outcome = outcome
    deed = Deed(session, act, case, version, actor, at, details={"reason": _reason(reason)})
    deed.command = {"verb": "cancel"}
    apply(deed, version.engine.cancel(state, at))
    return case


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        message = Text("请填写理由", "State the reason")
        raise Invalid(message, {"reason": (message,)})
    return reason[:2000]


def suspend_case(session: Session, case_id: int, actor: Actor, reason: str, at: datetime) -> Case:
    """Let nothing move on a case while something is put right. Its legal clock goes on: this is no lawful pause."""
    return _switch(session, case_id, actor, reason, at, "case.suspend", ("active", "suspended"))


def resume_case(session: Session, case_id: int, actor: Actor, reason: str, at: datetime) -> Case:
    """Let a suspended case go on; what came due or arrived meanwhile follows: deadlines, service tasks, messages."""
    return _switch(session, case_id, actor, reason, at, "case.resume", ("suspended", "active"))


def _switch(
    session: Session, case_id: int, actor: Actor, reason: str, at: datetime, act: str, change: tuple[str, str]
) -> Case:
    demand(actor, "case.suspend", what=str(case_id))
    case = lock_case(session, case_id)
    if case.status != change[0]:
        raise Conflict(Text("办件当前状态不能这样操作", "The case is not in a state that allows this"))
    case.status = change[1]
    for task in open_tasks(session, case) if act == "case.resume" else ():
        if task.kind == "job":
            enqueue_job(session, task)
    log(Deed(session, act, case, bundle(case.version_id), actor, at, details={"reason": _reason(reason)}))
    return case


def allow_second_notice(session: Session, case_id: int, actor: Actor, reason: str, at: datetime) -> Case:
    """A supervisor lets a second notice name what the first one passed over (R118); it stays on record."""
    demand(actor, "case.override", what=str(case_id))
    case = lock_case(session, case_id)
    case.second_notice_allowed = True
    version = bundle(case.version_id)
    log(Deed(session, "case.second_notice", case, version, actor, at, details={"reason": _reason(reason)}))
    return case


def retry_incident(session: Session, incident_id: int, actor: Actor, data: Mapping[str, Any], at: datetime) -> Case:
    """Try again where a case got stuck, with corrected variables where given."""
    demand(actor, "incident.retry", what=str(incident_id))
    case, incident = lock_with(session, Incident, incident_id)
    if incident.status != "open":
        raise Conflict(Text("此异常已经处理", "This incident has been dealt with"))
    if case.status != "active":
        raise Conflict(Text("办件已中止，恢复后才能办理", "The case is suspended; it has to be resumed first"))
    version = bundle(case.version_id)
    deed = Deed(session, "incident.retry", case, version, actor, at, details={"incident": incident.code})
    deed.element = f"{incident.scope}/{incident.element}".lstrip("/")
    if incident.code == BROKEN_DEADLINE:
        _rearm(deed, incident)
        return case
    deed.command = {"verb": "retry", "incident": incident.key, "data": dict(data)}
    apply(deed, version.engine.retry(running_state(case), incident.key, from_json(dict(data)), at))
    return case


def _rearm(deed: Deed, incident: Incident) -> None:
    """Let the sweep have the deadline again, at once."""
    incident.status, incident.resolved_at = "resolved", deed.at
    deed.written.append(incident)
    key = incident.key.rpartition("!")[0]
    found = select(Deadline).where(Deadline.case_id == deed.case.id, Deadline.key == key)
    deadline = deed.session.scalar(found)
    if deadline is not None:
        deadline.due_at = deed.at
        deed.written.append(deadline)
    log(deed)
