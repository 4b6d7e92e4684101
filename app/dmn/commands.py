"""`flask dmn`: decisions at the terminal. Needs no database."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from app.dmn.decisions import Decisions, load
from app.dmn.errors import DecisionError
from app.errors import NotFound, Refused
from app.feel import FeelError, from_json, to_json


@click.group("dmn")
def dmn() -> None:
    """Decisions: evaluate them."""


@dmn.command("eval")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--decision", required=True, help="The id of the decision.")
@click.option("--now", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]), help="What now() is, with its offset.")
def eval_command(file: Path, decision: str, now: datetime | None) -> None:
    """Evaluate a decision of FILE over the JSON object on standard input; the answer is JSON.

    Values that JSON has no type for are written {"$feel": kind, "value": …}. Exit 1 if there is no answer.
    """
    try:
        answer = to_json(_answer(load(file.read_bytes(), file=file.name), decision, now))
    except Refused as refused:
        _fail({"findings": [one.as_json() for one in refused.findings]})
    except (DecisionError, NotFound, FeelError) as error:
        _fail({"error": {"zh": error.text.zh, "en": error.text.en}})
    click.echo(json.dumps(answer, ensure_ascii=False).encode())


def _answer(decisions: Decisions, decision: str, now: datetime | None) -> object:
    try:
        context = from_json(json.load(sys.stdin))
    except ValueError as error:
        _fail({"error": {"zh": f"标准输入不是 JSON:{error}", "en": f"standard input is not JSON: {error}"}})
    if not isinstance(context, dict):
        _fail({"error": {"zh": "标准输入不是 JSON 对象", "en": "standard input is not a JSON object"}})
    return decisions.evaluate(decision, context, now)


def _fail(what: object) -> NoReturn:
    click.echo(json.dumps(what, ensure_ascii=False, indent=2).encode(), err=True)
    sys.exit(1)
