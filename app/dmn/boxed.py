"""Boxed expressions (DMN 1.5, 10.2.2): each becomes a function of its variables."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.dmn.document import Element, Faults, child, children, label_of, local, text_of
from app.dmn.items import Items
from app.dmn.kinds import MISFIT, Env, Item, conforming
from app.dmn.table import AGGREGATIONS, POLICIES, Input, Logic, Output, Rule, build
from app.errors import Text
from app.feel.calls import apply_function
from app.feel.collections import domain_elements
from app.feel.errors import FeelError
from app.feel.expression import Expression, UnaryTests
from app.feel.limits import sized_list
from app.feel.run import MISSING, Run
from app.feel.values import Function, Value

Names = frozenset[str]
LOOPS: Final = ("for", "some", "every")
MAX_RULES: Final = 2_000
MAX_FEEL: Final = 150_000  # characters of expressions in one file, so that a file is read within two seconds
MAX_NESTING: Final = 40


def nothing(_env: Env, _run: Run) -> Value:
    """The logic of a box that could not be read; its file is refused anyway."""
    return None


@dataclass(slots=True)
class Boxes:
    """Compiles the boxes of one model.

    `known` are all names of the model, `reads` those a box took from outside, `written` counts the file's FEEL.
    """

    faults: Faults
    items: Items
    known: Names
    written: list[int]
    reads: set[str] = field(default_factory=set)
    depth: int = 0

    def logic(self, element: Element, scope: Names) -> Logic:
        """What a box computes; `scope` are the names that boxes around it define."""
        rule = _BOXES.get(local(element))
        if rule is None:
            self.faults.unsupported(element, Text(f"「{local(element)}」", f"<{local(element)}>"))
            return nothing
        self.depth += 1
        try:
            if self.depth > MAX_NESTING:
                self.faults.add("dmn-depth", element, Text("表达式嵌套过深", "boxes nest too deeply"))
                return nothing
            return rule(self, element, scope)
        finally:
            self.depth -= 1

    def inside(self, element: Element | None, scope: Names) -> Logic:
        """The logic of the box that an element holds; a fault if it holds none."""
        box = None if element is None else child(element, *_BOXES)
        if box is not None:
            return self.logic(box, scope)
        if element is not None:
            self.faults.add("dmn-empty", element, Text("这里缺少表达式", "an expression is missing here"))
        return nothing

    def feel(self, element: Element, source: str, scope: Names) -> Expression | None:
        """The expression of a text; a fault if it is none."""
        self.count(element, source)
        try:
            found = Expression(source, self.known | scope, self.items.types())
        except FeelError as error:
            self.faults.feel(element, source, error)
            return None
        self.reads |= (found.names | found.possible_names) - scope
        return found

    def tests(self, element: Element, source: str, scope: Names) -> UnaryTests | None:
        """The unary tests of a text; a fault if they are none."""
        self.count(element, source)
        try:
            found = UnaryTests(source, self.known | scope, self.items.types())
        except FeelError as error:
            self.faults.feel(element, source, error)
            return None
        self.reads |= found.names - scope
        return found

    def count(self, element: Element, source: str) -> None:
        """Raises Refused at once when the file's expressions are too long altogether."""
        self.written[0] += len(source)
        if self.written[0] > MAX_FEEL:
            text = Text(
                f"文件中的表达式超过 {MAX_FEEL} 个字符", f"the expressions of the file exceed {MAX_FEEL} characters"
            )
            self.faults.add("dmn-too-large", element, text)
            self.faults.refuse_if_any()

    def type_of(self, element: Element) -> Item | None:
        """The type that the element's `typeRef` names."""
        return self.items.of(element, element.get("typeRef"))


def is_feel(element: Element) -> bool:
    """Whether an expression is written in FEEL, which is what no language means."""
    language = element.get("expressionLanguage") or ""
    return language == "" or "feel" in language.lower()


def _literal(boxes: Boxes, element: Element, scope: Names) -> Logic:
    if not is_feel(element):
        boxes.faults.unsupported(element, Text("FEEL 以外的表达式语言", "an expression language other than FEEL"))
        return nothing
    if child(element, "importedValues") is not None:
        boxes.faults.unsupported(element, Text("导入的值", "importedValues"))
        return nothing
    source = text_of(element)
    if not source:
        return nothing
    found = boxes.feel(element, source, scope)
    return nothing if found is None else of_expression(found)


def of_expression(found: Expression) -> Logic:
    """The logic of an expression."""
    if found.constant is not MISSING:
        constant = found.constant
        return lambda _env, _run: constant
    return found.within


def _table(boxes: Boxes, element: Element, scope: Names) -> Logic:
    policy = element.get("hitPolicy") or "UNIQUE"
    aggregation = element.get("aggregation") or ""
    outputs = [_output(boxes, one, scope) for one in children(element, "output")]
    inputs = [_input(boxes, one, scope) for one in children(element, "input")]
    _check_policy(boxes, element, policy, aggregation, outputs)
    rows = list(children(element, "rule"))
    if len(rows) > MAX_RULES:
        text = Text(f"决策表超过 {MAX_RULES} 条规则", f"the table has more than {MAX_RULES} rules")
        boxes.faults.add("dmn-too-large", element, text)
        return nothing
    rules = [_rule(boxes, row, number, outputs, len(inputs), scope) for number, row in enumerate(rows, 1)]
    parent = element.getparent()
    name = label_of(element if parent is None else parent)
    return build(name, inputs, outputs, [one for one in rules if one is not None], policy, aggregation)


def _check_policy(boxes: Boxes, element: Element, policy: str, aggregation: str, outputs: Sequence[Output]) -> None:
    faults = boxes.faults
    if policy not in POLICIES:
        faults.unsupported(element, Text(f"命中策略「{policy}」", f"hit policy {policy!r}"))
    if aggregation and aggregation not in AGGREGATIONS:
        faults.unsupported(element, Text(f"汇总方式「{aggregation}」", f"aggregation {aggregation!r}"))
    if aggregation and policy == "COLLECT" and len(outputs) > 1:
        faults.unsupported(element, Text("多个输出的汇总", "aggregation over several outputs"))
    if policy in ("PRIORITY", "OUTPUT ORDER") and not any(one.order for one in outputs):
        text = Text(f"命中策略 {policy} 需要列出输出值的顺序", f"{policy} needs a list of output values to order by")
        faults.add("dmn-no-order", element, text)
    if not outputs:
        faults.add("dmn-no-output", element, Text("决策表没有输出列", "the table has no output"))
    names = [one.name for one in outputs]
    if len(outputs) > 1 and (not all(names) or len(set(names)) < len(names)):
        text = Text("多个输出列必须各有不同的名称", "each of several outputs needs a name of its own")
        faults.add("dmn-output-name", element, text)


def _input(boxes: Boxes, element: Element, scope: Names) -> Input:
    expression = child(element, "inputExpression")
    logic: Logic = nothing
    if expression is None or not text_of(expression):
        boxes.faults.add("dmn-empty", element, Text("输入列缺少表达式", "the input has no expression"))
    else:
        logic = _literal(boxes, expression, scope)
    kind = None if expression is None else boxes.type_of(expression)
    allowed_element = child(element, "inputValues")
    source = text_of(allowed_element)
    allowed = None
    if allowed_element is not None and source:
        allowed = boxes.tests(allowed_element, source, scope)
    elif kind is not None:
        allowed = kind.tests
    label = element.get("label") or text_of(expression) or label_of(element)
    return Input(label, logic, None if kind is None else kind.kind, allowed)


def _output(boxes: Boxes, element: Element, scope: Names) -> Output:
    values = child(element, "outputValues")
    source = text_of(values)
    kind = boxes.type_of(element)
    allowed = boxes.tests(values, source, scope) if values is not None and source else None
    if allowed is None and kind is not None:
        allowed = kind.tests
    default_element = child(element, "defaultOutputEntry")
    default = None if default_element is None else _literal(boxes, default_element, scope)
    order = () if allowed is None or allowed.literals is None else allowed.literals
    label = element.get("label") or element.get("name") or label_of(element)
    return Output(element.get("name") or "", label, None if kind is None else kind.kind, allowed, order, default)


def _rule(boxes: Boxes, row: Element, number: int, outputs: Sequence[Output], width: int, scope: Names) -> Rule | None:
    cells, results = list(children(row, "inputEntry")), list(children(row, "outputEntry"))
    if len(cells) != width or len(results) != len(outputs):
        text = Text(f"第 {number} 条规则的列数与表头不符", f"rule {number} has not as many entries as the table")
        boxes.faults.add("dmn-columns", row, text)
        return None
    tests = [boxes.tests(cell, text_of(cell) or "-", scope) for cell in cells]
    made = [boxes.feel(result, _result(result), scope) for result in results]
    if None in tests or None in made:
        return None
    for result, one, column in zip(results, made, outputs, strict=True):
        _check_result(boxes, result, one, column)
    return Rule(number, tuple(one for one in tests if one), tuple(one for one in made if one))


def _result(element: Element) -> str:
    source = text_of(element)
    return "null" if source in ("", "-") else source


def _check_result(boxes: Boxes, element: Element, result: Expression | None, column: Output) -> None:
    """A result that is written out must be of its column's type and among its values."""
    if result is None or result.constant is MISSING or result.constant is None:
        return
    value = result.constant
    if column.kind is not None:
        value = conforming(value, Item("", column.kind), Run(None))
    if value is MISFIT or (column.allowed is not None and column.allowed(value, {}) is False):
        text = Text(
            f"输出 {result.source} 不在「{column.label}」允许的值内",
            f"result {result.source} is not an allowed value of {column.label!r}",
        )
        boxes.faults.add("dmn-output-value", element, text)


def _context(boxes: Boxes, element: Element, scope: Names) -> Logic:
    entries: list[tuple[str, Logic, Item | None]] = []
    result: Logic | None = None
    for one in children(element, "contextEntry"):
        variable = child(one, "variable")
        name = "" if variable is None else variable.get("name") or ""
        inner = scope | {name} if name and _defines_function(one) else scope
        logic = boxes.inside(one, inner)
        if not name:
            result = logic
            continue
        kind = None if variable is None else boxes.type_of(variable)
        entries.append((name, logic, kind))
        scope = scope | {name}
    return _context_logic(entries, result)


def _defines_function(entry: Element) -> bool:
    return child(entry, "functionDefinition") is not None


def _context_logic(entries: Sequence[tuple[str, Logic, Item | None]], result: Logic | None) -> Logic:
    def make(env: Env, run: Run) -> Value:
        inner: dict[str, object] = dict(env)
        made: dict[str, Value] = {}
        for name, logic, kind in entries:
            value = conforming(logic(inner, run), kind, run)
            inner[name] = made[name] = None if value is MISFIT else value
        return made if result is None else result(inner, run)

    return make


def _list(boxes: Boxes, element: Element, scope: Names) -> Logic:
    parts = [boxes.logic(one, scope) for one in children(element, *_BOXES)]
    return lambda env, run: [part(env, run) for part in parts]


def _relation(boxes: Boxes, element: Element, scope: Names) -> Logic:
    names = [one.get("name") or "" for one in children(element, "column")]
    rows = [[boxes.logic(one, scope) for one in children(row, *_BOXES)] for row in children(element, "row")]
    if any(len(row) != len(names) for row in rows):
        boxes.faults.add("dmn-columns", element, Text("行的列数与表头不符", "a row has not as many cells as columns"))
        return nothing
    return lambda env, run: [{name: cell(env, run) for name, cell in zip(names, row, strict=True)} for row in rows]


def _invocation(boxes: Boxes, element: Element, scope: Names) -> Logic:
    function = boxes.inside(element, scope)
    bindings: list[tuple[str, Logic]] = []
    for one in children(element, "binding"):
        parameter = child(one, "parameter")
        name = "" if parameter is None else parameter.get("name") or ""
        bindings.append((name, boxes.inside(one, scope)))
    names = tuple(name for name, _ in bindings)

    def call(env: Env, run: Run) -> Value:
        found = function(env, run)
        values = [logic(env, run) for _, logic in bindings]
        return apply_function(found, values, names, run) if isinstance(found, Function) else None

    return call


def _function(boxes: Boxes, element: Element, scope: Names) -> Logic:
    if (element.get("kind") or "FEEL") != "FEEL":
        boxes.faults.unsupported(element, Text("外部函数(Java、PMML)", "an external function (Java, PMML)"))
        return nothing
    parameters = [(one.get("name") or "", boxes.type_of(one)) for one in children(element, "formalParameter")]
    body = boxes.inside(element, scope | {name for name, _ in parameters})
    return lambda env, run: function_value(parameters, body, env, run)


def function_value(
    parameters: Sequence[tuple[str, Item | None]], body: Logic, env: Env, run: Run, result: Item | None = None
) -> Function:
    """A function of boxes: arguments and result that do not fit their types are null (10.3.2.13.3)."""
    names = tuple(name for name, _ in parameters)

    def call(arguments: Sequence[Value]) -> Value:
        inner: dict[str, object] = dict(env)
        for (name, kind), value in zip(parameters, arguments, strict=True):
            fitting = conforming(value, kind, run)
            if fitting is MISFIT:
                return None
            inner[name] = fitting
        run.enter(10)
        try:
            found = conforming(body(inner, run), result, run)
        finally:
            run.calls -= 1
        return None if found is MISFIT else found

    return Function(names, call)


def _conditional(boxes: Boxes, element: Element, scope: Names) -> Logic:
    condition, yes, no = (boxes.inside(child(element, name), scope) for name in ("if", "then", "else"))
    return lambda env, run: yes(env, run) if condition(env, run) is True else no(env, run)


def _each(name: str, domain: Logic, env: Env, run: Run) -> Iterator[dict[str, object]] | None:
    elements = domain_elements(domain(env, run), run)
    if elements is None:
        return None
    return ({**env, name: one} for one in elements)


def _loop(boxes: Boxes, element: Element, scope: Names) -> Logic:
    name = element.get("iteratorVariable") or "item"
    domain = boxes.inside(child(element, "in"), scope)
    word = local(element)
    body = boxes.inside(child(element, "return" if word == "for" else "satisfies"), scope | {name, "partial"})
    if word == "for":
        return lambda env, run: _collected(_each(name, domain, env, run), body, run)
    return lambda env, run: _settled(_each(name, domain, env, run), body, run, word == "some")


def _collected(inner: Iterator[dict[str, object]] | None, body: Logic, run: Run) -> Value:
    if inner is None:
        return None
    results: list[Value] = []
    for env in inner:
        results.append(body({**env, "partial": list(results)}, run))
        run.spend(len(results) // 4)
    return sized_list(results)


def _settled(inner: Iterator[dict[str, object]] | None, body: Logic, run: Run, final: bool) -> Value:
    if inner is None:
        return None
    result: bool | None = not final
    for env in inner:
        value = body(env, run)
        if value is final:
            return final
        result = result if value is (not final) else None
    return result


def _filter(boxes: Boxes, element: Element, scope: Names) -> Logic:
    domain = boxes.inside(child(element, "in"), scope)
    match = boxes.inside(child(element, "match"), scope | {"item"})

    def select(env: Env, run: Run) -> Value:
        found = []
        for one in domain_elements(domain(env, run), run) or []:
            inner = {**env, **one, "item": one} if isinstance(one, dict) else {**env, "item": one}
            if match(inner, run) is True:
                found.append(one)
        return found

    return select


_BOXES: Final[dict[str, Callable[[Boxes, Element, Names], Logic]]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": _function,
    "conditional": _conditional,
    "filter": _filter,
    **dict.fromkeys(LOOPS, _loop),
}
BOXES: Final = tuple(_BOXES)
