"""How built-in functions are declared and called.

A function of the standard is a Python function behind a signature in words, e.g.
`substring(string: string, start position: number, length?: number)`. Arguments that do not fit give null.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.errors import Text
from app.feel.civil import FarDate
from app.feel.run import Run
from app.feel.values import (
    DateTime,
    DaysTimeDuration,
    Function,
    Range,
    Time,
    Value,
    YearsMonthsDuration,
)

REJECTED: Final = object()
Coerce = Callable[[Value], Value]


def _one_of(*classes: type) -> Coerce:
    """Takes these classes, and a list that holds just one of them (10.3.2.9.4, from singleton list)."""

    def coerce(value: Value) -> Value:
        if isinstance(value, classes) and not (isinstance(value, tuple) and FarDate not in classes):
            return value
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], classes):
            return value[0]
        return REJECTED

    return coerce


def _list(value: Value) -> Value:
    if value is None:
        return REJECTED
    return value if isinstance(value, list) else [value]


TYPES: Final[dict[str, tuple[type | None, Coerce]]] = {
    "number": (Decimal, _one_of(Decimal)),
    "string": (str, _one_of(str)),
    "boolean": (bool, _one_of(bool)),
    "date": (None, _one_of(date, FarDate)),
    "time": (Time, _one_of(Time)),
    "date and time": (DateTime, _one_of(DateTime)),
    "day": (None, _one_of(date, FarDate, DateTime)),
    "days duration": (DaysTimeDuration, _one_of(DaysTimeDuration)),
    "months duration": (YearsMonthsDuration, _one_of(YearsMonthsDuration)),
    "context": (dict, _one_of(dict)),
    "range": (Range, _one_of(Range)),
    "function": (Function, _one_of(Function)),
    "list": (list, _list),
    "any": (None, lambda value: value),
    "elements": (None, lambda value: value),
    "value": (None, lambda value: REJECTED if value is None else value),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `fast` is the class that needs no coercion.

    A variadic one takes all further arguments; if it `spreads`, a single list stands for its elements.
    """

    name: str
    optional: bool
    variadic: bool
    spreads: bool
    fast: type | None
    coerce: Coerce


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature of a built-in function."""

    parameters: tuple[Parameter, ...]
    function: Callable[..., Value]
    needs_run: bool

    @property
    def variadic(self) -> bool:
        """Whether the last parameter takes all further arguments."""
        return bool(self.parameters) and self.parameters[-1].variadic

    def takes_count(self, count: int) -> bool:
        """Whether the signature can be called with so many positional arguments."""
        required = sum(not one.optional for one in self.parameters)
        return required <= count and (self.variadic or count <= len(self.parameters))

    def places(self, names: Sequence[str]) -> list[int] | None:
        """Where each parameter's argument stands among named ones; -1 is left out, None does not fit.

        With every parameter given, further names do not matter: so the conformance suite has it.
        """
        known = [one.name for one in self.parameters]
        if len(set(names)) != len(names) or not (set(names) <= set(known) or set(names) >= set(known) > set()):
            return None
        found = [names.index(name) if name in names else -1 for name in known]
        if any(place < 0 and not one.optional for place, one in zip(found, self.parameters, strict=True)):
            return None
        return found


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function with all its signatures."""

    name: str
    overloads: tuple[Overload, ...]
    pure: bool

    def by_count(self, count: int) -> tuple[Overload, ...]:
        """The signatures for so many positional arguments."""
        return tuple(one for one in self.overloads if one.takes_count(count))

    def by_names(self, names: Sequence[str]) -> tuple[tuple[Overload, ...], list[int]]:
        """The signatures for these named arguments, and the argument of each of their parameters."""
        found = [(one, places) for one in self.overloads if (places := one.places(names)) is not None]
        same = tuple(one for one, places in found if places == found[0][1])
        return same, found[0][1] if found else []

    def value(self, run: Run) -> Function:
        """The function as a value."""
        first = self.overloads[0]

        def call(arguments: Sequence[Value]) -> Value:
            return invoke(self.name, self.by_count(len(arguments)), run, arguments)

        return Function(tuple(one.name for one in first.parameters), call, self.name, variadic=first.variadic)


BUILTINS: Final[dict[str, Builtin]] = {}
_SIGNATURE: Final = re.compile(r"([^(]+)\((.*)\)")


def builtin(signature: str, *, run: bool = False, pure: bool = True) -> Callable[..., Any]:
    """Declare a built-in function. `run`: it takes the `Run` first. Not `pure`: never computed beforehand."""

    def declare(function: Callable[..., Value]) -> Callable[..., Value]:
        found = _SIGNATURE.fullmatch(signature)
        if found is None:
            raise ValueError(signature)
        parameters = tuple(_parameter(part) for part in found[2].split(",") if part.strip())
        name = found[1]
        overload = Overload(parameters, function, run)
        before = BUILTINS[name].overloads if name in BUILTINS else ()
        BUILTINS[name] = Builtin(name, (*before, overload), pure)
        return function

    return declare


def _parameter(text: str) -> Parameter:
    name, _, type_name = (part.strip() for part in text.partition(":"))
    fast, coerce = TYPES[type_name]
    variadic = name.endswith("...")
    optional = name.endswith("?")
    spreads = type_name == "elements"
    return Parameter(name.removesuffix("...").removesuffix("?"), optional, variadic, spreads, fast, coerce)


def invoke(name: str, overloads: Sequence[Overload], run: Run, arguments: Sequence[Value]) -> Value:
    """Call the first signature that takes these positional arguments; if none does, null and a warning."""
    misfit = ""
    for overload in overloads:
        ready = _ready(overload, arguments)
        if not isinstance(ready, str):
            run.spend(2 + sum(len(one) // 4 for one in ready if isinstance(one, list | dict | str)))
            result = overload.function(run, *ready) if overload.needs_run else overload.function(*ready)
            if isinstance(result, list | dict | str):
                run.spend(len(result) // 32)
            return result
        misfit = ready
    run.warn(
        Text(
            f"函数 {name} 的参数 {misfit} 类型不合,结果为空",
            f"argument {misfit!r} of {name} does not fit, the result is null",
        )
    )
    return None


def _ready(overload: Overload, arguments: Sequence[Value]) -> list[Value] | str:
    """The arguments as the signature takes them, or the name of a parameter that does not."""
    ready: list[Value] = []
    for parameter, value in zip(overload.parameters, gather(overload, arguments), strict=False):
        if value is None and parameter.optional:
            ready.append(None)
            continue
        fitting = parameter.coerce(value)
        if fitting is REJECTED:
            return parameter.name
        ready.append(fitting)
    return ready


def gather(overload: Overload, arguments: Sequence[Value]) -> Sequence[Value]:
    """The arguments with those of a variadic parameter as one list."""
    if not overload.variadic:
        return arguments
    before = len(overload.parameters) - 1
    rest = list(arguments[before:])
    if overload.parameters[-1].spreads and len(rest) == 1 and isinstance(rest[0], list):
        rest = rest[0]
    return [*arguments[:before], rest]
