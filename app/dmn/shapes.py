"""What a decision reads and gives, before it decides anything: for whoever checks the diagram that asks it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.dmn.decisions import Decisions
from app.dmn.model import Unit
from app.dmn.table import Output, Table
from app.feel.expression import Expression
from app.feel.infer import ANY, NUMBER, Shape, all_of, context_of, list_of, of, of_type, one_of
from app.feel.operators import kind
from app.feel.run import MISSING

_LISTS = frozenset(("COLLECT", "RULE ORDER", "OUTPUT ORDER"))


@dataclass(frozen=True, slots=True)
class Column:
    """What a decision looks at: a table's input, over the variables and decisions that it may read."""

    label: str
    expression: Expression
    wanted: Shape


@dataclass(frozen=True, slots=True)
class Outline:
    """A decision from outside. `known`: what the decisions that it requires give, by their names."""

    id: str
    reads: frozenset[str]
    result: Shape
    asked: tuple[Column, ...] = ()
    known: Mapping[str, Shape] = field(default_factory=dict)


def outlines(decisions: Decisions) -> dict[str, Outline]:
    """The decisions of loaded files, by id."""
    units = {one.key: one for one in decisions.units}
    results = {key: _result(one) for key, one in units.items()}
    columns = {key: tuple(_columns(one)) for key, one in units.items()}
    found: dict[str, Outline] = {}
    for unit in units.values():
        if unit.kind == "businessKnowledgeModel" or unit.id in found or decisions.broken(unit.id) is not None:
            continue
        required = list(_required(unit, units))
        known = {name: results[one.key] for one in required[1:] for name in one.names}
        reads = decisions.inputs(unit.id)
        asked = tuple(column for one in required for column in columns[one.key])
        found[unit.id] = Outline(unit.id, reads, results[unit.key], asked, known)
    return found


def _required(unit: Unit, units: Mapping[str, Unit]) -> Iterator[Unit]:
    """A unit, and all that it requires."""
    seen = {unit.key}
    waiting = [unit]
    while waiting:
        one = waiting.pop()
        yield one
        for other in (*one.decisions, *one.knowledge, *one.outputs):
            if other.key in units and other.key not in seen:
                seen.add(other.key)
                waiting.append(units[other.key])


def _columns(unit: Unit) -> Iterator[Column]:
    """What a table looks at; of what is no FEEL, or only with other names, nothing is known."""
    for one in unit.logic.inputs if isinstance(unit.logic, Table) else ():
        if one.expression is not None:
            yield Column(one.label, one.expression, ANY if one.kind is None else of_type(one.kind))


def _result(unit: Unit) -> Shape:
    if unit.kind != "decision":
        return ANY
    if isinstance(unit.logic, Table):
        return _of_table(unit.logic)
    return ANY if unit.type is None else of_type(unit.type.kind)


def _of_table(table: Table) -> Shape:
    if table.aggregation:
        return NUMBER
    columns = [_of_output(table, place, one) for place, one in enumerate(table.outputs)]
    names = [one.name for one in table.outputs]
    row = columns[0] if len(columns) == 1 else context_of(dict(zip(names, columns, strict=True)))
    return list_of(row) if table.policy in _LISTS else row


def _of_output(table: Table, place: int, output: Output) -> Shape:
    """What a column of results holds: what its rules say, if they all say it plainly, else its type."""
    declared = ANY if output.kind is None else of_type(output.kind)
    if output.default is not None:
        return declared
    constants = [rule.results[place].constant for rule in table.rules]
    if not constants or any(one is MISSING for one in constants):
        return declared
    return all_of(_of_constant(one) for one in constants)


def _of_constant(value: object) -> Shape:
    if value is None:
        return of()
    return one_of((value,)) if isinstance(value, str | Decimal) else of(kind(value))
