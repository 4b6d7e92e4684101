"""The auditor's desk: cases to step through, the log, and the two checks of a case."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.models import LogEntry
from app.audit.verify import Break
from app.calendars.queries import current_calendar
from app.cases import queries as case_queries
from app.cases import words
from app.cases.models import Case, Task
from app.cases.terms import pauses_of
from app.cases.web import drawing, view
from app.cases.web.cases import case_page
from app.cases.web.routes import argument, day_argument, local, named, neighbours, options
from app.catalogue.bundle import Bundle, bundle
from app.catalogue.outline import Outline, outline
from app.config import current as settings
from app.db import db
from app.errors import Text
from app.http import language, permit
from app.identity.queries import units
from app.law.clock import ZONE, elapsed, local_date
from app.paging import page
from app.replay import queries
from app.replay.marks import Fold, Happened, Place, fold, root_of, split
from app.replay.queries import LogFilter
from app.replay.rebuild import Replayer
from app.replay.then import seen_then
from app.replay.verify import verify_house
from app.sheet import LONGEST, sheet

blueprint = Blueprint("replay", __name__, url_prefix="/audit", template_folder="templates")


@blueprint.get("/cases")
@permit("audit.read")
def cases() -> ResponseReturnValue:
    """Cases to step through."""
    return render_template("replay/cases.html", **case_page())


@blueprint.get("/cases/<no>")
@permit("audit.read")
def case(no: str) -> ResponseReturnValue:
    """A case, step by step on its diagram; `?check=` runs one of the two checks."""
    found = case_queries.case_by_no(settings().division, no)
    verdict = _check(found, argument("check"))
    found = case_queries.case_by_no(settings().division, no)
    version, plan = bundle(found.version_id), outline(found.version_id)
    entries, tasks = case_queries.log_of(found.id), case_queries.tasks_of(found.id)
    return render_template(
        "replay/case.html",
        case=found,
        item_name=local(version.name, version.name_en),
        version=version,
        data=_replay(found, version, plan, entries, tasks),
        history=view.history(entries, version, plan),
        with_form={one.seq for one in entries if one.details.get("form")},
        verdict=verdict,
        outcome=words.word(words.OUTCOME, found.outcome),
        stage=words.word(words.STAGE, found.stage),
    )


def _check(found: Case, which: str) -> dict[str, Any] | None:
    """The verdict of the chain, or of re-execution, on one case."""
    if which == "chain":
        verdict = verify_house(db.session(), found.no)
        passed = Text(
            f"日志链完整：{verdict.entries} 条记录、{verdict.rows} 行数据相符",
            f"The log is whole: {verdict.entries} entries, {verdict.rows} rows fit",
        )
        return {"name": _("校验日志链"), "passed": passed, "breaks": list(verdict.breaks)}
    if which == "replay":
        replay = Replayer(db.session()).replay(found)
        passed = Text(f"{replay.acts} 步重新执行，与记录完全一致", f"{replay.acts} acts run again, each as recorded")
        return {"name": _("重演"), "passed": passed, "breaks": _breaks(replay.difference)}
    return None


def _breaks(one: Break | None) -> list[Break]:
    return [one] if one else []


def _replay(
    found: Case, version: Bundle, plan: Outline, entries: Sequence[LogEntry], tasks: Sequence[Task]
) -> dict[str, Any]:
    """`replay-data`: the diagrams of a case, and for every entry of its log what it changed on them."""
    process = version.definition.process_id
    acts = drawing.happened(entries)
    places = fold(acts, process, plan.calls)
    keys = {place: place[1] or process for place in places}
    diagrams = [
        {
            "key": keys[place],
            "name": drawing.name_of(place, places, plan),
            "xmlUrl": url_for("cases.diagram", no=found.no, process=place[0]),
        }
        for place in places
    ]
    steps, folding = [], Fold(process, plan.calls)
    for entry, act, told in zip(entries, acts, view.history(entries, version, plan), strict=True):
        changed = {keys[place]: delta.as_json() for place, delta in folding.add(act).items()}
        own: dict[str, Any] = dict(changed)
        _add_badge(own, act, folding, keys, process, plan)
        _add_late(own, entry, tasks, process, plan, keys)
        steps.append(_step(entry, told, clock_note(found, version, entry), own))
    return {"diagrams": diagrams, "steps": steps}


def _step(entry: LogEntry, told: Mapping[str, Any], clock: str, own: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "title": told["title"].to(language()),
        "actor": told["who"].to(language()),
        "note": " · ".join(one for one in (told["note"].to(language()), clock) if one),
        "deltas": own,
    }


def _add_badge(
    own: dict[str, Any], act: Happened, folding: Fold, keys: Mapping[Place, str], process: str, plan: Outline
) -> None:
    """Who did this step and when, at the element it was done on."""
    scope, element = split(act.element)
    place = root_of(process, scope, plan.calls)
    marks = folding.marks.get(place)
    visit = marks.visits.get(element) if marks else None
    if visit is not None and visit.left == act.at:
        own.setdefault(keys[place], {})["badge"] = {element: drawing.badge(visit, current_calendar())}


def _add_late(
    own: dict[str, Any],
    entry: LogEntry,
    tasks: Sequence[Task],
    process: str,
    plan: Outline,
    keys: Mapping[Place, str],
) -> None:
    """Elements whose task this step closed after its day."""
    for task in tasks:
        if task.closed_at != entry.at or task.due_on is None or local_date(entry.at) <= task.due_on:
            continue
        key = keys.get(root_of(process, task.scope, plan.calls), "")
        own.setdefault(key, {}).setdefault("late", []).append(task.element)


def clock_note(found: Case, version: Bundle, entry: LogEntry) -> str:
    """How far the promise had run at an entry: `已用 3/10 个工作日`; nothing before it began or after the decision."""
    start = found.receipt_date if version.counts_from_receipt else found.accepted_on
    day = local_date(entry.at)
    over = found.decided_on is not None and day > found.decided_on
    begun = start is not None and (entry.act != "case.start" or version.counts_from_receipt)
    if start is None or not begun or day < start or over or version.promised.unit != "WD":
        return ""
    pauses = [one for one in pauses_of(found) if one.start <= day]
    used = elapsed(start, day, pauses, current_calendar())
    return str(_("已用 %(used)s/%(limit)s 个工作日", used=used, limit=version.promised.value))


@blueprint.get("/cases/<no>/steps/<int(max=9223372036854775807):seq>")
@permit("audit.read")
def step(no: str, seq: int) -> ResponseReturnValue:
    """One step: who, when, for whom, and the form as it was seen then."""
    found = case_queries.case_by_no(settings().division, no)
    entries = queries.payloads_until(found.id, seq)
    if not entries or entries[-1].seq != seq:
        queries.entry_of(found.id, seq)
    version, plan = bundle(found.version_id), outline(found.version_id)
    template = "replay/_form.html" if request.headers.get("HX-Request") else "replay/step.html"
    return render_template(
        template,
        case=found,
        entry=entries[-1],
        told=view.history(entries[-1:], version, plan)[0],
        clock=clock_note(found, version, entries[-1]),
        seen=seen_then(found, entries),
    )


# --- the log ---------------------------------------------------------------------------------------


def _filter() -> LogFilter:
    return LogFilter(
        argument("case"),
        argument("person"),
        argument("unit"),
        argument("item"),
        argument("act"),
        argument("outcome"),
        day_argument("since"),
        day_argument("until"),
    )


@blueprint.get("/log")
@permit("audit.read")
def log() -> ResponseReturnValue:
    """The log, newest first (R012)."""
    division, wanted = settings().division, _filter()
    found = page(
        db.session(),
        queries.log_where(division, wanted),
        queries.ORDER,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template(
        "replay/log.html",
        rows=[_row(row) for row in found.rows],
        wanted=wanted,
        acts=options(words.ACT, Text("全部行为", "All acts")),
        outcomes=options(words.OUTCOME, Text("全部结果", "All outcomes")),
        units=named(units(division), "name", Text("全部单位", "All units")),
        items=named(case_queries.items(division), "slug", Text("全部事项", "All items")),
        **neighbours(found),
    )


def _row(row: Any) -> dict[str, Any]:
    return {
        **row._mapping,
        "title": words.act_title(row.act, row.details),
        "note": words.act_note(row.details),
        "who": view.signature(row),
        "of": words.word(words.STREAM, row.stream.partition(":")[0]),
    }


@blueprint.get("/log.csv")
@permit("audit.read")
def log_csv() -> ResponseReturnValue:
    """The same entries as a spreadsheet."""
    found = page(db.session(), queries.log_where(settings().division, _filter()), queries.ORDER, size=LONGEST)
    head = [
        _("时间"),
        _("办件编号"),
        _("序号"),
        _("行为"),
        _("办理人"),
        _("岗位"),
        _("单位"),
        _("代何人"),
        _("说明"),
        _("哈希"),
    ]
    rows = (
        (row.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"), row.no or row.stream, row.seq,
         words.act_title(row.act, row.details).to(language()), row.actor, row.post, row.unit, row.acting_for,
         words.act_note(row.details).to(language()), row.hash)
        for row in found.rows
    )  # fmt: skip
    return sheet("log", head, rows)
