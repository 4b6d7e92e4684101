"""Multi-instance: one token stands for the activity (the body), one more per item of its collection.

Each instance has a scope of its own with its element and `loopCounter`; around them a scope counts them. BPMN 13.3.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bpmn.diagram import LoopRule
from app.bpmn.expression import Failure
from app.errors import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from app.bpmn.case import Case
    from app.bpmn.expression import Value
    from app.bpmn.scope import Scope
    from app.bpmn.token import Token


def start(case: Case, body: Token) -> bool | None:
    """Open the instances: all, or the first. True when there is nothing to do."""
    rule = _rule(body)
    items = _items(case, body, rule)
    total = len(items)
    body.item = {"results": [None] * total if rule.output_element else [], "total": total, "done": 0}
    if not total:
        return True
    scope = case.enclose("multi", body.node.body, body.scope.path, body, body.scope)
    body.inner = scope
    body.item["next"] = 1 if rule.sequential else total
    body.item["items"] = items if rule.sequential else []
    _count(body, scope, 0)
    for index in range(body.item["next"]):
        instance(case, body, index, items[index])
    return None


def collect(case: Case, token: Token) -> None:
    """An instance has done its work: keep its output, then end the activity or go on."""
    body = token.scope.owner
    if body is None or body.inner is None:
        raise TypeError("an instance without its activity")
    rule, around, done = _rule(body), body.inner, body.item["done"] + 1
    try:
        if rule.output_element is not None:
            result = rule.output_element(token.context(), case.at)
            body.item["results"][token.item["index"]] = case.room.admit(result)
        _count(body, around, done)
        enough = rule.until is not None and is_enough(rule.until, token.context(), case.at)
    except Failure as failure:
        _count(body, around, body.item["done"])
        case.park(token, "collect", failure)
        return
    body.item["done"] = done
    conclude(case, token)
    item = body.item
    if enough or done == item["total"]:
        case.cancel_scope(around)
        case.close(around)
        body.inner, body.past = None, around.done
        case.finish(body)
    elif rule.sequential:
        index = item["next"]
        item["next"] += 1
        _count(body, around, done)
        instance(case, body, index, item["items"][index])


def conclude(case: Case, token: Token) -> None:
    """An instance completes, and its scope with it."""
    token.chosen = ()
    token.complete()
    case.close(token.scope)


def outputs(body: Token) -> None:
    """Hand the collected outputs to the scope around the activity."""
    rule = body.node.loop
    if isinstance(rule, LoopRule) and rule.output_collection:
        body.scope.assign(rule.output_collection, body.item["results"])


def _items(case: Case, body: Token, rule: LoopRule) -> list[object]:
    value: object
    if rule.collection is not None:
        value, source = rule.collection(body.context(), case.at), rule.collection.source
    elif rule.cardinality is not None:
        value, source = rule.cardinality(body.context(), case.at), rule.cardinality.source
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= case.budget.steps:
            return [None] * value
        most = case.budget.steps
        text = Text(
            f"多实例的次数 {source} 不是 0 到 {most} 的整数", f"the number of instances {source} is not 0 to {most}"
        )
        raise Failure("bad-cardinality", text)
    if not isinstance(value, list):
        text = Text(f"多实例的集合 {source} 不是列表", f"the multi-instance collection {source} is not a list")
        raise Failure("not-a-list", text)
    if len(value) > case.budget.steps:
        text = Text(f"多实例的集合有 {len(value)} 项,太多", f"the multi-instance collection has {len(value)} items")
        raise Failure("budget-steps", text)
    return [case.room.admit(one) for one in value]


def instance(case: Case, body: Token, index: int, item: object = None) -> None:
    """Begin one instance, or one round of a standard loop, in a scope of its own. `index` counts from 0."""
    rule, around = body.node.loop, body.inner
    step = f"{body.node.id}[{index}]"
    path = f"{body.scope.path}/{step}" if body.scope.path else step
    scope = case.enclose("instance", body.node.body, path, body, around)
    if around is not None:
        around.children[scope.id] = scope
    if isinstance(rule, LoopRule):
        scope.vars |= {name: None for name in (rule.output_variable,) if name}
        scope.vars |= {name: item for name in (rule.element,) if name}
    scope.vars["loopCounter"] = index + 1
    token = case.spawn(body.node.id, scope, body)
    token.item = {"index": index}
    token._ready()


def _count(body: Token, around: Scope, done: int) -> None:
    item = body.item
    around.vars["numberOfInstances"] = item["total"]
    around.vars["numberOfActiveInstances"] = item["next"] - done
    around.vars["numberOfCompletedInstances"] = done
    around.vars["numberOfTerminatedInstances"] = 0


def is_enough(until: Value, context: Mapping[str, object], at: datetime) -> bool:
    """Whether a completion condition holds. Raises Failure when it is neither true nor false."""
    enough = until(context, at)
    if not isinstance(enough, bool):
        source = until.source
        text = Text(f"完成条件 {source} 不得真假", f"the completion condition {source} is neither true nor false")
        raise Failure("condition-not-boolean", text)
    return enough


def _rule(token: Token) -> LoopRule:
    rule = token.node.loop
    if not isinstance(rule, LoopRule):
        raise TypeError(f"{token.node.id} is not multi-instance")
    return rule
