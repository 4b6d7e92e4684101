"""The catalogue to read, and the health of the house."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app import clock
from app.cases.models import Case, Deadline
from app.cases.words import limit_words
from app.catalogue import queries
from app.catalogue.models import Item
from app.config import current as settings
from app.db import db
from app.errors import NotFound, Text
from app.http import PUBLIC, permit
from app.law.clock import local_date
from app.queue.status import status

blueprint = Blueprint("catalogue", __name__, template_folder="templates")


def term(value: int, unit: str) -> Text:
    """A limit in words."""
    return limit_words({"value": value, "unit": unit})


@blueprint.get("/catalogue")
@permit("catalogue.read")
def items() -> ResponseReturnValue:
    """Every listed item, with the version in force."""
    division, on = settings().division, local_date(clock.now())
    listed = db.session.scalars(select(Item).where(Item.division == division).order_by(Item.unit_id, Item.name)).all()
    rows = [(item, _in_force(item, on)) for item in listed]
    return render_template("catalogue/items.html", rows=rows, term=term)


def _in_force(item: Item, on: Any) -> Any:
    return next((one for one in queries.versions(item.id) if one.effective_from <= on), None)


@blueprint.get("/catalogue/<slug>")
@permit("catalogue.read")
def item(slug: str) -> ResponseReturnValue:
    """An item: limits, conditions, materials, legal basis, and every version with its files and their hashes."""
    found = queries.item_by_slug(settings().division, slug)
    versions = queries.versions(found.id)
    return render_template(
        "catalogue/item.html",
        item=found,
        versions=[(one, queries.files(one.id)) for one in versions],
        current=_in_force(found, local_date(clock.now())),
        term=term,
    )


@blueprint.get("/catalogue/<slug>/<int(max=9223372036854775807):number>/<path:path>")
@permit("catalogue.read")
def file(slug: str, number: int, path: str) -> ResponseReturnValue:
    """A file of a version, as published."""
    found = queries.item_by_slug(settings().division, slug)
    data = queries.file_of(found.id, number, path)
    if data is None:
        raise NotFound(Text("这个版本没有这个文件", "The version has no such file"))
    kind = "application/json" if path.endswith(".form") else "application/xml"
    return data, 200, {"Content-Type": f"{kind}; charset=utf-8"}


@blueprint.get("/health")
@permit(PUBLIC)
def health() -> ResponseReturnValue:
    """Whether the database answers, and how late deadlines and jobs are. 503 where it does not."""
    try:
        now = clock.now()
        late = select(func.count()).select_from(Deadline).join(Case, Case.id == Deadline.case_id)
        overdue = db.session.scalar(late.where(Deadline.due_at <= now, Case.status == "active"))
        queue = status(db.session()).as_json()
    except DBAPIError:
        db.session.rollback()
        return {"ok": False, "database": False}, 503
    return {
        "ok": True,
        "database": True,
        "last_sweep": queue["last_sweep"],
        "lateness_ms": queue["lateness_ms"],
        "deadlines_due": overdue,
        "queue": {name: queue[name] for name in ("depth", "delayed", "running", "failed", "workers")},
    }
