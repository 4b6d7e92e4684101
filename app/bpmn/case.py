"""A running case: SpiffWorkflow's workflow with scopes, a queue and our own rules for leaving and ending."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.bpmn import adhoc, compensation, events, gateways, letters, openings, pools, repeat, supply, waits
from app.bpmn.expression import Failure
from app.bpmn.journal import Journal
from app.bpmn.scope import Room, Scope
from app.bpmn.step import Budget, Incident, Status
from app.bpmn.token import READY, STARTED, WAITING, Token
from app.errors import Text

if TYPE_CHECKING:
    from app.bpmn.definition import Definition
    from app.bpmn.diagram import Flow, Node
    from app.bpmn.waits import Wait

Decide = Callable[[str, Mapping[str, object], datetime], object]
EMPTY: Mapping[str, object] = {}
PATH = 250  # characters of a scope's path, which the host keeps with all that is open there
TIMES = 8  # how many times the size of one value a whole state may have before nothing computed is added to it


class Sealed:
    """The script engine the library is given: it evaluates nothing. Diagrams speak FEEL, in `expression.py`."""

    def evaluate(self, *_: object, **__: object) -> object:
        """Raises TypeError, always."""
        raise TypeError("the library evaluates nothing; expressions are FEEL")

    execute = evaluate


@dataclass(slots=True)
class Parked:
    """An incident with what is needed to run its token again. `held`: tokens stopped by the step budget."""

    incident: Incident
    token: int
    phase: str  # activate, work, finish, collect, leave, join, budget
    held: list[int] = field(default_factory=list)


class Case(BpmnWorkflow):
    """One case in memory, for the length of one act."""

    def __init__(self, definition: Definition, at: datetime, decide: Decide | None, budget: Budget) -> None:
        super().__init__(definition.root.spec, script_engine=Sealed(), deserializing=True)  # type: ignore[no-untyped-call]  # the library is untyped here
        self.definition = definition
        self.at = at
        self.decide = decide
        self.budget = budget
        self.room = Room(budget.size, budget.size * TIMES)
        self.serial = 1
        self.task_tree = Task(self, definition.root.spec.start, None, TaskState.COMPLETED, 1)  # type: ignore[arg-type]  # any hashable id
        self.root: Scope
        self.scopes: dict[int, Scope] = {}
        self.first: dict[str, int] = {}  # by scope, a bit for every element that opened there once
        self.counts: dict[str, int] = {}  # by stem, how often what opened again has opened
        self.waits: dict[str, Wait] = {}
        self.conditions: dict[str, Wait] = {}  # those of the waits that variables may make true
        self.incidents: dict[str, Parked] = {}
        self.letters: list[list[Any]] = []  # messages between pools that nobody waits for yet
        self.queue: deque[Token] = deque()
        self.undoing: list[Scope] = []  # compensations whose next record is due
        self.executed: list[Node] = []
        self.journal = Journal()
        self.status: Status = "active"

    # -- identifiers ---------------------------------------------------------------------------------------

    def number(self) -> int:
        """The next number for a token or scope."""
        self.serial += 1
        return self.serial

    def name(self, path: str, element: str, sign: str = "#") -> str:
        """Our id for the next opening at an element: `<scope>/<element>#<n>`, or `!<n>` for an incident.

        That an element opened once is a bit: along a line of tasks the state hardly grows.
        """
        stem = f"{path}/{element}{sign}" if path else element + sign
        count = self.counts.get(stem, 0)
        if not count and sign == "#":
            seen, bit = self.first.get(path, 0), 1 << self.definition.index[element]
            self.first[path] = seen | bit
            if not seen & bit:
                return f"{stem}1"
            count = 1
        self.counts[stem] = count + 1
        return f"{stem}{count + 1}"

    # -- running -------------------------------------------------------------------------------------------

    def begin(self, data: dict[str, object], event: str = "") -> None:
        """Start at the diagram's start, or at one of its start events, with the host's variables. Raises Failure."""
        body = self.definition.root.key
        scope = self.enclose("process", body, "", None, None)
        self.root = scope
        scope.vars = data
        openings.begin(self, scope, event)
        letters.begin(self)

    def advance(self) -> None:
        """Run until every token waits, within the step budget."""
        while True:
            if self.conditions:
                events.watch(self)
            while self.queue:
                token = self.queue.popleft()
                if token._state != READY:
                    continue
                if len(self.executed) >= self.budget.steps:
                    self.queue.appendleft(token)
                    return self._exhausted()
                self.executed.append(token.task_spec.node)
                token.run()
                if self.conditions:
                    events.watch(self)
            if not self._stirs():
                return None if self.root.tokens else letters.finish(self)

    def _stirs(self) -> bool:
        """Whether something goes on that waited for everything else to come to rest."""
        if self.letters and letters.deliver(self):
            return True
        if self.undoing and compensation.resume(self):
            return True
        if self.definition.waits_for_data and supply.settle(self):
            return True
        if self.definition.gathers and gateways.settle(self):
            return True
        if self.definition.waits_for_data:
            supply.starved(self)
        return False

    def _exhausted(self) -> None:
        token, held = self.queue[0], [one.id for one in self.queue if one._state == READY]
        self.queue.clear()
        counted: dict[str, int] = {}
        for node in self.executed[-200:]:
            counted[node.id] = counted.get(node.id, 0) + 1
        loop = "、".join(name for name, count in counted.items() if count > 1) or token.node.id
        text = Text(
            f"一次办理执行了 {self.budget.steps} 步仍未停下,请检查循环:{loop}",
            f"{self.budget.steps} steps in one act without coming to rest; look at the loop: {loop}",
        )
        self.park(token, "budget", Failure("budget-steps", text))
        parked = self.incidents[token.incident]
        parked.held = held
        token._set_state(READY)

    # -- scopes and tokens ---------------------------------------------------------------------------------

    def enclose(self, kind: str, body: str, path: str, owner: Token | None, parent: Scope | None) -> Scope:
        """A new scope. Raises Failure beyond the nesting limit."""
        scope = Scope(self.serial + 1, kind, body, path, owner, parent)
        if scope.depth > self.budget.depth or len(path) > PATH:
            limit = min(scope.depth - 1, self.budget.depth)
            text = Text(f"嵌套超过 {limit} 层(流程自己调用自己?)", f"nested deeper than {limit}: does it call itself?")
            raise Failure("budget-depth", text)
        self.number()
        self.scopes[scope.id] = scope
        return scope

    def enter_body(self, scope: Scope, parent: Task, starts: tuple[str, ...] = ()) -> None:
        """Put tokens at the starts (or these) of a scope's body, and set the guards of its event sub-processes."""
        body = self.definition.bodies[scope.body]
        drafts = self._drafts(scope) if body.guards else ()
        for one in starts or body.starts:
            self.spawn(one, scope, parent)._ready()
        for wait in drafts:
            self.open(wait)

    def guard(self, scope: Scope) -> None:
        """Set the guards of a scope's event sub-processes."""
        for wait in self._drafts(scope):
            self.open(wait)

    def _drafts(self, scope: Scope) -> list[Wait]:
        body = self.definition.bodies[scope.body]
        return [
            wait
            for sub, start in body.guards
            for wait in waits.event(
                self, self.definition.bodies[body.nodes[sub].inner].nodes[start], scope, scope.context()
            )
        ]

    def spawn(self, element: str, scope: Scope, parent: Task, flow: str = "") -> Token:
        """A new token at a node of a scope's body."""
        spec = self.definition.bodies[scope.body].specs[element]
        return Token(self, spec, scope, parent, self.number(), flow)

    def take(self, token: Token, flow: Flow) -> Token:
        """A token goes along a sequence flow; the new one has not arrived yet."""
        if flow.drawn:
            self.journal.note("take", token.node.process, flow.id, token.scope.path)
        return self.spawn(flow.target, token.scope, token, flow.id)

    def finish(self, token: Token, data: Mapping[str, object] = EMPTY) -> None:
        """The node's work is done: results go out, the token leaves."""
        self.clear(token.waits, "completed")
        try:
            token.task_spec.outputs(token, data)
        except Failure as failure:
            self.park(token, "finish", failure)
            return
        if token.is_instance:
            repeat.collect(self, token)
        else:
            self.leave(token)

    def leave(self, token: Token) -> None:
        """The token chooses its flows and completes."""
        try:
            is_over = self.definition.has_choices and adhoc.is_over(self, token)
            token.chosen = () if is_over else token.task_spec.choose(token)
        except Failure as failure:
            self.park(token, "leave", failure)
            return
        token.complete()

    def passed(self, token: Token) -> None:
        """A token completed: note it, let its marks take effect, follow its flows."""
        self.journal.move("complete", token)
        spec, node = token.task_spec, token.task_spec.node
        if not token.is_instance:
            self.journal.mark(node, token.scope.path)
            if node.task is not None and self.definition.pools.flows:
                pools.send(self, node, "", None, {})
        if spec.kept:
            compensation.keep(self, token)
        for flow in token.chosen * node.completion_quantity:
            child = self.take(token, flow)
            child.task_spec._update(child)
        if self.definition.has_choices:
            adhoc.passed(self, token)
        self.retire(token)

    def retire(self, token: Token) -> None:
        """A finished token leaves its scope; a scope without tokens is done (BPMN 13.3.6, 13.5.6)."""
        scope = token.scope
        del scope.tokens[token.id]
        if not scope.tokens:
            self._ended(scope)

    def _ended(self, scope: Scope) -> None:
        if scope.kind in ("instance", "multi"):
            return
        if scope.kind in compensation.RESTORED:
            compensation.ended(self, scope)
            return
        owner = scope.owner
        if scope is self.root:  # it stays, for its variables, until the other pools are done too
            self.clear(scope.waits, "cancelled")
            return
        if adhoc.goes_on(self, scope):
            return
        self.close(scope)
        if owner is None:
            return
        owner.inner = None
        if owner.task_spec.kept and scope.kind != "call":
            owner.past = compensation.inside(owner, scope)
        self.finish(owner, owner.task_spec.results(owner, scope))

    def close(self, scope: Scope) -> None:
        """A scope is gone, with all that it waited for."""
        self.clear(scope.waits, "cancelled")
        for child in list(scope.children.values()):
            self.close(child)
        self.scopes.pop(scope.id, None)
        if scope.kind == "instance" and scope.parent is not None:
            scope.parent.children.pop(scope.id, None)

    # -- cancelling ----------------------------------------------------------------------------------------

    def cancel_token(self, token: Token) -> None:
        """Withdraw a token and everything inside it, inner first."""
        if token.inner is not None:
            if token.inner.kind == "undo":
                compensation.give_back(self, token.inner)
            self.cancel_scope(token.inner)
            self.close(token.inner)
            token.inner = None
        self.clear(token.waits, "cancelled")
        self._unpark(token)
        if token.entered:
            self.journal.move("cancel", token)
        token.cancel()
        token.scope.tokens.pop(token.id, None)

    def cancel_scope(self, scope: Scope, spare: Token | None = None) -> None:
        """Withdraw all tokens of a scope but one."""
        for child in list(scope.children.values()):
            self.cancel_scope(child)
        for token in list(scope.tokens.values()):
            if token is not spare and token.is_live:
                self.cancel_token(token)

    def abandon(self) -> None:
        """The host gives the case up."""
        for scope in [one for one in self.scopes.values() if one.owner is None]:
            self.cancel_scope(scope)
            self.close(scope)
        self.status = "cancelled"

    # -- waiting -------------------------------------------------------------------------------------------

    def open(self, wait: Wait) -> None:
        """Something is waited for from now on."""
        wait.holder.waits[wait.id] = wait
        self.waits[wait.id] = wait
        if wait.kind == "condition":
            self.conditions[wait.id] = wait
        self.journal.opened[wait.id] = wait.record()

    def clear(self, held: dict[str, Wait], how: str) -> None:
        """Nothing of these is waited for any more."""
        for wait in list(held.values()):
            self.drop(wait, how)

    def drop(self, wait: Wait, how: str = "cancelled") -> None:
        """This is not waited for any more."""
        wait.holder.waits.pop(wait.id, None)
        self.conditions.pop(wait.id, None)
        if self.waits.pop(wait.id, None) is not None:
            self.journal.close(wait.kind, wait.id, "completed" if how == "completed" else "cancelled")

    # -- incidents -----------------------------------------------------------------------------------------

    def park(self, token: Token, phase: str, failure: Failure) -> None:
        """Keep a token where it is, under an incident; the rest of the case goes on."""
        node, path = token.node, token.scope.path
        ident = self.name(path, node.id, "!")
        incident = Incident(ident, node.process, node.id, path, failure.code, failure.text)
        self.incidents[ident] = Parked(incident, token.id, phase)
        self.journal.incidents[ident] = incident
        self.journal.move("incident", token)
        token.incident = ident
        token._set_state(WAITING)

    def stall(self, wait: Wait, failure: Failure) -> None:
        """An open task gives way to an incident; the events on its border go on listening."""
        token = wait.token
        self.drop(wait)
        self.park(token, "work", failure)

    def _rework(self, token: Token) -> None:
        try:
            token.task_spec.work(token)
        except Failure as failure:
            self.park(token, "work", failure)
        else:
            token._set_state(STARTED)

    def _unpark(self, token: Token) -> None:
        if not token.incident:
            return
        parked = self.incidents.pop(token.incident)
        self.journal.resolve(token.incident)
        token.incident = ""
        live = [self.tasks[one] for one in parked.held if one != token.id and one in self.tasks]
        rest = [one for one in live if one._state == READY]
        if rest:  # the loop's other tokens stay held, under an incident of their own
            failure = Failure(parked.incident.code, parked.incident.text)
            self.park(rest[0], "budget", failure)
            self.incidents[rest[0].incident].held = [one.id for one in rest]
            rest[0]._set_state(READY)

    def resume(self, ident: str, data: dict[str, object]) -> None:
        """Run a parked token again, with corrected variables if there are any."""
        parked = self.incidents.pop(ident)
        self.journal.resolve(ident)
        token: Token = self.tasks[parked.token]
        token.incident = ""
        for name, value in data.items():
            if name in token.data:
                token.data[name] = value
            else:
                token.scope.assign(name, value)
        if parked.phase == "activate":
            token._ready()
        elif parked.phase == "work":
            self._rework(token)
        elif parked.phase == "finish":
            self.finish(token)
        elif parked.phase == "collect":
            repeat.collect(self, token)
        elif parked.phase == "leave":
            self.leave(token)
        for one in parked.held:
            if one in self.tasks and self.tasks[one]._state == READY:
                self.queue.append(self.tasks[one])
