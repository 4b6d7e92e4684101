"""The values of an input, cut where its tests change: within a piece every value fits the same tests.

A piece is stood for by one value, so that the tests themselves say which of them it fits.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cmp_to_key
from itertools import pairwise
from typing import Final

from app.feel import nodes
from app.feel.arithmetic import add
from app.feel.compiler import Compiler
from app.feel.errors import FeelError
from app.feel.expression import UnaryTests
from app.feel.operators import equal, order
from app.feel.run import MISSING
from app.feel.tests import INPUT
from app.feel.values import DateTime, DaysTimeDuration, Range, Time, Value, YearsMonthsDuration

OTHERS: Final = ("其他", "另外的", "别的", "不同的", "余下的")
_ANY: Final[dict[type, Value]] = {
    Decimal: Decimal(0),
    date: date(2026, 1, 1),
    Time: Time(12, 0, 0),
    DateTime: DateTime(date(2026, 1, 1), Time(12, 0, 0)),
    DaysTimeDuration: DaysTimeDuration(0),
    YearsMonthsDuration: YearsMonthsDuration(0),
}
_KNOWN: Final = (bool, str, *_ANY)
_EQUALITY: Final = ("=", "!=")
_OF_KIND: Final[dict[str, type]] = {
    "number": Decimal, "date": date, "time": Time, "date and time": DateTime, "boolean": bool, "string": str,
    "days and time duration": DaysTimeDuration, "years and months duration": YearsMonthsDuration,
}  # fmt: skip
_STEPS: Final[dict[type, Value]] = {
    Decimal: Decimal(1),
    Time: DaysTimeDuration(60_000_000_000),
    DateTime: DaysTimeDuration(60_000_000_000),
    DaysTimeDuration: DaysTimeDuration(60_000_000_000),
    YearsMonthsDuration: YearsMonthsDuration(1),
}


def constants(tests: UnaryTests) -> set[Value] | None:
    """The values at which the tests may change; None if they hold more than comparisons of the input with values."""
    found: set[Value] = set()
    return found if all(_gather(one, found) for one in _parts(tests)) else None


def _parts(tests: UnaryTests) -> Sequence[nodes.Node]:
    return tests.tree.tests if isinstance(tests.tree, nodes.UnaryTests) else (tests.tree,)


def _gather(node: nodes.Node, found: set[Value]) -> bool:
    """Collect the values that a test compares its input with; False if it does anything else."""
    match node:
        case nodes.Test():
            return _constant(node.right, found, node.operator not in _EQUALITY)
        case nodes.ListNode():
            return all(_constant(one, found) for one in node.items)
        case nodes.Logic():
            return all(_condition(one, found) for one in node.parts)
        case nodes.Comparison() | nodes.Between() | nodes.In():
            return _condition(node, found)
        case nodes.Call():
            return _condition(node, found) or _constant(node, found)
    return _constant(node, found)


def _condition(node: nodes.Node, found: set[Value]) -> bool:
    """The same for a condition on `?`."""
    match node:
        case nodes.Logic():
            return all(_condition(one, found) for one in node.parts)
        case nodes.Comparison():
            sides = (node.left, node.right) if _is_input(node.left) else (node.right, node.left)
            return _is_input(sides[0]) and _constant(sides[1], found, node.operator not in _EQUALITY)
        case nodes.Between():
            return _is_input(node.value) and _constant(node.low, found, True) and _constant(node.high, found, True)
        case nodes.In():
            return _is_input(node.value) and all(_gather(one, found) for one in node.tests)
        case nodes.Call():
            named = isinstance(node.function, nodes.Name) and node.function.name == "not"
            return named and len(node.arguments) == 1 and _condition(node.arguments[0], found)
    return False


def _is_input(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == INPUT


def _constant(node: nodes.Node, found: set[Value], ordered: bool = False) -> bool:
    """Collect a value that is the same every time; of a range its ends. Texts are not looked at in their order."""
    value = node.value if isinstance(node, nodes.Literal) else _folded(node)
    ends = [value]
    if isinstance(value, Range):
        ends = [one for one in (value.start, value.end) if one is not None]
        ordered = value.operator not in _EQUALITY
    if not all(one is None or one.__class__ in _KNOWN for one in ends):
        return False
    if ordered and any(isinstance(one, str) for one in ends):
        return False
    found.update(ends)
    return True


def _folded(node: nodes.Node) -> Value:
    """The value of a tree that reads nothing; MISSING if it reads anything."""
    compiler = Compiler(frozenset())
    try:
        return compiler.constants.get(compiler.code(node, None), MISSING)
    except FeelError:
        return MISSING


def pieces(kind: str, values: Iterable[Value], allowed: UnaryTests | None) -> list[Value] | None:
    """A value out of each piece that the values make of a type; `allowed` says which can occur.

    None where values have no order among them; empty where nothing is known that could be told apart.
    """
    given = set(values)
    found: list[Value] = []
    for cls in [_OF_KIND[kind]] if kind in _OF_KIND else _classes(given):
        some = _of_class(cls, [one for one in given if one.__class__ is cls])
        if some is None:
            return None
        found += some
    if None in given:
        found.append(None)
    return [one for one in found if allowed is None or one is None or allowed(one, {}) is True]


def _of_class(cls: type, values: list[Value]) -> list[Value] | None:
    if cls is bool:
        return [True, False]
    if cls is str:
        return _strings(set(values))
    if not values:
        return [_ANY[cls]]
    return _line(values) if all(order(one, values[0]) is not None for one in values) else None


def _classes(values: set[Value]) -> list[type]:
    return [cls for cls in _KNOWN if any(one.__class__ is cls for one in values)]


def _strings(values: set[str]) -> list[Value]:
    return [*sorted(values), next(one for one in (*OTHERS, "".join(OTHERS)) if one not in values)]


def _line(values: list[Value]) -> list[Value]:
    """The values in order, one between each two, one before and one behind them."""
    points = sorted(values, key=cmp_to_key(lambda one, two: order(one, two) or 0))
    found = [*_beside(points[0], -1), points[0]]
    for low, high in pairwise(points):
        middle = _between(low, high)
        found += [middle, high] if middle is not None else [high]
    return [*found, *_beside(points[-1], 1)]


def _beside(value: Value, side: int) -> list[Value]:
    if isinstance(value, date):
        try:
            return [value + timedelta(days=side)]
        except OverflowError:
            return []
    step = _STEPS[value.__class__]
    moved = add(value, step if side > 0 else _negative(step))
    fits = order(moved, value) == side  # a time goes round at midnight
    return [moved] if fits else []


def _negative(step: Value) -> Value:
    if isinstance(step, DaysTimeDuration):
        return DaysTimeDuration(-step.nanos)
    return YearsMonthsDuration(-step.months) if isinstance(step, YearsMonthsDuration) else -step


def _between(low: Value, high: Value) -> Value:
    """A value between two others; None if there is none."""
    if equal(low, high) is True:
        return None
    if isinstance(low, Decimal):
        whole = (low + 1).to_integral_value(rounding="ROUND_FLOOR")
        return whole if whole < high else (low + high) / 2
    if isinstance(low, date):
        return low + timedelta(days=1) if (high - low).days > 1 else None
    if isinstance(low, YearsMonthsDuration):
        return YearsMonthsDuration(low.months + 1) if high.months - low.months > 1 else None
    if isinstance(low, DaysTimeDuration):
        return DaysTimeDuration((low.nanos + high.nanos) // 2) if high.nanos - low.nanos > 1 else None
    gap = high.key()[1] - low.key()[1]
    return add(low, DaysTimeDuration(gap // 2)) if gap > 1 else None
