"""Which variables an expression of a diagram sees, and what each may be.

Variables are those of `app.bpmn.scope`: one set for a process, locals of an element over it. Who writes a variable
anywhere in its process counts, whatever the order; `sequence` looks at the order. What nobody knows is anything.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app import feel
from app.bpmn.checks.graph import Node, Process, Scope
from app.bpmn.checks.known import Known
from app.bpmn.data import Data
from app.bpmn.dialect import (
    MESSAGE_CATCHES,
    ZEEBE,
    CalledDecision,
    CalledElement,
    FormReference,
    Loop,
    Script,
    TaskDefinition,
    bpmn,
    extension,
    is_expression,
)
from app.errors import Text
from app.feel.infer import (
    ANY,
    NOTHING,
    NUMBER,
    Inferred,
    Shape,
    all_of,
    context_of,
    infer,
    items,
    join,
    list_of,
    one_of,
)

Layer = Mapping[str, Shape]
ROUNDS: Final = 5
WORK: Final = 120_000  # so that a file is checked within two seconds
_LEAST: Final = 40  # what the shortest expression costs
MANY: Final = 100  # processes that see each other; among more of them nothing is looked up
FORM: Final = Text("所用表单未知", "the form of a step is not known")
JOB: Final = Text("服务任务的结果可能写入它", "the result of a service task may write it")
MESSAGE: Final = Text("消息或信号的内容可能写入它", "the content of a message or signal may write it")
CALLEE: Final = Text("被调用的流程未知", "a called process is not known")
CALLERS: Final = Text("调用它的流程未知", "the processes that call this one are not known")
_FORMED = frozenset({"startEvent", *MESSAGE_CATCHES})
_RECEIVING: Final = frozenset(("message", "signal", "conditional", "multiple", "reference"))
_COUNTS: Final = dict.fromkeys(
    ("loopCounter", "numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances",
     "numberOfTerminatedInstances"), NUMBER,
)  # fmt: skip
_DATA: Final = frozenset(("dataObject", "dataObjectReference", "property", "dataInput", "dataOutput"))


@dataclass(slots=True)
class Work:
    """What may still be spent on the expressions of all processes together; 1 is about a character that is walked.

    Beyond it every expression may be anything, so that nothing is found which is not so. `wrong`: what is no FEEL.
    """

    left: int = WORK
    wrong: set[str] = field(default_factory=set)

    def spend(self, cost: int) -> bool:
        """Whether there was enough left."""
        self.left -= cost
        return self.left >= 0


@dataclass(eq=False, slots=True)
class Variables:
    """The variables of one process. `host` come from the house, `given` from callers, `parents` are callers seen whole.

    `children`: called processes all of whose variables come back. `unknown`: why there may be others still.
    `handed` is what callers hand over in the round that is on.
    """

    process: Process
    work: Work
    host: dict[str, Shape] = field(default_factory=dict)
    given: dict[str, Shape] = field(default_factory=dict)
    handed: dict[str, Shape] = field(default_factory=dict)
    written: dict[str, Shape] = field(default_factory=dict)
    parents: "list[Variables]" = field(default_factory=list)
    children: "list[Variables]" = field(default_factory=list)
    unknown: list[Text] = field(default_factory=list)
    writers: dict[str, list[Node]] = field(default_factory=dict)
    missing: Shape = NOTHING  # what names are that nobody gives
    memo: dict[str, Shape | None] = field(default_factory=dict)
    layers: list[Layer] | None = None

    def find(self, name: str) -> Shape | None:
        """What a variable may be; None where nobody writes it."""
        if name not in self.memo:
            layers = self.seen()
            found = [layer[name] for layer in layers if name in layer]
            self.memo[name] = all_of(found) if found else None if len(layers) < MANY else ANY
        return self.memo[name]

    def seen(self) -> list[Layer]:
        """All variables that can be seen: its own, its callers', and what called processes give back to either."""
        if self.layers is None:
            callers = _closure((self,), lambda one: one.parents)
            self.layers = [layer for one in callers for layer in (one.host, one.given)]
            self.layers += [one.written for one in _closure(callers, lambda one: one.children)]
        return self.layers

    def is_own(self, name: str) -> bool:
        """Whether only this process's own steps give a variable."""
        return sum(name in layer for layer in self.seen()) == 1 and name in self.written

    def forget(self) -> None:
        """Something has changed."""
        self.memo.clear()
        self.layers = None

    def names(self) -> tuple[str, ...]:
        """Every name that can be seen."""
        return tuple(dict.fromkeys(name for layer in self.seen() for name in layer))

    def reasons(self) -> list[Text]:
        """Why there may be variables that no diagram shows."""
        callers = _closure((self,), lambda one: one.parents)
        return [why for one in _closure(callers, lambda one: one.children) for why in one.unknown]


def _closure(begin: "Iterable[Variables]", step: "Callable[[Variables], list[Variables]]") -> "list[Variables]":
    found = dict.fromkeys(begin)
    waiting = list(found)
    while waiting and len(found) < MANY:
        for one in step(waiting.pop())[:MANY]:
            if one not in found:
                found[one] = None
                waiting.append(one)
    return list(found)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one expression sees: the element's own layers, those of the scopes around it, the process.

    The nearest layer is first. `blind`: there are others still, of unknown names.
    """

    variables: Variables
    own: tuple[Layer, ...] = ()
    around: tuple[Layer, ...] = ()
    blind: bool = False

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All that shadows the process's variables."""
        return (*self.own, *self.around)

    def find(self, name: str) -> Shape | None:
        """What a name means here."""
        for layer in self.own:
            if name in layer:
                return layer[name]
        for layer in self.around:
            if name in layer:  # whoever writes the variable from inside the scope writes this one
                outside = self.variables.written.get(name)
                return layer[name] if outside is None else join(layer[name], outside)
        found = self.variables.find(name)
        return ANY if found is None and self.blind else found

    def names(self) -> tuple[str, ...]:
        """Every name that is seen."""
        return (*(name for layer in self.layers for name in layer), *self.variables.names())

    def over(self, layer: Layer, *, blind: bool = False) -> "Sight":
        """The same behind one more layer."""
        if not layer and (self.blind or not blind):
            return self
        own = (layer, *self.own) if layer else self.own
        return Sight(self.variables, own, self.around, blind or self.blind)

    def within(self) -> "Sight":
        """The same as the nodes of a sub-process see it."""
        return Sight(self.variables, (), self.layers, self.blind)

    def shape(self, text: str, known: frozenset[str]) -> Shape:
        """What a text of the diagram may be: itself, or what its FEEL gives."""
        inferred = self.infer(text, known, self.variables.missing)
        return one_of((text.strip(),)) if inferred is None else inferred.shape

    def infer(self, text: str, known: frozenset[str], missing: Shape | None = None) -> Inferred | None:
        """The FEEL of a text held against what is seen; None if it is no FEEL. `missing`: what nobody gives."""
        if not is_expression(text):
            return None
        work = self.variables.work
        if text in work.wrong or not work.spend(max(len(text), _LEAST)):
            return _UNREADABLE
        lookup = self.find if missing is None else lambda name: self.find(name) or missing
        try:
            names = frozenset(name for name in known if name in text)
            inferred = infer(feel.compile(text.strip()[1:], names=names), lookup, names=self._meant)
        except feel.FeelError:
            work.wrong.add(text)
            return _UNREADABLE
        work.spend(inferred.shape.size)
        return inferred

    def _meant(self) -> tuple[str, ...]:
        """The names that may have been meant by one that is missing; none once that has cost too much."""
        found = self.names()
        return found if self.variables.work.spend(2 * len(found)) else ()


_UNREADABLE: Final = Inferred(ANY, (), frozenset(), "")


@dataclass(slots=True)
class Views:
    """What each part of a node sees: before it, in one instance, with its inputs, with its result, at its end.

    `mappings` are the sights of single input mappings, which see those before them.
    """

    before: Sight
    instance: Sight
    inside: Sight
    after: Sight
    end: Sight
    mappings: dict[Any, Sight] = field(default_factory=dict)


class Environment:
    """The variables of all processes that are checked together."""

    def __init__(self, processes: Iterable[Process], known: Known, names: frozenset[str], *, governed: bool) -> None:
        self.known = known
        self.names = names
        self.governed = governed
        self.work = Work()
        self.of = {process.id: Variables(process, self.work) for process in processes}
        self.views: dict[Node, Views] = {}
        self.data = {ident: Data.read(one.process.xml) for ident, one in self.of.items()}

    def settle(self, host: Mapping[str, Layer]) -> None:
        """Work out who writes what. `host`: what the house hands to processes, by id."""
        for variables in self.of.values():
            for child in variables.process.xml.iter(*map(bpmn, _DATA)):
                variables.host.update(dict.fromkeys(filter(None, (child.get("id"), child.get("name"))), ANY))
            variables.host.update(host.get(variables.process.id, {}))
        for number in range(ROUNDS):
            if not self._round(last=number == ROUNDS - 1):
                return

    def _round(self, *, last: bool) -> bool:
        """Go through every process once; whether anything changed. What never settles is in the end anything."""
        found = [(one, self._visited(one)) for one in self.of.values()]
        changed = False
        for one, visit in found:
            if one.written != visit.written or one.given != one.handed:
                changed = True
                one.given = _settled(one.given, one.handed) if last else one.handed
                one.written = _settled(one.written, visit.written) if last else visit.written
            one.writers = visit.writers
            one.unknown = [*(why for why in one.unknown if why is CALLERS), *visit.unknown]
            one.handed = {}
            one.forget()
        for one in self.of.values():
            missing = ANY if one.reasons() or not self.governed else NOTHING
            changed = changed or missing is not one.missing
            one.missing = missing
        return changed

    def _visited(self, variables: Variables) -> "_Visit":
        visit = _Visit(self, variables, {})
        for scope in variables.process.scopes:
            visit.scope(scope)
        return visit


def _settled(before: Layer, now: Layer) -> dict[str, Shape]:
    return {name: shape if shape == before.get(name) else ANY for name, shape in now.items()}


@dataclass(slots=True)
class _Visit:
    """One way through the nodes of a process."""

    home: Environment
    variables: Variables
    written: dict[str, Shape]
    unknown: list[Text] = field(default_factory=list)
    writers: dict[str, list[Node]] = field(default_factory=dict)

    def scope(self, scope: Scope) -> None:
        sight = Sight(self.variables) if scope.owner is None else self.home.views[scope.owner].inside.within()
        for node in scope.nodes:
            self.home.views[node] = self.node(node, sight)

    def write(self, node: Node, name: str, shape: Shape) -> None:
        if name:
            self.writers.setdefault(name, []).append(node)
            self.written[name] = join(self.written[name], shape) if name in self.written else shape

    def node(self, node: Node, before: Sight) -> Views:
        loop = Loop.read(node.xml)
        instance = before.over(self._counted(node, loop, before))
        mappings: dict[Any, Sight] = {}
        copies = self.home.data[self.variables.process.id].of.get(node.id, [])
        filling = [writing for one in copies if one.inward for writing in one.writings]
        filled = instance.over({writing.path[0]: ANY for writing in filling})
        mappings |= {writing.element: instance for writing in filling}
        inside = self._inputs(node, filled, mappings)
        result, unknown = self._result(node, inside)
        after = inside.over(result, blind=unknown is not None)
        holder = extension(node.xml, ZEEBE, "ioMapping")
        outputs = [] if holder is None else list(holder.iterchildren(f"{{{ZEEBE}}}output"))
        end = self._outputs(node, outputs, after) if outputs else after
        leaving = [writing for one in copies if not one.inward for writing in one.writings]
        mappings |= {writing.element: after for writing in leaving}
        for writing in leaving:
            self.write(node, writing.path[0], ANY)
        if not outputs and not leaving and node.tag != "callActivity":
            for name, shape in result.items():
                self.write(node, name, shape)
            self.unknown += [unknown] if unknown is not None else []
        if loop is not None and loop.output_collection:
            self.write(
                node, loop.output_collection, list_of(end.shape(loop.output_element or "=null", self.home.names))
            )
        if node.tag == "callActivity":
            self._call(node, inside, unknown, comes_back=not outputs and not leaving)
        return Views(before, instance, inside, after, end, mappings)

    def _counted(self, node: Node, loop: Loop | None, before: Sight) -> dict[str, Shape]:
        """What each instance of a multi-instance activity, and each turn of a loop, has of its own."""
        if loop is None:
            plain = next(node.xml.iterchildren(bpmn("standardLoopCharacteristics")), None)
            return {} if plain is None else dict(_COUNTS)
        found = dict(_COUNTS)
        if loop.input_element:
            found[loop.input_element] = items(before.shape(loop.input_collection, self.home.names))
        return found

    def _inputs(self, node: Node, sight: Sight, mappings: dict[Any, Sight]) -> Sight:
        holder = extension(node.xml, ZEEBE, "ioMapping")
        if holder is None:
            return sight
        local_: dict[str, Shape] = {}
        for child in holder.iterchildren(f"{{{ZEEBE}}}input"):
            self.variables.work.spend(len(local_))
            seen = mappings[child] = sight.over(dict(local_))
            name, shape = _at(child.get("target", ""), seen.shape(child.get("source", ""), self.home.names))
            local_[name] = join(local_[name], shape) if name in local_ and shape.is_only("context") else shape
        return sight.over(local_)

    def _outputs(self, node: Node, outputs: list[Any], after: Sight) -> Sight:
        made: dict[str, Shape] = {}
        for child in outputs:
            name, shape = _at(child.get("target", ""), after.shape(child.get("source", ""), self.home.names))
            made[name] = join(made[name], shape) if name in made else shape
            self.write(node, name, shape)
        return after.over(made)

    # -- results -------------------------------------------------------------------------------------------

    def _result(self, node: Node, inside: Sight) -> tuple[Layer, Text | None]:
        """The variables that a node's work gives, and why there may be others."""
        if node.tag in ("userTask", "manualTask") or (node.tag in _FORMED and _form(node)):
            return self._answers(node)
        if TaskDefinition.read(node.xml) is not None or node.tag == "serviceTask":
            return {}, JOB
        if node.tag == "scriptTask":
            script = Script.read(node.xml)
            return {} if script is None else _named(script.result_variable, inside, script.expression, self), None
        if node.tag == "businessRuleTask":
            return self._decided(node), None
        if node.tag == "callActivity":
            return self._returned(node)
        catches = node.tag in ("startEvent", "intermediateCatchEvent", "boundaryEvent")
        receives = node.tag == "receiveTask" or (catches and not _RECEIVING.isdisjoint(node.events))
        return {}, MESSAGE if receives else None

    def _answers(self, node: Node) -> tuple[Layer, Text | None]:
        form = _form(node)
        answered = (self.home.known.forms or {}).get(form)
        if answered is not None:
            return answered.answers, None
        return {}, None if self.home.governed and not form else FORM

    def _decided(self, node: Node) -> Layer:
        called = CalledDecision.read(node.xml)
        if called is None or not called.result_variable:
            return {}
        decision = (self.home.known.decisions or {}).get(called.decision_id)
        return dict([_at(called.result_variable, ANY if decision is None else decision.result)])

    def _callee(self, node: Node) -> tuple[CalledElement | None, Variables | None]:
        called = CalledElement.read(node.xml)
        return called, None if called is None else self.home.of.get(called.process_id)

    def _returned(self, node: Node) -> tuple[Layer, Text | None]:
        _, callee = self._callee(node)
        if callee is None:
            return {}, CALLEE
        return callee.written, next((why for why in callee.unknown if why is not CALLERS), None)

    def _call(self, node: Node, inside: Sight, unknown: Text | None, *, comes_back: bool) -> None:
        called, callee = self._callee(node)
        comes_back = comes_back and (called is None or called.all_child)
        if called is None or callee is None:
            self.unknown += [unknown] if comes_back and unknown is not None else []
            return
        for layer in inside.layers if called.all_parent else inside.layers[: _has_inputs(node)]:
            for name, shape in layer.items():
                callee.handed[name] = join(callee.handed[name], shape) if name in callee.handed else shape
        if called.all_parent and self.variables not in callee.parents:
            callee.parents.append(self.variables)
        if comes_back and callee not in self.variables.children:
            self.variables.children.append(callee)


def _has_inputs(node: Node) -> bool:
    holder = extension(node.xml, ZEEBE, "ioMapping")
    return holder is not None and next(holder.iterchildren(f"{{{ZEEBE}}}input"), None) is not None


def _form(node: Node) -> str:
    form = FormReference.read(node.xml)
    return "" if form is None else form.form_id


def _named(path: str, sight: Sight, text: str, visit: _Visit) -> dict[str, Shape]:
    return dict([_at(path, sight.shape(text, visit.home.names))]) if path else {}


def _at(path: str, shape: Shape) -> tuple[str, Shape]:
    """A variable of which a mapping writes one member; the others are not known from that."""
    steps = [one.strip() for one in path.split(".")]
    for step in reversed(steps[1:]):
        shape = context_of({step: shape})
    return steps[0], shape


__all__ = ["CALLERS", "FORM", "Environment", "Layer", "Sight", "Variables", "Views"]
