"""Hostile input: soup of tokens, values at the edge of what numbers and dates hold, patterns made to run wild.

SOAK=20 in the environment tries twenty times as many.
"""

import contextlib
import random
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.feel import FeelError, compile, compile_unary_tests
from app.feel.builtins import BUILTINS
from app.feel.limits import MAX_LIST, MAX_STEPS, MAX_STRING, too_many_steps
from app.feel.operators import KINDS
from app.feel.regex import compiled
from tests.feel import generate
from tests.feel.cases import GROUPS
from tests.soak import SOAK

HERE = settings(max_examples=100 * SOAK, deadline=None, suppress_health_check=list(HealthCheck))
CONTEXT: dict[str, object] = {"a": 1, "b": "办结", "xs": [1, None, "x"], "case": {"a": {"b": 2}}, "first name": True}
TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|\w+|\s+|\*\*|\.\.|[<>!]=|->|.', re.DOTALL)
SOURCES = [source for cases in GROUPS.values() for source, _ in cases]


def assert_is_feel(value: Any) -> None:
    """A value is of FEEL's own kinds and within the limits, and so is all that it holds."""
    waiting, seen = [value], set[int]()
    while waiting:
        one = waiting.pop()
        assert one.__class__ in KINDS, one.__class__
        assert not isinstance(one, Decimal) or one.is_finite()
        assert not isinstance(one, str) or len(one) <= MAX_STRING
        if isinstance(one, list | dict) and id(one) not in seen:
            seen.add(id(one))
            assert len(one) <= MAX_LIST
            waiting += one if isinstance(one, list) else one.values()


def run(source: str) -> None:
    """Evaluate a text as an expression and as a test; both give a value of FEEL's kinds or an error of ours."""
    with contextlib.suppress(FeelError):
        assert_is_feel(compile(source)(CONTEXT))
    with contextlib.suppress(FeelError):
        assert compile_unary_tests(source)(1, CONTEXT) in (True, False, None)


@HERE
@given(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3), st.integers(0, 2**32), st.integers(1, 6))
def test_soup_of_tokens_gives_a_value_or_an_error(sources: list[str], seed: int, changes: int) -> None:
    chance = random.Random(seed)
    tokens = [token for source in sources for token in TOKENS.findall(source)]
    for _ in range(changes):
        at, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        how = chance.randrange(4)
        if how == 0:
            del tokens[at]
        elif how == 1:
            tokens.insert(at, tokens[other])
        elif how == 2:
            tokens[at], tokens[other] = tokens[other], tokens[at]
        else:
            tokens[at] = tokens[other]
        tokens = tokens or ["null"]
    run("".join(tokens))


@HERE
@given(generate.texts)
@example("a => 1")
@example("1...a...b")
@example("[1..2]...x = >= 3")
def test_any_text_gives_a_value_or_an_error(source: str) -> None:
    run(source)


EXTREMES = (
    "9.999999999999999999999999999999999e6144", "-9e6144", "1e-6143", "0", "-1", "1e30", "0.1", "null", "true",
    '""', "long", '"\\U01F40E"', "deep", "many", "[]", "[null]", "{}", "[[], {}]", '@"999999999-12-31"',
    '@"-999999999-01-01"', '@"999999999-12-31T23:59:59.999999999-18:00"', '@"23:59:59.999999999+18:00"',
    '@"P999999999999D"', '@"-P1999999999Y"', '@"PT0.000000001S"', "[1..9e6144]", "(< 1e-6143)", "(!= 1)", "abs",
    "function(x) x", "function(x, y) x < y", "function() 1 / 0", "[1, \"a\", null, [1]]", "{a: many}",
    '"(a*)*"', '"$1"',
)  # fmt: skip
DEEP: list[object] = []
for _ in range(100):
    DEEP = [DEEP, 1]
HOSTILE: dict[str, object] = {"long": "x" * 30_000, "deep": DEEP, "many": list(range(5_000))}


@pytest.mark.parametrize("name", sorted({*BUILTINS, "+", "-", "*", "/", "**", "=", "<", "in", "between"}))
def test_extreme_values_give_a_value_or_an_error(name: str) -> None:
    chance = random.Random(name)
    for _ in range(4 * SOAK):
        one, two, three = (chance.choice(EXTREMES) for _ in range(3))
        ways = [f"{name}({one})", f"{name}({one}, {two})", f"{name}({one}, {two}, {three})"]
        if name not in BUILTINS:
            ways = [f"({one}) between ({two}) and ({three})" if name == "between" else f"({one}) {name} ({two})"]
        for source in ways:
            with contextlib.suppress(FeelError):
                assert_is_feel(compile(source)(HOSTILE))


PIECES = (
    "a", "b", ".", "[ab]", "[^a]", "(", ")", "(?:", "|", "*", "+", "?", "*?", "{2}", "{0,3}", "{9,}", "^", "$", "\\1",
    "\\2", "\\d", "\\p{L}", "[a-c-[b]]", "\\", "[", "]", " ",
)  # fmt: skip


@HERE
@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.text("ab", max_size=60),
    st.text("smixq", max_size=2),
)
@example("(a*)*" * 6, "a" * 60, "")
@example("((a+)+)+b", "a" * 60, "")
@example("(a+)(a+)(a+)(a+)\\4\\3\\2\\1b", "a" * 60, "")
@example("((a{9}){9}){9}", "a" * 60, "")
def test_any_pattern_is_answered_or_paid_for(pattern: str, text: str, flags: str) -> None:
    program = compiled(pattern, flags)
    if program is None:
        return
    spent = 0

    def spend(steps: int) -> None:
        nonlocal spent
        spent += steps
        if spent > MAX_STEPS:
            raise too_many_steps()

    try:
        found = program.search(text, 0, spend)
    except FeelError:
        assert program.exact, "only back-references may cost more than the text is long"
        return
    assert program.exact or spent <= (len(text) + 2) * (len(program.steps) // 4 + 2)
    assert found is None or 0 <= found[0] <= found[1] <= len(text)
