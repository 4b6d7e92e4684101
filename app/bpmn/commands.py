"""`flask bpmn`: diagrams at the terminal. Needs no database."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from app import xml
from app.bpmn import elements
from app.bpmn.check import documentation, unreadable
from app.errors import Finding
from app.review import review

_WORDS = {"error": "错误 error", "warning": "警告 warning", "info": "提示 info"}


@click.group("bpmn")
def bpmn() -> None:
    """Diagrams: check them."""


@bpmn.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON list.")
def check_command(files: tuple[str, ...], as_json: bool) -> None:
    """Check diagrams together, with the processes that they call; exit 1 if there are errors.

    Forms (.form) and decisions (.dmn) may be given too; then references to them are checked, and they themselves.
    """
    found = check_paths(files)
    if as_json:
        click.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=2).encode())
    else:
        for line in lines(found):
            click.echo(line.encode())
    if any(one.severity == "error" for one in found):
        sys.exit(1)


@bpmn.command("checks")
def checks_command() -> None:
    """List everything that the checker finds, as the page docs/checks.md."""
    click.echo(documentation().encode(), nl=False)


@bpmn.command("elements")
def elements_command() -> None:
    """List every element of BPMN and whether it is executed, as the page docs/bpmn.md."""
    click.echo(elements.page().encode(), nl=False)


def check_paths(paths: Iterable[str]) -> list[Finding]:
    """The findings on files; one that cannot be read is a finding too."""
    found: list[Finding] = []
    given: dict[str, bytes] = {}
    for path in paths:
        name = path.encode("utf-8", "backslashreplace").decode()  # a name on disk may be no text
        try:
            with Path(path).open("rb") as file:
                given[name] = file.read(xml.LIMIT + 1)
        except (OSError, ValueError) as error:
            found.append(unreadable(name, getattr(error, "strerror", None) or str(error)))
    return [*found, *review(given)]


def lines(found: Iterable[Finding]) -> Iterable[str]:
    """The findings as people read them at the terminal: Chinese, then English."""
    counts = {"error": 0, "warning": 0, "info": 0}
    for one in found:
        counts[one.severity] += 1
        where = f"{one.file}:{one.line}" if one.line else one.file
        what = f"“{one.name}”（{one.element}）" if one.name and one.element else one.name or one.element
        yield f"{where}: {_WORDS[one.severity]} [{one.code}] {what}".rstrip()
        yield f"    {one.text.zh}。{one.text.en}."
        yield f"    → {one.remedy.zh}。{one.remedy.en}."
    yield (
        f"{counts['error']} 个错误，{counts['warning']} 个警告。{counts['error']} errors, {counts['warning']} warnings."
    )
