"""The server's verdict on an answer is the viewer's.

Where the two evaluators of FEEL differ by the standard, the samples stay clear of it: feelin computes in binary
floating point (0.1 + 0.2), writes a computed date as a moment in UTC, and lets a field named like a built-in function
(`sum`) shadow it. It takes a condition as a unary test, so that one that is null hides; `formula.Test` does so too.
Expression fields that read each other are computed until nothing changes; the viewer computes each once per change,
which the page undoes (see `settle` in viewer/page.js).

Forms are put three ways: the samples, the product's own, and invented ones. What differs is listed in docs/forms.md.
SOAK=10 in the environment puts ten times as many.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app.forms import Form
from app.forms.component import INPUTS, TYPES
from tests.forms.differential import ROOT, Generator, bundle, compare, fileless, open_page
from tests.forms.invention import CONTEXT, FIELDS, Inventor
from tests.soak import SOAK

pytestmark = pytest.mark.browser

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.form"))
PRODUCT = sorted((ROOT / "forms").glob("*.form"))
CASES = 20 * SOAK
INVENTED = 15 * SOAK
ANSWERS = 4

CONTEXTS: dict[str, list[dict[str, Any]]] = {
    "everything": [
        {"districts": []},
        {"limit": 100, "districts": ["甲区", "乙区"], "streets": ["p", {"label": "Q", "value": "q"}]},
        {
            "limit": 12,
            "districts": [{"label": "甲", "value": "甲区"}],
            "name": "旧名",
            "kind": "b",
            "day": "2024-02-29",
        },
    ],
    "conditions": [
        {},
        {"fixed": "定", "maybeFixed": "旧", "off": "x", "area": 60, "contact": {"name": "李", "extra": 1}},
        {"area": 10, "limit": 5, "mode": "a", "extra": True, "inner": "旧"},
    ],
    "rows": [
        {},
        {"vehicles": [{"plate": "A1", "load": 3, "note": "x"}], "fixed": [{"name": "甲"}, {"name": "乙", "ok": True}]},
        {"maxLoad": 60, "cond": {"list": [{"x": "1"}], "y": 2}, "many": True},
    ],
}
# What the product's forms read of a case.
CASE: dict[str, Any] = {
    "item": {"basis": [{"id": "p", "label": "许可法第三十八条"}, {"id": "q", "label": "条例第十条"}]},
    "materials": [
        {"name": "申请表", "need": "必要", "verdict": "complete"},
        {"name": "营业执照", "need": "容缺", "verdict": "missing"},
    ],
    "service": {"name": "公章刻制"},
    "risk": {"level": "高"},
    "opinionTopic": "选址是否符合规划",
    "reviewOpinion": "符合条件",
    "decisionReason": "材料齐全,符合法定条件",
    "filingMatter": "备案事项",
    "applicantName": "示范公司",
}


@pytest.fixture(scope="module")
def viewer(browser: Browser) -> Iterator[Page]:
    script = bundle()
    page = browser.new_page(timezone_id="Asia/Shanghai", locale="zh-CN")
    yield open_page(page, script)
    page.close()


@pytest.mark.parametrize("path", [*SAMPLES, *PRODUCT], ids=lambda path: path.stem)
def test_clean_agrees_with_the_viewer(viewer: Page, path: Path) -> None:
    data = path.read_bytes()
    form, schema = Form.load(data), json.loads(data)
    generator = Generator(schema, seed=20260101)
    contexts = CONTEXTS.get(path.stem) or [{}, CASE, CASE]
    cases = [generator.case(contexts) for _ in range(CASES)]
    verdicts = viewer.evaluate("([schema, cases]) => judge(schema, cases)", [schema, cases])
    assert len(verdicts) == CASES
    differences = [
        (case, found) for case, verdict in zip(cases, verdicts, strict=True) if (found := compare(form, case, verdict))
    ]
    assert not differences, f"{len(differences)} of {CASES}; the first: {differences[0]}"


@pytest.mark.parametrize("quarter", range(4))
def test_clean_agrees_with_the_viewer_on_invented_forms(viewer: Page, quarter: int) -> None:
    differences = []
    for seed in range(quarter * 1_000_000, quarter * 1_000_000 + INVENTED):
        schema = Inventor(seed).form()
        form, generator = Form.load(json.dumps(schema).encode()), Generator(schema, seed)
        before = fileless(generator.answer(schema["components"]))
        contexts = [CONTEXT, CONTEXT | {"limit": 12}, before | CONTEXT]
        cases = [generator.case(contexts) for _ in range(ANSWERS)]
        verdicts = viewer.evaluate("([schema, cases]) => judge(schema, cases)", [schema, cases])
        for case, verdict in zip(cases, verdicts, strict=True):
            differences += [(seed, case, found) for found in compare(form, case, verdict)]
    assert not differences, f"{len(differences)}; the first: {differences[0]}"


def test_invention_comes_upon_every_component() -> None:
    def kinds(components: list[dict[str, Any]]) -> set[str]:
        return {one["type"] for one in components}.union(*(kinds(one.get("components", [])) for one in components))

    seen = set().union(*(kinds(Inventor(seed).form()["components"]) for seed in range(60)))
    assert seen == TYPES
    assert frozenset(FIELDS) == INPUTS
