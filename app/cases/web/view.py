"""What the pages of a task and of a case say about the case: facts, clocks, materials, the case so far."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from app.audit.models import LogEntry
from app.calendars.queries import current_calendar
from app.cases import queries, words
from app.cases.lights import Light, light_of
from app.cases.models import Case, Task
from app.cases.terms import CaseLimit, extended_days, limits_of, pauses_of
from app.cases.web.routes import local, today
from app.catalogue.bundle import Bundle
from app.catalogue.outline import Outline, outline
from app.documents.kinds import KINDS
from app.errors import Text
from app.http import language
from app.law.clock import elapsed
from app.law.identifiers import mask_id
from app.replay.marks import root_of, split
from app.templating import moment

RECENT = 8
"""Entries of the log beside a task; the case's page has them all."""

FIELDS: Mapping[str, Text] = {
    "type": Text("申请人类型", "Kind of applicant"),
    "name": Text("申请人", "Applicant"),
    "id_type": Text("证件类型", "Kind of document"),
    "id_no": Text("证件号码", "Document number"),
    "uscc": Text("统一社会信用代码", "Credit code"),
    "legal_rep": Text("法定代表人", "Legal representative"),
    "address": Text("地址", "Address"),
    "zip": Text("邮编", "Post code"),
    "mobile": Text("手机", "Mobile"),
    "agent_name": Text("代理人", "Agent"),
    "agent_id_no": Text("代理人证件号码", "Agent's document number"),
    "agent_mobile": Text("代理人手机", "Agent's mobile"),
}
MASKED = frozenset({"id_no", "agent_id_no", "mobile", "agent_mobile"})
CODED = frozenset({"type", "id_type"})


def desk_of(task: Task, version: Bundle) -> dict[str, Any]:
    """What stands beside a task's form."""
    case, plan = task.case, outline(version.version_id)
    info = version.definition.elements.get((task.process, task.element))
    entries = queries.log_of(case.id)
    return {
        "case": case,
        "item_name": local(version.name, version.name_en),
        "task_name": task_name(task, plan),
        "step": info.step if info else None,
        "step_kind": words.word(words.STEP, task.step_kind),
        "limit": words.limit_words(task.limit),
        "light": task_light(task),
        "clocks": clocks(case, version),
        "deadlines": deadlines(case, plan),
        "materials": materials(case, version),
        "applicant": applicant(case, version),
        "attachments": queries.attachments_of(case.id),
        "history": history(entries[-RECENT:], version, plan),
        "words": words,
    }


def task_name(task: Any, plan: Outline) -> str:
    """A task's name in the page's language."""
    english = plan.english.get((task.process, task.element))
    return local(task.name, english)


def task_light(task: Task) -> Light:
    """The light of a task, or of its case's clock where it has no limit of its own."""
    case = task.case
    due, warn = (task.due_on, task.warn_on) if task.due_on else (case.due_on, case.warn_on)
    return light_of(due, warn, case.pauses, today(), current_calendar())


def clocks(case: Case, version: Bundle) -> list[dict[str, Any]]:
    """The clocks of a case: what each promises, when it runs out, how much is left, what is provisional (暂定)."""
    stored = {
        "notice": case.due_on,
        "promised": case.promised_due,
        "statutory": case.statutory_due,
        "delivery": case.delivery_due,
    }
    return [_clock(case, one, stored[one.kind]) for one in limits_of(case, version)]


def _clock(case: Case, limit: CaseLimit, due: date | None) -> dict[str, Any]:
    over = case.ended_at is not None or (case.decided_on is not None and limit.kind != "delivery")
    light = None if over else light_of(due, None, case.pauses, today(), current_calendar())
    length = words.limit_words({"value": limit.term.value, "unit": limit.term.unit})
    return {
        "name": words.LIMIT[limit.kind],
        "limit": length,
        "due": due,
        "light": light,
        "provisional": is_provisional(due),
    }


def is_provisional(due: date | None) -> bool:
    """Whether a due day lies in a year whose holidays are not announced yet (暂定)."""
    return due is not None and current_calendar().is_provisional(due)


def facts(case: Case, version: Bundle) -> list[tuple[Text, object]]:
    """What a case's page says of it in a list; what has not happened yet is left out."""
    channel, basis = words.word(words.CHANNEL, case.channel), words.word(words.BASIS, case.accept_basis)
    rows: list[tuple[Text, object]] = [
        (Text("事项", "Item"), local(version.name, version.name_en)),
        (Text("版本", "Version"), version.number),
        (Text("承办单位", "Unit"), local(case.unit.name, case.unit.name_en)),
        (Text("收件渠道", "Received by"), channel),
        (Text("收件时间", "Received"), moment(case.received_at)),
        (Text("受理日期", "Accepted"), case.accepted_on),
        (Text("受理方式", "Acceptance"), basis if case.accept_basis else None),
        (Text("补正日期", "Supplemented"), case.supplemented_on),
        (Text("延期", "Extended by"), _extended(case, version)),
        (Text("决定日期", "Decided"), case.decided_on),
        (Text("告知申请人", "Applicant told"), case.notified_at and moment(case.notified_at)),
        (Text("办结时间", "Ended"), case.ended_at and moment(case.ended_at)),
    ]
    return [(label, value) for label, value in rows if value is not None]


def _extended(case: Case, version: Bundle) -> Text | None:
    days = extended_days(case)
    return words.limit_words({"value": days, "unit": version.statutory.unit}) if days else None


def used_days(case: Case, version: Bundle) -> int | None:
    """Working days that the agency has used since the clock began; None before."""
    start = case.receipt_date if version.counts_from_receipt else case.accepted_on
    if start is None:
        return None
    return elapsed(start, case.decided_on or today(), pauses_of(case), current_calendar())


def materials(case: Case, version: Bundle) -> list[dict[str, Any]]:
    """The materials of a case with their verdicts."""
    english = {one["name"]: one.get("name_en") for one in version.content["material"]}
    return [
        {
            **one,
            "label": local(one.get("name"), english.get(one.get("name"))),
            "required": words.word(words.NEED, one.get("need")),
            "word": words.word(words.VERDICT, one.get("verdict")),
        }
        for one in case.data.get("materials") or ()
        if isinstance(one, Mapping)
    ]


def deadlines(case: Case, plan: Outline) -> list[dict[str, Any]]:
    """What the timers of a case wait for, soonest first."""
    return [
        {
            "name": local(one.name or one.element, plan.english.get((one.process, one.element))),
            "due_on": one.due_on,
            "due_at": one.due_at,
            "provisional": one.provisional,
        }
        for one in queries.deadlines_of(case.id)
    ]


LISTENS: Mapping[str, Text] = {
    "message": Text("消息", "Message"),
    "signal": Text("信号", "Signal"),
    "condition": Text("条件", "Condition"),
}


def listening(case: Case, version: Bundle, plan: Outline) -> list[dict[str, Any]]:
    """The messages, signals and conditions that a case waits for, but for those that people enter on a form.

    Correlation keys are left out: they may be numbers that identify a person.
    """
    elements = version.definition.elements
    return [
        {
            "name": local(elements[place].name or one.element, plan.english.get(place)),
            "kind": words.word(LISTENS, one.kind),
            "what": one.message,
        }
        for one in queries.subscriptions_of(case.id)
        for place in [(one.process, one.element)]
        if not elements[place].form_id
    ]


def papers(case: Case) -> list[dict[str, Any]]:
    """The papers issued in a case."""
    return [
        {"paper": one, "title": Text(one.title, KINDS[one.kind].title_en if one.kind in KINDS else one.title)}
        for one in queries.papers_of(case.id)
    ]


def applicant(case: Case, version: Bundle) -> list[tuple[Text, str]]:
    """Who applies; numbers that identify a person are masked."""
    fields: Mapping[str, str] = version.content.get("applicant_fields") or {}
    rows = []
    for name, label in FIELDS.items():
        value = case.data.get(fields.get(name, ""))
        if value in (None, ""):
            continue
        text = _labelled(version, fields[name], value) if name in CODED else str(value)
        rows.append((label, mask_id(text) if name in MASKED else text))
    return rows


def _labelled(version: Bundle, key: str, value: object) -> str:
    """A coded answer by the label that the application form gives it."""
    component = next((one for one in version.application_form.fields if one.key == key), None)
    given = component.attributes.get("values") if component else None
    for option in given if isinstance(given, list) else ():
        if isinstance(option, Mapping) and option.get("value") == value:
            return str(option.get("label"))
    return str(value)


def history(entries: Iterable[LogEntry], version: Bundle, plan: Outline) -> list[dict[str, Any]]:
    """Entries of a case's log as people read them, in their order."""
    return [_told(entry, version, plan) for entry in entries]


def _told(entry: LogEntry, version: Bundle, plan: Outline) -> dict[str, Any]:
    scope, element = split(entry.element)
    process, _ = root_of(version.definition.process_id, scope, plan.calls)
    english = plan.english.get((process, element), "")
    return {
        "entry": entry,
        "title": words.act_title(entry.act, entry.details, english),
        "note": words.act_note(entry.details),
        "who": signature(entry),
        "tone": "system" if entry.actor_id == 0 else "",
    }


def signature(entry: LogEntry) -> Text:
    """Who did an act: person, post and unit, and for whom (R001)."""
    if entry.actor_id == 0:
        return Text("系统", "System")
    where = " ".join(one for one in (entry.unit, entry.post) if one)
    chinese = f"{entry.actor}（{where}）" if where else entry.actor
    english = f"{entry.actor} ({where})" if where else entry.actor
    if entry.acting_for:
        return Text(f"{chinese}代{entry.acting_for}", f"{english} for {entry.acting_for}")
    return Text(chinese, english)


def tasks_told(tasks: Sequence[Task], plan: Outline) -> list[dict[str, Any]]:
    """Tasks as a case's page lists them."""
    calendar, on = current_calendar(), today()
    return [
        {
            "task": one,
            "name": task_name(one, plan),
            "kind": words.word(words.STEP, one.step_kind),
            "light": light_of(one.due_on, one.warn_on, (), on, calendar) if one.due_on else None,
            "holder": holder(one),
        }
        for one in tasks
    ]


def holder(task: Task) -> str:
    """Who has a task: the claimant, or the post of a unit that it waits at."""
    unit = task.post.unit if task.post is not None and task.assignee is None and not task.closed_by else None
    return f"{local(unit.name, unit.name_en)} {holder_in_short(task)}" if unit else holder_in_short(task)


def holder_in_short(task: Task) -> str:
    """Who has a task, without the unit: what fits on a diagram."""
    if task.closed_by:
        return task.closed_by
    if task.assignee is not None:
        return local(task.assignee.name, task.assignee.name_en)
    if task.post is not None:
        return local(task.post.name, task.post.name_en)
    return Text("系统", "System").to(language())
