"""Files that a page without JavaScript sends along with its form.

They are taken in before the act and in a transaction of their own: where the act is refused, for whatever reason, the
page comes again with the files still chosen.
"""

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, g, request

from app import clock
from app.cases.answer import judge
from app.cases.models import Case
from app.cases.web.routes import blueprint
from app.db import db, transaction
from app.documents.uploads import stored, take_in
from app.errors import Invalid, Text
from app.forms import Form, Stored
from app.http import language, me, visitor
from app.identity.actor import Actor, may

MAX_AT_ONCE = 50


@blueprint.before_request
def take() -> None:
    """Take in what the request's file inputs hold, if its sender may do what it asks for."""
    g.taken, g.refused = {}, []
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "takes_files", False) or not request.files:
        return
    with transaction():
        actor = visitor()
        if actor is not None and may(actor, "file.upload"):
            _take_all(actor)


def _take_all(actor: Actor) -> None:
    given = [(name, one) for name, one in request.files.items(multi=True) if one.filename]
    for name, one in given[:MAX_AT_ONCE]:
        try:
            row = take_in(db.session(), actor, one.filename or "", one.stream, clock.now())
        except Invalid as refusal:
            g.refused.append((name, refusal.text))
        else:
            g.taken.setdefault(name, []).append(stored(row))


def taken() -> Mapping[str, list[Stored]]:
    """The files of this request by the name of their input."""
    found: Mapping[str, list[Stored]] = g.get("taken", {})
    return found


def tell() -> None:
    """Say above the page which files were not taken."""
    for _name, text in refused():
        flash(text.to(language()), "danger")


def refused() -> list[tuple[str, Text]]:
    """The names of the inputs whose files were not taken, with the reasons."""
    found: list[tuple[str, Text]] = g.get("refused", [])
    return found


def complain(form: Form | None, posted: Mapping[str, Any], context: Mapping[str, Any], case: Case | None) -> None:
    """Raise Invalid where a file was not taken, with whatever else is wrong with the answer."""
    if not refused() or form is None:
        return
    errors: dict[str, tuple[Text, ...]] = {}
    try:
        judge(db.session(), form, posted, context, me(), clock.now(), case)
    except Invalid as found:
        errors.update(found.errors)
    places = form.settle(posted, context, clock.now()).places
    keys = {".".join(map(str, place.steps)): place.key for place in places}
    for name in dict(refused()):  # instead of "required" and the like: the file was there, only not a good one
        errors[keys.get(name, "")] = tuple(text for of, text in refused() if of == name)
    raise Invalid(Text("有文件没有上传成功", "Some files were not taken"), errors)
