"""The case list, and the page of one case: where it stands on its diagram, its clocks, papers, tasks and log."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.calendars.queries import current_calendar
from app.cases import operations, queries, replies, words
from app.cases.lights import light_of
from app.cases.models import Case
from app.cases.queries import CaseFilter
from app.cases.web import drawing, view
from app.cases.web.refusals import on_refusal
from app.cases.web.routes import argument, blueprint, day_argument, local, named, neighbours, options, today
from app.catalogue.bundle import bundle
from app.catalogue.outline import Outline, outline
from app.config import current as settings
from app.db import db
from app.errors import Invalid, NotFound, Refusal, Text
from app.http import language, me, permit
from app.identity.actor import may
from app.identity.queries import units
from app.law.clock import ZONE
from app.paging import counted, page
from app.sheet import LONGEST, sheet

LOG_SHOWN = 200


def case_filter() -> CaseFilter:
    """The filter in the address. Raises Invalid on a day that is none."""
    return CaseFilter(
        argument("item"),
        argument("stage"),
        argument("status"),
        argument("unit"),
        argument("light"),
        argument("q"),
        day_argument("since"),
        day_argument("until"),
    )


def case_page() -> dict[str, Any]:
    """A page of the case list with its filters, as its template wants it."""
    division, wanted = settings().division, case_filter()
    listed = queries.cases_where(division, wanted, today())
    order = queries.case_order(argument("sort"))
    found = page(db.session(), listed, order, after=request.args.get("after"), before=request.args.get("before"))
    total, exact = counted(db.session(), listed)
    return {
        "rows": case_rows(found.rows),
        "wanted": wanted,
        "total": total,
        "exact": exact,
        "items": named(queries.items(division), "slug", Text("全部事项", "All items")),
        "units": named(units(division), "code", Text("全部单位", "All units")),
        "stages": options(words.STAGE, Text("全部阶段", "All stages")),
        "states": options(words.STATUS, Text("全部状态", "All")),
        "lights": options(words.LIGHT, Text("全部时限", "All")),
        **neighbours(found),
    }


def case_rows(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows of the case list with their lights and words."""
    calendar, on = current_calendar(), today()
    return [
        {
            **row._mapping,
            "light": light_of(row.due_on, row.warn_on, row.pauses, on, calendar) if row.status == "active" else None,
            "provisional": view.is_provisional(row.due_on),
            "stage": words.word(words.STAGE, row.stage),
            "state": words.word(words.STATUS, row.status),
            "result": words.word(words.OUTCOME, row.outcome) if row.ended_at else None,
        }
        for row in rows
    ]


@blueprint.get("/cases")
@permit("case.read")
def cases() -> ResponseReturnValue:
    """All cases, newest first."""
    return render_template("cases/cases.html", **case_page())


@blueprint.get("/cases.csv")
@permit("case.read")
def cases_csv() -> ResponseReturnValue:
    """The same list as a spreadsheet."""
    listed = queries.cases_where(settings().division, case_filter(), today())
    found = page(db.session(), listed, queries.case_order(argument("sort")), size=LONGEST)
    head = [
        _("办件编号"),
        _("事项"),
        _("申请人"),
        _("单位"),
        _("阶段"),
        _("状态"),
        _("结果"),
        _("收件时间"),
        _("受理日期"),
        _("到期日"),
        _("剩余工作日"),
    ]
    return sheet("cases", head, (_cells(row) for row in case_rows(found.rows)))


def _cells(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        row["no"],
        local(row["item"], row["item_en"]),
        row["applicant"],
        local(row["unit"], row["unit_en"]),
        row["stage"].to(language()),
        row["state"].to(language()),
        row["result"].to(language()) if row["result"] else "",
        row["received_at"].astimezone(ZONE).strftime("%Y-%m-%d %H:%M"),
        row["accepted_on"],
        row["due_on"],
        row["light"].left if row["light"] else None,
    )


@blueprint.get("/cases/<no>")
@permit("case.read")
def case(no: str) -> ResponseReturnValue:
    """A case."""
    return _page(no)


def _page(no: str, refusal: Refusal | None = None) -> str:
    found = queries.case_by_no(settings().division, no)
    version, plan = bundle(found.version_id), outline(found.version_id)
    entries, tasks = queries.log_of(found.id), queries.tasks_of(found.id)
    incidents = queries.incidents_of(found.id)
    told = view.history(entries[-LOG_SHOWN:], version, plan)
    return render_template(
        "cases/case.html",
        case=found,
        version=version,
        item_name=local(version.name, version.name_en),
        facts=view.facts(found, version),
        words=words,
        state=words.word(words.STATUS, found.status),
        stage=words.word(words.STAGE, found.stage),
        outcome=words.word(words.OUTCOME, found.outcome),
        light=light_of(found.due_on, found.warn_on, found.pauses, today(), current_calendar()),
        clocks=view.clocks(found, version),
        used=view.used_days(found, version),
        applicant=view.applicant(found, version),
        materials=view.materials(found, version),
        tasks=view.tasks_told([one for one in tasks if one.status == "open"], plan),
        deadlines=view.deadlines(found, plan),
        listening=view.listening(found, version, plan),
        incidents=incidents,
        awaited=_awaited(found, plan),
        papers=view.papers(found),
        attachments=queries.attachments_of(found.id),
        history=list(reversed(told)),
        log_total=len(entries),
        drawn=drawing.draw(found, version, plan, entries, tasks, incidents),
        acts=_acts(found),
        refusal=refusal,
        typed=request.form.get("reason", "") if refusal else "",
        failed=(request.endpoint or "").rpartition(".")[2] if refusal else "",
        may_retry=may(me(), "incident.retry"),
        may_replay=may(me(), "audit.read"),
    )


def _awaited(found: Case, plan: Outline) -> list[dict[str, Any]]:
    """The results from outside that a case waits for; `mine`: the visitor may enter it."""
    return [
        {
            "id": one.id,
            "name": plan.name(one.process, one.element, language()),
            "mine": found.status == "active" and may(me(), "reply.enter", one),
        }
        for one in (replies.awaited_by(found) if found.engine_state is not None else ())
    ]


@blueprint.get("/cases/<no>/diagrams/<process>")
@permit("case.read")
def diagram(no: str, process: str) -> ResponseReturnValue:
    """The XML of a diagram of the version that the case runs on, as it was published."""
    found = queries.case_by_no(settings().division, no)
    path = outline(found.version_id).files.get(process)
    if path is None:
        raise NotFound(Text("这个办件没有这张流程图", "The case has no such diagram"))
    return Response(bundle(found.version_id).sources[path], content_type="application/xml; charset=utf-8")


# --- acts on the case as a whole -------------------------------------------------------------------

Verb = Callable[..., Case]
ACTS: Mapping[str, tuple[Verb, str, Text, Text, frozenset[str]]] = {
    "withdraw": (
        operations.withdraw_case,
        "case.withdraw",
        Text("登记申请人撤回", "Register a withdrawal"),
        Text("已登记撤回，办件结束", "The withdrawal is registered; the case is over"),
        frozenset({"active", "suspended"}),
    ),
    "suspend": (
        operations.suspend_case,
        "case.suspend",
        Text("中止办件", "Suspend the case"),
        Text("办件已中止", "The case is suspended"),
        frozenset({"active"}),
    ),
    "resume": (
        operations.resume_case,
        "case.suspend",
        Text("恢复办件", "Resume the case"),
        Text("办件已恢复", "The case goes on"),
        frozenset({"suspended"}),
    ),
    "cancel": (
        operations.cancel_case,
        "case.cancel",
        Text("作废办件", "Cancel the case"),
        Text("办件已作废", "The case is cancelled"),
        frozenset({"active", "suspended"}),
    ),
    "second-notice": (
        operations.allow_second_notice,
        "case.override",
        Text("批准再次一次性告知", "Allow a second notice"),
        Text("已批准再次告知", "A second notice is allowed"),
        frozenset({"active"}),
    ),
}


def _acts(found: Case) -> list[tuple[str, Text]]:
    """The acts that the visitor may do on this case now: address and label."""
    return [
        (name, label)
        for name, (_verb, act, label, _done, states) in ACTS.items()
        if found.status in states
        and may(me(), act)
        and not (name == "second-notice" and (found.second_notice_allowed or found.accepted_on is not None))
    ]


def _do(name: str) -> Callable[[str], ResponseReturnValue]:
    verb, act, _label, done, _states = ACTS[name]

    @permit(act)
    def view_of(no: str) -> ResponseReturnValue:
        found = queries.case_by_no(settings().division, no)
        verb(db.session(), found.id, me(), request.form.get("reason", ""), clock.now())
        flash(done.to(language()), "success")
        return redirect(url_for("cases.case", no=no), 303)

    view_of.__doc__ = f"{verb.__doc__}"
    return view_of


def again(refusal: Refusal, no: str) -> ResponseReturnValue:
    """The case's page with the reason that was typed, and what was wrong with it."""
    return _page(no, refusal), refusal.status


for _name in ACTS:
    blueprint.add_url_rule(f"/cases/<no>/{_name}", _name, _do(_name), methods=["POST"])
    on_refusal(f"cases.{_name}", again)


@blueprint.post("/incidents/<int(max=9223372036854775807):incident_id>/retry")
@permit("incident.retry")
def retry(incident_id: int) -> ResponseReturnValue:
    """Try again where a case got stuck, with corrected variables."""
    found = operations.retry_incident(db.session(), incident_id, me(), _corrections(), clock.now())
    flash(_("已重试"), "success")
    return redirect(url_for("cases.case", no=found.no), 303)


def _corrections() -> dict[str, Any]:
    text = request.form.get("data", "").strip()
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError) as problem:
        raise Invalid(Text("更正的变量不是 JSON", "The corrected variables are not JSON")) from problem
    if not isinstance(found, dict):
        raise Invalid(Text("更正的变量须为键值结构", "The corrected variables have to be an object"))
    return found
