"""Acts on what a case does not wait for are refused with a conflict, whatever they name; nothing else is raised."""

from collections.abc import Callable
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from app.bpmn.engine import Engine
from app.bpmn.step import NotWaiting, Step
from app.errors import Text
from tests.bpmn.draw import (
    AT,
    Run,
    boundary,
    catch,
    end,
    gateway,
    looped,
    many,
    message,
    process,
    refers,
    script,
    service,
    start,
    timer,
    undone,
    user,
    when,
)  # fmt: skip

Act = Callable[[Engine, bytes, str], Step]
ACTS: dict[str, Act] = {
    "complete": lambda engine, state, name: engine.complete(state, name, {"x": 1}, AT),
    "fail": lambda engine, state, name: engine.fail(state, name, "E9", AT, {"x": 1}),
    "give_up": lambda engine, state, name: engine.give_up(state, name, "job-failed", Text("不", "no"), AT),
    "fire": lambda engine, state, name: engine.fire(state, name, AT),
    "deliver": lambda engine, state, name: engine.deliver(state, name, None, {"x": 1}, AT),
    "signal": lambda engine, state, name: engine.signal(state, name, {"x": 1}, AT),
    "retry": lambda engine, state, name: engine.retry(state, name, {"x": 1}, AT),
}


@cache
def scene() -> tuple[Engine, bytes, dict[str, set[str]]]:
    """A case in the middle of everything, and what each act may name there."""
    waits = catch("m", refers("message", "msg")) + catch("g", refers("signal", "sig")) + catch("k", when("= ready"))
    works = user("a") + undone("a", user("ua")) + service("j") + looped(user("i"), many("= [1, 2]"))
    nodes = start() + gateway("parallel", "f") + works + waits + boundary("d", "a", timer("Duration", "P1D"))
    nodes += gateway("exclusive", "bad") + script("n", "= 1", "n") + end()
    chains = [f"f {one} e" for one in ("a", "j", "i", "m", "g", "k")]
    shared = message("msg", "call", "= 7") + '<bpmn:signal id="sig" name="storm"/>'
    chart = process(nodes, "s f", *chains, "d e", "f n bad", "bad e ? = nothing", before=shared)
    run = Run(chart, data={"ready": False})
    run.complete("i[0]/i#1")
    run.give_up("j#1")
    waiting = run.waiting
    tasks = {one.id for one in waiting.tasks}
    named = {kind: {one.message for one in waiting.subscriptions if one.kind == kind} for kind in ("message", "signal")}
    right = dict.fromkeys(("complete", "fail", "give_up"), tasks)
    right |= {"fire": {one.id for one in waiting.deadlines}, "retry": {one.id for one in waiting.incidents}}
    return run.engine, run.step.state or b"", right | {"deliver": named["message"], "signal": named["signal"]}


def names() -> st.SearchStrategy[str]:
    """Ids of every kind, of things long past, and anything at all."""
    known = set().union(*scene()[2].values())
    over = {"i[0]/i#1", "j#1", "a", "a#0", "a#2", "ua#1", "a!1", "k#1", "m#1", "g#1", "= ready", "", "#", "/", "[0]"}
    return st.sampled_from(sorted(known | over)) | st.text(max_size=12)


@settings(max_examples=150, deadline=None)
@given(verb=st.sampled_from(sorted(ACTS)), name=names())
def test_act_on_what_is_not_waited_for_is_a_conflict_and_on_anything_else_a_step(verb: str, name: str) -> None:
    engine, state, right = scene()
    try:
        step = ACTS[verb](engine, state, name)
    except NotWaiting:
        assert name not in right[verb]
    else:
        assert name in right[verb]
        assert step.status == "active"
