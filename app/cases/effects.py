"""What elements mean in law: clocks, papers, registers and outcomes that a step brings about."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bpmn.step import Effect
from app.cases.models import Case, Outbox
from app.cases.papers import facts
from app.cases.terms import EXTENDED, extended_days, set_case_dues
from app.catalogue.bundle import Bundle
from app.documents.models import Notice
from app.documents.operations import Paper, issue
from app.errors import Invalid, Text
from app.identity.actor import Actor
from app.law.calendar import Calendar
from app.law.clock import local_date

ONCE = frozenset({"receipt"})
RESULTS = {
    "decision_granted": "granted",
    "decision_refused": "refused",
    "superior_granted": "granted",
    "superior_refused": "refused",
    "refusal_acceptance": "not_accepted",
}


@dataclass(slots=True)
class Consequences:
    """What the effects of one step did, for the log: papers issued, registers entered, rows to seal."""

    notices: list[Notice] = field(default_factory=list)
    outbox: list[Outbox] = field(default_factory=list)
    registers: list[str] = field(default_factory=list)
    clocks: list[str] = field(default_factory=list)

    @property
    def moved(self) -> bool:
        """Whether a clock started, stopped or stood still, so that dates have to be computed anew."""
        return bool(self.clocks)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where effects happen: one act on one case."""

    session: Session
    case: Case
    bundle: Bundle
    calendar: Calendar
    actor: Actor
    at: datetime


def carry_out(scene: Scene, effects: tuple[Effect, ...]) -> Consequences:
    """Carry out the effects of a step in their order. Raises Invalid if a paper would have a hole."""
    done = Consequences()
    for effect in effects:
        match effect.kind:
            case "clock":
                _clock(scene, effect.attributes, done)
            case "notice":
                _notice(scene, effect, done)
            case "register":
                done.registers.append(effect.attributes["name"])
            case "outcome":
                scene.case.outcome = effect.attributes["kind"]
    return done


def _clock(scene: Scene, attributes: Any, done: Consequences) -> None:
    case, today = scene.case, local_date(scene.at)
    clock, action = attributes.get("clock", "case"), attributes["action"]
    if action == "resume" and clock == "case" and not _stands(case):
        return
    done.clocks.append(f"{clock}.{action}")
    if action == "pause":
        case.pauses = [*case.pauses, [today.isoformat(), None, attributes.get("kind", clock), clock]]
    elif action == "resume":
        if clock == "acceptance":
            case.supplemented_on = today
        _end_pause(case, clock, today)
    elif action == "start" and clock == "case":
        _accept(case, attributes, today)
    elif action == "extend":
        _extend(case, scene.bundle, today)
    elif action == "stop":
        _end_pause(case, clock, today)
        if clock == "case":
            case.decided_on = case.decided_on or today
    set_case_dues(case, scene.bundle, scene.calendar)


def _stands(case: Case) -> bool:
    """Whether the case clock is paused; one that was late to be resumed may have been resumed already."""
    return any(end is None and of == "case" for _, end, _, of in case.pauses)


def _accept(case: Case, attributes: Any, today: date) -> None:
    """Acceptance ends the time for the notice. It counts from today; supplemented, from the supplement (R119).

    Deemed (art. 32), it reaches back to the day on which the papers were in: the supplement's if one was demanded in
    time, since until then the applicant knew that they were not complete, otherwise the day of receipt.
    """
    basis = attributes.get("basis", "normal")
    if attributes.get("from") == "receipt":
        case.accepted_on = case.supplemented_on or case.receipt_date
    else:
        case.accepted_on = (case.supplemented_on if basis == "supplemented" else None) or today
    case.accept_basis = basis
    _end_pause(case, "acceptance", today)


def _extend(case: Case, version: Bundle, today: date) -> None:
    """Lift both limits by the days asked for (art. 42): once, before they run out, by no more than the law allows."""
    days, most = int(case.data.get("extensionDays") or 0), int(version.content.get("extend_max") or 0)
    if extended_days(case):
        _not_extended("本件已经延期一次，不能再延期", "The case has been extended already; it cannot be again")
    if case.statutory_due is not None and today > case.statutory_due:
        _not_extended(
            "法定期限已经届满，不能再批准延期", "The statutory limit has run out; it is too late to extend it"
        )
    if not 0 < days <= most:
        _not_extended(f"延期不得超过 {most} 个工作日", f"An extension is at most {most} working days")
    case.data = {**case.data, EXTENDED: days}


def _not_extended(zh: str, en: str) -> NoReturn:
    raise Invalid(Text(zh, en), {"extensionDecision": (Text(zh, en),)})


def _end_pause(case: Case, clock: str, today: date) -> None:
    if any(end is None and of == clock for _, end, _, of in case.pauses):
        case.pauses = [
            [start, end or (today.isoformat() if of == clock else None), kind, of]
            for start, end, kind, of in case.pauses
        ]


def _notice(scene: Scene, effect: Effect, done: Consequences) -> None:
    case, kind = scene.case, effect.attributes["kind"]
    if kind in ONCE and _is_issued(scene, kind, done):
        return
    if kind in RESULTS:
        _decide(scene, kind, done)
    element = f"{effect.scope}/{effect.element}".lstrip("/")
    values = facts(scene.session, case, scene.bundle, scene.calendar, scene.actor, scene.at, kind)
    paper = Paper(kind, case.id, scene.bundle.unit_id, scene.bundle.unit_name, values, element)
    notice = issue(scene.session, case.division, paper, scene.actor.name, scene.at)
    done.notices.append(notice)
    message = Outbox(
        division=case.division,
        case_id=case.id,
        kind="applicant",
        payload={"notice": notice.id, "number": notice.number, "title": notice.title, "case": case.no},
        created_at=scene.at,
    )
    done.outbox.append(message)


def _is_issued(scene: Scene, kind: str, done: Consequences) -> bool:
    issued = select(Notice.id).where(Notice.case_id == scene.case.id, Notice.kind == kind).limit(1)
    return any(one.kind == kind for one in done.notices) or scene.session.scalar(issued) is not None


def _decide(scene: Scene, kind: str, done: Consequences) -> None:
    """A decision stops both clocks, the applicant is told (R007), and delivery falls due (art. 44)."""
    case = scene.case
    if case.decided_on is None:
        for clock in ("acceptance", "case"):
            _clock(scene, {"clock": clock, "action": "stop"}, done)
    case.notified_at = scene.at
    case.outcome = RESULTS[kind]
    set_case_dues(case, scene.bundle, scene.calendar)
