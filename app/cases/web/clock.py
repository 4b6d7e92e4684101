"""How each date of a case comes about: counted day by day, in words that can be read to an applicant."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from app.calendars.queries import current_calendar, day_facts
from app.cases import queries, words
from app.cases.models import Case
from app.cases.terms import CaseLimit, limits_of
from app.cases.web import view
from app.cases.web.routes import blueprint, local, today
from app.catalogue.bundle import bundle
from app.config import current as settings
from app.db import db
from app.http import permit
from app.law.explain import explain
from app.law.holidays import DayFact
from app.law.telling import rule, runs


@blueprint.get("/cases/<no>/clock")
@permit("case.read")
def counted(no: str) -> ResponseReturnValue:
    """Every limit of a case, with the days that count towards it and those that do not, and why."""
    case = queries.case_by_no(settings().division, no)
    version = bundle(case.version_id)
    return render_template(
        "cases/clock.html",
        case=case,
        item_name=local(version.name, version.name_en),
        limits=[_told(case, one) for one in limits_of(case, version)],
    )


def _told(case: Case, limit: CaseLimit) -> dict[str, Any]:
    calendar, on = current_calendar(), case.decided_on or today()
    found = limit.due(calendar)
    until = found.due or max(on, limit.start)
    count = explain(
        limit.start, limit.term.value, limit.term.unit, limit.pauses, limit.extension, calendar,
        facts=_facts(limit.start, until), on=on,
    )  # fmt: skip
    kinds = [words.word(words.PAUSE, kind) for _, _, kind, _ in case.pauses]
    return {
        "name": words.LIMIT[limit.kind],
        "rule": rule(count),
        "due": found.due,
        "warn_on": found.warn_on,
        "provisional": view.is_provisional(found.due),
        "counted": count.counted,
        "runs": runs(count, words.EVENT[limit.event], kinds),
    }


def _facts(first: date, last: date) -> Mapping[date, DayFact]:
    """What the imported notices say of these days."""
    rows = day_facts(db.session(), first, last)
    return {row.day: DayFact(row.is_working, row.kind, row.name, row.notice) for row in rows}
