"""The engine's benchmark: what it compares with is really another version."""

import json
from pathlib import Path

import pytest
from flask import Flask

from app.bench import engine

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ROWS", 1)


def test_an_earlier_commit_is_unpacked_with_the_shapes_of_today(tmp_path: Path) -> None:
    engine._unpacked("HEAD", tmp_path)
    assert (tmp_path / "app/bpmn/engine.py").exists()
    assert (tmp_path / "app/bench/diagrams.py").read_bytes() == (ROOT / "app/bench/diagrams.py").read_bytes()
    assert not (tmp_path / "tests").exists()


def test_both_versions_answer_row_by_row() -> None:
    figures = engine.bench_engine("HEAD")
    assert set(figures) == {"engine_act_us", "engine_over_before"}
    assert all(value > 0 for value in figures.values())


def test_every_shape_runs_for_as_many_acts_as_it_should() -> None:
    acts = [engine._run(*kind) for kind in engine.kinds()]
    assert acts == [4, 1 + engine.ROUNDS, 1 + engine.ROUNDS, 31]


@pytest.mark.parametrize("commit", ["no-such-commit", "--output=/tmp/x"])
def test_an_unknown_commit_is_said_so(app: Flask, commit: str) -> None:
    answer = app.test_cli_runner().invoke(args=["bench", "languages", "--against", commit])
    assert answer.exit_code == 2
    assert f"git has no commit {commit}" in answer.output


def test_the_command_prints_one_line_of_json(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["bench", "languages", "--json"])
    assert {"comparison_us", "condition_us", "parse_ms", "table_200x6_us", "form_60_ms", "diagram_100_ms"} < set(
        json.loads(answer.output)
    )
