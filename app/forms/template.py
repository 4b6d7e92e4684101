"""Texts with `{{ expressions }}` in them, as form-js's templating ("feelers") reads them.

A text that begins with "=" is one expression. Otherwise `{{e}}` inserts, `{{#if e}}…{{/if}}` keeps or drops,
`{{#loop e}}…{{/loop}}` repeats with the element's own names, `this` and `parent`. What fails inserts nothing.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from app import feel
from app.errors import Text
from app.forms.formula import TO_STRING, Formula
from app.forms.numbers import numeral

if TYPE_CHECKING:
    from app.forms.place import Place

MAX_LOOPS = 1000
MAX_OUTPUT = 100_000
MAX_NESTING = 10
TAG = re.compile(r"\{\{(.*?)\}\}(\n?)", re.DOTALL)
Escape = Callable[[str], str]


class TemplateError(Exception):
    """The template's tags do not pair, or an expression is not FEEL."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(slots=True)
class Section:
    """`{{#if}}` or `{{#loop}}` with what it encloses; `newline` when its end tag is followed by one."""

    kind: str
    formula: Formula
    parts: "list[str | Formula | Section]"
    newline: bool = False


class Template:
    """A compiled text. `plain` when it holds no expression."""

    __slots__ = ("names", "parts", "plain", "source")

    def __init__(self, source: str, known: frozenset[str] = frozenset()) -> None:
        """Raises TemplateError and feel.FeelSyntaxError."""
        self.source = source
        names: set[str] = set()
        self.parts = _read(source, known, names)
        self.names = frozenset(names)
        self.plain = self.parts in ([], [source])

    def text(self, place: "Place", escape: Escape = str) -> str:
        """The whole text; inserted values go through `escape`."""
        if self.plain:
            return self.source
        local = bool(self.names & {"this", "parent", "i", "_this_", "_parent_", "_i_"})
        scope = place.answer.scope(place.row, local)
        return _render(self.parts, scope, place.answer.now, escape)[:MAX_OUTPUT]

    def line(self, place: "Place") -> str:
        """The first line, as labels and descriptions show it."""
        return self.text(place).split("\n", 1)[0]


def _read(source: str, known: frozenset[str], names: set[str]) -> list[str | Formula | Section]:
    if source.startswith("="):
        formula = Formula(source[1:], known)
        names |= formula.names
        return [formula]
    open_parts: list[list[str | Formula | Section]] = [[]]
    sections: list[Section] = []
    at = 0
    for tag in TAG.finditer(source):
        if tag.start() > at:
            open_parts[-1].append(source[at : tag.start()])
        inner = tag[1]
        at = tag.end() if inner.startswith(("#", "/")) else tag.start() + len(inner) + 4
        if inner.startswith("/"):
            if not sections or inner[1:] != sections[-1].kind:
                raise TemplateError(Text(f"模板标记 {{{{{inner}}}}} 不配对", f"unmatched template tag {{{{{inner}}}}}"))
            open_parts.pop()
            sections.pop().newline = tag[2] == "\n"
        elif inner.startswith("#"):
            section = _open(inner, known, names, depth=len(sections))
            open_parts[-1].append(section)
            open_parts.append(section.parts)
            sections.append(section)
        elif inner.removeprefix("="):
            formula = Formula(inner.removeprefix("="), known)
            if not sections:
                names |= formula.names
            open_parts[-1].append(formula)
    if sections:
        raise TemplateError(Text("模板标记未结束", "a template section is not closed"))
    if at < len(source):
        open_parts[-1].append(source[at:])
    return open_parts[0]


def _open(inner: str, known: frozenset[str], names: set[str], depth: int) -> Section:
    kind, _, condition = inner[1:].partition(" ")
    if kind not in ("if", "loop") or not condition.strip():
        raise TemplateError(Text(f"无法识别的模板标记 {{{{{inner}}}}}", f"unknown template tag {{{{{inner}}}}}"))
    if depth >= MAX_NESTING:
        raise TemplateError(Text("模板嵌套过深", "template sections are nested too deep"))
    formula = Formula(condition, known)
    names |= formula.names
    return Section(kind, formula, [])


def _render(
    parts: list[str | Formula | Section], scope: Mapping[str, object], now: dt.datetime | None, escape: Escape
) -> str:
    out: list[str] = []
    size = 0
    for part in parts:
        if isinstance(part, str):
            piece = part
        elif isinstance(part, Formula):
            piece = escape(shown(part.raw(scope, now)))
        else:
            piece = _render_section(part, scope, now, escape)
        out.append(piece)
        size += len(piece)
        if size > MAX_OUTPUT:
            break
    return "".join(out)


def _render_section(section: Section, scope: Mapping[str, object], now: dt.datetime | None, escape: Escape) -> str:
    value = section.formula.raw(scope, now)
    if section.kind == "if":
        if value is None or value is False or value == "" or (isinstance(value, Decimal) and not value):
            return ""
        inner = _render(section.parts, scope, now, escape)
    else:
        items = value if isinstance(value, list) else [] if value is None else [value]
        inner = "".join(_render(section.parts, _inside(item, scope), now, escape) for item in items[:MAX_LOOPS])
    return inner + ("\n" if section.newline and not inner.endswith("\n") else "")


def _inside(item: object, scope: Mapping[str, object]) -> Mapping[str, object]:
    own = item if isinstance(item, Mapping) else {}
    return {"this": item, "parent": scope, **own, "_this_": item, "_parent_": scope}


def shown(value: object) -> str:
    """A FEEL value as text; null is nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float | Decimal):
        return numeral(value)
    text = feel.compile(TO_STRING)({"x": value})
    return text if isinstance(text, str) else ""
