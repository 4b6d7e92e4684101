"""What operators, properties and built-in functions make of each kind: asked of themselves, so that it cannot differ.

An operator is tried on one value of every kind; a built-in says by its annotations what it returns.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from app.feel.arithmetic import ARITHMETIC, negate
from app.feel.builtins import BUILTINS
from app.feel.builtins.registry import TYPES, Overload, Parameter
from app.feel.errors import FeelError
from app.feel.infer.shapes import ANY, NUMBER, Shape, all_of, items, join, list_of, of
from app.feel.operators import KINDS, equal, kind, order
from app.feel.properties import PROPERTIES
from app.feel.values import DAY, DateTime, DaysTimeDuration, Function, Range, Time, Value, YearsMonthsDuration

_DAY: Final = date(2026, 3, 2)
_HOUR: Final = Time(9, 0, 0, 0, UTC)
SAMPLES: Final[Mapping[str, Value]] = {
    "number": Decimal(2),
    "string": "a",
    "boolean": True,
    "date": _DAY,
    "time": _HOUR,
    "date and time": DateTime(_DAY, _HOUR),
    "days and time duration": DaysTimeDuration(DAY),
    "years and months duration": YearsMonthsDuration(1),
    "list": [Decimal(2)],
    "context": {},
    "range": Range(Decimal(1), Decimal(2)),
    "function": Function((), lambda _arguments: None),
}
"""One value of each kind."""

Pairs = Mapping[tuple[str, str], str]


def _tried(operation: Callable[[Value, Value], Value]) -> Pairs:
    found = {}
    for left, one in SAMPLES.items():
        for right, other in SAMPLES.items():
            try:
                result = operation(one, other)
            except FeelError:
                continue
            if result is not None:
                found[left, right] = "" if isinstance(result, int) else kind(result)
    return found


@cache
def arithmetic(sign: str) -> Pairs:
    """The kind that `+`, `-`, `*`, `/` or `**` gives for each pair of kinds that it can work on."""
    return _tried(ARITHMETIC[sign])


@cache
def comparable(sign: str) -> Pairs:
    """The pairs of kinds that `=` and `!=`, or else `<` and its like, can compare."""
    return _tried(equal if sign in ("=", "!=") else order)


@cache
def negatable() -> frozenset[str]:
    """The kinds that have a negative."""
    return frozenset(name for name, one in SAMPLES.items() if negate(one) is not None)


@cache
def properties(name: str) -> Mapping[str, Shape]:
    """The kinds that have a property of that name, and what it is."""
    found: dict[str, Shape] = {}
    for (cls, part), get in PROPERTIES.items():
        if part == name and KINDS[cls] not in found:
            result = get(SAMPLES[KINDS[cls]])
            found[KINDS[cls]] = ANY if result is None or KINDS[cls] == "range" else of(kind(result))
    return found


@cache
def property_names(of_kind: str) -> tuple[str, ...]:
    """The properties that values of a kind have."""
    return tuple(name for cls, name in PROPERTIES if KINDS[cls] == of_kind)


_FITTING: Final[Mapping[str, tuple[str, ...]]] = {
    "day": ("date", "date and time"),
    "days duration": ("days and time duration",),
    "months duration": ("years and months duration",),
}
_NAMES: Final = {id(coerce): name for name, (_, coerce) in TYPES.items()}


def wanted(parameter: Parameter) -> tuple[str, ...]:
    """The kinds that a parameter takes; empty where it takes anything."""
    name = "boolean" if parameter.name == "negand" else _NAMES[id(parameter.coerce)]
    if name in ("any", "elements", "value", "list"):
        return ()
    return _FITTING.get(name, (name,))


_OF_ELEMENTS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("product", "median", "stddev", "mode"), frozenset(("number",))),
    **dict.fromkeys(("sum", "mean"), frozenset(("number", "days and time duration", "years and months duration"))),
    **dict.fromkeys(("all", "any", "and", "or"), frozenset(("boolean",))),
}


def wanted_elements(name: str) -> frozenset[str]:
    """The kinds whose elements a function over lists works on; empty where it takes anything."""
    return _OF_ELEMENTS.get(name, frozenset())


def _first(shapes: Sequence[Shape]) -> Shape:
    return list_of(items(shapes[0])) if shapes else ANY


def _with_last(shapes: Sequence[Shape]) -> Shape:
    return list_of(join(items(shapes[0]), shapes[-1])) if len(shapes) > 1 else ANY


def _within(shapes: Sequence[Shape]) -> Shape:
    return all_of(items(one) for one in shapes)


_RESULTS: Final[Mapping[str, Callable[[Sequence[Shape]], Shape]]] = {
    **dict.fromkeys(("sublist", "remove", "reverse", "sort", "distinct values", "duplicate values"), _first),
    **dict.fromkeys(("append", "insert before", "list replace"), _with_last),
    **dict.fromkeys(("concatenate", "union"), lambda shapes: list_of(_within(shapes))),
    **dict.fromkeys(("min", "max", "sum", "mean"), _within),
    **dict.fromkeys(("product", "median", "stddev"), lambda _: NUMBER),
    "date": lambda _: of("date"),
    "time": lambda _: of("time"),
    "date and time": lambda _: of("date and time"),
    "duration": lambda _: of("days and time duration", "years and months duration"),
    "mode": lambda _: list_of(NUMBER),
    "index of": lambda _: list_of(NUMBER),
}


def result(name: str, overloads: Sequence[Overload], arguments: Sequence[Shape]) -> Shape:
    """What a built-in gives for arguments of these shapes."""
    special = _RESULTS.get(name)
    if special is not None:
        return special(arguments)
    return all_of(_returned(one.function) for one in overloads or BUILTINS[name].overloads)


@cache
def _returned(function: Callable[..., Value]) -> Shape:
    return _annotated(get_type_hints(function).get("return", Any))


def _annotated(hint: Any) -> Shape:
    if get_origin(hint) in (Union, UnionType):
        return all_of(_annotated(one) for one in get_args(hint))
    cls = get_origin(hint) or hint
    if cls is type(None):
        return Shape(frozenset())
    return of(KINDS[cls]) if cls in KINDS else ANY
