"""`flask bench …`: figures as JSON on stdout."""

import json

import click

bench = click.Group("bench", help="基准测试 / benchmarks, JSON on stdout")


@bench.command()
@click.option(
    "--database-url", help="空的 PostgreSQL;默认临时 SQLite / an empty PostgreSQL; a temporary SQLite unless given"
)
@click.option("--cases", default=300, type=click.IntRange(10, 100_000))
@click.option("--json", "as_json", is_flag=True, help="一行 / on one line")
def acts(database_url: str | None, cases: int, as_json: bool) -> None:
    """Completions per second and what an act costs."""
    from app.bench.acts import bench_acts

    click.echo(json.dumps(bench_acts(database_url, cases), indent=None if as_json else 1))


@bench.command()
@click.option(
    "--against", metavar="COMMIT", help="与这一提交的引擎轮流比较 / the engine in turns with that of an earlier commit"
)
@click.option("--json", "as_json", is_flag=True, help="一行 / on one line")
def languages(against: str | None, as_json: bool) -> None:
    """What FEEL, decision tables, forms, the check of a diagram and an act of the engine cost."""
    from app.bench.engine import UnknownCommit, bench_engine
    from app.bench.languages import bench_languages

    try:
        figures = bench_engine(against)
    except UnknownCommit as refusal:
        raise click.BadParameter(str(refusal), param_hint="--against") from None
    click.echo(json.dumps(bench_languages() | figures, indent=None if as_json else 1))
