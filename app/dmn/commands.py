"""`flask dmn`: decisions at the terminal. Needs no database."""

import json
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

import click

from app import clock
from app.dmn.check import check_files
from app.dmn.conformance import run_folder
from app.dmn.decisions import Answer, Decisions, load
from app.dmn.errors import DecisionError
from app.dmn.findings import documentation
from app.dmn.plain import plain_json
from app.errors import Finding, NotFound, Refused
from app.feel import FeelError, from_json, to_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_NOW = click.DateTime(["%Y-%m-%dT%H:%M:%S%z"])
_WORDS = {"error": "错误 error", "warning": "警告 warning", "info": "提示 info"}


@click.group("dmn")
def dmn() -> None:
    """Decisions: check them, evaluate them."""


@dmn.command("eval")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE…")
@click.option("--decision", required=True, help="The id or name of a decision, decision service or knowledge model.")
@click.option("--now", type=_NOW, help="What now() is, with its offset; this moment unless given.")
@click.option("--typed", is_flag=True, help='Write what JSON has no type for as {"$feel": kind, "value": …}.')
@click.option("--strict", is_flag=True, help="Exit 1 where the standard gives null for what is wrong.")
def eval_command(files: tuple[Path, ...], decision: str, now: datetime | None, typed: bool, strict: bool) -> None:
    """Evaluate a decision over the JSON object on standard input; the answer is JSON.

    The first FILE is asked, the others are those that it imports; if some are missing, the .dmn files beside the first
    are looked through. Dates, times and durations are ISO 8601 texts, in
    and out. Where the standard gives null for what is wrong (a value that is not of its type, two rules of a UNIQUE
    table), the answer is null and standard error says why. Exit 1 if there is no answer.
    """
    try:
        decisions = _load(files)
        if decisions.broken(decision) is not None:
            raise Refused(decisions.findings)
        answer = _answer(decisions, decision, now or clock.now())
        shown = json.dumps(to_json(answer.value), ensure_ascii=False) if typed else plain_json(answer.value)
    except Refused as refused:
        _fail({"findings": [one.as_json() for one in refused.findings]})
    except (DecisionError, NotFound, FeelError) as error:
        _fail({"error": {"zh": error.text.zh, "en": error.text.en}})
    problems = {"problems": [{"zh": one.zh, "en": one.en} for one in answer.problems]}
    if strict and answer.problems:
        _fail(problems)
    click.echo(shown.encode())
    if answer.problems:
        click.echo(json.dumps(problems, ensure_ascii=False, indent=2).encode(), err=True)


def _load(files: tuple[Path, ...]) -> Decisions:
    """The files, with those beside the first where an import is missing. Raises Refused."""
    given = {str(one): one.read_bytes() for one in files}
    decisions = load(given, lenient=True)
    if not any(one.code == "dmn-import" for one in decisions.findings):
        return decisions
    for path in sorted(files[0].parent.glob("*.dmn")):
        with suppress(Refused, OSError):
            data = path.read_bytes()
            load(data, lenient=True)
            given.setdefault(str(path), data)
    return load(given, lenient=True)


def _answer(decisions: Decisions, decision: str, now: datetime) -> Answer:
    try:
        context = from_json(json.load(sys.stdin, parse_float=Decimal))
    except ValueError as error:
        _fail({"error": {"zh": f"标准输入不是 JSON:{error}", "en": f"standard input is not JSON: {error}"}})
    if not isinstance(context, dict):
        _fail({"error": {"zh": "标准输入不是 JSON 对象", "en": "standard input is not a JSON object"}})
    return decisions.answer(decision, context, now)


def _fail(what: object) -> NoReturn:
    click.echo(json.dumps(what, ensure_ascii=False, indent=2).encode(), err=True)
    sys.exit(1)


@dmn.command("check")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE…")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON list.")
def check_command(files: tuple[Path, ...], as_json: bool) -> None:
    """Check decisions together with those they import: what cannot be executed, and in decision tables inputs that no
    rule fits, rules that contradict each other, and rules that never decide. Exit 1 if there are errors."""
    found = check_files({str(one): one.read_bytes() for one in files})
    if as_json:
        click.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=2).encode())
    else:
        for line in _lines(found):
            click.echo(line.encode())
    if any(one.severity == "error" for one in found):
        sys.exit(1)


@dmn.command("checks")
def checks_command() -> None:
    """List everything that the checker finds, as in docs/dmn.md."""
    click.echo(documentation().encode(), nl=False)


def _lines(found: Iterable[Finding]) -> Iterable[str]:
    for one in found:
        where = f"{one.file}:{one.line}" if one.line else one.file
        yield f"{where}: {_WORDS[one.severity]} [{one.code}] “{one.name}”（{one.element}）"
        yield f"    {one.text.zh}。{one.text.en}."
        yield f"    → {one.remedy.zh}。{one.remedy.en}."


@dmn.command("conformance")
@click.argument("folders", nargs=-1, required=True, type=_FOLDER, metavar="FOLDER…")
@click.option("--all", "everything", is_flag=True, help="List what passed too.")
def conformance_command(folders: tuple[Path, ...], everything: bool) -> None:
    """Run the test cases of a conformance suite (testCases.xsd of the DMN TCK) in FOLDERs; exit 1 if one fails."""
    passed = failed = 0
    for folder in folders:
        for one in run_folder(folder, clock.now()):
            passed, failed = passed + one.passed, failed + (not one.passed)
            if everything or not one.passed:
                word = "pass" if one.passed else "FAIL"
                click.echo(f"{word} {one.file} {one.case} {one.node}: {one.found}; expected {one.expected}".encode())
    click.echo(f"{passed} passed, {failed} failed")
    if failed:
        sys.exit(1)
