"""The vectors of the legal clock and the days they are counted on."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.law.calendar import Calendar, seeded

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "clock-vectors.json").read_text("utf-8"))


def by_id(kind: str, *keys: str) -> list[Any]:
    """The vectors of one kind as pytest parameters, named by the given keys."""
    return [pytest.param(one, id=" ".join(str(one[key]) for key in keys)) for one in VECTORS[kind]]


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return seeded()
