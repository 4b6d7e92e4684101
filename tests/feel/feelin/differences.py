"""Where feelin differs from the standard, and when: the rows of a table in docs/feel.md, each with its condition."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.feel import DateTime, DaysTimeDuration, Range, Time, YearsMonthsDuration
from tests.feel.feelin.engine import Odd

DURATIONS: Final = (DaysTimeDuration, YearsMonthsDuration)
ORDER: Final = frozenset(("<", "<=", ">", ">="))
EQUALITY: Final = frozenset(("=", "!=", "in"))
ARITHMETIC: Final = frozenset(("+", "-", "*", "/", "**"))
ROUNDING: Final = ("decimal", "floor", "ceiling", "round up", "round down", "round half up", "round half down")
SEARCHES: Final = ("list contains", "index of", "distinct values", "union")
MISSING: Final = frozenset(
    (
        "trim", "is blank", "extract", "duplicate values", "is empty", "partition", "last day of month", "get or else",
        "is defined", "overlaps before", "overlaps after", "finishes", "finished by", "during", "starts", "started by",
        "coincides", "range",
    )
)  # fmt: skip
"""Functions that feelin gives null or an error for."""

When = Callable[[str, Sequence[Any], Any, Any], bool]


def _null(names: frozenset[str]) -> When:
    return lambda name, _operands, ours, _theirs: name in names and ours is None


def _missing(theirs: Any) -> bool:
    return theirs is None or isinstance(theirs, Odd)


def _negative(operands: Sequence[Any]) -> bool:
    return any(isinstance(one, Decimal) and one < 0 for one in operands)


def _is_single(value: Any) -> bool:
    return value is not None and not isinstance(value, list | Range)


def _beyond(name: str, operands: Sequence[Any], ours: Any, _theirs: Any) -> bool:
    return name in ("substring", "sublist", "remove", "insert before", "list replace") and ours is None


def _from_the_end(name: str, operands: Sequence[Any], _ours: Any, _theirs: Any) -> bool:
    return name in ("remove", "insert before", "list replace") and _negative(operands[:2])


def _date_and_hours(name: str, operands: Sequence[Any], ours: Any, theirs: Any) -> bool:
    return name in ("+", "-") and isinstance(ours, date) and isinstance(theirs, DateTime)


def _amounts(name: str, operands: Sequence[Any], ours: Any, theirs: Any) -> bool:
    return name in ("*", "/", "negation", "abs") and isinstance(ours, DURATIONS) and theirs is None


def _quotient(name: str, operands: Sequence[Any], ours: Any, theirs: Any) -> bool:
    return name == "/" and all(isinstance(one, YearsMonthsDuration) for one in operands) and ours is not None


def _parts(name: str, operands: Sequence[Any], _ours: Any, _theirs: Any) -> bool:
    return name.startswith(".") and isinstance(operands[0], DURATIONS)


def _unlike(name: str, operands: Sequence[Any], ours: Any, theirs: Any) -> bool:
    holders = any(isinstance(one, list | dict) for one in operands)
    return (name in EQUALITY and holders and isinstance(ours, bool)) or (name in SEARCHES and _nested(operands))


def _of_others(name: str, operands: Sequence[Any], ours: Any, theirs: Any) -> bool:
    return name in ("min", "max") and not isinstance(ours, Decimal) and (theirs is None or _nested(operands))


def _nested(operands: Sequence[Any]) -> bool:
    """Whether lists hold lists or contexts."""
    return any(isinstance(one, list) and any(isinstance(part, list | dict) for part in one) for one in operands)


def _empty_match(name: str, operands: Sequence[Any], ours: Any, _theirs: Any) -> bool:
    return name in ("replace", "split") and ours is None


def _within_a_second(name: str, operands: Sequence[Any], _ours: Any, _theirs: Any) -> bool:
    if name not in EQUALITY | ORDER or not all(isinstance(one, Time | DateTime) for one in operands):
        return False
    return operands[0].key() == operands[1].key() and operands[0].instant() != operands[1].instant()


def _binary(name: str, operands: Sequence[Any], ours: Any, theirs: Any) -> bool:
    if not isinstance(ours, Decimal) or not isinstance(theirs, Decimal):
        return False
    apart = abs(ours - theirs)
    if name == "modulo":
        return abs(apart - abs(operands[1])) < Decimal("1e-9")
    return apart <= abs(ours) * Decimal("1e-9") or (name in ROUNDING and apart <= Decimal(10) ** -int(operands[1]))


WHEN: Final[Mapping[str, When]] = {
    "kinds that have no order": _null(ORDER),
    "kinds that never are equal": _null(EQUALITY),
    "years and months in order": lambda name, operands, *_: (
        name in ORDER and all(isinstance(one, YearsMonthsDuration) for one in operands)
    ),
    "arithmetic without sense": _null(ARITHMETIC),
    "lists and contexts of unlike parts": _unlike,
    "moments within one second": _within_a_second,
    "a date and a number of hours": _date_and_hours,
    "durations times and over numbers": _amounts,
    "durations over durations": _quotient,
    "parts of durations": _parts,
    "durations as text": lambda name, operands, *_: name == "string" and isinstance(operands[0], DURATIONS),
    "only true is true": lambda name, operands, *_: name == "if" and not isinstance(operands[0], bool),
    "one value where a list could be": lambda name, operands, ours, theirs: (
        name in ("for", "some", "every") and _is_single(operands[0]) and theirs is None
    ),
    "tests that cannot be told": _null(frozenset(("some", "every"))),
    "open ends in loops": lambda name, operands, *_: (
        name in ("for", "some", "every") and isinstance(operands[0], Range) and not operands[0].start_included
    ),
    "in null": lambda name, operands, ours, theirs: name == "in" and operands[1] is None,
    "paths into lists of lists": lambda name, operands, *_: name == "path" and isinstance(operands[0], list),
    "null as a list": lambda name, operands, ours, theirs: name == "filter" and operands[0] is None,
    "functions left out": lambda name, operands, ours, theirs: name in MISSING and _missing(theirs),
    "sort without a function": lambda name, operands, ours, theirs: (
        name == "sort" and len(operands) == 1 and theirs is None
    ),
    "date and time of a moment": lambda name, operands, ours, theirs: name == "date and time" and theirs is None,
    "date of a moment with a zone": lambda name, operands, ours, theirs: (
        name == "date" and isinstance(operands[0], DateTime)
    ),
    "dates that are none": lambda name, operands, ours, theirs: (
        name in ("date", "time", "date and time") and ours is None
    ),
    "years and months between": lambda name, *_: name == "years and months duration",
    "offsets": lambda name, operands, ours, theirs: name == ".time offset" and theirs is None,
    "places beyond the ends": _beyond,
    "places from the end": _from_the_end,
    "order of the median and the mode": lambda name, *_: name in ("median", "mode"),
    "min and max of other kinds": _of_others,
    "number of a blank text": lambda name, operands, ours, theirs: name == "number" and ours is None,
    "patterns that fit nothing": _empty_match,
    "groups in split": lambda name, operands, ours, theirs: name == "split" and "(" in operands[1],
    "is, over kinds": lambda name, operands, ours, theirs: name == "is" and ours is False and theirs is None,
    "binary numbers": _binary,
}
"""The rows by what stands in their first column; each says of an operation whether its results may differ."""


WRITTEN: Final = (
    "between backwards", "loops backwards", "exponents", "tests with ?", "keys named like functions", "instance of",
    "descendants", "durations of both kinds", "look-ahead in patterns", "blocks in patterns", "flag x in patterns",
    "comparisons with null in ranges",
)  # fmt: skip
"""Rows about ways to write something, which no operation on literals does."""


def known(name: str, operands: Sequence[Any], ours: Any, theirs: Any) -> str | None:
    """The first row that explains a difference; None for one that is new."""
    for title, when in WHEN.items():
        if when(name, operands, ours, theirs):
            return title
    return None
