"""Start, intermediate, boundary and end events of every kind that is executed."""

import pytest

from app.bpmn.step import NotWaiting
from app.errors import Refused
from tests.bpmn.draw import (
    GUARD,
    Run,
    boundary,
    call,
    catch,
    end,
    flows,
    gateway,
    io,
    link,
    load,
    message,
    process,
    refers,
    service,
    start,
    sub,
    throw,
    timer,
    user,
)

ERROR = '<bpmn:error id="err" errorCode="E1"/><bpmn:error id="other" errorCode="E2"/>'
ESCALATION = '<bpmn:escalation id="esc" escalationCode="U1"/>'
SIGNAL = '<bpmn:signal id="sig" name="storm"/>'


def inner(*nodes: str, path: str) -> str:
    return start("s2") + "".join(nodes) + flows(path)


@pytest.mark.parametrize("definition", [refers("message", "m"), timer("Duration", "P1D"), refers("signal", "sig"), ""])
def test_process_with_one_start_event_of_any_kind_starts_there(definition: str) -> None:
    run = Run(process(start(body=definition) + user("a"), "s a", before=message("m", "go") + SIGNAL))
    assert run.trace == ["enter s", "complete s", "take s_a", "enter a"]


def test_with_several_start_events_the_none_start_begins() -> None:
    nodes = start("m", refers("message", "msg")) + start("n") + user("a") + user("b")
    assert Run(process(nodes, "m a", "n b", before=message("msg", "go"))).open == ["b#1"]


def test_timer_boundary_interrupts_its_task_and_takes_its_own_way() -> None:
    nodes = start() + user("a") + boundary("late", "a", timer("Duration", "PT3H")) + user("b") + end()
    run = Run(process(nodes, "s a e", "late b e"))
    deadline = run.step.deadlines[0]
    assert (deadline.id, deadline.element, deadline.interrupting) == ("late#1", "late", True)
    run.later(hours=3).fire("late#1")
    assert run.trace == ["enter late", "fire late", "cancel a", "complete late", "take late_b", "enter b"]
    assert [(one.id, one.how) for one in run.step.closed] == [("a#1", "cancelled")]
    assert run.step.cleared == ("late#1",)
    assert run.open == ["b#1"]


def test_non_interrupting_timer_leaves_its_task_open_and_fires_once() -> None:
    nodes = (
        start() + user("a") + boundary("warn", "a", timer("Duration", "PT3H"), interrupting=False) + user("b") + end()
    )
    run = Run(process(nodes, "s a e", "warn b e"))
    run.fire("warn#1")
    assert run.open == ["a#1", "b#1"]
    with pytest.raises(NotWaiting):
        run.fire("warn#1")
    run.complete("a#1")
    assert not run.done
    run.complete("b#1")
    assert run.done


def test_completing_one_task_never_fires_anothers_deadline_however_late() -> None:
    nodes = start() + gateway("parallel", "f") + user("a") + user("b") + end()
    nodes += boundary("late_a", "a", timer("Duration", "PT1H")) + boundary("late_b", "b", timer("Duration", "PT1H"))
    run = Run(process(nodes, "s f", "f a e", "f b e", "late_a e", "late_b e"))
    run.later(days=30).complete("a#1")
    assert run.step.cleared == ("late_a#1",)
    assert [one.id for one in run.waiting.deadlines] == ["late_b#1"]
    assert run.open == ["b#1"]


def test_message_boundary_non_interrupting_takes_every_message() -> None:
    nodes = start() + user("a") + boundary("more", "a", refers("message", "m"), interrupting=False) + user("b")
    run = Run(process(nodes, "s a", "more b", before=message("m", "papers")))
    run.deliver("papers", n=1)
    run.deliver("papers", n=2)
    assert run.open == ["a#1", "b#1", "b#2"]
    assert run.step.variables == {"n": 2}
    assert [one.id for one in run.waiting.subscriptions] == ["more#1"]


def test_message_boundary_interrupting() -> None:
    nodes = start() + user("a") + boundary("stop", "a", refers("message", "m")) + end()
    run = Run(process(nodes, "s a e", "stop e", before=message("m", "withdraw")))
    run.deliver("withdraw")
    assert run.done
    assert "cancel a" in run.trace


def test_signal_boundary_and_catch_hear_one_broadcast() -> None:
    nodes = start() + gateway("parallel", "f") + user("a") + boundary("bs", "a", refers("signal", "sig")) + end()
    nodes += catch("c", refers("signal", "sig")) + user("b") + user("d")
    run = Run(process(nodes, "s f", "f a e", "f c d", "bs b", before=SIGNAL))
    assert [(one.kind, one.message) for one in run.step.subscribed] == [("signal", "storm")] * 2
    run.signal("storm", level=3)
    assert run.open == ["b#1", "d#1"]
    assert run.step.variables == {"level": 3}
    with pytest.raises(NotWaiting):
        run.signal("storm")


def test_signal_end_event_reaches_who_listens_in_the_case_and_the_host() -> None:
    nodes = (
        start()
        + gateway("parallel", "f")
        + user("a")
        + end("se", refers("signal", "sig"))
        + catch("c", refers("signal", "sig"))
        + user("b")
    )
    run = Run(process(nodes, "s f", "f a se", "f c b", before=SIGNAL))
    run.complete("a#1")
    assert [(one.kind, one.name, one.element) for one in run.step.thrown] == [("signal", "storm", "se")]
    assert run.open == ["b#1"]


def test_signal_thrown_inside_an_activity_that_it_interrupts_ends_the_thrower_too() -> None:
    nodes = start() + sub("c", inner(throw("t", refers("signal", "sig")), end("e2"), path="s2 t e2")) + end()
    nodes += boundary("bs", "c", refers("signal", "sig")) + user("b")
    run = Run(process(nodes, "s c e", "bs b", before=SIGNAL))
    assert run.open == ["b#1"]
    run.complete("b#1")
    assert run.done


def test_error_end_is_caught_at_the_sub_process_by_its_code() -> None:
    nodes = start() + sub("c", inner(user("a"), end("x", refers("error", "err")), path="s2 a x")) + end()
    nodes += boundary("any", "c", refers("error")) + boundary("e1", "c", refers("error", "err")) + user("b") + user("d")
    run = Run(process(nodes, "s c e", "e1 b", "any d", before=ERROR))
    run.complete("c/a#1")
    assert run.trace == [
        "complete c/a", "take c/a_x", "enter c/x", "throw c/x", "complete c/x",
        "enter e1", "catch e1", "cancel c", "complete e1", "take e1_b", "enter b",
    ]  # fmt: skip
    assert run.open == ["b#1"]


def test_error_passes_handlers_of_other_codes_and_is_caught_further_out_across_a_call() -> None:
    nodes = start() + sub("c", inner(end("x", refers("error", "err")), path="s2 x")) + end()
    nodes += boundary("no", "c", refers("error", "other")) + end("e3")
    callee = process(nodes, "s c e", "no e3", ident="q", before=ERROR)
    caller = process(
        start() + call("k", "q") + boundary("yes", "k", refers("error")) + user("b") + end(), "s k e", "yes b"
    )
    run = Run(caller, callee)
    assert run.open == ["b#1"]
    assert "cancel k/c" in run.trace


def test_uncaught_error_is_an_incident_never_a_silent_end() -> None:
    run = Run(process(start() + user("a") + end("x", refers("error", "err")), "s a x", before=ERROR))
    run.complete("a#1")
    assert run.step.status == "active"
    assert [(one.element, one.code) for one in run.step.incidents] == [("x", "uncaught-error")]


def test_job_that_fails_with_a_code_goes_over_its_boundary_event() -> None:
    nodes = start() + service("j") + boundary("bad", "j", refers("error", "err")) + user("b") + end()
    run = Run(process(nodes, "s j e", "bad b", before=ERROR))
    run.fail("j#1", "E1")
    assert run.trace == ["enter bad", "catch bad", "cancel j", "complete bad", "take bad_b", "enter b"]
    assert [(one.id, one.how) for one in run.step.closed] == [("j#1", "cancelled")]


def test_job_that_fails_uncaught_is_parked_and_opens_anew_on_retry() -> None:
    run = Run(process(start() + service("j") + end(), "s j e"))
    run.fail("j#1", "E9")
    assert [one.code for one in run.step.incidents] == ["uncaught-error"]
    assert run.open == []
    run.retry("j!1")
    assert run.open == ["j#2"]
    run.complete("j#2")
    assert run.done


@pytest.mark.parametrize("interrupting", [True, False])
def test_escalation_from_inside_reaches_the_boundary(interrupting: bool) -> None:
    inside = inner(throw("up", refers("escalation", "esc")), user("a"), end("e2"), path="s2 up a e2")
    nodes = start() + sub("c", inside) + boundary("be", "c", refers("escalation", "esc"), interrupting=interrupting)
    run = Run(process(nodes + user("b") + end(), "s c e", "be b", before=ESCALATION))
    assert run.open == (["b#1"] if interrupting else ["b#1", "c/a#1"])
    assert [(one.kind, one.name) for one in run.step.thrown] == [("escalation", "U1")]


def test_escalation_that_nobody_catches_goes_on() -> None:
    run = Run(process(start() + end("x", refers("escalation", "esc")), "s x", before=ESCALATION))
    assert run.done
    assert [one.name for one in run.step.thrown] == ["U1"]


def test_terminate_ends_its_own_scope_and_nothing_further_out() -> None:
    inside = inner(
        gateway("parallel", "f"), user("a"), user("b"), end("t", "<bpmn:terminateEventDefinition/>"), path="s2 f a t"
    )
    inside += flows("f b")
    nodes = start() + gateway("parallel", "g") + sub("c", inside) + user("z") + user("after")
    run = Run(process(nodes, "s g", "g c after", "g z"))
    run.complete("c/a#1")
    assert "cancel c/b" in run.trace
    assert run.open == ["z#1", "after#1"]


def test_terminate_at_the_top_completes_the_case() -> None:
    nodes = start() + gateway("parallel", "f") + user("a") + user("b") + end("t", "<bpmn:terminateEventDefinition/>")
    run = Run(process(nodes, "s f", "f a t", "f b"))
    run.complete("a#1")
    assert run.done
    assert {(one.id, one.how) for one in run.step.closed} == {("a#1", "completed"), ("b#1", "cancelled")}


def test_link_events_are_followed_without_a_flow_that_nobody_drew() -> None:
    nodes = start() + throw("out", link("L")) + catch("in", link("L")) + user("a")
    run = Run(process(nodes, "s out", "in a"))
    assert run.trace == [
        "enter s", "complete s", "take s_out", "enter out", "complete out", "enter in", "complete in",
        "take in_a", "enter a",
    ]  # fmt: skip


def test_intermediate_timer_and_its_output_mapping_for_messages() -> None:
    nodes = (
        start()
        + catch("t", timer("Duration", "P1D"))
        + catch("m", refers("message", "msg"), io(outputs={"kept": "= raw + 1"}))
        + end()
    )
    run = Run(process(nodes, "s t m e", before=message("msg", "go")))
    run.fire("t#1")
    assert run.trace[:2] == ["fire t", "complete t"]
    run.deliver("go", raw=1)
    assert run.step.variables == {"kept": 2}


def test_message_end_event_is_thrown_with_its_key() -> None:
    run = Run(
        process(start() + end("x", refers("message", "m")), "s x", before=message("m", "done", "= no")),
        data={"no": "7"},
    )
    assert [(one.name, one.key) for one in run.step.thrown] == [("done", "7")]
    assert run.done


def test_message_with_a_key_that_is_null_is_an_incident() -> None:
    run = Run(process(start() + catch("c", refers("message", "m")), "s c", before=message("m", "x", "= missing")))
    assert [one.code for one in run.step.incidents] == ["no-correlation-key"]
    run.retry("c!1", missing=5)
    assert [one.key for one in run.step.subscribed] == ["5"]


def guarded(definition: str, interrupting: bool, before: str = "") -> bytes:
    flag = "true" if interrupting else "false"
    begin = start("gs", definition).replace("<bpmn:startEvent ", f'<bpmn:startEvent isInterrupting="{flag}" ')
    guard = sub("g", begin + user("help") + end("ge") + flows("gs help ge"), attributes=GUARD)
    return process(start() + guard + user("a") + user("b") + end(), "s a b e", before=before)


@pytest.mark.parametrize("interrupting", [True, False])
def test_event_sub_process_on_a_message(interrupting: bool) -> None:
    run = Run(guarded(refers("message", "m"), interrupting, message("m", "object")))
    assert [one.element for one in run.step.subscribed] == ["gs"]
    run.deliver("object", why="x")
    assert run.open == (["g/help#1"] if interrupting else ["a#1", "g/help#1"])
    assert run.trace[:1] == ["enter g"]
    run.complete("g/help#1")
    assert run.done is interrupting
    if not interrupting:
        run.deliver("object")
        assert run.open == ["a#1", "g/help#2"]


def test_event_sub_process_on_a_cycle_repeats_while_the_scope_lives() -> None:
    run = Run(guarded(timer("Cycle", "R2/PT1H"), False))
    run.fire("gs#1")
    assert [one.id for one in run.step.deadlines] == ["gs#2"]
    run.fire("gs#2")
    assert run.step.deadlines == ()
    run.complete("a#1")
    run.complete("b#1")
    run.complete("g/help#1")
    run.complete("g/help#2")
    assert run.done


def test_event_sub_process_catches_the_error_of_its_scope() -> None:
    guard = sub("g", start("gs", refers("error", "err")) + user("help") + flows("gs help"), attributes=GUARD)
    run = Run(process(start() + guard + user("a") + end("x", refers("error", "err")), "s a x", before=ERROR))
    run.complete("a#1")
    assert run.open == ["g/help#1"]
    run.complete("g/help#1")
    assert run.done


def test_deadlines_of_an_event_sub_process_end_with_its_scope() -> None:
    run = Run(guarded(timer("Duration", "P3D"), True))
    run.complete("a#1")
    run.complete("b#1")
    assert run.done
    assert run.step.cleared == ("gs#1",)


@pytest.mark.parametrize(
    ("nodes", "before", "code"),
    [
        (user("a") + boundary("b", "nowhere", timer("Duration", "P1D")), "", "dangling-boundary"),
        (user("a") + boundary("b", "a", "<bpmn:conditionalEventDefinition/>"), "", "missing"),
        (user("a") + boundary("b", "a", "<bpmn:compensateEventDefinition/>"), "", "compensation-without-handler"),
        (user("a") + catch("b", "<bpmn:compensateEventDefinition/>"), "", "unsupported-compensation-event"),
        (user("a") + boundary("b", "a", refers("message", "m")), "", "dangling-reference"),
        (user("a") + boundary("b", "a", timer("Duration", "soon")), "", "bad-timer"),
        (user("a") + boundary("b", "a", "<bpmn:timerEventDefinition/>"), "", "timer-time"),
        (user("a") + catch("l", link("L")) + throw("m", link("M")), "", "dangling-link"),
        (user("a") + boundary("b", "a", timer("Duration", "P1D") + refers("error"), interrupting=False), "",
         "error-not-interrupting"),
        ('<bpmn:adHocSubProcess id="a"/>', "", "empty"),
        (start("s9") + user("a"), "", "several-starts"),
    ],
)  # fmt: skip
def test_event_that_would_be_misread_is_refused_by_name(nodes: str, before: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        load(process(start() + nodes, "s a", before=before))
    assert code in {one.code for one in caught.value.findings}
