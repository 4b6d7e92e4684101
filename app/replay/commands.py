"""`flask audit verify` and `flask replay`: is the record whole, and does it run again to the same end?"""

import json
import sys
from typing import Any

import click
from sqlalchemy import select

from app.audit.verify import Break, Verdict
from app.cases.models import Case
from app.db import db, transaction
from app.replay.rebuild import Replayer
from app.replay.verify import verify_house

audit = click.Group("audit", help="核验日志链 / verify the log")


@audit.command()
@click.option("--case", "case_no", help="只核验一个办件 / one case only")
@click.option("--json", "as_json", is_flag=True)
def verify(case_no: str | None, as_json: bool) -> None:
    """Check every chain, and every row against the act that wrote it; exit 1 with the first difference."""
    with transaction(write=False) as session:
        if case_no is not None and session.scalar(select(Case.id).where(Case.no == case_no)) is None:
            _unknown(case_no, as_json)
        verdict = verify_house(session, case_no)
    _report(verdict, as_json)


def _report(verdict: Verdict, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(verdict.as_json(), ensure_ascii=False))
    else:
        click.echo(f"日志流 streams {verdict.streams} · 条目 entries {verdict.entries} · 数据行 rows {verdict.rows}")
        _first(verdict.breaks)
    sys.exit(1 if verdict.breaks else 0)


def _first(breaks: tuple[Break, ...]) -> None:
    if not breaks:
        click.echo("完整 whole")
        return
    click.echo(f"第一处不符 first break: {breaks[0].where}: {breaks[0].text}", err=True)
    if len(breaks) > 1:
        click.echo(f"另有 {len(breaks) - 1} 处 more", err=True)


@click.command()
@click.argument("case_no", metavar="CASE")
@click.option("--json", "as_json", is_flag=True)
def replay(case_no: str, as_json: bool) -> None:
    """Run a case's recorded acts again in a fresh engine; CASE is a case number, or `all`."""
    with transaction(write=False) as session:
        query = select(Case).order_by(Case.id)
        cases = session.scalars(query if case_no == "all" else query.where(Case.no == case_no)).all()
        if not cases:
            _unknown(case_no, as_json)
        replayer = Replayer(db.session())
        results = [replayer.replay(case) for case in cases]
    broken = [one for one in results if one.difference]
    if as_json:
        body: Any = [one.as_json() for one in results] if case_no == "all" else results[0].as_json()
        click.echo(json.dumps(body, ensure_ascii=False))
    else:
        click.echo(f"办件 cases {len(results)} · 行为 acts {sum(one.acts for one in results)}")
        _first(tuple(one.difference for one in broken if one.difference))
    sys.exit(1 if broken else 0)


def _unknown(case_no: str, as_json: bool) -> None:
    if as_json:
        click.echo(
            json.dumps({"ok": False, "error": {"zh": f"没有办件 {case_no}", "en": f"there is no case {case_no}"}})
        )
    else:
        click.echo(f"没有办件 {case_no} / there is no case {case_no}", err=True)
    sys.exit(1)
