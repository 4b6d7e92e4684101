"""The analyst's desk: upload a diagram, and see what the checker finds on it."""

from collections.abc import Callable
from contextlib import closing
from functools import wraps

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import xml
from app.config import current as settings
from app.db import db, transaction
from app.errors import Finding, Invalid, Text
from app.http import language, permit
from app.identity.models import Post, Unit
from app.studio.review import MAX_FILES, Review, review

blueprint = Blueprint("studio", __name__, url_prefix="/studio", template_folder="templates")
View = Callable[[], ResponseReturnValue]


def reading(view: View) -> View:
    """A post that writes nothing, and so holds up no writer while it works."""

    @wraps(view)
    def within() -> ResponseReturnValue:
        with transaction(write=False):
            return view()

    within.no_database = True  # type: ignore[attr-defined]  # the door reads it
    return within


@blueprint.get("/check")
@permit("studio.check")
def check() -> ResponseReturnValue:
    """Where diagrams are uploaded."""
    return render_template("studio/check.html", review=None, files=(), problem=None)


@blueprint.post("/check")
@reading
@permit("studio.check")
def checked() -> ResponseReturnValue:
    """The findings on what was uploaded; nothing is stored."""
    try:
        files = _uploaded()
    except Invalid as problem:
        return render_template("studio/check.html", review=None, files=(), problem=problem.text), problem.status
    found = review(files, _posts())
    shown = _shown(found)
    return render_template(
        "studio/check.html",
        review=found,
        files=tuple(files),
        problem=None,
        shown=shown,
        data={"xml": found.diagrams[shown], "findings": [_mark(one) for one in found.findings if one.file == shown]}
        if shown
        else None,
    )


def _uploaded() -> dict[str, bytes]:
    """The files of the request by name. Raises Invalid where there are none, or too many."""
    sent = [one for one in request.files.getlist("files") if one.filename]
    if not sent:
        raise Invalid(Text("请选择要检查的文件", "Choose the files to be checked"))
    if len(sent) > MAX_FILES:
        raise Invalid(Text(f"一次最多检查 {MAX_FILES} 个文件", f"At most {MAX_FILES} files can be checked at a time"))
    files: dict[str, bytes] = {}
    for one in sent:
        name = (one.filename or "").replace("\\", "/").rpartition("/")[2][:200]
        while name in files:
            name = f"_{name}"
        with closing(one):
            files[name] = one.stream.read(xml.LIMIT + 1)
    return files


def _posts() -> frozenset[str]:
    rows = db.session.execute(
        select(Unit.code, Post.code).join(Unit, Unit.id == Post.unit_id).where(Post.division == settings().division)
    ).all()
    return frozenset(post for _, post in rows) | frozenset(f"{unit}/{post}" for unit, post in rows)


def _shown(found: Review) -> str | None:
    """The diagram to draw: the one with most errors, then with most findings."""
    weight = {
        name: (sum(one.file == name and one.severity == "error" for one in found.findings),
               sum(one.file == name for one in found.findings))
        for name in found.diagrams
    }  # fmt: skip
    return max(weight, key=lambda name: weight[name], default=None)


def _mark(one: Finding) -> dict[str, str]:
    return {"severity": one.severity, "element": one.element, "text": one.text.to(language())}
