"""How far an expression may go. Figures are generous for people and small for machines."""

from decimal import Context, DivisionByZero, FloatOperation, InvalidOperation, Overflow
from typing import Final, TypeVar

from app.errors import Text
from app.feel.errors import FeelLimitError

MAX_SOURCE: Final = 32_000  # characters of an expression
MAX_DEPTH: Final = 160  # nesting of an expression, and of a value given to it
MAX_STEPS: Final = 300_000  # of about a microsecond: turns of loops by the size of their body, calls, elements touched
MAX_CALLS: Final = 64  # nesting of calls to functions written in FEEL
MAX_STRING: Final = 100_000  # characters of a string that an expression makes
MAX_PARTS: Final = 100  # words and signs of a name that is found in a text by its signs
MAX_NAMES: Final = 200  # names with signs in them that one text declares
MAX_LIST: Final = 100_000  # elements of a list, entries of a context

NUMBERS: Final = Context(
    prec=34, Emax=6144, Emin=-6143, traps=[DivisionByZero, InvalidOperation, Overflow, FloatOperation]
)
"""IEEE 754-2008 decimal128 (DMN 1.5, 10.3.2.3.1). Used through its methods; the thread's context is not touched."""


def too_long(length: int) -> FeelLimitError:
    """The error for source text over `MAX_SOURCE`."""
    return FeelLimitError(
        Text(
            f"表达式长 {length} 个字符,超过上限 {MAX_SOURCE}",
            f"the expression has {length} characters, the limit is {MAX_SOURCE}",
        )
    )


def too_deep() -> FeelLimitError:
    """The error for nesting over `MAX_DEPTH` or `MAX_CALLS`."""
    return FeelLimitError(
        Text(
            f"嵌套过深(表达式上限 {MAX_DEPTH} 层,函数调用上限 {MAX_CALLS} 层)",
            f"nested too deeply (at most {MAX_DEPTH} levels of expression, {MAX_CALLS} of calls)",
        )
    )


def too_many_steps() -> FeelLimitError:
    """The error for an evaluation that used up its budget."""
    return FeelLimitError(Text(f"计算超过 {MAX_STEPS} 步,已停止", f"stopped after {MAX_STEPS} steps of evaluation"))


def too_many_names() -> FeelLimitError:
    """The error for a text that declares more than `MAX_NAMES` names with signs in them."""
    return FeelLimitError(Text(f"含符号的名称超过 {MAX_NAMES} 个", f"more than {MAX_NAMES} names with signs in them"))


def too_large(what: Text) -> FeelLimitError:
    """The error for a string, list or number that grew out of bounds."""
    return FeelLimitError(Text(f"{what.zh}过大,已停止", f"{what.en} grew too large"))


T = TypeVar("T")

STRING = Text("字符串", "a string")
LIST = Text("列表", "a list")
NUMBER = Text("数值", "a number")


def sized_string(text: str) -> str:
    """`text` itself, if it is within `MAX_STRING`."""
    if len(text) > MAX_STRING:
        raise too_large(STRING)
    return text


def sized_list(items: list[T]) -> list[T]:
    """`items` itself, if it is within `MAX_LIST`."""
    if len(items) > MAX_LIST:
        raise too_large(LIST)
    return items
