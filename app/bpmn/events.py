"""Events happen: waits are triggered, errors and escalations look for their catcher, signals reach all who listen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.bpmn import compensation, pools, waits
from app.bpmn.expression import Failure
from app.bpmn.happening import boundary, guard, happen, spend
from app.bpmn.scope import Scope
from app.bpmn.step import Thrown
from app.bpmn.support import ENDING
from app.bpmn.token import COMPLETED, NodeSpec, Token
from app.errors import Text

if TYPE_CHECKING:
    from app.bpmn.case import Case
    from app.bpmn.diagram import EventRule, Flow, Node
    from app.bpmn.step import Move
    from app.bpmn.waits import Wait

EMPTY: Mapping[str, object] = {}


def trigger(case: Case, wait: Wait, move: Move, data: Mapping[str, object] = EMPTY) -> None:
    """What was waited for happened. `move` is fire (a deadline) or catch (a message, signal or condition)."""
    holder, node = wait.holder, wait.node
    if node.event is not None and node.event.together:
        others = [one for one in holder.waits.values() if one.node is node and one is not wait]
        if others:
            _keep(case, wait, others[0], move, data)
            return
        data = {**wait.facts.get("got", {}), **data}
    if isinstance(holder, Scope):
        _renew(case, wait, node)
        guard(case, holder, node, move, data)
    elif node.attached:
        _renew(case, wait, node)
        boundary(case, holder, node, move, data)
    elif holder.node is node:
        case.journal.move(move, holder)
        case.drop(wait, "completed")
        case.finish(holder, data)
    else:
        flow = next(one for one in holder.node.outgoing if one.target == node.id)
        route(case, holder, flow, move, data)


def _keep(case: Case, wait: Wait, other: Wait, move: Move, data: Mapping[str, object]) -> None:
    """One of several that all have to come is there: another of them keeps what it brought."""
    case.journal.note(move, wait.node.process, wait.node.id, wait.scope.path)
    case.drop(wait, "completed")
    came, got = wait.facts.pop("came", []), wait.facts.pop("got", {})
    other.facts["came"] = [*other.facts.get("came", []), *came, [wait.kind, wait.facts]]
    if got or data:
        other.facts["got"] = {**other.facts.get("got", {}), **got, **data}


def watch(case: Case) -> None:
    """Let conditional events happen whose condition has become true since it was last looked at (BPMN 10.5.5).

    A condition that is true when its event begins to wait has become true. What cannot be evaluated is not true.
    """
    while case.conditions:
        happened = [_becomes_true(case, wait) for wait in list(case.conditions.values())]
        if True not in happened:
            return  # else what happened may have changed what others wait for


def _becomes_true(case: Case, wait: Wait) -> bool:
    condition, was = wait.rule.condition, wait.facts.get("was", False)
    if wait.id not in case.conditions or condition is None:
        return False
    try:
        holds = condition(wait.holder.context(), case.at) is True
    except Failure:
        holds = False
    if holds == was:
        return False
    if holds:
        wait.facts["was"] = True
        trigger(case, wait, "catch")
    else:
        del wait.facts["was"]
    return holds


def _renew(case: Case, wait: Wait, node: Node) -> None:
    """A deadline that fired is gone; a cycle's next occurrence is set under a new id. Subscriptions stay."""
    if node.event is not None and node.event.together:
        _rearm(case, wait, node)
    if wait.kind != "deadline" or wait.id not in case.waits:
        return
    facts = waits.next_facts(wait.facts)
    case.drop(wait)
    if facts is not None and node.event is not None and not node.event.interrupting:
        case.open(waits.Wait(case.name(wait.scope.path, node.id), "deadline", node, wait.holder, facts))


def _rearm(case: Case, wait: Wait, node: Node) -> None:
    """All have come: they are waited for again, unless one of them was a deadline, which comes once."""
    case.drop(wait, "completed")
    came, _ = wait.facts.pop("came", []), wait.facts.pop("got", None)
    again = [*came, [wait.kind, wait.facts]]
    interrupting = node.event is not None and node.event.interrupting
    if not interrupting and all(kind != "deadline" for kind, _ in again):
        for kind, facts in again:
            case.open(waits.Wait(case.name(wait.scope.path, node.id), kind, node, wait.holder, facts))


def route(case: Case, gateway: Token, flow: Flow, move: Move, data: Mapping[str, object]) -> None:
    """The first event after an event-based gateway wins; the others are waited for no more."""
    case.clear(gateway.waits, "cancelled")
    gateway.chosen = ()
    case.journal.move("complete", gateway)
    case.journal.mark(gateway.node, gateway.scope.path)
    token = case.take(gateway, flow)
    gateway._set_state(COMPLETED)
    case.retire(gateway)
    happen(case, token, move, data)


# -- thrown ------------------------------------------------------------------------------------------------


def throw_up(
    case: Case, token: Token, kind: str, code: str, data: Mapping[str, object] = EMPTY, *, own: bool = False
) -> bool:
    """Take an error or escalation to its catcher, from the inside out. False when nobody catches it.

    The throwing event itself has then completed; `own` says that it is a job whose own boundary comes first. The
    catcher's output mappings see `data` and the code, as `errorCode` or `escalationCode`; without any `data` goes on.
    """
    found = _catcher(case, token, kind, code, own)
    if found is None:
        return False
    place, node = found
    interrupting = node.event is not None and node.event.interrupting
    if not own and interrupting:
        spend(case, token)
    named = {f"{kind}Code": code}
    left = _left(token, place) if kind == "error" else None
    if left is not None and compensation.roll_back(case, left, node, data, named, hazard=True):
        return True
    if isinstance(place, Scope):
        guard(case, place, node, "catch", data, named)
    else:
        boundary(case, place, node, "catch", data, named)
    return True


def _left(token: Token, place: Scope | Token) -> Token | None:
    """The outermost sub-process that an error leaves, in which something may have to be undone first (10.7.3)."""
    host: Token | None = token
    while host is not None and host is not place and host.scope is not place:
        host = host.scope.owner
    return None if host is token else host


def _catcher(case: Case, token: Token, kind: str, code: str, own: bool) -> tuple[Scope | Token, Node] | None:
    host: Token | None = token
    if own and not token.is_instance and (node := _among(case, token.node.body, token.node.boundary, kind, code)):
        return token, node
    while host is not None:
        scope = host.scope
        body = case.definition.bodies[scope.body]
        guards = [(body.nodes[sub].inner, start) for sub, start in body.guards]
        is_here = scope.kind in ("process", "call", "sub", "event")
        for inner, start in guards if is_here else ():
            node = case.definition.bodies[inner].nodes[start]
            if _catches(node, kind, code) and not _is_past(case, scope, inner, host):
                return scope, node
        host = scope.owner
        if host is not None and not host.is_instance and not host.stands_in:
            found = _among(case, host.node.body, host.node.boundary, kind, code)
            if found is not None:
                return host, found
    return None


def _is_past(case: Case, scope: Scope, inner: str, within: Token) -> bool:
    """Whether an event sub-process catches nothing: what comes out of itself, or once one interrupted the scope.

    One that does not interrupt starts as often as it is triggered, though it runs already (13.5.4).
    """
    if within.inner is not None and within.inner.kind == "event" and within.inner.body == inner:
        return True
    running = {token.inner.body for token in scope.tokens.values() if token.inner and token.inner.kind == "event"}
    starts = (
        case.definition.bodies[one].nodes[start] for one in running for start in case.definition.bodies[one].starts
    )
    return any(start.event is not None and start.event.interrupting for start in starts)


def _among(case: Case, body: str, names: tuple[str, ...], kind: str, code: str) -> Node | None:
    nodes = [case.definition.bodies[body].nodes[name] for name in names]
    matching = [node for node in nodes if _catches(node, kind, code)]
    exact = [node for node in matching if _catches(node, kind, code, exactly=True)]
    return next(iter(exact or matching), None)


def _catches(node: Node, kind: str, code: str, *, exactly: bool = False) -> bool:
    codes = (code,) if exactly else ("", code)
    rules = () if node.event is None else node.event.each
    return any(rule.kind == kind and rule.code in codes for rule in rules)


def broadcast(case: Case, name: str, data: Mapping[str, object]) -> int:
    """Everything in the case that waits for a signal of that name gets it. How many did."""
    heard = 0
    for wait in list(case.waits.values()):
        if wait.kind == "signal" and wait.facts["name"] == name and wait.id in case.waits:
            trigger(case, wait, "catch", data)
            heard += 1
    return heard


# -- specs -------------------------------------------------------------------------------------------------


class CatchSpec(NodeSpec):
    """Intermediate catch event, receive task: waits for its event."""

    def work(self, token: Token) -> bool | None:
        drafts = waits.event(token.workflow, self.node, token, token.context())
        for wait in drafts:
            token.workflow.open(wait)
        return None if drafts else True


class EventGatewaySpec(NodeSpec):
    """Event-based gateway: waits for the events behind its flows, all at once, each in its own right."""

    def work(self, token: Token) -> bool | None:
        case = token.workflow
        nodes = case.definition.bodies[self.node.body].nodes
        targets, context = [nodes[flow.target] for flow in self.node.outgoing], token.context()
        for wait in [wait for target in targets for wait in waits.event(case, target, token, context)]:
            case.open(wait)
        return None


class ThrowSpec(NodeSpec):
    """Intermediate throw event, end event, send task: says what it has to say and goes on."""

    def work(self, token: Token) -> bool | None:
        rules = () if self.node.event is None else self.node.event.each
        done: bool | None = True
        for rule, name, key in [(rule, *_addressed(token, rule)) for rule in sorted(rules, key=_rank)]:
            if token.is_live or rule.kind == "signal":  # a signal before may have interrupted this very event
                done = self._throw(token, rule, name, key)
        return done

    def _throw(self, token: Token, rule: EventRule, name: str, key: str | None) -> bool | None:
        case = token.workflow
        if rule.kind in ("none", "link"):
            return True
        if rule.kind == "terminate":
            case.cancel_scope(token.scope, spare=token)
            return True
        if rule.kind == "error":
            return self._error(token, rule.code)
        payload = dict(token.data)
        case.journal.move("throw", token)
        if rule.kind == "message" and pools.send(case, self.node, name, key, payload):
            return True
        case.journal.thrown.append(Thrown(rule.kind, name, key, payload, self.node.id))  # type: ignore[arg-type]  # the parser lets only these through
        if rule.kind == "signal":
            broadcast(case, name, payload)
        elif rule.kind == "escalation":
            throw_up(case, token, "escalation", name, self._sent(token))
        return token.is_live

    def _error(self, token: Token, code: str) -> bool | None:
        case = token.workflow
        if _catcher(case, token, "error", code, own=False) is None:
            text = Text(f"错误“{code}”没有被捕获", f"error “{code}” is caught by nobody")
            raise Failure("uncaught-error", text)
        case.journal.move("throw", token)
        throw_up(case, token, "error", code, self._sent(token))
        return None

    def _sent(self, token: Token) -> Mapping[str, object]:
        """What an error or escalation carries: the event's data inputs, if it has any (BPMN 10.4.2)."""
        return dict(token.data) if self.node.data.inputs else EMPTY


_ORDER = ("message", "signal", "escalation", *sorted(ENDING))


def _rank(rule: EventRule) -> int:
    """What leaves the event's own scope alone is thrown first."""
    return _ORDER.index(rule.kind) if rule.kind in _ORDER else 0


def _addressed(token: Token, rule: EventRule) -> tuple[str, str | None]:
    """The name and the correlation key of what is thrown."""
    context, at = token.context(), token.workflow.at
    if rule.kind not in ("message", "signal"):
        return rule.code, None
    return waits.named(rule.name, context, at), waits.keyed(rule.key, context, at) if rule.key is not None else None
