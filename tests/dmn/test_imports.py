"""Models of several files: names of imports, types, input data, services, circles; what is missing, by name."""

from typing import Any

import pytest

from app.dmn import check_files, load, review
from app.errors import Refused
from tests.dmn.build import NAMESPACE, decision, knowledge, literal, requires


def part(namespace: str, body: str, *imports: str) -> bytes:
    """A file; imports are `namespace` or `namespace as name`."""
    lines = ""
    for one in imports:
        target, _, name = one.partition(" as ")
        lines += f'<import namespace="{target}" name="{name}" importType="{NAMESPACE}"/>'
    return (
        f'<definitions xmlns="{NAMESPACE}" id="d" name="d" namespace="{namespace}">{lines}{body}</definitions>'.encode()
    )


def given(name: str, kind: str = "") -> str:
    typed = f' typeRef="{kind}"' if kind else ""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}"{typed}/></inputData>'


def within(namespace: str, *decisions: str, **others: tuple[str, ...]) -> str:
    """Requirements of elements of another file."""
    return requires(*decisions, **others).replace('href="#', f'href="{namespace}#')


def ask(files: dict[str, bytes], identity: str = "t", **context: object) -> Any:
    return load(files).decide(identity, context)


FEES = part(
    "urn:fees",
    '<itemDefinition name="Level"><typeRef>string</typeRef><allowedValues><text>"高","低"</text></allowedValues>'
    "</itemDefinition>" + given("面积", "number")
    + decision("基数", literal("面积 * 2"), before=requires(inputs=["面积"]))
    + knowledge("加倍", ["n: number"], literal("n * 2")),
)  # fmt: skip


def test_imported_elements_are_known_under_the_name_of_the_import() -> None:
    before = within("urn:fees", "基数", knowledge=("加倍",), inputs=("面积",))
    main = part(
        "urn:main", decision("t", literal("费用.加倍(费用.基数) + 费用.面积"), before=before), "urn:fees as 费用"
    )
    files = {"main.dmn": main, "fees.dmn": FEES}
    assert ask(files, 面积=3) == 15
    assert ask(files, 费用={"面积": 3}) == 15
    assert ask(files, "基数", 面积=3) == 6
    assert load(files).ids == ("t", "基数")
    assert load(files).inputs("t") == {"面积"}


def test_an_import_without_a_name_gives_its_names_as_they_are() -> None:
    logic = literal("加倍(基数) + 面积")
    main = part(
        "urn:main", decision("t", logic, before=requires("基数", knowledge=["加倍"], inputs=["面积"])), "urn:fees"
    )
    assert ask({"main.dmn": main, "fees.dmn": FEES}, 面积=3) == 15


def test_own_elements_come_before_imported_ones_and_earlier_imports_before_later_ones() -> None:
    one, two = (part(f"urn:{n}", decision("u", literal(f'"{n}"'))) for n in ("one", "two"))
    before = decision("t", literal("u"), before=requires("u"))
    assert ask({"m": part("urn:m", before, "urn:one", "urn:two"), "a": one, "b": two}) == "one"
    own = before + decision("u", literal('"own"'))
    assert ask({"m": part("urn:m", own, "urn:one", "urn:two"), "a": one, "b": two}) == "own"
    through = part("urn:mid", given("x"), "urn:two")
    assert ask({"m": part("urn:m", before, "urn:mid"), "a": through, "b": two}) == "two"


@pytest.mark.parametrize(("reference", "line"), [("费用.Level", "urn:fees as 费用"), ("Level", "urn:fees")])
def test_imported_types_hold(reference: str, line: str) -> None:
    main = part("urn:main", decision("t", literal("x"), type_ref=reference), line)
    decisions = load({"main.dmn": main, "fees.dmn": FEES})
    assert decisions.evaluate("t", {"x": "高"}) == "高"
    assert decisions.evaluate("t", {"x": "中"}) is None
    check = part("urn:main", decision("t", literal(f"x instance of {reference}")), line)
    assert ask({"main.dmn": check, "fees.dmn": FEES}, x="高") is True


def test_files_that_import_each_other_are_read_and_circles_of_requirements_refused() -> None:
    one = part("urn:1", decision("t", literal("u"), before=requires("u")), "urn:2", "urn:1")
    two = part("urn:2", decision("u", literal('"two"')), "urn:1")
    assert ask({"1": one, "2": two}) == "two"
    circle = part("urn:2", decision("u", literal("t"), before=requires("t")), "urn:1")
    with pytest.raises(Refused, match="circle"):
        load({"1": one, "2": circle})


def test_a_missing_file_is_named() -> None:
    main = part("urn:main", decision("t", literal("1"), before=within("urn:fees", "基数")), "urn:fees as f")
    with pytest.raises(Refused) as caught:
        load({"main.dmn": main})
    codes = {one.code: one for one in caught.value.findings}
    assert "urn:fees" in codes["dmn-import"].text.zh
    assert "dmn-reference" in codes
    decisions = load({"main.dmn": main}, lenient=True)
    assert decisions.evaluate("t", {}) is None
    assert decisions.broken("t") is not None


def test_an_import_may_name_the_file_instead_of_its_namespace() -> None:
    line = '<import namespace="urn:other" name="f" locationURI="./lib/fees.dmn"/>'
    body = line + decision("t", literal("f.基数"), before=within("urn:other", "基数"))
    assert ask({"main.dmn": part("urn:main", body), "lib/fees.dmn": FEES}, 面积=1) == 2


def test_a_required_element_must_be_of_the_kind() -> None:
    body = given("n") + decision("t", literal("n"), before=requires("n"))
    with pytest.raises(Refused, match="requires 'n'"):
        load(part("urn:m", body))


def test_names_are_the_same_however_they_are_spaced() -> None:
    body = given("Total  Area ") + decision("t", literal("Total Area + 1"), before=requires(inputs=["Total  Area "]))
    assert load(part("urn:m", body)).decide("t", {"Total Area": 2}) == 3


def test_service_of_an_import_is_called_with_its_own_inputs() -> None:
    library = part(
        "urn:lib",
        given("n", "number") + decision("half", literal("n / 2"), before=requires(inputs=["n"]))
        + decision("out", literal("half + 1"), before=requires("half"))
        + '<decisionService id="s" name="s"><variable name="s" typeRef="number"/><outputDecision href="#out"/>'
        '<inputDecision href="#half"/><inputData href="#n"/></decisionService>',
    )  # fmt: skip
    logic = literal("[lib.s(1, 10), lib.s(half: 4, n: 0), lib.s(1), lib.s(1, 2, 3)]")
    main = part("urn:m", decision("t", logic, before=within("urn:lib", knowledge=("s",))), "urn:lib as lib")
    files = {"m.dmn": main, "lib.dmn": library}
    assert ask(files, n=99) == [11, 5, None, None]
    assert ask(files, "s", half=6) == 7
    assert ask(files, "s", n=8) == 5


def test_a_decision_without_logic_is_taken_outside() -> None:
    body = '<decision id="e" name="e"><variable name="e" typeRef="number"/></decision>'
    body += decision("t", literal("e + 1"), before=requires("e"))
    decisions = load(part("urn:m", body), lenient=True)
    assert decisions.decide("t", {"e": 4}) == 5
    assert decisions.evaluate("t", {"e": "x"}) is None
    assert "no logic" in decisions.answer("t", {}).problems[0].en
    with pytest.raises(Refused):
        load(part("urn:m", body))


def test_unreadable_files_are_found_and_the_others_still_known() -> None:
    main = part("urn:m", decision("t", literal("1")))
    decisions, found = review({"a.dmn": b"<a/>", "b.dmn": main, "c.dmn": b"not xml"})
    assert decisions is not None
    assert decisions.ids == ("t",)
    assert {one.file for one in found} == {"a.dmn", "c.dmn"}
    assert review({}) == (None, [])
    assert check_files({"b.dmn": main}) == []


def test_types_that_rest_on_each_other_through_many_files_are_refused() -> None:
    files = {
        str(n): part(
            f"urn:{n}",
            "".join(
                f'<itemDefinition name="t{n}_{k}"><typeRef>{f"t{n}_{k + 1}" if k < 38 else f"t{n + 1}_0"}</typeRef>'
                "</itemDefinition>"
                for k in range(39)
            ),
            f"urn:{n + 1}",
        )
        for n in range(40)
    }
    with pytest.raises(Refused, match="too deeply"):
        load(files, lenient=True)
