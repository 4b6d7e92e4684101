"""The house's own verification: all chains, all sealed rows, all stored files and papers, or one case's."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.verify import Break, Verdict, other_heads, stored, verify_rows, verify_streams
from app.cases.models import Case
from app.catalogue.models import Blob, VersionFile
from app.documents.files import stored_files
from app.documents.models import Attachment, Notice, NumberSeries
from app.errors import Text
from app.sealed import CASE_ROWS, SEALED


def verify_house(session: Session, case_no: str | None = None) -> Verdict:
    """Check the log of a case, or of the house, and every row that an act wrote.

    The session's transaction must see one state of the database throughout, as `transaction(write=False)` does.
    """
    wanted = select(Case.id, Case.no, Case.log_seq, Case.log_hash)
    rows = session.execute(wanted if case_no is None else wanted.where(Case.no == case_no)).all()
    heads = {f"case:{row.no}": (row.log_seq, row.log_hash) for row in rows}
    if case_no is None:
        log = verify_streams(session, heads | other_heads(session))
        checked = verify_rows(session, SEALED, log.seals)
        stored_ones = (*_files(session), *_papers(session), *_numbers(session), *_attachments(session, None))
        found = (*log.breaks, *checked.breaks, *stored_ones)
    else:
        case_id = rows[0].id
        log = verify_streams(session, heads, f"case:{case_no}")
        checked = verify_rows(session, CASE_ROWS, log.seals, case_id)
        found = (*log.breaks, *checked.breaks, *_attachments(session, case_id))
    return Verdict(log.streams, log.entries, checked.rows, found)


def _files(session: Session) -> Iterator[Break]:
    """Bytes that do not fit the hash under which they are stored, that no version names, or that are gone."""
    named = set(session.scalars(select(VersionFile.sha256)))
    there = set()
    for sha256, blob in stored(session, Blob, Blob.sha256):
        there.add(sha256)
        data = blob.data if blob is not None else None
        if not isinstance(data, bytes) or hashlib.sha256(data).hexdigest() != sha256:
            yield Break(f"blob:{sha256}", Text("文件内容与哈希不符", "the file does not fit its hash"))
        elif sha256 not in named:
            yield Break(f"blob:{sha256}", Text("没有版本使用这个文件", "no version has this file"))
    for sha256 in sorted(named - there, key=str):
        yield Break(f"blob:{sha256}", Text("文件被删去", "the file was removed"))


def _attachments(session: Session, case_id: int | None) -> Iterator[Break]:
    """Files of cases whose bytes do not fit their hash any more, or are gone."""
    files = stored_files()
    query = select(Attachment.sha256).distinct().order_by(Attachment.sha256)
    for sha256 in session.scalars(query if case_id is None else query.where(Attachment.case_id == case_id)):
        is_whole = files.is_whole(sha256)
        if not is_whole:
            gone = Text("附件被删去", "the attached file was removed")
            changed = Text("附件内容与哈希不符", "the attached file does not fit its hash")
            yield Break(f"file:{sha256}", gone if is_whole is None else changed)


def _papers(session: Session) -> Iterator[Break]:
    """Papers whose text does not fit their own hash."""
    papers = select(Notice.number, Notice.body, Notice.sha256).execution_options(yield_per=200)
    for number, body, sha256 in session.execute(papers):
        if hashlib.sha256(str(body).encode()).hexdigest() != sha256:
            yield Break(f"notice:{number}", Text("文书内容与哈希不符", "the paper does not fit its hash"))


def _numbers(session: Session) -> Iterator[Break]:
    """Series with a gap: the numbers taken are not those of the papers, or cases, that they numbered."""
    taken = {row.name: (row.taken, row.taken) for row in session.scalars(select(NumberSeries))}
    given: dict[str, tuple[int, int]] = {}
    columns = (Notice.unit_id, Notice.kind, Notice.year)
    papers = select(*columns, func.count(), func.max(Notice.serial)).group_by(*columns)
    for unit_id, kind, year, count, last in session.execute(papers):
        given[f"notice:{unit_id}:{kind}:{year}"] = (count, last)
    for no in session.scalars(select(Case.no)):
        # A case's number holds the division, the day and the serial of that day.
        name = f"case:{no[:6]}:{no[6:10]}-{no[10:12]}-{no[12:14]}"
        count, last = given.get(name, (0, 0))
        given[name] = (count + 1, max(last, int(no[14:19]) if no[14:19].isdigit() else 0))
    for name in sorted(taken.keys() | given.keys(), key=str):
        if taken.get(name) != given.get(name):
            one, two = taken.get(name, (0, 0))[0], given.get(name, (0, 0))
            text = Text(f"取号至 {one}，实有 {two[0]} 个、末号 {two[1]}", f"{one} taken, {two[0]} used up to {two[1]}")
            yield Break(f"number_series:{name}", text)
