"""What a decision table leaves open: inputs that no rule fits, rules that fit together, rules that never decide.

Each input is cut into pieces (`pieces`); which rules fit a piece is a number whose bit n stands for rule n, as in
`table`. Inputs are taken to be independent of each other, except where two columns look at the same expression.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import and_, or_
from typing import Final

from app.dmn.kinds import Trial
from app.dmn.pieces import constants, pieces
from app.dmn.table import Column, Input, Rule, Table
from app.feel.errors import FeelError
from app.feel.operators import equal
from app.feel.run import MISSING
from app.feel.values import Value

MAX_TESTS: Final = 1_200_000  # rules times pieces of all columns; about a second
MAX_VISITS: Final = 300_000  # combinations of pieces; about half a second
MAX_EXAMPLES: Final = 3
MAX_PAIRS: Final = 200
ONE_ANSWER: Final = ("UNIQUE", "ANY", "FIRST", "PRIORITY")

Example = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Report:
    """What was found on a table. Rules go by their numbers; an example gives each input that matters a value.

    gaps          inputs that no rule fits
    overlaps      pairs of rules that fit the same input where only one may, or none that says anything else
    never         rules that fit no input at all
    masked        rules that fit only what rules before them decide, and those rules where it is one
    unread        rules with conditions that were not examined
    unread_inputs inputs whose values were not examined
    related       inputs that look at the same variables, so that an example may be no possible input
    exhausted     whether there was more than could be looked at
    """

    gaps: tuple[Example, ...] = ()
    overlaps: tuple[tuple[int, int, Example], ...] = ()
    never: tuple[int, ...] = ()
    masked: tuple[tuple[int, int | None], ...] = ()
    unread: tuple[int, ...] = ()
    unread_inputs: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    exhausted: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """The rules that surely fit, those that may, and a value."""

    surely: int
    perhaps: int
    value: Value


@dataclass(frozen=True, slots=True)
class _Axis:
    """One input cut into pieces that differ in the rules that fit them. `place` is that of its first column."""

    label: str
    place: int
    pieces: tuple[_Piece, ...]
    read: bool


class _Exhausted(Exception):
    """The budget is used up."""


class Budget:
    """How much may be looked at: shared by the tables of one upload, so that it ends in time however many there are."""

    def __init__(self, tests: int = MAX_TESTS, visits: int = MAX_VISITS) -> None:
        self.tests = tests
        self.visits = visits

    def test(self, count: int) -> bool:
        """Take that many tests of a value; False if there are not so many left."""
        self.tests -= count
        return self.tests >= 0

    def visit(self) -> None:
        """Take one combination. Raises _Exhausted."""
        self.visits -= 1
        if self.visits < 0:
            raise _Exhausted


def examine(table: Table, budget: Budget | None = None) -> Report:
    """The findings on a table; what cannot be examined is said, never guessed."""
    budget = budget or Budget()
    unread = 0
    for column in table.columns:
        unread |= _unread(column)
    numbers = _numbers(table, unread)
    axes = _axes(table, budget)
    if axes is None:
        return Report(unread=numbers, exhausted=True)
    dead = _dead(table, axes)
    overlaps = tuple(islice(_overlaps(table, axes), MAX_PAIRS)) if table.policy in ("UNIQUE", "ANY") else ()
    gaps: list[Example] = []
    masked: list[tuple[int, int | None]] = []
    exhausted = False
    try:
        if table.policy in ONE_ANSWER and all(one.default is None for one in table.outputs):
            gaps.extend(_gaps(table, axes, budget))
        masked.extend(_masked(table, axes, dead | unread, budget))
    except _Exhausted:
        exhausted = True
    closed = tuple(axis.label for axis in axes if not axis.read)
    return Report(
        tuple(gaps), overlaps, _numbers(table, dead), tuple(masked), numbers, closed, _related(table.inputs), exhausted
    )


def _numbers(table: Table, bits: int) -> tuple[int, ...]:
    return tuple(rule.number for place, rule in enumerate(table.rules) if bits >> place & 1)


def _unread(column: Column) -> int:
    """The rules whose cell in a column is more than comparisons with values, as bits."""
    found = 0
    for cell, bits in column.tests.values():
        if constants(cell) is None:
            found |= bits
    return found


def _axes(table: Table, budget: Budget) -> list[_Axis] | None:
    """The inputs, those that look at the same expression as one; None if a column is too large to look at."""
    groups: dict[str, list[int]] = {}
    for place, one in enumerate(table.inputs):
        groups.setdefault(one.source or str(place), []).append(place)
    axes = []
    for places in groups.values():
        axis = _axis(table, places, budget)
        if axis is None:
            return None
        axes.append(axis)
    return sorted(axes, key=lambda one: len(one.pieces))


def _axis(table: Table, places: Sequence[int], budget: Budget) -> _Axis | None:
    inputs, columns = [table.inputs[one] for one in places], [table.columns[one] for one in places]
    values = _values(inputs, columns)
    kind = next((one.kind.name for one in inputs if one.kind is not None), "")
    allowed = next((one.allowed for one in inputs if one.allowed is not None), None)
    found = None if values is None else pieces(kind, values, allowed)
    whole = (1 << len(table.rules)) - 1
    if not budget.test(len(found or ()) * len(table.rules)):
        return None
    unread = [_unread(one) for one in columns]
    made: dict[tuple[int, int], _Piece] = {}
    for value in found or [MISSING]:
        surely, perhaps = whole, whole
        for column, closed in zip(columns, unread, strict=True):
            fitting = _fitting(column, value, whole & ~closed)
            surely &= fitting
            perhaps &= fitting | closed
        perhaps = whole if found is None else perhaps
        made.setdefault((surely, perhaps), _Piece(surely, perhaps, value))
    return _Axis(inputs[0].source or inputs[0].label, places[0], tuple(made.values()), found is not None)


def _values(inputs: Sequence[Input], columns: Sequence[Column]) -> set[Value] | None:
    """What the cells and the allowed values compare with; None if those that are allowed cannot be told."""
    found: set[Value] = set()
    for one, column in zip(inputs, columns, strict=True):
        if one.kind is not None and one.kind.name in ("list", "context", "range", "function"):
            return None
        allowed = set() if one.allowed is None else constants(one.allowed)
        if allowed is None:
            return None
        found |= allowed | {value for _, value in column.exact}
        for cell, _ in column.tests.values():
            found |= constants(cell) or set()
    return found


def _fitting(column: Column, value: Value, live: int) -> int:
    """The rules whose cell surely fits a value."""
    if value is MISSING:
        return column.always & live
    try:
        return column.fitting(value, live, {}, Trial(None))
    except FeelError:
        return column.always & live


def _dead(table: Table, axes: Sequence[_Axis]) -> int:
    """The rules that fit no input at all."""
    whole = alive = (1 << len(table.rules)) - 1
    for axis in axes:
        alive &= reduce(or_, (one.perhaps for one in axis.pieces), 0)
    return whole & ~alive


def _gaps(table: Table, axes: Sequence[_Axis], budget: Budget) -> Iterator[Example]:
    """A few inputs that no rule fits. Raises _Exhausted."""
    whole = (1 << len(table.rules)) - 1
    sides = [[(one.perhaps, one.value) for one in axis.pieces] for axis in axes]
    return (_example(axes, chosen) for chosen in islice(_uncovered(sides, whole, budget), MAX_EXAMPLES))


def _uncovered(sides: Sequence[Sequence[tuple[int, Value]]], rules: int, budget: Budget) -> Iterator[list[Value]]:
    """Combinations of pieces that none of the rules fits. Raises _Exhausted."""
    always = [rules] * (len(sides) + 1)  # by level: the rules that fit whatever is chosen from there on
    for level in range(len(sides) - 1, -1, -1):
        always[level] = always[level + 1]
        for fitting, _ in sides[level]:
            always[level] &= fitting
    seen: set[tuple[int, int]] = set()

    def search(level: int, live: int, chosen: list[Value]) -> Iterator[list[Value]]:
        if not live:
            yield chosen + [side[0][1] for side in sides[level:]]
            return
        if level == len(sides) or live & always[level] or (level, live) in seen:
            return
        seen.add((level, live))
        for fitting, value in sides[level]:
            budget.visit()
            yield from search(level + 1, live & fitting, [*chosen, value])

    if all(sides):
        yield from search(0, rules, [])


def _example(axes: Sequence[_Axis], values: Sequence[Value]) -> Example:
    pairs = sorted(zip(axes, values, strict=True), key=lambda pair: pair[0].place)
    return {axis.label: value for axis, value in pairs if value is not MISSING}


def _overlaps(table: Table, axes: Sequence[_Axis]) -> Iterator[tuple[int, int, Example]]:
    """Pairs of rules that surely fit the same input, where the hit policy forbids it."""
    for place, rule in enumerate(table.rules):
        others = (1 << place) - 1
        for axis in axes:
            beside = 0
            for one in axis.pieces:
                beside |= one.surely if one.surely >> place & 1 else 0
            others &= beside
        while others:
            lowest = others & -others
            others ^= lowest
            earlier = table.rules[lowest.bit_length() - 1]
            if _may_not_both(table, earlier, rule):
                yield earlier.number, rule.number, _both(axes, lowest | 1 << place)


def _both(axes: Sequence[_Axis], bits: int) -> Example:
    """An input that these rules surely fit."""
    return _example(axes, [next(one.value for one in axis.pieces if one.surely & bits == bits) for axis in axes])


def _may_not_both(table: Table, one: Rule, other: Rule) -> bool:
    """Whether it is wrong that two rules fit together: always under UNIQUE, under ANY if they say different things."""
    if table.policy == "UNIQUE":
        return True
    pairs = [(left.constant, right.constant) for left, right in zip(one.results, other.results, strict=True)]
    return any(left is not MISSING and right is not MISSING and equal(left, right) is not True for left, right in pairs)


def _masked(table: Table, axes: Sequence[_Axis], others: int, budget: Budget) -> Iterator[tuple[int, int | None]]:
    """Rules that fit only what rules that come before them surely fit, but for the `others`. Raises _Exhausted."""
    before = 0
    for place in _precedence(table):
        bit = 1 << place
        if before and not others & bit:
            sides = [[(one.surely, one.value) for one in axis.pieces if one.surely & bit] for axis in axes]
            covering = reduce(and_, (fitting for side in sides for fitting, _ in side), before)
            if covering:
                yield table.rules[place].number, table.rules[(covering & -covering).bit_length() - 1].number
            elif next(_uncovered(sides, before, budget), None) is None:
                yield table.rules[place].number, None
        before |= bit


def _precedence(table: Table) -> list[int]:
    """The places of rules, those that win over others first; none where rules do not hide each other."""
    if table.policy == "FIRST":
        return list(range(len(table.rules)))
    if table.policy != "PRIORITY":
        return []
    ranks = []
    for place, rule in enumerate(table.rules):
        values = [one.constant for one in rule.results]
        if any(one is MISSING for one in values):
            return []
        ranks.append((table.rank(tuple(values)), place))
    return [place for _, place in sorted(ranks)]


def _related(inputs: Sequence[Input]) -> tuple[str, ...]:
    """The expressions of inputs that look at the same variable in different ways."""
    found: list[str] = []
    for place, one in enumerate(inputs):
        for other in inputs[:place]:
            if one.source != other.source and one.reads & other.reads and not _apart(one, other):
                found += [other.source, one.source]
    return tuple(dict.fromkeys(found))


def _apart(one: Input, other: Input) -> bool:
    """Whether both are paths to different places."""
    paths = [one.source.split("."), other.source.split(".")]
    plain = all(part.strip().isidentifier() for path in paths for part in path)
    return plain and all(left == right for left, right in zip(*paths, strict=False)) is False
