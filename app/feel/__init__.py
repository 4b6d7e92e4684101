"""FEEL, the expression language of DMN 1.5: compiled once, run safely, the same answer every time."""

from app.feel.encoding import from_json, to_json
from app.feel.errors import FeelError, FeelLimitError, FeelRuntimeError, FeelSyntaxError
from app.feel.expression import Expression, UnaryTests, compile, compile_unary_tests
from app.feel.values import (
    DateTime,
    DaysTimeDuration,
    Function,
    Range,
    Time,
    YearsMonthsDuration,
)

__all__ = [
    "DateTime",
    "DaysTimeDuration",
    "Expression",
    "FeelError",
    "FeelLimitError",
    "FeelRuntimeError",
    "FeelSyntaxError",
    "Function",
    "Range",
    "Time",
    "UnaryTests",
    "YearsMonthsDuration",
    "compile",
    "compile_unary_tests",
    "from_json",
    "to_json",
]
