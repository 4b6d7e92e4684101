"""Whatever comes in, the checker answers with findings, and in time."""

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bpmn.check import check
from app.bpmn.checks.files import MAX_NODES
from app.bpmn.checks.rules import MAX_FINDINGS
from app.errors import Finding
from tests.bpmn.sketch import chain, diagram, end, ext, flow, node, parallel, start, task, user, xor

SHELF = sorted((Path(__file__).parents[2] / "processes").glob("**/*.bpmn"))


def assert_complete(found: list[Finding]) -> None:
    """Sorted, each with both languages and a remedy, no template left unfilled."""
    assert [(one.file, one.line or 0) for one in found] == sorted((one.file, one.line or 0) for one in found)
    for one in found:
        assert one.text.zh
        assert one.text.en
        assert one.remedy.zh
        assert one.remedy.en


@given(st.binary(max_size=200))
def test_any_bytes_give_an_error(data: bytes) -> None:
    found = check({"x": data})
    assert any(one.severity == "error" for one in found)
    assert_complete(found)


@cache
def texts() -> tuple[str, ...]:
    return tuple(path.read_text("utf-8") for path in SHELF)


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A real diagram in which a few quoted values or tags were exchanged, doubled, emptied or dropped."""
    text = draw(st.sampled_from(texts()))
    pieces = text.split('"')
    rng = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(1, 8))):
        at = rng.randrange(1, len(pieces))
        pieces[at] = rng.choice(["", pieces[rng.randrange(len(pieces))], "= (", "Start", "\u202e", "1", pieces[at] * 2])
    return '"'.join(pieces).encode()


@settings(max_examples=150, deadline=None)
@given(mutations())
def test_any_mutation_is_answered(data: bytes) -> None:
    assert_complete(check({"x": data}, forms={}, decisions={}, posts=frozenset()))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(range(len(SHELF))), st.randoms(use_true_random=False))
def test_any_lines_moved_or_lost_are_answered(which: int, rng: random.Random) -> None:
    lines = texts()[which].splitlines()
    elements = [i for i, line in enumerate(lines) if line.rstrip().endswith("/>") or "</" in line]
    for _ in range(5):
        a, b = rng.choice(elements), rng.choice(elements)
        if lines[a].strip().startswith("<") and "</" not in lines[a]:
            lines[a], lines[b] = lines[a] + lines[a], lines[b]
    assert_complete(check({"x": "\n".join(lines).encode()}))


def test_the_shelf_has_no_errors() -> None:
    found = check({path.name: path.read_bytes() for path in SHELF})
    assert SHELF
    assert [one for one in found if one.severity == "error"] == []


NODES = 5_000
MANY = range(NODES)
HALF = range(NODES // 2)


def blocks() -> str:
    """Parallel blocks one after the other."""
    numbers = range(1, NODES // 4)
    nodes = (parallel(f"f{i}") + task(f"a{i}") + task(f"b{i}") + parallel(f"j{i}") for i in numbers)
    flows = (chain(f"j{i - 1}", f"f{i}", f"a{i}", f"j{i}") + chain(f"f{i}", f"b{i}", f"j{i}") for i in numbers)
    return start("j0") + "".join(nodes) + "".join(flows)


def line_up(make: Callable[[str], str]) -> str:
    """A start, five thousand of one kind of node in a row, an end."""
    idents = [f"n{i}" for i in MANY]
    return start() + end() + "".join(map(make, idents)) + chain("s", *idents, "e")


def many(tag: str, inside: str = "", attributes: str = "") -> str:
    """Half of the nodes, of one kind, side by side."""
    return "".join(node(tag, f"{tag}{i}", inside, attributes) for i in HALF)


LINK = '<bpmn:linkEventDefinition name="l"/>'
TIMER = "<bpmn:timerEventDefinition/>"
BIG: dict[str, Callable[[], str]] = {
    "chain of user tasks": lambda: line_up(user),
    "chain of choices with loops back": lambda: (
        line_up(xor) + "".join(flow(f"n{i}", f"n{i // 2}", "= x") for i in MANY)
    ),
    "ladder of joins": lambda: line_up(parallel) + "".join(flow(f"n{i}", f"n{i + 2}") for i in MANY[:-2]),
    "one join of all": lambda: (
        start() + parallel("f") + parallel("j") + end() + chain("s", "f") + chain("j", "e")
        + "".join(task(f"t{i}") + chain("f", f"t{i}", "j") for i in MANY)
    ),
    "blocks one after the other": blocks,
    "sub-processes in sub-processes": lambda: (
        "".join(f'<bpmn:subProcess id="p{i}" name="p{i}">' for i in range(150)) + "</bpmn:subProcess>" * 150
    ),
    "sub-processes side by side": lambda: many("subProcess", task("t")),
    "everything the same id": lambda: task("t") * NODES,
    "link events": lambda: many("intermediateThrowEvent", LINK) + many("intermediateCatchEvent", LINK),
    "boundary events on one task": lambda: user("u") + many("boundaryEvent", TIMER, 'attachedToRef="u"'),
}  # fmt: skip


@pytest.mark.parametrize("shape", BIG)
def test_five_thousand_nodes_are_checked(shape: str) -> None:
    data = diagram(BIG[shape]())
    found = check({"big.bpmn": data})
    assert len(found) <= MAX_FINDINGS + 1


def test_too_many_nodes_are_refused_with_the_limit() -> None:
    (finding,) = check({"x": diagram(task("t") * (MAX_NODES + 1))})
    assert finding.code == "too-many-elements"
    assert str(MAX_NODES) in finding.text.zh


def test_the_list_of_findings_is_cut_and_says_so() -> None:
    found = check({"x": diagram("".join(user(f"u{i}").replace('formId="f"', "") for i in range(2_500)))})
    assert len(found) == MAX_FINDINGS + 1
    assert found[-1].code == "more-findings"


def crossing(kind: str) -> str:
    """A hundred and fifty nodes, each with a flow to all."""
    names = [f"n{i}" for i in range(150)]
    nodes = start() + end() + "".join(node(kind, one) for one in names)
    return nodes + "".join(flow(a, b) for a in names for b in names) + chain("s", "n0", "e")


def referring() -> str:
    return line_up(
        lambda i: node("intermediateCatchEvent", i, f"<bpmn:eventDefinitionRef>d{i}</bpmn:eventDefinitionRef>")
    )


def scripts(expression: str) -> str:
    inside = '<zeebe:script expression="{}" resultVariable="x"/>'
    return line_up(lambda i: task(i, ext(inside.format(expression.format(i))), "scriptTask"))


COSTLY: dict[str, Callable[[], bytes]] = {
    "every gateway to every gateway": lambda: diagram(crossing("parallelGateway")),
    "every event refers to its definition": lambda: diagram(
        referring(), "".join(f'<bpmn:timerEventDefinition id="dn{i}"/>' for i in MANY)
    ),
    "every task begins the process": lambda: diagram(
        "".join(task(f"r{i}", kind="receiveTask", attributes='instantiate="true"') for i in MANY)
        + "".join(flow(f"r{i}", "e") for i in MANY) + end()
    ),
    "every text another wrong expression": lambda: diagram(scripts("= [{} [x] ++")),
}  # fmt: skip


@pytest.mark.parametrize("shape", COSTLY)
def test_what_is_costly_to_look_up_is_checked(shape: str) -> None:
    assert check({"big.bpmn": COSTLY[shape]()})


@pytest.mark.parametrize("expression", ["= {{{{a: x, b: x}}}}", "= if x then 1 else 2"])
def test_beyond_what_may_be_spent_on_variables_nothing_more_is_said(expression: str) -> None:
    found = check({"big.bpmn": diagram(scripts(expression.replace("{{{{", "{{").replace("}}}}", "}}")))})
    assert "variables-partly-checked" in {one.code for one in found}
    assert not {one.code for one in found} & {"wrong-type", "unknown-field"}
