"""What the host relies on, over random diagrams: the deltas of steps add up to what waits; names are the author's."""

import re
from datetime import timedelta

from hypothesis import HealthCheck, given, settings

from app.bpmn.case import Sealed
from app.bpmn.engine import Engine
from app.bpmn.step import Step
from tests.bpmn.draw import AT, Run, end, io, load, process, script, start, user
from tests.bpmn.test_walks import BUDGET, CALLEE, WALK, act, chances, diagrams
from tests.soak import SOAK


class Books:
    """What a host that only reads steps believes to be open."""

    def __init__(self) -> None:
        self.tasks: set[str] = set()
        self.deadlines: set[str] = set()
        self.subscriptions: set[str] = set()
        self.incidents: set[str] = set()
        self.seen: set[str] = set()

    def enter(self, step: Step) -> None:
        for book, opened, gone in (
            (self.tasks, step.opened, [one.id for one in step.closed]),
            (self.deadlines, step.deadlines, step.cleared),
            (self.subscriptions, step.subscribed, step.unsubscribed),
            (self.incidents, step.incidents, step.resolved),
        ):
            for ident in gone:
                book.remove(ident)
            for one in opened:
                assert one.id not in self.seen
                self.seen.add(one.id)
                book.add(one.id)


@settings(max_examples=80 * SOAK, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(diagrams(), WALK)
def test_steps_add_up_to_what_waits_and_the_trace_speaks_the_authors_names(diagram, walk) -> None:
    known = set(re.findall(rb'id="([^"]+)"', diagram + CALLEE))
    engine = Engine(load(diagram, CALLEE), budget=BUDGET)
    books, at = Books(), AT
    step = engine.start({"v0": False, "v1": False, "n": 0, "xs": [1, 2]}, at)
    books.enter(step)
    for number, answers in walk:
        assert {one.element.encode() for one in step.trace} <= known
        if step.state is None:
            break
        waiting = engine.waiting(step.state)
        assert books.tasks == {one.id for one in waiting.tasks}
        assert books.deadlines == {one.id for one in waiting.deadlines}
        assert books.subscriptions == {one.id for one in waiting.subscriptions}
        assert books.incidents == {one.id for one in waiting.incidents}
        at += timedelta(hours=1)
        found = chances(engine, step.state)
        if not found:
            assert books.subscriptions  # conditions, which nobody can bring about from outside
            return
        step = act(engine, step.state, *found[number % len(found)], answers, at)
        books.enter(step)
    if step.state is None:
        for book in (books.tasks, books.deadlines, books.subscriptions, books.incidents):
            assert not book
        assert step.status == "completed"


def test_every_wait_that_opened_and_closed_in_one_act_is_not_mentioned() -> None:
    nodes = start() + '<bpmn:parallelGateway id="f"/>' + user("a") + end("t", "<bpmn:terminateEventDefinition/>")
    run = Run(process(nodes, "s f", "f a", "f t"))
    assert run.done
    assert run.step.opened == ()
    assert run.step.closed == ()
    assert "cancel a" in run.trace


def test_python_in_a_diagram_is_never_run() -> None:
    poison = "__import__('os').system('touch /tmp/poisoned')"
    run = Run(process(start() + user("a", io({"x": poison})) + end(), "s a e"))
    assert run.step.opened[0].inputs == {"x": poison}
    sealed = Sealed()
    for name in ("evaluate", "execute"):
        try:
            getattr(sealed, name)(None, poison)
        except TypeError:
            continue
        raise AssertionError(f"the library could {name}")


def test_variable_names_with_spaces_are_known_to_expressions() -> None:
    nodes = start() + script("x", "= 2", "申请 事项") + script("y", "= 申请 事项 + 1", "n") + end()
    assert Run(process(nodes, "s x y e")).step.variables == {"申请 事项": 2, "n": 3}
