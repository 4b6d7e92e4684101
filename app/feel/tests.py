"""Tests of one value: the cells of decision tables and the right side of `in` (DMN 1.5, 7.3.3, 10.3.2.8)."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from app.errors import Text
from app.feel import nodes
from app.feel.compiler import HOLDERS, Check, Code, Compiler, compiles
from app.feel.operators import COMPARISONS, equal, fits, in_range, order
from app.feel.run import MISSING, Frame, run_of
from app.feel.scope import Scope
from app.feel.values import Range, Value

INPUT: Final = "?"
BAD_ENDS: Final = Text("区间两端无法比较,结果为空", "the ends of the range have no order, the result is null")
_NATIVE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


def reads_input(node: nodes.Node) -> bool:
    """Whether `?` stands anywhere in a tree."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, nodes.Name) and one.name == INPUT:
            return True
        waiting.extend(nodes.children(one))
    return False


def check(compiler: Compiler, node: nodes.Node, scope: Scope | None, *, cell: bool) -> Check:
    """The test that a node makes of a value. In a `cell`, a condition that holds is a test that fits."""
    if isinstance(node, nodes.Test):
        return _compare(compiler, node, scope)
    code = compiler.code(node, scope)
    known = compiler.constants.get(code, MISSING)
    if known is not MISSING:
        return compiler.frameless(_constant(known))
    if cell and reads_input(node):
        return lambda frame, _value: code(frame) is True

    def cell_check(frame: Frame, value: Value) -> bool | None:
        test = code(frame)
        if test.__class__ is list:
            run_of(frame).spend(len(test) // 4 + 1)
        if cell and test is True and value.__class__ is not bool:
            return True
        return fits(value, test, run_of(frame).spend if test.__class__ in HOLDERS else None)

    return cell_check


def _compare(compiler: Compiler, node: nodes.Test, scope: Scope | None) -> Check:
    right = compiler.code(node.right, scope)
    compare, native = COMPARISONS[node.operator], _NATIVE[node.operator]
    known = compiler.constants.get(right, MISSING)
    if known is not MISSING and known.__class__ is not Decimal:
        return compiler.frameless(lambda _frame, value: compare(value, known))
    if known is MISSING:
        return lambda frame, value: compare(value, right(frame))

    def numbers(_frame: Frame, value: Value) -> bool | None:
        if value.__class__ is Decimal:
            return bool(native(value, known))
        return compare(value, known)

    return compiler.frameless(numbers)


def _constant(known: Value) -> Check:
    if isinstance(known, Range):
        if known.start.__class__ is Decimal and known.end.__class__ is Decimal:
            return _between_numbers(known)
        return lambda _frame, value: in_range(value, known)
    if known.__class__ in (str, Decimal):
        cls = known.__class__
        return lambda _frame, value: value == known if value.__class__ is cls else equal(value, known)
    return lambda _frame, value: equal(value, known)


def _between_numbers(known: Range) -> Check:
    low, high = known.start, known.end
    above = operator.le if known.start_included else operator.lt
    below = operator.le if known.end_included else operator.lt

    def inside(_frame: Frame, value: Value) -> bool | None:
        if value.__class__ is Decimal:
            return bool(above(low, value) and below(value, high))
        return in_range(value, known)

    return inside


def any_of(checks: list[Check]) -> Check:
    """`or` over tests."""
    if len(checks) == 1:
        return checks[0]

    def some(frame: Frame, value: Value) -> bool | None:
        result: bool | None = False
        for one in checks:
            found = one(frame, value)
            if found is True:
                return True
            if found is None:
                result = None
        return result

    return some


def cell(compiler: Compiler, node: nodes.UnaryTests, scope: Scope | None) -> Check | None:
    """The test of a decision table's cell; None fits everything."""
    if not node.tests:
        return None
    checks = [check(compiler, one, scope, cell=True) for one in node.tests]
    frameless = compiler.checks.issuperset(checks)
    found = any_of(checks)
    if not node.negated:
        return compiler.frameless(found) if frameless else found

    def none_of(frame: Frame, value: Value) -> bool | None:
        result = found(frame, value)
        return None if result is None else not result

    return compiler.frameless(none_of) if frameless else none_of


@compiles(nodes.In)
def _in(compiler: Compiler, node: nodes.In, scope: Scope | None) -> Code:
    value = compiler.code(node.value, scope)
    if not any(reads_input(one) for one in node.tests):
        found = any_of([check(compiler, one, scope, cell=False) for one in node.tests])
        return lambda frame: found(frame, value(frame))
    slot = compiler.names.slot()
    inner = Scope(scope, {INPUT: slot})
    of_input = any_of([check(compiler, one, inner, cell=True) for one in node.tests])

    def code(frame: Frame) -> Value:
        one = frame[slot] = value(frame)
        return of_input(frame, one)

    return code


@compiles(nodes.Test)
def _test(compiler: Compiler, node: nodes.Test, scope: Scope | None) -> Code:
    """`(< 5)` as a value is the range of what it fits."""
    right = compiler.code(node.right, scope)
    sign = node.operator

    def code(frame: Frame) -> Value:
        end = right(frame)
        if end is None:
            return None
        if sign in ("=", "!="):
            return Range(end, end, operator=sign)
        if sign in ("<", "<="):
            return Range(None, end, False, sign == "<=", sign)
        return Range(end, None, sign == ">=", False, sign)

    return compiler.fold(code, (right,))


def make_range(frame: Frame, low: Value, high: Value, low_included: bool, high_included: bool) -> Range | None:
    """The range between two values, or null if there is no order between them."""
    if low is None or high is None or order(low, high) is None:
        run_of(frame).warn(BAD_ENDS)
        return None
    return Range(low, high, low_included, high_included)


@compiles(nodes.RangeNode)
def _range(compiler: Compiler, node: nodes.RangeNode, scope: Scope | None) -> Code:
    low, high = compiler.code(node.low, scope), compiler.code(node.high, scope)

    def code(frame: Frame) -> Value:
        return make_range(frame, low(frame), high(frame), node.low_included, node.high_included)

    return compiler.fold(code, (low, high))
