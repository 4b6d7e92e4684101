"""Loading: what is read, what is refused by name, and that size costs little."""

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from app.bpmn.definition import Definition
from app.bpmn.engine import Engine
from app.errors import Refused
from tests.bpmn.draw import (
    AT,
    GUARD,
    Run,
    boundary,
    call,
    catch,
    end,
    flow,
    flows,
    gateway,
    io,
    load,
    many,
    message,
    process,
    refers,
    rule,
    script,
    service,
    start,
    sub,
    timer,
    user,
)  # fmt: skip


def codes(*files: bytes, ident: str = "p") -> set[str]:
    with pytest.raises(Refused) as caught:
        load(*files, ident=ident)
    return {one.code for one in caught.value.findings}


def test_definition_lists_what_the_host_has_to_provide() -> None:
    callee = process(start() + user("t", '<zeebe:formDefinition formId="f2"/>') + end(), "s t e", ident="q")
    nodes = start() + user("a", '<zeebe:formDefinition formId="f1"/><gov:step kind="review" post="reviewer"/>')
    nodes += rule("d", "risk", "r")
    nodes += (
        call("k", "q") + catch("m", refers("message", "msg")) + gateway("exclusive", "g", "g_e") + user("b") + end()
    )
    definition = load(
        process(nodes, "s a d k m g", "g b ? = grade > 1", "g e", before=message("msg", "go", "= no")), callee
    )
    assert definition.forms == {"f1", "f2"}
    assert definition.decisions == {"risk"}
    assert definition.callees == {"q"}
    assert definition.messages == {"go"}
    assert {"grade", "no"} <= definition.names
    info = definition.elements["p", "a"]
    assert (info.type, info.form_id) == ("userTask", "f1")
    assert info.step is not None
    assert info.step.post == "reviewer"
    assert definition.elements["q", "t"].process == "q"


def test_other_processes_of_a_file_are_not_looked_at() -> None:
    broken = process(start() + '<bpmn:eventBasedGateway id="x" eventGatewayType="Parallel"/>', "s x", ident="q")
    assert load(process(start() + end(), "s e"), broken).process_id == "p"


@pytest.mark.parametrize(
    ("nodes", "chains", "expected"),
    [
        (start() + user("a") + user("a"), ("s a",), "duplicate-id"),
        (start() + user("a") + '<bpmn:sequenceFlow id="f" sourceRef="a" targetRef="gone"/>', ("s a",), "dangling-flow"),
        (start() + '<bpmn:userTask name="x"/>' + end(), ("s e",), "no-id"),
        (start() + sub("u", start("s2") + user("a") + flows("s2 a")) + user("b"), ("s u", "a b"), "dangling-flow"),
        (start() + user("a") + user("lost"), ("s a",), "unreachable"),
        (user("a") + user("b"), ("a b a",), "no-start"),
        (start() + user("a" * 101), ("s " + "a" * 101,), "too-long"),
        (start() + user("a").replace('name="a"', f'name="{"长" * 201}"'), ("s a",), "too-long"),
        ("", (), "empty"),
        (start() + user("a"), ("s a", "a s"), "flow-into-start"),
        (start() + end() + user("a"), ("s e a",), "flow-out-of-end"),
        (start() + script("x", "= 1 +", "n"), ("s x",), "bad-feel"),
        (start() + script("x", "1", "n"), ("s x",), "not-feel"),
        (start() + script("x", "= 1", ""), ("s x",), "missing"),
        (start() + call("k", "= who"), ("s k",), "no-callee"),
        (start() + user("a", body=many("xs")), ("s a",), "not-feel"),
        (start() + user("a", '<gov:limit value="5" unit="XX"/>'), ("s a",), "bad-limit"),
        (start() + user("a", '<gov:limit value="five" unit="D"/>'), ("s a",), "bad-limit"),
        (start() + user("a", body="<bpmn:standardLoopCharacteristics/>"), ("s a",), "endless-loop"),
        (start() + '<bpmn:userTask id="a" isForCompensation="true"/>', ("s a",), "handler-of-nothing"),
        (start() + '<bpmn:receiveTask id="a" instantiate="true"/>', ("s a",), "unsupported-instantiating-node"),
        (start() + '<bpmn:choreographyTask id="a"/>', ("s a",), "unsupported-choreographyTask"),
        (start() + sub("u", user("x"), attributes=GUARD) + user("a"), ("s a",), "guard-without-event"),
        (user("a") + boundary("b", "a", refers("error"), interrupting=False), (), "error-not-interrupting"),
    ],
)  # fmt: skip
def test_what_would_be_dropped_or_misread_is_refused(nodes: str, chains: tuple[str, ...], expected: str) -> None:
    assert expected in codes(process(nodes, *chains))


def test_an_empty_condition_is_not_taken_for_none() -> None:
    diagram = process(start() + user("a") + end(), "s a", "a e ? = x").replace(b"= x", b"")
    assert "missing" in codes(diagram)


def test_findings_name_element_line_and_a_way_out_in_both_languages() -> None:
    with pytest.raises(Refused) as caught:
        load(
            process(
                start() + '<bpmn:eventBasedGateway id="g" name="汇总" eventGatewayType="Parallel"/>' + end(), "s g e"
            )
        )
    finding = caught.value.findings[0]
    assert (finding.file, finding.element, finding.name) == ("0.bpmn", "g", "汇总")
    assert finding.line
    assert "并行事件网关" in finding.text.zh
    assert "event-based gateway" in finding.text.en
    assert finding.remedy.zh


def test_process_that_is_missing_double_or_not_executable_is_refused() -> None:
    plain = process(start() + end(), "s e")
    assert codes(plain, ident="q") == {"no-process"}
    assert codes(plain, plain) == {"duplicate-process"}
    assert codes(plain.replace(b'isExecutable="true"', b'isExecutable="false"')) == {"not-executable"}


def test_file_that_is_not_bpmn_is_refused() -> None:
    assert codes(b"<html/>") == {"not-bpmn"}
    assert codes(b'<definitions xmlns="http://www.omg.org/spec/DMN/20180521/MODEL/"/>') == {"not-bpmn"}


def test_documentation_elements_are_no_obstacle() -> None:
    nodes = (
        '<bpmn:dataObject id="do"/><bpmn:dataObjectReference id="dr" dataObjectRef="do"/>'
        '<bpmn:dataStoreReference id="ds"/>'
        '<bpmn:textAnnotation id="ta"><bpmn:text>x</bpmn:text></bpmn:textAnnotation>'
        '<bpmn:association id="as" sourceRef="a" targetRef="ta"/><bpmn:group id="gr"/>'
    )
    ends = "<bpmn:sourceRef>dr</bpmn:sourceRef><bpmn:targetRef>pr</bpmn:targetRef>"
    data = f'<bpmn:property id="pr"/><bpmn:dataInputAssociation id="di">{ends}</bpmn:dataInputAssociation>'
    assert Run(process(nodes + start() + user("a", body=data) + end(), "s a e")).open == ["a#1"]
    assign = data.replace("</bpmn:dataInputAssociation>", "<bpmn:assignment/></bpmn:dataInputAssociation>")
    assert codes(process(nodes + start() + user("a", body=assign) + end(), "s a e")) == {"unsupported-data-association"}


def line(length: int) -> bytes:
    names = [f"n{number}" for number in range(length)]
    return process(start() + "".join(user(one) for one in names) + end(), " ".join(["s", *names, "e"]))


def test_chain_of_thousands_of_nodes_loads_and_runs() -> None:
    definition = load(line(5000))
    engine = Engine(definition)
    step = engine.start({}, AT)
    step = engine.complete(step.state or b"", "n0#1", {}, AT)
    assert [one.id for one in step.opened] == ["n1#1"]


def test_chain_of_automatic_nodes_as_long_as_the_budget_runs_in_one_act() -> None:
    names = [f"n{number}" for number in range(4000)]
    nodes = start() + "".join(f'<bpmn:task id="{one}"/>' for one in names) + end()
    assert Run(process(nodes, " ".join(["s", *names, "e"]))).done


def test_deeply_nested_sub_processes_are_read_and_stop_at_the_limit() -> None:
    body = user("t")
    for depth in range(40):
        body = sub(f"u{depth}", body)
    run = Run(process(start() + body + flows("s u39")))
    assert [one.code for one in run.step.incidents] == ["budget-depth"]


PIECES = st.lists(
    st.sampled_from([
        start(), end(), user("a"), user("b"), user("a"), gateway("exclusive", "g"), gateway("parallel", "h"),
        service("v"),
        sub("u", start("s2") + user("t") + flows("s2 t")), boundary("x", "a", timer("Duration", "P1D")),
        flow("f1", "s", "a"), '<bpmn:sequenceFlow sourceRef="a" targetRef="g"/>', flow("f2", "g", "b"),
        flow("f3", "b", "a"), flow("f4", "h", "e"), flow("f5", "s", "h"),
        '<bpmn:sequenceFlow id="f6"/>', "<bpmn:endEvent/>", "<bpmn:unknown/>", "<x/>", call("k", "p"), io({"a": "= 1"}),
        user("m", body=many("= [1]")), catch("c", "<bpmn:linkEventDefinition/>"), '<bpmn:eventBasedGateway id="w"/>',
    ]),
    max_size=9,
)  # fmt: skip


@settings(deadline=None)
@given(PIECES)
def test_any_heap_of_elements_is_loaded_or_refused_and_what_is_loaded_starts(pieces: list[str]) -> None:
    try:
        definition = Definition.load({"x": process("".join(pieces))}, "p")
    except Refused as refused:
        event(f"refused: {refused.findings[0].code}")
        return
    step = Engine(definition).start({}, AT)
    waits = step.opened or step.deadlines or step.subscribed or step.incidents
    assert bool(waits) == (step.status == "active")


def test_expression_nested_too_deeply_is_a_finding_and_no_crash() -> None:
    assert "bad-feel" in codes(process(start() + script("a", "= " + "(" * 500 + "1" + ")" * 500, "x"), "s a"))
    assert "bad-feel" in codes(process(start() + script("a", "= 1" + " + 1" * 500, "x"), "s a"))
