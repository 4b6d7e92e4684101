"""Activities: tasks that open work, scripts, decisions, sub-processes and called processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.bpmn import adhoc, supply, waits
from app.bpmn.compensation import CancelSpec, CompensateSpec
from app.bpmn.events import CatchSpec, EventGatewaySpec, ThrowSpec
from app.bpmn.expression import Failure
from app.bpmn.gateways import ComplexSpec, ExclusiveSpec, InclusiveSpec, ParallelSpec
from app.bpmn.token import BodySpec, NodeSpec, Token
from app.errors import Refusal, Text

if TYPE_CHECKING:
    from app.bpmn.diagram import Node
    from app.bpmn.scope import Scope

EMPTY: Mapping[str, object] = {}


class TaskSpec(NodeSpec):
    """User and manual tasks, and everything with a job type: opens a task and waits until it is completed."""

    def work(self, token: Token) -> bool | None:
        case, rule = token.workflow, self.node.task
        if rule is None:
            raise TypeError(f"{self.node.id} opens no task")
        facts = waits.task_facts(rule, token.context(), case.at)
        case.open(waits.Wait(case.name(token.scope.path, self.node.id), "task", self.node, token, facts))
        return None


class ScriptSpec(NodeSpec):
    """Script task: a FEEL expression, its value into a variable."""

    def work(self, token: Token) -> bool | None:
        case, script = token.workflow, self.node.script
        if script is None:
            raise TypeError(f"{self.node.id} has no script")
        value = case.room.admit(script(token.context(), case.at))
        _store(token, self.node.result, value)
        return True


class DecisionSpec(NodeSpec):
    """Business rule task: a decision of the item, its result into a variable."""

    def work(self, token: Token) -> bool | None:
        case, decision = token.workflow, self.node.decision
        ident = "" if decision is None else decision.text(token.context(), case.at)
        if case.decide is None:
            raise Failure("no-decision", Text(f"没有决策“{ident}”", f"there is no decision “{ident}”"))
        try:
            value = case.decide(ident, dict(token.context()), case.at)
        except Exception as error:  # the host's code: whatever goes wrong there must not lose the clerk's act
            raise Failure("decision-failed", _why(ident, error)) from error
        _store(token, self.node.result, case.room.admit(value))
        return True


def _store(token: Token, name: str, value: object) -> None:
    """A result stays with the element when output mappings decide what leaves it."""
    if token.node.maps_results or name in token.data:
        token.data[name] = value
    else:
        token.scope.assign(name, value)


def _why(ident: str, error: Exception) -> Text:
    text = getattr(error, "text", None)
    if isinstance(error, Refusal) or isinstance(text, Text):
        text = error.text if isinstance(error, Refusal) else text
    reason = text if isinstance(text, Text) else Text(str(error), str(error))
    return Text(f"决策“{ident}”没有结果:{reason.zh}", f"decision “{ident}” gave no result: {reason.en}")


class SubProcessSpec(NodeSpec):
    """Embedded sub-process: its body runs in a scope inside this one."""

    def work(self, token: Token) -> bool | None:
        _enter(token, "sub", token.scope)
        return None

    def results(self, token: Token, inner: Scope) -> Mapping[str, object]:
        """Its own variables end with it, unless output mappings read them."""
        token.data = inner.vars
        return EMPTY


class AdHocSpec(SubProcessSpec):
    """Ad-hoc sub-process: its activities run in any order (`adhoc.py`); with nothing to perform it is done at once."""

    def work(self, token: Token) -> bool | None:
        first = adhoc.begin(token)
        if not first:
            return True
        _enter(token, "sub", token.scope, first)
        return None


class CallSpec(NodeSpec):
    """Call activity: another process of the item runs inside the case, in a scope of its own."""

    def work(self, token: Token) -> bool | None:
        call = self.node.call
        outer = dict(token.scope.context()) if call is None or call.all_parent else {}
        inner = _enter(token, "call", None)
        inner.vars = {**outer, **token.data}
        inner.inherited = set(outer) - set(token.data)
        supply.declare(inner, token.workflow.definition.bodies[inner.body].data)
        return None

    def results(self, token: Token, inner: Scope) -> Mapping[str, object]:
        """What the called process wrote goes back, unless that is switched off or output mappings decide."""
        own = inner.inherited.union(token.workflow.definition.bodies[inner.body].data)
        written = {name: inner.vars[name] for name in sorted(inner.vars.keys() - own)}
        if self.node.maps_results:
            token.data = {**token.data, **written}
            return EMPTY
        return EMPTY if self.node.call is None or not self.node.call.all_child else written


def _enter(token: Token, kind: str, parent: Scope | None, starts: tuple[str, ...] = ()) -> Scope:
    case, node = token.workflow, token.node
    around = token.scope.path
    inside = f"{around}/{node.id}" if around else node.id
    path = around if token.is_instance else inside
    scope = case.enclose(kind, node.inner, path, token, parent)
    if kind == "sub":
        scope.vars, token.data = token.data, {}
        supply.declare(scope, case.definition.bodies[node.inner].data)
    token.inner = scope
    try:
        case.enter_body(scope, token, starts)
    except Failure:
        case.close(scope)
        token.inner = None
        raise
    return scope


_TYPES: dict[str, type[NodeSpec]] = {
    "startEvent": NodeSpec,
    "boundaryEvent": NodeSpec,
    "task": NodeSpec,
    "endEvent": ThrowSpec,
    "intermediateThrowEvent": ThrowSpec,
    "sendTask": ThrowSpec,
    "intermediateCatchEvent": CatchSpec,
    "receiveTask": CatchSpec,
    "exclusiveGateway": ExclusiveSpec,
    "parallelGateway": ParallelSpec,
    "inclusiveGateway": InclusiveSpec,
    "complexGateway": ComplexSpec,
    "eventBasedGateway": EventGatewaySpec,
    "subProcess": SubProcessSpec,
    "transaction": SubProcessSpec,
    "adHocSubProcess": AdHocSpec,
    "callActivity": CallSpec,
}

_THROWS: dict[str, type[NodeSpec]] = {"compensate": CompensateSpec, "cancel": CancelSpec}


def make(body: BodySpec, node: Node) -> NodeSpec:
    """The spec that executes a node."""
    if node.task is not None:
        return TaskSpec(body, node)
    if node.script is not None:
        return ScriptSpec(body, node)
    if node.decision is not None:
        return DecisionSpec(body, node)
    if node.event is not None and node.event.kind in _THROWS and _TYPES[node.type] is ThrowSpec:
        return _THROWS[node.event.kind](body, node)
    return _TYPES[node.type](body, node)
