import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.law.commands import law
from tests.law.conftest import VECTORS

GOOD: dict[str, Any] = {"start": "2026-03-02", "limit": 5, "unit": "WD", "pauses": [], "extension": 0}


def run(*lines: object) -> Result:
    typed = b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines)
    return CliRunner().invoke(law, ["due"], input=typed)


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.output.splitlines()]


def test_due_answers_every_vector_on_its_line() -> None:
    result = run(*VECTORS["due"])
    assert result.exit_code == 0
    for vector, answer in zip(VECTORS["due"], answers(result), strict=True):
        assert set(answer) == {"due", "warn_on", "provisional"}
        assert answer["due"] == vector["due"]
        assert answer["warn_on"] == vector.get("warn_on", answer["warn_on"])
        assert answer["provisional"] is False


def test_due_past_the_published_year_is_provisional() -> None:
    (answer,) = answers(run({"start": "2026-12-15", "limit": 20, "unit": "WD"}))
    assert answer == {"due": "2027-01-13", "warn_on": "2027-01-11", "provisional": True}


def test_optional_keys_may_be_missing_or_null() -> None:
    short = {key: GOOD[key] for key in ("start", "limit", "unit")}
    result = run(short, short | {"pauses": None, "extension": None}, b"", b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert result.exit_code == 0
    assert [one["due"] for one in answers(result)] == ["2026-03-09"] * 3


BAD: list[object] = [
    b"not json",
    b"[]",
    b"null",
    b'"\xff"',
    b"[" * 100_000,
    b'{"start": "2026-03-02", "limit": ' + b"9" * 5000 + b', "unit": "WD"}',
    {"limit": 5, "unit": "WD"},
    {"start": "2026-03-02", "unit": "WD"},
    {"start": "2026-03-02", "limit": 5},
    *(
        GOOD | change
        for change in (
            {"start": None},
            {"start": 20260302},
            {"start": "2026-02-30"},
            {"start": "20260302"},
            {"start": "2026-3-2"},
            {"start": "2026-03-02T09:00:00"},
            {"start": "\ud800" * 100},
            {"start": "1066-10-14"},
            {"start": "9999-12-31"},
            {"limit": None},
            {"limit": 5.0},
            {"limit": "5"},
            {"limit": True},
            {"limit": float("nan")},
            {"limit": -1},
            {"limit": 10**12},
            {"unit": None},
            {"unit": "wd"},
            {"unit": "H"},
            {"unit": ["WD"]},
            {"pauses": {}},
            {"pauses": "x"},
            {"pauses": [None]},
            {"pauses": [["2026-03-03"]]},
            {"pauses": [["2026-03-05", "2026-03-03"]]},
            {"pauses": [[None, "2026-03-03"]]},
            {"pauses": [["2026-03-03", 5]]},
            {"extension": -1},
            {"extension": 1.5},
            {"extension": "1"},
        )
    ),
]


@pytest.mark.parametrize("line", [pytest.param(line, id=repr(line)[:70]) for line in BAD])
def test_bad_line_gets_its_number_and_an_error_in_both_languages(line: object) -> None:
    result = run(GOOD, line, GOOD)
    first, error, last = answers(result)
    assert result.exit_code == 1
    assert first == last
    assert error["line"] == 2
    assert error["error"]["zh"]
    assert error["error"]["en"]
