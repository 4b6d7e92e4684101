"""What has a type is of it, or null: results, arguments, boxes, services (DMN 1.5, 10.3.2.9.4)."""

from typing import Any

import pytest

from app.dmn import DecisionError, load
from tests.dmn.build import decision, knowledge, literal, model, requires, table

TYPES = (
    '<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
    '<itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>'
    '<itemDefinition name="tSmall"><typeRef>number</typeRef><typeConstraint><text>[0..9]</text></typeConstraint>'
    "</itemDefinition>"
    '<itemDefinition name="tFew" isCollection="true"><typeRef>tSmall</typeRef>'
    "<typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>"
    '<itemDefinition name="tText"><functionItem outputTypeRef="string"/></itemDefinition>'
)


def answer(body: str, identity: str = "t", **context: object) -> Any:
    return load(model(TYPES + body)).answer(identity, context)


@pytest.mark.parametrize(
    ("source", "kind", "expected"),
    [
        ("1 + 1", "string", None),
        ('[1, "a"]', "tNumbers", None),
        ("5", "tNumbers", [5]),
        ('"a"', "tNumbers", None),
        ('["a"]', "string", "a"),
        ("[1]", "string", None),
        ("null", "tNumbers", None),
        ('{name: "a", age: 1, more: 2}', "tPerson", {"name": "a", "age": 1, "more": 2}),
        ('{name: "a"}', "tPerson", None),
        ('"2026-01-01"', "date", None),
        ('string(date and time("2026-01-01T00:00:00Z") - x)', "string", "PT0S"),
        ("9", "tSmall", 9),
        ("10", "tSmall", None),
        ("[1, 2]", "tFew", [1, 2]),
        ("[1, 2, 3]", "tFew", None),
        ("[1, 10]", "tFew", None),
    ],
)
def test_result_of_a_decision_is_of_its_type_or_null(source: str, kind: str, expected: object) -> None:
    given = '<inputData id="x" name="x"><variable name="x" typeRef="dateTime"/></inputData>'
    body = given + decision("t", literal(source), type_ref=kind, before=requires(inputs=["x"]))
    found = answer(body, x="2026-01-01T00:00:00Z")
    assert found.value == expected
    assert bool(found.problems) is (expected is None and source != "null")


def test_type_of_a_box_holds_inside_it() -> None:
    for source, expected in [("5", [5]), ('"a"', None)]:
        logic = literal(source).replace("<literalExpression>", '<literalExpression typeRef="tNumbers">')
        assert answer(decision("t", f"<list>{logic}</list>")).value == [expected]


def test_type_that_nobody_defines_says_nothing_on_a_box_and_is_noted() -> None:
    body = decision("t", literal("1").replace(">", ' typeRef="tNone">', 1))
    decisions = load(model(body))
    assert decisions.evaluate("t", {}) == 1
    assert [(one.severity, one.code) for one in decisions.findings] == [("warning", "dmn-type")]


def test_argument_that_is_not_of_its_type_is_null() -> None:
    body = knowledge("f", ["p: tPerson"], literal("p = null")) + decision(
        "t", literal('[f({name: "a"}), f({name: "a", age: 1})]'), before=requires(knowledge=["f"])
    )
    assert answer(body).value == [True, False]
    assert answer(body, "f", p={"name": "a"}).value is True


def test_service_result_is_of_the_type_of_its_function() -> None:
    service = (
        '<decisionService id="s" name="s"><variable name="s" typeRef="tText"/>'
        '<outputDecision href="#n"/></decisionService>'
    )
    assert answer(decision("n", literal("1")) + service, "s").value is None
    assert answer(decision("n", literal('"a"')) + service, "s").value == "a"


def test_date_is_a_midnight_in_utc_where_both_are_wanted() -> None:
    body = decision("t", literal('@"2026-01-01"'), type_ref="dateTime")
    assert answer(body + decision("u", literal("string(t)"), before=requires("t")), "u").value == "2026-01-01T00:00:00Z"


def test_input_that_is_not_of_its_type_is_null_and_a_problem() -> None:
    given = '<inputData id="x" name="x"><variable name="x" typeRef="tSmall"/></inputData>'
    body = given + decision("t", literal("x = null"), before=requires(inputs=["x"]))
    assert answer(body, x=3) == load(model(TYPES + body)).answer("t", {"x": 3})
    found = answer(body, x=30)
    assert found.value is True
    assert "'x'" in found.problems[0].en
    with pytest.raises(DecisionError, match="'x'"):
        load(model(TYPES + body)).decide("t", {"x": 30})


def test_table_without_an_answer_is_null_where_it_stands() -> None:
    inner = table(["x"], ["y"], ["> 1 | 1", "> 2 | 2"])
    body = knowledge("f", ["x"], inner) + decision(
        "t", literal("for n in [2, 3, 0] return f(n)"), before=requires(knowledge=["f"])
    )
    found = answer(body)
    assert found.value == [1, None, None]
    assert "1, 2" in found.problems[0].zh


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ('<filter><in>{xs}</in><match>{m}</match></filter>', None),
        ('<some iteratorVariable="item"><in>{xs}</in><satisfies>{m}</satisfies></some>', None),
        ('<every iteratorVariable="item"><in>{xs}</in><satisfies>{m}</satisfies></every>', None),
    ],
)  # fmt: skip
def test_boxed_conditions_that_are_no_booleans_make_the_box_null(box: str, expected: object) -> None:
    match = literal('if item = 2 then true else "no"')
    assert answer(decision("t", box.format(xs=literal("[1, 2]"), m=match))).value is expected


def test_field_called_item_comes_before_the_item() -> None:
    box = f"<filter><in>{literal('[{item: 1}, {item: 3}]')}</in><match>{literal('item > 2')}</match></filter>"
    assert answer(decision("t", box)).value == [{"item": 3}]


def test_relation_columns_have_types() -> None:
    rows = f"<row>{literal('[1]')}{literal('1')}</row>"
    columns = '<column name="a" typeRef="number"/><column name="b" typeRef="string"/>'
    assert answer(decision("t", f"<relation>{columns}{rows}</relation>")).value == [{"a": 1, "b": None}]


def test_variable_of_a_function_may_have_the_type_of_its_results() -> None:
    inner = f'<functionDefinition><formalParameter name="n"/>{literal("n > 1")}</functionDefinition>'
    entries = f'<contextEntry><variable name="f" typeRef="boolean"/>{inner}</contextEntry>'
    entries += f"<contextEntry>{literal('f(2)')}</contextEntry>"
    assert answer(decision("t", f"<context>{entries}</context>")).value is True
    calling = decision("g", inner, type_ref="boolean") + decision("t", literal("g(0)"), before=requires("g"))
    assert answer(calling).value is False


def test_variable_may_say_that_it_is_a_collection() -> None:
    variable = '<variable name="xs" typeRef="string" isCollection="true"/>'
    entries = f"<contextEntry>{variable}{literal('x')}</contextEntry><contextEntry>{literal('xs')}</contextEntry>"
    for value, expected in [(["a", "b"], ["a", "b"]), ("a", ["a"]), ([1, "b"], None)]:
        assert answer(decision("t", f"<context>{entries}</context>"), x=value).value == expected
