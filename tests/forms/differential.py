"""Puts the same answers to form-js's viewer in Chromium and to `Form.clean`, and says where they differ."""

import json
import os
import random
import re
import subprocess
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from app.forms import Form, Stored
from app.forms.phone import is_phone
from app.forms.rules import EMAIL
from tests.browser import unavailable

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "app" / "assets" / "node_modules"
PAGE = Path(__file__).parent / "viewer" / "page.js"
Json = dict[str, Any]

WORDS = [
    *("", "a", "abc", "办结", "王小明", "no", "x1", "A2B4", "A2B", "  两头空  ", "abc9", "𠮷野家", "12", "a" * 13),
    *("行政许可申请人", "13800138000", "91310000MA1FL00001", "110101199003071234", "京A12345", "100081"),
    "申请材料齐全,符合法定形式。",
]
MAILS = ["a@b.cn", "张三@b.cn", "a@b", "a.b", "a@-b.cn", "a@b.cn\n"]
PHONES = [
    "+8613800138000",
    "13800138000",
    "008613800138000",
    "+86",
    "+4930664040900",
    "tel +49306640409",
    "+99913800138000",
]
NUMBERS: list[Any] = [
    None,
    0,
    1,
    -1,
    2.5,
    10,
    12.345,
    0.25,
    0.1,
    99.99,
    100,
    150,
    1000,
    1000.01,
    -5,
    -5.01,
    3,
    6,
    7,
    1e-7,
]
NUMERALS: list[Any] = [*NUMBERS, "12.50", "0", "-3", "7.00001", "1e2", ""]
DATES = [None, "2024-02-29", "2026-01-31", "2024-13-01", "abc", "", "2024-01-05T10:00"]
# By the format that the field asks for; the viewer brings others into it now and then, the server always.
TIMES = {
    "": [None, "09:30", "23:45", "00:00", "x", ""],
    "utc_offset": [None, "09:30+08:00", "00:00+08:00", "x", ""],
    "utc_normalized": [None, "01:30Z", "23:45Z", "x", ""],
}
MOMENTS = {
    "": [None, "2024-02-29T09:30", "2024-02-29", "x"],
    "utc_offset": [None, "2024-02-29T09:30+08:00", "2026-12-31T23:45+08:00", "1988-07-01T09:30+09:00", "x"],
    "utc_normalized": [None, "2024-02-29T18:30Z", "2026-12-31T00:00Z", "x"],
}
# The viewer's picker empties a day gone by without a word; the server says so, where it is told the time.
COMING = {"": "T09:30", "utc_offset": "T09:30+08:00", "utc_normalized": "T18:30Z"}
ODD: list[Any] = [None, "", 5, True, [], {}, ["a"], {"x": 1}, "<b>&"]
STRANGE = 0.04  # how often a value of quite another shape is sent


def bundle() -> str:
    """The viewer and the page's script in one file; skips where the bundler is not installed."""
    esbuild = MODULES / "esbuild" / "bin" / "esbuild"
    if not esbuild.exists() or not (MODULES / "@bpmn-io" / "form-js-viewer").exists():
        unavailable("app/assets/node_modules is not installed: run make")
    built = subprocess.run(
        [str(esbuild), str(PAGE), "--bundle", "--format=iife", "--log-level=error"],
        env={**os.environ, "NODE_PATH": str(MODULES)},
        capture_output=True,
        check=True,
    )
    return built.stdout.decode()


def open_page(page: Page, script: str) -> Page:
    """A page without network that has the viewer's `judge` and `patterns`."""
    page.route(
        "**/*", lambda route: route.fulfill(body="<!doctype html><title>forms</title>", content_type="text/html")
    )
    page.goto("http://forms.test/")
    page.add_script_tag(content=script)
    return page


class Generator:
    """Answers to a form: fitting ones, slightly wrong ones, and now and then nonsense."""

    def __init__(self, schema: Json, seed: int) -> None:
        self.schema = schema
        self.random = random.Random(seed)
        self.files: list[str] = []
        self.late: Json = {}
        self.careful = False

    def answer(self, components: list[Json], known: Any = None) -> Json:
        data: Json = {}
        for one in components:
            kind = one["type"]
            if kind == "dynamiclist":
                self._rows(one, data, known)
            elif "components" in one:
                inner = self.answer(one["components"], known)
                _merge(data, one.get("path", ""), inner)
            elif "key" in one and self._typed(one) and self.random.random() < (0.99 if self.careful else 0.9):
                conditional = isinstance(one.get("readonly"), str)
                _merge(self.late if conditional else data, one["key"], self.value(one, kind))
        return data

    @staticmethod
    def _typed(one: Json) -> bool:
        return one["type"] != "expression" and not one.get("disabled") and one.get("readonly") is not True

    def _rows(self, one: Json, data: Json, known: Any) -> None:
        count = self.random.choice([0, 1, 1, 2, 3])
        if not one.get("allowAddRemove", True):
            count = one.get("defaultRepetitions", 1)
        _merge(data, one["path"], [self.answer(one["components"], known) for _ in range(count)])

    def value(self, one: Json, kind: str) -> Any:
        """A value for the field; in a careful case one that its plain validations let pass, if one comes up."""
        value = self.any_value(one, kind)
        for _ in range(30 if self.careful else 0):
            if fits(one, kind, value):
                break
            value = self.any_value(one, kind)
        return value

    def any_value(self, one: Json, kind: str) -> Any:
        pick = self.random.choice
        if kind not in ("filepicker", "datetime") and "valuesExpression" not in one and self.random.random() < STRANGE:
            return pick(ODD)
        if kind in ("textfield", "textarea"):
            validation = one.get("validate", {}).get("validationType")
            words = {"email": MAILS, "phone": PHONES}.get(validation, WORDS)
            return pick([*words, "第一行\n第二行"] if kind == "textarea" else words)
        if kind == "number":
            return pick(NUMERALS if one.get("serializeToString") else NUMBERS)
        if kind == "checkbox":
            return self.random.random() < 0.6
        if kind == "datetime":
            return pick(moments_of(one))
        if kind == "filepicker":
            return self._files()
        return self._choice(one, kind)

    def _choice(self, one: Json, kind: str) -> Any:
        offered = [option["value"] if isinstance(option, dict) else option for option in one.get("values", [])]
        offered = offered or [*re.findall(r'"([^"]+)"', one.get("valuesExpression", "")), "甲区", "乙区", "p", "q"]
        if kind in ("checklist", "taglist"):
            chosen = [value for value in offered if self.random.random() < 0.4]
            return [*chosen, "elsewhere"] if self.random.random() < 0.1 else chosen
        return self.random.choice([*offered, *offered, None, "elsewhere"])

    def _files(self) -> Any:
        if self.random.random() < 0.4:
            return None
        self.files.append(f"files::{len(self.files)}")
        return self.files[-1]

    def case(self, contexts: list[Json]) -> Json:
        """One case: the case's data, an answer, what is typed last because a condition may lock it, and the files that
        the viewer's registry holds."""
        self.files = []
        self.late = {}
        self.careful = self.random.random() < 0.6
        context = self.random.choice(contexts)
        answers = self.answer(self.schema["components"], context)
        return {"context": context, "answers": answers, "late": self.late, "files": self.files}


def moments_of(one: Json) -> list[Any]:
    """Values for a date or time field."""
    wanted = one.get("timeSerializingFormat", "").replace("no_timezone", "")
    subtype = one.get("subtype", "date")
    if one.get("disallowPassedDates"):
        return [None, "x", "2098-02-28" + (COMING[wanted] if subtype == "datetime" else "")]
    return {"time": TIMES[wanted], "datetime": MOMENTS[wanted]}.get(subtype, DATES)


def fits(one: Json, kind: str, value: Any) -> bool:
    """Whether the value passes what can be judged without FEEL."""
    checks = one.get("validate", {})
    if checks.get("required") and (value in (None, "", []) or value is False):
        return False
    if kind == "number" and value is not None:
        low, high = checks.get("min", 0), checks.get("max", 100)
        digits = Decimal(10) ** one.get("decimalDigits", 2)
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        bounded = numeric and all(isinstance(bound, str) or bound is None for bound in (low, high))
        within = numeric and (bounded or (_low(low) <= value <= _high(high)))
        step = Decimal(str(one.get("increment") or 1 / digits))
        return within and not Decimal(str(value)) * digits % 1 and not Decimal(str(value)) % step
    if kind in ("textfield", "textarea"):
        length = len(value.strip()) if isinstance(value, str) else -1
        low, high = checks.get("minLength", 0), checks.get("maxLength", 100)
        pattern = checks.get("pattern")
        return (
            length >= 0
            and (not value or isinstance(low, str) or length >= low)
            and (isinstance(high, str) or length <= high)
            and (not value or not pattern or re.search(pattern, value) is not None)
            and (not value or checks.get("validationType") != "phone" or is_phone(value))
            and (not value or checks.get("validationType") != "email" or EMAIL.match(value) is not None)
        )
    return kind in ("checkbox", "filepicker") or value is None or value not in ("abc", "x", "elsewhere", *map(str, ODD))


def _low(bound: Any) -> float:
    return bound if isinstance(bound, int | float) else float("-inf")


def _high(bound: Any) -> float:
    return bound if isinstance(bound, int | float) else float("inf")


def _merge(data: Json, path: str, value: Any) -> None:
    steps = path.split(".") if path else []
    if not steps:
        data.update(value)
        return
    for step in steps[:-1]:
        data = data.setdefault(step, {})
    if isinstance(value, dict) and isinstance(data.get(steps[-1]), dict):
        data[steps[-1]].update(value)
    else:
        data[steps[-1]] = value


def without_files(value: Any) -> Any:
    """The data with the viewer's file keys as references that the server knows."""
    if isinstance(value, dict):
        return {key: without_files(one) for key, one in value.items()}
    if isinstance(value, list):
        return [without_files(one) for one in value]
    return [value.replace("files::", "ref-")] if isinstance(value, str) and value.startswith("files::") else value


def known_files(case: Json) -> dict[str, Stored]:
    """The uploads that the server knows in this case: those that the viewer's registry holds, fitting any `accept`."""
    references = [one.replace("files::", "ref-") for one in case["files"]]
    return {one: Stored(one, f"{one}.png", 1, "image/png", "0" * 64) for one in references}


def fileless(value: Any) -> Any:
    """The data without the viewer's file keys: those of a case's own data are in no registry."""
    if isinstance(value, dict):
        return {key: fileless(one) for key, one in value.items()}
    if isinstance(value, list):
        return [fileless(one) for one in value]
    return None if isinstance(value, str) and value.startswith("files::") else value


def as_references(value: Any) -> Any:
    """The data with stored files as the references that were sent."""
    if isinstance(value, dict):
        return value["id"] if "hash" in value else {key: as_references(one) for key, one in value.items()}
    return [as_references(one) for one in value] if isinstance(value, list) else value


def pruned(value: Any) -> Any:
    """The data without what is empty (null, what holds nothing, empty rows at the end of a list), and without the
    viewer's binary rounding errors."""
    if isinstance(value, dict):
        found = {key: pruned(one) for key, one in value.items()}
        return {key: one for key, one in found.items() if one not in (None, {}, [])}
    if isinstance(value, list):
        rows = [pruned(one) for one in value]
        while rows and rows[-1] in (None, {}, []):
            rows.pop()
        return rows
    return round(value, 9) if isinstance(value, float) else value


def flat(errors: Mapping[str, Any]) -> set[str]:
    """The keys of the viewer's errors as `Form.clean` has them."""
    keys: set[str] = set()

    def walk(key: str, value: Any) -> None:
        if any(isinstance(one, str) for one in value):
            keys.add(key)
            return
        for index, one in enumerate(value):
            if one:
                walk(f"{key}[{index}]", one)

    for name, value in errors.items():
        walk(name, value)
    return keys


def compare(form: Form, case: Json, verdict: Json) -> list[str]:
    """Where the server's verdict on the answers, and on what the viewer then sends, is not the viewer's."""
    if "failure" in verdict:
        return [f"the viewer broke: {verdict['failure']}"]
    differences: list[str] = []
    theirs = pruned(without_files(verdict["data"]))
    for what, sent in (("answers", case["answers"] | case["late"]), ("sent", verdict["data"])):
        cleaned = form.clean(without_files(sent), case["context"], files=known_files(case))
        ours = pruned(as_references(json.loads(json.dumps(cleaned.data))))
        if ours != theirs:
            differences.append(f"{what}: data {ours} instead of {theirs}")
        stricter = set(cleaned.errors) - flat(verdict["errors"])
        excused = {key for key in stricter if ours_alone(form, key, cleaned.errors[key], what)}
        if set(cleaned.errors) - excused != flat(verdict["errors"]):
            differences.append(f"{what}: errors {sorted(cleaned.errors)} instead of {sorted(flat(verdict['errors']))}")
    return differences


def ours_alone(form: Form, key: str, texts: tuple[Any, ...], what: str) -> bool:
    """Whether an error is one of those that only the server has: our own `minReason`; and values that no viewer sends,
    which the viewer empties without a word when they are loaded."""
    field = next(one for one in form.fields if one.id == key.partition("[")[0])
    if "properties" in field.attributes:
        return len(texts) == 1 and "不计空格" in texts[0].zh
    return what == "answers" and any(mark in texts[0].zh for mark in ("不在可选范围", "应填写数字", "应为有效"))
