"""The house's own verification: all chains, all sealed rows, all stored files and papers, or one case's."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.verify import Break, Verdict, other_heads, sealed, verify_rows, verify_streams
from app.cases.models import Case
from app.catalogue.models import Blob
from app.documents.models import Notice, NumberSeries
from app.errors import Text
from app.law.clock import local_date
from app.sealed import CASE_ROWS, SEALED


def verify_house(session: Session, case_no: str | None = None) -> Verdict:
    """Check the log of a case, or of the house, and every row that an act wrote."""
    rows = session.execute(select(Case.id, Case.no, Case.log_seq, Case.log_hash)).all()
    heads = {f"case:{row.no}": (row.log_seq, row.log_hash) for row in rows}
    if case_no is None:
        streams, entries, breaks = verify_streams(session, heads | other_heads(session))
        count, altered = verify_rows(session, SEALED, sealed(session))
        return Verdict(streams, entries, count, (*breaks, *altered, *_contents(session), *_numbers(session)))
    case_id = next(row.id for row in rows if row.no == case_no)
    streams, entries, breaks = verify_streams(session, heads, f"case:{case_no}")
    count, altered = verify_rows(session, CASE_ROWS, sealed(session, case_id), case_id)
    return Verdict(streams, entries, count, (*breaks, *altered))


def _contents(session: Session) -> Iterator[Break]:
    """Bytes that do not fit the hash under which they are stored."""
    for blob in session.scalars(select(Blob).execution_options(yield_per=50)):
        if hashlib.sha256(blob.data).hexdigest() != blob.sha256:
            yield Break(f"blob:{blob.sha256}", Text("文件内容与哈希不符", "the file does not fit its hash"))
    for notice in session.scalars(select(Notice).execution_options(yield_per=200)):
        if hashlib.sha256(notice.body.encode()).hexdigest() != notice.sha256:
            yield Break(f"notice:{notice.number}", Text("文书内容与哈希不符", "the paper does not fit its hash"))


def _numbers(session: Session) -> Iterator[Break]:
    """Series whose last number is not the number of papers, or cases, that it numbered: there is a gap."""
    taken = {row.name: row.taken for row in session.scalars(select(NumberSeries))}
    given: dict[str, int] = {}
    papers = select(Notice.unit_id, Notice.kind, Notice.year, func.count()).group_by(
        Notice.unit_id, Notice.kind, Notice.year
    )
    for unit_id, kind, year, count in session.execute(papers):
        given[f"notice:{unit_id}:{kind}:{year}"] = count
    for division, at in session.execute(select(Case.division, Case.received_at)):
        name = f"case:{division}:{local_date(at)}"
        given[name] = given.get(name, 0) + 1
    for name in sorted(taken.keys() | given.keys()):
        if taken.get(name) != given.get(name):
            text = (taken.get(name, 0), given.get(name, 0))
            yield Break(
                f"number_series:{name}",
                Text(f"取号 {text[0]} 个，实有 {text[1]} 个", f"{text[0]} taken, {text[1]} used"),
            )
