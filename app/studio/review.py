"""Uploaded files under the checker: diagrams with the forms and decisions they came with; nothing is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app import xml
from app.bpmn.check import check
from app.dmn import review as review_decisions
from app.errors import Finding, Refused, Text
from app.forms import Form

MAX_FILES = 50
DIAGRAMS, FORMS, DECISIONS = ".bpmn", ".form", ".dmn"


@dataclass(frozen=True, slots=True)
class Review:
    """What was found, and the diagrams that can be shown, by file name."""

    findings: tuple[Finding, ...]
    diagrams: Mapping[str, str]

    def count(self, severity: str) -> int:
        """How many findings of one severity there are."""
        return sum(one.severity == severity for one in self.findings)


def review(files: Mapping[str, bytes], posts: frozenset[str]) -> Review:
    """Check uploaded files by name. References to forms and decisions are checked where some were uploaded.

    `posts` are those that a step may name. Hostile files give findings; nothing raises.
    """
    found = [_unknown(name) for name in files if not name.endswith((DIAGRAMS, FORMS, DECISIONS))]
    forms, of_forms = _forms(_ending(files, FORMS))
    decisions, of_decisions = _decisions(_ending(files, DECISIONS))
    diagrams = _ending(files, DIAGRAMS)
    if not diagrams and decisions is None:
        found.append(_nothing())
    found += [*of_forms, *of_decisions, *check(diagrams, forms=forms, decisions=decisions, posts=posts)]
    return Review(tuple(found), {name: text for name, data in diagrams.items() if (text := _text(data))})


def _ending(files: Mapping[str, bytes], ending: str) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name.endswith(ending)}


def _forms(files: Mapping[str, bytes]) -> tuple[dict[str, frozenset[str]] | None, list[Finding]]:
    known: dict[str, frozenset[str]] = {}
    found: list[Finding] = []
    for name, data in files.items():
        try:
            form = Form.load(data)
        except Refused as refused:
            found.extend(_named(refused, name))
        else:
            known[form.id] = frozenset(form.keys)
    return (known or None), found


def _decisions(files: Mapping[str, bytes]) -> tuple[frozenset[str] | None, list[Finding]]:
    """The ids of all decisions, the files taken together, and what is found on them."""
    known, found = review_decisions(files)
    return (frozenset(known.ids) if known is not None else None), found


def _named(refused: Refused, name: str) -> Iterable[Finding]:
    return (replace(one, file=name) for one in refused.findings)


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
