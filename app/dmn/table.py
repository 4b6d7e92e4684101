"""Decision tables (DMN 1.5, chapter 8): which rules fit, and what the hit policy makes of them.

Each column is an index from what its cells test to the rules that have that cell, as bits of a number. Cells
that say the same are tested once; cells that list plain values are found without any test.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from typing import Final

from app.dmn.errors import DecisionError
from app.dmn.kinds import MISFIT, Env, Trial, fitting
from app.errors import Text
from app.feel.arithmetic import add
from app.feel.expression import Expression, UnaryTests
from app.feel.nodes import Type
from app.feel.operators import equal, order
from app.feel.run import MISSING
from app.feel.values import Value

Logic = Callable[[Env, Trial], Value]


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions: what it looks at, of which type, and what it may be.

    `source` is the expression it looks at, `reads` are the variables in that, `expression` is it compiled.
    """

    label: str
    logic: Logic
    kind: Type | None = None
    allowed: UnaryTests | None = None
    source: str = ""
    reads: frozenset[str] = frozenset()
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results; `allowed` and `order` come from its list of values, `default` if no rule fits."""

    name: str
    label: str
    kind: Type | None = None
    allowed: UnaryTests | None = None
    order: tuple[Value, ...] = ()
    default: Logic | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: one test for each input, one expression for each output."""

    number: int
    cells: tuple[UnaryTests, ...]
    results: tuple[Expression, ...]


@dataclass(slots=True)
class Column:
    """The cells of one input as bits: bit n stands for rule n."""

    always: int = 0
    exact: dict[tuple[type, Value], int] = field(default_factory=dict)
    tests: dict[str, tuple[UnaryTests, int]] = field(default_factory=dict)

    def put(self, cell: UnaryTests, bit: int) -> None:
        if cell.fits_all:
            self.always |= bit
        elif cell.literals is not None:
            for value in cell.literals:
                key = value.__class__, value
                self.exact[key] = self.exact.get(key, 0) | bit
        else:
            before = self.tests.get(cell.source, (cell, 0))[1]
            self.tests[cell.source] = cell, before | bit

    def fitting(self, value: Value, live: int, env: Env, run: Trial) -> int:
        """The bits of `live` rules whose cell fits the value."""
        found = self.always
        if self.exact and value.__class__ in _HASHED:
            found |= self.exact.get((value.__class__, value), 0)
        for cell, bits in self.tests.values():
            if bits & live & ~found:
                direct = cell.direct
                passed = direct([], value) if direct is not None else cell.within(value, env, run)
                if passed is True:
                    found |= bits
        return found & live


_HASHED: Final = frozenset((str, Decimal, bool))


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table ready to run."""

    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    policy: str
    aggregation: str
    columns: tuple[Column, ...]

    def __call__(self, env: Env, run: Trial) -> Value:
        """What the table decides; null, and a problem, where its hit policy has no answer."""
        try:
            return self.decide(env, run)
        except DecisionError as error:
            run.fail(error.text)
            return None

    def decide(self, env: Env, run: Trial) -> Value:
        """What the table decides. Raises DecisionError where its hit policy has no answer."""
        hits = list(self.hits(env, run))
        if not hits and any(one.default is not None for one in self.outputs):
            return self.shaped([self.defaults(env, run)])
        return _POLICIES[self.policy](self, hits, env, run)

    def hits(self, env: Env, run: Trial) -> Iterator[Rule]:
        """The rules that fit, in their order."""
        live = (1 << len(self.rules)) - 1
        for column, one in zip(self.columns, self.inputs, strict=True):
            live = column.fitting(self.given(one, env, run), live, env, run)
            if not live:
                break
        while live:
            lowest = live & -live
            yield self.rules[lowest.bit_length() - 1]
            live ^= lowest

    def given(self, column: Input, env: Env, run: Trial) -> Value:
        """The value of an input. Raises DecisionError if it is of the wrong type or not allowed."""
        value = column.logic(env, run)
        if column.kind is not None:
            value = fitting(value, column.kind, texts=True)
            if value is MISFIT:
                raise _bad_input(self.name, column, column.kind.name)
        if column.allowed is not None and value is not None:
            items = value if isinstance(value, list) else [value]
            if not all(column.allowed.within(one, env, run) is True for one in items):
                raise _bad_input(self.name, column, column.allowed.source)
        return value

    def results(self, rule: Rule, env: Env, run: Trial) -> tuple[Value, ...]:
        """The outputs of a rule. Raises DecisionError if one is not allowed."""
        found = []
        for column, result in zip(self.outputs, rule.results, strict=True):
            value = result.constant if result.constant is not MISSING else result.within(env, run)
            found.append(self.checked(column, value, rule.number, env, run))
        return tuple(found)

    def checked(self, column: Output, value: Value, rule: int, env: Env, run: Trial) -> Value:
        """A result as its column takes it."""
        if column.kind is not None and value is not None:
            value = fitting(value, column.kind)
        allowed = column.allowed
        if value is MISFIT or (
            allowed is not None and value is not None and allowed.within(value, env, run) is not True
        ):
            raise DecisionError(
                Text(
                    f"决策表「{self.name}」第 {rule} 条规则的输出「{column.label}」不在允许的值内",
                    f"table {self.name!r}, rule {rule}: output {column.label!r} is not an allowed value",
                )
            )
        return value

    def defaults(self, env: Env, run: Trial) -> tuple[Value, ...]:
        return tuple(None if one.default is None else one.default(env, run) for one in self.outputs)

    def one(self, results: tuple[Value, ...]) -> Value:
        """The results of one rule: a value, or a context if there are several outputs."""
        if len(self.outputs) == 1:
            return results[0]
        return {column.name: value for column, value in zip(self.outputs, results, strict=True)}

    def rank(self, results: tuple[Value, ...]) -> list[int]:
        """The place of each result in its output's list of values; what ranks lower wins."""
        places = []
        for column, value in zip(self.outputs, results, strict=True):
            if column.order:
                matching = (at for at, one in enumerate(column.order) if equal(one, value) is True)
                places.append(next(matching, len(column.order)))
        return places

    def shaped(self, rows: Sequence[tuple[Value, ...]]) -> Value:
        """Rows as the hit policy gives them: one, or a list."""
        many = self.policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER") and not self.aggregation
        return [self.one(row) for row in rows] if many else (self.one(rows[0]) if rows else None)


def _bad_input(table: str, column: Input, wanted: str) -> DecisionError:
    return DecisionError(
        Text(
            f"决策表「{table}」的输入「{column.label}」的值不符合要求({wanted})",
            f"table {table!r}: the value of input {column.label!r} does not fit ({wanted})",
        )
    )


def build(
    name: str, inputs: Sequence[Input], outputs: Sequence[Output], rules: Sequence[Rule], policy: str, aggregation: str
) -> Table:
    """A table with its columns indexed."""
    columns = tuple(Column() for _ in inputs)
    for place, rule in enumerate(rules):
        for column, cell in zip(columns, rule.cells, strict=True):
            column.put(cell, 1 << place)
    return Table(name, tuple(inputs), tuple(outputs), tuple(rules), policy, aggregation, columns)


def _numbers(hits: Sequence[Rule]) -> str:
    return ", ".join(str(rule.number) for rule in hits)


def _unique(table: Table, hits: Sequence[Rule], env: Env, run: Trial) -> Value:
    if len(hits) > 1:
        raise DecisionError(
            Text(
                f"决策表「{table.name}」要求唯一命中,但第 {_numbers(hits)} 条规则同时符合",
                f"table {table.name!r} is UNIQUE, but rules {_numbers(hits)} all fit",
            )
        )
    return table.shaped([table.results(rule, env, run) for rule in hits])


def _any(table: Table, hits: Sequence[Rule], env: Env, run: Trial) -> Value:
    rows = [list(table.results(rule, env, run)) for rule in hits]
    if any(equal(row, rows[0]) is not True for row in rows[1:]):
        raise DecisionError(
            Text(
                f"决策表「{table.name}」的第 {_numbers(hits)} 条规则同时符合而输出不同",
                f"table {table.name!r} is ANY, but rules {_numbers(hits)} fit with different results",
            )
        )
    return table.shaped([tuple(row) for row in rows[:1]])


def _first(table: Table, hits: Sequence[Rule], env: Env, run: Trial) -> Value:
    return table.shaped([table.results(rule, env, run) for rule in hits[:1]])


def _ranked(table: Table, hits: Sequence[Rule], env: Env, run: Trial) -> list[tuple[Value, ...]]:
    """The results by the place of each output in its list of values, the first output first."""
    return sorted((table.results(rule, env, run) for rule in hits), key=table.rank)


def _priority(table: Table, hits: Sequence[Rule], env: Env, run: Trial) -> Value:
    return table.shaped(_ranked(table, hits, env, run)[:1])


def _output_order(table: Table, hits: Sequence[Rule], env: Env, run: Trial) -> Value:
    return table.shaped(_ranked(table, hits, env, run))


def _in_order(table: Table, hits: Sequence[Rule], env: Env, run: Trial) -> Value:
    return table.shaped([table.results(rule, env, run) for rule in hits])


def _collect(table: Table, hits: Sequence[Rule], env: Env, run: Trial) -> Value:
    rows = [table.results(rule, env, run) for rule in hits]
    if not table.aggregation:
        return table.shaped(rows)
    if table.aggregation == "COUNT":
        return Decimal(len(rows))
    values = [row[0] for row in rows]
    found = _AGGREGATIONS[table.aggregation](values) if values else None
    if found is None and values:
        raise DecisionError(
            Text(
                f"决策表「{table.name}」的输出不能用 {table.aggregation} 汇总",
                f"table {table.name!r}: its results cannot be aggregated by {table.aggregation}",
            )
        )
    return found


def _extreme(wanted: int) -> Callable[[list[Value]], Value]:
    def extreme(values: list[Value]) -> Value:
        best = values[0]
        for one in values:
            found = order(one, best)
            if found is None:
                return None
            best = one if found == wanted else best
        return best

    return extreme


_AGGREGATIONS: Final[dict[str, Callable[[list[Value]], Value]]] = {
    "SUM": lambda values: reduce(add, values),
    "MIN": _extreme(-1),
    "MAX": _extreme(1),
}
_POLICIES: Final[dict[str, Callable[[Table, Sequence[Rule], Env, Trial], Value]]] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "PRIORITY": _priority,
    "RULE ORDER": _in_order,
    "OUTPUT ORDER": _output_order,
    "COLLECT": _collect,
}
POLICIES: Final = frozenset(_POLICIES)
AGGREGATIONS: Final = frozenset((*_AGGREGATIONS, "COUNT"))
