"""What follows when an event happens at a boundary or in an event sub-process, and when a throwing one is spent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.bpmn import adhoc, supply
from app.bpmn.token import COMPLETED, Token

if TYPE_CHECKING:
    from app.bpmn.case import Case
    from app.bpmn.diagram import Node
    from app.bpmn.scope import Scope
    from app.bpmn.step import Move

EMPTY: Mapping[str, object] = {}


def happen(case: Case, token: Token, move: Move, data: Mapping[str, object], own: Mapping[str, object] = EMPTY) -> None:
    """A token arrives at an event just as that happens. `own` is what only the event's output mappings see."""
    token.entered, token.data = True, dict(own)
    case.journal.move("enter", token)
    case.journal.move(move, token)
    proceed(case, token, data)


def proceed(case: Case, token: Token, data: Mapping[str, object]) -> None:
    """Go on from an event. One that a condition set off takes its turn like any step: the step budget counts it."""
    rule = token.node.event
    waits_no_more = token.node.type in ("boundaryEvent", "startEvent")
    if waits_no_more and not data and rule is not None and any(one.condition is not None for one in rule.each):
        token._ready()
    else:
        case.finish(token, data)


def boundary(
    case: Case,
    host: Token,
    node: Node,
    move: Move,
    data: Mapping[str, object] = EMPTY,
    own: Mapping[str, object] = EMPTY,
) -> None:
    """A boundary event of `host`'s activity happens; if it interrupts, the activity is cancelled."""
    token = case.spawn(node.id, host.scope, host)
    token.entered, token.data = True, dict(own)
    case.journal.move("enter", token)
    case.journal.move(move, token)
    if node.event is not None and node.event.interrupting:
        case.cancel_token(host)
        adhoc.enable(case, host)
    proceed(case, token, data)


def guard(
    case: Case,
    scope: Scope,
    start: Node,
    move: Move,
    data: Mapping[str, object] = EMPTY,
    own: Mapping[str, object] = EMPTY,
) -> None:
    """An event sub-process of a scope starts; if it interrupts, everything else in the scope is cancelled."""
    inner_key = start.body
    outer = case.definition.bodies[scope.body]
    element = next(name for name, node in outer.nodes.items() if node.inner == inner_key)
    token = case.spawn(element, scope, case.task_tree)
    token.entered = True
    case.journal.move("enter", token)
    if start.event is not None and start.event.interrupting:
        case.clear(scope.waits, "cancelled")
        case.cancel_scope(scope, spare=token)
    path = f"{scope.path}/{element}" if scope.path else element
    inner = case.enclose("event", inner_key, path, token, scope)
    token.inner = inner
    supply.declare(inner, case.definition.bodies[inner_key].data)
    first = case.spawn(start.id, inner, token)
    happen(case, first, move, data, own)


def spend(case: Case, token: Token) -> None:
    """A throwing end event completes before what it throws has any effect."""
    case.journal.move("complete", token)
    case.journal.mark(token.node, token.scope.path)
    token._set_state(COMPLETED)
    del token.scope.tokens[token.id]
