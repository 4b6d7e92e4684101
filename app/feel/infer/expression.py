"""The door: the shape of a compiled expression, and its problems with line and column."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.feel.expression import Expression, UnaryTests
from app.feel.infer.shapes import ANY, Shape
from app.feel.infer.walk import Lookup, Names, Problem, Walk
from app.feel.lexer import place


@dataclass(frozen=True, slots=True)
class Inferred:
    """What is known of an expression. `names` are the variables it reads, `null_tested` those it compares with null."""

    shape: Shape
    problems: tuple[Problem, ...]
    null_tested: frozenset[str]
    source: str
    names: frozenset[str] = frozenset()

    def place(self, problem: Problem) -> tuple[int, int]:
        """Line and column of a problem in the source, from 1."""
        return place(self.source, problem.at)


def infer(
    expression: Expression | UnaryTests,
    variables: Mapping[str, Shape] | Lookup,
    *,
    names: Callable[[], Sequence[str]] | None = None,
    tested: Shape = ANY,
) -> Inferred:
    """What an expression gives over variables of these shapes. A variable that is not among them does not exist.

    `variables` may be a function instead, with `names` for those that it knows. `tested` is what `?` stands for.
    """
    if isinstance(variables, Mapping):
        walk = Walk(variables.get, lambda: tuple(variables))
    else:
        walk = Walk(variables, names or tuple)
    shape = walk.shape(expression.tree, Names(None, {"?": tested}))
    return Inferred(shape, tuple(walk.problems), frozenset(walk.null_tested), expression.source, expression.names)
