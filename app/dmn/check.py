"""Everything that is wrong or noteworthy about files of decisions that belong together."""

from collections.abc import Mapping

from app.dmn.decisions import Decisions, load
from app.dmn.findings import on_tables, shared_ids
from app.errors import Finding, Refused


def check_files(files: Mapping[str, bytes]) -> list[Finding]:
    """The findings on .dmn files by name, taken together; nothing raises."""
    return review(files)[1]


def review(files: Mapping[str, bytes]) -> tuple[Decisions | None, list[Finding]]:
    """The decisions of files that are taken together, as far as they can be read, and the findings on them."""
    if not files:
        return None, []
    try:
        decisions = load(files, lenient=True)
    except Refused:
        return _readable(files)
    return decisions, _of(decisions)


def _readable(files: Mapping[str, bytes]) -> tuple[Decisions | None, list[Finding]]:
    """As `review`, where some file is no model: that one's findings, and those of the others."""
    others: dict[str, bytes] = {}
    found: list[Finding] = []
    for name, data in files.items():
        try:
            load({name: data}, lenient=True)
            others[name] = data
        except Refused as refused:
            found += refused.findings
    if not others:
        return None, found
    decisions = load(others, lenient=True)
    return decisions, [*found, *_of(decisions)]


def _of(decisions: Decisions) -> list[Finding]:
    return [*decisions.findings, *shared_ids(decisions.units), *on_tables(decisions.tables)]
