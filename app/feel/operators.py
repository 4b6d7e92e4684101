"""Equality, order and kinds of values (DMN 1.5, tables 51–54): what cannot be compared is null."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from app.feel.civil import FarDate
from app.feel.limits import MAX_DEPTH, MAX_STEPS, too_deep, too_many_steps
from app.feel.values import (
    DateTime,
    DaysTimeDuration,
    Function,
    Range,
    Time,
    Value,
    YearsMonthsDuration,
    midnight,
)

KINDS: Final[dict[type, str]] = {
    type(None): "null",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    FarDate: "date",
    Time: "time",
    DateTime: "date and time",
    DaysTimeDuration: "days and time duration",
    YearsMonthsDuration: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}
"""The FEEL kind of each class that a value can have."""

Spend = Callable[[int], None]
_DATES: Final = (date, FarDate)
_PLAIN: Final = frozenset((Decimal, str, bool, date, FarDate, DaysTimeDuration, YearsMonthsDuration))


def kind(value: Value) -> str:
    """The FEEL kind of a value, such as `number`."""
    return KINDS[value.__class__]


def equal(left: Value, right: Value, spend: Spend | None = None) -> bool | None:
    """`left = right`: null where the kinds differ, except that nothing but null equals null, and a date is a moment.

    `spend` takes the steps that comparing lists and contexts costs.
    """
    cls = left.__class__
    if cls is right.__class__:
        if cls in _PLAIN:
            return bool(left == right)
        search = _Deep()
        found = search.equal(left, right, 0)
        if spend is not None:
            spend((MAX_STEPS - search.left) // 2)
        return found
    if left is None or right is None:
        return False
    return _of_other_classes(left, right)


def _of_other_classes(left: Value, right: Value) -> bool | None:
    """Equality of a date and a far date, or of a date and a date and time; null for other kinds."""
    moments = _as_moments(left, right)
    if moments is not None:
        return moments[0].key() == moments[1].key()
    return False if kind(left) == kind(right) else None


def _as_moments(left: Value, right: Value) -> tuple[DateTime, DateTime] | None:
    """A date and a date and time as two moments, the date as midnight of Greenwich (10.3.2.3.6); else None."""
    if left.__class__ is DateTime and right.__class__ in _DATES:
        return left, midnight(right)
    if right.__class__ is DateTime and left.__class__ in _DATES:
        return midnight(left), right
    return None


class _Deep:
    """Equality of things that hold things, within a budget: shared parts could make it exponential."""

    def __init__(self) -> None:
        self.left = MAX_STEPS

    def equal(self, left: Value, right: Value, depth: int) -> bool | None:
        self.left -= 1
        if self.left < 0:
            raise too_many_steps()
        if depth > MAX_DEPTH:
            raise too_deep()
        if left is None or right is None:
            return left is right
        if left.__class__ is not right.__class__:
            return _of_other_classes(left, right)
        if isinstance(left, list):
            return len(left) == len(right) and all(
                self.equal(one, other, depth + 1) is True for one, other in zip(left, right, strict=True)
            )
        if isinstance(left, dict):
            return left.keys() == right.keys() and all(
                self.equal(one, right[key], depth + 1) is True for key, one in left.items()
            )
        if isinstance(left, Range):
            return self.ranges(left, right, depth)
        return bool(left == right)

    def ranges(self, left: Range, right: Range, depth: int) -> bool:
        same_brackets = (left.start_included, left.end_included, left.operator == "!=") == (
            right.start_included,
            right.end_included,
            right.operator == "!=",
        )
        return (
            same_brackets
            and self.equal(left.start, right.start, depth + 1) is True
            and self.equal(left.end, right.end, depth + 1) is True
        )


_ORDERED: Final = frozenset((Decimal, str, date, FarDate, DaysTimeDuration, YearsMonthsDuration))


def order(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; null where there is no order between the two."""
    cls = left.__class__
    if cls is right.__class__ and cls in _ORDERED:
        return -1 if left < right else 1 if left > right else 0
    if cls is right.__class__ and (cls is Time or cls is DateTime):
        (zone, one), (other_zone, other) = left.key(), right.key()
        return (one > other) - (one < other) if zone == other_zone else None
    moments = _as_moments(left, right)
    if moments is not None:
        return order(*moments)
    if {cls, right.__class__} == {date, FarDate}:
        return -1 if (left.year, left.month, left.day) < (right.year, right.month, right.day) else 1
    return None


def less(left: Value, right: Value) -> bool | None:
    """`left < right`."""
    found = order(left, right)
    return None if found is None else found < 0


def less_or_equal(left: Value, right: Value) -> bool | None:
    """`left <= right`."""
    found = order(left, right)
    return None if found is None else found <= 0


def greater(left: Value, right: Value) -> bool | None:
    """`left > right`."""
    found = order(left, right)
    return None if found is None else found > 0


def greater_or_equal(left: Value, right: Value) -> bool | None:
    """`left >= right`."""
    found = order(left, right)
    return None if found is None else found >= 0


def unequal(left: Value, right: Value) -> bool | None:
    """`left != right`."""
    found = equal(left, right)
    return None if found is None else not found


COMPARISONS: Final[dict[str, Callable[[Value, Value], bool | None]]] = {
    "=": equal,
    "!=": unequal,
    "<": less,
    "<=": less_or_equal,
    ">": greater,
    ">=": greater_or_equal,
}


def both(left: bool | None, right: bool | None) -> bool | None:
    """`left and right` over three values."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def in_range(value: Value, found: Range) -> bool | None:
    """Whether a range contains a value; null where they cannot be compared."""
    if found.operator == "!=":
        return unequal(value, found.start)
    if value is None:
        return None
    low: bool | None = True
    high: bool | None = True
    if found.start is not None:
        low = (less_or_equal if found.start_included else less)(found.start, value)
    if found.end is not None:
        high = (less_or_equal if found.end_included else less)(value, found.end)
    return both(low, high)


def fits(value: Value, test: Value, spend: Spend | None = None) -> bool | None:
    """`value in test`, where the test is a value: a range or list contains it, or it equals it."""
    if isinstance(test, Range):
        return equal(value, test, spend) if isinstance(value, Range) else in_range(value, test)
    if isinstance(test, list):
        return in_list(value, test, spend)
    return equal(value, test, spend)


def in_list(value: Value, items: list[Value], spend: Spend | None = None) -> bool | None:
    """Whether an element equals or contains the value, or the whole list equals it."""
    if len(items) > MAX_STEPS:
        raise too_many_steps()
    for one in items:
        if (fits(value, one, spend) if isinstance(one, Range) else equal(value, one, spend)) is True:
            return True
    if isinstance(value, list):
        return equal(value, items, spend)
    return False
