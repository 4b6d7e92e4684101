"""Conditional events: they happen when their condition becomes true, within the act that makes it true."""

import pytest

from app.bpmn.step import Budget
from tests.bpmn.draw import (
    GUARD,
    Run,
    boundary,
    catch,
    end,
    flows,
    gateway,
    io,
    process,
    refers,
    script,
    start,
    sub,
    throw,
    timer,
    user,
    when,
)  # fmt: skip


def guard(condition: str, *, interrupting: bool = True) -> str:
    flag = "true" if interrupting else "false"
    begin = start("gs", when(condition)).replace("<bpmn:startEvent ", f'<bpmn:startEvent isInterrupting="{flag}" ')
    return sub("g", begin + user("help") + end("ge") + flows("gs help ge"), attributes=GUARD)


def forked(*others: str) -> tuple[str, str]:
    return start() + gateway("parallel", "f") + user("w") + end("we"), "s f w we"


def test_catch_passes_at_once_when_its_condition_is_true_already() -> None:
    run = Run(process(start() + catch("c", when("= x > 1")) + user("z"), "s c z"), data={"x": 2})
    assert run.trace[3:6] == ["enter c", "catch c", "complete c"]
    assert run.open == ["z#1"]
    assert run.step.subscribed == ()


def test_catch_waits_until_another_branch_makes_its_condition_true() -> None:
    nodes, chain = forked()
    run = Run(process(nodes + catch("c", when("= x > 1")) + user("z"), chain, "f c z"), data={"x": 0})
    assert [(one.kind, one.message, one.element) for one in run.waiting.subscriptions] == [
        ("condition", "= x > 1", "c")
    ]
    run.complete("w#1", x=5)
    assert run.open == ["z#1"]
    assert len(run.step.unsubscribed) == 1
    assert run.waiting.subscriptions == ()


def test_case_that_waits_for_a_condition_alone_says_so() -> None:
    run = Run(process(start() + catch("c", when("= ready")) + end(), "s c e"))
    assert run.step.status == "active"
    assert [one.kind for one in run.waiting.subscriptions] == ["condition"]


def test_long_condition_is_told_in_two_hundred_characters() -> None:
    long = "= " + " + ".join(["x"] * 100) + " > 1000"
    run = Run(process(start() + catch("c", when(long)) + end(), "s c e"), data={"x": 1})
    assert run.waiting.subscriptions[0].message == long[:200]


def test_interrupting_boundary_withdraws_the_task_in_the_act_that_makes_it_true() -> None:
    nodes, chain = forked()
    nodes += user("a") + boundary("b", "a", when('= state = "stop"')) + user("z")
    run = Run(process(nodes, chain, "f a", "b z"))
    run.complete("w#1", state="stop")
    assert [one for one in run.trace if "w" not in one] == [
        "enter b", "catch b", "cancel a", "complete b", "take b_z", "enter z",
    ]  # fmt: skip
    assert run.open == ["z#1"]


def test_boundary_whose_condition_is_true_from_the_start_never_leaves_the_task_open() -> None:
    nodes = start() + user("a") + boundary("b", "a", when("= x")) + user("z")
    run = Run(process(nodes, "s a", "b z"), data={"x": True})
    assert [one.id for one in run.step.opened] == ["z#1"]
    assert run.step.closed == ()


def test_boundary_that_does_not_interrupt_happens_each_time_its_condition_becomes_true() -> None:
    nodes = start() + gateway("exclusive", "m") + user("w") + sub("a", start("s2") + user("t") + flows("s2 t"))
    nodes += boundary("b", "a", when("= x > 1"), interrupting=False) + user("z") + gateway("parallel", "f")
    run = Run(process(nodes, "s f m w m", "f a", "b z"), data={"x": 0})
    opened = []
    for number, value in enumerate((0, 2, 3, 1, 2), start=1):
        run.complete(f"w#{number}", x=value)
        opened.append(len([one for one in run.open if one.startswith("z")]))
    assert opened == [0, 1, 1, 1, 2]


def test_change_within_an_act_is_seen_although_it_is_gone_at_its_end() -> None:
    nodes, _ = forked()
    nodes += script("up", "= 9", "x") + script("down", "= 0", "x")
    nodes += user("a") + boundary("b", "a", when("= x > 1"), interrupting=False) + user("z")
    run = Run(process(nodes, "s f w up down we", "f a", "b z"), data={"x": 0})
    run.complete("w#1")
    assert run.open == ["a#1", "z#1"]
    assert run.step.variables["x"] == 0


@pytest.mark.parametrize("interrupting", [True, False])
def test_event_sub_process_starts_on_its_condition(interrupting: bool) -> None:
    run = Run(process(start() + guard("= x > 1", interrupting=interrupting) + user("a") + user("b") + end(), "s a b e"))
    run.complete("a#1", x=2)
    assert run.open == (["g/help#1"] if interrupting else ["b#1", "g/help#1"])
    run.complete("g/help#1")
    assert run.done is interrupting


def test_event_sub_process_inside_a_sub_process_sees_its_variables() -> None:
    inside = start("s2") + user("t") + user("u") + end("e2") + flows("s2 t u e2") + guard("= own")
    run = Run(process(start() + sub("a", inside, io({"own": "= false"})) + user("z"), "s a z"))
    run.complete("a/t#1", own=True)
    assert run.open == ["a/g/help#1"]
    assert "own" not in run.step.variables


def test_event_gateway_takes_the_condition_that_becomes_true_first() -> None:
    nodes, chain = forked()
    nodes += gateway("eventBased", "g") + catch("c", when("= x")) + catch("t", timer("Duration", "P1D")) + user("z")
    run = Run(process(nodes + end(), chain, "f g c z", "g t e"))
    run.complete("w#1", x=True)
    assert run.open == ["z#1"]
    assert run.step.cleared == ("t#1",)


def test_event_gateway_with_a_condition_that_is_true_already_goes_on_at_once() -> None:
    nodes = start() + gateway("eventBased", "g") + catch("c", when("= x")) + catch("t", timer("Duration", "P1D"))
    run = Run(process(nodes + user("z") + end(), "s g c z", "g t e"), data={"x": True})
    assert run.open == ["z#1"]
    assert run.waiting.deadlines == ()


def test_condition_on_data_that_are_still_missing_is_not_true_yet() -> None:
    nodes, chain = forked()
    run = Run(process(nodes + catch("c", when("= a.b > 1")) + user("z"), chain, "f c z"))
    assert run.step.incidents == ()
    run.complete("w#1", a={"b": 2})
    assert run.open == ["z#1"]


def test_condition_that_is_no_condition_is_an_incident_where_it_begins_to_wait() -> None:
    run = Run(process(start() + catch("c", when("= 1 + 1")) + user("z"), "s c z"))
    assert [one.code for one in run.step.incidents] == ["condition-not-boolean"]


def test_condition_that_turns_into_no_condition_is_not_true() -> None:
    nodes = start() + user("a") + user("c") + user("d") + gateway("parallel", "f")
    nodes += user("w") + boundary("b", "w", when("= x")) + user("z")
    run = Run(process(nodes, "s f a c d", "f w", "b z"), data={"x": False})
    run.complete("a#1", x="何时")
    assert run.open == ["w#1", "c#1"]
    run.complete("c#1", x=True)
    assert run.open == ["d#1", "z#1"]


def test_events_that_set_each_other_off_end_within_the_step_budget() -> None:
    up, down = io(outputs={"x": "= true"}), io(outputs={"x": "= false"})
    nodes = start() + user("a") + boundary("one", "a", when("= x"), interrupting=False, extensions=down)
    nodes += boundary("two", "a", when("= not(x)"), interrupting=False, extensions=up)
    run = Run(process(nodes, "s a"), data={"x": True}, budget=Budget(steps=60))
    assert [one.code for one in run.step.incidents] == ["budget-steps"]
    assert run.open == ["a#1"]


def test_conditions_end_with_their_scope() -> None:
    run = Run(process(start() + guard("= false") + user("a") + boundary("b", "a", when("= false")) + end(), "s a e"))
    assert len(run.waiting.subscriptions) == 2
    run.complete("a#1")
    assert run.done
    assert len(run.step.unsubscribed) == 2


def test_escalation_and_condition_on_one_activity_do_not_disturb_each_other() -> None:
    before = '<bpmn:escalation id="esc" escalationCode="U1"/>'
    inside = start("s2") + throw("up", refers("escalation", "esc")) + script("x", "= true", "x") + user("t")
    nodes = start() + sub("a", inside + flows("s2 up x t"), io({"x": "= false"})) + user("z") + user("y")
    nodes += boundary("b", "a", refers("escalation", "esc"), interrupting=False)
    nodes += boundary("c", "a", when("= x = true"), interrupting=False)
    run = Run(process(nodes, "s a", "b z", "c y", before=before))
    assert run.open == ["z#1", "a/t#1"]  # the x that became true is the sub-process's own
