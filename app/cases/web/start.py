"""Starting a case for an applicant at the window."""

from collections.abc import Mapping
from typing import Any, cast, get_args

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.calendars.queries import current_calendar
from app.cases import operations, words
from app.cases.web import answers, files
from app.cases.web.refusals import on_refusal
from app.cases.web.routes import blueprint, local, options
from app.catalogue.bundle import Bundle, bundle
from app.catalogue.queries import open_items, version_in_force
from app.config import current as settings
from app.db import db
from app.errors import Invalid, Refusal, Text
from app.http import me, permit, takes_files
from app.law.clock import Channel, local_date, receipt_date

CHANNELS: tuple[str, ...] = get_args(Channel)


@blueprint.get("/start")
@permit("case.start")
def start() -> ResponseReturnValue:
    """The items that can be applied for today."""
    items = open_items(settings().division, local_date(clock.now()))
    return render_template("cases/start.html", items=items)


@blueprint.get("/start/<slug>")
@permit("case.start")
def apply(slug: str) -> ResponseReturnValue:
    """An item's application form."""
    return _page(slug)


@blueprint.post("/start/<slug>")
@permit("case.start")
@takes_files
def submit(slug: str) -> ResponseReturnValue:
    """Receive an application; its number and query code are said once."""
    if answers.asks_for_rows():
        files.tell()
        return _page(slug, typed=_typed(slug), unsaved=True)
    typed = _typed(slug)
    if files.refused():
        files.complain(_version(slug).application_form, typed, {}, None)
    begun = operations.start_case(db.session(), slug, me(), typed, channel=cast(Channel, _channel()), at=clock.now())
    said = _(
        "已收件。办件编号 %(no)s，查询码 %(code)s。请告知申请人，收件回执单上也会印出",
        no=begun.case.no,
        code=begun.query_code,
    )
    flash(said, "success")
    return redirect(url_for("cases.case", no=begun.case.no), 303)


def _channel() -> str:
    channel = request.form.get("channel", "window")
    if channel not in CHANNELS:
        raise Invalid(Text("没有这种收件渠道", "There is no such channel"))
    return channel


def _version(slug: str) -> Bundle:
    now = clock.now()
    return bundle(version_in_force(slug, receipt_date(now, "window", current_calendar())))


def _typed(slug: str) -> Mapping[str, Any]:
    sent = answers.sent_as_json()
    return sent if sent is not None else answers.sent(_version(slug).application_form)


def _page(
    slug: str,
    *,
    typed: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
    unsaved: bool = False,
) -> str:
    version = _version(slug)
    form, shown = version.application_form, dict(typed or {})
    errors = answers.by_field(form, refusal.errors) if isinstance(refusal, Invalid) else {}
    if refusal is not None and not errors:
        errors = {"": (refusal.text,)}
    return render_template(
        "cases/apply.html",
        version=version,
        item_name=local(version.name, version.name_en),
        channels=options(words.CHANNEL, Text("", ""))[1:],
        channel=request.form.get("channel", "window"),
        data=answers.for_viewer(form, {}, shown, errors, readonly=False, unsaved=refusal is not None or unsaved),
        nodes=form.describe(shown, {}, errors, clock.now()),
        refusal=refusal,
    )


def again(refusal: Refusal, slug: str) -> ResponseReturnValue:
    """The application with everything typed, and what has to be mended."""
    try:
        typed = _typed(slug)
    except Invalid:
        typed = {}
    return _page(slug, typed=typed, refusal=refusal), refusal.status


on_refusal("cases.submit", again)
