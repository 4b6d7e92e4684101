"""What no form can check by itself: one notice only (R118, R119), separate hands (R062), withdrawal."""

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from app.cases.models import Case, Task
from app.catalogue.bundle import Bundle
from app.errors import Conflict, Forbidden, Invalid, Text
from app.identity.actor import Actor

FINE = frozenset({"complete", "not_needed"})


def look_over(case: Case, task: Task, answers: Mapping[str, Any]) -> None:
    """Check an intake answer, and remember what its notice demands. Raises Invalid on R118 and R119."""
    materials = answers.get("materials")
    if task.step_kind != "intake" or not isinstance(materials, list):
        return
    rows = [one for one in materials if isinstance(one, dict)]
    defective = [one.get("name") for one in rows if one.get("verdict") not in FINE]
    result = answers.get("checkResult")
    if defective and result in ("accept", "on_the_spot"):
        _refuse(
            f"材料“{defective[0]}”不齐全或不符合法定形式，不能受理",
            f"“{defective[0]}” is defective: it cannot be accepted",
        )
    if result != "notice":
        return
    if not defective:
        _refuse("材料均齐全，没有需要补正的内容", "Every material is complete; there is nothing to correct")
    if case.checks:
        _demand_no_more(case, defective)
    case.checks = [*case.checks, defective]


def _demand_no_more(case: Case, defective: list[Any]) -> None:
    """A further notice names only what the one before it named (R118), unless a supervisor has let one name more."""
    late = [name for name in defective if name not in case.checks[-1]]
    if late and not case.second_notice_allowed:
        _refuse(
            f"材料“{'、'.join(late)}”上次告知时未提出问题，不得再次要求补正；确有必要的，请监督员批准",
            f"The last notice did not name “{', '.join(late)}”; a supervisor may allow it to be demanded now",
        )
    if late:
        case.second_notice_allowed = False


def _refuse(zh: str, en: str) -> None:
    raise Invalid(Text(zh, en), {"checkResult": (Text(zh, en),)})


class Step(Protocol):
    """What somebody is about to do, as far as separate hands are concerned."""

    @property
    def name(self) -> str: ...
    @property
    def process(self) -> str: ...
    @property
    def element(self) -> str: ...


def check_separation(session: Session, case: Case, task: Step, version: Bundle, actor: Actor) -> None:
    """Whoever did a step that this one names in `differentFrom` may not do this one. Raises Forbidden, naming it."""
    info = version.definition.elements.get((task.process, task.element))
    others = info.step.different_from if info is not None and info.step is not None else ()
    if not others:
        return
    done = session.scalar(
        select(Task.name).where(
            Task.case_id == case.id,
            Task.closed_by_id == actor.person_id,
            Task.status == "done",
            or_(*map(_is_step, others)),
        )
    )
    if done is not None:
        raise Forbidden(
            Text(
                f"您已办理本件的“{done}”，不能再办理“{task.name}”",
                f"You did “{done}” of this case, so not “{task.name}”",
            ),
            act="task.complete",
            thing=f"{case.no} {task.name}",
        )


def _is_step(name: str) -> ColumnElement[bool]:
    """`element` wherever it stands; `call.element` only inside that call activity."""
    call, _, element = name.rpartition(".")
    path = call.replace(".", "/")
    inside = or_(Task.scope == path, Task.scope.endswith(f"/{path}", autoescape=True)) if call else true()
    return and_(Task.element == element, inside)


def check_withdrawal(case: Case, actor: Actor) -> None:
    """An application is taken back at the item's own unit, before the decision. Raises Forbidden or Conflict."""
    if "administrator" not in actor.roles and case.unit_id not in {held.unit_id for held in actor.posts.values()}:
        only = Text("只有本事项的承办单位可以办理撤回", "Only the unit of the item takes an application back")
        raise Forbidden(only, act="case.withdraw", thing=case.no)
    if case.decided_on is not None:
        raise Conflict(Text("已作出决定，不能再撤回申请", "The decision has been made; it is too late to withdraw"))
