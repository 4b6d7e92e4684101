"""Loaded decisions: what the files hold, what they read, and their answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import DecimalException

from app.dmn.boxed import function_value, result_of_function
from app.dmn.errors import DecisionError
from app.dmn.imports import open_parts
from app.dmn.kinds import MISFIT, Item, Trial, conforming
from app.dmn.model import Given, Model, Ref, TableAt, Unit, read_model, undecided
from app.errors import Finding, NotFound, Refused, Text
from app.feel.errors import FeelError
from app.feel.lexer import one_blank
from app.feel.limits import NUMBER, too_deep, too_large
from app.feel.nodes import Type
from app.feel.run import from_host, run_at
from app.feel.values import Function, Value


@dataclass(frozen=True, slots=True)
class Answer:
    """What a decision says; `problems` tell why it, or something on the way to it, is null where nothing was meant
    to be."""

    value: Value
    problems: tuple[Text, ...]


class Decisions:
    """The decisions of one file, or of several that import one another, compiled; safe to share between threads.

    `ids` are those of its decisions and decision services, in the files' order; `tables` its decision tables;
    `findings` what is noteworthy about the files, and if they were loaded `lenient`, what is wrong with them.
    """

    def __init__(self, model: Model, findings: Iterable[Finding] = ()) -> None:
        self._model = model
        self.findings = tuple(findings)
        units = tuple(model.units.values())
        self.ids = tuple(dict.fromkeys(one.id for one in units if one.kind != "businessKnowledgeModel"))
        self._named = {name: one for one in reversed(units) for name in reversed(one.names)}
        self._named |= {one.id: one for one in reversed(units)}

    @property
    def units(self) -> tuple[Unit, ...]:
        """Its decisions, knowledge and services, file by file."""
        return tuple(self._model.units.values())

    @property
    def tables(self) -> tuple[TableAt, ...]:
        return self._model.tables

    @property
    def kinds(self) -> Mapping[str, Type]:
        """The types of input data by name."""
        return {one.name: one.kind.kind for one in self._model.given.values() if one.kind is not None}

    def inputs(self, decision_id: str) -> frozenset[str]:
        """The variables that a decision and all it requires read from the context. Raises NotFound."""
        names: set[str] = set()
        self._gather(self._unit(decision_id), names, set())
        return frozenset(names)

    def name(self, decision_id: str) -> str:
        """What people call a decision. Raises NotFound."""
        return self._unit(decision_id).label

    def broken(self, decision_id: str) -> Text | None:
        """Why a decision of a file that was loaded `lenient` cannot be executed. Raises NotFound."""
        return self._model.broken.get(self._unit(decision_id).key)

    def evaluate(self, decision_id: str, context: Mapping[str, object], now: datetime | None = None) -> Value:
        """What a decision, service or knowledge, by id or name, says over a context of host or FEEL values.

        One output is a value, several are a dict; policies with many hits give lists. What DMN gives no value for is
        null: a result that is not of its type, two rules of a UNIQUE table. `answer` tells why, `decide` refuses it.
        Raises NotFound, DecisionError where an expression ran out of its budget.
        """
        return self.answer(decision_id, context, now).value

    def decide(self, decision_id: str, context: Mapping[str, object], now: datetime | None = None) -> Value:
        """As `evaluate`, for those who act on the answer: raises DecisionError where there is a problem on the way."""
        found = self.answer(decision_id, context, now)
        if found.problems:
            raise DecisionError(found.problems[0])
        return found.value

    def answer(self, decision_id: str, context: Mapping[str, object], now: datetime | None = None) -> Answer:
        """As `evaluate`, with the problems on the way."""
        unit = self._unit(decision_id)
        run = Trial(run_at(now).now)
        try:
            value = _Evaluation(self._model, context, run).root(unit)
        except (FeelError, RecursionError, DecimalException) as error:
            why = _why(error)
            text = Text(f"决策「{unit.label}」:{why.zh}", f"decision {unit.label!r}: {why.en}")
            raise DecisionError(text) from error
        return Answer(value, tuple(run.problems))

    def _unit(self, decision_id: str) -> Unit:
        unit = self._named.get(decision_id) or self._named.get(one_blank(decision_id))
        if unit is None:
            raise NotFound(Text(f"没有决策「{decision_id}」", f"there is no decision {decision_id!r}"))
        return unit

    def _gather(self, unit: Unit, names: set[str], seen: set[str]) -> None:
        if unit.key in seen:
            return
        seen.add(unit.key)
        refs = (*unit.decisions, *unit.knowledge, *unit.outputs)
        required = [self._model.units[one.key] for one in refs if one.key in self._model.units]
        inside = {name for one in required for name in one.names} | {one.prefix for one in refs}
        if unit.kind != "businessKnowledgeModel":
            names |= unit.reads - inside - {one.prefix for one in unit.inputs}
            names |= {self._model.given[one.key].name for one in unit.inputs if one.prefix}
        for one in required:
            self._gather(one, names, seen)


def _why(error: Exception) -> Text:
    """Why an evaluation could not go on; between expressions, too, boxes nest and numbers grow."""
    if isinstance(error, FeelError):
        return error.text
    return (too_deep() if isinstance(error, RecursionError) else too_large(NUMBER)).text


class _Evaluation:
    """One evaluation: each required decision is decided once."""

    def __init__(self, model: Model, context: Mapping[str, object], run: Trial) -> None:
        self.model = model
        self.context = context
        self.run = run
        self.decided: dict[str, Value] = {}
        self.functions: dict[str, Function] = {}

    def root(self, unit: Unit) -> Value:
        """What is asked for; knowledge takes its arguments from the context."""
        if unit.kind != "businessKnowledgeModel":
            return self.decide(unit)
        function = self.function(unit)
        if function is None:
            return None
        found = self.seen_by(unit)
        return function.call([from_host(found.get(name), [found, self.run, None]) for name in function.params])

    def decide(self, unit: Unit) -> Value:
        """The value of a decision or service; one that has no logic is given. Raises FeelError."""
        if unit.key not in self.decided:
            broken = self.model.broken.get(unit.key)
            if unit.logic is undecided and unit.names[0] in self.context:
                given = from_host(self.context[unit.names[0]], [self.context, self.run, None])
                self.decided[unit.key] = self.of_type(unit, given, unit.type)
            elif broken is not None:
                self.run.fail(broken)
                self.decided[unit.key] = None
            elif unit.kind == "decisionService":
                self.decided[unit.key] = self.outcome(unit, self.context, self.run)
            else:
                self.decided[unit.key] = self.of_type(unit, unit.logic(self.env(unit), self.run), unit.type)
        return self.decided[unit.key]

    def of_type(self, unit: Unit, value: Value, kind: Item | None) -> Value:
        """A result as its type takes it, else null and a problem."""
        found = conforming(value, kind, self.run)
        if found is MISFIT:
            self.run.fail(
                Text(f"决策「{unit.label}」的结果不符合它的类型", f"the result of {unit.label!r} is not of its type")
            )
            return None
        return found

    def seen_by(self, unit: Unit) -> Mapping[str, object]:
        """The context as a file sees it: what the caller gave under the name of its import comes first."""
        prefix = self.model.prefixes.get(unit.part)
        own = self.context.get(prefix) if prefix else None
        return {**self.context, **own} if isinstance(own, Mapping) else self.context

    def env(self, unit: Unit) -> Mapping[str, object]:
        """The variables that a unit sees: the context, and what it requires under each of its names."""
        context = self.seen_by(unit)
        if not (unit.decisions or unit.knowledge or unit.inputs):
            return context
        env = dict(context)
        for ref in unit.inputs:
            self.give(env, ref, self.model.given[ref.key])
        for ref in (*unit.knowledge, *unit.decisions):
            one = self.model.units[ref.key]
            value = self.decide(one) if one.kind == "decision" else self.function(one)
            _put(env, ref, one.names, value)
        return env

    def give(self, env: dict[str, object], ref: Ref, given: Given) -> None:
        """Input data as its type takes it, else null and a problem; read from texts where the type wants dates."""
        own = self.context.get(ref.prefix) if ref.prefix else None
        source = own if isinstance(own, Mapping) and given.name in own else env
        if given.name not in source:
            return
        value: Value = source[given.name]
        if given.kind is not None:
            value = from_host(value, [source, self.run, None])
            found = conforming(value, given.kind, self.run, texts=True)
            value = None if found is MISFIT else found
            if found is MISFIT:
                self.run.fail(
                    Text(f"输入「{given.name}」的值不符合它的类型", f"input {given.name!r} is not of its type")
                )
        if ref.prefix or given.kind is not None:
            _put(env, ref, (given.name,), value)

    def function(self, unit: Unit) -> Function | None:
        """Knowledge or a service as a function. Knowledge sees what it requires and itself, but no variables."""
        if unit.key in self.functions:
            return self.functions[unit.key]
        broken = self.model.broken.get(unit.key)
        if broken is not None:
            self.run.fail(broken)
            return None
        env: dict[str, object] = {}
        found = self.service(unit) if unit.kind == "decisionService" else unit.logic(env, self.run)
        if not isinstance(found, Function):
            raise DecisionError(Text(f"「{unit.label}」不是函数", f"{unit.label!r} is not a function"))
        self.functions[unit.key] = found
        for ref in (Ref(unit.key), *unit.knowledge):
            one = self.model.units[ref.key]
            _put(env, ref, one.names, self.function(one))
        return found

    def service(self, unit: Unit) -> Function:
        """A decision service as a function of its input data and input decisions (DMN 1.5, 10.4)."""
        parameters: list[tuple[str, Item | None]] = []
        for ref in (*unit.inputs, *unit.decisions):
            given = self.model.given.get(ref.key)
            if given is not None:
                parameters.append((given.name, given.kind))
            else:
                one = self.model.units[ref.key]
                parameters.append((one.names[0], one.type))
        return function_value(parameters, lambda env, run: self.outcome(unit, env, run), {}, self.run)

    def outcome(self, unit: Unit, env: Mapping[str, object], run: Trial) -> Value:
        """The output decisions of a service over given inputs: one value, or a context of several."""
        inner = _Evaluation(self.model, env, run)
        for ref in unit.decisions:
            one = self.model.units[ref.key]
            if one.names[0] in env:
                given = from_host(env[one.names[0]], [env, run, None])
                inner.decided[ref.key] = self.of_type(one, given, one.type)
        outputs = [self.model.units[ref.key] for ref in unit.outputs]
        values = [inner.decide(one) for one in outputs]
        whole = values[0] if len(values) == 1 else {
            one.names[0]: value for one, value in zip(outputs, values, strict=True)
        }  # fmt: skip
        return self.of_type(unit, whole, result_of_function(unit.type))


def _put(env: dict[str, object], ref: Ref, names: tuple[str, ...], value: Value) -> None:
    """Make a value known by its names: the first for certain, the others where they are free."""
    place = env
    if ref.prefix:
        before = env.get(ref.prefix)
        place = dict(before) if isinstance(before, Mapping) else {}
        env[ref.prefix] = place
    for number, name in enumerate(names):
        if number == 0 or name not in place:
            place[name] = value


def load(data: bytes | Mapping[str, bytes], *, file: str = "", lenient: bool = False) -> Decisions:
    """The decisions of a DMN file, or of several files by name that import one another; the first is the main one.

    Raises Refused with findings (error codes `dmn-…`) for anything that is not DMN, not FEEL, incomplete, or in the
    standard but not executed here. `lenient` refuses only what is no DMN at all: what cannot be executed is null,
    with a problem, and the rest of the file works.
    """
    parts = open_parts({file: data} if isinstance(data, bytes) else data)
    try:
        model = read_model(parts)
    except RecursionError:
        text = Text("类型定义嵌套过深", "item definitions nest too deeply")
        parts[0].faults.add("dmn-depth", parts[0].root, text)
        raise Refused(parts[0].faults.findings) from None
    if not model.units:
        parts[0].faults.add("dmn-empty", parts[0].root, Text("文件中没有决策", "the file has no decisions"))
    findings = [one for part in parts for one in part.faults.findings]
    if not lenient and any(one.severity == "error" for one in findings):
        raise Refused(findings)
    return Decisions(model, findings)
