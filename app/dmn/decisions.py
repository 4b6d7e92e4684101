"""A loaded file of decisions: what it holds, what it reads, and its answers."""

from collections.abc import Mapping
from datetime import datetime

from app.dmn.boxed import function_value
from app.dmn.document import Faults, read
from app.dmn.errors import DecisionError
from app.dmn.kinds import MISFIT, Item, conforming
from app.dmn.model import Given, Model, Unit, read_model
from app.errors import NotFound, Text
from app.feel.errors import FeelError
from app.feel.run import Run, from_host, run_at
from app.feel.values import Function, Value


class Decisions:
    """The decisions of one file, compiled; safe to share between threads.

    `ids` are those of its decisions and decision services, in the file's order.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self.ids = tuple(one.id for one in model.units.values() if one.kind != "businessKnowledgeModel")

    def inputs(self, decision_id: str) -> frozenset[str]:
        """The variables that a decision and all it requires read from the context. Raises NotFound."""
        names: set[str] = set()
        self._gather(self._unit(decision_id), names, set())
        return frozenset(names)

    def name(self, decision_id: str) -> str:
        """What people call a decision. Raises NotFound."""
        return self._unit(decision_id).label

    def evaluate(self, decision_id: str, context: Mapping[str, object], now: datetime | None = None) -> Value:
        """What a decision says over a context of host or FEEL values.

        One output is a value, several are a dict; policies with many hits give lists. Raises NotFound,
        DecisionError where there is no answer (two rules of a unique table fit, a value is not allowed, an
        expression ran out of its budget).
        """
        unit = self._unit(decision_id)
        try:
            return _Evaluation(self._model, context, run_at(now)).decide(unit)
        except FeelError as error:
            text = Text(f"决策「{unit.label}」:{error.text.zh}", f"decision {unit.label!r}: {error.text.en}")
            raise DecisionError(text) from error

    def _unit(self, decision_id: str) -> Unit:
        unit = self._model.units.get(decision_id)
        if unit is None or unit.kind == "businessKnowledgeModel":
            raise NotFound(Text(f"没有决策「{decision_id}」", f"there is no decision {decision_id!r}"))
        return unit

    def _gather(self, unit: Unit, names: set[str], seen: set[str]) -> None:
        if unit.id in seen:
            return
        seen.add(unit.id)
        required = [self._model.units[one] for one in (*unit.decisions, *unit.knowledge, *unit.outputs)]
        inside = {name for one in required for name in one.names}
        if unit.kind != "businessKnowledgeModel":
            names |= unit.reads - inside
        for one in required:
            self._gather(one, names, seen)


class _Evaluation:
    """One evaluation: each required decision is decided once."""

    def __init__(self, model: Model, context: Mapping[str, object], run: Run) -> None:
        self.model = model
        self.context = context
        self.run = run
        self.decided: dict[str, Value] = {}
        self.functions: dict[str, Function] = {}

    def decide(self, unit: Unit) -> Value:
        """The value of a decision or service. Raises DecisionError, FeelError."""
        if unit.id not in self.decided:
            self.decided[unit.id] = self.served(unit) if unit.kind == "decisionService" else self.computed(unit)
        return self.decided[unit.id]

    def computed(self, unit: Unit) -> Value:
        found = conforming(unit.logic(self.env(unit), self.run), unit.type, self.run)
        if found is MISFIT:
            raise DecisionError(
                Text(f"决策「{unit.label}」的结果不符合它的类型", f"the result of {unit.label!r} is not of its type")
            )
        return found

    def env(self, unit: Unit) -> Mapping[str, object]:
        """The variables that a unit sees: the context, and what it requires under each of its names."""
        if not (unit.decisions or unit.knowledge or unit.inputs):
            return self.context
        env = dict(self.context)
        for identity in unit.inputs:
            given = self.model.given.get(identity)
            if given is not None and given.kind is not None and given.name in env:
                env[given.name] = self.accepted(given, given.kind)
        for identity in (*unit.knowledge, *unit.decisions):
            one = self.model.units[identity]
            value = self.decide(one) if one.kind == "decision" else self.function(one)
            for place, name in enumerate(one.names):
                if place == 0 or name not in env:
                    env[name] = value
        return env

    def accepted(self, given: Given, kind: Item) -> Value:
        """Input data as its type takes it. Raises DecisionError if it does not."""
        value = from_host(self.context[given.name], [self.context, self.run, None])
        found = conforming(value, kind, self.run)
        if found is MISFIT:
            raise DecisionError(
                Text(f"输入「{given.name}」的值不符合它的类型", f"input {given.name!r} is not of its type")
            )
        return found

    def function(self, unit: Unit) -> Function:
        """Knowledge or a service as a function. Knowledge sees what it requires and itself, but no variables."""
        if unit.id in self.functions:
            return self.functions[unit.id]
        env: dict[str, object] = {}
        found = self.service(unit) if unit.kind == "decisionService" else unit.logic(env, self.run)
        if not isinstance(found, Function):
            raise DecisionError(Text(f"「{unit.label}」不是函数", f"{unit.label!r} is not a function"))
        self.functions[unit.id] = found
        for one in (unit, *(self.model.units[identity] for identity in unit.knowledge)):
            env.update(dict.fromkeys(one.names, self.function(one)))
        return found

    def service(self, unit: Unit) -> Function:
        """A decision service as a function of its input decisions and input data (DMN 1.5, 10.4)."""
        parameters: list[tuple[str, Item | None]] = []
        for identity in (*unit.inputs, *unit.decisions):
            given = self.model.given.get(identity)
            if given is not None:
                parameters.append((given.name, given.kind))
            elif identity in self.model.units:
                one = self.model.units[identity]
                parameters.append((one.names[0], one.type))
        return function_value(parameters, lambda env, run: self.outcome(unit, env, run), {}, self.run)

    def served(self, unit: Unit) -> Value:
        return self.outcome(unit, self.context, self.run)

    def outcome(self, unit: Unit, env: Mapping[str, object], run: Run) -> Value:
        """The output decisions of a service over given inputs: one value, or a context of several."""
        inner = _Evaluation(self.model, env, run)
        for identity in unit.decisions:
            one = self.model.units[identity]
            if one.names[0] in env:
                inner.decided[identity] = from_host(env[one.names[0]], [env, run, None])
        outputs = [self.model.units[identity] for identity in unit.outputs]
        values = [inner.decide(one) for one in outputs]
        if len(values) == 1:
            return values[0]
        return {one.names[0]: value for one, value in zip(outputs, values, strict=True)}


def load(data: bytes, *, file: str = "") -> Decisions:
    """The decisions of a DMN file. Raises Refused with findings (error codes `dmn-…`) for anything that is not
    DMN, not FEEL, incomplete, or in the standard but not executed here."""
    faults = Faults(file)
    root = read(data, faults)
    model = read_model(root, faults)
    if not model.units:
        faults.add("dmn-empty", root, Text("文件中没有决策", "the file has no decisions"))
    faults.refuse_if_any()
    return Decisions(model)
