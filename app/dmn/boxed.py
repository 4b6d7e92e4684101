"""Boxed expressions (DMN 1.5, 10.2.2): each becomes a function of its variables."""

from collections.abc import Iterator, Sequence

from app.dmn.boxes import Boxes, Names, box_names, boxed, nothing, typed
from app.dmn.document import Element, child, children, local, name_of
from app.dmn.kinds import MISFIT, Env, Item, Trial, conforming
from app.dmn.table import Logic
from app.errors import Text
from app.feel.calls import apply_function
from app.feel.collections import domain_elements
from app.feel.lexer import one_blank
from app.feel.limits import sized_list
from app.feel.values import Function, Value


@boxed("literalExpression")
def _literal(boxes: Boxes, element: Element, scope: Names) -> Logic:
    return boxes.literal(element, scope)


@boxed("context")
def _context(boxes: Boxes, element: Element, scope: Names) -> Logic:
    entries: list[tuple[str, Logic, Item | None]] = []
    result: Logic | None = None
    for one in children(element, "contextEntry"):
        variable = child(one, "variable")
        name = "" if variable is None else name_of(variable)
        inner = scope | {name} if name and _defines_function(one) else scope
        logic = boxes.inside(one, inner)
        if not name:
            result = logic
            continue
        kind = None if variable is None else boxes.type_of(variable)
        if _defines_function(one) and kind is not None and kind.kind.name != "function":
            kind = None  # old files write the type of its results, which the function sees to
        entries.append((name, logic, kind))
        scope = scope | {name}
    return _context_logic(entries, result)


def _defines_function(entry: Element) -> bool:
    return child(entry, "functionDefinition") is not None


def _context_logic(entries: Sequence[tuple[str, Logic, Item | None]], result: Logic | None) -> Logic:
    def make(env: Env, run: Trial) -> Value:
        inner: dict[str, object] = dict(env)
        made: dict[str, Value] = {}
        for name, logic, kind in entries:
            value = conforming(logic(inner, run), kind, run)
            inner[name] = made[name] = None if value is MISFIT else value
        return made if result is None else result(inner, run)

    return make


@boxed("list")
def _list(boxes: Boxes, element: Element, scope: Names) -> Logic:
    parts = [boxes.logic(one, scope) for one in children(element, *box_names())]
    return lambda env, run: [part(env, run) for part in parts]


@boxed("relation")
def _relation(boxes: Boxes, element: Element, scope: Names) -> Logic:
    columns = list(children(element, "column"))
    names, kinds = [name_of(one) for one in columns], [boxes.type_of(one) for one in columns]
    cells = [[boxes.logic(one, scope) for one in children(row, *box_names())] for row in children(element, "row")]
    if any(len(row) != len(names) for row in cells):
        boxes.faults.add("dmn-columns", element, Text("行的列数与表头不符", "a row has not as many cells as columns"))
        return nothing
    rows = [[typed(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in cells]
    return lambda env, run: [{name: cell(env, run) for name, cell in zip(names, row, strict=True)} for row in rows]


@boxed("invocation")
def _invocation(boxes: Boxes, element: Element, scope: Names) -> Logic:
    function = boxes.inside(element, scope)
    bindings: list[tuple[str, Logic]] = []
    for one in children(element, "binding"):
        parameter = child(one, "parameter")
        name = "" if parameter is None else name_of(parameter)
        bindings.append((name, boxes.inside(one, scope)))
    names = tuple(name for name, _ in bindings)

    def call(env: Env, run: Trial) -> Value:
        found = function(env, run)
        values = [logic(env, run) for _, logic in bindings]
        return apply_function(found, values, names, run) if isinstance(found, Function) else None

    return call


@boxed("functionDefinition")
def _function(boxes: Boxes, element: Element, scope: Names) -> Logic:
    if (element.get("kind") or "FEEL") != "FEEL":
        boxes.faults.unsupported(element, Text("外部函数(Java、PMML)", "an external function (Java, PMML)"))
        return nothing
    parameters = [(name_of(one), boxes.type_of(one)) for one in children(element, "formalParameter")]
    body = boxes.inside(element, scope | {name for name, _ in parameters})
    kind = boxes.items.of(element, element.get("typeRef"), "warning")
    result = result_of_function(kind)
    return lambda env, run: function_value(parameters, body, env, run, result)


def result_of_function(kind: Item | None) -> Item | None:
    """What a function gives whose type is written as its own (a function type), or as that of its result."""
    if kind is None or kind.kind.name != "function":
        return kind
    return Item("", kind.kind.arguments[-1]) if kind.kind.arguments else None


def function_value(
    parameters: Sequence[tuple[str, Item | None]], body: Logic, env: Env, run: Trial, result: Item | None = None
) -> Function:
    """A function of boxes: an argument, or a result, that does not fit its type is null (10.3.2.9.4)."""
    names = tuple(name for name, _ in parameters)

    def call(arguments: Sequence[Value]) -> Value:
        inner: dict[str, object] = dict(env)
        for (name, kind), value in zip(parameters, arguments, strict=True):
            fitting = conforming(value, kind, run)
            inner[name] = None if fitting is MISFIT else fitting
        run.enter(10)
        try:
            found = conforming(body(inner, run), result, run)
        finally:
            run.calls -= 1
        return None if found is MISFIT else found

    return Function(names, call)


@boxed("conditional")
def _conditional(boxes: Boxes, element: Element, scope: Names) -> Logic:
    condition, yes, no = (boxes.inside(child(element, name), scope) for name in ("if", "then", "else"))
    return lambda env, run: yes(env, run) if condition(env, run) is True else no(env, run)


def _each(name: str, domain: Logic, env: Env, run: Trial) -> Iterator[dict[str, object]] | None:
    elements = domain_elements(domain(env, run), run)
    if elements is None:
        return None
    return ({**env, name: one} for one in elements)


@boxed("for", "some", "every")
def _loop(boxes: Boxes, element: Element, scope: Names) -> Logic:
    name = one_blank(element.get("iteratorVariable") or "") or "item"
    domain = boxes.inside(child(element, "in"), scope)
    word = local(element)
    body = boxes.inside(child(element, "return" if word == "for" else "satisfies"), scope | {name, "partial"})
    if word == "for":
        return lambda env, run: _collected(_each(name, domain, env, run), body, run)
    return lambda env, run: _settled(_each(name, domain, env, run), body, run, word == "some")


def _collected(inner: Iterator[dict[str, object]] | None, body: Logic, run: Trial) -> Value:
    if inner is None:
        return None
    results: list[Value] = []
    for env in inner:
        results.append(body({**env, "partial": list(results)}, run))
        run.spend(len(results) // 4)
    return sized_list(results)


def _settled(inner: Iterator[dict[str, object]] | None, body: Logic, run: Trial, final: bool) -> Value:
    if inner is None:
        return None
    result: bool | None = not final
    for env in inner:
        value = body(env, run)
        if value is final:
            return final
        if value is not None and not isinstance(value, bool):
            return None
        result = result if value is (not final) else None
    return result


@boxed("filter")
def _filter(boxes: Boxes, element: Element, scope: Names) -> Logic:
    domain = boxes.inside(child(element, "in"), scope)
    match = boxes.inside(child(element, "match"), scope | {"item"})

    def select(env: Env, run: Trial) -> Value:
        found = []
        for one in domain_elements(domain(env, run), run) or []:
            inner = {**env, "item": one, **one} if isinstance(one, dict) else {**env, "item": one}
            fits = match(inner, run)
            if fits is not None and not isinstance(fits, bool):
                return None
            if fits:
                found.append(one)
        return found

    return select
