"""Tree to closures. Each kind of node has one rule; rules choose the narrowest closure that will do.

A closure takes the frame and gives the value. What can be known beforehand (literals, `date("…")`, ranges of
them) is computed once here.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

from app.errors import Text
from app.feel import nodes
from app.feel.arithmetic import ARITHMETIC, NO_SENSE, negate
from app.feel.builtins import BUILTINS
from app.feel.errors import FeelError
from app.feel.limits import MAX_DEPTH, too_deep
from app.feel.operators import COMPARISONS, both, equal, less_or_equal, unequal
from app.feel.run import CONTEXT, MISSING, READY, Frame, from_host, run_of
from app.feel.scope import Names, Scope
from app.feel.types import is_instance, resolved
from app.feel.values import Value

Code = Callable[[Frame], Value]
Check = Callable[[Frame, Value], bool | None]
N = TypeVar("N", bound=nodes.Node)
Rule = Callable[["Compiler", Any, Scope | None], Code]
_RULES: Final[dict[type, Rule]] = {}


def compiles(kind: type[N]) -> Callable[[Callable[["Compiler", N, Scope | None], Code]], Any]:
    """Declare the rule for a kind of node."""

    def declare(rule: Callable[["Compiler", N, Scope | None], Code]) -> Any:
        _RULES[kind] = rule
        return rule

    return declare


class Compiler:
    """Compiles one tree. `known` are the names the caller has promised, `types` what its own types mean."""

    def __init__(self, known: frozenset[str], types: Mapping[str, nodes.Type] | None = None) -> None:
        self.known = known
        self.types = types or {}
        self.names = Names()
        self.constants: dict[Code, Value] = {}
        self.checks: set[Check] = set()
        self.depth = 0
        self.nodes = 0  # compiled so far, heavy ones counted manifold
        self.itself: int | None = None  # the slot under which the function being compiled knows itself

    def code(self, node: nodes.Node, scope: Scope | None) -> Code:
        """The closure of a node. Raises FeelLimitError if it is nested too deeply."""
        self.depth += 1
        self.nodes += 1
        if self.depth > MAX_DEPTH:
            raise too_deep()
        try:
            return _RULES[node.__class__](self, node, scope)
        finally:
            self.depth -= 1

    def weighed(self, node: nodes.Node, scope: Scope | None) -> tuple[Code, int]:
        """The closure of what may run many times, and the steps that each time costs."""
        before = self.nodes
        code = self.code(node, scope)
        return code, 1 + (self.nodes - before) // 8

    def constant(self, value: Value) -> Code:
        """A closure that always gives `value`, which is immutable."""

        def code(_frame: Frame) -> Value:
            return value

        self.constants[code] = value
        return code

    def frameless(self, check: Check) -> Check:
        """Note that a test of one value needs no frame."""
        self.checks.add(check)
        return check

    def fold(self, code: Code, parts: Sequence[Code]) -> Code:
        """`code`, or its value if all its parts are constants."""
        if not all(part in self.constants for part in parts):
            return code
        try:
            value = code([{}, None, None])
        except FeelError:
            return code
        return self.constant(value) if value.__class__ in READY or value.__class__ is Decimal else code


@compiles(nodes.Literal)
def _literal(compiler: Compiler, node: nodes.Literal, _scope: Scope | None) -> Code:
    return compiler.constant(node.value)


@compiles(nodes.Name)
def _name(compiler: Compiler, node: nodes.Name, scope: Scope | None) -> Code:
    found = compiler.names.find(node.name, scope)
    if found.slot is None:
        code = root(node.name)
    else:
        code = _partial(found.slot) if found.slot in compiler.names.partials else local(found.slot)
    for item in reversed(found.items):
        code = _member(node.name, item, code)
    return code


def local(slot: int) -> Code:
    """A local variable."""
    return operator.itemgetter(slot)


def _partial(slot: int) -> Code:
    """The results of a loop so far: a copy, since the loop goes on adding to them."""

    def code(frame: Frame) -> Value:
        results = frame[slot]
        run_of(frame).spend(len(results) // 4 + 1)
        return list(results)

    return code


def _member(name: str, slot: int, outside: Code) -> Code:
    """A name in a filter: the element's own entry, else what the name means outside."""

    def code(frame: Frame) -> Value:
        item = frame[slot]
        if item.__class__ is dict and name in item:
            return item[name]
        return outside(frame)

    return code


def root(name: str) -> Code:
    """A variable of the context; failing that, the built-in function of that name."""

    def code(frame: Frame) -> Value:
        value = frame[CONTEXT].get(name, MISSING)
        if value.__class__ in READY:
            return value
        if value.__class__ is int and value.bit_length() < 112:
            return Decimal(value)
        return _unknown(name, frame) if value is MISSING else from_host(value, frame)

    return code


def _unknown(name: str, frame: Frame) -> Value:
    run = run_of(frame)
    if name in BUILTINS:
        return BUILTINS[name].value(run)
    run.warn(Text(f"没有名为「{name}」的变量,按空值处理", f"there is no variable {name!r}, taken as null"))
    return None


@compiles(nodes.Logic)
def _logic(compiler: Compiler, node: nodes.Logic, scope: Scope | None) -> Code:
    parts = [compiler.code(part, scope) for part in node.parts]
    final = node.word == "or"  # the value that settles it
    if len(parts) == 2:
        return _logic_of_two(parts[0], parts[1], final)

    def code(frame: Frame) -> Value:
        result: bool | None = not final
        for part in parts:
            value = part(frame)
            if value is final:
                return final
            if value is not (not final):
                result = None
        return result

    return code


def _logic_of_two(left: Code, right: Code, final: bool) -> Code:
    other = not final

    def code(frame: Frame) -> Value:
        one = left(frame)
        if one is final:
            return final
        two = right(frame)
        if two is final:
            return final
        return other if one is other and two is other else None

    return code


_NATIVE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@compiles(nodes.Comparison)
def _comparison(compiler: Compiler, node: nodes.Comparison, scope: Scope | None) -> Code:
    left, right = compiler.code(node.left, scope), compiler.code(node.right, scope)
    native, general = _NATIVE[node.operator], COMPARISONS[node.operator]
    known = compiler.constants.get(right, MISSING)
    if known.__class__ in (Decimal, str):
        return _with_constant(left, known, native, general)

    def code(frame: Frame) -> Value:
        one, two = left(frame), right(frame)
        if one.__class__ is Decimal and two.__class__ is Decimal:
            return native(one, two)
        result = deep(frame, general, one, two) if one.__class__ in HOLDERS else general(one, two)
        if result is None and one is not None and two is not None:
            run_of(frame).warn(NO_SENSE)
        return result

    return compiler.fold(code, (left, right))


HOLDERS: Final = frozenset((list, dict))


def deep(frame: Frame, compare: Callable[[Value, Value], bool | None], left: Value, right: Value) -> bool | None:
    """Compare what holds other values, on the budget of the run."""
    if compare is equal:
        return equal(left, right, run_of(frame).spend)
    if compare is unequal:
        found = equal(left, right, run_of(frame).spend)
        return None if found is None else not found
    return compare(left, right)


def _with_constant(left: Code, known: Value, native: Callable[[Any, Any], Any], general: Any) -> Code:
    cls = known.__class__

    def code(frame: Frame) -> Value:
        one = left(frame)
        if one.__class__ is cls:
            return native(one, known)
        result = general(one, known)
        if result is None and one is not None:
            run_of(frame).warn(NO_SENSE)
        return result

    return code


@compiles(nodes.Between)
def _between(compiler: Compiler, node: nodes.Between, scope: Scope | None) -> Code:
    value, low, high = (compiler.code(part, scope) for part in (node.value, node.low, node.high))

    def code(frame: Frame) -> Value:
        one = value(frame)
        return both(less_or_equal(low(frame), one), less_or_equal(one, high(frame)))

    return code


HEAVY: Final = {"**": 400, "/": 2, "+": 2}


@compiles(nodes.Arithmetic)
def _arithmetic(compiler: Compiler, node: nodes.Arithmetic, scope: Scope | None) -> Code:
    left, right = compiler.code(node.left, scope), compiler.code(node.right, scope)
    operation = ARITHMETIC[node.operator]
    compiler.nodes += HEAVY.get(node.operator, 0)

    def code(frame: Frame) -> Value:
        one, two = left(frame), right(frame)
        result = operation(one, two)
        if result is None and one is not None and two is not None:
            run_of(frame).warn(NO_SENSE)
        elif result.__class__ is str and len(result) > 256:
            run_of(frame).spend(len(result) // 32)
        return result

    return compiler.fold(code, (left, right))


@compiles(nodes.Negation)
def _negation(compiler: Compiler, node: nodes.Negation, scope: Scope | None) -> Code:
    value = compiler.code(node.value, scope)
    return compiler.fold(lambda frame: negate(value(frame)), (value,))


@compiles(nodes.If)
def _if(compiler: Compiler, node: nodes.If, scope: Scope | None) -> Code:
    condition, yes, no = (compiler.code(part, scope) for part in (node.condition, node.yes, node.no))
    return lambda frame: yes(frame) if condition(frame) is True else no(frame)


@compiles(nodes.InstanceOf)
def _instance_of(compiler: Compiler, node: nodes.InstanceOf, scope: Scope | None) -> Code:
    value, wanted = compiler.code(node.value, scope), resolved(node.type, compiler.types)
    return lambda frame: is_instance(value(frame), wanted, run_of(frame).spend)


@compiles(nodes.ListNode)
def _list(compiler: Compiler, node: nodes.ListNode, scope: Scope | None) -> Code:
    items = [compiler.code(item, scope) for item in node.items]
    return lambda frame: [item(frame) for item in items]
