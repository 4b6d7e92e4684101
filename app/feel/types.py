"""Types by name: `instance of`, parameters of functions (DMN 1.5, 10.3.2.9)."""

from collections.abc import Callable, Mapping
from typing import Final

from app.feel.nodes import Type
from app.feel.operators import kind
from app.feel.values import Function, Value

ALIASES: Final = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "any": "Any",
    "null": "Null",
}
Spend = Callable[[int], None]
MAX_NESTING: Final = 12
KNOWN: Final = frozenset(
    (
        "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
        "years and months duration", "list", "context", "range", "function", "Any", "Null",
    )
)  # fmt: skip


def _free(_steps: int) -> None:
    """Outside of an evaluation nobody counts."""


def is_instance(value: Value, wanted: Type, spend: Spend = _free) -> bool | None:
    """Whether a value is of a type; null if the type is not known. Nothing but `Null` has null as an instance.

    `spend` takes the steps that looking into lists and contexts costs.
    """
    if ALIASES.get(wanted.name, wanted.name) not in KNOWN:
        return None
    return _Check(spend).instance(value, wanted)


def takes(value: Value, wanted: Type, spend: Spend = _free) -> bool:
    """Whether a parameter or result of this type takes the value; null always fits (10.3.2.9.4)."""
    return _Check(spend).takes(value, wanted)


class _Check:
    """One look at a value. What it holds many times is looked at once, or shared parts would take for ever."""

    def __init__(self, spend: Spend) -> None:
        self.spend = spend
        self.known: dict[tuple[int, int], bool] = {}

    def takes(self, value: Value, wanted: Type) -> bool:
        return value is None or ALIASES.get(wanted.name, wanted.name) == "Any" or self.instance(value, wanted)

    def instance(self, value: Value, wanted: Type) -> bool:
        name = ALIASES.get(wanted.name, wanted.name)
        if value is None:
            return name == "Null"
        if name == "Any":
            return True
        if name not in KNOWN or kind(value) != name:
            return False
        if not wanted.arguments or name not in ("list", "context", "range", "function"):
            return True
        key = id(value), id(wanted)
        if key not in self.known:
            self.known[key] = self.inside(name, value, wanted)
        return self.known[key]

    def inside(self, name: str, value: Value, wanted: Type) -> bool:
        inner = wanted.arguments
        if name == "list":
            self.spend(len(value) + 1)
            return all(self.takes(one, inner[0]) for one in value)
        if name == "range":
            return self.takes(value.start, inner[0]) and self.takes(value.end, inner[0])
        if name == "context":
            self.spend(len(inner))
            fields = zip(wanted.names, inner, strict=True)
            return all(field in value and self.takes(value[field], one) for field, one in fields)
        return _has_signature(value, wanted)


def _has_signature(value: Function, wanted: Type) -> bool:
    parameters = wanted.arguments[:-1]
    if len(value.params) != len(parameters):
        return False
    return all(own is None or conforms(given, own) for own, given in zip(value.types, parameters, strict=False))


def resolved(wanted: Type, types: Mapping[str, Type], depth: int = 0) -> Type:
    """The type with the names of `types` replaced by what they mean; a type within itself becomes `Any`."""
    if depth > MAX_NESTING:
        return Type("Any")
    if wanted.name in types and wanted.name not in KNOWN:
        return resolved(types[wanted.name], types, depth + 1)
    if not wanted.arguments:
        return wanted
    inner = tuple(resolved(one, types, depth + 1) for one in wanted.arguments)
    return Type(wanted.name, inner, wanted.names)


def conforms(one: Type, other: Type) -> bool:
    """Whether every value of one type is a value of the other."""
    name, wanted = ALIASES.get(one.name, one.name), ALIASES.get(other.name, other.name)
    if wanted == "Any" or name == "Null":
        return True
    if name != wanted:
        return False
    if name == "context":
        own = dict(zip(one.names, one.arguments, strict=True))
        return all(
            field in own and conforms(own[field], inner)
            for field, inner in zip(other.names, other.arguments, strict=True)
        )
    return not other.arguments or (
        len(one.arguments) == len(other.arguments)
        and all(conforms(a, b) for a, b in zip(one.arguments, other.arguments, strict=True))
    )
