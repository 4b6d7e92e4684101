"""Paths, filters, contexts and loops: everything that goes into values or goes through them."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.errors import Text
from app.feel import nodes
from app.feel.civil import FarDate, day_number, from_day_number
from app.feel.compiler import Code, Compiler, compiles, local
from app.feel.limits import LIST, MAX_DEPTH, MAX_LIST, sized_list, too_deep, too_large
from app.feel.properties import PROPERTIES
from app.feel.run import CONTEXT, MISSING, Frame, Run, from_host, run_of
from app.feel.scope import Scope
from app.feel.values import Range, Value


def member(value: Value, name: str, run: Run) -> Value:
    """`value.name`: an entry of a context, a part of a date or duration, or that of each element of a list."""
    if value.__class__ is dict:
        return value.get(name)
    if value.__class__ is list:
        run.spend(len(value))
        return [member(one, name, run) for one in value]
    found = PROPERTIES.get((value.__class__, name))
    if found is not None:
        return found(value)
    if value is not None:
        run.warn(Text(f"没有名为「{name}」的属性,结果为空", f"no property {name!r} here, the result is null"))
    return None


@compiles(nodes.Path)
def _path(compiler: Compiler, node: nodes.Path, scope: Scope | None) -> Code:
    keys = [node.name]
    below = node.value
    while isinstance(below, nodes.Path):
        keys.insert(0, below.name)
        below = below.value
    if isinstance(below, nodes.Name):
        found = compiler.names.find(below.name, scope)
        if found.slot is None and not found.items:
            return _root_path(below.name, keys)
    value, name = compiler.code(node.value, scope), node.name

    def code(frame: Frame) -> Value:
        one = value(frame)
        return one.get(name) if one.__class__ is dict else member(one, name, run_of(frame))

    return code


@compiles(nodes.Descendants)
def _descendants(compiler: Compiler, node: nodes.Descendants, scope: Scope | None) -> Code:
    value, name = compiler.code(node.value, scope), node.name

    def code(frame: Frame) -> Value:
        found: list[Value] = []
        _descend(value(frame), name, run_of(frame), found, 0)
        return sized_list(found)

    return code


def _descend(value: Value, name: str, run: Run, found: list[Value], depth: int) -> None:
    """Collect what entries called `name` hold, but null, in the order they are written."""
    if depth > MAX_DEPTH:
        raise too_deep()
    run.spend(1)
    if isinstance(value, dict):
        for key, one in value.items():
            if key == name and one is not None:
                found.append(one)
            _descend(one, name, run, found, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _descend(one, name, run, found, depth + 1)


def _root_path(name: str, keys: list[str]) -> Code:
    """A path from a variable of the context goes through the host's own mappings and turns only its end around."""

    def code(frame: Frame) -> Value:
        value: Any = frame[CONTEXT].get(name, MISSING)
        if value is MISSING:
            run_of(frame).warn(
                Text(f"没有名为「{name}」的变量,按空值处理", f"there is no variable {name!r}, taken as null")
            )
            return None
        for place, key in enumerate(keys):
            if value.__class__ is not dict and not isinstance(value, Mapping):
                value = from_host(value, frame)
                for rest in keys[place:]:
                    value = member(value, rest, run_of(frame))
                return value
            value = value.get(key)
        return from_host(value, frame)

    return code


@compiles(nodes.Context)
def _context(compiler: Compiler, node: nodes.Context, scope: Scope | None) -> Code:
    inner = Scope(scope)
    entries: list[tuple[str, int, Code]] = []
    for key, value in node.entries:
        slot = compiler.names.slot()
        if isinstance(value, nodes.FunctionNode):
            inner.slots[key] = compiler.itself = slot  # a function in a context may call itself
        code = compiler.code(value, inner)
        inner.slots[key] = slot
        entries.append((key, slot, code))
    keys = [key for key, _, _ in entries]
    repeated = len(set(keys)) != len(keys)

    def make(frame: Frame) -> Value:
        if repeated:
            run_of(frame).warn(Text("context 的键重复,结果为空", "a context repeats a key, the result is null"))
            return None
        made: dict[str, Value] = {}
        for key, slot, code in entries:
            made[key] = frame[slot] = code(frame)
        return made

    return make


@compiles(nodes.Filter)
def _filter(compiler: Compiler, node: nodes.Filter, scope: Scope | None) -> Code:
    value = _filtered(compiler, node.value, scope)
    slot = compiler.names.slot()
    inner = Scope(scope, {"item": slot}, item=slot)
    condition, weight = compiler.weighed(node.condition, inner)
    fixed = compiler.constants.get(condition)
    if fixed.__class__ is Decimal:
        return lambda frame: element(as_list(value(frame)), fixed)

    def code(frame: Frame) -> Value:
        items = as_list(value(frame))
        run_of(frame).spend(len(items) * weight + 1)
        return _select(frame, items, slot, condition)

    return code


def _filtered(compiler: Compiler, node: nodes.Node, scope: Scope | None) -> Code:
    """What a filter works on. It does not keep it, so that `partial` need not be copied for it."""
    if isinstance(node, nodes.Name):
        found = compiler.names.find(node.name, scope)
        if found.slot in compiler.names.partials and not found.items:
            return local(found.slot)
    return compiler.code(node, scope)


def as_list(value: Value) -> list[Value]:
    """A list as it is, null as an empty one, anything else as a list of itself."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def element(items: list[Value], index: Decimal) -> Value:
    """The element at a place from 1, or from -1 backwards; null beyond the ends."""
    if index != index.to_integral_value() or not 1 <= abs(index) <= len(items):
        return None
    return items[int(index) - 1 if index > 0 else int(index)]


def _select(frame: Frame, items: list[Value], slot: int, condition: Code) -> Value:
    saved = frame[slot]
    selected = []
    try:
        for item in items or (None,):
            frame[slot] = item
            found = condition(frame)
            if found is True:
                selected.append(item)
            elif found.__class__ is Decimal:
                return element(items, found)
    finally:
        frame[slot] = saved
    return selected if items else []


def span(low: Value, high: Value, run: Run) -> list[Value] | None:
    """The whole numbers, or the days, from one end to the other, either way; null for anything else."""
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        if low != low.to_integral_value() or high != high.to_integral_value():
            return None
        return [Decimal(number) for number in _whole(int(low), int(high), run)]
    if isinstance(low, date | FarDate) and isinstance(high, date | FarDate):
        return [from_day_number(number) for number in _whole(day_number(low), day_number(high), run)]
    return None


def _whole(low: int, high: int, run: Run) -> range:
    size = abs(high - low) + 1
    if size > MAX_LIST:
        raise too_large(LIST)
    run.spend(size)
    return range(low, high + 1) if low <= high else range(low, high - 1, -1)


def _domain(compiler: Compiler, node: nodes.Iterator, scope: Scope | None) -> Code:
    """The elements that an iterator goes through, as a list, or null."""
    start = compiler.code(node.domain, scope)
    if node.end is not None:
        end = compiler.code(node.end, scope)
        return lambda frame: span(start(frame), end(frame), run_of(frame))

    return lambda frame: domain_elements(start(frame), run_of(frame))


def domain_elements(value: Value, run: Run) -> list[Value] | None:
    """What an iterator goes through: the elements of a list or range, a single value, nothing of null."""
    if value is None:
        return None
    if isinstance(value, Range):
        return _range_elements(value, run)
    items = as_list(value)
    run.spend(len(items) + 1)
    return items


def _range_elements(value: Range, run: Run) -> list[Value] | None:
    items = span(value.start, value.end, run)
    if items is None:
        return None
    if items and not value.start_included:
        items = items[1:]
    return items[:-1] if items and not value.end_included else items


class _Iterators:
    """The iterators of one loop, each within the scope of those before it."""

    def __init__(self, compiler: Compiler, iterators: list[nodes.Iterator], scope: Scope | None) -> None:
        self.scope = Scope(scope)
        self.levels: list[tuple[int, Code]] = []
        for one in iterators:
            domain = _domain(compiler, one, self.scope)
            self.scope = Scope(self.scope, {one.name: compiler.names.slot()})
            self.levels.append((self.scope.slots[one.name], domain))

    def each(self, frame: Frame, visit: Callable[[Frame], bool], level: int = 0) -> bool | None:
        """Call `visit(frame)` for each combination until it gives True; null if a domain is null."""
        slot, domain = self.levels[level]
        items = domain(frame)
        if items is None:
            return None
        last = level + 1 == len(self.levels)
        for item in items:
            frame[slot] = item
            done = visit(frame) if last else self.each(frame, visit, level + 1)
            if done is not False:
                return done
        return False


@compiles(nodes.For)
def _for(compiler: Compiler, node: nodes.For, scope: Scope | None) -> Code:
    slot = compiler.names.slot()
    compiler.names.partials.add(slot)
    iterators = _Iterators(compiler, node.iterators, scope)
    body, weight = compiler.weighed(node.body, Scope(iterators.scope, {"partial": slot}))

    def code(frame: Frame) -> Value:
        run = run_of(frame)
        results: list[Value] = []
        outer, frame[slot] = frame[slot], results

        def visit(frame: Frame) -> bool:
            run.spend(weight)
            results.append(body(frame))
            return False

        found = iterators.each(frame, visit)
        frame[slot] = outer
        return None if found is None else sized_list(results)

    return code


@compiles(nodes.Quantified)
def _quantified(compiler: Compiler, node: nodes.Quantified, scope: Scope | None) -> Code:
    iterators = _Iterators(compiler, node.iterators, scope)
    body, weight = compiler.weighed(node.body, iterators.scope)
    final = node.word == "some"  # the value that settles it

    def code(frame: Frame) -> Value:
        run = run_of(frame)
        result: list[bool | None] = [not final]

        def visit(frame: Frame) -> bool:
            run.spend(weight)
            value = body(frame)
            if value is final:
                result[0] = final
                return True
            if value is not (not final):
                result[0] = None
            return False

        return None if iterators.each(frame, visit) is None else result[0]

    return code
