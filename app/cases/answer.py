"""What somebody typed into a form, judged: the answers, and the files that are handed in with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.cases.apply import Deed
from app.cases.models import Case
from app.documents.uploads import attach, offered
from app.errors import Invalid, Text
from app.forms import Form, Stored
from app.identity.actor import Actor


@dataclass(frozen=True, slots=True)
class Judged:
    """Accepted answers; `files` are the ids of the files in them, `known` is what is known of those."""

    data: dict[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    known: Mapping[str, Stored] = field(default_factory=dict)


def judge(
    session: Session,
    form: Form,
    posted: Mapping[str, Any],
    context: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    case: Case | None = None,
) -> Judged:
    """What a form makes of an answer. Raises Invalid with the errors by field."""
    known = known_files(session, form, posted, actor, case)
    cleaned = form.clean(posted, context, at, known)
    if cleaned.errors:
        raise Invalid(Text("有内容需要修改，请看标出的各项", "Some fields need attention"), cleaned.errors)
    return Judged(cleaned.data, cleaned.files, known)


def known_files(
    session: Session, form: Form, posted: Mapping[str, Any], actor: Actor, case: Case | None
) -> dict[str, Stored]:
    """The files that the answer refers to and the actor may hand in."""
    return offered(session, actor, case.id if case else None, form.references(posted))


def hand_in(deed: Deed, judged: Judged) -> None:
    """Attach the files to the case; the act's entry tells their hashes, its seals cover their rows."""
    rows = attach(deed.session, deed.actor, deed.case.id, judged.files, deed.element, judged.known)
    if rows:
        deed.written += rows
        deed.details["files"] = [row.sha256 for row in rows]
