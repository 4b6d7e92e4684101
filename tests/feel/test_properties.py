"""What holds for all values: arithmetic, three-valued logic, order, unary tests, and that nothing escapes.

SOAK=20 in the environment tries twenty times as many.
"""

import contextlib
import decimal
import operator
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.feel import DaysTimeDuration, FeelError, compile, compile_unary_tests, from_json, to_json
from app.feel.operators import equal
from tests.feel import generate
from tests.soak import SOAK

LOGIC = {True: "true", False: "false", None: "null"}
HERE = settings(max_examples=80 * SOAK, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def value(source: str, **context: object) -> Any:
    return compile(source)(context)


@HERE
@given(generate.numbers, generate.numbers, generate.numbers)
def test_addition_and_multiplication_obey_their_laws(a: Decimal, b: Decimal, c: Decimal) -> None:
    assert value("a + b = b + a and a * b = b * a", a=a, b=b)
    assert value("(a + b) + c = a + (b + c)", a=a, b=b, c=c)
    assert value("a - b = -(b - a) and a + 0 = a and a * 1 = a and a - a = 0", a=a, b=b)
    assert value("a * (b + c) = a * b + a * c", a=decimal.Decimal(int(a)), b=b, c=c)


@HERE
@given(generate.numbers, generate.numbers.filter(bool))
def test_modulo_and_floor_divide_without_rest(a: Decimal, b: Decimal) -> None:
    assert value("modulo(a, b) = a - b * floor(a / b) or abs(a / b) > 1e20", a=a, b=b)
    assert value("(modulo(a, b) >= 0) = (b > 0) or modulo(a, b) = 0", a=a, b=b)


@HERE
@given(generate.numbers, st.integers(0, 4))
def test_rounding_stays_within_one_unit(a: Decimal, scale: int) -> None:
    for name in ("decimal", "floor", "ceiling", "round up", "round down", "round half up", "round half down"):
        assert value(f"abs({name}(a, n) - a) < 1 / 10 ** n or {name}(a, n) = a", a=a, n=scale), name
    assert value("floor(a) <= a and a <= ceiling(a) and abs(round down(a, 0)) <= abs(a)", a=a)


@HERE
@given(generate.booleans, generate.booleans, generate.booleans)
def test_logic_of_three_values_obeys_its_laws(a: bool | None, b: bool | None, c: bool | None) -> None:
    p, q, r = LOGIC[a], LOGIC[b], LOGIC[c]
    same = [
        (f"{p} and {q}", f"{q} and {p}"),
        (f"{p} or {q}", f"{q} or {p}"),
        (f"({p} and {q}) and {r}", f"{p} and ({q} and {r})"),
        (f"({p} or {q}) or {r}", f"{p} or ({q} or {r})"),
        (f"{p} and ({q} or {r})", f"({p} and {q}) or ({p} and {r})"),
        (f"not({p} and {q})", f"not({p}) or not({q})"),
        (f"not({p} or {q})", f"not({p}) and not({q})"),
        (f"not(not({p}))", p),
        (f"{p} and true", p),
        (f"{p} or false", p),
        (f"all([{p}, {q}, {r}])", f"{p} and {q} and {r}"),
        (f"any([{p}, {q}, {r}])", f"{p} or {q} or {r}"),
        (f"some x in [{p}, {q}] satisfies x", f"{p} or {q}"),
        (f"every x in [{p}, {q}] satisfies x", f"{p} and {q}"),
    ]
    for one, other in same:
        assert value(one) is value(other), f"{one} ≠ {other}"


OPERATORS: list[tuple[str, Callable[[Any, Any], bool]]] = [
    ("<", operator.lt),
    ("<=", operator.le),
    (">", operator.gt),
    (">=", operator.ge),
    ("=", operator.eq),
    ("!=", operator.ne),
]


@HERE
@given(st.sampled_from(OPERATORS), generate.numbers | st.integers(), generate.numbers | st.integers())
def test_comparison_of_numbers_is_that_of_arithmetic(
    sign: tuple[str, Callable[[Any, Any], bool]], a: Decimal | int, b: Decimal | int
) -> None:
    exact = decimal.Context(prec=34)
    left, right = exact.create_decimal(a), exact.create_decimal(b)
    assert value(f"a {sign[0]} b", a=a, b=b) is sign[1](left, right)
    assert compile_unary_tests(f"{sign[0]} b")(a, {"b": b}) is sign[1](left, right)


@HERE
@given(generate.days, st.integers(-40_000, 40_000))
def test_days_added_are_days_apart(day: date, count: int) -> None:
    later = value("day + duration(text)", day=day, text=f"{'-' if count < 0 else ''}P{abs(count)}D")
    assert later == day + timedelta(days=count)
    assert value("later - day", later=later, day=day) == DaysTimeDuration(count * 86_400 * 10**9)


@HERE
@given(generate.days, st.integers(-2000, 2000))
def test_months_added_keep_the_day_or_end_the_month(day: date, months: int) -> None:
    later = value('d + @"P1M" * n', d=day, n=months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@HERE
@given(st.datetimes(timezones=st.just(generate.UTC)), st.datetimes(timezones=st.just(generate.UTC)))
def test_instants_of_the_host_keep_their_order_and_distance(one: datetime, other: datetime) -> None:
    if min(one, other) < datetime(1, 1, 2, tzinfo=generate.UTC) or max(one, other).year > 9998:
        return
    assert value("a < b", a=one, b=other) is (one < other)
    assert value("a - b", a=one, b=other).timedelta() == one - other


@HERE
@given(generate.numbers, generate.numbers, generate.numbers)
def test_unary_tests_say_what_they_stand_for(a: Decimal, b: Decimal, x: Decimal) -> None:
    context = {"a": a, "b": b, "x": x}
    for test, expanded in [
        ("< a", "x < a"),
        ("a, b", "x = a or x = b"),
        ("not(a, b)", "not(x = a or x = b)"),
        ("[a..b]", "x >= a and x <= b"),
        ("(a..b)", "x > a and x < b"),
        ("]a..b[", "x > a and x < b"),
        ("> a, < b", "x > a or x < b"),
        ("? > a and ? < b", "x > a and x < b"),
        ("not([a..b])", "not(x >= a and x <= b)"),
        ("[a, b]", "x = a or x = b"),
        ("-", "true"),
    ]:
        assert compile_unary_tests(test)(x, context) is compile(expanded)(context), test


@HERE
@given(st.text(max_size=40), st.text(max_size=5))
def test_parts_of_a_string_make_it_up_again(text: str, part: str) -> None:
    context = {"s": text, "p": part}
    assert value("string length(s)", **context) == len(text)
    assert value("contains(s, p)", **context) is (part in text)
    assert value("not(contains(s, p)) or substring before(s, p) + p + substring after(s, p) = s", **context)
    assert value('s = "" or string join(for i in 1..string length(s) return substring(s, i, 1)) = s', **context)


@HERE
@given(st.lists(st.integers(-50, 50), max_size=12))
def test_functions_of_lists_agree_with_each_other(items: list[int]) -> None:
    context = {"xs": items}
    assert value("sort(xs)", **context) == sorted(items)
    assert value("sort(xs, function(x, y) x > y) = reverse(sort(xs))", **context)
    assert value("reverse(reverse(xs)) = xs and flatten([xs, []]) = xs and concatenate(xs, []) = xs", **context)
    assert value("count(distinct values(xs)) = count(union(xs, xs))", **context)
    assert value("xs = [] or (min(xs) = sort(xs)[1] and max(xs) = sort(xs)[-1])", **context)
    assert value("xs = [] or sum(xs) / count(xs) = mean(xs)", **context)
    assert value("xs[item > 0]", **context) == [one for one in items if one > 0]
    assert value("every x in xs satisfies list contains(xs, x) and count(index of(xs, x)) > 0", **context)


@settings(max_examples=500 * SOAK, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(generate.texts, st.booleans())
@example("]1..2[", False)
@example("[" * 300, False)
@example("a" * 40_000, False)
@example("- " * 900, False)
def test_text_compiles_or_is_refused(source: str, unary: bool) -> None:
    with contextlib.suppress(FeelError):
        compile_unary_tests(source) if unary else compile(source)


@settings(
    max_examples=300 * SOAK, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(generate.expressions, generate.contexts, generate.moments)
def test_expression_gives_a_value_or_a_feel_error(
    source: str, context: dict[str, object], now: datetime | None
) -> None:
    before = decimal.getcontext().prec
    try:
        found = compile(source)(context, now)
        assert equal(found, compile(source)(context, now)) is True or "function" in source
        encoded = to_json(found)
        assert equal(from_json(encoded), found) is True or "partial" in source
    except FeelError:
        pass
    assert decimal.getcontext().prec == before


@settings(
    max_examples=150 * SOAK, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(generate.tests, generate.scalars, generate.contexts)
def test_unary_tests_give_a_truth_value_or_a_feel_error(source: str, one: object, context: dict[str, object]) -> None:
    with contextlib.suppress(FeelError):
        assert compile_unary_tests(source)(one, context) in (True, False, None)


@HERE
@given(generate.values)
def test_host_values_survive_the_way_through_feel_and_json(one: object) -> None:
    try:
        inside = compile("x")({"x": one})
    except FeelError:
        return
    assert equal(from_json(to_json(inside)), inside) is True
    assert to_json(from_json(to_json(inside))) == to_json(inside)


@pytest.mark.parametrize("name", ["__class__", "__import__", "mro", "real", "__globals__", "__dict__", "items"])
def test_nothing_of_python_is_reachable(name: str) -> None:
    for source in ("1", '"a"', "[]", "{}", "f", "function() 1", '@"2026-01-01"', "[1..2]", "x", "abs"):
        assert compile(f"({source}).{name}")({"x": {}, "f": None}) in (None, [])
        assert compile(f'get value({source}, "{name}")')({"x": {}, "f": None}) is None
    assert compile(name)({}) is None
