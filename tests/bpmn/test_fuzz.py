"""Diagrams that nobody would draw are refused with findings, or they run: nothing gets lost, stuck or ends early.

What is refused is taken out, element by element, until the rest is loaded; so strange remains run too.
"""

from hypothesis import HealthCheck, event, given, settings
from lxml import etree

from app.bpmn.check import check, stopping
from app.bpmn.definition import Definition
from app.bpmn.engine import Engine
from app.bpmn.token import COMPLETED, Token
from app.errors import Refusal, Refused
from tests.bpmn.draw import AT, load
from tests.bpmn.test_walks import BUDGET, CALLEE, WALK, Live, act, chances, comparable
from tests.bpmn.wild import diagrams
from tests.soak import SOAK

EXAMPLES = 80 * SOAK
DATA: dict[str, object] = {"v0": False, "v1": True, "n": 0, "xs": [1, None]}


def refused(diagram: bytes) -> Refused | None:
    try:
        load(diagram, CALLEE)
    except Refused as caught:
        return caught
    return None


def loaded(diagram: bytes) -> tuple[bytes, Definition] | None:
    """The diagram without what was refused; None when nothing is left of it."""
    for _ in range(20):
        caught = refused(diagram)
        if caught is None:
            return diagram, load(diagram, CALLEE)
        assert caught.findings
        culprits = {one.element for one in caught.findings}
        root = etree.fromstring(diagram)
        found = [one for one in root.iter("*") if one.get("id") in culprits and not one.tag.endswith("process")]
        if not found:
            return None
        for one in found:
            if one.getparent() is not None:
                one.getparent().remove(one)
        diagram = etree.tostring(root)
    return None


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(diagrams(), WALK)
def test_a_wild_diagram_is_refused_with_findings_or_runs_and_loses_nothing(
    diagram: bytes, walk: list[tuple[int, dict[str, object]]]
) -> None:
    found = loaded(diagram)
    event("runs" if found else "refused")
    if found is None:
        return
    engine = Engine(found[1], budget=BUDGET)
    live, step, at = Live(found[1], DATA), engine.start(DATA, AT), AT
    for number, answers in [(0, {}), *walk]:
        assert comparable(step) == comparable(live.step)
        if step.state is None:
            break
        some = chances(engine, step.state)
        assert some, "an active case waits for something"
        kind, ident = some[number % len(some)]
        step = act(engine, step.state, kind, ident, answers, at)
        live.act(kind, ident, answers, at)
    event(step.status)
    if step.status == "completed":
        case = live.case
        assert not case.scopes
        assert not case.waits
        assert not case.incidents
        tokens = [one for one in case.tasks.values() if isinstance(one, Token)]
        assert all(one._state >= COMPLETED for one in tokens)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(diagrams())
def test_the_engine_loads_a_wild_diagram_that_the_checker_lets_pass(diagram: bytes) -> None:
    try:
        found = loaded(diagram)
    except Refusal:
        raise AssertionError("refusals are findings") from None
    for one in (diagram, *(found or ())[:1]):
        if not stopping(check({"0.bpmn": one, "1.bpmn": CALLEE})):
            event("passes")
            assert refused(one) is None
