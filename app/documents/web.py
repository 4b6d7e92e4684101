"""Papers on the screen; as issued, never rendered anew."""

import hashlib

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.cases.models import Case
from app.db import db
from app.documents.models import Notice
from app.errors import NotFound, Text
from app.http import permit

blueprint = Blueprint("documents", __name__, template_folder="templates")


@blueprint.get("/papers/<int(max=9223372036854775807):paper_id>")
@permit("case.read")
def paper(paper_id: int) -> ResponseReturnValue:
    """A paper as it was printed, with its hash; to be printed again."""
    found = db.session.get(Notice, paper_id)
    case = db.session.get(Case, found.case_id) if found else None
    if found is None or case is None:
        raise NotFound(Text("没有这份文书", "There is no such paper"))
    return render_template(
        "documents/paper.html",
        paper=found,
        no=case.no,
        body=Markup(found.body),  # noqa: S704 - our own rendering, escaped when it was issued, sealed since
        whole=hashlib.sha256(found.body.encode()).hexdigest() == found.sha256,
    )
