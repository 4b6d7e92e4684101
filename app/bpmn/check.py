"""The whole set of files: everything that is wrong, each with its element, its line and its remedy."""

import sys
from collections.abc import Iterable, Mapping
from functools import cache

from app.bpmn.checks import (
    compensations,
    events,
    expressions,
    extensions,
    files,
    flows,
    graph,
    joins,
    names,
    paths,
    references,
    steps,
    table,
    timers,
    variables,
)
from app.bpmn.checks.known import Decision, Form, Known
from app.bpmn.checks.rules import MAX_FINDINGS, Report, Rule, Spot, rule
from app.errors import Finding

MORE = rule(
    "more-findings",
    "info",
    ("另有 {count} 处问题未列出", "{count} more findings are not listed"),
    ("先解决已列出的问题", "mend those that are listed first"),
)
NOT_READ = rule(
    "unreadable-file",
    "error",
    ("文件读不出来：{reason}", "the file cannot be read: {reason}"),
    ("检查路径和权限", "check its path and permissions"),
    stops=True,
)
_MODULES = (
    files,
    names,
    references,
    flows,
    events,
    compensations,
    paths,
    joins,
    steps,
    timers,
    extensions,
    expressions,
    variables,
)


def check(
    diagrams: Mapping[str, bytes],
    *,
    forms: Mapping[str, Form] | None = None,
    decisions: Mapping[str, Decision] | None = None,
    posts: frozenset[str] | None = None,
    governed: bool | None = None,
    root: str | None = None,
    application: str | None = None,
) -> list[Finding]:
    """What is wrong with these diagrams (file name → content), sorted by file and line; never raises.

    All files are checked together: a call activity's callee must be among them. `forms`, `decisions` (both by id) and
    `posts` are what else exists; None leaves references to them unchecked. `governed`: the diagrams are an
    administrative item's, so a user task without form or post is an error and not a warning; None: decide by whether
    a file uses the gov: namespace. `root` is the process that cases start with, `application` the id of the form that
    starts them, where that is known. At most 2,000 findings are listed.
    """
    report = Report()
    opened = files.open_files(diagrams, report)
    known = _known(opened, forms, decisions, posts)
    spaced = expressions.spaced_names(opened)
    names.check_processes(opened, report)
    for diagram in opened:
        _check_diagram(diagram, known, spaced, report, governed=diagram.governed if governed is None else governed)
    references.check_calls(opened, known, report)
    item = any(diagram.governed for diagram in opened) if governed is None else governed
    roots = None if root is None else frozenset((root,))
    variables.check(opened, variables.Context(known, spaced, item, roots, application), report)
    return _listed(report)


def _check_diagram(
    diagram: graph.Diagram, known: Known, spaced: frozenset[str], report: Report, *, governed: bool
) -> None:
    files.check(diagram, report)
    names.check(diagram, report)
    references.check(diagram, known, report)
    for process in diagram.executable:
        for subject in (flows, paths, joins, compensations):
            subject.check(process, report)
    events.check(diagram, report)
    steps.check(diagram, report, governed=governed)
    timers.check(diagram, report)
    extensions.check(diagram, report)
    expressions.check(diagram, spaced, report)


def _listed(report: Report) -> list[Finding]:
    found = sorted(report.findings, key=lambda one: (one.file, one.line or 0))
    if report.dropped:
        last = Report()
        last.add(MORE, Spot(found[-1].file), count=report.dropped)
        found += last.findings
    return found


def _known(
    opened: Iterable[graph.Diagram],
    forms: Mapping[str, Form] | None,
    decisions: Mapping[str, Decision] | None,
    posts: frozenset[str] | None,
) -> Known:
    processes: dict[str, graph.Process] = {}
    elements: set[str] = set()
    for diagram in opened:
        elements.update(diagram.nodes)
        for process in diagram.executable:
            processes.setdefault(process.id, process)
    whole = all(callee in processes for process in processes.values() for callee in references.callees(process))
    return Known(forms, decisions, posts, processes, frozenset(elements), whole)


def unreadable(file: str, reason: str) -> Finding:
    """The finding on a file that could not even be read."""
    report = Report()
    report.add(NOT_READ, Spot(file), reason=reason)
    return report.findings[0]


def documentation() -> str:
    """The page that lists every finding, `docs/checks.md`."""
    return table.page([*_MODULES, sys.modules[__name__]])


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of the checker, subject by subject."""
    modules = [*_MODULES, sys.modules[__name__]]
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Rule))


def stopping(findings: Iterable[Finding]) -> list[Finding]:
    """The errors that keep a diagram from being executed; the others only keep it from being published."""
    codes = {one.code for one in rules() if one.stops} | files.support_codes()
    return [one for one in findings if one.severity == "error" and _stops(one.code, codes)]


def _stops(code: str, codes: Iterable[str]) -> bool:
    return code in codes or code.startswith("xml-")


__all__ = ["MAX_FINDINGS", "check", "documentation", "rules", "stopping", "unreadable"]
