"""Whatever a file of decisions looks like: it is refused with findings or loaded, and then it answers or says why."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from app.dmn import DecisionError, check_files, load, review
from app.errors import Refused
from tests.dmn.build import decision, knowledge, literal, model, requires, table

ROOT = Path(__file__).resolve().parents[2]
RICH = model(
    '<import namespace="urn:test" name="self"/>'
    '<itemDefinition name="tA"><itemComponent name="x"><typeRef>number</typeRef><allowedValues><text>[0..9]</text>'
    "</allowedValues></itemComponent></itemDefinition>"
    '<inputData id="n" name="n"><variable name="n" typeRef="tA"/></inputData>'
    + knowledge("k", ["a: number"], literal("a + 1"))
    + decision("u", literal("k(n.x)"), type_ref="number", before=requires(knowledge=["k"], inputs=["n"]))
    + decision("t", table(["u | number", 's | string | "a","b"'], ['y | | "p","q"'], ['> 1 | "a" | "p"', '- | - | "q"'],
                          "PRIORITY"), before=requires("u"))
    + decision("c", f'<context><contextEntry><variable name="a" typeRef="tA"/>{literal("{x: 1}")}</contextEntry>'
               f'<contextEntry><list>{literal("a")}</list></contextEntry></context>')
    + '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#t"/><inputData href="#n"/>'
    "</decisionService>"
)  # fmt: skip
BASES = (RICH, (ROOT / "processes/food_business/risk.dmn").read_bytes())
WORDS = ("", "t", "#t", "#s", "#n", "u", "number", "tA", "list", "self.tA", "self", "UNIQUE", "ANY", "COLLECT", "SUM",
         "-", "?", "1..", "x" * 50, "feel:date", "true", "\u202e", "a.b", "function", "function() 1")  # fmt: skip
Mutation = Callable[[etree._Element, int, str], None]


def drop(element: etree._Element, _place: int, _word: str) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def double(element: etree._Element, _place: int, _word: str) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.append(etree.fromstring(etree.tostring(element)))


def rename(element: etree._Element, place: int, word: str) -> None:
    names = sorted(element.attrib)
    if names:
        element.set(str(names[place % len(names)]), word)
    else:
        element.text = word


def nest(element: etree._Element, _place: int, _word: str) -> None:
    element.append(etree.fromstring(etree.tostring(element)))


changes = st.tuples(
    st.integers(0, 400), st.sampled_from((drop, double, rename, nest)), st.integers(0, 9), st.sampled_from(WORDS)
)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(BASES), st.lists(changes, min_size=1, max_size=5))
def test_a_broken_file_is_refused_or_answers(base: bytes, broken: list[tuple[int, Mutation, int, str]]) -> None:
    root = etree.fromstring(base)
    for place, change, number, word in broken:
        elements = [one for one in root.iter() if isinstance(one.tag, str)]
        change(elements[place % len(elements)], number, word)
    data = etree.tostring(root)
    decisions, found = review({"x.dmn": data})
    assert all(one.text.zh and one.text.en and re.fullmatch(r"(dmn|xml)-[a-z-]+", one.code) for one in found)
    if decisions is None:
        assert found
        return
    for name in decisions.ids:
        with suppress(DecisionError):
            decisions.answer(name, {"n": {"x": 3}, "s": "a", "businessKind": "sale", "floorArea": 20})


def test_the_sound_files_are_sound() -> None:
    assert check_files({"x.dmn": RICH}) == []
    assert load(RICH).decide("t", {"n": {"x": 3}, "s": "a"}) == "p"
    assert load(RICH).decide("s", {"n": {"x": 0}, "s": "b"}) == "q"


def test_boxes_that_call_themselves_for_ever_end() -> None:
    call = f"<invocation>{literal('f')}<binding><parameter name='n'/>{literal('n + 1')}</binding></invocation>"
    for deep in (1, 30):
        box = "<list>" * deep + call + "</list>" * deep
        body = knowledge("f", ["n"], box) + decision("t", literal("f(1)"), before=requires(knowledge=["f"]))
        with pytest.raises(DecisionError, match="too deeply"):
            load(model(body)).evaluate("t", {})


def test_sum_beyond_all_numbers_is_no_answer() -> None:
    rules = ["- | 9.9E+6144"] * 3
    with pytest.raises(DecisionError):
        load(model(decision("t", table(["x"], ["y"], rules, "COLLECT", "SUM")))).decide("t", {})


def test_types_that_rest_on_each_other_in_a_long_row_are_refused() -> None:
    rows = "".join(
        f'<itemDefinition name="t{n}"><typeRef>{f"t{n + 1}" if n < 900 else "number"}</typeRef></itemDefinition>'
        for n in range(901)
    )
    with pytest.raises(Refused, match="too deeply"):
        load(model(rows + decision("t", literal("1"), type_ref="t0")))
