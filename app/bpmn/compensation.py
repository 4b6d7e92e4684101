"""Undoing what was completed: records of completed activities, and their handlers in reverse order.

BPMN 2.0.2, 10.7 and 13.5.5. An activity that can be compensated leaves a record in the scope that it completed in. A
compensation takes records out of a scope and works them off one after the other, the last completed first: `undo` is
the scope around the handler of the record at work. A completed sub-process without handler is an `undo` scope inside
that one; for a compensation event sub-process a `past` scope stands for the sub-process as it was when it completed.

A handler sees the activity's own variables as they were when it completed (its input mappings' results, a
sub-process's variables, an instance's element and counter) and the variables around it as they are now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.bpmn.happening import EMPTY, boundary, guard, spend
from app.bpmn.support import SUBS
from app.bpmn.token import COMPLETED, STARTED, NodeSpec, Token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.bpmn.case import Case
    from app.bpmn.diagram import Body, Node
    from app.bpmn.scope import Scope

RESTORED = ("undo", "past")
_RUNNING = ("process", "call", "sub", "event", "past")


@dataclass(slots=True)
class Record:
    """One completed activity that can be compensated, or what was completed in a sub-process that was not.

    `number` counts completions over the whole case, `home` is the scope it completed in, `vars` its own variables then;
    `path` and `done` are of what ran inside it. `whole`: the sub-process itself completed, so its own handler counts.
    """

    element: str
    vars: dict[str, object]
    number: int = 0
    home: int = 0
    path: str = ""
    done: list[Record] = field(default_factory=list)
    whole: bool = True

    def row(self) -> list[object]:
        """As it is stored."""
        inside = [one.row() for one in self.done]
        return [self.element, self.vars, self.number, self.home, self.path, inside, int(self.whole)]

    @classmethod
    def read(cls, row: list[Any]) -> Record:
        """From what was stored."""
        element, own, number, home, path, inside, whole = row
        return cls(element, own, number, home, path, [cls.read(one) for one in inside], bool(whole))


# -- keeping -----------------------------------------------------------------------------------------------


def prepare(bodies: Mapping[str, Body]) -> None:
    """Find the activities whose completion is kept: with a handler, or with something inside that has one."""
    holds: dict[str, bool] = {}
    for body in reversed(list(bodies.values())):  # what is inside a body comes after it
        kept = [node for node in body.nodes.values() if _is_kept(bodies, holds, node)]
        holds[body.key] = bool(kept) or _guard(bodies, body) is not None
        for node in kept:
            body.specs[node.id].kept = True


def _is_kept(bodies: Mapping[str, Body], holds: Mapping[str, bool], node: Node) -> bool:
    if node.compensates or (node.triggered and _undoes(bodies[node.inner])):
        return False
    return bool(node.handler) or (node.type in SUBS and holds[node.inner])


def _undoes(body: Body) -> bool:
    """Whether this is the body of a compensation event sub-process."""
    rules = (body.nodes[one].event for one in body.starts)
    return any(rule is not None and rule.kind == "compensate" for rule in rules)


def _guard(bodies: Mapping[str, Body], body: Body) -> Node | None:
    """The start event of the compensation event sub-process in a body."""
    for sub, start in body.guards:
        inner = bodies[body.nodes[sub].inner]
        if _undoes(inner):
            return inner.nodes[start]
    return None


def inside(owner: Token, scope: Scope) -> list[Record]:
    """What is kept of a sub-process, or of one instance of it, whose scope has just ended."""
    return [Record(owner.node.id, {**_own(owner), **scope.vars}, path=scope.path, done=scope.done)]


def keep(case: Case, token: Token) -> None:
    """An activity completed that can be compensated. An instance's record waits for the whole activity."""
    scope = token.scope
    home = scope.parent if token.is_instance else scope
    if home is None or home.kind in RESTORED:
        return
    records = token.past if token.past or token.is_body else [Record(token.node.id, _own(token))]
    for one in records:
        if token.node.handler or one.done or _has_guard(case, token.node):
            one.number, one.home = case.number(), home.id
            home.done.append(one)
    token.past = ()


def _own(token: Token) -> dict[str, object]:
    return {**token.scope.vars, **token.data} if token.is_instance else dict(token.data)


def _has_guard(case: Case, node: Node) -> bool:
    bodies = case.definition.bodies
    return node.type in SUBS and _guard(bodies, bodies[node.inner]) is not None


# -- undoing -----------------------------------------------------------------------------------------------


class CompensateSpec(NodeSpec):
    """Compensation throw and end event: waits until everything is undone, unless it says otherwise (10.5.6)."""

    def work(self, token: Token) -> bool | None:
        case, rule = token.workflow, self.node.event
        if rule is None:
            raise TypeError(f"{self.node.id} throws nothing")
        case.journal.move("throw", token)
        records = _taken(token.scope, rule.activity)
        if not records:
            return True
        if rule.waits:
            _begin(case, token, records)
            return None
        _begin(case, _stand_in(case, token.node.id, token.scope, token), records)
        return True


class CancelSpec(NodeSpec):
    """Cancel end event: its transaction is given up, what was done in it undone, then its cancel event happens."""

    def work(self, token: Token) -> bool | None:
        case, host = token.workflow, token.scope.owner
        while host is not None and (host.node.type != "transaction" or host.is_instance):
            host = host.scope.owner
        if host is None:
            raise TypeError(f"{self.node.id} is in no transaction")
        case.journal.move("throw", token)
        if "then" in host.item:
            return True
        spend(case, token)
        nodes = case.definition.bodies[host.node.body].nodes
        found = [nodes[one] for one in host.node.boundary]
        node = next(one for one in found if one.event is not None and one.event.kind == "cancel")
        if not roll_back(case, host, node, hazard=False):
            boundary(case, host, node, "catch")
        return None


def _taken(scope: Scope, activity: str) -> list[Record]:
    """The records that a throw event sees, taken out: of its scope, and of the one that an event sub-process is in."""
    found: list[Record] = []
    place: Scope | None = scope
    while place is not None and place.kind in _RUNNING:
        found += [one for one in place.done if activity in ("", one.element)]
        place.done = [one for one in place.done if activity not in ("", one.element)]
        place = place.parent if place.kind == "event" else None
    return sorted(found, key=lambda one: one.number)


def _stand_in(case: Case, element: str, scope: Scope, parent: Token) -> Token:
    """A token that only owns what is being undone; it was never entered and leaves without a trace."""
    token = case.spawn(element, scope, parent)
    token._set_state(STARTED)
    return token


def _begin(case: Case, owner: Token, records: list[Record]) -> None:
    scope = case.enclose("undo", owner.scope.body, owner.scope.path, owner, owner.scope)
    scope.done = records
    owner.inner = scope
    _undo(case, scope)


def _undo(case: Case, scope: Scope) -> None:
    """Compensate the last record of a scope: by its handler, its event sub-process, or what is inside it."""
    record, bodies, owner = scope.done.pop(), case.definition.bodies, scope.owner
    if owner is None:
        raise TypeError("a compensation without its token")
    home = case.scopes.get(record.home)
    if home is not None:
        scope.body, scope.path, scope.parent = home.body, home.path, home
    scope.vars = record.vars
    node = bodies[scope.body].nodes[record.element]
    case.journal.note("compensate", node.process, node.id, scope.path)
    if record.whole and node.handler:
        case.spawn(node.handler, scope, owner)._ready()
        return
    token = _stand_in(case, node.id, scope, owner)
    start = _guard(bodies, bodies[node.inner]) if record.whole else None
    inner = case.enclose("undo" if start is None else "past", node.inner, record.path, token, scope)
    inner.done, token.inner = record.done, inner
    if start is None:
        _undo(case, inner)
    else:
        for one in inner.done:
            one.home = inner.id
        guard(case, inner, start, "catch")


def ended(case: Case, scope: Scope) -> None:
    """Nothing moves in an `undo` or `past` scope any more: the next record's turn, or its owner goes on."""
    if scope.kind == "undo" and scope.done:
        case.undoing.append(scope)
        return
    case.close(scope)
    owner = scope.owner
    if owner is None:
        raise TypeError("a compensation without its token")
    owner.inner = None
    if not owner.entered:
        owner._set_state(COMPLETED)
        case.retire(owner)
    elif "then" in owner.item:
        body, element, data, own = owner.item.pop("then")
        _leave(case, owner, case.definition.bodies[body].nodes[element], data, own)
    else:
        case.finish(owner)


def resume(case: Case) -> bool:
    """Go on with one compensation that has something left to undo. False when there is none."""
    while case.undoing:
        scope = min(case.undoing, key=lambda one: one.id)  # the same whether it was stored in between or not
        case.undoing.remove(scope)
        if scope.id in case.scopes:
            _undo(case, scope)
            return True
    return False


# -- giving up ---------------------------------------------------------------------------------------------


def roll_back(
    case: Case,
    host: Token,
    node: Node,
    data: Mapping[str, object] = EMPTY,
    own: Mapping[str, object] = EMPTY,
    *,
    hazard: bool,
) -> bool:
    """Give up a running sub-process: cancel what runs in it, undo what was done, and only then let `node` happen.

    `node` is a boundary event of the sub-process, or the start of the event sub-process that catches its error. False,
    with nothing changed, when nothing was done that could be undone. `hazard`: an error, which leaves what was done in
    a transaction as it is (10.3.5); elsewhere it compensates (10.7.3). `data` and `own` are what `node` then brings.
    """
    records = _unfinished(case, host, hazard)
    if not records:
        return False
    case.clear(host.waits, "cancelled")
    if not node.attached:
        case.clear(host.scope.waits, "cancelled")
        case.cancel_scope(host.scope, spare=host)
    if host.inner is not None:
        case.cancel_scope(host.inner)
        case.close(host.inner)
    host.item["then"] = [node.body, node.id, dict(data), dict(own)]
    _begin(case, host, records)
    return True


def _leave(case: Case, host: Token, node: Node, data: Mapping[str, object], own: Mapping[str, object]) -> None:
    if node.attached:
        boundary(case, host, node, "catch", data, own)
    else:
        guard(case, host.scope, node, "catch", data, own)


def _unfinished(case: Case, host: Token, hazard: bool) -> list[Record]:
    """What was completed in a token's sub-process, or its instances, and in those that still run inside."""
    inner = host.inner
    if inner is None or (hazard and host.node.type == "transaction"):
        return []
    if inner.kind == "undo":
        give_back(case, inner)
    if inner.kind not in ("sub", "event", "multi"):
        return []
    scopes = inner.children.values() if inner.kind == "multi" else [inner]
    nested = [one for scope in scopes for token in scope.tokens.values() for one in _unfinished(case, token, hazard)]
    done = [*inner.done, *nested]
    for one in done if inner.kind == "multi" else ():
        one.home = host.scope.id
    if not done or inner.kind == "multi":
        return done
    own = {**_own(host), **inner.vars}
    return [Record(host.node.id, own, case.number(), host.scope.id, inner.path, done, whole=False)]


def give_back(case: Case, scope: Scope) -> None:
    """A compensation is cancelled: what it has not come to yet can still be compensated."""
    for one in _rest(case, scope):
        home = case.scopes.get(one.home)
        if home is not None:
            home.done.append(one)


def _rest(case: Case, scope: Scope) -> list[Record]:
    rest, home = scope.done, scope.parent.id if scope.parent else 0
    scope.done = []
    for token in scope.tokens.values():
        if token.stands_in and token.inner is not None and token.inner.kind == "undo":
            left = _rest(case, token.inner)
            path = token.inner.path
            rest += [Record(token.node.id, scope.vars, case.number(), home, path, left, whole=False)] if left else []
    return rest
