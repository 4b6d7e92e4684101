"""Every expression ends: the budget stops what runs, grows, nests or back-tracks too far."""

import decimal

import pytest

from app.feel import FeelError, FeelLimitError, compile, compile_unary_tests
from app.feel.limits import MAX_SOURCE

TEXT = "x" * 90_000
CONTEXT: dict[str, object] = {
    "s": TEXT, "t": TEXT[:-1] + "y", "xs": list(range(20_000)), "ys": list(range(20_000)), "zs": ["a"] * 900,
    "cs": [{"a": 1}] * 20_000, "c": {f"k{n}": n for n in range(20_000)},
}  # fmt: skip
STOPPED = [
    "for i in 1..1000000000 return i",
    "for i in 1..99999, j in 1..99999 return 1",
    "some i in 1..99999, j in 1..99999 satisfies false",
    'for i in 1..60 return if i = 1 then "ab" else partial[-1] + partial[-1]',
    "for i in 1..60 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])",
    "{a: for i in 1..60 return [partial[-1], partial[-1]], b: a[-1] = a[-1]}",
    "{a: for i in 1..60 return [partial[-1], partial[-1]], b: string(a[-1])}",
    "{a: for i in 1..60 return [partial[-1], partial[-1]], b: flatten(a)}",
    "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), y: f(40)}.y",
    "{f: function(n) f(n + 1), y: f(1)}.y",
    "{f: function(g) g(g), y: f(f)}.y",
    "for i in 1..99999 return 1.0000001 ** 12345.678",
    "9e6000 * 9e6000",
    "9e6144 + 9e6144",
    "10 ** 99999",
    "exp(99999)",
    'for i in 1..99999 return contains(s, "y")',
    'for i in 1..99999 return s + "a"',
    "for i in 1..99999 return upper case(s)",
    "sort(for i in 1..99999 return -i, function(x, y) x < y)",
    "for i in 1..99999 return i in xs",
    "for i in 1..99999 return xs = ys",
    "for i in 1..99999 return xs[item > 5]",
    'for i in 1..999 return matches(s, "(x+x+)+y")',
    'replace(s, "x", "xxxxxxxxxxxxxxxx")',
    "for i in 1..99999 return partial",
    "for i in 1..9999 return cs.a",
    "for i in 1..9999 return get entries(c)",
    "for i in 1..9999 return string join(zs, s)",
    "for i in 1..99999 return " + "+".join("i" * 100),
    "for i in 1..99999 return xs instance of list<number>",
    "for i in 1..99999 return cs instance of list<context<a: number>>",
    "for i in 1..99999 return (function(x: list<number>) 1)(xs)",
    "for i in 1..99999 return c in [c, c]",
    "for i in 1..99999 return c = c",
    "for i in 1..99999 return cs...a",
    "{a: for i in 1..60 return [partial[-1], partial[-1]], b: a...x}",
    'matches(s, "(x+)(x+)(x+)\\\\3\\\\2\\\\1y")',
    'for i in 1..99999 return matches(s, "(x*)*\\\\1y")',
    "for i in 1..99999 return string(xs)",
    "for i in 1..99999 return stddev(xs)",
    "for i in 1..99999 return union(xs, ys)",
    "sort(xs, function(a, b) sum(xs) > a)",
]


@pytest.mark.parametrize("source", STOPPED)
def test_expression_that_goes_too_far_is_stopped(source: str) -> None:
    expression = compile(source)
    with pytest.raises(FeelLimitError) as caught:
        expression(CONTEXT)
    assert caught.value.text.zh


FITTING = [
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(([a-z])+.)+[A-Z]([a-z])+$")',
    'matches("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "(x+x+)+y")',
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a*a*a*a*a*a*a*a*a*a*a*b")',
]


@pytest.mark.parametrize("source", FITTING)
def test_pattern_that_other_engines_choke_on_is_answered(source: str) -> None:
    assert compile(source)({}) is False


DEEP = [
    "(" * 5000 + "1" + ")" * 5000,
    "[" * 5000,
    "-" * 5000 + "1",
    "1" + "+1" * 5000,
    "if a then b else " * 1000 + "c",
    "function(x) " * 1000 + "x",
    "x" + "[1]" * 5000,
    "for x in y return " * 1000 + "1",
    "{" + ", ".join(f"a-{n}: 1" for n in range(1000)) + "}",
    "x" * (MAX_SOURCE + 1),
]


@pytest.mark.parametrize("source", DEEP, ids=range(len(DEEP)))
def test_text_that_is_too_deep_or_long_is_refused(source: str) -> None:
    with pytest.raises(FeelLimitError):
        compile(source)
    with pytest.raises(FeelError):
        compile_unary_tests(source)


def test_long_chains_of_conditions_are_no_nesting() -> None:
    source = " or ".join(f'kind = "{n}"' for n in range(1000))
    assert compile(source)({"kind": "999"}) is True


def test_host_value_that_is_too_deep_is_refused() -> None:
    nested: list[object] = []
    for _ in range(500):
        nested = [nested]
    with pytest.raises(FeelLimitError):
        compile("xs = 1")({"xs": nested})


def test_numbers_leave_the_decimal_context_of_the_thread_alone() -> None:
    with decimal.localcontext() as context:
        context.clear_flags()
        context.prec = 5
        context.clear_flags()  # those of the tests before
        context.traps[decimal.Inexact] = True
        assert compile("1 / 3 * 3")({}) == decimal.Decimal("0." + "9" * 34)
        assert not context.flags[decimal.Inexact]
        assert context.prec == 5
