"""Activities that are done several times; of these the standard loop, multi-instance being in `multi.py`.

One token stands for the activity (the body), one more for the round that is under way.

`loopCounter` counts the rounds: inside a round it is the round's number, for the condition how many rounds are done.
BPMN 2.0.2, 10.3.8 and 13.3.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bpmn import multi
from app.bpmn.diagram import RepeatRule
from app.bpmn.expression import Failure
from app.errors import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.bpmn.case import Case
    from app.bpmn.token import Token


def start(case: Case, body: Token) -> bool | None:
    """Begin the instances or the first round. True when there is nothing to do."""
    rule = body.node.loop
    return _start(case, body, rule) if isinstance(rule, RepeatRule) else multi.start(case, body)


def collect(case: Case, token: Token) -> None:
    """An instance or a round has done its work: the activity goes on or is done."""
    rule, body = token.node.loop, token.scope.owner
    if isinstance(rule, RepeatRule) and body is not None:
        _collect(case, token, body, rule)
    else:
        multi.collect(case, token)


def _start(case: Case, body: Token, rule: RepeatRule) -> bool | None:
    cap = _cap(case, body, rule)
    scope = case.enclose("multi", body.node.body, body.scope.path, body, body.scope)
    body.inner = scope
    scope.vars["loopCounter"] = 0
    try:
        once = cap != 0 and (not rule.before or _goes_on(case, body, scope.context(), rule))
    except Failure:
        _leave(case, body)
        raise
    if not once:
        _leave(case, body)
        return True
    body.item = {"done": 0} if cap is None else {"done": 0, "cap": cap}
    multi.instance(case, body, 0)
    return None


def _collect(case: Case, token: Token, body: Token, rule: RepeatRule) -> None:
    around, done = body.inner, body.item["done"] + 1
    try:
        again = done != body.item.get("cap") and _goes_on(case, body, token.context(), rule)
    except Failure as failure:
        case.park(token, "collect", failure)
        return
    body.item["done"] = done
    multi.conclude(case, token)
    if again and around is not None:
        around.vars["loopCounter"] = done
        multi.instance(case, body, done)
    else:
        _leave(case, body)
        case.finish(body)


def _leave(case: Case, body: Token) -> None:
    around = body.inner
    if around is not None:
        case.close(around)
        body.inner, body.past = None, around.done


def _cap(case: Case, body: Token, rule: RepeatRule) -> int | None:
    if rule.maximum is None:
        return None
    value = rule.maximum(body.context(), case.at)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        source = rule.maximum.source
        text = Text(f"循环次数上限 {source} 不是自然数", f"the loop's maximum {source} is not a whole number")
        raise Failure("bad-loop-maximum", text)
    return value


def _goes_on(case: Case, body: Token, context: Mapping[str, object], rule: RepeatRule) -> bool:
    if rule.condition is None:
        return True
    value = rule.condition(context, case.at)
    if not isinstance(value, bool):
        source, label = rule.condition.source, body.node.name or body.node.id
        text = Text(
            f"“{label}”的循环条件 {source} 不得真假,可能缺少数据",
            f"the loop condition {source} of “{label}” is neither true nor false; data may be missing",
        )
        raise Failure("condition-not-boolean", text)
    return value
