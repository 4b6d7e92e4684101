"""`flask catalogue …`: list powers, publish items from the shelf."""

import json
import sys
from datetime import date
from pathlib import Path

import click
import yaml

from app import clock
from app.catalogue import operations, shelf
from app.config import current
from app.db import transaction
from app.errors import Conflict, Refusal, Refused
from app.identity.actor import SYSTEM
from app.law.clock import local_date

catalogue = click.Group("catalogue", help="权责清单与事项版本 / the list of powers and the versions of items")


@catalogue.command("list")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def list_powers(file: Path) -> None:
    """Enter the powers of a YAML file into the list; those already listed stay as they are."""
    for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["powers"]:
        try:
            with transaction() as session:
                operations.list_power(session, current().division, entry, SYSTEM, clock.now())
            click.echo(f"已列入 listed: {entry['slug']}")
        except Conflict:
            click.echo(f"已在清单 listed before: {entry['slug']}")


@catalogue.command()
@click.argument("slugs", nargs=-1)
@click.option(
    "--effective", type=click.DateTime(["%Y-%m-%d"]), help="生效日，默认今天 / in force from, today unless given"
)
@click.option("--json", "as_json", is_flag=True)
def publish(slugs: tuple[str, ...], effective: "date | None", as_json: bool) -> None:
    """Freeze diagram, forms and decisions of items (all of the shelf unless named) into immutable versions."""
    from datetime import datetime

    on = effective.date() if isinstance(effective, datetime) else local_date(clock.now())
    results = [_publish_one(slug, on) for slug in slugs or shelf.slugs()]
    if as_json:
        click.echo(json.dumps(results, ensure_ascii=False))
    else:
        for one in results:
            _print(one)
    if not all(one["ok"] for one in results):
        sys.exit(1)


def _publish_one(slug: str, on: date) -> dict[str, object]:
    try:
        shelved = shelf.read(slug)
        with transaction() as session:
            version = operations.publish(session, current().division, shelved, SYSTEM, clock.now(), on)
            return {
                "ok": True,
                "item": slug,
                "version": version.number,
                "digest": version.digest,
                "effective_from": version.effective_from.isoformat(),
            }
    except Refused as refused:
        return {"ok": False, "item": slug, "findings": [one.as_json() for one in refused.findings]}
    except Refusal as refusal:
        return {"ok": False, "item": slug, "findings": [], "message": {"zh": refusal.text.zh, "en": refusal.text.en}}


def _print(one: dict[str, object]) -> None:
    if one["ok"]:
        click.echo(
            f"{one['item']}: 版本 version {one['version']} · {one['effective_from']} · {str(one['digest'])[:12]}"
        )
        return
    click.echo(f"{one['item']}: 未发布 refused", err=True)
    click.echo(json.dumps(one, ensure_ascii=False, indent=1), err=True)
