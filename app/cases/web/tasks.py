"""The task list, and the page of one task."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.calendars.queries import current_calendar
from app.cases import operations, queries, words
from app.cases.lights import light_of
from app.cases.models import Task
from app.cases.queries import TaskFilter
from app.cases.web import answers, files
from app.cases.web.refusals import on_refusal
from app.cases.web.routes import argument, blueprint, local, named, neighbours, options, today
from app.cases.web.view import desk_of, is_provisional, task_name
from app.catalogue.bundle import bundle
from app.catalogue.outline import outline
from app.config import current as settings
from app.db import db
from app.errors import Invalid, Refusal, Text
from app.http import language, me, permit, takes_files
from app.identity.actor import may
from app.law.clock import ZONE
from app.paging import page
from app.sheet import LONGEST, sheet

SCOPES = {
    "all": Text("全部", "All"),
    "mine": Text("我已签收", "Claimed by me"),
    "posts": Text("可签收", "To be claimed"),
}


def _filter() -> TaskFilter:
    return TaskFilter(argument("scope") or "all", argument("item"), argument("step"), argument("light"), argument("q"))


@blueprint.get("/tasks")
@permit("task.list")
def tasks() -> ResponseReturnValue:
    """What is mine to do, by remaining working days."""
    division, wanted, on = settings().division, _filter(), today()
    listed = queries.tasks_for(division, me(), wanted, on)
    order = queries.task_order(argument("sort"))
    found = page(db.session(), listed, order, after=request.args.get("after"), before=request.args.get("before"))
    counts = queries.task_counts(division, me(), on)
    return render_template(
        "cases/tasks.html",
        rows=_rows(found.rows, on),
        wanted=wanted,
        figures=_figures(counts, on),
        counts={"cases.tasks": counts["mine"] + counts["posts"]},
        total=counts["mine"] + counts["posts"],
        items=named(queries.items(division), "slug", Text("全部事项", "All items")),
        steps=options(words.STEP, Text("全部环节", "All steps")),
        lights=options(words.LIGHT, Text("全部时限", "All")),
        scopes=list(SCOPES.items()),
        **neighbours(found),
    )


def _rows(rows: Any, on: date) -> list[dict[str, Any]]:
    calendar = current_calendar()
    return [
        {
            **row._mapping,
            "light": light_of(row.due_on, row.warn_on, row.pauses, on, calendar),
            "step": words.word(words.STEP, row.step_kind),
            "provisional": is_provisional(row.due_on),
            "limit_words": words.limit_words(row.limit),
            "task_name": task_name(row, outline(row.version_id)) if language() == "en" else row.name,
            "mine": row.assignee_id == me().person_id,
        }
        for row in rows
    ]


def _figures(counts: Mapping[str, int], on: date) -> list[tuple[Any, Text, str, str | None]]:
    in_time, all_done = queries.punctuality(settings().division, me(), on.replace(day=1), on)
    share = f"{100 * in_time / all_done:.1f}%" if all_done else "—"
    here = "cases.tasks"
    return [
        (counts["late"], Text("已超期", "Overdue"), "late", url_for(here, light="late")),
        (counts["today"], Text("今日到期", "Due today"), "soon", url_for(here, light="today")),
        (counts["mine"], Text("待我办理", "Claimed by me"), "navy", url_for(here, scope="mine")),
        (counts["posts"], Text("可签收", "To be claimed"), "navy", url_for(here, scope="posts")),
        (counts["rest"], Text("计时暂停或无时限", "Paused, or no limit"), "", url_for(here, light="rest")),
        (share, Text("本月按时办结", "Done in time this month"), "good", None),
    ]


@blueprint.get("/tasks.csv")
@permit("task.list")
def tasks_csv() -> ResponseReturnValue:
    """The same list as a spreadsheet."""
    on = today()
    listed = queries.tasks_for(settings().division, me(), _filter(), on)
    found = page(db.session(), listed, queries.task_order(argument("sort")), size=LONGEST)
    head = [
        _("剩余工作日"),
        _("办件编号"),
        _("事项"),
        _("申请人"),
        _("环节"),
        _("步骤"),
        _("承办人"),
        _("到达时间"),
        _("到期日"),
    ]
    rows = (
        (row["light"].left, row["no"], local(row["item"], row["item_en"]), row["applicant"], row["step"].to(language()),
         row["name"], row["assignee"], row["opened_at"].astimezone(ZONE).strftime("%Y-%m-%d %H:%M"), row["due_on"])
        for row in _rows(found.rows, on)
    )  # fmt: skip
    return sheet("tasks", head, rows)


@blueprint.post("/tasks/<int(max=9223372036854775807):task_id>/claim")
@permit("task.claim")
def claim(task_id: int) -> ResponseReturnValue:
    """Take a task (签收), and go on to it."""
    operations.claim_task(db.session(), task_id, me(), clock.now())
    return redirect(url_for("cases.task", task_id=task_id), 303)


@blueprint.post("/tasks/<int(max=9223372036854775807):task_id>/release")
@permit("task.claim")
def release(task_id: int) -> ResponseReturnValue:
    """Put a task back to its post."""
    task = operations.release_task(db.session(), task_id, me(), clock.now())
    flash(_("已退回待签收：%(name)s", name=task.name), "success")
    return redirect(url_for("cases.tasks"), 303)


@blueprint.get("/tasks/<int(max=9223372036854775807):task_id>")
@permit("task.read")
def task(task_id: int) -> ResponseReturnValue:
    """A task with its form; to be read only where it is not the visitor's to do."""
    return _page(task_id)


@blueprint.post("/tasks/<int(max=9223372036854775807):task_id>")
@permit("task.complete")
@takes_files
def complete(task_id: int) -> ResponseReturnValue:
    """Do a task, and go back to the list."""
    if answers.asks_for_rows():
        files.tell()
        return _page(task_id, typed=answers.sent(_form(task_id)), unsaved=True)
    typed = answers.sent_as_json()
    posted = typed if typed is not None else answers.sent(_form(task_id))
    if files.refused():
        _complain(task_id, posted)
    done = operations.complete_task(db.session(), task_id, me(), posted, clock.now())
    if not request.is_json:  # a script reads no flashes, and they would pile up in its cookie
        flash(_("已办理：%(name)s", name=done.name), "success")
    return redirect(url_for("cases.tasks"), 303)


@blueprint.post("/tasks/<int(max=9223372036854775807):task_id>/draft")
@permit("task.complete")
def save_draft(task_id: int) -> ResponseReturnValue:
    """Keep what is being typed."""
    saved = operations.save_draft(db.session(), task_id, me(), answers.sent_as_json() or {}, clock.now())
    return {"savedAt": saved.draft_at.isoformat() if saved.draft_at else None}


def _complain(task_id: int, posted: Mapping[str, Any]) -> None:
    """Raise Invalid where a file that came with the post was not taken."""
    row = queries.task_with_case(task_id)
    version = bundle(row.case.version_id)
    files.complain(_form(task_id), posted, operations.form_context(row.case, row, version), row.case)


def _form(task_id: int) -> Any:
    row = queries.task_with_case(task_id)
    return bundle(row.case.version_id).forms.get(row.form_id) if row.form_id else None


def _page(
    task_id: int,
    *,
    typed: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
    unsaved: bool = False,
) -> str:
    """The page of a task; `typed` is what was sent and not kept, with the reason in `refusal`."""
    row = queries.task_with_case(task_id)
    version = bundle(row.case.version_id)
    form = version.forms.get(row.form_id) if row.form_id else None
    context = operations.form_context(row.case, row, version)
    mine = row.status == "open" and row.case.status == "active" and may(me(), "task.complete", row)
    shown = dict(typed if typed is not None else (row.draft or {}) if mine else _answered(row))
    errors = answers.by_field(form, refusal.errors) if isinstance(refusal, Invalid) else {}
    if refusal is not None and not errors:
        errors = {"": (refusal.text,)}
    data = form and answers.for_viewer(
        form,
        context,
        shown,
        errors,
        readonly=not mine,
        unsaved=refusal is not None or unsaved,
        draftUrl=url_for("cases.save_draft", task_id=task_id) if mine else None,
    )
    nodes = form.describe(shown, context, errors, clock.now()) if form else ()
    return render_template(
        "cases/task.html",
        task=row,
        mine=mine,
        claimable=row.status == "open" and row.assignee_id is None and may(me(), "task.claim", row),
        form=form,
        data=data,
        nodes=nodes,
        refusal=refusal,
        **desk_of(row, version),
    )


def _answered(row: Task) -> Mapping[str, Any]:
    """What a task that is done was answered with, as the log has it."""
    return queries.answers_of(row) if row.status == "done" else {}


def again(refusal: Refusal, task_id: int) -> ResponseReturnValue:
    """A task that could not be done: the page with everything typed (422), or who did it and when (409)."""
    try:
        typed = answers.sent(_form(task_id))
    except Invalid:
        typed = {}
    if isinstance(refusal, Invalid):
        return _page(task_id, typed=typed, refusal=refusal), refusal.status
    row = queries.task_with_case(task_id)
    version = bundle(row.case.version_id)
    form = version.forms.get(row.form_id) if row.form_id else None
    nodes = form.describe(typed, operations.form_context(row.case, row, version), now=clock.now()) if form else ()
    return render_template("cases/moved_on.html", task=row, refusal=refusal, nodes=nodes), refusal.status


on_refusal("cases.complete", again)
