"""Number and issue papers. What is issued never changes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.documents.kinds import KINDS
from app.documents.models import Notice, NumberSeries
from app.errors import Invalid, Text
from app.law.clock import local_date


def take_number(session: Session, series: str) -> int:
    """The next number of a series, 1 first. Gapless: it is given back if the transaction does not commit."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement: Insert = (
        insert(NumberSeries)
        .values(name=series, taken=1)
        .on_conflict_do_update(index_elements=["name"], set_={"taken": NumberSeries.taken + 1})
        .returning(NumberSeries.taken)
    )
    taken: int = session.execute(statement).scalar_one()
    return taken


@dataclass(frozen=True, slots=True)
class Paper:
    """What to issue: `facts` are the values its template prints, `element` the node of the diagram that asks for it."""

    kind: str
    case_id: int
    unit_id: int
    unit_name: str
    facts: Mapping[str, Any]
    element: str


def issue(session: Session, division: str, paper: Paper, issued_by: str, at: datetime) -> Notice:
    """Number and render a paper; the row is for the act to seal and store.

    Raises Invalid if a mandatory fact is missing: a paper with a hole is not issued.
    """
    kind = KINDS[paper.kind]
    holes = [name for name in kind.mandatory if paper.facts.get(name) in (None, "", [])]
    if holes:
        names = "、".join(kind.mandatory[name] for name in holes)
        raise Invalid(Text(f"{kind.title}缺少：{names}，请补充后再出具", f"{kind.title_en} lacks: {', '.join(holes)}"))
    year = local_date(at).year
    serial = take_number(session, f"notice:{paper.unit_id}:{paper.kind}:{year}")
    number = f"{paper.unit_name}{kind.mark}〔{year}〕第{serial:04d}号"
    page = render_template(f"notices/{paper.kind}.html", title=kind.title, number=number, at=at, **paper.facts)
    return Notice(
        division=division,
        case_id=paper.case_id,
        unit_id=paper.unit_id,
        kind=paper.kind,
        year=year,
        serial=serial,
        number=number,
        title=kind.title,
        body=page,
        sha256=hashlib.sha256(page.encode()).hexdigest(),
        issued_at=at,
        issued_by=issued_by,
        element=paper.element,
    )
