"""Everything that is wrong or noteworthy about files of decisions that belong together."""

from collections.abc import Mapping

from app.dmn.decisions import Decisions, load
from app.dmn.findings import on_tables, shared_ids
from app.dmn.imports import open_parts
from app.errors import Finding, Refused


def check_files(files: Mapping[str, bytes]) -> list[Finding]:
    """The findings on .dmn files by name, taken together; nothing raises."""
    return review(files)[1]


def review(files: Mapping[str, bytes]) -> tuple[Decisions | None, list[Finding]]:
    """The decisions of files that are taken together, as far as they can be read, and the findings on them."""
    models, found = _models(files)
    if not models:
        return None, found
    try:
        decisions = load(models, lenient=True)
    except Refused as refused:
        return None, [*found, *refused.findings]
    return decisions, [*found, *decisions.findings, *shared_ids(decisions.units), *on_tables(decisions.tables)]


def _models(files: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[Finding]]:
    """The files that are models, and the findings on those that are none."""
    models: dict[str, bytes] = {}
    found: list[Finding] = []
    for name, data in files.items():
        try:
            open_parts({name: data})
            models[name] = data
        except Refused as refused:
            found += refused.findings
    return models, found
