"""Host values in, FEEL values out: contexts, names read, now, JSON."""

from collections import ChainMap, UserDict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.feel import (
    DateTime,
    FeelRuntimeError,
    Range,
    Time,
    compile,
    compile_unary_tests,
    from_json,
    to_json,
)


def test_numbers_of_every_sort_are_decimals() -> None:
    context = {"a": 1, "b": 0.1, "c": Decimal("0.20"), "d": [1, 0.5], "e": {"f": 3}}
    assert compile("b + c")(context) == Decimal("0.3")
    assert compile("[a, d, e]")(context) == [1, [1, Decimal("0.5")], {"f": 3}]
    assert all(isinstance(one, Decimal) for one in compile("d")(context))


def test_booleans_are_not_numbers() -> None:
    assert compile("a = 1")({"a": True}) is None
    assert compile("a + 1")({"a": True}) is None
    assert compile("xs[item = true]")({"xs": [1, True]}) == [True]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_numbers_that_are_none_are_null(value: object) -> None:
    assert compile("a = null")({"a": value}) is True
    assert compile("xs[1]")({"xs": [value]}) is None


def test_aware_moments_are_read_in_shanghai() -> None:
    context = {"at": datetime(2026, 2, 16, 16, 30, tzinfo=UTC), "local": datetime(2026, 2, 17, 9, 0)}  # noqa: DTZ001  # local on purpose
    assert compile("date(at)")(context) == date(2026, 2, 17)
    assert compile("at.hour")(context) == 0
    assert compile('at = @"2026-02-17T00:30:00+08:00"')(context) is True
    assert compile("string(local)")(context) == "2026-02-17T09:00:00"


def test_dates_times_and_lengths_of_the_host_are_feel_values() -> None:
    context = {"d": date(2026, 2, 17), "t": time(8, 30), "n": timedelta(hours=36)}
    assert compile("date and time(d, t) + n")(context) == compile('@"2026-02-18T20:30:00"')({})


def test_any_mapping_is_a_context() -> None:
    inner: UserDict[str, Any] = UserDict({"b": {"c": 5}})
    assert compile("a.b.c")(ChainMap({"a": inner})) == 5
    assert compile("a")(ChainMap({"a": inner})) == {"b": {"c": 5}}


def test_value_of_no_kind_is_refused() -> None:
    with pytest.raises(FeelRuntimeError, match="object"):
        compile("a")({"a": object()})
    with pytest.raises(FeelRuntimeError, match="bytes"):
        compile("a[1]")({"a": [b"x"]})


def test_result_does_not_share_the_lists_of_the_host() -> None:
    xs = [1, 2]
    result = compile("xs")({"xs": xs})
    result.append(3)
    assert xs == [1, 2]


def test_now_and_today_are_what_is_passed_in() -> None:
    at = datetime(2026, 2, 16, 20, 0, tzinfo=UTC)
    assert compile("today()")({}, at) == date(2026, 2, 17)
    assert compile("today()")({}) is None
    assert compile("now()")({}) is None
    assert compile('now() - duration("PT1H") < now()')({}, at) is True
    with pytest.raises(ValueError, match="zone"):
        compile("now()")({}, datetime(2026, 2, 16, 20, 0))  # noqa: DTZ001  # the point of the test


NAMES = [
    ("金额 > 100 and kind = 1", {"金额", "kind"}, set()),
    ("applicant.name", {"applicant"}, set()),
    ("for x in xs return x + y", {"xs", "y"}, set()),
    ("function(a, b) a + b + c", {"c"}, set()),
    ("{a: 1, b: a + c}", {"c"}, set()),
    ("xs[price > limit]", {"xs"}, {"price", "limit"}),
    ("xs[item.price > 1]", {"xs"}, set()),
    ("some x in xs satisfies x in ys", {"xs", "ys"}, set()),
    ("count(xs)", {"xs"}, set()),
    ("unknown(xs)", {"xs", "unknown"}, set()),
    ("1 + 2", set(), set()),
    ("? > 1 and x", {"x"}, set()),
    ("for x in 1..n return partial", {"n"}, set()),
]


@pytest.mark.parametrize(("source", "certain", "possible"), NAMES)
def test_names_are_the_variables_read(source: str, certain: set[str], possible: set[str]) -> None:
    expression = compile(source)
    assert expression.names == certain
    assert expression.possible_names == possible
    assert expression.source == source


def test_names_with_signs_are_read_where_they_are_known() -> None:
    context = {"a-b": 7, "a": 3, "b": 1, "terms and conditions": 2, "单价(元)": 5}
    assert compile("a-b")(context) == 2
    assert compile("a-b", frozenset({"a-b"}))(context) == 7
    assert compile("a - b", frozenset({"a-b"}))(context) == 7
    assert compile("terms and conditions + 1", frozenset(context))(context) == 3
    assert compile("单价(元) * 2", frozenset(context))(context) == 10
    assert compile("a-b", frozenset({"a-b"})).names == {"a-b"}


def test_longest_known_name_wins() -> None:
    names = frozenset({"a-b", "a-b-c"})
    assert compile("a-b-c", names)({"a-b": 5, "a-b-c": 9, "c": 1}) == 9
    assert compile("a-b-d", names)({"a-b": 5, "d": 1}) == 4


def test_function_of_the_context_hides_the_built_in_one() -> None:
    twice = compile("function(x) x * 2")({})
    assert compile("abs(-3)")({"abs": twice}) == 3
    assert compile("abs(-3)", frozenset({"abs"}))({"abs": twice}) == -6
    assert compile("count([1])", frozenset({"count"}))({"count": 5}) == 1


def test_same_text_is_compiled_once() -> None:
    assert compile("a + 1") is compile("a + 1")
    assert compile("a + 1", frozenset({"a"})) is compile("a + 1", frozenset({"a"}))
    assert compile_unary_tests("> 1") is compile_unary_tests("> 1")


def test_explanation_says_what_became_null() -> None:
    value, why = compile('missing + 1 > 2 or "a" < 1 or foo(1)').explain({})
    assert value is None
    assert [one.en for one in why] == [
        "there is no variable 'missing', taken as null",
        "operands of these kinds do not fit, the result is null",
        "there is no variable 'foo', taken as null",
        "there is no function 'foo', the result is null",
    ]
    assert all(one.zh for one in why)


JSON = [
    ("1", 1),
    ("1.0", 1),
    ("0.5", {"$feel": "number", "value": "0.5"}),
    ("9007199254740993", {"$feel": "number", "value": "9007199254740993"}),
    ('"a"', "a"),
    ("null", None),
    ("[true, {a: 1}]", [True, {"a": 1}]),
    ('{"$feel": 1}', {"$feel": "context", "value": {"$feel": 1}}),
    ('@"2026-02-17"', {"$feel": "date", "value": "2026-02-17"}),
    ('@"08:30:00+08:00"', {"$feel": "time", "value": "08:30:00+08:00"}),
    ('@"2026-02-17T08:30:00@Asia/Shanghai"', {"$feel": "date and time", "value": "2026-02-17T08:30:00@Asia/Shanghai"}),
    ('@"P1D"', {"$feel": "days and time duration", "value": "P1D"}),
    ('@"-P1Y"', {"$feel": "years and months duration", "value": "-P1Y"}),
    ("[1..3)", {"$feel": "range", "value": [1, 3], "included": [True, False], "operator": ""}),
    ('date("12026-01-01")', {"$feel": "date", "value": "12026-01-01"}),
]


@pytest.mark.parametrize(("source", "data"), JSON)
def test_values_go_to_json_and_back(source: str, data: object) -> None:
    value = compile(source)({})
    assert to_json(value) == data
    assert from_json(data) == value


@pytest.mark.parametrize(
    "data",
    [
        {"$feel": "date", "value": "2026-02-30"},
        {"$feel": "number", "value": "NaN"},
        {"$feel": "number", "value": 5},
        {"$feel": "nothing", "value": "1"},
        {"$feel": "range", "value": [1]},
        {"$feel": ["date"], "value": "1"},
        {"$feel": "context", "value": 1},
    ],
)
def test_json_that_encodes_nothing_is_refused(data: object) -> None:
    with pytest.raises(FeelRuntimeError):
        from_json(data)


def test_function_is_no_data() -> None:
    with pytest.raises(FeelRuntimeError, match="function"):
        to_json(compile("function() 1")({}))


def test_feel_values_may_be_given_back_in() -> None:
    context = {name: compile(source)({}) for name, source in (("r", "[1..5]"), ("t", '@"08:00:00Z"'), ("f", "abs"))}
    assert isinstance(context["r"], Range)
    assert isinstance(context["t"], Time)
    assert compile('3 in r and t < @"09:00:00Z" and f(-1) = 1')(context) is True


def test_date_and_time_becomes_pythons() -> None:
    value = compile('@"2026-02-17T08:30:00.5+08:00"')({})
    assert isinstance(value, DateTime)
    assert value.datetime() == datetime(2026, 2, 17, 0, 30, 0, 500_000, tzinfo=UTC)
