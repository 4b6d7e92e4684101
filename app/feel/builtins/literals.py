"""Literals in the text of `range("[…]")`: the same ones that stand at the ends of a range in a table's cell."""

from typing import Final

from app.feel import nodes
from app.feel.arithmetic import negate
from app.feel.builtins.registry import BUILTINS, invoke
from app.feel.errors import FeelError
from app.feel.parser import parse
from app.feel.run import Run
from app.feel.temporal import read_temporal
from app.feel.values import Value

_MAKERS: Final = ("date", "time", "date and time", "duration")


def read_literal(text: str, run: Run) -> Value:
    """The number, string, at-literal, or date, time or duration made of literals, that the text says; else null."""
    bare = read_temporal(text)
    if bare is not None or not text:
        return bare
    try:
        return _value(parse(text), run)
    except FeelError:
        return None


def _value(node: nodes.Node, run: Run) -> Value:
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Negation) and isinstance(node.value, nodes.Literal):
        return negate(node.value.value)
    if not isinstance(node, nodes.Call) or not isinstance(node.function, nodes.Name) or node.names:
        return None
    name = node.function.name
    if name not in _MAKERS:
        return None
    return invoke(name, BUILTINS[name].by_count(len(node.arguments)), run, [_value(one, run) for one in node.arguments])
