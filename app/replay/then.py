"""A step as it was: the form of that version with what was typed, under what the case knew before (R011)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.audit.models import LogEntry
from app.cases.models import Case, Task
from app.cases.papers import item_for_forms, material_list
from app.catalogue.bundle import Bundle, bundle
from app.db import db
from app.feel import from_json
from app.forms import Node


@dataclass(frozen=True, slots=True)
class Seen:
    """What a step's form showed. `erased`: what was typed has been deleted, only its commitment remains."""

    nodes: tuple[Node, ...]
    version: int
    form: str
    erased: bool


def seen_then(case: Case, entries: Sequence[LogEntry]) -> Seen | None:
    """The form of the last of a case's `entries` as its person saw and left it; None where that act had no form."""
    entry = entries[-1]
    version = bundle(entry.item_version_id or case.version_id)
    form = version.forms.get(str(entry.details.get("form", "")))
    if form is None:
        return None
    payload = _payload(entry)
    before = known_then(version, entries[:-1])
    context = {**before, **_surroundings(case, version), **_inputs(case, payload)}
    answers = payload.get("answers") or {}
    nodes = form.describe(answers, context, now=entry.at)
    return Seen(nodes, version.number, form.id, entry.payload is None)


def known_then(version: Bundle, entries: Sequence[LogEntry]) -> dict[str, Any]:
    """The answers that a case held after these acts."""
    data: dict[str, Any] = {}
    for entry in entries:
        answers = _payload(entry).get("answers") or {}
        if entry.act == "case.start":
            data["materials"] = material_list(version, answers, entry.at)
        data.update(answers)
    return data


def _payload(entry: LogEntry) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(entry.payload) if entry.payload else {}
    return found


def _surroundings(case: Case, version: Bundle) -> dict[str, Any]:
    facts = {"no": case.no, "receiptDate": case.receipt_date.isoformat(), "applicant": case.applicant}
    return {"case": facts, "item": item_for_forms(version)}


def _inputs(case: Case, payload: dict[str, Any]) -> dict[str, Any]:
    key = (payload.get("command") or {}).get("task")
    if key is None:
        return {}
    inputs = db.session.scalar(select(Task.inputs).where(Task.case_id == case.id, Task.key == key))
    own: dict[str, Any] = from_json(inputs or {})
    return own
