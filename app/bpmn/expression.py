"""Values in a diagram: FEEL behind a leading "=", otherwise the text itself. Nothing else is ever evaluated."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from app import feel
from app.errors import Text


class Failure(Exception):
    """An element cannot be executed; the token is parked and this becomes its incident."""

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(str(text))
        self.code = code
        self.text = text


class Value:
    """A literal text, or a compiled FEEL expression. Raises FeelSyntaxError when made of bad FEEL."""

    __slots__ = ("_expression", "names", "source")

    def __init__(self, source: str, known: frozenset[str] = frozenset()) -> None:
        text = source.strip()
        self.source = text
        self._expression = None
        self.names: frozenset[str] = frozenset()
        if text.startswith("="):
            body = text[1:]
            self._expression = feel.compile(body, names=known) if known else feel.compile(body)
            self.names = self._expression.names | self._expression.possible_names

    @property
    def is_literal(self) -> bool:
        """Whether the value is just its text."""
        return self._expression is None

    def __call__(self, context: Mapping[str, object], at: datetime) -> object:
        """The value in this context at this time. Raises Failure, with the expression in its message."""
        if self._expression is None:
            return self.source
        try:
            return plain(self._expression(context, now=at))
        except feel.FeelLimitError as error:
            raise Failure("feel-limit", _complaint(self.source, error)) from None
        except feel.FeelError as error:
            raise Failure("feel-error", _complaint(self.source, error)) from None

    def text(self, context: Mapping[str, object], at: datetime) -> str:
        """The value as text; null is ""."""
        return as_text(self(context, at))


def plain(value: object) -> object:
    """Whole decimals of ordinary size as int, so that data stay simple; everything else as it is."""
    if type(value) is Decimal and value == value.to_integral_value() and abs(value) < 10**15:
        return int(value)
    return value


def as_text(value: object) -> str:
    """A scalar as the text that names things are made of: 12 and "12" are the same correlation key."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (Decimal, float)):
        digits = format(value, "f")
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    if isinstance(value, (feel.DateTime, feel.Time, feel.DaysTimeDuration, feel.YearsMonthsDuration)):
        return str(feel.to_json(value)["value"])
    return str(value)


def _complaint(source: str, error: Exception) -> Text:
    text = getattr(error, "text", None)
    if isinstance(text, Text):
        return Text(f"表达式 {source} 不能求值:{text.zh}", f"expression {source} failed: {text.en}")
    return Text(f"表达式 {source} 不能求值:{error}", f"expression {source} failed: {error}")
