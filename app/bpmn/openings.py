"""How a process begins: at its plain start, or where the event happened that starts it (BPMN 2.0.2, 13.2, 13.4.4).

Besides start events, a receive task and an event-based gateway without incoming flow may start a process
(`instantiate`): the gateway at one of the events behind it; a parallel one then waits for the others too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bpmn import events, happening
from app.bpmn.expression import Failure
from app.errors import Text

if TYPE_CHECKING:
    from app.bpmn.case import Case
    from app.bpmn.scope import Scope
    from app.bpmn.step import Move


def begin(case: Case, scope: Scope, event: str) -> None:
    """Start a body at an event, or where it starts of itself (""). Raises Failure when that is not one place."""
    body = case.definition.bodies[scope.body]
    if not event and not body.starts and len(body.openings) == 1:
        event = next(iter(body.openings))
    if event in body.starts or not event:
        if not body.starts:
            names = "、".join(body.openings)
            raise Failure(
                "which-start", Text(f"要指明从哪个事件开始:{names}", f"say which event it starts by: {names}")
            )
        case.enter_body(scope, case.task_tree)
    elif event in body.openings:
        case.guard(scope)
        _open(case, scope, event, body.openings[event])
    else:
        raise Failure("which-start", Text(f"流程不能从“{event}”开始", f"the process cannot start by “{event}”"))


def _open(case: Case, scope: Scope, event: str, gateway: str) -> None:
    if gateway:
        _through(case, scope, event, gateway)
        return
    token = case.spawn(event, scope, case.task_tree)
    if token.node.type == "startEvent":
        token._ready()
    else:
        happening.happen(case, token, "catch", {})


def _through(case: Case, scope: Scope, event: str, gateway: str) -> None:
    token = case.spawn(gateway, scope, case.task_tree)
    token.entered = True
    case.journal.move("enter", token)
    flow = next(one for one in token.node.outgoing if one.target == event)
    node = case.definition.bodies[scope.body].nodes[event]
    move: Move = "fire" if node.event is not None and node.event.kind == "timer" else "catch"
    others = [one for one in token.node.outgoing if one is not flow] if token.node.parallel else []
    for one in others:
        child = case.take(token, one)
        child.task_spec._update(child)
    events.route(case, token, flow, move, {})
