"""`flask law`: the legal clock at the terminal, for people and for tests from outside. Needs no database."""

import json
import re
import sys
from collections.abc import Mapping
from datetime import date
from typing import cast

import click

from app.errors import Invalid, Text
from app.law import clock
from app.law.calendar import Calendar, seeded

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNITS = ("WD", "D", "M")
_WANTED = ("start", "limit", "unit")


@click.group("law")
def law() -> None:
    """The legal clock and the calendar of working days."""


@law.command("due")
def due_command() -> None:
    """Count limits: JSON lines on standard input, one answer or error per line; exit 1 if a line was bad.

    {"start": "2026-01-30", "limit": 20, "unit": "WD", "pauses": [["2026-02-02", null]], "extension": 0}
    gives {"due", "warn_on", "provisional"}; unit is WD, D or M; pauses and extension may be left out.
    """
    calendar = seeded()
    bad = False
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            answer = answer_line(line, calendar)
        except Invalid as refusal:
            bad = True
            answer = {"error": {"zh": refusal.text.zh, "en": refusal.text.en}, "line": number}
        click.echo(json.dumps(answer, ensure_ascii=False).encode())
    if bad:
        sys.exit(1)


def answer_line(line: bytes, calendar: Calendar) -> dict[str, object]:
    """One line's answer: due and warn_on as ISO dates or null, provisional. Raises Invalid for a bad line."""
    asked = _object(line)
    missing = [key for key in _WANTED if key not in asked]
    if missing:
        raise Invalid(Text(f"缺少 {'、'.join(missing)}", f"missing: {', '.join(missing)}"))
    unit = asked["unit"]
    if unit not in _UNITS:
        raise Invalid(Text(f"单位须为 WD、D 或 M:{_shown(unit)}", f"the unit is WD, D or M, not {_shown(unit)}"))
    extension = asked.get("extension")
    result = clock.due(
        _day(asked["start"], "start"),
        cast(int, asked["limit"]),
        cast(clock.Unit, unit),
        _pauses(asked.get("pauses")),
        0 if extension is None else cast(int, extension),
        calendar,
    )
    return {
        "due": result.due and result.due.isoformat(),
        "warn_on": result.warn_on and result.warn_on.isoformat(),
        "provisional": result.provisional,
    }


def _object(line: bytes) -> Mapping[str, object]:
    try:
        asked = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Invalid(Text("不是有效的 JSON", "not valid JSON")) from error
    if not isinstance(asked, dict):
        raise Invalid(Text("须为 JSON 对象", "a JSON object is wanted"))
    return asked


def _pauses(raw: object) -> tuple[clock.Pause, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise Invalid(Text("pauses 须为列表", "pauses is a list"))
    return tuple(_pause(one) for one in raw)


def _pause(raw: object) -> clock.Pause:
    if not isinstance(raw, list) or len(raw) != 2:
        raise Invalid(Text(f"暂停须为 [起, 止]:{_shown(raw)}", f"a pause is [start, end], not {_shown(raw)}"))
    start, end = raw
    return clock.Pause(_day(start, "pauses"), None if end is None else _day(end, "pauses"))


def _day(raw: object, key: str) -> date:
    if isinstance(raw, str) and _ISO_DAY.fullmatch(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    raise Invalid(Text(f"{key} 须为 YYYY-MM-DD 的日期:{_shown(raw)}", f"{key} is a date YYYY-MM-DD, not {_shown(raw)}"))


def _shown(raw: object) -> str:
    """What was typed, short, and with nothing in it that a terminal could not print."""
    shown = ascii(raw) if not isinstance(raw, str) else repr(raw)
    return shown if len(shown) <= 40 else shown[:40] + "…"
