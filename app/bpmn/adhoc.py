"""Ad-hoc sub-processes at work: their activities start in any order, some again, until it is enough.

BPMN 2.0.2, 13.3.5. With a list (`activeElementsCollection`) what it names is performed once each. Without one people
choose: every activity without incoming flow is open from the beginning, doing it is choosing it, and it is open again
as soon as it is over, until the completion condition holds; without a condition each is done once.

The owner's `item` keeps what storing must not lose: `next`, what a sequential list has left, and `enough`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bpmn import multi
from app.bpmn.expression import Failure
from app.bpmn.support import ACTIVITIES
from app.errors import Text

if TYPE_CHECKING:
    from app.bpmn.case import Case
    from app.bpmn.diagram import AdHocRule
    from app.bpmn.scope import Scope
    from app.bpmn.token import Token


def begin(owner: Token) -> tuple[str, ...]:
    """The activities that start at once. Raises Failure when the list is none, or names what cannot start."""
    rule, starts = _rule(owner), owner.workflow.definition.bodies[owner.node.inner].starts
    if rule.active is None:
        return starts
    wanted = _listed(owner, rule, starts)
    if rule.sequential:
        owner.item["next"] = list(wanted[1:])
        return wanted[:1]
    return wanted


def is_over(case: Case, token: Token) -> bool:
    """Whether nothing follows a token that leaves, since its ad-hoc sub-process has enough. Raises Failure."""
    owner = _owner(token.scope)
    if owner is None:
        return False
    until = _rule(owner).until
    if token.node.type in ACTIVITIES and until is not None and "enough" not in owner.item:
        if not multi.is_enough(until, token.scope.context(), case.at):
            return False
        owner.item["enough"] = True
    return "enough" in owner.item


def passed(case: Case, token: Token) -> None:
    """A token completed in an ad-hoc sub-process: the others are withdrawn, or its activity is open again."""
    owner = _owner(token.scope)
    if owner is None:
        return
    if "enough" not in owner.item:
        enable(case, token)
        return
    cancels = _rule(owner).cancels
    for one in list(token.scope.tokens.values()):
        if one is not token and one.is_live and (cancels or not _is_begun(one)):
            case.cancel_token(one)


def enable(case: Case, token: Token) -> None:
    """What people may choose is over, completed or interrupted: they may choose it again."""
    owner = _owner(token.scope)
    if owner is None or "enough" in owner.item:
        return
    rule, starts = _rule(owner), case.definition.bodies[owner.node.inner].starts
    if rule.active is None and rule.until is not None and token.node.id in starts:
        case.spawn(token.node.id, token.scope, owner)._ready()


def goes_on(case: Case, scope: Scope) -> bool:
    """Start the next activity of a sequential list, now that nothing runs. False when there is none."""
    owner = _owner(scope)
    if owner is None or "enough" in owner.item or not owner.item.get("next"):
        return False
    first, *owner.item["next"] = owner.item["next"]
    case.spawn(first, scope, owner)._ready()
    return True


def _listed(owner: Token, rule: AdHocRule, starts: tuple[str, ...]) -> tuple[str, ...]:
    case, active = owner.workflow, rule.active
    found = active(owner.context(), case.at) if active is not None else []
    source, most = active.source if active is not None else "", case.budget.steps
    if not isinstance(found, list):
        text = Text(f"要开展的活动 {source} 不是列表", f"the activities to perform, {source}, are not a list")
        raise Failure("not-a-list", text)
    if len(found) > most:
        text = Text(f"要开展的活动超过 {most} 个", f"there are more than {most} activities to perform")
        raise Failure("budget-steps", text)
    for one in found:
        if one not in starts:
            label, known = owner.node.name or owner.node.id, "、".join(starts)
            text = Text(
                f"“{label}”里没有可以开始的活动“{one}”,可用的有:{known}",
                f"“{label}” has no activity “{one}” that could start; there are: {known}",
            )
            raise Failure("no-such-activity", text)
    return tuple(str(one) for one in found)


def _is_begun(token: Token) -> bool:
    """Whether an activity is under way (or a compensation): listed, or entered; not what flows only led to."""
    return (token.node.type in ACTIVITIES or token.inner is not None) and (token.entered or not token.flow)


def _owner(scope: Scope) -> Token | None:
    """The ad-hoc sub-process that a scope is the inside of."""
    owner = scope.owner
    return owner if owner is not None and scope.kind == "sub" and owner.node.adhoc is not None else None


def _rule(owner: Token) -> AdHocRule:
    if owner.node.adhoc is None:
        raise TypeError(f"{owner.node.id} is not ad-hoc")
    return owner.node.adhoc
