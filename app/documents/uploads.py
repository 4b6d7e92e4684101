"""Files on their way from a person's form into a case: taken in, offered to that person, attached, swept away."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from app.config import current as settings
from app.documents.files import Files, stored_files
from app.documents.models import Attachment, Upload
from app.errors import Conflict, Invalid, NotFound, Text
from app.forms import Stored
from app.identity.actor import Actor

PENDING = 200
"""How many files a person may have uploaded without handing them in."""
KEPT = timedelta(days=30)
"""How long an upload waits to be handed in: as long as somebody may leave a draft lying."""
GRACE = timedelta(days=1)
_FORBIDDEN = frozenset('/\\:*?"<>|')


def take_in(session: Session, actor: Actor, name: str, stream: IO[bytes], at: datetime) -> Upload:
    """Store an uploaded file for the actor. Raises Invalid with what is wrong with it."""
    name = tidy(name)
    pending = select(func.count()).select_from(Upload).where(Upload.person_id == actor.person_id)
    if (session.scalar(pending) or 0) >= PENDING:
        raise Invalid(
            Text(
                f"您已上传 {PENDING} 个文件而没有提交，请先提交或联系管理员",
                f"You have uploaded {PENDING} files without handing them in; hand them in first",
            )
        )
    kept = stored_files().keep(stream, name, settings().largest_file)
    upload = Upload(
        division=settings().division,
        person_id=actor.person_id,
        sha256=kept.sha256,
        name=name,
        size=kept.size,
        type=kept.type,
        uploaded_at=at,
    )
    session.add(upload)
    session.flush()
    return upload


def tidy(name: str) -> str:
    """A file's name without folders, control and direction characters (`exe.fdp` shown backwards), at most 200 long."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    kept = (sign for sign in bare if unicodedata.category(sign)[0] != "C" and sign not in _FORBIDDEN)
    plain = unicodedata.normalize("NFC", "".join(kept)).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > 200:
        plain = f"{stem[: 199 - len(ending)]}.{ending}" if dot and len(ending) < 20 else plain[:200]
    return plain or "file"


def stored(row: Upload | Attachment) -> Stored:
    """A row as forms know it."""
    return Stored(str(row.id), row.name, row.size, row.type, row.sha256)


def offered(session: Session, actor: Actor, case_id: int | None, ids: Iterable[str]) -> dict[str, Stored]:
    """Those of the files that the actor may hand in: the actor's own uploads, and what the case has already."""
    wanted = [int(one) for one in ids if one.isascii() and one.isdigit() and len(one) < 20]
    wanted = [one for one in wanted if one < 1 << 63]
    if not wanted:
        return {}
    mine = select(Upload).where(Upload.id.in_(wanted), Upload.person_id == actor.person_id)
    rows: list[Upload | Attachment] = [*session.scalars(mine)]
    if case_id is not None:
        rows += session.scalars(select(Attachment).where(Attachment.id.in_(wanted), Attachment.case_id == case_id))
    return {str(row.id): stored(row) for row in rows}


def readable(session: Session, actor: Actor, division: str, file_id: int) -> Upload | Attachment:
    """A file of a case, or an upload of the actor's own. Raises NotFound."""
    found: Upload | Attachment | None = session.get(Attachment, file_id)
    if found is None:
        own = select(Upload).where(Upload.id == file_id, Upload.person_id == actor.person_id)
        found = session.scalar(own)
    if found is None or found.division != division:
        raise NotFound(Text("没有这个文件", "There is no such file"))
    return found


def attach(
    session: Session, actor: Actor, case_id: int, ids: Iterable[str], element: str, known: Mapping[str, Stored]
) -> list[Attachment]:
    """Turn the actor's uploads among the files into attachments; the rows are for the act to seal and store.

    Raises Conflict where an upload has been handed in elsewhere meanwhile.
    """
    wanted = [int(one) for one in ids if one in known]
    if not wanted:
        return []
    has = select(Attachment.id).where(Attachment.id.in_(wanted), Attachment.case_id == case_id)
    missing = set(wanted) - set(session.scalars(has))
    if not missing:
        return []
    mine = (Upload.id.in_(missing), Upload.person_id == actor.person_id)
    rows = [
        Attachment(
            id=row.id,
            division=row.division,
            case_id=case_id,
            sha256=row.sha256,
            name=row.name,
            size=row.size,
            type=row.type,
            uploaded_by=actor.name,
            uploaded_at=row.uploaded_at,
            element=element,
        )
        for row in session.scalars(select(Upload).where(*mine).order_by(Upload.id).with_for_update())
    ]
    if len(rows) != len(missing):
        raise Conflict(Text("有文件已在别处提交，请重新上传", "A file was handed in elsewhere; upload it again"))
    session.execute(delete(Upload).where(*mine).execution_options(synchronize_session=False))
    return rows


def expire(session: Session, at: datetime) -> int:
    """Forget uploads that were never handed in; returns how many."""
    gone = delete(Upload).where(Upload.uploaded_at < at - KEPT).execution_options(synchronize_session=False)
    return len(session.scalars(gone.returning(Upload.id)).all())


def sweep(session: Session, files: Files, at: datetime) -> int:
    """Remove the files that no row names and nobody has just written; returns how many."""
    removed = 0
    for path in files.stale(at - GRACE):
        if not _is_named(session, path):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _is_named(session: Session, path: Path) -> bool:
    named = or_(
        select(Upload.id).where(Upload.sha256 == path.name).exists(),
        select(Attachment.id).where(Attachment.sha256 == path.name).exists(),
    )
    return bool(session.scalar(select(named)))
