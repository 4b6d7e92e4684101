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
@click.option("--json", "as_json", is_flag=True, help="一行 / on one line")
def languages(as_json: bool) -> None:
    """What FEEL, decision tables, forms and the check of a diagram cost."""
    from app.bench.languages import bench_languages

    click.echo(json.dumps(bench_languages(), indent=None if as_json else 1))
