"""A form post without JavaScript as the JSON that the viewer would send.

Names are bindings with row numbers, `vehicles.0.plate`. A browser says nothing about boxes left unticked, so the page
says in `_shown` which fields and rows it showed. `_add` and `_remove` (a list's or row's name) come from buttons.
"""

import datetime as dt
import json
import unicodedata
from collections.abc import Mapping

from app.forms.component import SEVERAL, Component
from app.forms.numbers import read_number

MAX_ROWS = 1000
JSON_MARK = "json:"
LOCAL_OFFSET = "+08:00"  # China keeps one time all year (Asia/Shanghai)
LOCAL_OFFSET_HOURS = 8

Post = Mapping[str, list[str]]


def changes_rows(multi: Post) -> bool:
    """Whether the post asks for a row more or less, rather than for a verdict."""
    return bool(multi.get("_add") or multi.get("_remove"))


def encode_choice(value: object) -> str:
    """An offered value as the text of an input; other than plain texts are marked and written as JSON."""
    if isinstance(value, str) and not value.startswith(JSON_MARK):
        return value
    return JSON_MARK + json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def decode_choice(text: str) -> object:
    """The offered value that the text stands for; the text itself if it is not such."""
    if not text.startswith(JSON_MARK):
        return text
    try:
        return json.loads(text[len(JSON_MARK) :])
    except (ValueError, RecursionError):
        return text


def parse(components: tuple[Component, ...], multi: Post) -> dict[str, object]:
    """The values of all fields that the post holds; fields that the page did not show are absent."""
    rows: dict[str, set[int]] = {}
    shown = frozenset(multi.get("_shown", ()))
    for name in shown:
        head, _, tail = name.rpartition(".")
        if tail.isascii() and tail.isdigit() and len(tail) < 6:
            rows.setdefault(head, set()).add(int(tail))
    data: dict[str, object] = {}
    _Parser(multi, shown, rows).fill(components, "", data)
    return data


class _Parser:
    def __init__(self, multi: Post, shown: frozenset[str], rows: Mapping[str, set[int]]) -> None:
        self.multi = multi
        self.shown = shown
        self.rows = rows
        self.added = frozenset(multi.get("_add", ()))
        self.removed = frozenset(multi.get("_remove", ()))

    def fill(self, components: tuple[Component, ...], prefix: str, data: dict[str, object]) -> None:
        for component in components:
            name = prefix + ".".join(component.path)
            if component.kind == "field":
                self.fill_field(component, name, data)
            elif component.kind == "list":
                shown = name in self.shown or name in self.rows
                blank: list[object] = [{} for _ in range(component.repetitions)]
                _set(data, component.path, self.list_rows(component, name) if shown else blank)
            elif component.kind == "group":
                inner = data if not component.path else {}
                self.fill(component.children, f"{name}." if component.path else prefix, inner)
                if component.path and inner:
                    _merge(data, component.path, inner)

    def list_rows(self, component: Component, name: str) -> list[object]:
        found: list[object] = []
        for index in sorted(self.rows.get(name, ()))[:MAX_ROWS]:
            if f"{name}.{index}" in self.removed:
                continue
            row: dict[str, object] = {}
            self.fill(component.children, f"{name}.{index}.", row)
            found.append(row)
        if name in self.added:
            found.append({})
        return found

    def fill_field(self, component: Component, name: str, data: dict[str, object]) -> None:
        given = self.multi.get(name)
        if given:
            _set(data, component.path, _value(component, given))
        elif name in self.shown:
            blank: object = [] if component.type in SEVERAL or component.type == "filepicker" else None
            _set(data, component.path, False if component.type == "checkbox" else blank)


def _value(component: Component, given: list[str]) -> object:
    last = given[-1]
    match component.type:
        case "checkbox":
            return last not in ("", "false")
        case "checklist" | "taglist":
            return [decode_choice(one) for one in given if one]
        case "radio" | "select":
            return decode_choice(last) if last else None
        case "number":
            return _number(last, as_text=bool(component.attributes.get("serializeToString")))
        case "datetime":
            return _moment(component.attributes, last.strip()) or None
        case "filepicker":
            chosen = [_reference(one) for one in given if one]
            return chosen if component.attributes.get("multiple") else chosen[-1:]
        case "textarea":
            return last.replace("\r\n", "\n")
    return last


def _number(text: str, *, as_text: bool) -> object:
    """Full-width digits, as Chinese keyboards type them, count; what is no number stays as it was typed."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-").replace(",", "")
    if not plain:
        return None
    found = read_number(plain)
    if found is None:
        return text
    return plain if as_text else found


def _moment(attributes: Mapping[str, object], text: str) -> str:
    """What <input type=time> and type=datetime-local send, with the offset that the field asks for."""
    subtype = attributes.get("subtype", "date")
    wanted = attributes.get("timeSerializingFormat")
    clock = text[-5:]
    if subtype == "date" or wanted not in ("utc_offset", "utc_normalized") or not _is_clock(clock):
        return text
    if wanted == "utc_offset":
        return text + LOCAL_OFFSET
    if subtype == "time":
        return f"{(int(clock[:2]) - LOCAL_OFFSET_HOURS) % 24:02}{clock[2:]}Z"
    return _to_utc(text)


def _to_utc(text: str) -> str:
    try:
        local = dt.datetime.fromisoformat(text + LOCAL_OFFSET)
    except ValueError:
        return text
    return local.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%MZ")


def _is_clock(text: str) -> bool:
    return len(text) == 5 and text[2] == ":" and text[:2].isdigit() and text[3:].isdigit()


def _reference(text: str) -> object:
    if not text.startswith("{"):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _set(data: dict[str, object], path: tuple[str, ...], value: object) -> None:
    _merge(data, path[:-1], {path[-1]: value})


def _merge(data: dict[str, object], path: tuple[str, ...], values: dict[str, object]) -> None:
    for step in path:
        inner = data.get(step)
        if not isinstance(inner, dict):
            inner = data[step] = {}
        data = inner
    data.update(values)
