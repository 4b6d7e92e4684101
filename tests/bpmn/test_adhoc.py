"""Ad-hoc sub-processes: who starts what, what is open again, when it is enough (BPMN 2.0.2, 10.3.5 and 13.3.5)."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bpmn.check import check
from app.errors import Refused
from tests.bpmn.cases_variables import FIRST, whole
from tests.bpmn.cases_variables import script as script_k
from tests.bpmn.draw import (
    GUARD,
    Run,
    adhoc,
    again,
    boundary,
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
    script,
    service,
    start,
    sub,
    throw,
    timer,
    undo,
    undone,
    user,
    when,
)  # fmt: skip
from tests.bpmn.known import KNOWN
from tests.bpmn.sketch import diagram, node

SHARED = message("msg", "go") + '<bpmn:error id="err" errorCode="E1"/><bpmn:signal id="sig" name="storm"/>'
ABC = user("a") + user("b") + user("c")
SEQUENTIAL = 'ordering="Sequential"'
WAITS = 'cancelRemainingInstances="false"'


def around(*nodes: str, chain: str = "s x e", more: tuple[str, ...] = ()) -> bytes:
    """A process with an ad-hoc sub-process x."""
    return process(start() + "".join(nodes) + end(), chain, *more, before=SHARED)


# -- people choose -----------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=12), st.sampled_from("abc"))
def test_what_people_choose_is_open_again_each_time_until_the_condition_holds(chosen: list[str], last: str) -> None:
    run = Run(around(adhoc("x", ABC, "= ok")), data={"ok": False})
    for number, name in enumerate(chosen):
        run.complete(f"x/{name}#{chosen[:number].count(name) + 1}")
        assert sorted(run.open) == [f"x/{one}#{chosen[: number + 1].count(one) + 1}" for one in "abc"]
    assert not run.done
    step = run.complete(f"x/{last}#{chosen.count(last) + 1}", ok=True)
    assert run.done
    assert {one.how for one in step.closed} == {"completed", "cancelled"}


@given(st.permutations("abc"))
def test_without_a_condition_each_is_done_once_in_any_order(order: list[str]) -> None:
    run = Run(around(adhoc("x", ABC)))
    for number, name in enumerate(order):
        assert sorted(run.open) == [f"x/{one}#1" for one in sorted(order[number:])]
        run.complete(f"x/{name}#1")
    assert run.done


def test_flows_inside_give_the_order_and_a_join_waits_for_its_branches() -> None:
    inside = ABC + gateway("parallel", "j") + flows("a j", "b j c")
    run = Run(around(adhoc("x", inside)))
    assert run.open == ["x/a#1", "x/b#1"]
    run.complete("x/a#1")
    assert run.open == ["x/b#1"]
    run.complete("x/b#1")
    assert run.open == ["x/c#1"]
    run.complete("x/c#1")
    assert run.done


def test_activity_with_a_following_one_can_be_done_again_before_that_is_done() -> None:
    run = Run(around(adhoc("x", user("a") + user("c") + flows("a c"), "= ok")), data={"ok": False})
    run.complete("x/a#1")
    run.complete("x/a#2")
    assert run.open == ["x/c#1", "x/c#2", "x/a#3"]


def test_condition_is_not_looked_at_when_a_gateway_or_an_event_completes() -> None:
    inside = user("a") + throw("t", "", io({}, {"ok": "= true"})) + user("c") + flows("a t c")
    run = Run(around(adhoc("x", inside, "= ok")), data={"ok": False})
    run.complete("x/a#1")
    assert run.step.variables == {"ok": True}
    assert run.open == ["x/a#2", "x/c#1"]
    run.complete("x/c#1")
    assert run.done


def test_condition_without_its_data_is_an_incident_that_can_be_mended() -> None:
    run = Run(around(adhoc("x", ABC, "= ok")))
    run.complete("x/a#1")
    (incident,) = run.waiting.incidents
    assert (incident.element, incident.code) == ("a", "condition-not-boolean")
    assert run.open == ["x/b#1", "x/c#1"]
    run.retry(incident.id, ok=False)
    assert sorted(run.open) == ["x/a#2", "x/b#1", "x/c#1"]
    run.complete("x/b#1", ok=True)
    assert run.done


def test_what_an_event_interrupted_is_open_again_and_its_way_goes_on() -> None:
    inside = user("a") + boundary("i", "a", timer("Duration", "PT1H")) + user("c") + flows("i c")
    run = Run(around(adhoc("x", inside, "= ok")), data={"ok": False})
    run.later(hours=1).fire("x/i#1")
    assert sorted(run.open) == ["x/a#2", "x/c#1"]
    assert [one.id for one in run.waiting.deadlines] == ["x/i#2"]
    run.complete("x/c#1", ok=True)
    assert run.done


def test_message_that_people_wait_for_can_arrive_several_times() -> None:
    inside = user("a") + '<bpmn:receiveTask id="r" messageRef="msg"/>'
    run = Run(around(adhoc("x", inside, "= n > 1")), data={"n": 0})
    run.deliver("go", n=1)
    run.deliver("go", n=2)
    assert run.done


def test_sub_process_that_begins_with_people_can_be_chosen_again() -> None:
    inside = sub("w", start("s2") + user("t") + script("k", "= n + 1", "n") + end("e2") + flows("s2 t k e2"))
    run = Run(around(adhoc("x", inside + user("a"), "= n > 1")), data={"n": 0})
    assert run.open == ["x/a#1", "x/w/t#1"]
    run.complete("x/w/t#1")
    assert run.open == ["x/a#1", "x/w/t#2"]
    run.complete("x/w/t#2")
    assert run.done


# -- a list ------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from("abc"), max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_what_is_listed_is_done_as_often_as_it_is_listed(todo: list[str], random: Random) -> None:
    run = Run(around(adhoc("x", ABC, active="= todo")), data={"todo": todo})
    left = [f"x/{name}#{todo[:number].count(name) + 1}" for number, name in enumerate(todo)]
    assert run.open == left
    random.shuffle(left)
    for one in left:
        assert not run.done
        run.complete(one)
    assert run.done


@given(st.lists(st.sampled_from("abc"), max_size=6))
@settings(max_examples=30, deadline=None)
def test_a_sequential_list_is_done_in_its_order_one_at_a_time(todo: list[str]) -> None:
    run = Run(around(adhoc("x", ABC, active="= todo", attributes=SEQUENTIAL)), data={"todo": todo})
    for number, name in enumerate(todo):
        assert run.open == [f"x/{name}#{todo[:number].count(name) + 1}"]
        run.complete(run.open[0])
    assert run.done


def test_in_sequence_what_follows_an_activity_is_done_before_the_next() -> None:
    nodes = adhoc("x", ABC + flows("b c"), active='= ["b", "a"]', attributes=SEQUENTIAL)
    run = Run(around(nodes))
    for one in ("x/b#1", "x/c#1", "x/a#1"):
        assert run.open == [one]
        run.complete(one)
    assert run.done


def test_in_sequence_the_rest_of_the_list_is_dropped_when_the_condition_holds() -> None:
    nodes = adhoc("x", ABC + flows("b c"), "= ok", '= ["b", "a"]', SEQUENTIAL)
    run = Run(around(nodes), data={"ok": False})
    run.complete("x/b#1", ok=True)
    assert run.done


@pytest.mark.parametrize(("todo", "code"), [
    (["a", "z"], "no-such-activity"), (["c"], "no-such-activity"), ([None], "no-such-activity"),
    ("a", "not-a-list"), (None, "not-a-list"), ([["a"]], "no-such-activity"),
])  # fmt: skip
def test_a_list_that_cannot_be_performed_is_an_incident_and_can_be_mended(todo: object, code: str) -> None:
    run = Run(around(adhoc("x", ABC + flows("b c"), active="= todo")), data={"todo": todo})
    (incident,) = run.waiting.incidents
    assert (incident.element, incident.code) == ("x", code)
    assert run.open == []
    run.retry(incident.id, todo=["b"])
    assert run.open == ["x/b#1"]


def test_what_a_condition_makes_superfluous_at_once_is_never_opened() -> None:
    nodes = adhoc("x", script("k", "= true", "ok") + user("a"), "= ok", '= ["k", "a"]')
    run = Run(around(nodes), data={"ok": False})
    assert run.done
    assert run.step.opened == ()
    assert "enter x/a" not in run.trace


def test_jobs_are_listed_too_and_their_error_leaves_the_sub_process() -> None:
    nodes = adhoc("x", service("j") + user("a"), active='= ["j", "a"]') + boundary("b", "x", refers("error", "err"))
    run = Run(around(nodes, more=("b e",)))
    run.fail("x/j#1", "E1")
    assert run.done
    assert "cancel x/a" in run.trace


# -- the rest ----------------------------------------------------------------------------------------------


def test_when_the_rest_is_waited_for_nothing_further_begins_and_waiting_events_go() -> None:
    inside = ABC + catch("w", refers("signal", "sig")) + user("d") + flows("b w d", "a d")
    run = Run(around(adhoc("x", inside, "= ok", '= ["a", "b", "c"]', WAITS)), data={"ok": False})
    run.complete("x/b#1")
    assert [one.kind for one in run.waiting.subscriptions] == ["signal"]
    run.complete("x/a#1", ok=True)
    assert run.open == ["x/c#1"]
    assert run.waiting.subscriptions == ()
    run.complete("x/c#1", ok=False)
    assert run.done


def test_what_flows_opened_before_is_finished_when_the_rest_is_waited_for() -> None:
    inside = user("a") + user("c") + user("d") + flows("a c d")
    run = Run(around(adhoc("x", inside, "= ok", '= ["a", "a"]', WAITS)), data={"ok": False})
    run.complete("x/a#1")
    run.complete("x/a#2", ok=True)
    assert run.open == ["x/c#1"]
    run.complete("x/c#1")
    assert run.done


# -- with the rest of the language -------------------------------------------------------------------------


def test_each_instance_has_its_own_choice_and_condition() -> None:
    nodes = looped(adhoc("x", user("a") + user("b"), "= ok", more=io({"ok": "= false"})), many("= xs"))
    run = Run(around(nodes), data={"xs": [1, 2]})
    assert run.open == ["x[0]/a#1", "x[0]/b#1", "x[1]/a#1", "x[1]/b#1"]
    run.complete("x[1]/a#1", ok=True)
    assert run.open == ["x[0]/a#1", "x[0]/b#1"]
    run.complete("x[0]/b#1")
    run.complete("x[0]/b#2", ok=True)
    assert run.done
    assert "ok" not in run.step.variables


def test_a_loop_begins_the_whole_list_again() -> None:
    nodes = looped(adhoc("x", user("a") + user("b"), active='= ["a", "b"]', attributes=SEQUENTIAL), again("", "2"))
    run = Run(around(nodes))
    for one in ("x[0]/a#1", "x[0]/b#1", "x[1]/a#1", "x[1]/b#1"):
        assert run.open == [one]
        run.complete(one)
    assert run.done


def test_an_ad_hoc_sub_process_in_another_is_chosen_like_any_activity() -> None:
    run = Run(around(adhoc("x", user("a") + adhoc("y", user("b") + user("c")), "= ok")), data={"ok": False})
    assert run.open == ["x/a#1", "x/y/b#1", "x/y/c#1"]
    run.complete("x/y/b#1")
    run.complete("x/y/c#1")
    assert run.open == ["x/a#1", "x/y/b#2", "x/y/c#2"]
    run.complete("x/y/b#2")
    run.complete("x/y/c#2", ok=True)
    assert run.done


def test_what_was_done_several_times_is_undone_as_often_the_last_first() -> None:
    inside = user("a", io({"mine": "= n"})) + undone("a", user("h", io({"was": "= mine"}))) + user("b")
    nodes = adhoc("x", inside, "= n > 2") + throw("u", undo())
    run = Run(around(nodes, chain="s x u e"), data={"n": 1})
    run.complete("x/a#1", n=2)
    run.complete("x/b#1")
    run.complete("x/a#2", n=3)
    for number, was in (1, 2), (2, 1):
        (task,) = run.waiting.tasks
        assert (task.id, task.inputs["was"]) == (f"x/h#{number}", was)
        run.complete(task.id)
    assert run.done


def test_mappings_give_it_variables_of_its_own_and_let_results_out() -> None:
    nodes = adhoc("x", user("a"), "= ok", more=io({"ok": "= false", "n": "= 0"}, {"total": "= n"}))
    run = Run(around(nodes))
    run.complete("x/a#1", n=5, ok=True)
    assert run.done
    assert run.step.variables == {"total": 5}


def test_event_at_its_border_ends_it_with_all_that_is_open() -> None:
    nodes = adhoc("x", ABC, "= ok") + boundary("m", "x", refers("message", "msg"))
    run = Run(around(nodes, more=("m e",)), data={"ok": False})
    run.complete("x/a#1")
    step = run.deliver("go")
    assert run.done
    assert {one.id for one in step.closed} == {"x/a#2", "x/b#1", "x/c#1"}


# -- what is refused, and what the checker lets pass -------------------------------------------------------

SOUND = {
    "choice": adhoc("x", ABC + flows("a c"), "= ok"),
    "sub": adhoc("x", sub("w", start("s2") + user("t") + script("k", "= 1", "n") + end("e2") + flows("s2 t k e2"))),
    "implicit": adhoc("x", sub("w", user("t") + script("k", "= 1", "n") + flows("t k"))),
    "nested": adhoc("x", adhoc("y", user("t"))),
    "list": adhoc("x", ABC + script("k", "= 1", "n"), "= n > 0", '= ["k", "a"]', SEQUENTIAL),
    "choosing": adhoc(
        "x", ABC + gateway("exclusive", "g", "g_b") + flows("a g b", "g c ? = ok"), "", '= ["a"]', SEQUENTIAL
    ),
    "circle": adhoc("x", ABC + flows("a b c b"), "= ok"),
    "waits": adhoc("x", ABC, "", "", WAITS),
    "reminded": adhoc(
        "x", user("a") + boundary("i", "a", when("= ok"), interrupting=False) + throw("t") + flows("i t")
    ),
    "deadline": adhoc("x", user("a") + boundary("i", "a", timer("Duration", "P1D")) + user("c") + flows("i c"), "= ok"),
}
BAD = {
    "script": ("k", adhoc("x", user("a") + script("k", "= 1", "n"), "= ok")),
    "sub with script": (
        "w",
        adhoc("x", sub("w", start("s2") + script("k", "= 1", "n") + user("t") + end("e2") + flows("s2 k t e2"))),
    ),
    "sub with both": ("w", adhoc("x", sub("w", user("t") + script("k", "= 1", "n")))),
    "instances": ("a", adhoc("x", user("a", body=many("= xs")))),
    "timer": ("w", adhoc("x", user("a") + catch("w", timer("Duration", "PT1H")) + flows("w a"), "= ok")),
    "interrupted at once": (
        "a",
        adhoc("x", user("a") + boundary("i", "a", when("= ok")) + user("c") + flows("i c"), "= ok"),
    ),
    "interrupted on a date": (
        "a",
        adhoc("x", user("a") + boundary("i", "a", timer("Date", "2026-01-01")) + user("c") + flows("i c")),
    ),
    "interrupted inside": (
        "w",
        adhoc("x", sub("w", user("a") + boundary("i", "a", when("= ok")) + user("c") + flows("i c"))),
    ),
    "guarded inside": (
        "w",
        adhoc("x", sub("w", user("a") + sub("g", start("h", when("= ok")) + user("k") + flows("h k"), "", GUARD))),
    ),
    "nested list": ("y", adhoc("x", adhoc("y", user("t"), active='= ["t"]'))),
}


@pytest.mark.parametrize("variant", SOUND)
def test_what_is_sound_is_loaded_and_no_error(variant: str) -> None:
    data = around(SOUND[variant])
    assert load(data)
    found = [one.code for one in check({"x.bpmn": data}) if one.severity == "error"]
    assert [code for code in found if code != "unnamed-step"] == []


@pytest.mark.parametrize("variant", BAD)
def test_where_people_choose_what_runs_of_itself_is_refused_at_its_element(variant: str) -> None:
    element, nodes = BAD[variant]
    data = around(nodes)
    with pytest.raises(Refused) as caught:
        load(data)
    for found in (caught.value.findings, check({"x.bpmn": data})):
        assert [one.element for one in found if one.code == "unsupported-ad-hoc-automatic"] == [element]


@pytest.mark.parametrize("attributes", ['ordering="sequential"', SEQUENTIAL])
def test_an_ordering_that_is_not_parallel_is_sequential(attributes: str) -> None:
    with pytest.raises(Refused) as caught:
        load(around(adhoc("x", ABC, attributes=attributes)))
    assert [one.code for one in caught.value.findings] == ["unsupported-ad-hoc-sequential"]


def test_an_empty_completion_condition_is_no_condition_left_out() -> None:
    data = around(adhoc("x", ABC).replace("</bpmn:adHoc", "<bpmn:completionCondition/></bpmn:adHoc"))
    with pytest.raises(Refused) as caught:
        load(data)
    assert [one.code for one in caught.value.findings] == ["missing"]
    assert "not-feel" in {one.code for one in check({"x.bpmn": data})}


def test_an_unknown_id_in_a_written_list_is_found_before_any_case_runs() -> None:
    data = around(adhoc("x", ABC + flows("b c"), active='= ["a", "c", "z"]'))
    found = [one for one in check({"x.bpmn": data}) if one.code == "ad-hoc-unknown-activity"]
    assert [(one.element, one.severity) for one in found] == [("x", "error"), ("x", "error")]
    assert "'z'" in found[1].text.en
    assert "a, b" in found[0].remedy.en


def free(condition: str, inside: str, extensions: str = "") -> bytes:
    """An item's procedure with an ad-hoc sub-process x, in which a step u answers approved, amount and kind."""
    until = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>"
    holder = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    return diagram(whole(node("adHocSubProcess", "x", holder + FIRST + inside + until)))


@pytest.mark.parametrize("data", [
    free("= approved", ""),
    free("= approved", script_k("= amount") + flows("u k")),
    free("= approved", user("v", io({"seen": "= amount"})) + flows("v u")),
    free('= kind = "sale"', "", io({"kind": '= "none"'})),
])  # fmt: skip
def test_conditions_and_activities_may_read_what_the_activities_give(data: bytes) -> None:
    codes = ("unknown-", "wrong-", "impossible-", "variable-")
    assert [one for one in check({"x.bpmn": data}, **KNOWN) if one.code.startswith(codes)] == []


def test_a_condition_is_still_held_against_what_is_known() -> None:
    data = free('= kind = "sales" or amuont &gt; 0', "")
    found = {(one.code, one.element) for one in check({"x.bpmn": data}, **KNOWN)}
    assert {("impossible-value", "x"), ("unknown-variable", "x")} <= found


def test_a_large_ad_hoc_sub_process_is_judged_in_one_pass() -> None:
    inside = "".join(user(f"a{number}") for number in range(4000)) + flows(" ".join(f"a{n}" for n in range(4000)))
    assert load(around(adhoc("x", inside, "= ok")))
