"""Standard loop on every kind of activity: tested before or after, with a cap, a condition or both."""

import pytest

from app.bpmn.step import Budget
from app.errors import Refused
from tests.bpmn.draw import (
    Run,
    again,
    boundary,
    call,
    catch,
    end,
    flows,
    gateway,
    io,
    load,
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
    throw,
    timer,
    undo,
    undone,
    user,
)  # fmt: skip

HANDLER = user("u", io({"round": "= loopCounter"}))


def line(activity: str, *files: bytes, **data: object) -> Run:
    return Run(process(start() + activity + user("z") + end(), "s a z e"), *files, data=data)


def test_user_task_opens_again_while_the_condition_holds_and_counts_its_rounds() -> None:
    run = line(user("a", body=again("= more")))
    assert [(one.id, one.inputs) for one in run.step.opened] == [("a[0]/a#1", {"loopCounter": 1})]
    run.complete("a[0]/a#1", more=True)
    assert run.trace == ["complete a[0]/a", "enter a[1]/a"]
    assert [(one.id, one.inputs) for one in run.step.opened] == [("a[1]/a#1", {"loopCounter": 2})]
    run.complete("a[1]/a#1", more=False)
    assert run.trace == ["complete a[1]/a", "complete a", "take a_z", "enter z"]
    assert run.step.variables == {"more": False}


@pytest.mark.parametrize(("before", "rounds"), [(True, 0), (False, 1)])
def test_a_condition_that_is_false_from_the_start_is_seen_before_or_after_the_first_round(
    before: bool, rounds: int
) -> None:
    run = line(looped(script("a", "= n + 1", "n"), again("= false", before=before)), n=0)
    assert run.step.variables["n"] == rounds
    assert run.open == ["z#1"]


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("maximum", ["3", "= cap", "= 1 + 2"])
def test_the_cap_ends_a_loop_whose_condition_would_go_on(before: bool, maximum: str) -> None:
    run = line(looped(script("a", "= n + 1", "n"), again("= true", maximum, before=before)), n=0, cap=3)
    assert run.step.variables["n"] == 3


@pytest.mark.parametrize("before", [True, False])
def test_a_cap_without_condition_is_a_number_of_rounds_and_nought_is_none(before: bool) -> None:
    for cap in (0, 1, 4):
        run = line(looped(script("a", "= append(xs, loopCounter)", "xs"), again("", str(cap), before=before)), xs=[])
        assert run.step.variables["xs"] == list(range(1, cap + 1))


@pytest.mark.parametrize("before", [True, False])
def test_for_the_condition_the_counter_is_how_many_rounds_are_done(before: bool) -> None:
    run = line(looped(script("a", "= n + 1", "n"), again("= loopCounter < 3", before=before)), n=0)
    assert run.step.variables["n"] == 3


def test_sub_process_in_a_loop_has_variables_of_its_own_in_each_round() -> None:
    inside = start("s2") + script("c", "= own + 1", "own") + user("t") + end("e2") + flows("s2 c t e2")
    run = line(sub("a", inside + again("= more"), io({"own": "= 10"}, {"seen": "= append(seen, own)"})), seen=[])
    run.complete("a[0]/t#1", more=True)
    assert run.step.variables["seen"] == [11]
    run.complete("a[1]/t#1", more=False)
    assert run.step.variables["seen"] == [11, 11]
    assert run.open == ["z#1"]


def test_call_activity_in_a_loop() -> None:
    callee = process(start() + user("t") + end(), "s t e", ident="q")
    run = line(looped(call("a", "q"), again("= not(ok)")), callee)
    run.complete("a[0]/t#1", ok=False)
    run.complete("a[1]/t#1", ok=True)
    assert run.open == ["z#1"]


@pytest.mark.parametrize(
    "activity",
    ['<bpmn:task id="a"></bpmn:task>', '<bpmn:sendTask id="a" messageRef="m"></bpmn:sendTask>', rule("a", "d", "r")],
)
def test_task_that_does_not_wait_runs_its_rounds_in_one_act(activity: str) -> None:
    nodes = start() + looped(activity, again("", "3")) + end()
    run = Run(process(nodes, "s a e", before=message("m", "out")), decide=lambda *_: 1)
    assert run.done
    assert [one for one in run.trace if one.startswith("complete a")] == [
        "complete a[0]/a", "complete a[1]/a", "complete a[2]/a", "complete a",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["manualTask", "receiveTask", "serviceTask"])
def test_task_that_waits_does_so_in_each_round(kind: str) -> None:
    extensions = '<bpmn:extensionElements><zeebe:taskDefinition type="w"/></bpmn:extensionElements>'
    inner = extensions if kind == "serviceTask" else ""
    node = f'<bpmn:{kind} id="a" messageRef="m">{inner}{again("", "2")}</bpmn:{kind}>'
    run = Run(process(start() + node + end(), "s a e", before=message("m", "go")))
    for index in range(2):
        assert not run.done
        if kind == "receiveTask":
            run.deliver("go")
        else:
            run.complete(f"a[{index}]/a#1")
    assert run.done


def test_boundary_event_belongs_to_the_loop_and_ends_it() -> None:
    nodes = start() + user("a", body=again("= true")) + boundary("late", "a", timer("Duration", "P1D")) + user("z")
    run = Run(process(nodes + end(), "s a e", "late z e"))
    run.complete("a[0]/a#1")
    assert [one.id for one in run.waiting.deadlines] == ["late#1"]
    run.fire("late#1")
    assert run.trace[:4] == ["enter late", "fire late", "cancel a[1]/a", "cancel a"]
    assert run.open == ["z#1"]


def test_business_error_in_a_round_is_caught_around_the_loop() -> None:
    nodes = start() + service("a", body=again("= true")) + boundary("bad", "a", refers("error")) + user("z") + end()
    run = Run(process(nodes, "s a e", "bad z e"))
    run.complete("a[0]/a#1")
    run.fail("a[1]/a#1", "E1")
    assert run.open == ["z#1"]


def test_loop_that_never_ends_by_itself_is_an_incident_within_the_step_budget() -> None:
    run = Run(
        process(start() + looped(script("a", "= n + 1", "n"), again("= true")) + end(), "s a e"),
        data={"n": 0}, budget=Budget(steps=50),
    )  # fmt: skip
    assert [(one.code, one.element) for one in run.step.incidents] == [("budget-steps", "a")]
    run.retry(run.step.incidents[0].id)
    assert [one.code for one in run.step.incidents] == ["budget-steps"]
    assert run.step.variables["n"] > 90


@pytest.mark.parametrize("before", [True, False])
def test_condition_that_is_neither_true_nor_false_is_an_incident_that_can_be_mended(before: bool) -> None:
    run = line(looped(script("a", "= n + 1", "n"), again("= go", before=before)), n=0)
    assert [one.code for one in run.step.incidents] == ["condition-not-boolean"]
    run.retry(run.step.incidents[0].id, go=False)
    assert run.open == ["z#1"]
    assert run.step.variables["n"] == (0 if before else 1)


@pytest.mark.parametrize("value", [-1, "many", None, 1.5])
def test_computed_cap_that_is_no_whole_number_is_an_incident(value: object) -> None:
    run = line(user("a", body=again("", "= cap")), cap=value)
    assert [one.code for one in run.step.incidents] == ["bad-loop-maximum"]
    run.retry("a!1", cap=1)
    run.complete("a[0]/a#1")
    assert run.open == ["z#1"]


@pytest.mark.parametrize(
    ("loop", "code"),
    [(again(), "endless-loop"), (again("", "-1"), "bad-loop-maximum"), (again("", "often"), "bad-loop-maximum"),
     (again("n > 1"), "not-feel"), (again("= n >"), "bad-feel"), (again("= x") + many("= xs"), "two-loops")],
)  # fmt: skip
def test_loop_that_cannot_be_read_is_refused(loop: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        load(process(start() + user("a", body=loop) + end(), "s a e"))
    assert code in {one.code for one in caught.value.findings}


def test_multi_instance_inside_a_loop_and_a_loop_inside_multi_instance() -> None:
    inner = user("t", body=many("= xs", output=("rs", "= r")))
    run = line(sub("a", start("s2") + inner + end("e2") + flows("s2 t e2") + again("", "2")), xs=[1, 2])
    assert run.open == ["a[0]/t[0]/t#1", "a[0]/t[1]/t#1"]
    for task in ("a[0]/t[1]/t#1", "a[0]/t[0]/t#1", "a[1]/t[0]/t#1", "a[1]/t[1]/t#1"):
        run.complete(task, r=task[2])
    assert run.open == ["z#1"]
    assert run.step.variables["rs"] == ["1", "1"]
    run = line(sub("a", start("s2") + user("t", body=again("= more")) + flows("s2 t") + many("= xs")), xs=[1, 2])
    run.complete("a[0]/t[0]/t#1", more=True)
    assert run.open == ["a[1]/t[0]/t#1", "a[0]/t[1]/t#1"]
    run.complete("a[0]/t[1]/t#1", more=False)
    run.complete("a[1]/t[0]/t#1", more=False)
    assert run.open == ["z#1"]


def test_looped_receive_task_cannot_stand_behind_an_event_gateway() -> None:
    nodes = start() + gateway("eventBased", "g") + catch("c", timer("Duration", "P1D")) + end()
    receive = f'<bpmn:receiveTask id="r" messageRef="m">{again("", "2")}</bpmn:receiveTask>'
    with pytest.raises(Refused) as caught:
        load(process(nodes + receive, "s g c e", "g r e", before=message("m", "go")))
    assert "adorned-receive" in {one.code for one in caught.value.findings}


def test_every_round_that_was_done_is_undone_the_last_first() -> None:
    nodes = start() + user("a", body=again("", "2")) + undone("a", HANDLER) + throw("back", undo()) + end()
    run = Run(process(nodes, "s a back e"))
    run.complete("a[0]/a#1")
    run.complete("a[1]/a#1")
    assert run.open == ["u#1"]
    assert [one.inputs for one in run.step.opened] == [{"round": 2}]
    run.complete("u#1")
    assert [one.inputs for one in run.step.opened] == [{"round": 1}]
    run.complete("u#2")
    assert run.done
