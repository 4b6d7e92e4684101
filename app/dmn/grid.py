"""A decision table out of its element (DMN 1.5, chapter 8): columns, rules, and what is wrong with them."""

from collections.abc import Sequence
from typing import Final

from app.dmn.boxes import Boxes, Names, boxed, nothing, of_expression
from app.dmn.document import Element, child, children, label_of, name_of, text_of
from app.dmn.kinds import MISFIT, Item, conforming
from app.dmn.table import AGGREGATIONS, POLICIES, Input, Logic, Output, Rule, build
from app.errors import Text
from app.feel.expression import Expression
from app.feel.run import MISSING, Run

MAX_RULES: Final = 2_000


@boxed("decisionTable")
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
    whole = [one for one in rules if one is not None]
    table = build(name, inputs, outputs, whole, policy, aggregation)
    if len(whole) == len(rows):
        boxes.tables.append((element, table))
    return table


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
    found = None
    if expression is None or not text_of(expression):
        boxes.faults.add("dmn-empty", element, Text("输入列缺少表达式", "the input has no expression"))
    else:
        found = boxes.expression(expression, scope)
    kind = None if expression is None else boxes.type_of(expression)
    allowed_element = child(element, "inputValues")
    source = text_of(allowed_element)
    allowed = None
    if allowed_element is not None and source:
        allowed = boxes.tests(allowed_element, source, scope)
    elif kind is not None:
        allowed = kind.tests
    label = element.get("label") or text_of(expression) or label_of(element)
    logic = nothing if found is None else of_expression(found)
    reads = frozenset() if found is None else found.names | found.possible_names
    return Input(label, logic, None if kind is None else kind.kind, allowed, text_of(expression), reads, found)


def _output(boxes: Boxes, element: Element, scope: Names) -> Output:
    values = child(element, "outputValues")
    source = text_of(values)
    kind = boxes.type_of(element)
    allowed = boxes.tests(values, source, scope) if values is not None and source else None
    if allowed is None and kind is not None:
        allowed = kind.tests
    default_element = child(element, "defaultOutputEntry")
    default = None if default_element is None else boxes.literal(default_element, scope)
    order = () if allowed is None or allowed.literals is None else allowed.literals
    label = element.get("label") or element.get("name") or label_of(element)
    return Output(name_of(element), label, None if kind is None else kind.kind, allowed, order, default)


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
