"""Range functions (DMN 1.5, table 76): where two ranges, or a point and a range, lie to each other."""

from collections.abc import Callable

from app.feel.builtins.registry import builtin
from app.feel.operators import both, equal, in_range, order
from app.feel.values import Range, Value

Relation = Callable[[Value, Value], bool | None]


def either(left: bool | None, right: bool | None) -> bool | None:
    """`left or right` over three values."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def _less(left: Value, right: Value) -> bool | None:
    found = order(left, right)
    return None if found is None else found < 0


def _ends_before(one: Range, other: Range) -> bool | None:
    """Whether all of one lies before all of the other."""
    touching = equal(one.end, other.start)
    apart = not (one.end_included and other.start_included)
    return either(_less(one.end, other.start), both(touching, apart))


def _point_before(point: Value, found: Range) -> bool | None:
    return either(_less(point, found.start), both(equal(point, found.start), not found.start_included))


def _point_after(point: Value, found: Range) -> bool | None:
    return either(_less(found.end, point), both(equal(point, found.end), not found.end_included))


def _before(one: Value, other: Value) -> bool | None:
    if isinstance(one, Range):
        return _ends_before(one, other) if isinstance(other, Range) else _point_after(other, one)
    return _point_before(one, other) if isinstance(other, Range) else _less(one, other)


def _after(one: Value, other: Value) -> bool | None:
    return _before(other, one)


def _meets(one: Range, other: Range) -> bool | None:
    return both(one.end_included and other.start_included, equal(one.end, other.start))


def _starts_first(one: Range, other: Range) -> bool | None:
    """Whether one has an element before all of the other's."""
    earlier = one.start_included and not other.start_included
    return either(_less(one.start, other.start), both(equal(one.start, other.start), earlier))


def _ends_last(one: Range, other: Range) -> bool | None:
    later = one.end_included and not other.end_included
    return either(_less(other.end, one.end), both(equal(one.end, other.end), later))


def _overlaps(one: Range, other: Range) -> bool | None:
    apart = either(_ends_before(one, other), _ends_before(other, one))
    return None if apart is None else not apart


def _no(found: bool | None) -> bool | None:
    return None if found is None else not found


def _overlaps_before(one: Range, other: Range) -> bool | None:
    reaches = both(_overlaps(one, other), _starts_first(one, other))
    return both(reaches, _no(_ends_last(one, other)))


def _same_end(one: Range, other: Range) -> bool | None:
    return both(equal(one.end, other.end), one.end_included == other.end_included)


def _same_start(one: Range, other: Range) -> bool | None:
    return both(equal(one.start, other.start), one.start_included == other.start_included)


def _includes(one: Value, other: Value) -> bool | None:
    if not isinstance(one, Range):
        return None
    if isinstance(other, Range):
        return _no(either(_starts_first(other, one), _ends_last(other, one)))
    return in_range(other, one)


def _finishes(one: Value, other: Value) -> bool | None:
    if not isinstance(other, Range):
        return None
    if isinstance(one, Range):
        return both(_same_end(one, other), _no(_starts_first(one, other)))
    return both(other.end_included, equal(one, other.end))


def _starts(one: Value, other: Value) -> bool | None:
    if not isinstance(other, Range):
        return None
    if isinstance(one, Range):
        return both(_same_start(one, other), _no(_ends_last(one, other)))
    return both(other.start_included, equal(one, other.start))


def _coincides(one: Value, other: Value) -> bool | None:
    if isinstance(one, Range) and isinstance(other, Range):
        return both(_same_start(one, other), _same_end(one, other))
    return None if isinstance(one, Range) or isinstance(other, Range) else equal(one, other)


def _of_ranges(relation: Callable[[Range, Range], bool | None]) -> Relation:
    def checked(one: Value, other: Value) -> bool | None:
        return relation(one, other) if isinstance(one, Range) and isinstance(other, Range) else None

    return checked


def _swapped(relation: Relation) -> Relation:
    return lambda one, other: relation(other, one)


_RELATIONS: dict[str, tuple[str, str, Relation]] = {
    "before": ("point1", "point2", _before),
    "after": ("point1", "point2", _after),
    "meets": ("range1", "range2", _of_ranges(_meets)),
    "met by": ("range1", "range2", _swapped(_of_ranges(_meets))),
    "overlaps": ("range1", "range2", _of_ranges(_overlaps)),
    "overlaps before": ("range1", "range2", _of_ranges(_overlaps_before)),
    "overlaps after": ("range1", "range2", _swapped(_of_ranges(_overlaps_before))),
    "finishes": ("point", "range", _finishes),
    "finished by": ("range", "point", _swapped(_finishes)),
    "includes": ("range", "point", _includes),
    "during": ("point", "range", _swapped(_includes)),
    "starts": ("point", "range", _starts),
    "started by": ("range", "point", _swapped(_starts)),
    "coincides": ("point1", "point2", _coincides),
}
_OTHER_NAMES: dict[str, tuple[tuple[str, str], ...]] = {
    "before": (("point", "range"), ("range", "point"), ("range1", "range2")),
    "after": (("point", "range"), ("range", "point"), ("range1", "range2")),
    "finishes": (("range1", "range2"),),
    "finished by": (("range1", "range2"),),
    "includes": (("range1", "range2"),),
    "during": (("range1", "range2"),),
    "starts": (("range1", "range2"),),
    "started by": (("range1", "range2"),),
    "coincides": (("range1", "range2"),),
}
for _name, (_one, _other, _relation) in _RELATIONS.items():
    for _first, _second in ((_one, _other), *_OTHER_NAMES.get(_name, ())):
        builtin(f"{_name}({_first}: value, {_second}: value)")(_relation)
