"""Data objects, inputs and outputs: what is copied when, what is waited for, what is refused, and what only shows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bpmn.check import check
from app.errors import Refused
from tests.bpmn.draw import (
    GUARD,
    Run,
    assigned,
    boundary,
    call,
    copied,
    end,
    flows,
    gateway,
    held,
    io,
    load,
    many,
    process,
    refers,
    script,
    spec,
    start,
    sub,
    turned,
    user,
)

PLACEHOLDER = held("pl", "__targetRef_placeholder", "property")


def codes(diagram: bytes) -> set[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        load(diagram)
    found = {(one.code, one.element) for one in caught.value.findings}
    assert found <= {(one.code, one.element) for one in check({"x.bpmn": diagram})}
    return found


def taking(ident: str, source: str, name: str = "m") -> str:
    """A user task with one data input."""
    return user(ident, body=spec(ident, name) + copied(ident, source, f":{name}"))


def giving(ident: str, target: str, name: str = "m") -> str:
    """A user task with one data output."""
    return user(ident, body=spec(ident, outputs=name) + copied(ident, f":{name}", target))


# -- what only shows ---------------------------------------------------------------------------------------

VALUES = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text("甲乙ab", max_size=3), st.just([1]))
NAMES = st.sampled_from(["x", "amount", "申请书", "two words", ""])
DRAWN = (
    PLACEHOLDER + "<bpmn:dataInputAssociation><bpmn:sourceRef>r</bpmn:sourceRef><bpmn:targetRef>pl</bpmn:targetRef>"
    "</bpmn:dataInputAssociation><bpmn:dataOutputAssociation><bpmn:targetRef>r</bpmn:targetRef>"
    "</bpmn:dataOutputAssociation>"
)


@settings(max_examples=40, deadline=None)
@given(NAMES, st.booleans(), st.dictionaries(st.sampled_from(["x", "amount", "申请书"]), VALUES), st.integers(0, 9))
def test_what_a_modeler_draws_for_people_changes_nothing(
    name: str, is_inside: bool, data: dict[str, object], answer: int
) -> None:
    found = []
    shown = f'<bpmn:dataObject id="do"/><bpmn:dataObjectReference id="r" dataObjectRef="do" name="{name}"/>'
    for drawn, own in ((shown, DRAWN), ("", "")):
        inner = drawn + user("a", body=own) + script("b", "= amount", "x")
        around = sub("u", start("us") + inner + flows("us a b")) if is_inside else inner
        run = Run(process(start() + around + end(), "s u e" if is_inside else "s a b e"), data=data)
        run.complete(run.open[0], amount=answer)
        found.append([step.variables for step in run.steps])
    assert found[0] == found[1]


def test_an_unnamed_data_input_shows_only() -> None:
    own = spec("a", "m").replace(' name="m"', "") + copied("a", "do", ":m")
    run = Run(process(start() + held("do", "x") + user("a", body=own) + end(), "s a e"))
    assert run.step.opened[0].inputs == {}


def test_a_data_object_that_nothing_reads_or_writes_hides_no_variable() -> None:
    inside = held("do", "n") + start("us") + script("b", "= n + 1", "n") + flows("us b")
    assert Run(process(start() + sub("u", inside) + end(), "s u e"), data={"n": 1}).step.variables == {"n": 2}


# -- inputs ------------------------------------------------------------------------------------------------


def test_inputs_are_read_around_the_activity_not_among_its_own() -> None:
    own = spec("a", "x y") + copied("a", "one", ":y") + copied("a", "two", ":x")
    nodes = start() + held("one", "x") + held("two", "y") + user("a", body=own) + end()
    assert Run(process(nodes, "s a e"), data={"x": 1, "y": 2}).step.opened[0].inputs == {"x": 2, "y": 1}


def test_input_mappings_see_the_data_inputs() -> None:
    own = spec("a", "m") + copied("a", "do", ":m")
    nodes = start() + held("do", "d") + user("a", io({"more": "= m + 1"}), own) + end()
    assert Run(process(nodes, "s a e"), data={"d": 1}).step.opened[0].inputs == {"m": 1, "more": 2}


def test_several_sources_need_a_transformation() -> None:
    ends = copied("a", "one", ":m").replace("<bpmn:targetRef>", "<bpmn:sourceRef>two</bpmn:sourceRef><bpmn:targetRef>")
    nodes = start() + held("one", "x") + held("two", "y") + end()
    plain = process(nodes + user("a", body=spec("a", "m") + ends), "s a e")
    assert codes(plain) == {("unsupported-data-association", "a")}
    summed = ends.replace("</bpmn:dataInput", turned("= x + y") + "</bpmn:dataInput")
    run = Run(process(nodes + user("a", body=spec("a", "m") + summed), "s a e"), data={"x": 1, "y": 2})
    assert run.step.opened[0].inputs == {"m": 3}


def test_the_border_listens_once_the_data_are_there() -> None:
    nodes = (
        start() + held("do", "d") + gateway("parallel", "g") + giving("b", "do") + taking("a", "do")
        + boundary("t", "a", refers("message", "msg")) + end()
    )  # fmt: skip
    run = Run(process(nodes, "s g a", "g b", "t e", before='<bpmn:message id="msg" name="go"/>'))
    assert run.open == ["b#1"]
    assert run.waiting.subscriptions == ()
    run.complete("b#1", m=1)
    assert run.open == ["a#1"]
    assert [one.message for one in run.waiting.subscriptions] == ["go"]


def test_what_waits_for_data_goes_when_a_sub_process_gives_them() -> None:
    inside = start("us") + giving("b", "do") + flows("us b")
    nodes = start() + held("do", "d") + gateway("parallel", "g") + sub("u", inside) + taking("a", "do")
    run = Run(process(nodes, "s g a", "g u"))
    run.complete("u/b#1", m=1)
    assert run.open == ["a#1"]
    assert run.step.opened[0].inputs == {"m": 1}


def test_when_only_an_event_sub_process_listens_the_missing_data_are_an_incident() -> None:
    guard = sub("v", start("vs", refers("message", "msg")) + user("w") + flows("vs w"), attributes=GUARD)
    nodes = start() + held("do", "d") + taking("a", "do") + end() + guard
    run = Run(process(nodes, "s a e", before='<bpmn:message id="msg" name="go"/>'))
    assert [(one.code, one.element) for one in run.step.incidents] == [("data-input-missing", "a")]
    assert "“d”" in run.step.incidents[0].text.zh
    run.retry("a!1")
    assert [(one.code, one.id) for one in run.step.incidents] == [("data-input-missing", "a!2")]
    run.retry("a!2", d=3)
    assert run.open == ["a#1"]


def test_tokens_that_make_an_activity_ready_together_are_not_those_that_wait_for_data() -> None:
    task = taking("a", "do").replace(" id=", ' startQuantity="2" id=', 1)
    nodes = start() + held("do", "d") + gateway("parallel", "g") + task + giving("b", "do")
    run = Run(process(nodes + user("c") + user("d"), "s g a", "g c a", "g d a", "g b"))
    run.complete("c#1")
    run.complete("d#1")
    assert run.open == ["b#1"]
    run.complete("b#1", m=1)
    assert run.open == ["a#1"]


def test_instances_read_and_write_by_themselves() -> None:
    body = spec("a", "m", "k") + copied("a", "do", ":m") + copied("a", ":k", "do") + many("= xs", sequential=True)
    run = Run(process(start() + held("do", "d") + user("a", body=body) + end(), "s a e"), data={"xs": [1, 2], "d": 0})
    assert run.step.opened[0].inputs["m"] == 0
    run.complete("a[0]/a#1", k=7)
    assert run.step.opened[0].inputs["m"] == 7
    assert run.complete("a[1]/a#1", k=8).variables == {"xs": [1, 2], "d": 8}


# -- outputs -----------------------------------------------------------------------------------------------


def test_a_data_output_that_was_not_given_is_an_incident_that_keeps_the_rest() -> None:
    own = spec("a", outputs="m k") + copied("a", ":m", "one") + copied("a", ":k", "two")
    nodes = start() + held("one", "x") + held("two", "y") + user("a", body=own) + end()
    run = Run(process(nodes, "s a e"))
    run.complete("a#1", m=1)
    assert [one.code for one in run.step.incidents] == ["data-output-missing"]
    assert run.step.variables == {}


def test_null_is_an_answer() -> None:
    run = Run(process(start() + held("do", "d") + giving("a", "do") + end(), "s a e"), data={"d": 1})
    assert run.complete("a#1", m=None).variables == {"d": None}
    assert run.done


def test_a_member_of_a_data_object_is_assigned_and_the_others_stay() -> None:
    own = copied("a", "", "do", assigned(d__sum="= x"))
    run = Run(process(start() + held("do", "d") + user("a", body=own) + end(), "s a e"), data={"d": {"kind": "k"}})
    assert run.complete("a#1", x=2).variables == {"d": {"kind": "k", "sum": 2}}


def test_a_called_process_keeps_its_data_objects_to_itself() -> None:
    callee = process(start() + held("do", "d") + giving("t", "do") + end(), "s t e", ident="q")
    run = Run(process(start() + call("c", "q") + end(), "s c e"), callee, data={"d": 1})
    assert run.complete("c/t#1", m=9).variables == {"d": 1}


def test_data_of_an_event_sub_process_end_with_it() -> None:
    inside = held("do", "d") + start("vs", refers("message", "msg")) + giving("w", "do") + taking("z", "do", "k")
    guard = sub("v", inside + flows("vs w z"), attributes=GUARD)
    nodes = start() + user("a") + guard
    run = Run(process(nodes, "s a", before='<bpmn:message id="msg" name="go"/>'), data={"d": 1})
    run.deliver("go")
    run.complete("v/w#1", m=5)
    assert run.step.opened[0].inputs == {"k": 5}
    assert run.complete("v/z#1").variables == {"d": 1}


def test_an_error_carries_the_data_inputs_of_its_event() -> None:
    bad = end("z", spec("z", "m", sets=False) + copied("z", "do", ":m") + refers("error", "err"))
    nodes = start() + held("do", "d") + sub("u", start("us") + bad + flows("us z")) + end()
    nodes += boundary("b", "u", refers("error", "err"), extensions=io(outputs={"seen": "= m"}))
    run = Run(process(nodes, "s u e", "b e", before='<bpmn:error id="err" errorCode="E"/>'), data={"d": 4})
    assert run.step.variables == {"d": 4, "seen": 4}


# -- refused, and checked ----------------------------------------------------------------------------------


def test_references_of_an_association_that_lead_nowhere_are_refused() -> None:
    assert codes(process(start() + taking("a", "nothing") + end(), "s a e")) == {("dangling-reference", "a")}
    assert codes(process(start() + giving("a", "nothing") + end(), "s a e")) == {("dangling-reference", "a")}


def test_data_of_another_sub_process_cannot_be_reached() -> None:
    other = sub("u", held("do", "d") + start("us") + user("b") + flows("us b"))
    assert codes(process(start() + other + taking("a", "do") + end(), "s u a e")) == {("dangling-reference", "a")}


@pytest.mark.parametrize("to", ["other", "d[1]", "d.", "getDataObject('d')/sum"])
def test_an_assignment_to_no_data_is_refused(to: str) -> None:
    own = copied("a", "", "do", assigned(TO="= 1").replace("TO", to))
    diagram = process(start() + held("do", "d") + user("a", body=own) + end(), "s a e")
    assert codes(diagram) == {("unsupported-data-association", "a")}


@pytest.mark.parametrize("text", ["= 1 +", "x + 1", "= ${x}"])
def test_a_transformation_that_is_not_feel_is_refused(text: str) -> None:
    own = copied("a", "", "do", turned(text))
    diagram = process(start() + held("do", "d") + user("a", body=own) + end(), "s a e")
    with pytest.raises(Refused):
        load(diagram)
    assert {one.code for one in check({"x": diagram})} & {"bad-feel", "not-feel"}


def test_the_checker_knows_what_data_give_and_what_a_transformation_misspells() -> None:
    own = spec("a", "m", "k") + copied("a", "do", ":m", turned("= sum * 2")) + copied("a", ":k", "do", turned("= kk"))
    nodes = start() + held("do", "sum") + user("a", io({"own": "= m"}), own) + script("b", "= sum + 1", "r") + end()
    found = check({"x": process(nodes, "s a b e")}, forms={}, governed=True)
    assert {(one.code, one.element) for one in found if one.code.startswith("unknown-v")} == {("unknown-variable", "a")}
    assert ["kk" in one.text.en for one in found if one.code.startswith("unknown-v")] == [True]
