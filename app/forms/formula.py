"""FEEL as forms use it: values, and tests that hide or lock."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from app import feel
from app.errors import Text

LOCAL = frozenset({"this", "parent", "i", "_this_", "_parent_", "_i_"})  # names that a row gives its own meaning


class Formula:
    """A compiled FEEL expression of a form. `local` says whether it reads `this`, `parent` or `i`."""

    __slots__ = ("_evaluate", "local", "names", "source")

    def __init__(self, source: str, known: frozenset[str] = frozenset()) -> None:
        """`source` without the leading "=". Raises feel.FeelSyntaxError."""
        self.source = source
        self._evaluate = feel.compile(source, names=known | LOCAL)
        self.names = self._evaluate.names | self._evaluate.possible_names
        self.local = bool(self.names & LOCAL)

    def value(self, scope: Mapping[str, object], now: dt.datetime | None) -> object:
        """The result as a JSON value; null where the expression fails, as in the viewer."""
        return plain(self.raw(scope, now))

    def raw(self, scope: Mapping[str, object], now: dt.datetime | None) -> object:
        """The result as a FEEL value; null where the expression fails."""
        try:
            return self._evaluate(scope, now=now)
        except feel.FeelError:
            return None


class Test:
    """A condition. The viewer evaluates it as a unary test without input: true holds, and so does null."""

    __slots__ = ("formula", "negated")

    def __init__(self, source: str, known: frozenset[str] = frozenset()) -> None:
        """Raises feel.FeelSyntaxError."""
        inner = _inside_not(source.strip())
        self.negated = inner is not None
        self.formula = Formula(source if inner is None else inner, known)

    def holds(self, scope: Mapping[str, object], now: dt.datetime | None) -> bool:
        """Whether the field hides, or locks."""
        result = self.formula.raw(scope, now)
        if isinstance(result, list):
            return any(one is None or one is True for one in result) is not self.negated
        return (result is None or result is True) is not self.negated


def _inside_not(source: str) -> str | None:
    """What a unary test `not(…)` negates, if the whole condition is one."""
    if not source.startswith("not") or not source[3:].lstrip().startswith("(") or not source.endswith(")"):
        return None
    begin = source.index("(")
    depth = 0
    quoted = False
    for at in range(begin, len(source)):
        sign = source[at]
        if sign == '"' and source[at - 1] != "\\":
            quoted = not quoted
        elif not quoted:
            depth += (sign in "([{") - (sign in ")]}")
            if depth == 0:
                return source[begin + 1 : at] if at == len(source) - 1 else None
    return None


TO_STRING = "string(x)"


def plain(value: object) -> object:
    """A FEEL value as JSON: numbers as int or float, dates and durations as their ISO text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    return feel.compile(TO_STRING)({"x": value})


def reason(error: Exception) -> Text:
    """The message of a FEEL syntax error."""
    text = getattr(error, "text", None)
    return text if isinstance(text, Text) else Text(str(error), str(error))
