"""A token: SpiffWorkflow's task at a node of the diagram. And the base of all specs that say what a node does.

The library keeps the states and runs the specs; predictions are off, since a token's future is decided when it gets
there. That keeps the tree as small as what is alive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.specs.StartTask import StartTask
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.bpmn import flows, multi, repeat, supply, waits
from app.bpmn.expression import Failure
from app.bpmn.scope import set_local

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.bpmn.case import Case
    from app.bpmn.compensation import Record
    from app.bpmn.diagram import Flow, Node
    from app.bpmn.scope import Scope

READY, WAITING, STARTED = TaskState.READY, TaskState.WAITING, TaskState.STARTED
COMPLETED, CANCELLED = TaskState.COMPLETED, TaskState.CANCELLED
LIVE = TaskState.NOT_FINISHED_MASK


class Token(Task):
    """One token. `data` are the element's own variables, `item` a multi-instance body's counts.

    `flow` is the sequence flow it came by, `inner` the scope it waits for, `waits` the ids it has open,
    `past` what compensation has to know of the sub-process or the instances that it has just completed.
    """

    workflow: Case
    task_spec: NodeSpec
    data: dict[str, object]
    id: int  # type: ignore[assignment]  # the library only needs something hashable

    def __init__(self, case: Case, spec: NodeSpec, scope: Scope, parent: Task, ident: int, flow: str = "") -> None:
        super().__init__(case, spec, parent, TaskState.FUTURE, ident)  # type: ignore[arg-type]  # any hashable id
        self.scope = scope
        self.flow = flow
        self.inner: Scope | None = None
        self.item: dict[str, Any] = {}
        self.waits: dict[str, waits.Wait] = {}
        self.chosen: tuple[Flow, ...] = ()
        self.entered = False
        self.incident = ""
        self.past: Sequence[Record] = ()
        scope.tokens[ident] = self

    @property
    def node(self) -> Node:
        """The node it is at."""
        return self.task_spec.node

    @property
    def is_instance(self) -> bool:
        """Whether it is one instance of a multi-instance activity."""
        return self.scope.kind == "instance"

    @property
    def is_body(self) -> bool:
        """Whether it stands for all instances of a multi-instance activity."""
        return self.task_spec.node.loop is not None and self.scope.kind != "instance"

    @property
    def is_live(self) -> bool:
        """Whether it is neither completed nor cancelled."""
        return self._state < COMPLETED

    @property
    def stands_in(self) -> bool:
        """Whether it only owns something that is being compensated; it came from nowhere and goes nowhere."""
        return self._state == STARTED and not self.entered

    def context(self) -> Mapping[str, object]:
        """The variables that its expressions see."""
        return self.scope.context(self.data)

    def run(self) -> bool | None:
        """Execute the node it is at. A failure parks the token; nothing is lost."""
        try:
            done = self.task_spec._run_hook(self)
        except Failure as failure:
            self.data = {}
            self.workflow.park(self, "activate", failure)
            return None
        if done and self.is_live:
            self.workflow.finish(self)
        elif self._state == READY:
            self._set_state(STARTED)
        return done

    def _set_state(self, value: int) -> None:
        self._state = value  # the library would note the wall clock and log; a case's time is passed in

    def _ready(self) -> None:
        self._state = READY
        self.workflow.queue.append(self)

    def _drop_children(self, force: bool = False) -> None:
        """Nothing: finished tokens leave the tree when an act ends."""


class BodySpec(BpmnProcessSpec):
    """The library's process spec, without the inner start and end nodes whose names an author might use."""

    def __init__(self, name: str) -> None:
        WorkflowSpec.__init__(self, name=name)  # type: ignore[no-untyped-call]  # the library is untyped here
        self.start = StartTask(self, " start")  # type: ignore[no-untyped-call]  # the library is untyped here
        self.data_objects: dict[str, object] = {}
        self.bpmn_start_events: list[object] = []
        self.io_specification = None


class NodeSpec(BpmnSpecMixin):
    """What every node does: enter, map inputs, work, map outputs, leave. Subclasses say how they work."""

    joins = False  # whether tokens of several flows meet here

    def __init__(self, body: BodySpec, node: Node) -> None:
        super().__init__(body, node.id, bpmn_name=node.name)  # type: ignore[no-untyped-call]  # the library is untyped here
        self.node = node
        self.kept = False  # its completions are recorded, since they can be compensated
        self.gathers = self.joins or node.start_quantity > 1  # whether tokens wait here for others
        self._plain = not node.default and all(flow.condition is None for flow in node.outgoing)

    def work(self, token: Token) -> bool | None:  # noqa: ARG002  # for the subclasses
        """The node's own work; true when it is done at once, None when the token has to wait.

        Everything that may fail is evaluated before anything is changed.
        """
        return True

    def choose(self, token: Token) -> tuple[Flow, ...]:
        """The flows that the token leaves by (BPMN 13.3.1: an uncontrolled split, unless flows have conditions)."""
        return self.node.outgoing if self._plain else flows.uncontrolled(token)

    def results(self, token: Token, inner: Scope) -> Mapping[str, object]:  # noqa: ARG002  # for the subclasses
        """What the scope that a token waited for hands over."""
        return {}

    def _predict(self, my_task: Token, *args: object, **kwargs: object) -> None:
        """Nothing is predicted."""

    def _update(self, my_task: Token) -> None:
        if self._update_hook(my_task):
            my_task._ready()

    def _update_hook(self, my_task: Token) -> bool:
        if self.node.start_quantity < 2:
            return True
        my_task._set_state(WAITING)  # BPMN 13.3.2: so many tokens make the activity ready once
        tokens = my_task.scope.tokens
        waiting = [one for one in tokens.values() if one.task_spec is self and one._state == WAITING]
        arrived = [one for one in waiting if not one.entered and supply.LACKS not in one.item and one is not my_task]
        others = arrived[: self.node.start_quantity - 1]
        if len(others) < self.node.start_quantity - 1:
            return False
        for one in others:
            one._set_state(COMPLETED)
            del tokens[one.id]
        return True

    def _run_hook(self, my_task: Token) -> bool | None:
        token, case = my_task, my_task.workflow
        if not token.entered:
            if self.node.data.input_sets and not supply.is_ready(token):
                token._set_state(WAITING)
                return None
            token.entered = True
            case.journal.move("enter", token)
        body = token.is_body
        if not body and self.node.data.inputs:
            supply.fill(token)
        if not body and self.node.mappings.inputs:
            self._map_inputs(token)
        drafts = waits.boundary(case, token) if self.node.boundary and not token.is_instance else []
        done = repeat.start(case, token) if body else self.work(token)
        if not done:
            for wait in drafts:
                case.open(wait)
        return done

    def _map_inputs(self, token: Token) -> None:
        case, local = token.workflow, token.data
        for value, path in self.node.mappings.inputs:
            context = token.scope.context(local)
            set_local(local, path, case.room.admit(value(context, case.at)))

    def outputs(self, token: Token, data: Mapping[str, object]) -> None:
        """Let results out: through output mappings and data outputs if any, else each to its nearest variable."""
        case, scope = token.workflow, token.scope
        if token.is_body:
            multi.outputs(token)
        elif self.node.maps_results:
            token.data.update(data)
            context = token.context()
            results = [(path, case.room.admit(value(context, case.at))) for value, path in self.node.mappings.outputs]
            results += supply.results(token)
            for path, result in results:
                scope.assign_path(path, result)
                token.data.pop(path[0], None)  # an instance's collected output reads what the mapping made
        else:
            for name, one in data.items():
                if name in token.data:
                    token.data[name] = one
                else:
                    scope.assign(name, one)

    def _on_complete(self, my_task: Token) -> None:
        my_task.workflow.passed(my_task)

    def _on_cancel(self, my_task: Token) -> None:
        """The case clears what a cancelled token waited for."""

    def serialize(self, serializer: object, **kwargs: object) -> object:
        """Raises TypeError: specs are built from the diagram and never stored."""
        raise TypeError(f"specs are not stored ({serializer}, {kwargs})")
