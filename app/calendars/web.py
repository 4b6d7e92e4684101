"""The calendar of working days on the screen, and the import of the State Council's yearly notice (C1.17, C1.18)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from app import clock
from app.audit.models import LogEntry
from app.calendars.models import CalendarDay, Recount
from app.calendars.operations import Change, changes_by
from app.calendars.queries import current_calendar, day_facts
from app.cases import recount
from app.cases.models import Case
from app.config import current as settings
from app.db import db, transaction
from app.errors import Conflict, Invalid, Refusal, Text
from app.http import me, permit
from app.identity.actor import may
from app.law.clock import local_date
from app.law.holidays import Holiday, Notice
from app.law.notice_text import read_table, read_text

blueprint = Blueprint("calendars", __name__, url_prefix="/calendar", template_folder="templates")
REMIND_FROM = 11
"""The month from which next year's notice is missed: it comes out in late October or November."""
MOVED_SHOWN = 200
FIELDS = ("text", "table", "year", "number", "issued")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive days of which a notice says the same."""

    name: str
    notice: str
    is_working: bool
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@blueprint.get("")
@permit("calendar.read")
def year() -> ResponseReturnValue:
    """One year's holidays and make-up days, and how far the cases have followed the last change."""
    calendar, today = current_calendar(), local_date(clock.now())
    years = list(range(calendar.first_day.year, calendar.published_until.year + 1))
    asked = request.args.get("year", "")
    shown = int(asked) if asked.isdecimal() and int(asked) in years else min(max(today.year, years[0]), years[-1])
    last = _last_recount()
    return render_template(
        "calendars/year.html",
        years=years,
        shown=shown,
        stretches=_stretches(day_facts(db.session(), date(shown, 1, 1), date(shown, 12, 31))),
        worked=calendar.count(date(shown - 1, 12, 31), date(shown, 12, 31)) if shown > years[0] else None,
        published_until=calendar.published_until,
        is_missing=today.month >= REMIND_FROM and calendar.published_until.year <= today.year,
        next_year=calendar.published_until.year + 1,
        recount=last,
        moved=_moved(last) if last else [],
        may_import=may(me(), "calendar.manage"),
    )


def _stretches(days: list[CalendarDay]) -> list[Stretch]:
    named = [one for one in days if one.kind in ("holiday", "makeup")]
    runs = groupby(enumerate(named), key=lambda at: (at[1].day.toordinal() - at[0], at[1].name, at[1].is_working))
    found = []
    for _key, run in runs:
        ones = [one for _, one in run]
        first, last = ones[0], ones[-1]
        found.append(Stretch(first.name, first.notice, first.is_working, first.day, last.day))
    return found


def _last_recount() -> Recount | None:
    newest = select(Recount).where(Recount.division == settings().division).order_by(Recount.id.desc()).limit(1)
    return db.session.scalar(newest)


def _moved(last: Recount) -> list[dict[str, Any]]:
    """The cases that the last change has moved, the latest first, with their due days before and after."""
    since = (LogEntry.division == last.division, LogEntry.act == "case.recount", LogEntry.at >= last.started_at)
    wanted = (
        select(LogEntry.details, Case.no, Case.applicant)
        .join(Case, Case.id == LogEntry.case_id)
        .where(*since)
        .order_by(LogEntry.id.desc())
        .limit(MOVED_SHOWN)
    )
    return [
        {"no": no, "applicant": applicant, "due": details.get("due_on") or (None, None)}
        for details, no, applicant in db.session.execute(wanted)
    ]


@blueprint.get("/import")
@permit("calendar.manage")
def paste() -> ResponseReturnValue:
    """Where a notice is pasted."""
    return render_template("calendars/import.html", typed={}, problem=None)


@blueprint.post("/import")
@permit("calendar.manage")
def compare() -> ResponseReturnValue:
    """What a pasted notice would change; put in force once that has been looked at."""
    typed = _typed()
    notice = _read(typed)
    if request.form.get("do") != "publish":
        return _preview(notice, typed)
    recount.publish_notice(db.session(), settings().division, notice, me(), clock.now())
    flash(_("%(year)s 年放假安排已生效，正在重新计算在办件的期限", year=notice.year), "success")
    return redirect(url_for("calendars.year", year=notice.year), 303)


@blueprint.errorhandler(Invalid)
@blueprint.errorhandler(Conflict)
def _refused(problem: Refusal) -> ResponseReturnValue:
    """The page again with what was typed; whatever was written has been rolled back by now."""
    with transaction(write=False):
        return render_template("calendars/import.html", typed=_typed(), problem=problem.text), problem.status


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in FIELDS}


def _preview(notice: Notice, typed: Mapping[str, str]) -> str:
    changes: list[Change] = changes_by(db.session(), notice)
    open_cases = select(func.count()).select_from(Case).where(Case.status.in_(recount.OPEN))
    is_new = notice.year > current_calendar().published_until.year
    return render_template(
        "calendars/preview.html",
        notice=notice,
        holidays=[_as_stretches(one) for one in notice.holidays],
        is_new=is_new,
        changes=[one for one in changes if not is_new],
        open_cases=db.session.scalar(open_cases),
        typed=typed,
    )


def _as_stretches(one: Holiday) -> dict[str, Any]:
    return {
        "name": one.name,
        "first": one.first,
        "last": one.last,
        "days": (one.last - one.first).days + 1,
        "work": one.work,
    }


def _read(typed: Mapping[str, str]) -> Notice:
    """The notice as pasted: its text, or a table with what heads it. Raises Invalid."""
    if typed["text"].strip():
        return read_text(typed["text"])
    if not typed["table"].strip():
        raise Invalid(Text("请粘贴通知全文，或粘贴日期表", "Paste the text of the notice, or a table of its days"))
    if not typed["year"].strip().isdecimal() or not typed["number"].strip():
        raise Invalid(Text("粘贴表格时须填写年度和文号", "With a table, its year and its number are wanted"))
    try:
        issued = date.fromisoformat(typed["issued"].strip())
    except ValueError:
        raise Invalid(Text("请填写发文日期", "State the date of issue")) from None
    return read_table(
        typed["table"], year=int(typed["year"].strip()[:4]), number=typed["number"].strip()[:80], issued=issued
    )
