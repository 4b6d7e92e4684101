"""Gateways: which flows a token takes, and when tokens that meet go on as one (BPMN 2.0.2, 13.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bpmn import flows
from app.bpmn.expression import Failure
from app.bpmn.token import COMPLETED, WAITING, NodeSpec, Token
from app.errors import Text

if TYPE_CHECKING:
    from app.bpmn.case import Case
    from app.bpmn.diagram import Flow
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

    def arrivals(self, scope: Scope) -> dict[str, list[Token]]:
        """The tokens that wait at this gateway in a scope, by the flow they came by, oldest first."""
        found: dict[str, list[Token]] = {}
        for token in scope.tokens.values():
            if token.task_spec is self and token._state == WAITING and not token.entered:
                found.setdefault(token.flow, []).append(token)
        return found

    def merge(self, arrivals: dict[str, list[Token]], last: Token) -> None:
        """One token of each flow is consumed; `last` goes on for them."""
        for tokens in arrivals.values():
            token = last if last in tokens else tokens[0]
            if token is not last:
                token._set_state(COMPLETED)
                del token.scope.tokens[token.id]
        last._ready()


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

    def is_complete(self, case: Case, scope: Scope, arrivals: dict[str, list[Token]]) -> bool:
        """BPMN 13.4.3: no token elsewhere has a path to an empty flow, unless it also has one to a filled flow."""
        empty = [flow for flow in self.node.incoming if flow not in arrivals]
        if not empty:
            return True
        sources = case.definition.sources(self.node)
        for token in scope.tokens.values():
            if token.task_spec is self and not token.entered:
                continue
            at = token.node.id
            if any(at in sources[flow] for flow in empty) and not any(at in sources[flow] for flow in arrivals):
                return False
        return True


def settle(case: Case) -> bool:
    """When nothing else moves, let the inclusive gateways go on that wait in vain. True if one did."""
    for scope in list(case.scopes.values()):
        for token in list(scope.tokens.values()):
            spec = token.task_spec
            if not isinstance(spec, InclusiveSpec) or token._state != WAITING or token.entered:
                continue
            arrivals = spec.arrivals(scope)
            if spec.is_complete(case, scope, arrivals):
                spec.merge(arrivals, token)
                return True
    return False


def starved(case: Case) -> None:
    """Tokens that wait at joins which nothing can reach any more become incidents, never a silent standstill."""
    for scope in list(case.scopes.values()):
        tokens = list(scope.tokens.values())
        if tokens and all(isinstance(one.task_spec, JoinSpec) and not one.entered for one in tokens):
            first = tokens[0]
            if first._state == WAITING and not first.incident:
                label = first.node.name or first.node.id
                text = Text(f"“{label}”等待的分支不会再到达", f"“{label}” waits for branches that can arrive no more")
                case.park(first, "join", Failure("join-starved", text))
