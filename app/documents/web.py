"""Papers on the screen, as issued, never rendered anew; and files: taken in, and handed out as downloads only."""

import hashlib

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app import clock
from app.cases.models import Case
from app.config import current as settings
from app.db import db
from app.documents.files import stored_files
from app.documents.models import Notice
from app.documents.uploads import readable, stored, take_in
from app.errors import Conflict, Invalid, NotFound, Text
from app.http import me, permit, takes_files

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


@blueprint.post("/uploads")
@permit("file.upload")
@takes_files
def upload() -> ResponseReturnValue:
    """Take in one file for the visitor's form; answers with what the form refers to it by."""
    given = request.files.get("file")
    if given is None or not given.filename:
        raise Invalid(Text("没有收到文件，请重新选择", "No file came; choose it again"))
    row = take_in(db.session(), me(), given.filename, given.stream, clock.now())
    return stored(row).as_json(), 201


@blueprint.get("/files/<int(max=9223372036854775807):file_id>")
@permit("case.read")
def file(file_id: int) -> ResponseReturnValue:
    """A file of a case, or one of the visitor's own uploads, to be saved; no browser shows it as a page of ours."""
    found = readable(db.session(), me(), settings().division, file_id)
    files = stored_files()
    if not files.is_whole(found.sha256):
        raise Conflict(
            Text(
                "文件丢失或内容已变，不能下载，请联系管理员核验",
                "The file is gone or was altered; ask an administrator to verify it",
            )
        )
    response = send_file(
        files.path(found.sha256), mimetype=found.type, as_attachment=True, download_name=found.name, etag=False
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
