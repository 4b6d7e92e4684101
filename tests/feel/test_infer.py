"""Types without running: mistakes are found where they stand, and nothing that can make sense is called one."""

import contextlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.feel import FeelError, compile, compile_unary_tests
from app.feel import nodes as tree
from app.feel.compiler import Code, Compiler
from app.feel.infer import (
    ANY,
    BOOLEAN,
    NUMBER,
    STRING,
    Problem,
    Shape,
    context_of,
    infer,
    join,
    list_of,
    of,
    of_value,
    one_of,
    words,
)
from app.feel.operators import kind
from app.feel.run import Frame, run_at
from app.feel.scope import Scope
from tests.feel import generate
from tests.soak import SOAK

ROW = context_of({"amount": NUMBER, "plate": STRING})
VARIABLES = {
    "amount": NUMBER,
    "kind": one_of(["sale", "catering"]),
    "name": STRING,
    "ok": BOOLEAN,
    "rows": list_of(ROW),
    "risk": context_of({"level": one_of(["低", "中"]), "surveyNeeded": BOOLEAN}),
    "day": STRING,
    "since": of("date"),
    "unknown": ANY,
    "tags": list_of(one_of(["a", "b"])),
}
MISTAKES = {
    "amout > 5": ("name", 1, 1),
    "if ok\nthen 1\nelse nmae": ("name", 3, 6),
    "count(rows[plat = 1])": ("name", 1, 12),
    "risk.levle": ("field", 1, 6),
    "rsk...level": ("name", 1, 1),
    "rows.plat": ("field", 1, 6),
    "for r in rows return r.plat": ("field", 1, 24),
    "{a: 1}.b": ("field", 1, 8),
    "name.length": ("path", 1, 6),
    "since.hours": ("path", 1, 7),
    'amount > "5"': ("compare", 1, 1),
    "ok = 1": ("compare", 1, 1),
    "ok < true": ("compare", 1, 1),
    'amount between 1 and "5"': ("compare", 1, 1),
    'amount in ["a".."z"]': ("compare", 1, 1),
    'amount in (1, "a")': ("compare", 1, 15),
    '[1.."a"]': ("compare", 1, 2),
    'kind = "sal"': ("value", 1, 1),
    'kind != "shop"': ("value", 1, 1),
    'kind in ("sale", "shop")': ("value", 1, 18),
    'risk.level = "高"': ("value", 1, 1),
    'tags[item = "c"]': ("value", 1, 6),
    "amount + name": ("operand", 1, 1),
    'day + duration("P1D")': ("operand", 1, 1),
    "-name": ("operand", 1, 2),
    "if amount then 1 else 2": ("condition", 1, 4),
    "ok and name": ("condition", 1, 8),
    "some r in rows satisfies r.amount": ("condition", 1, 26),
    "rows[plate]": ("condition", 1, 6),
    "foo(3)": ("function", 1, 1),
    "amount(1)": ("function", 1, 1),
    "string length(amount)": ("argument", 1, 15),
    "substring(name)": ("argument", 1, 1),
    "upper case(strig: name)": ("argument", 1, 1),
    "sum(rows.plate)": ("argument", 1, 5),
    "not(amount)": ("argument", 1, 5),
    'date("2026-02-30")': ("argument", 1, 1),
    'duration("5 days")': ("argument", 1, 1),
    "(function(x: number) x.y)(1)": ("path", 1, 24),
}
RIGHT = (
    'amount > 5 and kind = "sale"',
    "risk.surveyNeeded = false",
    "sum(rows.amount) / count(rows)",
    "rows[amount > 3].plate",
    "rows[1].amount + 1",
    "rows[item.amount > 3]",
    "unknown.a.b[c > 1][1] + 3",
    "date(day) + duration(name) > today()",
    "since - since < duration(name)",
    'amount in [1..5] or amount in (> 5, 1) or kind in ["sale", "shop"]',
    "amount = null or name != null",
    'if ok then "yes" else null',
    "for r in rows, i in 1..3 return {n: r.amount * i, m: n + 1}.m",
    "for x in [1, 2] return sum(partial) + x",
    "every x in tags satisfies x instance of string",
    "(function(x, y) x + y)(1, 2) = 3 and {f: function(a) a * 2}.f(2) = 4",
    "sort(rows, function(a, b) a.amount < b.amount)[1].plate",
    'list contains(tags, kind) and string join(tags, ",") != ""',
    "substring(string: name, start position: 1)",
    "get value(risk, name)",
    "upper case([name])",
    "tags[1]",
    "min(amount, 3) + max([1, 2])",
    "now() - now() = duration(name)",
    "since.year + since.weekday",
    "append(tags, 1)[2]",
)


def problems(source: str, variables: Mapping[str, Shape] = VARIABLES) -> list[tuple[str, int, int]]:
    found = infer(compile(source), variables)
    return [(one.code, *found.place(one)) for one in found.problems]


@pytest.mark.parametrize("source", MISTAKES)
def test_a_mistake_is_found_where_it_stands(source: str) -> None:
    assert problems(source) == [MISTAKES[source]]


@pytest.mark.parametrize("source", RIGHT)
def test_what_makes_sense_is_left_in_peace(source: str) -> None:
    assert problems(source) == []


def test_a_name_that_is_nearly_there_is_proposed() -> None:
    (found,) = infer(compile("Amount = 1"), VARIABLES).problems
    assert found.near == ("amount",)
    assert "amount" in found.text.zh
    assert "did you mean amount" in found.text.en


def test_what_is_compared_with_null_may_be_missing() -> None:
    assert infer(compile("extra = null or null != more or third = 1"), {}).null_tested == {"extra", "more"}


def test_the_tests_of_a_cell_are_held_against_the_value() -> None:
    def codes(source: str, shape: Shape) -> list[str]:
        return [one.code for one in infer(compile_unary_tests(source), {}, tested=shape).problems]

    assert codes('"sale", "shop"', VARIABLES["kind"]) == ["value"]
    assert codes("> 5", STRING) == ["compare"]
    assert codes('not("sale", [1..5], ? > 3)', NUMBER) == ["compare"]
    assert codes("[1..5], > 7, 3, ? = 2", NUMBER) == []


def test_shapes_are_told_in_both_languages() -> None:
    assert words(join(NUMBER, STRING)).zh == "数值或文字"
    assert words(join(NUMBER, STRING)).en == "number or string"
    assert words(ANY).en == "anything"


def test_the_shape_of_a_value_fits_the_value() -> None:
    shape = of_value({"a": 1, "b": ["x", None], "c": {"d": True}, "e": None})
    assert problems("a.b[1] = 1 and a.c.d and a.a > 1 and a.e = 1", {"a": shape}) == [("compare", 1, 1)]


# --- nothing is called a mistake that could be none ---------------------------------------------------

SCALARS: tuple[tuple[Shape, st.SearchStrategy[Any]], ...] = (
    (NUMBER, generate.numbers),
    (STRING, st.text(max_size=5)),
    (BOOLEAN, st.booleans()),
    (of("date"), generate.days),
    (one_of(["a", "急"]), st.sampled_from(["a", "急"])),
    (ANY, generate.values),
)
Typed = tuple[Shape, Any]


def typed() -> st.SearchStrategy[Typed]:
    """A shape, and a value of that shape."""
    plain = st.one_of([st.tuples(st.just(shape), values | st.none()) for shape, values in SCALARS])
    return st.recursive(plain, lambda inner: st.one_of(_lists(inner), _contexts(inner)), max_leaves=4)


def _lists(inner: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
    return st.lists(inner, max_size=3).map(lambda found: (list_of(_all(found)), [one for _, one in found]))


def _all(found: list[Typed]) -> Shape:
    shape = of()
    for one, _ in found:
        shape = join(shape, one)
    return shape


def _contexts(inner: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
    return st.dictionaries(st.sampled_from(generate.NAMES), inner, max_size=3).map(
        lambda found: (
            context_of({key: shape for key, (shape, _) in found.items()}),
            {key: one for key, (_, one) in found.items()},
        )
    )


def _sides(node: tree.Node) -> list[tree.Node]:
    """What must not be null for a comparison to say anything."""
    if isinstance(node, tree.Comparison):
        return [node.left, node.right]
    return [node.value] if isinstance(node, tree.In) else []


class Watching(Compiler):
    """A compiler whose code remembers what the nodes of interest came to."""

    def __init__(self, watched: Mapping[int, list[Any]]) -> None:
        super().__init__(frozenset())
        self.watched = watched

    def code(self, node: tree.Node, scope: Scope | None) -> Code:
        code = super().code(node, scope)
        seen = self.watched.get(id(node))
        if seen is None:
            return code

        sides = [super(Watching, self).code(one, scope) for one in _sides(node)]

        def watching(frame: Frame) -> Any:
            value = code(frame)
            if all(side(frame) is not None for side in sides):
                seen.append(value)
            return value

        return watching


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(map(_is_empty, value)))


def _is_constant(problem: Problem) -> Callable[[Any], bool]:
    unequal = isinstance(problem.node, tree.Comparison) and problem.node.operator == "!="
    return lambda value: value is not (not unequal)


def _claim(problem: Problem) -> Callable[[Any], bool]:
    """What the problem says of every value of its node."""
    equality = isinstance(problem.node, tree.Comparison) and problem.node.operator in ("=", "!=")
    if problem.code == "value" or (problem.code == "compare" and equality):
        return _is_constant(problem)
    if problem.code == "condition":
        return lambda value: not isinstance(value, bool)
    if problem.code == "compare" and not isinstance(problem.node, tree.Comparison):
        return lambda value: value is not True
    return _is_empty


def _conforms(value: Any, shape: Shape, depth: int = 0) -> bool:
    if value is None or shape.kinds is None or depth > 5:
        return True
    if kind(value) not in shape.kinds:
        return False
    if isinstance(value, str | Decimal) and shape.values is not None:
        return value in shape.values
    if isinstance(value, list):
        return all(_conforms(one, shape.item or ANY, depth + 1) for one in value)
    if isinstance(value, dict) and shape.fields is not None:
        return all(key in shape.fields and _conforms(one, shape.fields[key], depth + 1) for key, one in value.items())
    return True


@settings(max_examples=400 * SOAK, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(generate.expressions, st.dictionaries(st.sampled_from(generate.NAMES), typed(), max_size=6))
def test_a_problem_never_makes_sense_and_a_value_has_its_shape(source: str, given_: dict[str, Typed]) -> None:
    with contextlib.suppress(FeelError):
        expression = compile(source)
        found = infer(expression, {name: shape for name, (shape, _) in given_.items()})
        watched: dict[int, list[Any]] = {id(one.node): [] for one in found.problems if one.node is not None}
        compiler = Watching(watched)
        code = compiler.code(expression.tree, None)
        frame: Frame = [None] * compiler.names.size
        frame[:3] = {name: value for name, (_, value) in given_.items()}, run_at(None), None
        result = code(frame)
        for problem in found.problems:
            for value in watched.get(id(problem.node), ()):
                assert _claim(problem)(value), (problem.text.en, value)
        assert _conforms(result, found.shape), (found.shape, result)
