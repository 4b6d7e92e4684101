"""Compensation over random diagrams and orders: reverse order, never more often than done, whatever interrupts."""

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.bpmn.engine import Engine
from app.bpmn.step import Budget, Step
from app.replay.marks import Happened, fold
from tests.bpmn.draw import (
    AT,
    GUARD,
    Run,
    end,
    flows,
    gateway,
    io,
    load,
    many,
    process,
    refers,
    script,
    start,
    sub,
    throw,
    undo,
    undone,
    user,
)  # fmt: skip
from tests.bpmn.test_walks import BUDGET, CALLEE, NODES, WALK, act, chances, diagrams

BACK = throw("t", undo())
COMPENSATED = sorted(name for name in NODES if "und" in name or name in ("given_up", "failing", "restored"))


def beside(count: int) -> bytes:
    """Tasks a0, a1… beside one another, each with its handler; when all are done everything is undone."""
    nodes = start() + gateway("parallel", "f") + gateway("parallel", "j") + BACK + end()
    nodes += "".join(user(f"a{number}") + undone(f"a{number}", user(f"u{number}")) for number in range(count))
    return process(nodes, "s f", *(f"f a{number} j" for number in range(count)), "j t e")


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6).flatmap(lambda count: st.permutations(range(count))))
def test_handlers_run_one_by_one_in_the_reverse_of_the_order_of_completion(order: list[int]) -> None:
    run = Run(beside(len(order)))
    for number in order:
        run.complete(f"a{number}#1")
    for number in reversed(order):
        assert run.open == [f"u{number}#1"]
        run.complete(f"u{number}#1")
    assert run.done


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(diagrams(COMPENSATED), WALK)
def test_an_activity_is_undone_at_most_as_often_as_it_was_completed(diagram, walk) -> None:
    engine = Engine(load(diagram, CALLEE), budget=BUDGET)
    step, at = engine.start({"v0": False, "v1": False, "n": 0, "xs": [1, 2]}, AT), AT
    tasks = {one for one in engine.definition.elements.values() if one.type == "userTask"}
    left = Counter[str]()
    for number, answers in walk:
        count(step, {one.id for one in tasks}, left)
        if step.state is None:
            break
        at += timedelta(hours=1)
        found = chances(engine, step.state)
        step = act(engine, step.state, *found[number % len(found)], answers, at)


def count(step: Step, tasks: set[str], left: Counter[str]) -> None:
    for one in step.trace:
        if one.element not in tasks:
            continue
        left[one.element] += {"complete": 1, "compensate": -1}.get(one.move, 0)
        assert left[one.element] >= 0, one


def test_each_round_of_a_standard_loop_is_undone_the_last_first() -> None:
    loop = '<bpmn:standardLoopCharacteristics loopMaximum="3"/>'
    nodes = start() + user("a", io({"own": "= n"}), loop) + undone("a", user("u", io({"was": "= own"})))
    run = Run(process(nodes + BACK + end(), "s a t e"), data={"n": 0})
    for number in range(3):
        run.complete(f"a[{number}]/a#1", n=number + 1)
    seen = []
    for number in range(3):
        seen += [one.inputs["was"] for one in run.step.opened]
        run.complete(f"u#{number + 1}")
    assert seen == [2, 1, 0]
    assert run.done


def restoring(instances: int) -> bytes:
    """Instances of a sub-process that are undone by scripts, all in one act."""
    guard = sub("g", start("gs", refers("compensate")) + script("c", "= n + 1", "n") + flows("gs c"), attributes=GUARD)
    body = start("s2") + throw("x") + guard + flows("s2 x") + many(f"= [{', '.join('1' * instances)}]")
    return process(start() + sub("w", body) + BACK + end(), "s w t e")


def test_a_step_budget_that_runs_out_while_something_is_undone_loses_nothing() -> None:
    for steps in range(3, 14):
        run = Run(restoring(3), data={"n": 0}, budget=Budget(steps=steps))
        for _ in range(40):
            if run.done:
                break
            (incident,) = run.waiting.incidents
            run.retry(incident.id)
        assert run.done
        assert run.step.variables["n"] == 3


def test_the_diagram_of_a_case_shows_the_handler_at_work_and_the_throw_event_waiting() -> None:
    run = Run(beside(1))
    run.complete("a0#1")
    happened = [
        Happened(AT, "", "", [(one.move, one.process, one.element, one.scope) for one in step.trace])
        for step in run.steps
    ]
    marks = fold(happened, "p", {})[("p", "")]
    assert marks.current == ["t", "u0"]
    assert "a0" in marks.done
