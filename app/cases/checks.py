"""What no form can check by itself: one notice only (R118, R119), separate hands (R062)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import Case, Task
from app.catalogue.bundle import Bundle
from app.errors import Forbidden, Invalid, Text
from app.identity.actor import Actor

FINE = frozenset({"complete", "not_needed"})


def look_over(case: Case, task: Task, answers: Mapping[str, Any]) -> None:
    """Check an intake answer against earlier rounds and remember this one. Raises Invalid on R118 and R119."""
    materials = answers.get("materials")
    if task.step_kind != "intake" or not isinstance(materials, list):
        return
    verdicts = [{"name": one.get("name"), "verdict": one.get("verdict")} for one in materials if isinstance(one, dict)]
    defective = [one["name"] for one in verdicts if one["verdict"] not in FINE]
    result = answers.get("checkResult")
    if defective and result in ("accept", "on_the_spot"):
        _refuse(
            "checkResult",
            f"材料“{defective[0]}”不齐全或不符合法定形式，不能受理",
            f"“{defective[0]}” is defective: it cannot be accepted",
        )
    if not defective and result == "notice":
        _refuse(
            "checkResult", "材料均齐全，没有需要补正的内容", "Every material is complete; there is nothing to correct"
        )
    if case.checks and result == "notice" and not case.second_notice_allowed:
        _one_notice_only(case, defective)
    case.checks = [*case.checks, verdicts]


def _one_notice_only(case: Case, defective: list[Any]) -> None:
    """A second notice may name only what the first one named (R118)."""
    passed = {one["name"] for one in case.checks[0] if one["verdict"] in FINE}
    late = [name for name in defective if name in passed]
    if late:
        _refuse(
            "checkResult",
            f"材料“{'、'.join(late)}”首次核对时未提出问题，不得再次要求补正；确有必要的，请监督员批准",
            f"“{', '.join(late)}” passed the first check and may not be demanded now; a supervisor may allow it",
        )


def _refuse(field: str, zh: str, en: str) -> None:
    raise Invalid(Text(zh, en), {field: (Text(zh, en),)})


def check_separation(session: Session, case: Case, task: Task, version: Bundle, actor: Actor) -> None:
    """Whoever did a step that this one names in `differentFrom` may not do this one. Raises Forbidden, naming it."""
    info = version.definition.elements.get((task.process, task.element))
    others = info.step.different_from if info is not None and info.step is not None else ()
    if not others:
        return
    done = session.scalar(
        select(Task.name).where(
            Task.case_id == case.id,
            Task.element.in_([one.rpartition(".")[2] for one in others]),
            Task.closed_by_id == actor.person_id,
            Task.status == "done",
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
