"""Results from outside: which are awaited, and the page on which one is entered (录入外部结果)."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock, http
from app.calendars.queries import current_calendar
from app.cases import replies
from app.cases.lights import light_of
from app.cases.models import Subscription
from app.cases.web import answers, files
from app.cases.web.refusals import on_refusal
from app.cases.web.routes import blueprint, local, neighbours, today
from app.cases.web.view import applicant, clocks, deadlines
from app.catalogue.outline import outline
from app.config import current as settings
from app.db import db
from app.errors import Invalid, NotFound, Refusal
from app.http import language, me, permit, takes_files
from app.identity.actor import may
from app.paging import Order, page

_ORDER = Order((Subscription.id,))


@blueprint.get("/replies", endpoint="replies")
@permit("reply.list")
def replies_page() -> ResponseReturnValue:
    """The results that the visitor's posts may enter, longest awaited first."""
    awaited = replies.replies_for(settings().division, me())
    found = page(db.session(), awaited, _ORDER, after=request.args.get("after"), before=request.args.get("before"))
    calendar, on = current_calendar(), today()
    rows = [
        {
            **row._mapping,
            "name": outline(row.version_id).name(row.process, row.element, language()),
            "light": light_of(row.due_on, None, (), on, calendar) if row.due_on else None,
        }
        for row in found.rows
    ]
    return render_template("cases/replies.html", rows=rows, **neighbours(found))


@blueprint.get("/replies/<int(max=9223372036854775807):reply_id>")
@permit("reply.list")
def reply(reply_id: int) -> ResponseReturnValue:
    """A result that is awaited, with its form; to be read only where it is not the visitor's to enter."""
    return _page(replies.awaited(settings().division, reply_id))


@blueprint.post("/replies/<int(max=9223372036854775807):reply_id>")
@permit("reply.enter")
@takes_files
def enter_reply(reply_id: int) -> ResponseReturnValue:
    """Enter a result, and go to its case."""
    if answers.asks_for_rows():
        files.tell()
        found = replies.awaited(settings().division, reply_id)
        return _page(found, typed=answers.sent(found.form), unsaved=True)
    typed = answers.sent_as_json()
    if typed is None:
        typed = answers.sent(replies.awaited(settings().division, reply_id).form)
    if files.refused():
        found = replies.awaited(settings().division, reply_id)
        files.complain(found.form, typed, found.context(), found.case)
    done = replies.enter_reply(db.session(), reply_id, me(), typed, clock.now())
    if not request.is_json:
        name = outline(done.version.version_id).name(done.process, done.element, language())
        flash(_("已录入：%(name)s", name=name), "success")
    return redirect(url_for("cases.case", no=done.case.no), 303)


def _page(
    found: replies.Awaited,
    *,
    typed: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
    unsaved: bool = False,
) -> str:
    form, context, shown = found.form, found.context(), dict(typed or {})
    mine = found.case.status == "active" and may(me(), "reply.enter", found)
    errors = answers.by_field(form, refusal.errors) if isinstance(refusal, Invalid) else {}
    if refusal is not None and not errors:
        errors = {"": (refusal.text,)}
    plan = outline(found.version.version_id)
    return render_template(
        "cases/reply.html",
        awaited=found,
        case=found.case,
        mine=mine,
        name=plan.name(found.process, found.element, language()),
        item_name=local(found.version.name, found.version.name_en),
        step=found.info.step,
        data=answers.for_viewer(
            form, context, shown, errors, readonly=not mine, unsaved=refusal is not None or unsaved
        ),
        nodes=form.describe(shown, context, errors, clock.now()),
        refusal=refusal,
        clocks=clocks(found.case, found.version),
        deadlines=deadlines(found.case, plan),
        applicant=applicant(found.case, found.version),
    )


def again(refusal: Refusal, reply_id: int) -> ResponseReturnValue:
    """What could not be entered: the page with everything typed, or the reason alone if nobody waits any longer."""
    try:
        found = replies.awaited(settings().division, reply_id)
    except NotFound:
        return http.refusal_page(refusal)
    try:
        typed = answers.sent(found.form)
    except Invalid:
        typed = {}
    return _page(found, typed=typed, refusal=refusal), refusal.status


on_refusal("cases.enter_reply", again)
