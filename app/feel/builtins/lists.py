"""List functions, boolean functions and sort (DMN 1.5, tables 66, 68 and 72)."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cmp_to_key, reduce

from app.feel.arithmetic import add, divide, multiply, subtract
from app.feel.builtins.registry import builtin
from app.feel.limits import MAX_DEPTH, NUMBERS, sized_list, too_deep
from app.feel.operators import equal, kind, order
from app.feel.run import Run
from app.feel.values import DaysTimeDuration, Function, Value, YearsMonthsDuration

Items = list[Value]


@builtin("not(negand: any)")
def negation(value: Value) -> bool | None:
    return not value if isinstance(value, bool) else None


@builtin("list contains(list: list, element: any)", run=True)
def list_contains(run: Run, items: Items, element: Value) -> bool:
    run.spend(len(items))
    return any(equal(one, element, run.spend) is True for one in items)


@builtin("count(list: list)")
def count(items: Items) -> Decimal:
    return Decimal(len(items))


def _extreme(items: Items, wanted: int) -> Value:
    best: Value = None
    for place, one in enumerate(items):
        if one is None:
            return None
        if place == 0:
            best = one
        found = order(one, best)
        if found is None:
            return None
        if found == wanted:
            best = one
    return best


@builtin("min(list...: elements)")
def minimum(items: Items) -> Value:
    return _extreme(items, -1)


@builtin("max(list...: elements)")
def maximum(items: Items) -> Value:
    return _extreme(items, 1)


def _numbers(items: Items) -> bool:
    return bool(items) and all(one.__class__ is Decimal for one in items)


def _alike(items: Items) -> bool:
    """Numbers, or durations of one kind."""
    first = items[0].__class__ if items else None
    return first in (Decimal, DaysTimeDuration, YearsMonthsDuration) and all(one.__class__ is first for one in items)


@builtin("sum(list...: elements)")
def total(items: Items) -> Value:
    return reduce(add, items) if _alike(items) else None


@builtin("mean(list...: elements)")
def mean(items: Items) -> Value:
    return divide(reduce(add, items), Decimal(len(items))) if _alike(items) else None


@builtin("product(list...: elements)")
def product(items: Items) -> Value:
    return reduce(multiply, items) if _numbers(items) else None


@builtin("median(list...: elements)")
def median(items: Items) -> Value:
    if not _numbers(items):
        return None
    ordered = sorted(items)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return divide(add(ordered[middle - 1], ordered[middle]), Decimal(2))


@builtin("stddev(list...: elements)")
def stddev(items: Items) -> Value:
    """The standard deviation of a sample."""
    if not _numbers(items) or len(items) < 2:
        return None
    middle = mean(items)
    squares = [multiply(apart, apart) for apart in (subtract(one, middle) for one in items)]
    return NUMBERS.sqrt(divide(reduce(add, squares), Decimal(len(items) - 1)))


@builtin("mode(list...: elements)")
def mode(items: Items) -> Items | None:
    if not items:
        return []
    if not _numbers(items):
        return None
    counts: dict[Decimal, int] = {}
    for one in items:
        counts[one] = counts.get(one, 0) + 1
    most = max(counts.values())
    return sorted(one for one, times in counts.items() if times == most)


def _settled(items: Items, final: bool) -> bool | None:
    result: bool | None = not final
    for one in items:
        if one is final:
            return one is True
        result = result if one is (not final) else None
    return result


@builtin("all(list...: elements)")
def all_true(items: Items) -> bool | None:
    return _settled(items, False)


@builtin("any(list...: elements)")
def any_true(items: Items) -> bool | None:
    return _settled(items, True)


@builtin("and(list...: elements)")
def conjunction(items: Items) -> bool | None:
    return _settled(items, False)


@builtin("or(list...: elements)")
def disjunction(items: Items) -> bool | None:
    return _settled(items, True)


def _place(position: Decimal, size: int) -> int | None:
    """The index from 0 of a place from 1 or from -1 backwards; null beyond the ends."""
    whole = int(position)
    if whole != position or not 1 <= abs(whole) <= size:
        return None
    return whole - 1 if whole > 0 else size + whole


@builtin("sublist(list: list, start position: number, length?: number)")
def sublist(items: Items, start: Decimal, length: Decimal | None = None) -> Items | None:
    place = _place(start, len(items))
    if place is None or (length is not None and length < 1):
        return None
    if length is None:
        return items[place:]
    return items[place : place + int(length)] if place + int(length) <= len(items) else None


@builtin("append(list: list, item...: any)")
def append(items: Items, more: Items) -> Items:
    return sized_list([*items, *more])


@builtin("concatenate(list...: any)", run=True)
def concatenate(run: Run, lists: Items) -> Items | None:
    joined: Items = []
    for one in lists:
        if one is None:
            return None
        joined.extend(one if isinstance(one, list) else [one])
        run.spend(len(joined) // 4 + 1)
        sized_list(joined)
    return joined


@builtin("insert before(list: list, position: number, newItem: any)")
def insert_before(items: Items, position: Decimal, new: Value) -> Items | None:
    place = _place(position, len(items))
    if place is None:
        return None
    return sized_list([*items[:place], new, *items[place:]])


@builtin("remove(list: list, position: number)")
def remove(items: Items, position: Decimal) -> Items | None:
    place = _place(position, len(items))
    return None if place is None else [*items[:place], *items[place + 1 :]]


@builtin("list replace(list: list, position: number, newItem: any)")
def replace_at(items: Items, position: Decimal, new: Value) -> Items | None:
    place = _place(position, len(items))
    return None if place is None else [*items[:place], new, *items[place + 1 :]]


@builtin("list replace(list: list, match: function, newItem: any)", run=True)
def replace_matching(run: Run, items: Items, match: Function, new: Value) -> Items | None:
    replaced: Items = []
    for one in items:
        found = match.call((one, new))
        if not isinstance(found, bool):
            return None
        replaced.append(new if found else one)
    run.spend(len(items))
    return replaced


@builtin("reverse(list: list)")
def reverse(items: Items) -> Items:
    return items[::-1]


@builtin("index of(list: list, match: any)", run=True)
def index_of(run: Run, items: Items, match: Value) -> Items:
    run.spend(len(items))
    return [Decimal(place) for place, one in enumerate(items, 1) if equal(one, match, run.spend) is True]


def distinct(run: Run, items: Sequence[Value]) -> Items:
    """The elements without those that equal an earlier one; at most linear for plain values."""
    seen: set[tuple[str, Value]] = set()
    held: Items = []
    found: Items = []
    for one in items:
        if isinstance(one, list | dict) or kind(one) in ("range", "function"):
            run.spend(len(held) + 1)
            if any(equal(one, other, run.spend) is True for other in held):
                continue
            held.append(one)
        elif (key := (kind(one), one)) in seen:
            continue
        else:
            seen.add(key)
        found.append(one)
    return found


@builtin("distinct values(list: list)", run=True)
def distinct_values(run: Run, items: Items) -> Items:
    return distinct(run, items)


@builtin("duplicate values(list: list)", run=True)
def duplicate_values(run: Run, items: Items) -> Items:
    once = distinct(run, items)
    run.spend(len(once) * len(items))
    return [one for one in once if sum(equal(one, other, run.spend) is True for other in items) > 1]


@builtin("union(list...: any)", run=True)
def union(run: Run, lists: Items) -> Items | None:
    joined = concatenate(run, lists)
    return None if joined is None else distinct(run, joined)


@builtin("flatten(list: list)", run=True)
def flatten(run: Run, items: Items) -> Items:
    flat: Items = []
    _flatten(run, items, flat, 0)
    return flat


def _flatten(run: Run, items: Items, flat: Items, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise too_deep()
    run.spend(len(items) + 1)
    for one in items:
        if isinstance(one, list):
            _flatten(run, one, flat, depth + 1)
        else:
            flat.append(one)
    sized_list(flat)


@builtin("is empty(list: list)")
def is_empty(items: Items) -> bool:
    return not items


@builtin("partition(list: list, size: number)")
def partition(items: Items, size: Decimal) -> Items | None:
    step = int(size)
    return [items[at : at + step] for at in range(0, len(items), step)] if step >= 1 else None


@builtin("sort(list: list, precedes?: function)", run=True)
def sort(run: Run, items: Items, precedes: Function | None = None) -> Items | None:
    """Sorted so that no element precedes the one before it; without a function, by `<`."""
    run.spend(len(items) * max(len(items).bit_length(), 1))
    failed: list[bool] = []
    before = _by_order if precedes is None else _by_function(precedes)

    def compare(one: Value, other: Value) -> int:
        first = before(one, other)
        if first is None:
            failed.append(True)
            return 0
        if first:
            return -1
        return 1 if before(other, one) is True else 0

    ordered = sorted(items, key=cmp_to_key(compare))
    return None if failed else ordered


def _by_order(one: Value, other: Value) -> bool | None:
    found = order(one, other)
    return None if found is None else found < 0


def _by_function(precedes: Function) -> Callable[[Value, Value], bool | None]:
    def before(one: Value, other: Value) -> bool | None:
        found = precedes.call((one, other))
        return found if isinstance(found, bool) else None

    return before
