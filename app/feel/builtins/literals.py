"""Literals in the text of `range("[…]")`: the same ones that stand at the ends of a range in a table's cell."""

from app.feel import nodes
from app.feel.arithmetic import negate
from app.feel.builtins.registry import BUILTINS
from app.feel.errors import FeelError
from app.feel.parser import parse
from app.feel.temporal import read_temporal
from app.feel.values import Value

_MAKERS = ("date", "time", "date and time", "duration")


def read_literal(text: str) -> Value:
    """The number, string, at-literal, or date, time or duration of a string, that the text says; else null."""
    bare = read_temporal(text)
    if bare is not None:
        return bare
    try:
        node = parse(text)
    except FeelError:
        return None
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Negation) and isinstance(node.value, nodes.Literal):
        return negate(node.value.value)
    return _made(node)


def _made(node: nodes.Node) -> Value:
    if not isinstance(node, nodes.Call) or not isinstance(node.function, nodes.Name) or len(node.arguments) != 1:
        return None
    argument = node.arguments[0]
    if node.function.name not in _MAKERS or not isinstance(argument, nodes.Literal):
        return None
    overload = BUILTINS[node.function.name].by_count(1)[0]
    return None if argument.value is None else overload.function(argument.value)
