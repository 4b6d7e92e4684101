"""What an act costs does not grow with the diagram or with history. CPU time, best of several: load matters little."""

import time
from collections.abc import Callable

from app.bpmn.engine import Engine
from tests.bpmn.draw import AT, call, end, gateway, load, process, script, start, user


def best(act: Callable[[], object], rounds: int = 40) -> float:
    """The least CPU time of one call, in seconds."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        act()
        found.append(time.process_time() - began)
    return min(found)


def chain(length: int) -> Engine:
    names = [f"n{number}" for number in range(length)]
    return Engine(load(process(start() + "".join(user(one) for one in names) + end(), " ".join(["s", *names, "e"]))))


def test_completion_on_an_approval_diagram_takes_well_under_a_millisecond() -> None:
    nodes = (
        start()
        + user("a")
        + gateway("exclusive", "g", "g_e")
        + user("b")
        + script("x", "= n + 1", "n")
        + user("c")
        + end()
    )
    engine = Engine(load(process(nodes, "s a g", "g b ? = ok", "g e", "b x c e")))
    state = engine.start({"n": 1}, AT).state or b""
    after = engine.complete(state, "a#1", {"ok": True}, AT).state or b""
    assert best(lambda: engine.complete(state, "a#1", {"ok": True}, AT)) < 0.0012
    assert best(lambda: engine.complete(after, "b#1", {}, AT)) < 0.0012


def test_chain_of_200_costs_no_more_per_completion_than_a_chain_of_10() -> None:
    short, long = chain(10), chain(200)
    one, other = short.start({}, AT).state or b"", long.start({}, AT).state or b""
    quick = best(lambda: short.complete(one, "n0#1", {}, AT), 80)
    assert best(lambda: long.complete(other, "n0#1", {}, AT), 80) < quick * 1.5


def test_thousandth_round_of_a_loop_costs_what_the_first_did() -> None:
    engine = Engine(load(process(start() + gateway("exclusive", "m") + user("a"), "s m a m")))
    step, costs = engine.start({}, AT), []
    for number in range(1, 1001):
        began = time.process_time()
        step = engine.complete(step.state or b"", f"a#{number}", {}, AT)
        costs.append(time.process_time() - began)
    first, last = sorted(costs[:100]), sorted(costs[-100:])
    assert last[30] < first[30] * 1.4  # a low percentile: what others do on this machine must not decide


def test_five_rounds_of_six_parallel_agencies_start_in_five_milliseconds() -> None:
    nodes, chains = start(), ["s f0"]
    for number in range(5):
        nodes += gateway("parallel", f"f{number}") + gateway("parallel", f"j{number}")
        nodes += "".join(call(f"c{number}_{one}", "q") for one in range(6))
        chains += [f"f{number} c{number}_{one} j{number}" for one in range(6)]
        chains.append(f"j{number} {f'f{number + 1}' if number < 4 else 'e'}")
    callee = process(start() + user("t") + end(), "s t e", ident="q")
    engine = Engine(load(process(nodes + end(), *chains), callee))
    assert len(engine.start({}, AT).opened) == 6
    assert best(lambda: engine.start({}, AT)) < 0.005
