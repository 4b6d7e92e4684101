"""Gateways, as BPMN 2.0.2 chapter 13.4 has them."""

import pytest

from app.errors import Refused
from tests.bpmn.draw import (
    Run,
    boundary,
    catch,
    end,
    flow,
    flows,
    gateway,
    load,
    message,
    process,
    refers,
    script,
    start,
    sub,
    timer,
    user,
)


def users(names: str) -> str:
    return "".join(user(one) for one in names)


def test_exclusive_takes_the_first_true_flow_in_the_order_of_the_diagram() -> None:
    nodes = start() + gateway("exclusive", "g", "g_d") + users("bcd")
    diagram = process(nodes, "s g", "g b ? = x > 1", "g c ? = x > 0", "g d")
    for x, opened in ((2, "b#1"), (1, "c#1"), (0, "d#1")):
        assert Run(diagram, data={"x": x}).open == [opened]


def test_exclusive_merge_lets_every_token_pass_on_its_own() -> None:
    nodes = start() + gateway("parallel", "f") + users("ab") + gateway("exclusive", "m") + user("c") + end()
    run = Run(process(nodes, "s f", "f a m", "f b m", "m c e"))
    run.complete("a#1")
    run.complete("b#1")
    assert run.open == ["c#1", "c#2"]


def test_parallel_join_waits_for_one_token_on_each_flow_and_lists_of_branches_both_stay() -> None:
    nodes = start() + gateway("parallel", "f") + users("abc") + gateway("parallel", "j") + user("d") + end()
    run = Run(process(nodes, "s f", "f a j", "f b j", "f c j", "j d e"))
    run.complete("b#1", list_b=[9])
    run.complete("a#1", list_a=[1, 2, 3])
    assert run.open == ["c#1"]
    run.complete("c#1")
    assert run.trace == ["complete c", "take c_j", "enter j", "complete j", "take j_d", "enter d"]
    assert run.step.variables == {"list_b": [9], "list_a": [1, 2, 3]}
    run.complete("d#1")
    assert run.done


def test_parallel_join_keeps_a_second_token_on_one_flow_for_the_next_round() -> None:
    nodes = (
        start()
        + gateway("parallel", "f")
        + users("abc")
        + gateway("exclusive", "m")
        + gateway("parallel", "j")
        + user("d")
    )
    run = Run(process(nodes, "s f", "f a m", "f b m", "m j", "f c j", "j d"))
    run.complete("a#1")
    run.complete("b#1")
    assert run.open == ["c#1"]
    run.complete("c#1")
    assert run.open == ["d#1"]
    assert [one.code for one in run.step.incidents] == []
    run.complete("d#1")
    assert [one.code for one in run.step.incidents] == ["join-starved"]


def test_parallel_join_behind_an_exclusive_split_becomes_an_incident_not_a_standstill() -> None:
    nodes = start() + gateway("exclusive", "g", "g_b") + users("ab") + gateway("parallel", "j") + end()
    run = Run(process(nodes, "s g", "g a j ? = x", "g b j", "j e"), data={"x": True})
    run.complete("a#1")
    assert run.step.status == "active"
    assert [(one.element, one.code) for one in run.step.incidents] == [("j", "join-starved")]
    run.retry("j!1")
    assert [one.id for one in run.step.incidents] == ["j!2"]


def test_two_flows_from_one_node_to_a_join_are_two_arrivals() -> None:
    nodes = start() + user("a") + gateway("parallel", "j") + end()
    twice = flow("one", "a", "j") + flow("two", "a", "j")
    run = Run(process(nodes + twice, "s a", "j e"))
    run.complete("a#1")
    assert run.done


def test_loop_around_a_parallel_block_runs_again_and_again() -> None:
    nodes = start() + gateway("exclusive", "m") + gateway("parallel", "f") + users("ab") + gateway("parallel", "j")
    nodes += gateway("exclusive", "g", "g_m") + end()
    run = Run(process(nodes, "s m f", "f a j", "f b j", "j g", "g e ? = done", "g m"))
    for turn in range(1, 6):
        run.complete(f"a#{turn}")
        run.complete(f"b#{turn}", done=turn == 5)
    assert run.done


def test_inclusive_split_takes_every_true_flow_and_its_join_waits_for_just_those() -> None:
    nodes = start() + gateway("inclusive", "f", "f_d") + users("abcd") + gateway("inclusive", "j") + user("z") + end()
    diagram = process(nodes, "s f", "f a j ? = x > 0", "f b j ? = x > 1", "f c j ? = x > 2", "f d j", "j z e")
    run = Run(diagram, data={"x": 2})
    assert run.open == ["a#1", "b#1"]
    run.complete("a#1")
    assert run.open == ["b#1"]
    run.complete("b#1")
    assert run.open == ["z#1"]
    assert Run(diagram, data={"x": 0}).open == ["d#1"]


def test_inclusive_join_does_not_wait_for_a_token_that_has_gone_another_way() -> None:
    nodes = (
        start()
        + gateway("parallel", "f")
        + users("ab")
        + gateway("exclusive", "g", "g_e")
        + gateway("inclusive", "j")
        + user("z")
    )
    run = Run(process(nodes + end(), "s f", "f a j", "f b g", "g j ? = x", "g e", "j z"))
    run.complete("a#1")
    assert run.open == ["b#1"]
    run.complete("b#1", x=False)
    assert run.open == ["z#1"]


def test_inclusive_join_waits_for_what_may_come_over_a_boundary_event() -> None:
    nodes = start() + gateway("parallel", "f") + users("ab") + gateway("inclusive", "j") + user("z") + end()
    nodes += boundary("late", "b", timer("Duration", "P1D"))
    run = Run(process(nodes, "s f", "f a j", "f b e", "late j z"))
    run.complete("a#1")
    assert run.open == ["b#1"]
    run.fire("late#1")
    assert run.open == ["z#1"]


def test_inclusive_join_in_a_loop() -> None:
    nodes = start() + gateway("exclusive", "m") + gateway("inclusive", "f") + users("ab") + gateway("inclusive", "j")
    nodes += gateway("exclusive", "g", "g_e") + end()
    run = Run(process(nodes, "s m f", "f a j", "f b j", "j g", "g m ? = again", "g e"))
    run.complete("a#1")
    run.complete("b#1", again=True)
    run.complete("b#2")
    run.complete("a#2", again=False)
    assert run.done


def test_condition_that_is_neither_true_nor_false_parks_the_token_until_the_data_are_mended() -> None:
    nodes = start() + user("a") + gateway("exclusive", "g", "g_e") + user("b") + end()
    run = Run(process(nodes, "s a g", "g b ? = ok", "g e"))
    run.complete("a#1")
    incident = run.step.incidents[0]
    assert (incident.id, incident.code, incident.element) == ("g!1", "condition-not-boolean", "g")
    assert "g_b" in incident.text.zh
    assert run.waiting.incidents == (incident,)
    run.retry("g!1", ok=True)
    assert run.step.resolved == ("g!1",)
    assert run.open == ["b#1"]
    assert run.step.variables == {"ok": True}


def test_no_true_flow_and_no_default_is_an_incident() -> None:
    nodes = start() + gateway("exclusive", "g") + users("ab")
    run = Run(process(nodes, "s g", "g a ? = x = 1", "g b ? = x = 2"), data={"x": 3})
    assert [one.code for one in run.step.incidents] == ["no-flow"]
    run.retry("g!1", x=2)
    assert run.open == ["b#1"]


EVENTS = (
    catch("m", refers("message", "msg")),
    catch("t", timer("Duration", "PT1H")),
    catch("u", timer("Duration", "PT2H")),
)


def event_gateway() -> bytes:
    nodes = start() + gateway("eventBased", "g") + "".join(EVENTS) + users("abc")
    return process(nodes, "s g", "g m a", "g t b", "g u c", before=message("msg", "go"))


def test_event_gateway_first_message_wins_and_the_deadlines_are_gone() -> None:
    run = Run(event_gateway())
    assert [one.element for one in run.step.subscribed] == ["m"]
    assert [(one.element, one.due.hour) for one in run.step.deadlines if one.due] == [("t", 2), ("u", 3)]
    run.later(hours=5).deliver("go", x=1)
    assert run.trace == ["complete g", "take g_m", "enter m", "catch m", "complete m", "take m_a", "enter a"]
    assert run.step.cleared == ("t#1", "u#1")
    assert run.open == ["a#1"]
    assert run.step.variables == {"x": 1}


def test_event_gateway_each_timer_has_its_own_date_and_only_the_one_fired_counts() -> None:
    run = Run(event_gateway())
    run.later(hours=5).fire("u#1")
    assert run.open == ["c#1"]
    assert run.waiting.deadlines == ()
    assert run.waiting.subscriptions == ()


@pytest.mark.parametrize(
    ("nodes", "chains", "code"),
    [
        (gateway("exclusive", "g") + users("ab"), ("s g", "g a", "g b"), "no-condition"),
        (gateway("parallel", "g") + users("ab"), ("s g", "g a ? = x", "g b"), "condition-ignored"),
        (gateway("exclusive", "g", "nowhere") + users("ab"), ("s g", "g a ? = x"), "dangling-default"),
        (gateway("eventBased", "g") + users("a"), ("s g", "g a"), "not-an-event"),
        ('<bpmn:complexGateway id="g"/>' + users("a"), ("s a g", "s g"), "missing"),
    ],
)
def test_gateway_that_would_be_misread_is_refused_by_name(nodes: str, chains: tuple[str, ...], code: str) -> None:
    with pytest.raises(Refused) as caught:
        load(process(start() + nodes, *chains))
    assert code in {one.code for one in caught.value.findings}


def test_gateways_inside_a_sub_process_join_within_it() -> None:
    inside = start("s2") + gateway("parallel", "f") + users("ab") + gateway("parallel", "j") + end("e2")
    body = inside + flows("s2 f", "f a j", "f b j", "j e2")
    run = Run(process(start() + sub("c", body) + script("n", "= 1", "n") + end(), "s c n e"))
    run.complete("c/a#1")
    run.complete("c/b#1")
    assert run.done
    assert run.trace == [
        "complete c/b", "take c/b_j", "enter c/j", "complete c/j", "take c/j_e2", "enter c/e2", "complete c/e2",
        "complete c", "take c_n", "enter n", "complete n", "take n_e", "enter e", "complete e",
    ]  # fmt: skip
