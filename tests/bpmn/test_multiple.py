"""Events with several definitions: any of them, all of them (parallel multiple), all of them thrown."""

import pytest

from app.errors import Refused
from tests.bpmn.draw import (
    GUARD,
    Run,
    boundary,
    catch,
    end,
    flows,
    gateway,
    load,
    message,
    process,
    refers,
    start,
    sub,
    throw,
    timer,
    user,
    when,
)  # fmt: skip

BEFORE = (
    message("m1", "one") + message("m2", "two") + '<bpmn:signal id="sig" name="storm"/>'
    + '<bpmn:error id="err" errorCode="E1"/><bpmn:escalation id="esc" escalationCode="U1"/>'
    + '<bpmn:timerEventDefinition id="day"><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>'
)  # fmt: skip
ANY = refers("message", "m1") + refers("signal", "sig") + timer("Duration", "PT1H")


def together(event: str) -> str:
    """All of its definitions have to come."""
    return event.replace(" id=", ' parallelMultiple="true" id=', 1)


def happen(run: Run, which: str) -> None:
    if which == "message":
        run.deliver("one", got=1)
    elif which == "signal":
        run.signal("storm", got=2)
    else:
        run.fire(run.waiting.deadlines[0].id)


@pytest.mark.parametrize("which", ["message", "signal", "timer"])
def test_catch_goes_on_with_whatever_comes_first(which: str) -> None:
    run = Run(process(start() + catch("c", ANY) + user("z"), "s c z", before=BEFORE))
    assert len(run.step.subscribed + run.step.deadlines) == 3
    happen(run, which)
    assert run.open == ["z#1"]
    assert run.waiting.subscriptions + run.waiting.deadlines == ()


@pytest.mark.parametrize("order", ["message signal timer", "timer message signal", "signal timer message"])
def test_parallel_multiple_catch_waits_for_all_in_any_order_and_keeps_what_they_brought(order: str) -> None:
    nodes = start() + together(catch("c", ANY.replace("PT1H", "PT2H"))) + user("z")
    run = Run(process(nodes, "s c z", before=BEFORE))
    *early, last = order.split()
    for which in early:
        happen(run, which)
        assert run.open == []
    happen(run, last)
    assert run.open == ["z#1"]
    assert run.step.variables == {"got": 1 if order.split().index("message") > order.split().index("signal") else 2}


def test_parallel_multiple_does_not_take_the_same_message_twice() -> None:
    both = refers("message", "m1") + refers("message", "m2")
    run = Run(process(start() + together(catch("c", both)) + user("z"), "s c z", before=BEFORE))
    run.deliver("one")
    with pytest.raises(Exception, match="one"):
        run.deliver("one")
    run.deliver("two")
    assert run.open == ["z#1"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_boundary_with_several_definitions(interrupting: bool) -> None:
    nodes = start() + user("a") + boundary("b", "a", ANY, interrupting=interrupting) + user("z") + end()
    run = Run(process(nodes, "s a e", "b z", before=BEFORE))
    run.deliver("one")
    assert run.open == (["z#1"] if interrupting else ["a#1", "z#1"])
    if not interrupting:
        run.signal("storm")
        happen(run, "timer")
        assert run.open == ["a#1", "z#1", "z#2", "z#3"]
        assert run.waiting.deadlines == ()


def test_boundary_catches_an_error_or_a_deadline() -> None:
    inside = start("s2") + user("t") + end("x", refers("error", "err")) + flows("s2 t x")
    nodes = start() + sub("a", inside) + boundary("b", "a", refers("error", "err") + timer("Duration", "P1D"))
    for act in ("error", "timer"):
        run = Run(process(nodes + user("z") + end(), "s a e", "b z", before=BEFORE))
        if act == "error":
            run.complete("a/t#1")
        else:
            run.fire("b#1")
        assert run.open == ["z#1"]


def test_parallel_multiple_boundary_that_does_not_interrupt_is_armed_again() -> None:
    both = refers("message", "m1") + when("= x")
    nodes = start() + gateway("parallel", "f") + gateway("exclusive", "m") + user("w") + user("a")
    nodes += together(boundary("b", "a", both, interrupting=False)) + user("z")
    run = Run(process(nodes, "s f a", "f m w m", "b z", before=BEFORE), data={"x": True})
    assert run.open == ["a#1", "w#1"]
    run.deliver("one")
    assert run.open == ["a#1", "w#1", "z#1"]
    run.deliver("one")
    assert len(run.open) == 3  # the condition has to become true anew
    run.complete("w#1", x=False)
    run.complete("w#2", x=True)
    assert run.open == ["a#1", "z#1", "w#3", "z#2"]


def test_parallel_multiple_with_a_deadline_happens_once() -> None:
    both = refers("message", "m1") + timer("Duration", "PT1H")
    nodes = start() + user("a") + together(boundary("b", "a", both, interrupting=False)) + user("z")
    run = Run(process(nodes, "s a", "b z", before=BEFORE))
    run.deliver("one")
    happen(run, "timer")
    assert run.open == ["a#1", "z#1"]
    assert run.waiting.subscriptions + run.waiting.deadlines == ()


@pytest.mark.parametrize("all_of", [True, False])
def test_event_sub_process_with_several_definitions(all_of: bool) -> None:
    begin = start("gs", ANY)
    guard = sub("g", (together(begin) if all_of else begin) + user("help") + flows("gs help"), attributes=GUARD)
    run = Run(process(start() + guard + user("a"), "s a", before=BEFORE))
    run.signal("storm")
    if all_of:
        assert run.open == ["a#1"]
        run.deliver("one")
        happen(run, "timer")
    assert run.open == ["g/help#1"]
    assert run.waiting.subscriptions + run.waiting.deadlines == ()


def test_event_gateway_waits_for_each_definition_of_a_multiple_event() -> None:
    nodes = start() + gateway("eventBased", "g") + catch("c", refers("message", "m1") + refers("signal", "sig"))
    nodes += catch("t", timer("Duration", "P1D")) + user("z") + end()
    run = Run(process(nodes, "s g c z", "g t e", before=BEFORE))
    assert len(run.waiting.subscriptions) == 2
    run.signal("storm")
    assert run.open == ["z#1"]
    assert run.waiting.subscriptions + run.waiting.deadlines == ()


def test_process_that_may_start_by_several_triggers_is_started_by_its_host() -> None:
    run = Run(process(start("s", ANY) + user("a"), "s a", before=BEFORE))
    assert run.open == ["a#1"]
    assert run.step.subscribed + run.step.deadlines == ()


def test_all_definitions_are_thrown_in_order_and_the_error_last() -> None:
    every = refers("error", "err") + refers("signal", "sig") + refers("message", "m2") + refers("message", "m1")
    inside = start("s2") + end("x", every) + flows("s2 x")
    nodes = start() + sub("a", inside) + boundary("b", "a", refers("error")) + user("z") + end()
    run = Run(process(nodes, "s a e", "b z", before=BEFORE))
    assert [(one.kind, one.name) for one in run.step.thrown] == [
        ("message", "two"), ("message", "one"), ("signal", "storm"),
    ]  # fmt: skip
    assert run.open == ["z#1"]


def test_intermediate_throw_of_a_message_and_an_escalation() -> None:
    inside = start("s2") + throw("x", refers("escalation", "esc") + refers("message", "m1")) + user("t")
    nodes = start() + sub("a", inside + flows("s2 x t")) + boundary("b", "a", refers("escalation"), interrupting=False)
    run = Run(process(nodes + user("z"), "s a", "b z", before=BEFORE))
    assert [one.name for one in run.step.thrown] == ["one", "U1"]
    assert run.open == ["z#1", "a/t#1"]


def test_a_signal_that_interrupts_its_thrower_leaves_no_other_unsaid() -> None:
    two = refers("signal", "sig") + refers("signal", "other")
    nodes = start() + sub("a", start("s2") + throw("x", two) + user("t") + flows("s2 x t"))
    nodes += boundary("b", "a", refers("signal", "sig")) + user("z")
    run = Run(process(nodes, "s a", "b z", before=BEFORE + '<bpmn:signal id="other" name="flood"/>'))
    assert [one.name for one in run.step.thrown] == ["storm", "flood"]
    assert run.open == ["z#1"]


def test_terminate_among_several_comes_last() -> None:
    nodes = start() + gateway("parallel", "f") + user("a") + end("x", "<bpmn:terminateEventDefinition/>" + ANY[:60])
    nodes = nodes.replace(ANY[:60], refers("message", "m1"))
    run = Run(process(nodes, "s f a", "f x", before=BEFORE))
    assert run.done
    assert [one.name for one in run.step.thrown] == ["one"]


def test_definition_written_once_and_referred_to_is_the_same() -> None:
    reference = "<bpmn:eventDefinitionRef>day</bpmn:eventDefinitionRef>"
    run = Run(process(start() + catch("c", reference) + user("z"), "s c z", before=BEFORE))
    run.fire("c#1")
    assert run.open == ["z#1"]
    nodes = start() + user("a") + boundary("b", "a", reference + refers("message", "m1")) + user("z")
    run = Run(process(nodes, "s a", "b z", before=BEFORE))
    assert [one.id for one in run.waiting.deadlines] == ["b#1"]
    run.deliver("one")
    assert run.open == ["z#1"]


@pytest.mark.parametrize(
    ("nodes", "code"),
    [
        (together(start("s", ANY)) + user("a"), "unsupported-parallel-multiple-event"),
        (start() + user("a") + together(boundary("b", "a", refers("error") + refers("message", "m1"))),
         "unsupported-parallel-multiple-event"),
        (start() + user("a") + catch("c", ANY + refers("error")), "unsupported-error"),
        (start() + user("a") + end("e", refers("error", "err") + "<bpmn:terminateEventDefinition/>"),
         "unsupported-multiple-event"),
        (start() + user("a") + catch("c", "<bpmn:eventDefinitionRef>no</bpmn:eventDefinitionRef>"),
         "unsupported-event-definition-reference"),
        (start() + user("a") + together(boundary("b", "a", refers("message", "m1") + timer("Cycle", "R/PT1H"))),
         "cycle-together"),
        (start() + user("a") + gateway("eventBased", "g") + together(catch("c", ANY)) + flows("a g c"),
         "not-an-event"),
    ],
)  # fmt: skip
def test_combination_that_cannot_be_right_is_refused_by_name(nodes: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        load(process(nodes, "s a", before=BEFORE))
    assert code in {one.code for one in caught.value.findings}
