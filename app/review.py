"""Diagrams, forms and decisions under the checker together, wherever they come from: the shelf, a desk, a terminal.

PURE: files in, findings out; nothing raises, nothing is stored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.bpmn.check import check
from app.bpmn.checks import host
from app.dmn import review as review_decisions
from app.dmn.shapes import Outline, outlines
from app.errors import Finding, Refused
from app.feel.infer import Shape
from app.forms import Form
from app.forms.shapes import Mistake

DIAGRAMS, FORMS, DECISIONS = ".bpmn", ".form", ".dmn"


@dataclass(frozen=True, slots=True)
class FormFile:
    """A form with the file that it stands in, and what it answers."""

    file: str
    form: Form
    answers: Mapping[str, Shape]

    def mistakes(self, context: Mapping[str, Shape] | None) -> Iterable[Mistake]:
        """What cannot be meant in its expressions, shown over these variables; None: over unknown ones."""
        return self.form.mistakes(context)


def ending(files: Mapping[str, bytes], suffix: str) -> dict[str, bytes]:
    """The files whose names end so."""
    return {name: data for name, data in files.items() if name.endswith(suffix)}


def review(
    files: Mapping[str, bytes],
    *,
    posts: frozenset[str] | None = None,
    governed: bool | None = None,
    root: str | None = None,
    application: str | None = None,
    complete: bool = False,
) -> list[Finding]:
    """What is wrong with these files (name → content); those that are neither forms nor decisions are diagrams.

    `complete`: nothing else exists; otherwise references to forms are checked where there are some, and those to
    decisions likewise. The other arguments are those of `check`.
    """
    forms, of_forms = _forms(ending(files, FORMS))
    decisions, of_decisions = _decisions(ending(files, DECISIONS))
    diagrams = {name: data for name, data in files.items() if not name.endswith((FORMS, DECISIONS))}
    found = check(
        diagrams,
        forms=forms if forms or complete else None,
        decisions=decisions if decisions or complete else None,
        posts=posts,
        governed=governed,
        root=root,
        application=application,
    )
    return [*of_forms, *of_decisions, *found]


def _forms(files: Mapping[str, bytes]) -> tuple[dict[str, FormFile], list[Finding]]:
    known: dict[str, FormFile] = {}
    found: list[Finding] = []
    for name, data in files.items():
        try:
            form = Form.load(data)
        except Refused as refused:
            found.extend(_named(refused, name))
        else:
            known[form.id] = FormFile(name, form, form.shapes(host.SHOWN))
    return known, found


def _decisions(files: Mapping[str, bytes]) -> tuple[dict[str, Outline], list[Finding]]:
    """The decisions of all files taken together, and what is found on them."""
    known, found = review_decisions(files)
    return ({} if known is None else outlines(known)), found


def _named(refused: Refused, name: str) -> Iterable[Finding]:
    return (replace(one, file=name) for one in refused.findings)
