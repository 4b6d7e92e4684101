"""Decision tables: every hit policy, allowed values, defaults, and how fast."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dmn import DecisionError, load
from app.feel import compile
from tests.dmn.build import decision, model, table


def decide(logic: str, **context: object) -> Any:
    return load(model(decision("t", logic))).decide("t", context)


OVERLAPPING = ["> 0 | 'low'", "> 5 | 'high'", "> 5 | 'medium'", "> 100 | 'high'"]
RULES = [row.replace("'", '"') for row in OVERLAPPING]
LEVELS = 'level | | "high", "medium", "low"'


@pytest.mark.parametrize(
    ("policy", "x", "expected"),
    [
        ("UNIQUE", 3, "low"),
        ("UNIQUE", -1, None),
        ("FIRST", 50, "low"),
        ("FIRST", -1, None),
        ("ANY", 3, "low"),
        ("PRIORITY", 50, "high"),
        ("PRIORITY", 3, "low"),
        ("PRIORITY", -1, None),
        ("RULE ORDER", 50, ["low", "high", "medium"]),
        ("RULE ORDER", -1, []),
        ("OUTPUT ORDER", 50, ["high", "medium", "low"]),
        ("OUTPUT ORDER", 500, ["high", "high", "medium", "low"]),
        ("COLLECT", 50, ["low", "high", "medium"]),
        ("COLLECT", -1, []),
    ],
)
def test_hit_policy_chooses_among_the_rules_that_fit(policy: str, x: int, expected: object) -> None:
    assert decide(table(["x"], [LEVELS], RULES, policy), x=x) == expected


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY"])
def test_rules_that_contradict_each_other_are_no_answer(policy: str) -> None:
    with pytest.raises(DecisionError, match=r"1, 2, 3") as caught:
        decide(table(["x"], [LEVELS], RULES, policy), x=50)
    assert "规则" in caught.value.text.zh


def test_any_takes_rules_that_agree() -> None:
    assert decide(table(["x"], ["y"], ["> 0 | 1", "> 5 | 1.0"], "ANY"), x=9) == 1


@pytest.mark.parametrize(
    ("aggregation", "x", "expected"),
    [("SUM", 9, 60), ("MIN", 9, 10), ("MAX", 9, 30), ("COUNT", 9, 3), ("SUM", -1, None), ("COUNT", -1, 0)],
)
def test_collect_aggregates(aggregation: str, x: int, expected: object) -> None:
    rules = ["> 0 | 10", "> 1 | 20", "> 2 | 30", "> 100 | 5"]
    assert decide(table(["x"], ["y"], rules, "COLLECT", aggregation), x=x) == expected


def test_aggregation_of_what_cannot_be_added_is_no_answer() -> None:
    with pytest.raises(DecisionError, match="SUM"):
        decide(table(["x"], ["y"], ["> 0 | true", "> 1 | 2"], "COLLECT", "SUM"), x=9)


def test_several_outputs_make_a_context() -> None:
    logic = table(["x"], ["level", "survey"], ['> 0 | "a" | true', '<= 0 | "b" | x'])
    assert decide(logic, x=1) == {"level": "a", "survey": True}
    assert decide(logic, x=-1) == {"level": "b", "survey": Decimal(-1)}


def test_priority_goes_by_the_first_output_then_the_next() -> None:
    outputs = ['a | | "x", "y"', 'b | | "p", "q"']
    logic = table(["n"], outputs, ['- | "y" | "p"', '- | "x" | "q"', '- | "x" | "p"'], "PRIORITY")
    assert decide(logic, n=1) == {"a": "x", "b": "p"}


def test_defaults_stand_in_when_no_rule_fits() -> None:
    outputs = ['a | | | "none"', "b | | | x * 2"]
    assert decide(table(["x"], outputs, ["> 10 | 1 | 2"]), x=3) == {"a": "none", "b": 6}
    assert decide(table(["x"], ["a | | | 7"], ["> 10 | 1"], "COLLECT"), x=3) == [7]
    assert decide(table(["x"], ["a"], ["> 10 | 1"]), x=3) is None


def test_cells_of_several_inputs_must_all_fit() -> None:
    logic = table(
        ["kind", "area", "cold"],
        ["risk"],
        ['"catering" | > 500 | - | "high"', '"catering" | <= 500 | true | "medium"', 'not("catering") | - | - | "low"'],
    )
    assert decide(logic, kind="catering", area=600, cold=False) == "high"
    assert decide(logic, kind="catering", area=500, cold=True) == "medium"
    assert decide(logic, kind="catering", area=500, cold=False) is None
    assert decide(logic, kind="sale", area=None, cold=None) == "low"
    assert decide(logic) == "low"  # null is not "catering" either


def test_cells_may_read_other_variables_and_the_value() -> None:
    logic = table(["x", "date(d)"], ["y"], ['> limit | < @"2026-02-01" | x - limit', "? < limit | - | 0"])
    assert decide(logic, x=15, limit=10, d="2026-01-01") == 5
    assert decide(logic, x=5, limit=10, d=None) == 0


@pytest.mark.parametrize(("kind", "value"), [("number", "5"), ("boolean", 1), ("string", 5), ("date", "2026-02-30")])
def test_input_of_the_wrong_type_is_no_answer(kind: str, value: object) -> None:
    with pytest.raises(DecisionError, match="input 'x'"):
        decide(table([f"x | {kind}"], ["y"], ["- | 1"]), x=value)


def test_dates_in_json_are_read_where_a_date_is_wanted() -> None:
    logic = table(["x | date"], ["y"], ['> @"2026-01-01" | "late"', '<= @"2026-01-01" | "early"'])
    assert decide(logic, x="2026-02-01") == "late"
    assert decide(table(["x | dateTime"], ["y"], ['> @"2026-01-01T00:00:00Z" | 1']), x="2026-02-01T08:00:00+08:00") == 1


def test_input_that_is_not_allowed_is_no_answer() -> None:
    logic = table(['x | string | "a","b"'], ["y"], ["- | 1"])
    assert decide(logic, x="a") == 1
    assert decide(logic, x=None) == 1
    with pytest.raises(DecisionError, match='"a","b"'):
        decide(logic, x="c")


def test_computed_output_that_is_not_allowed_is_no_answer() -> None:
    logic = table(["x"], ['y | string | "a","b"'], ["- | z"])
    assert decide(logic, x=1, z="b") == "b"
    with pytest.raises(DecisionError, match="rule 1"):
        decide(logic, x=1, z="c")


def test_true_is_not_one() -> None:
    logic = table(["x"], ["y"], ["true | 1", "1 | 2", '"true" | 3'])
    assert decide(logic, x=True) == 1
    assert decide(logic, x=1) == 2
    assert decide(logic, x="true") == 3


cells = st.sampled_from(
    (
        "-",
        "1",
        "2, 3",
        '"a"',
        '"a","b"',
        "> 1",
        "< 2",
        "[1..3]",
        "not(1)",
        "not(> 2)",
        "null",
        "true",
        "? = 2",
        "n",
        "> n",
    )
)
inputs = st.sampled_from((None, 0, 1, 2, 3, "a", "b", True, False))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=12), inputs, inputs, inputs)
def test_index_of_a_table_finds_what_testing_each_cell_finds(
    rows: list[tuple[str, str, str]], a: object, b: object, c: object
) -> None:
    from app.feel import compile_unary_tests

    context = {"a": a, "b": b, "c": c, "n": 2}
    rules = [" | ".join((*row, str(number))) for number, row in enumerate(rows, 1)]
    expected = [
        number
        for number, row in enumerate(rows, 1)
        if all(compile_unary_tests(cell)(context[name], context) is True for cell, name in zip(row, "abc", strict=True))
    ]
    assert decide(table(["a", "b", "c"], ["y"], rules, "COLLECT"), **context) == expected


def test_table_of_a_thousand_rules_loads() -> None:
    rules = [f'"k{n}", "m{n}" | > {n} | [{n}..{n + 1}] | {n}' for n in range(1000)]
    decisions = load(model(decision("t", table(["a", "b", "c"], ["o"], rules, "COLLECT"))))
    assert decisions.evaluate("t", {"a": "m7", "b": 8, "c": 7.5}) == [7]
    assert compile("1")({}) == 1
