"""Results from outside that people enter: what an inspection institute or a superior answers to a waiting case.

A message event of the diagram with a form (`zeebe:formDefinition`) and a post (`gov:step`) can be answered here by
whoever holds that post; an interface of the institute would deliver the same message by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from app.bpmn.diagram import ElementInfo
from app.cases.answer import Judged, hand_in, judge
from app.cases.apply import Deed, apply
from app.cases.checks import check_separation
from app.cases.locks import lock_with
from app.cases.models import Case, Deadline, Subscription
from app.cases.operations import engine_data, known_to_forms, running_state
from app.catalogue.bundle import Bundle, bundle
from app.catalogue.models import Item
from app.db import db
from app.errors import Conflict, NotFound, Text
from app.feel import from_json
from app.forms import Form
from app.identity.actor import Actor, demand
from app.identity.queries import post_id_named


@dataclass(frozen=True, slots=True)
class Awaited:
    """A result that a case waits for and that people enter. `post_id`: whose holder may."""

    id: int
    case: Case
    version: Bundle
    info: ElementInfo
    form: Form
    post_id: int | None
    message: str
    key: str | None
    scope: str
    assignee_id: None = None

    @property
    def name(self) -> str:
        return self.info.name

    @property
    def process(self) -> str:
        return self.info.process

    @property
    def element(self) -> str:
        return self.info.id

    def context(self) -> dict[str, Any]:
        """What the form may read; its own fields start empty, whatever an earlier result said."""
        asked = frozenset(one.key for one in self.form.fields if one.editable and len(one.full) == 1)
        return known_to_forms(self.case, self.version, asked)


def _awaited(case: Case, row: Subscription) -> Awaited | None:
    """What a subscription waits for; None where nobody is meant to enter it."""
    version = bundle(case.version_id)
    info = version.definition.elements.get((row.process, row.element))
    form = version.forms.get(info.form_id) if info is not None else None
    if row.kind != "message" or info is None or info.step is None or form is None:
        return None
    post = post_id_named(case.division, info.step.post, version.unit_id)
    return Awaited(row.id, case, version, info, form, post, row.message, row.correlation, row.scope)


def awaited(division: str, subscription_id: int) -> Awaited:
    """What a case waits for, by the id of its subscription. Raises NotFound, also once it has arrived."""
    row = db.session.get(Subscription, subscription_id)
    found = _awaited(db.session.get_one(Case, row.case_id), row) if row and row.division == division else None
    if found is None:
        raise NotFound(
            Text("没有等待录入的结果，可能已经录入", "There is no result to be entered; perhaps it has been")
        )
    return found


def awaited_by(case: Case) -> list[Awaited]:
    """The results that a case waits for and that people enter."""
    rows = db.session.scalars(select(Subscription).where(Subscription.case_id == case.id).order_by(Subscription.id))
    return [one for one in (_awaited(case, row) for row in rows) if one is not None]


def replies_for(division: str, actor: Actor) -> Select[Any]:
    """The results that one of the actor's posts may enter now, with their cases; `due_on` is what they declared."""
    due = (
        select(func.min(Deadline.due_on))
        .where(Deadline.case_id == Subscription.case_id, Deadline.scope == Subscription.scope)
        .scalar_subquery()
    )
    place = tuple_(Case.version_id, Subscription.process, Subscription.element)
    return (
        select(Subscription.id, Subscription.process, Subscription.element)
        .add_columns(Case.version_id, Case.no, Case.applicant)
        .add_columns(Item.name.label("item"), Item.name_en.label("item_en"), due.label("due_on"))
        .join(Case, Case.id == Subscription.case_id)
        .join(Item, Item.id == Case.item_id)
        .where(*_waiting(division), place.in_(_places(division, actor)))
    )


def _waiting(division: str) -> tuple[Any, ...]:
    return Subscription.division == division, Subscription.kind == "message", Case.status == "active"


def _places(division: str, actor: Actor) -> list[tuple[int, str, str]]:
    """Where cases wait now for what the actor may enter: version, process, element."""
    waiting = (
        select(Case.version_id, Subscription.process, Subscription.element)
        .join(Case, Case.id == Subscription.case_id)
        .where(*_waiting(division))
        .distinct()
    )
    return [
        (row.version_id, row.process, row.element)
        for row in db.session.execute(waiting)
        if _post_of(division, row.version_id, row.process, row.element) in actor.posts
    ]


def _post_of(division: str, version_id: int, process: str, element: str) -> int | None:
    version = bundle(version_id)
    info = version.definition.elements.get((process, element))
    if info is None or info.step is None or info.form_id not in version.forms:
        return None
    return post_id_named(division, info.step.post, version.unit_id)


def enter_reply(
    session: Session, subscription_id: int, actor: Actor, posted: Mapping[str, Any], at: datetime
) -> Awaited:
    """Enter what came from outside, in the actor's own name (R001), and let the case go on.

    Raises Conflict if it has been entered already, Forbidden, or Invalid with the errors by field.
    """
    try:
        case, row = lock_with(session, Subscription, subscription_id)
    except NotFound as problem:
        raise Conflict(Text("这项结果已经录入，办件已不在等待", "This result has been entered already")) from problem
    found = _awaited(case, row)
    if found is None:
        raise NotFound(Text("这项结果不由人工录入", "This result is not entered by hand"))
    demand(actor, "reply.enter", found, what=f"{case.no} {found.name}")
    check_separation(session, case, found, found.version, actor)
    if case.status == "suspended":
        raise Conflict(Text("办件已中止，恢复后才能办理", "The case is suspended; it has to be resumed first"))
    judged = judge(session, found.form, posted, found.context(), actor, at, case)
    _hear(session, found, judged, actor, at)
    return found


def _hear(session: Session, found: Awaited, judged: Judged, actor: Actor, at: datetime) -> None:
    case, version = found.case, found.version
    data = engine_data(version, judged.data)
    case.data = {**case.data, **judged.data}
    deed = Deed(session, "message.enter", case, version, actor, at, answers=judged.data, post_id=found.post_id)
    deed.element = f"{found.scope}/{found.element}".lstrip("/")
    deed.details = {"task": found.name, "form": found.form.id}
    hand_in(deed, judged)
    deed.command = {"verb": "deliver", "message": found.message, "key": found.key, "data": data}
    apply(deed, version.engine.deliver(running_state(case), found.message, found.key, from_json(data), at))
