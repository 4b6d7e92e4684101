"""Gateways: which flows a token takes, and when tokens that meet go on as one (BPMN 2.0.2, 13.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bpmn import flows
from app.bpmn.expression import Failure
from app.bpmn.supply import LACKS
from app.bpmn.token import COMPLETED, WAITING, NodeSpec, Token
from app.errors import Text

if TYPE_CHECKING:
    from app.bpmn.case import Case
    from app.bpmn.diagram import Flow
    from app.bpmn.expression import Value
    from app.bpmn.scope import Scope


class ExclusiveSpec(NodeSpec):
    """Exclusive gateway: the first flow whose condition is true, in the order of the diagram, else the default."""

    def choose(self, token: Token) -> tuple[Flow, ...]:
        for flow in self.node.outgoing:
            if flow.id != self.node.default and flows.holds(flow, token):
                return (flow,)
        default = flows.default(token)
        if not default and self.node.outgoing:
            raise flows.none_taken(token)
        return default


class JoinSpec(NodeSpec):
    """What parallel and inclusive gateways share: tokens wait at them, and one goes on for several."""

    joins = True
    settling = False  # whether some go on only when nothing else moves

    def arrivals(self, scope: Scope) -> dict[str, list[Token]]:
        """The tokens that wait at this gateway in a scope, by the flow they came by, oldest first."""
        found: dict[str, list[Token]] = {}
        for token in scope.tokens.values():
            if token.task_spec is self and token._state == WAITING and not token.entered:
                found.setdefault(token.flow, []).append(token)
        return found

    def settles(self, token: Token) -> bool:  # noqa: ARG002  # for the subclasses
        """Go on, now that nothing else moves, with a token that waits here. True if it did."""
        return False

    def merge(self, arrivals: dict[str, list[Token]], last: Token) -> None:
        """One token of each flow is consumed; `last` goes on for them."""
        for tokens in arrivals.values():
            token = last if last in tokens else tokens[0]
            if token is not last:
                token._set_state(COMPLETED)
                del token.scope.tokens[token.id]
        last._ready()

    def expects(self, case: Case, scope: Scope, empty: list[str], filled: list[str]) -> bool:
        """Whether a token elsewhere has a path to one of the empty flows, and none to a filled one (BPMN 13.4.3)."""
        if not empty:
            return False
        sources = case.definition.sources(self.node)
        for token in scope.tokens.values():
            at = token.node.id
            if token.stands_in or (token.task_spec is self and (not token.entered or "awaits" in token.item)):
                continue
            if any(at in sources[flow] for flow in empty) and not any(at in sources[flow] for flow in filled):
                return True
        return False


class ParallelSpec(JoinSpec):
    """Parallel gateway: goes on when a token waits on each incoming flow; tokens beyond that stay and wait."""

    def choose(self, token: Token) -> tuple[Flow, ...]:  # noqa: ARG002  # nothing to choose
        return self.node.outgoing

    def _update_hook(self, my_task: Token) -> bool:
        if len(self.node.incoming) < 2:
            return True
        my_task._set_state(WAITING)
        arrivals = self.arrivals(my_task.scope)
        if len(arrivals) == len(self.node.incoming):
            self.merge(arrivals, my_task)
        return False


class InclusiveSpec(JoinSpec):
    """Inclusive gateway: waits for every token that can still arrive on a flow where none waits yet."""

    settling = True

    def _update_hook(self, my_task: Token) -> bool:
        if len(self.node.incoming) < 2:
            return True
        my_task._set_state(WAITING)
        return False

    def choose(self, token: Token) -> tuple[Flow, ...]:
        others = [flow for flow in self.node.outgoing if flow.id != self.node.default]
        taken = tuple(flow for flow in others if flows.holds(flow, token)) or flows.default(token)
        if not taken and self.node.outgoing:
            raise flows.none_taken(token)
        return taken

    def settles(self, token: Token) -> bool:
        arrivals = {} if token.entered else self.arrivals(token.scope)
        if not arrivals or not self.is_complete(token.workflow, token.scope, arrivals):
            return False
        self.merge(arrivals, token)
        return True

    def is_complete(self, case: Case, scope: Scope, arrivals: dict[str, list[Token]]) -> bool:
        """BPMN 13.4.3: no token elsewhere has a path to an empty flow, unless it also has one to a filled flow."""
        empty = [flow for flow in self.node.incoming if flow not in arrivals]
        if not empty:
            return True
        return not self.expects(case, scope, empty, list(arrivals))


class ComplexSpec(JoinSpec):
    """Complex gateway: its condition says when it goes on; then it waits for the rest, and starts anew (13.4.5).

    Conditions see `activationCount` (tokens that wait here), `activationCounts` (by flow) and `waitingForStart`.
    While it waits for the rest one token of its own stands for that, which keeps its scope from ending.
    """

    settling = True

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(WAITING)
        self._activates(my_task)
        return False

    def settles(self, token: Token) -> bool:
        if token.incident:
            return False
        return self._resets(token) if token.entered else self._activates(token)

    def work(self, token: Token) -> bool | None:
        token.data = token.data or self._counts({}, starts=True)
        token.item.setdefault("from", [])
        return True

    def choose(self, token: Token) -> tuple[Flow, ...]:
        others = [flow for flow in self.node.outgoing if flow.id != self.node.default]
        taken = tuple(flow for flow in others if flows.holds(flow, token)) or flows.default(token)
        if not taken and self.node.outgoing and token.data["waitingForStart"]:
            raise flows.none_taken(token)
        return taken

    def _on_complete(self, my_task: Token) -> None:
        token, case = my_task, my_task.workflow
        if token.data["waitingForStart"]:
            rest = [flow for flow in self.node.incoming if flow not in token.item["from"]]
            if rest:
                waiting = case.spawn(self.node.id, token.scope, token)
                waiting.entered, waiting.item = True, {"awaits": rest}
                waiting._set_state(WAITING)
        super()._on_complete(token)

    def _activates(self, token: Token) -> bool:
        scope = token.scope
        if any(one.task_spec is self and (one.entered or one.incident) for one in scope.tokens.values()):
            return False
        arrivals = self.arrivals(scope)
        local = self._counts(arrivals, starts=True)
        try:
            if self.node.activation is not None and not _is_true(self.node.activation, token, local):
                return False
        except Failure as failure:
            token.workflow.park(token, "join", failure)
            return False
        token.data, token.item = local, {"from": list(arrivals)}
        self.merge(arrivals, token)
        return True

    def _resets(self, token: Token) -> bool:
        case, scope, awaited = token.workflow, token.scope, token.item["awaits"]
        arrivals = {flow: found for flow, found in self.arrivals(scope).items() if flow in awaited}
        empty = [flow for flow in awaited if flow not in arrivals]
        filled = [flow for flow in self.node.incoming if flow not in empty]
        if self.expects(case, scope, empty, filled):
            return False
        token.data = self._counts(arrivals, starts=False)
        for found in arrivals.values():
            found[0]._set_state(COMPLETED)
            del scope.tokens[found[0].id]
        if arrivals:
            case.leave(token)
        else:
            token._set_state(COMPLETED)
            case.retire(token)
        return True

    def _counts(self, arrivals: dict[str, list[Token]], *, starts: bool) -> dict[str, object]:
        counts: dict[str, object] = {flow: len(arrivals.get(flow, ())) for flow in self.node.incoming}
        total = sum(len(found) for found in arrivals.values())
        return {"activationCount": total, "activationCounts": counts, "waitingForStart": starts}


def _is_true(condition: Value, token: Token, local: dict[str, object]) -> bool:
    value = condition(token.scope.context(local), token.workflow.at)
    if not isinstance(value, bool):
        source = condition.source
        text = Text(f"激活条件 {source} 不得真假", f"the activation condition {source} is neither true nor false")
        raise Failure("condition-not-boolean", text)
    return value


def settle(case: Case) -> bool:
    """When nothing else moves, let the gateways go on that wait in vain. True if one did."""
    gathered = [token for scope in case.scopes.values() for token in scope.tokens.values() if token.task_spec.gathers]
    for token in gathered:
        spec = token.task_spec
        if isinstance(spec, JoinSpec) and spec.settling and token._state == WAITING and spec.settles(token):
            return True
    if gathered:
        _starve({one.scope.id: one.scope for one in gathered})
    return False


def _starve(scopes: dict[int, Scope]) -> None:
    """Tokens that wait at joins which nothing can reach any more become incidents, never a silent standstill."""
    for scope in scopes.values():
        tokens = list(scope.tokens.values())
        waiting = [one for one in tokens if one.task_spec.gathers and not one.entered and LACKS not in one.item]
        if waiting and all(one in waiting or "awaits" in one.item for one in tokens):
            first = waiting[0]
            if first._state == WAITING and not first.incident:
                label = first.node.name or first.node.id
                text = Text(f"“{label}”等待的分支不会再到达", f"“{label}” waits for branches that can arrive no more")
                first.workflow.park(first, "join", Failure("join-starved", text))
