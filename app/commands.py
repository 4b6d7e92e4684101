"""`flask serve`, `flask demo`, `flask simulate`, `flask bench`: commands on the house as a whole."""

import json
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta

import click
from filelock import FileLock
from flask import Flask, current_app
from sqlalchemy import func, select
from waitress.server import create_server

from app import clock
from app.cases.models import Case
from app.catalogue import shelf
from app.config import DEMO_PASSWORD, current
from app.db import db, transaction
from app.queue import Pace, Worker

DEMO_LOGINS = ("chenyt", "heliang", "maqiang", "yangxue", "zhouhm", "tangxin", "lushan")


@click.command()
@click.option("--item", default="all", help="事项文件夹名或 all / an item's folder name, or all")
@click.option("--cases", default=50, type=click.IntRange(1, 100_000), help="每个事项的件数 / cases of each item")
@click.option("--seed", default=1, type=int)
@click.option("--database-url", help="空数据库；默认临时 SQLite / an empty database; a temporary SQLite unless given")
@click.option("--json", "as_json", is_flag=True)
def simulate(item: str, cases: int, seed: int, database_url: str | None, as_json: bool) -> None:
    """Drive cases to their ends in virtual time with generated answers, then verify the chains and re-execute."""
    from app.rehearsal import house

    known = shelf.slugs()
    if item != "all" and item not in known:
        click.echo(f"没有事项 {item} / there is no item {item}; {', '.join(known)}", err=True)
        sys.exit(2)
    started = time.perf_counter()
    with house(database_url):
        result = _simulate(tuple(known) if item == "all" else (item,), cases, seed)
    result["seconds"] = round(time.perf_counter() - started, 1)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        for key, value in result.items():
            click.echo(f"{key}: {value}")
    sys.exit(0 if result["ok"] else 1)


def _simulate(items: tuple[str, ...], cases: int, seed: int) -> dict[str, object]:
    from app.replay.rebuild import Replayer
    from app.replay.verify import verify_house
    from app.simulate import Plan, Simulation

    outcome = Simulation(Plan(items, cases, seed)).run()
    with transaction(write=False) as session:
        verdict = verify_house(session)
        replayer = Replayer(session)
        replays = [replayer.replay(case) for case in session.scalars(select(Case).order_by(Case.id)).all()]
    differences = [one.as_json() for one in replays if one.difference]
    ok = not verdict.breaks and not differences and not outcome.stuck and outcome.ended == outcome.cases
    return {
        "ok": ok,
        **outcome.as_json(),
        "replayed_acts": sum(one.acts for one in replays),
        "replay_differences": differences,
        "verification": verdict.as_json(),
    }


@click.group()
def demo() -> None:
    """示范数据 / demonstration data"""


@demo.command("seed")
@click.option("--cases", default=20, type=int, help="每个事项的件数 / cases of each item")
@click.option("--seed", default=7, type=int)
def demo_seed(cases: int, seed: int) -> None:
    """Furnish an empty database with the fictional county and cases in all stages over the last three months."""
    from app.rehearsal import furnish
    from app.simulate import Plan, Simulation

    with transaction(write=False) as session:
        if session.scalar(select(func.count()).select_from(Case)):
            click.echo("已有办件，不再生成 / there are cases already; nothing to do")
            return
    furnish(current().division)
    now = clock.now()
    plan = Plan(tuple(shelf.slugs()), cases, seed, opening=now - timedelta(days=90))
    outcome = Simulation(plan, until=now).run()
    click.echo(f"办件 cases {outcome.cases} · 已办结 ended {outcome.ended} · 办理中 open {len(outcome.stuck)}")


@click.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000, type=int)
@click.option("--threads", default=8, type=int)
@click.option("--jobs/--no-jobs", "with_jobs", default=True, help="同时运行后台任务 / run the background jobs as well")
def serve(host: str, port: int, threads: int, with_jobs: bool) -> None:
    """Serve pages, and work jobs in the same process."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the application behind the proxy
    with _alone(), _worker(app) if with_jobs else nullcontext():
        _refuse_taken(host, port)
        server = create_server(app, host=host, port=port, threads=threads)  # type: ignore[no-untyped-call]  # the library is untyped
        click.echo(f"办结 Banjie: http://{host}:{port}/")
        if current().demo:
            _print_logins()
        server.run()


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            text = f"{host}:{port} 已被占用，请换一个端口（make run PORT=…） / is taken; choose another port"
            raise click.ClickException(text) from problem


def _alone() -> AbstractContextManager[object]:
    """Keeps a second server away from the SQLite file."""
    if db.engine.dialect.name != "sqlite":
        return nullcontext()
    return FileLock(current().var / "serve.lock", timeout=0)


@contextmanager
def _worker(app: Flask) -> Iterator[None]:
    # Alone in its process, a worker that falls silent is dead: its jobs come back sooner.
    worker = Worker(app, pace=Pace(heartbeat=2, stalled=8, reap=3) if db.engine.dialect.name == "sqlite" else Pace())
    worker.start()
    try:
        yield
    finally:
        worker.stop()
        worker.join()


def _print_logins() -> None:
    from app.identity.queries import people

    with transaction(write=False):
        shown = [one for one in people(current().division) if one.roles or one.login in DEMO_LOGINS]
        for person in shown:
            click.echo(
                f"  {person.login:<12} {DEMO_PASSWORD}   {person.name} {person.unit.name} {' '.join(person.roles)}"
            )
