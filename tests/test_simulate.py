"""`flask simulate`: every item runs to its ends by generated answers, and its record holds."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.catalogue import shelf
from app.config import Settings
from app.simulate import Plan, Simulation
from tests.databases import Databases
from tests.house import furnished, open_house

CASES = 8


@pytest.fixture
def bare(sqlite_url: str, tmp_path: Path) -> Flask:
    """The application, for its commands only."""
    return create_app(Settings(database_url=sqlite_url, secret_key="tests", var=tmp_path))


def simulate(app: Flask, *args: str) -> tuple[int, dict[str, Any]]:
    answer = app.test_cli_runner().invoke(args=["simulate", *args, "--json"])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer.exit_code, json.loads(answer.stdout)


def test_every_item_runs_to_its_ends(bare: Flask) -> None:
    count = CASES * len(shelf.slugs())
    code, told = simulate(bare, "--item", "all", "--cases", str(CASES), "--seed", "3")
    assert (code, told["ok"], told["cases"], told["ended"], told["stuck"]) == (0, True, count, count, [])
    assert told["replayed_acts"] > count * 3
    assert (told["replay_differences"], told["verification"]["breaks"], told["incidents"]) == ([], [], 0)


@pytest.mark.postgres
def test_an_item_runs_to_its_ends_on_postgresql(bare: Flask, new_database: Databases) -> None:
    code, told = simulate(bare, "--item", "food_business", "--cases", "6", "--database-url", new_database("postgresql"))
    assert (code, told["ok"], told["ended"]) == (0, True, 6)


def test_an_unknown_item_is_refused_before_anything_is_made(bare: Flask) -> None:
    answer = bare.test_cli_runner().invoke(args=["simulate", "--item", "nothing"])
    assert answer.exit_code == 2
    assert "there is no item nothing" in answer.stderr


def test_the_same_seed_tells_the_same_story(new_database: Databases, tmp_path: Path) -> None:
    def story(seed: int) -> dict[str, Any]:
        url = new_database("sqlite", template="house", build=furnished)
        with open_house(url, tmp_path):
            return Simulation(Plan(("food_business",), CASES, seed)).run().as_json()

    first, again, other = story(3), story(3), story(4)
    assert first == again
    assert first != other
    assert first["deadlines_fired"] > 0
