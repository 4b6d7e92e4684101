"""What a `.form` file must be, and how it is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import Refused
from app.forms import Form
from tests.forms.build import form, number, rows, source, text

FORMS = sorted((Path(__file__).parents[2] / "forms").glob("*.form"))


def codes(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        Form.load(data)
    assert all(one.text.zh and one.text.en and one.remedy.zh and one.remedy.en for one in refused.value.findings)
    return [(one.code, one.element) for one in refused.value.findings]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_form_of_the_product_loads(path: Path) -> None:
    assert Form.load(path.read_bytes()).id == path.stem


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "form-json"),
        (b"[]", "form-json"),
        (b"\xff\xfe", "form-json"),
        (b'{"a": NaN}', "form-json"),
        (b"[" * 100_000, "form-json"),
        (b'{"components": []}', "form-version"),
        (b'{"schemaVersion": 15, "id": "a"}', "form-version"),
        (b'{"schemaVersion": true, "id": "a"}', "form-version"),
        (b'{"schemaVersion": 19, "id": "1a"}', "form-id"),
        (b'{"schemaVersion": 19}', "form-id"),
        (b'{"schemaVersion": 19, "id": "a", "type": "bpmn"}', "form-type"),
        (b" " * (1024 * 1024 + 1), "form-size"),
    ],
)
def test_what_is_no_form_is_refused(data: bytes, code: str) -> None:
    assert codes(data) == [(code, "")]


@pytest.mark.parametrize("components", [{}, "x", [1], None])
def test_components_are_a_list_of_objects(components: Any) -> None:
    assert codes(source(components=components)) == [("form-json", "sample")]


def test_unknown_component_is_refused_by_name() -> None:
    with pytest.raises(Refused) as refused:
        form(text("a"), {"type": "signature", "id": "Sign_1", "label": "签名"})
    finding = refused.value.findings[0]
    assert (finding.code, finding.element, finding.name) == ("form-component", "Sign_1", "签名")
    assert "signature" in finding.text.zh
    assert "signature" in finding.text.en


def test_everything_wrong_is_found_at_once() -> None:
    found = codes(source(text("a", conditional={"hide": "=("}), number("1x"), {"type": "select", "key": "s"}))
    assert found == [("form-feel", "F_a"), ("form-key", "F_1x"), ("form-options", "F_s")]


@pytest.mark.parametrize(
    "pair",
    [
        (text("a"), text("a", id="F_2")),
        (text("a"), text("a.b")),
        (text("a.b"), text("a")),
        (rows("a", text("x")), text("a", id="F_2")),
        (rows("a", text("x", id="F_1")), text("a.x", id="F_2")),
        (rows("a", text("x")), rows("a", text("y"), id="L2")),
        (text("a.b"), rows("a", text("y"), id="F_2")),
    ],
)
def test_two_components_cannot_write_to_one_place(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert [code for code, _ in codes(source(*pair))] == ["form-path"]


def test_groups_may_share_a_path() -> None:
    one = {"type": "group", "id": "G1", "path": "owner", "components": [text("name")]}
    two = {"type": "group", "id": "G2", "path": "owner", "components": [text("tel")]}
    loaded = form(one, two)
    assert loaded.keys == ("owner",)
    assert [field.key for field in loaded.fields] == ["owner.name", "owner.tel"]


@pytest.mark.parametrize(
    "key", ["", "1a", "a..b", "a.0", "__proto__", "constructor.x", "a.constructor", " a", "a\n", None]
)
def test_bindings_that_are_no_names_are_refused(key: Any) -> None:
    assert codes(source({"type": "textfield", "id": "F", "key": key})) == [("form-key", "F")]


@pytest.mark.parametrize("name", [None, "", "a b", "a[0]", 'a"b', 7])
def test_fields_need_an_id_because_errors_are_told_by_it(name: Any) -> None:
    assert [code for code, _ in codes(source(text("a", id=name)))] == ["form-id"]


def test_ids_are_unique() -> None:
    assert codes(source(text("a", id="X"), text("b", id="X"))) == [("form-id", "X")]


@pytest.mark.parametrize(
    ("component", "code"),
    [
        (text("a", validate={"pattern": "("}), "form-pattern"),
        (text("a", validate={"pattern": "(?=a)"}), "form-pattern"),
        (text("a", validate={"pattern": "(a)\\1"}), "form-pattern"),
        (text("a", validate={"min": 3}), "form-validate"),
        (text("a", validate={"minLength": "x"}), "form-validate"),
        (text("a", validate={"validationType": "iban"}), "form-validate"),
        (text("a", properties={"minReason": "many"}), "form-validate"),
        (number("a", validate={"maxLength": 3}), "form-validate"),
        (number("a", decimalDigits=-1), "form-validate"),
        (number("a", increment="nothing"), "form-validate"),
        (number("a", defaultValue="x"), "form-default"),
        (number("a", validate={"max": "=1 +"}), "form-feel"),
        (text("a", conditional={"hide": "a = 1"}), "form-feel"),
        (text("a", readonly="=)"), "form-feel"),
        (text("a", label="{{#if a}}x"), "form-template"),
        (text("a", label="{{#each a}}x{{/each}}"), "form-template"),
        (text("a", label="{{1 +}}"), "form-feel"),
        (text("a", label=5), "form-text"),
        ({"type": "expression", "key": "a", "expression": "1 + 1"}, "form-feel"),
        ({"type": "datetime", "key": "a", "subtype": "week"}, "form-subtype"),
        ({"type": "select", "key": "a", "values": [{"label": str(n), "value": n} for n in range(501)]}, "form-options"),
        ({"type": "select", "key": "a", "values": [{"label": "x", "value": "x"}], "defaultValue": "y"}, "form-default"),
        (rows("a", text("b"), defaultRepetitions=101), "form-limit"),
    ],
)
def test_faults_of_a_component_are_refused_with_its_id(component: dict[str, Any], code: str) -> None:
    assert codes(source(component)) == [(code, "F_a")]


def test_a_wrong_expression_is_shown_with_its_position() -> None:
    with pytest.raises(Refused) as refused:
        form(text("a", conditional={"hide": "=b = = 1"}))
    assert "conditional.hide" in refused.value.findings[0].text.zh
    assert "列" in refused.value.findings[0].text.zh


def test_more_components_than_the_limit_are_refused() -> None:
    assert codes(source(*(text(f"k{n}") for n in range(501)))) == [("form-limit", "")]


def test_deeper_nesting_than_the_limit_is_refused() -> None:
    nested: dict[str, Any] = text("a")
    for level in range(13):
        nested = {"type": "group", "id": f"G{level}", "components": [nested]}
    assert codes(source(nested)) == [("form-limit", "")]


def test_names_are_what_expressions_read_and_keys_what_the_form_gives() -> None:
    loaded = form(
        text("name", conditional={"hide": '=applicant.kind != "person"'}),
        number("area", validate={"max": "=limit * 2"}),
        text("off", disabled=True),
        {"type": "select", "key": "kind", "valuesKey": "kinds"},
        rows("cars", text("plate", conditional={"hide": "=this.kind = parent.kind"})),
        {"type": "text", "id": "T", "text": "{{title}} {{#loop lines}}{{inner}}{{/loop}}"},
    )
    assert loaded.names == {"applicant", "limit", "kinds", "title", "lines"}
    assert loaded.keys == ("name", "area", "kind", "cars")


def test_display_components_need_no_id() -> None:
    assert form({"type": "separator"}, {"type": "spacer"}, {"type": "text", "text": "# x"}).fields == ()


def test_load_does_not_change_with_the_order_of_json_keys() -> None:
    data = source(text("a", validate={"required": True}, label="甲"))
    backwards = json.dumps(dict(reversed(json.loads(data).items()))).encode()
    assert Form.load(data).clean({}) == Form.load(backwards).clean({})
