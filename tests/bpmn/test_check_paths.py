"""Joins, loops and dead ends: proofs only where there is one, and silence on the patterns that people draw."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bpmn.check import check
from app.bpmn.checks import joins
from app.bpmn.checks.graph import Flow, Node, Scope, read
from app.bpmn.checks.paths import circles
from app.bpmn.checks.rules import Report
from app.xml import parse
from tests.bpmn.sketch import chain, choice, diagram, end, ext, flow, node, parallel, script, start, task, user, xor

STRUCTURE = {
    "unreachable",
    "dead-end",
    "loop-without-wait",
    "loop-of-automatic-steps",
    "join-never-completes",
    "join-may-wait",
}


def structure(body: str) -> dict[str, list[str]]:
    """The findings on structure alone: code → elements."""
    found: dict[str, list[str]] = {}
    for one in check({"x": diagram(body)}):
        if one.code in STRUCTURE:
            found.setdefault(one.code, []).append(one.element)
    return found


USUAL = {
    "three branches": start()
    + parallel("f")
    + user("a")
    + user("b")
    + user("c")
    + parallel("j")
    + end()
    + chain("s", "f", "a", "j", "e")
    + chain("f", "b", "j")
    + chain("f", "c", "j"),
    "choice inside a branch": start()
    + parallel("f")
    + xor("x", "x_c")
    + user("b")
    + user("c")
    + xor("m")
    + user("a")
    + parallel("j")
    + end()
    + chain("s", "f", "a", "j", "e")
    + chain("f", "x")
    + choice("x", "b", "c")
    + chain("b", "m", "j")
    + chain("c", "m"),
    "block in a branch": start()
    + parallel("f")
    + parallel("f2")
    + user("a")
    + user("b")
    + user("c")
    + parallel("j2")
    + parallel("j")
    + end()
    + chain("s", "f", "f2", "a", "j2", "j", "e")
    + chain("f2", "b", "j2")
    + chain("f", "c", "j"),
    "rework of the whole block": start()
    + xor("m")
    + parallel("f")
    + user("a")
    + user("b")
    + parallel("j")
    + xor("x", "x_e")
    + end()
    + chain("s", "m", "f", "a", "j", "x")
    + chain("f", "b", "j")
    + choice("x", "m", "e"),
    "rework inside a branch": start()
    + parallel("f")
    + user("a")
    + xor("x", "x_j")
    + user("b")
    + parallel("j")
    + end()
    + chain("s", "f", "a", "x")
    + choice("x", "a", "j")
    + chain("f", "b", "j", "e"),
    "activities that fork by themselves": start()
    + user("a")
    + user("b")
    + user("c")
    + parallel("j")
    + end()
    + chain("s", "a", "b", "j", "e")
    + chain("a", "c", "j"),
    "inclusive split before a parallel join": start()
    + node("inclusiveGateway", "f", attributes='default="f_b"')
    + user("a")
    + user("b")
    + parallel("j")
    + end()
    + chain("s", "f")
    + choice("f", "a", "b")
    + chain("a", "j", "e")
    + chain("b", "j"),
    "timeout that ends everything": start()
    + parallel("f")
    + user("a")
    + user("b")
    + parallel("j")
    + end()
    + node("boundaryEvent", "t", "<bpmn:timerEventDefinition/>", 'attachedToRef="a"')
    + end("e2", "<bpmn:terminateEventDefinition/>")
    + chain("s", "f", "a", "j", "e")
    + chain("f", "b", "j")
    + chain("t", "e2"),
    "timeout that comes back": start()
    + parallel("f")
    + user("a")
    + user("b")
    + user("c")
    + xor("m")
    + parallel("j")
    + end()
    + node("boundaryEvent", "t", "<bpmn:timerEventDefinition/>", 'attachedToRef="a"')
    + chain("s", "f", "a", "m", "j", "e")
    + chain("f", "b", "j")
    + chain("t", "c", "m"),
    "reminder beside a task": start()
    + user("a")
    + parallel("j")
    + end()
    + node("boundaryEvent", "t", "<bpmn:timerEventDefinition/>", 'attachedToRef="a" cancelActivity="false"')
    + chain("s", "a", "j", "e")
    + chain("t", "j"),
    "two starts without start events": user("a")
    + user("b")
    + parallel("j")
    + end()
    + chain("a", "j", "e")
    + chain("b", "j"),
    "link out and in": start()
    + user("a")
    + node("intermediateThrowEvent", "t", '<bpmn:linkEventDefinition name="l"/>')
    + node("intermediateCatchEvent", "c", '<bpmn:linkEventDefinition name="l"/>')
    + end()
    + chain("s", "a", "t")
    + chain("c", "e"),
    "loop with a timer": start()
    + script("k")
    + node("intermediateCatchEvent", "c", "<bpmn:timerEventDefinition/>")
    + xor("x", "x_e")
    + end()
    + chain("s", "k", "c", "x")
    + choice("x", "k", "e"),
    "loop around a sub-process that waits": start()
    + node("subProcess", "p1", user("u"))
    + xor("x", "x_e")
    + end()
    + chain("s", "p1", "x")
    + choice("x", "p1", "e"),
    "watch that runs until the end terminates": start()
    + parallel("f")
    + user("a")
    + user("w")
    + xor("m")
    + end("e", "<bpmn:terminateEventDefinition/>")
    + chain("s", "f", "a", "e")
    + chain("f", "m", "w", "m"),
}


@pytest.mark.parametrize("pattern", USUAL)
def test_a_usual_pattern_is_left_in_peace(pattern: str) -> None:
    found = structure(USUAL[pattern])
    if pattern == "watch that runs until the end terminates":
        assert {one.severity for one in check({"x": diagram(USUAL[pattern])}) if one.code == "dead-end"} == {"warning"}
        found.pop("dead-end")
    assert found == {}


STARVED = {
    "branches of one choice": start()
    + xor("x", "x_b")
    + user("a")
    + user("b")
    + parallel("j")
    + end()
    + chain("s", "x")
    + choice("x", "a", "b")
    + chain("a", "j", "e")
    + chain("b", "j"),
    "choice before, block inside one branch": start()
    + xor("x", "x_b")
    + parallel("f")
    + user("a")
    + user("b")
    + user("c")
    + parallel("j2")
    + parallel("j")
    + end()
    + chain("s", "x")
    + choice("x", "f", "b")
    + chain("f", "a", "j2", "j", "e")
    + chain("f", "c", "j2")
    + chain("b", "j"),
    "choice inside one branch of a block": start()
    + parallel("f")
    + xor("x", "x_b")
    + user("a")
    + user("b")
    + user("c")
    + parallel("j")
    + end()
    + chain("s", "f", "x")
    + choice("x", "a", "b")
    + chain("a", "j", "e")
    + chain("b", "j")
    + chain("f", "c", "j"),
    "timeout instead of completion": start()
    + user("a")
    + parallel("j")
    + end()
    + node("boundaryEvent", "t", "<bpmn:timerEventDefinition/>", 'attachedToRef="a"')
    + chain("s", "a", "j", "e")
    + chain("t", "j"),
    "first event wins": start()
    + node("eventBasedGateway", "g")
    + node("intermediateCatchEvent", "a", "<bpmn:timerEventDefinition/>")
    + node("intermediateCatchEvent", "b", "<bpmn:timerEventDefinition/>")
    + parallel("j")
    + end()
    + chain("s", "g", "a", "j", "e")
    + chain("g", "b", "j"),
    "one start event or the other": start()
    + start("s2", '<bpmn:messageEventDefinition messageRef="m"/>')
    + parallel("j")
    + end()
    + chain("s", "j", "e")
    + chain("s2", "j"),
    "a loop back into the join": start()
    + parallel("j")
    + user("a")
    + xor("x", "x_e")
    + end()
    + chain("s", "j", "a", "x")
    + choice("x", "j", "e"),
}


@pytest.mark.parametrize("pattern", STARVED)
def test_a_join_that_must_starve_is_an_error(pattern: str) -> None:
    assert structure(STARVED[pattern])["join-never-completes"] == ["j"]


def test_a_gateway_circle_inside_a_circle_of_tasks_is_found() -> None:
    body = (
        start() + user("a") + xor("x", "x_y") + xor("y", "y_e") + end()
        + chain("s", "a", "x") + choice("x", "a", "y") + choice("y", "x", "e")
    )  # fmt: skip
    assert structure(body) == {"loop-without-wait": ["x"]}


def test_a_script_in_the_circle_makes_it_a_warning() -> None:
    body = start() + script("a") + xor("x", "x_e") + end() + chain("s", "a", "x") + choice("x", "a", "e")
    assert structure(body) == {"loop-of-automatic-steps": ["a"]}


def test_a_mapping_that_writes_counts_as_change() -> None:
    mapping = ext('<zeebe:ioMapping><zeebe:output source="= n + 1" target="n"/></zeebe:ioMapping>')
    body = start() + task("a", mapping) + xor("x", "x_e") + end() + chain("s", "a", "x") + choice("x", "a", "e")
    assert structure(body) == {"loop-of-automatic-steps": ["a"]}


def test_every_node_of_a_dead_end_and_of_an_island_is_named() -> None:
    body = start() + user("a") + user("b") + user("i") + end() + chain("s", "a", "b", "a") + chain("i", "e")
    found = structure(body)
    assert found["dead-end"] == ["s", "a", "b"]
    assert found["unreachable"] == ["i", "e"]


# A net of gateways and tasks, small enough to be played through completely.


@st.composite
def nets(draw: st.DrawFn) -> str:
    """A random process with a start, an end, and a few exclusive, parallel and plain nodes, wildly connected."""
    count = draw(st.integers(2, 6))
    tags = draw(st.lists(st.sampled_from(["xor", "and", "task"]), min_size=count, max_size=count))
    names = [f"n{i}" for i in range(count)]
    made = {"xor": xor, "and": parallel, "task": task}
    body = start() + end() + "".join(made[tag](name) for tag, name in zip(tags, names, strict=True))
    targets = st.sampled_from([*names, "e"])
    pairs = {("s", draw(st.sampled_from(names)))}
    for name in names:
        pairs |= {(name, target) for target in draw(st.sets(targets, min_size=1, max_size=2))}
    return body + "".join(flow(a, b) for a, b in sorted(pairs))


Marking = frozenset[tuple[Flow, int]]


def _moves(marking: dict[Flow, int], one: Node) -> Iterator[dict[Flow, int]]:
    """What the marking becomes when a node runs, in each of the ways it can (BPMN 13.3, 13.4)."""

    def moved(taken: list[Flow], put: list[Flow]) -> dict[Flow, int]:
        after = dict(marking)
        for used in taken:
            after[used] -= 1
        for given_to in put:
            after[given_to] = after.get(given_to, 0) + 1
        return {key: value for key, value in after.items() if value}

    if one.tag == "parallelGateway":
        if one.incoming and all(marking.get(used) for used in one.incoming):
            yield moved(one.incoming, one.outgoing)
        return
    for used in one.incoming:
        if marking.get(used):
            for put in [[exit_] for exit_ in one.outgoing] if one.tag == "exclusiveGateway" else [one.outgoing]:
                yield moved([used], put)


def _can_fire(scope: Scope, join: Node) -> bool:
    """Plays the net: can the join ever have a token on each input? At most 3 tokens a flow, 3,000 markings."""
    first = next(one for one in scope.nodes if one.tag == "startEvent")
    waiting: list[dict[Flow, int]] = [dict.fromkeys(first.outgoing, 1)]
    seen: set[Marking] = set()
    while waiting and len(seen) < 3_000:
        marking = waiting.pop()
        if all(marking.get(used) for used in join.incoming):
            return True
        key = frozenset(marking.items())
        if key in seen or max(marking.values(), default=0) > 3:
            continue
        seen.add(key)
        for one in scope.nodes:
            waiting.extend(_moves(marking, one))
    return False


@settings(max_examples=300, deadline=None)
@given(nets())
def test_no_join_is_called_starved_that_can_fire(body: str) -> None:
    scope = read(parse(diagram(body)), "x").processes[0].scopes[0]
    report = Report()
    joins.check(scope.process, report)
    starved = {one.element for one in report.findings if one.code == "join-never-completes"}
    for one in scope.nodes:
        if one.id in starved:
            assert not _can_fire(scope, one)


@given(
    st.integers(1, 9).flatmap(
        lambda n: st.tuples(st.just(n), st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))))
    )
)
def test_circles_are_the_parts_that_reach_themselves(graph: tuple[int, set[tuple[int, int]]]) -> None:
    count, pairs = graph
    body = "".join(task(f"n{i}") for i in range(count)) + "".join(flow(f"n{a}", f"n{b}") for a, b in pairs)
    nodes = read(parse(diagram(body)), "x").processes[0].scopes[0].nodes
    reach = {(a, b) for a, b in pairs}
    for middle in range(count):
        reach |= {(a, b) for a in range(count) for b in range(count) if (a, middle) in reach and (middle, b) in reach}
    expected = {
        frozenset(b for b in range(count) if (a, b) in reach and (b, a) in reach)
        for a in range(count)
        if (a, a) in reach
    }
    found = {frozenset(int(one.id[1:]) for one in circle) for circle in circles(nodes, set(nodes))}
    assert found == expected
