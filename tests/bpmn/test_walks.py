"""Random walks over random diagrams: storing, compacting and reloading between acts changes nothing.

The comparison runs a case twice: once as the engine does it (state out, state in, at every act), and once as one object
in memory that is never stored and drops nothing. Traces, openings, closings and variables have to be the same.
"""

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from app.bpmn import engine as engines
from app.bpmn import events
from app.bpmn.case import Case
from app.bpmn.definition import Definition
from app.bpmn.engine import Engine
from app.bpmn.journal import Journal
from app.bpmn.step import Budget, Step
from tests.bpmn.draw import (
    AT,
    GUARD,
    adhoc,
    again,
    boundary,
    call,
    catch,
    copied,
    end,
    flows,
    gateway,
    held,
    io,
    load,
    looped,
    many,
    message,
    process,
    refers,
    script,
    spec,
    start,
    sub,
    throw,
    timer,
    transaction,
    turned,
    undo,
    undone,
    user,
    when,
)  # fmt: skip
from tests.soak import SOAK

BUDGET = Budget(steps=120, depth=6)
BEFORE = (
    message("msg", "go")
    + '<bpmn:signal id="sig" name="storm"/><bpmn:error id="err" errorCode="E1"/>'
    + '<bpmn:escalation id="esc" escalationCode="U1"/>'
)
CALLEE = process(start() + user("t") + script("x", "= n + 1", "n") + end(), "s t x e", ident="q", before=BEFORE)


class Live:
    """A case that stays in memory: nothing is stored, nothing dropped."""

    def __init__(self, definition: Definition, data: dict[str, object]) -> None:
        self.case = Case(definition, AT, None, BUDGET)
        self.case.begin(dict(data))
        self.step = engines._step(self.case)

    def act(self, kind: str, ident: str, data: dict[str, object], at: datetime) -> Step:
        case = self.case
        case.journal, case.executed, case.at = Journal(), [], at
        if kind == "task":
            case.finish(case.waits[ident].token, dict(data))
        elif kind == "deadline":
            events.trigger(case, case.waits[ident], "fire")
        elif kind == "message":
            wait = next(one for one in case.waits.values() if one.kind == "message" and one.facts["name"] == ident)
            events.trigger(case, wait, "catch", dict(data))
        elif kind == "signal":
            events.broadcast(case, ident, dict(data))
        else:
            case.resume(ident, dict(data))
        self.step = engines._step(case)
        return self.step


def act(engine: Engine, state: bytes, kind: str, ident: str, data: dict[str, object], at: datetime) -> Step:
    if kind == "task":
        return engine.complete(state, ident, data, at)
    if kind == "deadline":
        return engine.fire(state, ident, at)
    if kind == "message":
        return engine.deliver(state, ident, None, data, at)
    if kind == "signal":
        return engine.signal(state, ident, data, at)
    return engine.retry(state, ident, data, at)


def chances(engine: Engine, state: bytes) -> list[tuple[str, str]]:
    waiting = engine.waiting(state)
    found = [("task", one.id) for one in waiting.tasks] + [("deadline", one.id) for one in waiting.deadlines]
    found += [(one.kind, one.message) for one in waiting.subscriptions if one.kind != "condition"]
    return found + [("incident", one.id) for one in waiting.incidents]


@st.composite
def diagrams(draw: st.DrawFn, among: Sequence[str] = ()) -> bytes:
    """A chain with jumps back and forth: gateways stand where they like, joins need not match splits."""
    size = draw(st.integers(3, 9))
    kinds = [draw(st.sampled_from(among or sorted(NODES))) for _ in range(size)]
    names = [f"n{number}" for number in range(size)]
    nodes, chains = start(), ["s n0"]
    for number, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        after = names[number + 1] if number + 1 < size else "e"
        jumps = draw(st.lists(st.sampled_from([*names, "e"]), max_size=2, unique=True))
        jumps = [one for one in jumps if one != after and one != name]
        nodes += NODES[kind](name, f"{name}_{after}")
        if kind in ("exclusive", "inclusive"):
            chains += [f"{name} {after}", *(f"{name} {one} ? = v{index}" for index, one in enumerate(jumps))]
        elif kind == "moved" or kind == "event":
            chains += [f"{name} {name}t {after}", f"{name} {name}m {(jumps or [after])[0]}"]
        else:
            chains += [f"{name} {after}"] + (
                [f"{name} {one}" for one in jumps[:1]] if kind in ("parallel", "complex") else []
            )
        if kind in ("timed", "messaged", "noticed", "stopped", "either", "both"):
            chains.append(f"{name}b {(jumps or ['e'])[0]}")
        if kind in ("caught", "given_up", "failing"):
            chains.append(f"{name}b {after}")
    return process(nodes + held("total") + end(), *chains, before=BEFORE)


SIGNAL = refers("signal", "sig")


def any_of(host: str, definitions: str) -> str:
    return boundary(f"{host}b", host, definitions, interrupting=False)


def all_of(node: str) -> str:
    return node.replace(" id=", ' parallelMultiple="true" id=', 1)


NODES = {
    "user": lambda name, _: user(name),
    "mapped": lambda name, _: user(name, io({"own": "= n"}, {"n": "= own + 1"})),
    "timed": lambda name, _: user(name) + boundary(f"{name}b", name, timer("Cycle", "R3/PT1H"), interrupting=False),
    "messaged": lambda name, _: user(name) + boundary(f"{name}b", name, refers("message", "msg")),
    "script": lambda name, _: script(name, "= n + 1", "n"),
    "exclusive": lambda name, default: gateway("exclusive", name, default),
    "inclusive": lambda name, default: gateway("inclusive", name, default),
    "parallel": lambda name, _: gateway("parallel", name),
    "complex": lambda name, _: (
        f'<bpmn:complexGateway id="{name}"><bpmn:activationCondition>= activationCount &gt; 0'
        "</bpmn:activationCondition></bpmn:complexGateway>"
    ),
    "counted": lambda name, _: user(name).replace("<bpmn:userTask", '<bpmn:userTask completionQuantity="2"'),
    "event": lambda name, _: (
        gateway("eventBased", name)
        + catch(f"{name}t", timer("Duration", "PT2H"))
        + catch(f"{name}m", refers("signal", "sig"))
    ),
    "moved": lambda name, _: (
        gateway("eventBased", name)
        + catch(f"{name}t", timer("Duration", "PT2H") + refers("message", "msg"))
        + catch(f"{name}m", when("= n > 3"))
    ),
    "until": lambda name, _: catch(name, when("= v0 or n > 5")),
    "noticed": lambda name, _: user(name) + boundary(f"{name}b", name, when("= v0"), interrupting=False),
    "stopped": lambda name, _: user(name) + boundary(f"{name}b", name, when("= n > 4")),
    "either": lambda name, _: user(name) + any_of(name, refers("message", "msg") + timer("Cycle", "R2/PT1H")),
    "both": lambda name, _: user(name) + all_of(any_of(name, refers("message", "msg") + when("= v0") + SIGNAL)),
    "all": lambda name, _: all_of(catch(name, refers("message", "msg") + timer("Date", "2026-05-01"))),
    "again": lambda name, _: user(name, body=again("= v1", "3")),
    "while": lambda name, _: looped(script(name, "= n + 1", "n"), again("= n < 5", before=True)),
    "guarded": lambda name, _: sub(
        name,
        start(f"{name}s") + user(f"{name}a") + user(f"{name}c") + flows(f"{name}s {name}a {name}c")
        + sub(f"{name}g", start(f"{name}h", when("= v0")) + user(f"{name}w") + flows(f"{name}h {name}w"), "", GUARD)
        + again("= v1"),
    ),
    "many": lambda name, _: user(name, body=many("= xs", until="= v1", output=("ys", "= x"))),
    "row": lambda name, _: user(name, body=many("= xs", sequential=True, output=("ys", "= answer"))),
    "sub": lambda name, _: sub(
        name,
        start(f"{name}s") + user(f"{name}a") + end(f"{name}z") + flows(f"{name}s {name}a {name}z"),
        io({"n": "= n"}),
    ),
    "caught": lambda name, _: (
        sub(name, start(f"{name}s") + throw(f"{name}u", refers("escalation", "esc")) + user(f"{name}a")
            + end(f"{name}z", refers("error", "err")) + flows(f"{name}s {name}u {name}a {name}z"))
        + boundary(f"{name}b", name, refers("error"))
    ),
    "call": lambda name, _: call(name, "q"),
    "undoable": lambda name, _: user(name, io({"own": "= n"})) + undone(name, user(f"{name}u", io({"was": "= own"}))),
    "undone": lambda name, _: throw(name, undo()),
    "undone_aside": lambda name, _: throw(name, undo(wait=False)),
    "many_undoable": lambda name, _: user(name, body=many("= xs")) + undone(name, user(f"{name}u")),
    "given_up": lambda name, _: (
        transaction(name, undoable(name) + gateway("exclusive", f"{name}g", f"{name}g_{name}y") + end(f"{name}y")
                    + end(f"{name}z", "<bpmn:cancelEventDefinition/>") + flows(f"{name}s {name}a {name}g {name}y")
                    + flows(f"{name}g {name}z ? = v0"), many("= xs", sequential=True))
        + boundary(f"{name}b", name, "<bpmn:cancelEventDefinition/>")
    ),
    "failing": lambda name, _: (
        sub(name, undoable(name) + end(f"{name}z", refers("error", "err")) + flows(f"{name}s {name}a {name}z"))
        + boundary(f"{name}b", name, refers("error"))
    ),
    "interrupted": lambda name, _: sub(
        name,
        undoable(name) + user(f"{name}d") + undone(f"{name}d", user(f"{name}v")) + throw(f"{name}t", undo())
        + flows(f"{name}s {name}a {name}d {name}t")
        + sub(f"{name}g", start(f"{name}q", refers("message", "msg")) + throw(f"{name}w", undo())
              + flows(f"{name}q {name}w"), attributes=GUARD),
    ),
    "restored": lambda name, _: sub(
        name,
        undoable(name) + flows(f"{name}s {name}a")
        + sub(f"{name}g", start(f"{name}q", refers("compensate")) + throw(f"{name}t", undo()) + user(f"{name}k")
              + flows(f"{name}q {name}t {name}k"), attributes=GUARD),
        io({"n": "= n"}),
    ),
    "signal": lambda name, _: throw(name, refers("signal", "sig")),
    "free": lambda name, _: adhoc(
        name,
        user(f"{name}a") + undone(f"{name}a", user(f"{name}h")) + user(f"{name}d") + user(f"{name}k")
        + flows(f"{name}a {name}k") + boundary(f"{name}i", f"{name}d", refers("message", "msg")),
        "= v1",
    ),
    "listed": lambda name, _: looped(
        adhoc(
            name,
            user(f"{name}a") + user(f"{name}d") + script(f"{name}t", "= n + 1", "n") + flows(f"{name}a {name}t"),
            "= v0", f'= if v1 then ["{name}d", "{name}a", "{name}d"] else ["{name}a", n]', 'ordering="Sequential"',
        ),
        many("= xs"),
    ),
    "left": lambda name, _: looped(
        adhoc(
            name,
            user(f"{name}a", io({"own": "= n"}, {"n": "= own + 1"})) + user(f"{name}d") + user(f"{name}k")
            + catch(f"{name}t", SIGNAL) + flows(f"{name}a {name}t {name}k"),
            "= n > 2", f'= ["{name}a", "{name}d", "{name}a"]', 'cancelRemainingInstances="false"',
        ),
        again("= v0", "3"),
    ),
    "given": lambda name, _: user(name, body=spec(name, "own", "answer", "answer")
                                  + copied(name, "total", ":own") + copied(name, ":answer", "total")),
    "counting": lambda name, _: script(name, "= n + 1", "m").replace(
        "</bpmn:scriptTask>",
        spec(name, outputs="m") + copied(name, ":m", "total", turned("= m + n")) + "</bpmn:scriptTask>",
    ),
    "holding": lambda name, _: sub(
        name,
        held(f"{name}o", "total") + start(f"{name}s") + user(f"{name}a", body=spec(f"{name}a", outputs="answer",
        optional="answer") + copied(f"{name}a", ":answer", f"{name}o")) + user(f"{name}b", body=spec(f"{name}b", "own")
        + copied(f"{name}b", f"{name}o", ":own")) + flows(f"{name}s {name}a {name}b"),
    ),
}  # fmt: skip


def undoable(name: str) -> str:
    """A start, and a task with a handler."""
    return start(f"{name}s") + user(f"{name}a") + undone(f"{name}a", user(f"{name}h"))


DATA = st.fixed_dictionaries(
    {}, optional={"v0": st.booleans(), "v1": st.booleans(), "n": st.integers(0, 9), "answer": st.integers(0, 9)}
)
WALK = st.lists(st.tuples(st.integers(0, 50), DATA), max_size=14)


@settings(max_examples=120 * SOAK, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(diagrams(), WALK)
def test_reload_and_compaction_at_every_act_change_nothing(
    diagram: bytes, walk: list[tuple[int, dict[str, object]]]
) -> None:
    definition = load(diagram, CALLEE)
    engine = Engine(definition, budget=BUDGET)
    data: dict[str, object] = {"v0": False, "v1": False, "n": 0, "xs": [1, None, "x"]}
    live, step, at = Live(definition, data), engine.start(data, AT), AT
    assert comparable(step) == comparable(live.step)
    for number, answers in walk:
        if step.state is None:
            break
        at += timedelta(minutes=90)
        found = chances(engine, step.state)
        if not found:
            assert engine.waiting(step.state).subscriptions, "an active case waits for something"
            break
        kind, ident = found[number % len(found)]
        event(kind)
        step = act(engine, step.state, kind, ident, answers, at)
        assert comparable(step) == comparable(live.act(kind, ident, answers, at))
    event(step.status)


def comparable(step: Step) -> tuple[object, ...]:
    return tuple(getattr(step, name) for name in Step.__slots__)


TWICE = """
import hashlib
from tests.bpmn.test_walks import *
engine = Engine(load(process(start() + NODES["many"]("n0", "") + NODES["call"]("n1", "") + NODES["timed"]("n2", "")
    + end(), "s n0 n1 n2 e", "n2b e", before=BEFORE), CALLEE), budget=BUDGET)
step = engine.start({"v1": False, "n": 0, "xs": [3, 1, 2], "a": 1, "b": 2, "c": 3}, AT)
seen = hashlib.sha256()
while step.state is not None:
    seen.update(step.state + repr(step).encode())
    step = act(engine, step.state, *chances(engine, step.state)[0], {"z": 1, "y": 2}, AT)
print(seen.hexdigest())
"""


def test_same_commands_give_the_same_bytes_in_every_process() -> None:
    root = Path(__file__).parents[2]
    found = {
        subprocess.run(
            [sys.executable, "-c", TWICE], check=True, capture_output=True, cwd=root, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_hundreds_of_rounds_on_one_case_leave_its_state_as_small_as_it_was() -> None:
    nodes = (
        start()
        + gateway("exclusive", "m")
        + user("a")
        + boundary("b", "a", timer("Duration", "P1D"))
        + script("x", "= n + 1", "n")
    )
    engine = Engine(load(process(nodes, "s m a x m", "b m")))
    step = engine.start({"n": 0}, AT)
    sizes = []
    for number in range(1, 501):
        assert step.state is not None
        sizes.append(len(step.state))
        step = engine.complete(step.state, f"a#{number}", {}, AT)
    assert step.variables["n"] == 500
    assert sizes[-1] < sizes[0] + 20


@pytest.mark.parametrize("damage", [b"", b"banjie1:0", b"banjie1:0junk", b"banjie9:0x"])
def test_state_that_is_damaged_is_refused_with_a_conflict(damage: bytes) -> None:
    engine = Engine(load(process(start() + user("a") + end(), "s a e")))
    with pytest.raises(engines.states.Unreadable):
        engine.complete(damage, "a#1", {}, AT)


def test_state_of_another_definition_is_refused() -> None:
    one = Engine(load(process(start() + user("a") + end(), "s a e")))
    other = Engine(load(process(start() + user("b") + end(), "s b e")))
    state = one.start({}, AT).state
    with pytest.raises(engines.states.Unreadable):
        other.waiting(state or b"")
