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

MAX_PIECES = 10_000  # texts, insertions and sections of one rendering
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
        return _Rendering(place.answer.now, escape).text(self.parts, scope)[:MAX_OUTPUT]

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


class _Rendering:
    """One rendering within its budget; where that ends, so does the text."""

    def __init__(self, now: dt.datetime | None, escape: Escape) -> None:
        self.now = now
        self.escape = escape
        self.pieces = 0
        self.size = 0

    def text(self, parts: list[str | Formula | Section], scope: Mapping[str, object]) -> str:
        out: list[str] = []
        for part in parts:
            self.pieces += 1
            if self.pieces > MAX_PIECES or self.size > MAX_OUTPUT:
                break
            if isinstance(part, Section):
                out.append(self.section(part, scope))
                continue
            piece = part if isinstance(part, str) else self.escape(shown(part.raw(scope, self.now)))
            self.size += len(piece)
            out.append(piece)
        return "".join(out)

    def section(self, section: Section, scope: Mapping[str, object]) -> str:
        value = section.formula.raw(scope, self.now)
        if section.kind == "if":
            if value is None or value is False or value == "" or (isinstance(value, Decimal) and not value):
                return ""
            inner = self.text(section.parts, scope)
        else:
            items = value if isinstance(value, list) else [] if value is None else [value]
            inner = "".join(self.text(section.parts, _inside(item, scope)) for item in items[:MAX_PIECES])
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
