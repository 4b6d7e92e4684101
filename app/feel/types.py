"""Types by name: `instance of`, parameters of functions (DMN 1.5, 10.3.2.9)."""

from collections.abc import Callable, Mapping
from typing import Final

from app.feel.nodes import Type
from app.feel.operators import kind
from app.feel.values import Function, Range, Value

ALIASES: Final = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "any": "Any",
    "null": "Null",
}
MAX_NESTING: Final = 12
KNOWN: Final = frozenset(
    (
        "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
        "years and months duration", "list", "context", "range", "function", "Any", "Null",
    )
)  # fmt: skip


def is_instance(value: Value, wanted: Type) -> bool | None:
    """Whether a value is of a type; null if the type is not known. Nothing but `Null` has null as an instance."""
    name = ALIASES.get(wanted.name, wanted.name)
    if name not in KNOWN:
        return None
    if value is None:
        return name == "Null"
    if name == "Any":
        return True
    if kind(value) != name:
        return False
    check = _INSIDE.get(name)
    return check is None or not (wanted.arguments or name == "function") or check(value, wanted)


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


def takes(value: Value, wanted: Type) -> bool:
    """Whether a parameter or result of this type takes the value; null always fits (10.3.2.9.4)."""
    return value is None or is_instance(value, wanted) is True or ALIASES.get(wanted.name, wanted.name) == "Any"


def _elements(value: list[Value], wanted: Type) -> bool:
    return all(takes(one, wanted.arguments[0]) for one in value)


def _fields(value: dict[str, Value], wanted: Type) -> bool:
    return all(
        name in value and takes(value[name], inner) for name, inner in zip(wanted.names, wanted.arguments, strict=True)
    )


def _ends(value: Range, wanted: Type) -> bool:
    return takes(value.start, wanted.arguments[0]) and takes(value.end, wanted.arguments[0])


def _signature(value: Function, wanted: Type) -> bool:
    if not wanted.arguments:
        return True
    parameters = wanted.arguments[:-1]
    if len(value.params) != len(parameters):
        return False
    return all(own is None or conforms(given, own) for own, given in zip(value.types, parameters, strict=False))


_INSIDE: Final[dict[str, Callable[[Value, Type], bool]]] = {
    "list": _elements,
    "context": _fields,
    "range": _ends,
    "function": _signature,
}


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
