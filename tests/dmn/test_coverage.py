"""What a decision table leaves open, against trying every input; each kind of cell; what is not examined is said."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dmn import check_files, load
from app.dmn.coverage import Budget, Report, examine
from app.dmn.kinds import Trial
from app.dmn.table import Table
from app.errors import Finding
from tests.dmn.build import decision, model, table

NUMBERS = ("-", "1", "> 1", "<= 2", "[1..3]", "(1..3)", "]1..3[", "not([1..2])", "not(2, 3)", "1, 3", "[2, 3]", "? > 2",
           "? > 1 and ? < 3", "not(? = 2)", "-1", "> -1", "? between 1 and 2", "? in [1..2]", ">= 1, < 0")  # fmt: skip
STRINGS = ("-", '"a"', '"a", "b"', 'not("a")', 'not("a", "b")', '["b", "c"]', '? != "c"', '"z"')
BOOLEANS = ("-", "true", "false", "not(true)", "? = false", "true, false")
DAYS = ("-", '> date("2026-01-02")', '@"2026-01-03"', '[@"2026-01-01"..@"2026-01-03")', 'not(< @"2026-01-02")')
COLUMNS = {
    "n | number": (NUMBERS, [Decimal(one) / 2 for one in range(-3, 9)]),
    's | string | "a", "b", "c"': (STRINGS, ["a", "b", "c"]),
    "t | string": (STRINGS, ["a", "b", "c", "z", "其他"]),
    "b | boolean": (BOOLEANS, [True, False]),
    "d | date": (DAYS, [date(2025, 12, 30) + timedelta(days=one) for one in range(9)]),
}


def of(logic: str) -> Table:
    return load(model(decision("t", logic))).tables[0].table


def hits(one: Table, values: Mapping[str, object]) -> list[int]:
    return [rule.number for rule in one.hits(values, Trial(None))]


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[str], list[str]]:
    columns = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=3, unique=True))
    row = st.tuples(*(st.sampled_from(COLUMNS[one][0]) for one in columns))
    rows = draw(st.lists(row, min_size=1, max_size=6))
    rules = [" | ".join((*cells, str(number))) for number, cells in enumerate(rows)]
    return draw(st.sampled_from(("UNIQUE", "FIRST"))), columns, rules


@settings(max_examples=150, deadline=None)
@given(tables())
def test_findings_are_those_that_trying_every_input_gives(drawn: tuple[str, list[str], list[str]]) -> None:
    policy, columns, rules = drawn
    one = of(table(columns, ["y"], rules, policy))
    report = examine(one)
    names = [column.split(" ")[0] for column in columns]
    grid = [dict(zip(names, values, strict=True)) for values in product(*(COLUMNS[name][1] for name in columns))]
    found = [hits(one, values) for values in grid]
    assert bool(report.gaps) is ([] in found)
    assert all(hits(one, example) == [] for example in report.gaps)
    ever = {number for fitting in found for number in fitting}
    assert set(report.never) == set(range(1, len(rules) + 1)) - ever
    if policy == "UNIQUE":
        pairs = {(a, b) for fitting in found for a in fitting for b in fitting if a < b}
        assert {(first, second) for first, second, _ in report.overlaps} == pairs
        assert all({first, second} <= set(hits(one, example)) for first, second, example in report.overlaps)
    else:
        deciding = {fitting[0] for fitting in found if fitting}
        assert {number for number, _ in report.masked} == ever - deciding
    assert report.unread == report.unread_inputs == report.related == ()
    assert not report.exhausted


@pytest.mark.parametrize(
    ("column", "cells", "example"),
    [
        ("x | number", ["<= 100", ">= 101"], {"x": Decimal("100.5")}),
        ("x | number", ["< 0", "> 10"], {"x": Decimal(0)}),
        ("x", ["true"], {"x": False}),
        ('x | string | "a", "b"', ['"a"'], {"x": "b"}),
        ("x | string", ['"a"'], {"x": "其他"}),
        ("x | date", ['< @"2026-01-01"', '> @"2026-01-01"'], {"x": date(2026, 1, 1)}),
        ("x | number | [0..10]", ["[0..9)", "(9..10]"], {"x": Decimal(9)}),
    ],
)
def test_a_gap_is_shown_by_an_input(column: str, cells: list[str], example: Mapping[str, object]) -> None:
    report = examine(of(table([column], ["y"], [f"{cell} | 1" for cell in cells])))
    assert report.gaps[0] == example
    assert not report.overlaps


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("time", ['< @"08:30:00"', '>= @"08:30:00"']),
        ("dateTime", ['< @"2026-01-01T00:00:00Z"', '>= @"2026-01-01T00:00:00Z"']),
        ("dayTimeDuration", ['< @"PT1H"', '[@"PT1H"..@"P2D"]', '> @"P2D"']),
        ("yearMonthDuration", ['<= @"P1Y"', '>= @"P1Y1M"']),
        ("date", ['<= @"2026-01-01"', '>= @"2026-01-02"']),
    ],
)
def test_dates_times_and_durations_are_whole_where_they_meet(kind: str, cells: list[str]) -> None:
    assert examine(of(table([f"x | {kind}"], ["y"], [f"{cell} | 1" for cell in cells]))) == Report()
    lacking = examine(of(table([f"x | {kind}"], ["y"], [f"{cell} | 1" for cell in cells[1:]])))
    assert lacking.gaps


def test_any_may_agree_but_not_contradict() -> None:
    agreeing = table(["x | number"], ["y"], ["> 0 | 1", "> 5 | 1", "<= 0 | 2"], "ANY")
    assert examine(of(agreeing)) == Report()
    report = examine(of(table(["x | number"], ["y"], ["> 0 | 1", "> 5 | 2", "<= 0 | z"], "ANY")))
    assert report.overlaps == ((1, 2, {"x": Decimal(6)}),)


def test_priority_hides_what_ranks_lower() -> None:
    outputs = ['y | | "high", "low"']
    report = examine(of(table(["x | number"], outputs, ['> 5 | "low"', '> 0 | "high"', '- | "low"'], "PRIORITY")))
    assert report.masked == ((1, 2),)


def test_several_rules_together_hide_one() -> None:
    rules = ["< 5 | - | 1", ">= 5 | - | 2", "> 3 | true | 3"]
    assert examine(of(table(["x | number", "b | boolean"], ["y"], rules, "FIRST"))).masked == ((3, None),)


@pytest.mark.parametrize(("policy", "default"), [("COLLECT", ""), ("RULE ORDER", ""), ("UNIQUE", "0")])
def test_where_no_rule_need_fit_there_is_no_gap(policy: str, default: str) -> None:
    assert examine(of(table(["x | number"], [f"y | | | {default}"], ["> 0 | 1"], policy))).gaps == ()


def test_free_expressions_are_said_not_to_be_examined() -> None:
    rules = ["> limit | 1", "<= 5 | 2", '? > 1 or contains(string(?), "7") | 3', "> 5 | 4"]
    report = examine(of(table(["x | number"], ["y"], rules)))
    assert report.unread == (1, 3)
    assert report.gaps == report.overlaps == ()
    assert examine(of(table(["x | number"], ["y"], rules[:1]))) == Report(unread=(1,))
    inputs = examine(of(table(["x | list"], ["y"], ["list contains(?, 1) | 1", "- | 2"])))
    assert inputs.unread_inputs == ("x",)


def test_columns_of_the_same_expression_are_one_input() -> None:
    rules = ["> 0 | < 5 | 1", "<= 0 | - | 2", "- | >= 5 | 3"]
    report = examine(of(table(["x | number", "x | number"], ["y"], rules)))
    assert not report.gaps
    assert report.overlaps == ()


def found(body: str) -> list[Finding]:
    return check_files({"x.dmn": model(decision("t", body, name="风险"))})


def test_findings_name_table_rules_and_example_in_both_languages() -> None:
    findings = found(
        table(["面积 | number", "冷食 | boolean"], ["y"], ["> 100 | - | 1", "> 50 | true | 2", "<= 50 | - | 3"])
    )
    overlap, gap = findings
    assert (overlap.severity, overlap.code, overlap.file, overlap.name) == ("error", "dmn-overlap", "x.dmn", "风险")
    assert "第 1 条和第 2 条" in overlap.text.zh
    assert "rules 1 and 2 both fit 面积 = 101, 冷食 = true" in overlap.text.en
    assert (gap.severity, gap.code) == ("warning", "dmn-gap")
    assert "面积 = 100, 冷食 = false" in gap.text.zh or "面积 = 51, 冷食 = false" in gap.text.zh
    assert all(one.remedy.zh and one.remedy.en and one.line for one in findings)


def test_inputs_that_depend_on_each_other_are_not_accused() -> None:
    body = table(["a.x | number", "a.x > 3 | boolean"], ["y"], ["> 3 | true | 1", "> 5 | true | 2", "<= 3 | false | 3"])
    assert {(one.code, one.severity) for one in found(body)} == {("dmn-overlap", "warning"), ("dmn-gap", "info")}
    apart = table(["a.x | boolean", "a.y | boolean"], ["y"], ["true | - | 1", "- | true | 2", "false | false | 3"])
    assert ("dmn-overlap", "error") in {(one.code, one.severity) for one in found(apart)}


def test_rules_that_never_decide_and_the_unexamined_are_found() -> None:
    rules = ["- | 1", "> 5, contains(z, x) | 2", "(5..5) | 3", "> 9 | 4"]
    codes = [(one.code, one.severity) for one in found(table(["x | number"], ["y"], rules, "FIRST"))]
    assert codes == [("dmn-rule-never", "warning"), ("dmn-rule-masked", "warning"), ("dmn-not-examined", "info")]


def test_same_decision_id_in_two_files_is_found() -> None:
    one = model(decision("t", table(["b | boolean"], ["y"], ["- | 1"])))
    findings = check_files({"a.dmn": one, "b.dmn": one.replace(b"urn:test", b"urn:other")})
    assert [(each.code, each.severity, each.file) for each in findings] == [("dmn-id-shared", "error", "b.dmn")]


def test_a_large_table_ends_within_its_budget() -> None:
    rules = [" | ".join([f"[{(n * 37 + k * 11) % 90}..{(n * 37 + k * 11) % 90 + 25}]" for k in range(6)] + ["1"])
             for n in range(200)]  # fmt: skip
    report: Any = examine(of(table([f"i{k} | number" for k in range(6)], ["y"], rules, "FIRST")))
    assert report.gaps or report.exhausted


def test_what_is_beyond_the_budget_is_said_and_not_guessed() -> None:
    one = of(
        table(["x | number", "b | boolean"], ["y"], ["> 5 | true | 1", "<= 5 | - | 2", "> 5 | false | 3"], "FIRST")
    )
    assert examine(one, Budget(tests=3)) == Report(exhausted=True)
    assert examine(one, Budget(visits=1)) == Report(exhausted=True)
    assert examine(one) == Report()
    many = "".join(
        decision(f"t{k}", table(["x | number"], ["y"], [f"[{n * k}..{n * k + 1}) | 1" for n in range(300)], "FIRST"))
        for k in range(1, 12)
    )
    found = check_files({"x.dmn": model(many)})
    assert [one.code for one in found].count("dmn-too-many-cases") >= 1
