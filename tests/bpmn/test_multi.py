"""Multi-instance: parallel and sequential, on tasks, sub-processes and call activities."""

import pytest

from app.bpmn.step import Budget
from tests.bpmn.draw import (
    Run,
    boundary,
    call,
    catch,
    end,
    flows,
    io,
    looped,
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

XS = {"xs": ["甲", "乙", "丙"]}


def one_task(loop: str) -> bytes:
    return process(start() + user("a", body=loop) + user("z") + end(), "s a z e")


def test_parallel_opens_one_task_per_item_with_its_element_and_counter() -> None:
    run = Run(one_task(many("= xs")), data=XS)
    assert [(one.id, one.scope, one.inputs) for one in run.step.opened] == [
        (f"a[{index}]/a#1", f"a[{index}]", {"x": item, "loopCounter": index + 1}) for index, item in enumerate(XS["xs"])
    ]
    assert run.trace[2:] == ["take s_a", "enter a", "enter a[0]/a", "enter a[1]/a", "enter a[2]/a"]
    run.complete("a[1]/a#1")
    run.complete("a[0]/a#1")
    run.complete("a[2]/a#1")
    assert run.trace == ["complete a[2]/a", "complete a", "take a_z", "enter z"]
    assert run.step.variables == XS


def test_sequential_opens_the_next_when_one_is_done() -> None:
    run = Run(one_task(many("= xs", sequential=True)), data=XS)
    for index in range(3):
        assert run.open == [f"a[{index}]/a#1"]
        run.complete(f"a[{index}]/a#1")
    assert run.open == ["z#1"]


@pytest.mark.parametrize("sequential", [True, False])
def test_outputs_are_collected_in_the_order_of_the_items(sequential: bool) -> None:
    loop = many("= xs", sequential=sequential, output=("ys", "= {name: x, answer: answer}"))
    run = Run(one_task(loop), data=XS)
    for index in (0, 1, 2) if sequential else (2, 0, 1):
        run.complete(f"a[{index}]/a#1", answer=index)
    assert run.step.variables["ys"] == [{"name": name, "answer": index} for index, name in enumerate(XS["xs"])]


def test_output_variable_of_its_own_does_not_leak_from_one_instance_to_another() -> None:
    run = Run(one_task(many("= xs", output=("ys", "= answer"))), data=XS)
    run.complete("a[0]/a#1", answer=1)
    run.complete("a[1]/a#1")
    run.complete("a[2]/a#1", answer=3)
    assert run.step.variables == {**XS, "ys": [1, None, 3]}


@pytest.mark.parametrize("sequential", [True, False])
def test_empty_collection_completes_at_once(sequential: bool) -> None:
    run = Run(one_task(many("= xs", sequential=sequential, output=("ys", "= x"))), data={"xs": []})
    assert run.open == ["z#1"]
    assert run.step.variables == {"xs": [], "ys": []}


@pytest.mark.parametrize("sequential", [True, False])
def test_null_items_are_items(sequential: bool) -> None:
    run = Run(one_task(many("= xs", sequential=sequential)), data={"xs": [None, 1, None]})
    for index in range(3):
        run.complete(f"a[{index}]/a#1")
    assert run.open == ["z#1"]


def test_completion_condition_ends_the_activity_and_withdraws_the_rest() -> None:
    run = Run(one_task(many("= xs", until="= numberOfCompletedInstances >= 2 and vote")), data={**XS, "vote": False})
    run.complete("a[0]/a#1", vote=True)
    assert len(run.open) == 2
    run.complete("a[2]/a#1")
    assert run.open == ["z#1"]
    assert [(one.id, one.how) for one in run.step.closed] == [("a[2]/a#1", "completed"), ("a[1]/a#1", "cancelled")]
    assert "cancel a[1]/a" in run.trace


def test_counts_are_visible_to_the_instances() -> None:
    loop = many(
        "= xs",
        sequential=True,
        output=("ys", "= [numberOfInstances, numberOfActiveInstances, numberOfCompletedInstances]"),
    )
    run = Run(process(start() + service("a", body=loop) + end(), "s a e"), data=XS)
    for index in range(3):
        run.complete(f"a[{index}]/a#1")
    assert run.step.variables["ys"] == [[3, 1, 0], [3, 1, 1], [3, 1, 2]]


def test_cardinality_instead_of_a_collection() -> None:
    tag = "bpmn:multiInstanceLoopCharacteristics"
    loop = f"<{tag}><bpmn:loopCardinality>= n</bpmn:loopCardinality></{tag}>"
    run = Run(one_task(loop), data={"n": 2})
    assert run.open == ["a[0]/a#1", "a[1]/a#1"]
    assert Run(one_task(loop.replace("= n", "3"))).open == ["a[0]/a#1", "a[1]/a#1", "a[2]/a#1"]


def test_sub_process_per_item_with_scopes_of_their_own() -> None:
    inside = start("s2") + script("c", '= x + "!"', "own") + user("t") + end("e2") + flows("s2 c t e2")
    body = sub("u", inside + many("= xs", output=("ys", "= own")), io({"own": "= null"}))
    run = Run(process(start() + body + end(), "s u e"), data=XS)
    assert run.open == ["u[0]/t#1", "u[1]/t#1", "u[2]/t#1"]
    for index in range(3):
        run.complete(f"u[{index}]/t#1")
    assert run.done
    assert run.step.variables == {**XS, "ys": ["甲!", "乙!", "丙!"]}


def test_call_activity_per_item_and_paths_inside() -> None:
    callee = process(start() + call("k", "r") + end(), "s k e", ident="q")
    leaf = process(start() + user("t") + end(), "s t e", ident="r")
    body = call("services", "q", extensions=io({"name": "= x"}), body=many("= xs", output=("ys", "= done_by")))
    run = Run(process(start() + body + end(), "s services e"), callee, leaf, data=XS)
    assert run.open == ["services[0]/k/t#1", "services[1]/k/t#1", "services[2]/k/t#1"]
    for index in range(3):
        run.complete(f"services[{index}]/k/t#1", done_by=index)
    assert run.done
    assert run.step.variables["ys"] == [0, 1, 2]


@pytest.mark.parametrize("attributes", ["", 'propagateAllParentVariables="true" propagateAllChildVariables="false"'])
def test_output_of_a_call_is_what_its_mapping_says_and_not_the_callers_old_value(attributes: str) -> None:
    callee = process(start() + user("t") + end(), "s t e", ident="q")
    mapped = '<zeebe:ioMapping><zeebe:output source="= {who: x, what: answer}" target="record"/></zeebe:ioMapping>'
    body = call("services", "q", attributes, mapped, many("= xs", output=("ys", "= record")))
    run = Run(process(start() + body + end(), "s services e"), callee, data={**XS, "record": "old"})
    for index in (1, 0, 2):
        run.complete(f"services[{index}]/t#1", answer=index)
    assert run.step.variables["ys"] == [{"who": name, "what": index} for index, name in enumerate(XS["xs"])]


def test_what_changed_outside_while_a_call_ran_is_seen_by_its_output() -> None:
    callee = process(start() + user("t") + end(), "s t e", ident="q")
    body = call("services", "q", body=many("= xs", output=("ys", "= {who: x, turn: turn}")))
    both = '<bpmn:parallelGateway id="g"/>' + user("other")
    run = Run(process(start() + both + body + end(), "s g services e", "g other"), callee, data={**XS, "turn": 1})
    run.complete("other#1", turn=2)
    for index in range(3):
        run.complete(f"services[{index}]/t#1")
    assert run.step.variables["ys"] == [{"who": name, "turn": 2} for name in XS["xs"]]


def test_boundary_event_belongs_to_the_activity_not_to_each_instance() -> None:
    nodes = start() + user("a", body=many("= xs")) + boundary("late", "a", timer("Duration", "P1D")) + user("z") + end()
    run = Run(process(nodes, "s a e", "late z e"), data=XS)
    assert [one.id for one in run.step.deadlines] == ["late#1"]
    run.complete("a[0]/a#1")
    run.fire("late#1")
    assert run.open == ["z#1"]
    assert run.trace[:5] == ["enter late", "fire late", "cancel a[1]/a", "cancel a[2]/a", "cancel a"]


def test_error_in_one_instance_is_caught_around_all() -> None:
    nodes = start() + service("a", body=many("= xs")) + boundary("bad", "a", refers("error")) + user("z") + end()
    run = Run(process(nodes, "s a e", "bad z e"), data=XS)
    run.fail("a[1]/a#1", "E1")
    assert run.open == ["z#1"]


def test_collection_that_is_no_list_is_an_incident_and_can_be_mended() -> None:
    run = Run(one_task(many("= xs")))
    assert [one.code for one in run.step.incidents] == ["not-a-list"]
    run.retry("a!1", xs=[1])
    assert run.open == ["a[0]/a#1"]


def test_completion_condition_that_fails_parks_the_instance_and_counts_it_once() -> None:
    run = Run(one_task(many("= xs", until="= enough")), data=XS)
    run.complete("a[0]/a#1")
    assert [one.code for one in run.step.incidents] == ["condition-not-boolean"]
    run.retry(run.step.incidents[0].id, enough=False)
    run.complete("a[1]/a#1")
    run.complete("a[2]/a#1")
    assert run.open == ["z#1"]


def test_nested_multi_instance() -> None:
    inner = user("t", body=many("= x", output=("rs", "= r")))
    body = sub(
        "u",
        start("s2") + inner + end("e2") + flows("s2 t e2") + many("= xs", output=("all", "= rs")),
        io({"rs": "= []"}),
    )
    run = Run(process(start() + body + end(), "s u e"), data={"xs": [[1, 2], [3]]})
    assert run.open == ["u[0]/t[0]/t#1", "u[0]/t[1]/t#1", "u[1]/t[0]/t#1"]
    for number, task in enumerate(run.open):
        run.complete(task, r=number)
    assert run.done
    assert run.step.variables["all"] == [[0, 1], [2]]


def test_too_many_instances_are_an_incident() -> None:
    run = Run(one_task(many("= xs")), data={"xs": list(range(50))}, budget=Budget(steps=40))
    assert [one.code for one in run.step.incidents] == ["budget-steps"]


def test_dozens_of_instances_in_one_act() -> None:
    run = Run(one_task(many("= xs", output=("ys", "= x"))), data={"xs": list(range(60))})
    for index in range(60):
        run.complete(f"a[{index}]/a#1")
    assert run.step.variables["ys"] == list(range(60))


STANDARD = (
    "<bpmn:multiInstanceLoopCharacteristics {}><bpmn:loopDataInputRef>{}</bpmn:loopDataInputRef>"
    "<bpmn:loopDataOutputRef>ys</bpmn:loopDataOutputRef>"
    '<bpmn:inputDataItem id="x0" name="x"/><bpmn:outputDataItem id="y0" name="answer"/>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)


@pytest.mark.parametrize("reference", ["xs", "object1"])
@pytest.mark.parametrize("sequential", [True, False])
def test_collection_and_items_as_the_standard_writes_them(reference: str, sequential: bool) -> None:
    loop = STANDARD.format('isSequential="true"' if sequential else "", reference)
    data = '<bpmn:dataObject id="object1" name="xs"/>'
    run = Run(process(start() + data + user("a", body=loop) + user("z") + end(), "s a z e"), data=XS)
    assert run.step.opened[0].inputs["x"] == "甲"
    for index in range(3):
        run.complete(f"a[{index}]/a#1", answer=index)
    assert run.open == ["z#1"]
    assert run.step.variables == {**XS, "ys": [0, 1, 2]}


@pytest.mark.parametrize("value", [-1, "three", 1.5, None, True])
def test_number_of_instances_that_is_none_is_an_incident_that_can_be_mended(value: object) -> None:
    tag = "bpmn:multiInstanceLoopCharacteristics"
    run = Run(one_task(f"<{tag}><bpmn:loopCardinality>= n</bpmn:loopCardinality></{tag}>"), data={"n": value})
    assert [one.code for one in run.step.incidents] == ["bad-cardinality"]
    run.retry("a!1", n=0)
    assert run.open == ["z#1"]


SEND = '<bpmn:sendTask id="a" messageRef="m"></bpmn:sendTask>'
AUTOMATIC = ['<bpmn:task id="a"></bpmn:task>', SEND, rule("a", "d", "r"), script("a", "= x", "r")]


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("activity", AUTOMATIC)
def test_tasks_that_do_not_wait_run_once_per_item_in_one_act(activity: str, sequential: bool) -> None:
    nodes = start() + looped(activity, many("= xs", sequential=sequential, output=("ys", "= x"))) + end()
    run = Run(process(nodes, "s a e", before=message("m", "out")), data=XS, decide=lambda *_: 1)
    assert run.done
    assert run.step.variables["ys"] == XS["xs"]
    assert len([one for one in run.trace if one.startswith("complete a[")]) == 3


@pytest.mark.parametrize("sequential", [True, False])
def test_receive_task_takes_one_message_per_item_by_its_own_key(sequential: bool) -> None:
    loop = many("= xs", sequential=sequential)
    nodes = start() + f'<bpmn:receiveTask id="a" messageRef="m">{loop}</bpmn:receiveTask>' + end()
    run = Run(process(nodes, "s a e", before=message("m", "go", "= x")), data=XS)
    for item in XS["xs"]:
        assert not run.done
        run.deliver("go", item)
    assert run.done


def test_counts_while_instances_run_side_by_side() -> None:
    counts = "[numberOfInstances, numberOfActiveInstances, numberOfCompletedInstances, numberOfTerminatedInstances]"
    body = sub("a", start("s2") + user("t") + script("c", f"= {counts}", "seen") + flows("s2 t c")
               + many("= xs", output=("ys", "= seen")), io({"seen": "= null"}))  # fmt: skip
    run = Run(process(start() + body + end(), "s a e"), data=XS)
    for index in (2, 0, 1):
        run.complete(f"a[{index}]/t#1")
    assert run.step.variables["ys"] == [[3, 2, 1, 0], [3, 1, 2, 0], [3, 3, 0, 0]]


def test_sequential_sub_processes_with_a_timer_in_each() -> None:
    body = sub("a", start("s2") + catch("t", timer("Duration", "PT1H")) + flows("s2 t") + many("= xs", sequential=True))
    run = Run(process(start() + body + end(), "s a e"), data=XS)
    for index in range(3):
        (deadline,) = run.waiting.deadlines
        assert deadline.scope == f"a[{index}]"
        run.later(hours=1).fire(deadline.id)
    assert run.done


def test_condition_that_is_met_by_the_first_of_a_row_opens_no_second() -> None:
    run = Run(one_task(many("= xs", sequential=True, until="= numberOfCompletedInstances = 1")), data=XS)
    run.complete("a[0]/a#1")
    assert run.open == ["z#1"]
    assert run.step.closed[0].how == "completed"


def test_boundary_that_does_not_interrupt_leaves_the_instances_alone() -> None:
    nodes = start() + user("a", body=many("= xs")) + user("z") + end()
    nodes += boundary("b", "a", timer("Cycle", "R2/PT1H"), interrupting=False)
    run = Run(process(nodes, "s a e", "b z"), data=XS)
    run.fire("b#1")
    assert run.open == ["a[0]/a#1", "a[1]/a#1", "a[2]/a#1", "z#1"]
