"""`flask jobs`: a worker as a process of its own, and the condition of the queue."""

import json
import signal

import click
from flask import current_app
from flask.cli import with_appcontext

from app.db import db, transaction
from app.queue.enqueue import retry
from app.queue.status import status
from app.queue.worker import Worker


@click.group("jobs")
def commands() -> None:
    """Background jobs."""


@commands.command("work")
@click.option("--concurrency", type=click.IntRange(1, 64), default=4, show_default=True, help="Jobs at a time.")
@click.option("--once", is_flag=True, help="End when nothing is ready to run any more.")
@with_appcontext
def work(concurrency: int, once: bool) -> None:
    """Run jobs until Ctrl-C or a polite kill, which let running jobs finish."""
    worker = Worker(current_app._get_current_object(), concurrency=concurrency)  # type: ignore[attr-defined]  # the proxy's own
    if once:
        count = worker.drain()
        click.echo(f"完成 {count} 项任务 | {count} jobs run")
        return

    def stop(*_: object) -> None:
        worker.stop()
        click.echo("等待正在执行的任务结束 | letting running jobs finish")

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, stop)
    worker.start()
    worker.join()


@commands.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_appcontext
def status_command(as_json: bool) -> None:
    """Depth, oldest, failures, workers, and each sweep's last run and lateness."""
    with transaction(write=False):
        now = status(db.session())
    if as_json:
        click.echo(json.dumps(now.as_json(), ensure_ascii=False))
        return
    click.echo(
        f"等待 ready {now.ready} · 延后 delayed {now.delayed} · 执行中 running {now.running} · 失败 failed {now.failed}"
    )
    click.echo(f"最久等待 oldest {now.oldest_s:.1f} s · 工作进程 workers {now.workers}")
    for one in now.sweeps:
        click.echo(f"{one.name}: {one.last_at:%Y-%m-%d %H:%M:%S}Z, +{one.late_ms} ms, {one.error or 'ok'}")


@commands.command("retry")
@click.argument("job_id", type=int)
@with_appcontext
def retry_command(job_id: int) -> None:
    """Let a failed job run again, with all its tries."""
    with transaction():
        again = retry(db.session(), job_id)
    if not again:
        raise click.ClickException(f"没有失败的任务 {job_id} | no failed job {job_id}")
