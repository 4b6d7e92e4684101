"""A case on its diagrams: which there are, and what the one that is looked at shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.audit.models import LogEntry
from app.calendars.queries import current_calendar
from app.cases.models import Case, Incident, Task
from app.cases.web.routes import argument, today
from app.cases.web.view import holder_in_short
from app.catalogue.bundle import Bundle
from app.catalogue.outline import Outline
from app.errors import NotFound, Text
from app.http import language
from app.law.calendar import Calendar
from app.law.clock import local_date
from app.replay.marks import Happened, Marks, Place, Visit, badges, children, fold, root_of, split


@dataclass(frozen=True, slots=True)
class Tab:
    """One diagram of a case."""

    label: str
    url: str
    current: bool


def happened(entries: Sequence[LogEntry]) -> list[Happened]:
    """The log as diagrams read it."""
    return [Happened(one.at, one.actor, one.element, one.trace) for one in entries]


def draw(
    case: Case,
    version: Bundle,
    plan: Outline,
    entries: Sequence[LogEntry],
    tasks: Sequence[Task],
    incidents: Sequence[Incident],
) -> dict[str, Any]:
    """Tabs, and `diagram-data` of the diagram that `?diagram=` names by its scope. Raises NotFound for another."""
    process = version.definition.process_id
    marks = fold(happened(entries), process, plan.calls)
    chosen = argument("diagram")
    place = next((one for one in marks if one[1] == chosen), None)
    if place is None:
        raise NotFound(Text("这个办件没有这张流程图", "The case has no such diagram"))
    shown = marks[place]
    words = badges(shown, lambda visit: badge(visit, current_calendar()))
    words.update(_open_badges(tasks, place, process, plan))
    stuck = [one.element for one in incidents if root_of(process, one.scope, plan.calls) == place]
    data = {
        "xmlUrl": url_for("cases.diagram", no=case.no, process=place[0]),
        "marks": {**shown.as_json(), "late": _late(tasks, place, process, plan), "incidents": stuck},
        "badges": words,
        "counts": shown.counts,
        "drill": _drill(case, marks, place, process, plan),
    }
    return {"data": data, "tabs": _tabs(case, marks, place, plan), "name": name_of(place, marks, plan)}


def badge(visit: Visit, calendar: Calendar) -> str:
    """Who and when, `李静 03-09 · 2 工作日`."""
    left = local_date(visit.left)
    text = f"{visit.actor} {left:%m-%d}"
    if visit.entered is None:
        return text
    days = calendar.count(local_date(visit.entered), left)
    spent = Text(f"{days} 工作日", f"{days} wd") if days else Text("当日", "same day")
    return f"{text} · {spent.to(language())}"


def _open_badges(tasks: Sequence[Task], place: Place, process: str, plan: Outline) -> dict[str, str]:
    here = (one for one in tasks if one.status == "open" and root_of(process, one.scope, plan.calls) == place)
    return {one.element: holder_in_short(one) + (f" ~{one.due_on:%m-%d}" if one.due_on else "") for one in here}


def _late(tasks: Sequence[Task], place: Place, process: str, plan: Outline) -> list[str]:
    on = today()
    return [
        one.element
        for one in tasks
        if one.due_on is not None
        and one.status in ("open", "done")
        and (local_date(one.closed_at) if one.closed_at else on) > one.due_on
        and root_of(process, one.scope, plan.calls) == place
    ]


def _drill(case: Case, marks: Mapping[Place, Marks], place: Place, process: str, plan: Outline) -> dict[str, str]:
    inner = children(marks, place, process, plan.calls)
    return {
        element: url_for("cases.case", no=case.no, diagram=places[0][1], _anchor="diagram-title")
        for element, places in inner.items()
    }


def _tabs(case: Case, marks: Mapping[Place, Marks], place: Place, plan: Outline) -> list[Tab]:
    return [
        Tab(
            name_of(one, marks, plan),
            url_for("cases.case", no=case.no, diagram=one[1] or None, _anchor="diagram-title"),
            one == place,
        )
        for one in marks
    ]


def name_of(place: Place, marks: Mapping[Place, Any], plan: Outline) -> str:
    """A diagram's name: the process's, with a number where it ran several times."""
    name = plan.name(place[0], "", language())
    runs = [one for one in marks if one[0] == place[0]]
    return f"{name} {runs.index(place) + 1}/{len(runs)}" if len(runs) > 1 else name


def element_name(path: str, process: str, plan: Outline) -> str:
    """The name of what a path such as `take_in/check` leads to."""
    scope, element = split(path)
    return plan.name(_owner(process, scope, plan), element, language()) if element else ""


def _owner(process: str, scope: str, plan: Outline) -> str:
    return root_of(process, scope, plan.calls)[0]
