"""Texts with expressions in them."""

from typing import Any

import pytest

from tests.forms.build import form, text


def shown(template: str, data: dict[str, Any]) -> str:
    return form(text("a", label=template)).describe(data)[0].label


@pytest.mark.parametrize(
    ("template", "data", "result"),
    [
        ("名称", {}, "名称"),
        ("你好,{{name}}!", {"name": "王"}, "你好,王!"),
        ("{{= n + 1}}项", {"n": 2}, "3项"),
        ("=name", {"name": "王"}, "王"),
        ("={}.x", {}, ""),
        ("{{missing}}|{{1.50}}|{{true}}", {}, "|1.5|true"),
        ("{{#if n > 1}}多{{/if}}{{#if n < 1}}少{{/if}}", {"n": 2}, "多"),
        ("{{#if n}}有{{/if}}", {"n": 0}, ""),
        ("{{#loop xs}}{{name}},{{/loop}}", {"xs": [{"name": "甲"}, {"name": "乙"}]}, "甲,乙,"),
        ("{{#loop xs}}{{this}}{{parent.unit}} {{/loop}}", {"xs": [1, 2], "unit": "元"}, "1元 2元 "),
        ("{{#loop x}}{{this}}{{/loop}}", {"x": 5}, "5"),
        ("{{#loop x}}{{this}}{{/loop}}", {}, ""),
        ("{{#loop xs}}{{#if this > 1}}{{this}}{{/if}}{{/loop}}", {"xs": [1, 2, 3]}, "23"),
        ("一行\n二行", {}, "一行"),
        ("{{}}x", {}, "x"),
    ],
)
def test_templates(template: str, data: dict[str, Any], result: str) -> None:
    assert shown(template, data) == result


def test_a_template_cannot_grow_without_end() -> None:
    source = "{{#loop xs}}{{#loop parent.xs}}" + "x" * 100 + "{{/loop}}{{/loop}}"
    node = form({"type": "text", "id": "T", "text": source}).describe({"xs": list(range(1000))})[0]
    assert 50_000 < len(node.html) < 200_000
