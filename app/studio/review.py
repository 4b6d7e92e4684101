"""Uploaded files under the checker: diagrams with the forms and decisions they came with; nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass

from app import xml
from app.errors import Finding, Refused, Text
from app.review import DECISIONS, DIAGRAMS, FORMS, ending
from app.review import review as look_over

MAX_FILES = 50
KNOWN = (DIAGRAMS, FORMS, DECISIONS)


@dataclass(frozen=True, slots=True)
class Review:
    """What was found, and the diagrams that can be shown, by file name."""

    findings: tuple[Finding, ...]
    diagrams: Mapping[str, str]

    def by_file(self) -> list[tuple[str, list[Finding]]]:
        """The findings file by file, errors before warnings."""
        files = dict.fromkeys(one.file for one in self.findings)
        return [(file, sorted((one for one in self.findings if one.file == file), key=_rank)) for file in files]

    def count(self, severity: str) -> int:
        """How many findings of one severity there are."""
        return sum(one.severity == severity for one in self.findings)


def _rank(one: Finding) -> tuple[int, int]:
    return ("error", "warning", "info").index(one.severity), one.line or 0


def review(files: Mapping[str, bytes], posts: frozenset[str]) -> Review:
    """Check uploaded files by name. References to forms and decisions are checked where some were uploaded.

    `posts` are those that a step may name. Hostile files give findings; nothing raises.
    """
    found = [_unknown(name) for name in files if not name.endswith(KNOWN)]
    readable = {name: data for name, data in files.items() if name.endswith(KNOWN)}
    diagrams = ending(files, DIAGRAMS)
    if not diagrams and not ending(files, DECISIONS):
        found.append(_nothing())
    found += look_over(readable, posts=posts)
    return Review(tuple(found), {name: text for name, data in diagrams.items() if (text := _text(data))})


def _text(data: bytes) -> str:
    """The diagram as the browser may draw it; empty where the safe parser would not have it."""
    try:
        xml.parse(data)
        return data.decode("utf-8-sig")
    except (Refused, UnicodeDecodeError):
        return ""


def _unknown(name: str) -> Finding:
    return Finding(
        "error",
        "file-kind",
        Text(f"“{name}”不是 .bpmn、.form 或 .dmn 文件", f"{name!r} is no .bpmn, .form or .dmn file"),
        Text("只上传流程图、表单和决策表", "Upload diagrams, forms and decisions only"),
        file=name,
    )


def _nothing() -> Finding:
    return Finding(
        "error",
        "no-diagram",
        Text("没有上传流程图", "No diagram was uploaded"),
        Text("至少选择一个 .bpmn 文件", "Choose at least one .bpmn file"),
    )
