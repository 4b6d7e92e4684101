"""The refusals of the house. A docstring is the message's English gist; `Text` carries both languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Text:
    """A message in Chinese and in English."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} | {self.en}"

    def to(self, language: str) -> str:
        """The wording for a language tag such as `zh`, `zh_CN` or `en`; Chinese unless English is asked for."""
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wrong, or noteworthy, in a diagram, form, decision or item.

    `source` is the expression that it is about, if any, and `column` the character in it, from 1.
    """

    severity: Severity
    code: str
    text: Text
    remedy: Text
    file: str = ""
    element: str = ""
    name: str = ""
    line: int | None = None
    source: str = ""
    column: int | None = None

    def as_json(self) -> dict[str, object]:
        """The shape that `--json` commands and the studio's pages read."""
        return {
            "severity": self.severity,
            "code": self.code,
            "file": self.file,
            "element": self.element,
            "name": self.name,
            "line": self.line,
            "source": self.source,
            "column": self.column,
            "message": {"zh": self.text.zh, "en": self.text.en},
            "remedy": {"zh": self.remedy.zh, "en": self.remedy.en},
        }


class Refusal(Exception):
    """The request was refused."""

    status = 400
    code = "refused"

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


class NotFound(Refusal):
    """Nothing is known under that name or number."""

    status = 404
    code = "not-found"


class Forbidden(Refusal):
    """The actor may not do this."""

    status = 403
    code = "forbidden"

    def __init__(self, text: Text, *, act: str = "", thing: str = "") -> None:
        super().__init__(text)
        self.act = act
        self.thing = thing


class Conflict(Refusal):
    """The thing has moved on since the actor last saw it."""

    status = 409
    code = "conflict"


class Invalid(Refusal):
    """What was typed does not fit the form."""

    status = 422
    code = "invalid"

    def __init__(self, text: Text, errors: dict[str, tuple[Text, ...]] | None = None) -> None:
        super().__init__(text)
        self.errors = errors or {}


class Refused(Refusal):
    """A diagram, form, decision or item that may not be stored, with the findings that say why."""

    status = 422
    code = "refused-file"

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        errors = [one for one in self.findings if one.severity == "error"] or list(self.findings)
        first = errors[0].text if errors else Text("文件未通过检查", "the file did not pass the check")
        more = len(errors) - 1
        super().__init__(
            first if more <= 0 else Text(f"{first.zh}（另有 {more} 处问题）", f"{first.en} (and {more} more)")
        )
