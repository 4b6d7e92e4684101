"""Forms and answers made to hurt are refused clearly, or judged within their bounds."""

import json

import pytest

from app.errors import Refused
from app.forms import Form
from app.forms.answer import MAX_ROWS
from app.forms.files import MAX_REFERENCES
from tests.forms.build import form, rows, source, text


def refusals(data: bytes) -> list[str]:
    with pytest.raises(Refused) as caught:
        Form.load(data)
    return [one.code for one in caught.value.findings]


def test_ten_thousand_components_are_refused_before_any_is_built() -> None:
    assert refusals(source(*(text(f"k{number}") for number in range(10_000)))) == ["form-limit"]


def test_components_within_components_without_end_are_refused() -> None:
    depth = 2000
    nested = '{"type":"group","id":"G","components":[' * depth + "]}" * depth
    head = '{"schemaVersion":19,"type":"default","id":"a","components":['
    assert refusals(f"{head}{nested}]}}".encode())[0] in ("form-limit", "form-json")
    assert refusals(b"[" * 200_000) == ["form-json"]


@pytest.mark.parametrize("kind", ["constructor", "__proto__", "script", "", None, 5, ["textfield"]])
def test_no_other_component_is_known(kind: object) -> None:
    assert refusals(source({"type": kind, "key": "a"})) == ["form-component"]


def test_an_expression_without_end_is_refused_where_it_stands() -> None:
    long = "=" + "(" * 5000 + "1" + ")" * 5000
    with pytest.raises(Refused) as caught:
        Form.load(source(text("a", conditional={"hide": long})))
    assert [one.element for one in caught.value.findings] == ["F_a"]


def test_rows_within_rows_are_counted_together() -> None:
    loaded = form(rows("a", rows("b", text("c"))))
    answer = {"a": [{"b": [{"c": "x"}] * MAX_ROWS}] * MAX_ROWS}
    cleaned = loaded.clean(answer)
    assert {texts[0].zh for texts in cleaned.errors.values()} == {"“b”的行数过多"}
    assert len(json.dumps(cleaned.data)) < 1_000_000


def test_references_are_looked_for_in_any_depth_and_number_without_recursion() -> None:
    loaded = form({"type": "filepicker", "key": "a", "multiple": True})
    deep: dict[str, object] = {"a": "1"}
    for _ in range(50_000):
        deep = {"x": deep}
    assert loaded.references(deep) == {"1"}
    assert len(loaded.references({"a": [str(number) for number in range(10_000)]})) == MAX_REFERENCES
