"""A rule is one thing that can be wrong; the report turns its places into findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.errors import Finding, Severity, Text

MAX_FINDINGS = 2_000
_SHOWN = 80  # characters of a quoted value


class Place(Protocol):
    """Where a finding points: a file, a node, a flow, a process. `line` counts from 1."""

    @property
    def file(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def line(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that is not a node or a flow."""

    file: str
    id: str = ""
    name: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding. `text` and `remedy` are `str.format` templates over the values given at the place.

    `stops`: the diagram cannot be executed as drawn; the other errors only keep it from being published.
    """

    code: str
    severity: Severity
    text: Text
    remedy: Text
    stops: bool = False


def rule(code: str, severity: Severity, text: tuple[str, str], remedy: tuple[str, str], *, stops: bool = False) -> Rule:
    """A rule from its (Chinese, English) wordings."""
    return Rule(code, severity, Text(*text), Text(*remedy), stops)


@dataclass(slots=True)
class Report:
    """Collects findings, the first 2,000 of them."""

    findings: list[Finding] = field(default_factory=list)
    dropped: int = 0

    def add(
        self,
        what: Rule,
        at: Place,
        *,
        severity: Severity | None = None,
        quoted: tuple[str, int] = ("", 0),
        **values: object,
    ) -> None:
        """One finding of that rule at that place; `values` fill the templates, a Text each in its language.

        `quoted`: the expression that it is about, and the character in it, from 1.
        """
        if len(self.findings) >= MAX_FINDINGS:  # not worth the words
            self.dropped += 1
            return
        self.take(
            Finding(
                severity or what.severity,
                what.code,
                _filled(what.text, values),
                _filled(what.remedy, values),
                file=at.file,
                element=at.id,
                name=at.name,
                line=at.line,
                source=quoted[0],
                column=quoted[1] or None,
            )
        )

    def take(self, finding: Finding) -> None:
        """A finding made elsewhere."""
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(finding)
        else:
            self.dropped += 1


def _filled(text: Text, values: Mapping[str, object]) -> Text:
    zh = {key: _shown(value.zh if isinstance(value, Text) else value) for key, value in values.items()}
    en = {key: _shown(value.en if isinstance(value, Text) else value) for key, value in values.items()}
    return Text(text.zh.format_map(zh), text.en.format_map(en))


def _shown(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
