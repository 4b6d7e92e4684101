"""FEEL held against the variables there are: names that nobody gives, kinds that do not fit, values never taken."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.bpmn.checks import host
from app.bpmn.checks.environment import CALLERS, FORM, Environment, Layer, Sight, Variables, Views
from app.bpmn.checks.expressions import Written, written
from app.bpmn.checks.graph import FLOW_NODES, Diagram, Flow, Node, Process, owner_spot
from app.bpmn.checks.known import Form, Known, Mistake
from app.bpmn.checks.positions import VIEW, WANTED
from app.bpmn.checks.references import callees
from app.bpmn.checks.rules import Report, Rule, Spot, rule
from app.bpmn.checks.sequence import Sequence
from app.bpmn.dialect import (
    BPMN,
    GOV,
    MESSAGE_CATCHES,
    ZEEBE,
    CalledDecision,
    FormReference,
    bpmn,
    is_expression,
    local,
)
from app.errors import Severity, Text
from app.feel.infer import Inferred, Problem, Shape, all_of, infer, join, of, words
from app.feel.infer.walk import meant, near

NO_VARIABLE = rule(
    "unknown-variable",
    "error",
    ("{where} 读取的变量“{name}”没有表单、决策或环节提供{near}{why}",
     "{where} reads the variable '{name}', which no form, decision or step gives{near}{why}"),
    ("更正“{source}”，或在此前的表单、映射中提供它", "correct '{source}', or give it in a form or mapping before"),
)  # fmt: skip
NO_FIELD = rule(
    "unknown-field",
    "error",
    ("{where} 第 {column} 个字符处：{reason}", "{where}, at character {column}: {reason}"),
    ("更正“{source}”中的字段名", "correct the name in '{source}'"),
)
NO_FUNCTION = rule(
    "unknown-function",
    "error",
    ("{where} 第 {column} 个字符处：{reason}", "{where}, at character {column}: {reason}"),
    ("更正“{source}”；内置函数见 docs/feel.md", "correct '{source}'; docs/feel.md lists the built-in functions"),
)
WRONG_ARGUMENT = rule(
    "wrong-argument",
    "error",
    ("{where} 第 {column} 个字符处：{reason}", "{where}, at character {column}: {reason}"),
    ("更正“{source}”中的参数；内置函数见 docs/feel.md",
     "correct '{source}'; docs/feel.md lists the built-in functions"),
)  # fmt: skip
WRONG_KIND = rule(
    "wrong-type",
    "error",
    ("{where} 第 {column} 个字符处：{reason}", "{where}, at character {column}: {reason}"),
    ("更正“{source}”，或先用 number()、string()、date() 等转换",
     "correct '{source}', or convert by number(), string(), date()… first"),
)  # fmt: skip
NEVER = rule(
    "impossible-value",
    "warning",
    ("{where} 第 {column} 个字符处：{reason}", "{where}, at character {column}: {reason}"),
    (
        "更正“{source}”中的值，或在表单的选项中加上它",
        "correct the value in '{source}', or add it to the form's options",
    ),
)
WRONG_RESULT = rule(
    "wrong-result",
    "error",
    ("{where} 应是{wanted}，“{source}”却是{found}", "{where} has to be {wanted}, and '{source}' is {found}"),
    ("更正表达式", "correct the expression"),
)
NOT_YET = rule(
    "variable-set-later",
    "warning",
    ("{where} 读取的变量“{name}”到这里还没有值：只有此后的“{writer}”才提供它",
     "{where} reads the variable '{name}', which has no value here: only '{writer}' gives it, and that comes later"),
    ("把提供它的环节移到前面，或更正“{source}”", "move the step that gives it before this one, or correct '{source}'"),
)  # fmt: skip
NO_INPUT = rule(
    "decision-without-input",
    "error",
    ("决策“{decision}”要读取的“{name}”没有表单、决策或环节提供{near}{why}",
     "the decision '{decision}' reads '{name}', which no form, decision or step gives{near}{why}"),
    ("在表单中加上这个字段，或用输入映射提供它", "add the field to a form, or give it by an input mapping"),
)  # fmt: skip
WRONG_INPUT = rule(
    "decision-input-type",
    "error",
    ("决策“{decision}”的输入“{column}”应是{wanted}，这里却是{found}",
     "the input '{column}' of the decision '{decision}' has to be {wanted}, and is {found} here"),
    ("更正输入映射或表单字段的类型", "correct the input mapping or the kind of the form's field"),
)  # fmt: skip

NOT_TYPED = rule(
    "variables-not-checked",
    "warning",
    ("表达式合计超过 {limit} 个字符，没有核对其中的变量和类型",
     "the expressions exceed {limit} characters; their variables and types are not checked"),
    ("缩短表达式，或把流程拆成几个", "shorten them, or split the process"),
)  # fmt: skip

HARD = rule(
    "variables-partly-checked",
    "warning",
    ("表达式太多或太复杂，只核对了一部分变量和类型",
     "there are too many or too complex expressions; only a part of their variables and types was checked"),
    ("缩短表达式，或把流程拆成几个", "shorten them, or split the process"),
)  # fmt: skip

MAX_TYPED: Final = 200_000  # characters of expressions that are checked together
_RULES: Final[Mapping[str, Rule]] = {
    "field": NO_FIELD,
    "function": NO_FUNCTION,
    "argument": WRONG_ARGUMENT,
    "value": NEVER,
}


@dataclass(slots=True)
class Context:
    """All that is checked together. `roots`: the processes that cases of the house start with, if that is known.

    `application`: the id of the form that starts them. Without it, forms that no step shows are taken for it.
    """

    known: Known
    names: frozenset[str]
    governed: bool
    roots: frozenset[str] | None = None
    application: str | None = None

    def applied(self, shown: set[str]) -> Layer | None:
        """What the application gives; None where that is not known. `shown`: the forms of steps."""
        forms = self.known.forms or {}
        if self.application is not None:
            return forms[self.application].answers if self.application in forms else None
        found = [form.answers for name, form in forms.items() if name not in shown]
        return {name: all_of(one[name] for one in found if name in one) for one in found for name in one} or None


def check(diagrams: Iterable[Diagram], context: Context, report: Report) -> None:
    """Every expression of the diagrams' executable processes."""
    diagrams = list(diagrams)
    if _size(diagrams) > MAX_TYPED:
        report.add(NOT_TYPED, Spot(diagrams[0].file), limit=f"{MAX_TYPED:,}")
        return
    processes = [process for diagram in diagrams for process in diagram.executable if process.id]
    home = Environment(processes, context.known, context.names, governed=context.governed)
    called = {callee for process in processes for callee in callees(process)}
    answered = context.applied({form for process in processes for form in _forms(process)})
    for variables in home.of.values():
        _begin(variables, called, context, answered)
    home.settle({})
    shown = _Shown(context.known.forms or {})
    for diagram in diagrams:
        for process in diagram.executable:
            own = home.of.get(process.id)
            if own is not None and own.process is process:
                one = _Check(home, own, diagram, report)
                one.run()
                shown.add(one)
    shown.report(context, report)
    if home.work.left < 0:
        report.add(HARD, Spot(diagrams[0].file))


def _size(diagrams: Iterable[Diagram]) -> int:
    """How many characters of FEEL there are."""
    texts = (found.text for diagram in diagrams for one in diagram.root.iter("*") for found in written(one))
    return sum(len(text) for text in texts if is_expression(text))


def _forms(process: Process) -> Iterator[str]:
    found = (FormReference.read(node.xml) for node in process.nodes)
    return (one.form_id for one in found if one is not None)


def _begin(variables: Variables, called: set[str], context: Context, answered: Layer | None) -> None:
    """What a process has before its first step."""
    process = variables.process
    if process.id in called:
        return
    is_root = process.id in context.roots if context.roots is not None else _may_start_a_case(process)
    if not context.governed:
        return
    if not is_root:
        variables.unknown.append(CALLERS)
        return
    variables.host.update(host.START)
    if answered is not None:
        variables.host.update(answered)
    elif not any(FormReference.read(node.xml) for node in process.nodes if node.tag == "startEvent"):
        variables.unknown.append(FORM)


def _may_start_a_case(process: Process) -> bool:
    """Only what ends with an outcome is a whole procedure; the others are called."""
    return any(True for _ in process.xml.iter(f"{{{GOV}}}outcome"))


@dataclass(slots=True)
class _Check:
    """The expressions of one process against what they see. Each missing name is told once."""

    home: Environment
    variables: Variables
    diagram: Diagram
    report: Report
    told: set[str] = field(default_factory=set)
    early: set[str] = field(default_factory=set)
    shared: set[Any] = field(default_factory=set)
    sequence: Sequence = field(init=False)
    severity: Severity | None = "error"
    why: Text = field(default_factory=lambda: Text("", ""))

    def run(self) -> None:
        """All of the process."""
        self._settle_severity()
        self.sequence = Sequence(self.variables.writers)
        for scope in self.variables.process.scopes:
            for node in scope.nodes:
                self._node(node, self.home.views[node])
            for flow in scope.flows:
                self._flow(flow)

    def _node(self, node: Node, views: Views) -> None:
        for element in _own(node.xml):
            for found in written(element):
                self._written(found, _view(found, views), node)
        self._shared(node, views)
        self._decision(node, views)

    def _settle_severity(self) -> None:
        """How bad a name is that nobody gives: certain in an item whose parts are all known."""
        reasons = self.variables.reasons()
        self.severity = "error" if self.home.governed else "warning"
        if FORM in reasons:
            self.severity = None
        elif reasons:
            self.severity = "info"
            self.why = Text(f"（{reasons[0].zh}）", f" ({reasons[0].en})")

    def _flow(self, flow: Flow) -> None:
        element = next(flow.xml.iterchildren(bpmn("conditionExpression")), None)
        if element is None or flow.source is None or flow.source not in self.home.views:
            return
        for found in written(element):
            self._written(found, self.home.views[flow.source].end, flow.source)

    def _shared(self, node: Node, views: Views) -> None:
        """The names and keys of the messages and signals that a node refers to."""
        for holder in (node.xml, *node.xml.iterchildren(f"{{{BPMN}}}*")):
            target = self.diagram.definitions.get(holder.get("messageRef") or holder.get("signalRef") or "")
            if target is None or target in self.shared:
                continue
            self.shared.add(target)
            sight = self.home.views[node.host].inside if node.host in self.home.views and node.host else views.inside
            for one in target.iter(bpmn("message"), bpmn("signal"), f"{{{ZEEBE}}}subscription"):
                for found in written(one):
                    self._written(found, sight, None)

    def _written(self, found: Written, sight: Sight, at: Node | None) -> None:
        inferred = sight.infer(found.text, self.home.names)
        if inferred is None:
            return
        spot = owner_spot(found.at, self.diagram.file)
        for problem in inferred.problems:
            if problem.code == "name":
                self._no_variable(found, spot, inferred, problem)
            else:
                self._problem(found, spot, inferred, problem)
        if at is not None and self.severity == "error":
            self._too_early(found, spot, sight, at, inferred)
        wanted = of(*WANTED.get(found.where, ()))
        shape = inferred.shape
        if wanted.is_known and shape.is_known and not shape.may_be(*wanted.kinds or ()):
            self.report.add(
                WRONG_RESULT, spot, where=found.where, source=found.text.strip(), wanted=words(wanted),
                found=words(shape),
            )  # fmt: skip

    def _too_early(self, found: Written, spot: Spot, sight: Sight, at: Node, inferred: Inferred) -> None:
        """A variable that is read where it cannot have been written yet; each once."""
        for name in sorted(inferred.names - inferred.null_tested - self.early):
            if any(name in layer for layer in sight.layers) or not self.variables.is_own(name):
                continue
            writer = self.sequence.writer_later(name, at)
            if writer is not None:
                self.early.add(name)
                source, called = found.text.strip(), writer.name or writer.id
                self.report.add(NOT_YET, spot, where=found.where, source=source, name=name, writer=called)

    def _no_variable(self, found: Written, spot: Spot, inferred: Inferred, problem: Problem) -> None:
        is_optional = problem.name in inferred.null_tested and not problem.near
        if problem.name in self.told or is_optional or self.severity is None:
            return
        self.told.add(problem.name)
        self._tell(
            NO_VARIABLE, found, spot, inferred, problem, severity=self.severity, name=problem.name,
            near=meant(problem.near), why=self.why,
        )  # fmt: skip

    def _problem(self, found: Written, spot: Spot, inferred: Inferred, problem: Problem) -> None:
        what = _RULES.get(problem.code, WRONG_KIND)
        self._tell(what, found, spot, inferred, problem, reason=problem.text, column=inferred.place(problem)[1])

    def _tell(
        self, what: Rule, found: Written, spot: Spot, inferred: Inferred, problem: Problem, **values: Any
    ) -> None:
        source = found.text.strip()
        line = (spot.line or 1) + _lines_before(found.text) + inferred.place(problem)[0] - 1
        place = Spot(spot.file, spot.id, spot.name, line)
        self.report.add(
            what, place, where=found.where, source=source, quoted=(inferred.source, problem.at + 1), **values
        )

    # -- decisions -----------------------------------------------------------------------------------------

    def _decision(self, node: Node, views: Views) -> None:
        called = CalledDecision.read(node.xml) if node.tag == "businessRuleTask" else None
        decision = (self.home.known.decisions or {}).get(called.decision_id) if called is not None else None
        if called is None or decision is None:
            return
        sight = views.inside
        for name in sorted(decision.reads):
            if sight.find(name) is None and name not in decision.known and self.severity is not None:
                hint = meant(near(name, sight.names()))
                self.report.add(
                    NO_INPUT, node, severity=self.severity, decision=called.decision_id, name=name, near=hint,
                    why=self.why,
                )  # fmt: skip
        for one in decision.asked:
            shape = infer(one.expression, lambda name: decision.known.get(name) or sight.find(name)).shape
            if one.wanted.is_known and shape.is_known and not _passes(shape, one.wanted):
                self.report.add(
                    WRONG_INPUT, node, decision=called.decision_id, column=one.label, wanted=words(one.wanted),
                    found=words(shape),
                )  # fmt: skip


@dataclass(slots=True)
class _Shown:
    """The forms of steps, and what they are shown over: every answer so far, and what their steps hand them."""

    forms: Mapping[str, Form]
    handed: dict[str, dict[str, Shape]] = field(default_factory=dict)
    severity: dict[str, Severity | None] = field(default_factory=dict)

    def add(self, one: _Check) -> None:
        """The steps of one process."""
        for node in one.variables.process.nodes:
            form = FormReference.read(node.xml)
            if node.tag not in ("userTask", *MESSAGE_CATCHES) or form is None or form.form_id not in self.forms:
                continue
            handed = self.handed.setdefault(form.form_id, {})
            for layer in one.home.views[node].inside.layers:
                for name, shape in layer.items():
                    handed[name] = join(handed[name], shape) if name in handed else shape
            before = self.severity.get(form.form_id, one.severity)
            self.severity[form.form_id] = one.severity if before == "error" else before

    def report(self, context: Context, report: Report) -> None:
        """What cannot be meant in the forms' own expressions."""
        answered: dict[str, Shape] = {}
        for form in self.forms.values():
            for name, shape in form.answers.items():
                answered[name] = join(answered[name], shape) if name in answered else shape
        for name, form in self.forms.items():
            over: Layer | None = None
            if context.governed and self.severity.get(name) == "error":
                over = {**answered, **host.SHOWN, **self.handed[name]}
            elif name == context.application and name not in self.handed:
                over = {}
            for mistake in form.mistakes(over):
                _tell_mistake(mistake, form.file, report)


def _tell_mistake(mistake: Mistake, file: str, report: Report) -> None:
    problem, inferred = mistake.problem, mistake.inferred
    spot = Spot(file, *mistake.place)
    quoted = inferred.source, problem.at + 1
    if problem.code == "name":
        nothing = Text("", "")
        report.add(
            NO_VARIABLE, spot, where=mistake.what, source=inferred.source, quoted=quoted, name=problem.name,
            near=meant(problem.near), why=nothing,
        )  # fmt: skip
        return
    report.add(
        _RULES.get(problem.code, WRONG_KIND), spot, where=mistake.what, source=inferred.source, quoted=quoted,
        reason=problem.text, column=inferred.place(problem)[1],
    )  # fmt: skip


def _passes(shape: Shape, wanted: Shape) -> bool:
    """A decision takes the text of a date for the date, and one of a list for the list (app.dmn.kinds)."""
    kinds = set(wanted.kinds or ())
    if not kinds.isdisjoint(("date", "time", "date and time", "days and time duration", "years and months duration")):
        kinds |= {"string", "date"}
    return "list" in kinds or shape.may_be("list", *kinds)


def _view(found: Written, views: Views) -> Sight:
    sight = views.mappings.get(found.at)
    if sight is not None:
        return sight
    if found.where == "completionCondition" and local(found.at.getparent()) == "adHocSubProcess":
        return views.inside.within()
    chosen: Sight = getattr(views, VIEW.get(found.where, "inside"))
    return chosen


def _own(element: Any) -> Iterator[Any]:
    """An element and what is in it, without the nodes and flows of a sub-process."""
    waiting = [element]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += [
            child
            for child in one.iterchildren("*")
            if local(child) not in FLOW_NODES and local(child) != "sequenceFlow"
        ]


_APART: Final = FLOW_NODES | {"sequenceFlow"}


def _lines_before(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n")
