"""Nothing an element does wrong loses the clerk's act: tokens are parked, budgets hold, retry goes on."""

import pytest

from app.bpmn.step import Budget
from app.errors import Text
from tests.bpmn.draw import (
    Run,
    _activity,
    boundary,
    call,
    catch,
    end,
    flows,
    gateway,
    io,
    many,
    message,
    process,
    refers,
    script,
    service,
    start,
    sub,
    timer,
    user,
)


def test_failing_element_parks_its_token_and_the_other_branch_goes_on() -> None:
    nodes = (
        start()
        + user("a")
        + gateway("parallel", "f")
        + user("b", '<gov:limit value="= n" unit="WD"/>')
        + user("c")
        + end()
    )
    run = Run(process(nodes, "s a f", "f b e", "f c e"))
    run.complete("a#1", answer=1)
    assert run.open == ["c#1"]
    assert run.step.variables == {"answer": 1}
    incident = run.step.incidents[0]
    assert (incident.id, incident.process, incident.element, incident.scope) == ("b!1", "p", "b", "")
    assert incident.text.zh
    assert incident.text.en
    assert "incident b" in run.trace
    run.complete("c#1")
    assert not run.done
    run.retry("b!1", n=3)
    assert run.step.resolved == ("b!1",)
    assert run.trace == []
    assert run.open == ["b#1"]


def test_output_mapping_that_fails_is_retried_with_what_was_answered() -> None:
    deep = io(outputs={"kept": "= answer", "t": "= missing_list"})
    nodes = start() + user("a", io(outputs={"kept": "= answer"})) + gateway("exclusive", "g") + user("b") + end()
    run = Run(process(nodes, "s a g", "g b ? = kept > limit", "g e ? = kept <= limit"))
    run.complete("a#1", answer=5)
    assert [one.element for one in run.step.incidents] == ["g"]
    run.retry("g!1", limit=4)
    assert run.open == ["b#1"]
    assert deep


def test_decision_that_fails_says_why() -> None:
    rule = _activity("businessRuleTask", "d", '<zeebe:calledDecision decisionId="risk" resultVariable="level"/>')

    class Broken(Exception):
        text = Text("两条规则都适用", "two rules apply")

    def decide(*_: object) -> object:
        raise Broken

    run = Run(process(start() + rule + end(), "s d e"), decide=decide)
    assert run.step.incidents[0].code == "decision-failed"
    assert "两条规则都适用" in run.step.incidents[0].text.zh
    assert Run(process(start() + rule + end(), "s d e")).step.incidents[0].code == "no-decision"


LOOP = process(
    start() + gateway("exclusive", "m") + script("x", "= n + 1", "n") + gateway("exclusive", "g", "g_m") + user("a"),
    "s m x g",
    "g a ? = n >= stop",
    "g m",
)


def test_loop_without_a_wait_stops_at_the_budget_and_names_its_elements() -> None:
    run = Run(LOOP, data={"n": 0, "stop": 10**9}, budget=Budget(steps=300))
    incident = run.step.incidents[0]
    assert incident.code == "budget-steps"
    for name in ("m", "x", "g"):
        assert name in incident.text.zh
    assert run.step.status == "active"
    before = run.step.variables["n"]
    run.retry(incident.id)
    assert run.step.variables["n"] == before + 100
    run.retry(run.step.incidents[0].id, stop=0)
    assert run.open == ["a#1"]


def test_loop_of_two_thousand_rounds_in_one_act_ends_rightly() -> None:
    run = Run(LOOP, data={"n": 0, "stop": 2000}, budget=Budget(steps=10_000))
    assert run.open == ["a#1"]
    assert run.step.variables["n"] == 2000


def test_tokens_that_multiply_without_end_are_held_in_one_incident() -> None:
    nodes = start() + gateway("exclusive", "m") + gateway("parallel", "f") + user("a")
    run = Run(process(nodes, "s m f", "f m", "f a"), budget=Budget(steps=200))
    assert [one.code for one in run.step.incidents] == ["budget-steps"]
    run.cancel()
    assert run.step.status == "cancelled"


def test_branch_beside_an_exhausted_loop_goes_on_when_the_loop_is_cancelled() -> None:
    spin = (
        start("s2")
        + gateway("exclusive", "m")
        + gateway("parallel", "f")
        + flows("s2 m f", "f m")
        + user("w")
        + flows("f w")
    )

    nodes = start() + sub("u", spin) + boundary("b", "u", refers("signal", "sig")) + user("z") + end()
    run = Run(process(nodes, "s u e", "b z e", before='<bpmn:signal id="sig" name="halt"/>'), budget=Budget(steps=100))
    assert len(run.waiting.incidents) == 1
    run.signal("halt")
    assert run.waiting.incidents == ()
    assert run.open == ["z#1"]


@pytest.mark.parametrize(
    "expression",
    ["= for i in 1..10000000 return i", '= string join(for i in 1..100000 return "xxxxxxxxxxxxxxxxxxxx")'],
)
def test_expression_that_runs_away_is_an_incident(expression: str) -> None:
    run = Run(process(start() + script("x", expression, "n") + end(), "s x e"))
    assert run.step.incidents[0].code in ("feel-limit", "budget-size")


def test_variable_that_grows_beyond_the_budget_is_an_incident() -> None:
    nodes = start() + gateway("exclusive", "m") + script("x", "= t + t", "t")
    run = Run(process(nodes, "s m x m"), data={"t": "0123456789"}, budget=Budget(size=10_000))
    assert run.step.incidents[0].code in ("feel-limit", "budget-size")
    assert len(str(run.step.variables["t"])) <= 10_000


def test_many_instances_cannot_fill_the_memory_together() -> None:
    inside = (
        start("s2") + script("x", "= t + t", "own") + user("w") + flows("s2 x w") + many("= for i in 1..200 return i")
    )
    nodes = start() + sub("u", inside, io({"own": "= null"})) + end()
    run = Run(process(nodes, "s u e"), data={"t": "0123456789" * 100}, budget=Budget(size=10_000))
    assert {one.code for one in run.step.incidents} == {"budget-size"}
    assert len(run.open) < 50
    assert sum(one.code == "budget-size" for one in run.step.incidents) + len(run.open) == 200


def test_incident_inside_a_sub_process_goes_with_it_when_that_is_cancelled() -> None:

    inside = start("s2") + gateway("exclusive", "g") + user("w") + flows("s2 g", "g w ? = missing")
    nodes = start() + sub("u", inside) + boundary("late", "u", timer("Duration", "P1D")) + end()
    run = Run(process(nodes, "s u e", "late e"))
    assert [one.id for one in run.step.incidents] == ["u/g!1"]
    run.fire("late#1")
    assert run.step.resolved == ("u/g!1",)
    assert run.done


LATE = boundary("late", "a", timer("Duration", "PT1H")) + user("b")


def test_a_job_that_nobody_can_do_is_an_incident_while_the_deadline_on_its_border_runs_on() -> None:
    run = Run(process(start() + service("a") + LATE + end(), "s a e", "late b e"))
    run.give_up("a#1")
    assert (run.open, [one.id for one in run.step.incidents], run.step.cleared) == ([], ["a!1"], ())
    run.retry("a!1")
    assert run.open == ["a#2"]
    run.give_up("a#2")
    run.fire("late#1")
    assert (run.open, run.step.resolved) == (["b#1"], ("a!2",))


def test_an_error_that_nobody_catches_keeps_the_deadline_of_its_task() -> None:
    run = Run(process(start() + service("a") + LATE + end(), "s a e", "late b e"))
    run.fail("a#1", "E9")
    assert ([one.code for one in run.step.incidents], run.step.cleared) == (["uncaught-error"], ())
    run.retry("a!1")
    run.complete("a#2")
    assert run.done


def test_a_job_that_fails_to_open_again_stays_an_incident() -> None:
    run = Run(process(start() + service("a", "= kind") + end(), "s a e"), data={"kind": "look-up"})
    run.give_up("a#1")
    run.retry("a!1", kind=None)
    assert ([one.id for one in run.step.incidents], run.open) == (["a!2"], [])
    run.retry("a!2", kind="look-up")
    assert run.open == ["a#2"]


@pytest.mark.parametrize("which", ["n", "k"])
def test_name_or_key_that_is_too_long_to_be_kept_parks_its_event(which: str) -> None:
    nodes = start() + catch("c", refers("message", "m")) + end()
    run = Run(process(nodes, "s c e", before=message("m", "= n", "= k")), data={"n": "go", "k": 1, which: "长" * 201})
    assert [one.code for one in run.step.incidents] == ["name-too-long"]
    run.retry("c!1", **{which: "长" * 200})
    assert len(run.waiting.subscriptions) == 1


def test_calls_stop_before_the_path_to_them_is_longer_than_can_be_kept() -> None:
    name = "Activity_0123456789"
    run = Run(process(start() + call(name, "p") + end(), f"s {name} e"))
    (incident,) = run.step.incidents
    assert incident.code == "budget-depth"
    assert 200 < len(incident.scope) <= 250
    assert "12" in incident.text.zh
