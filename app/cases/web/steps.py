"""What was filled in at a step that is over: who reviews or approves reads the application and what others found."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.cases import queries
from app.cases.web import view
from app.cases.web.routes import blueprint, local
from app.catalogue.bundle import bundle
from app.catalogue.outline import outline
from app.config import current as settings
from app.errors import NotFound, Text
from app.http import permit
from app.replay.queries import payloads_until
from app.replay.then import seen_then


@blueprint.get("/cases/<no>/steps/<int(max=9223372036854775807):seq>")
@permit("task.read")
def step(no: str, seq: int) -> ResponseReturnValue:
    """The form of one entry of a case's log as its person left it; the application is the first. Raises NotFound."""
    case = queries.case_by_no(settings().division, no)
    entries = payloads_until(case.id, seq)
    seen = seen_then(case, entries) if entries and entries[-1].seq == seq else None
    if seen is None:
        raise NotFound(Text("这一步没有填写的内容", "Nothing was filled in at this step"))
    version = bundle(case.version_id)
    return render_template(
        "cases/step.html",
        case=case,
        item_name=local(version.name, version.name_en),
        told=view.history(entries[-1:], version, outline(case.version_id))[0],
        seen=seen,
        attachments=queries.attachments_of(case.id) if seq == 1 else (),
    )
