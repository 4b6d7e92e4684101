"""What an act costs in the engine alone, and how that compares with an earlier commit of the same project.

Run as a program (`python -m app.bench.engine`) it measures one row for every line that it reads: that is how two
versions, each in a process of its own, are measured in turns.
"""

import io
import subprocess
import sys
import tarfile
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from app.bench.diagrams import agencies, approval, chain, loop
from app.bpmn.definition import Definition
from app.bpmn.engine import Engine

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
ROWS = 40
ROUNDS = 40
"""How often a loop goes round, and how many tasks a chain has."""
Kind = tuple[Engine, dict[str, object]]
_SHARED = ("app/bench/engine.py", "app/bench/diagrams.py")
"""What both versions have to run in the same wording."""


class UnknownCommit(ValueError):
    """There is no such commit here, or no git."""


def bench_engine(against: str | None) -> dict[str, float]:
    """Microseconds per act now and, in turns with it, how many times that is of what the commit `against` needs.

    Raises UnknownCommit.
    """
    if against is None:
        cases = kinds()
        return {"engine_act_us": _us(min(measure(cases) for _ in range(ROWS)))}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        before = stack.enter_context(_version(_unpacked(against, Path(folder))))
        now = stack.enter_context(_version(ROOT))
        rows = [(_row(before), _row(now)) for _ in range(ROWS + 1)][1:]
    was, is_now = (min(column) for column in zip(*rows, strict=True))
    return {"engine_act_us": _us(is_now), "engine_over_before": round(is_now / was, 3)}


def _us(seconds: float) -> float:
    return round(seconds * 1e6, 1)


def _unpacked(commit: str, folder: Path) -> Path:
    """The project's code as of that commit."""
    call = ["git", "archive", "--end-of-options", commit, "app"]
    try:
        archive = subprocess.run(call, cwd=ROOT, check=True, capture_output=True).stdout  # noqa: S603 - no shell
    except (OSError, subprocess.CalledProcessError) as error:
        raise UnknownCommit(f"git has no commit {commit}") from error
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    for name in _SHARED:
        (folder / name).write_bytes((ROOT / name).read_bytes())
    return folder


def _version(folder: Path) -> "subprocess.Popen[str]":
    program = [sys.executable, "-m", "app.bench.engine"]
    return subprocess.Popen(program, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - no shell


def _row(version: "subprocess.Popen[str]") -> float:
    asked, answers = version.stdin, version.stdout
    if asked is None or answers is None:
        raise TypeError("a version is spoken to through pipes")
    asked.write("\n")
    asked.flush()
    return float(answers.readline())


def measure(cases: list[Kind]) -> float:
    """Processor seconds per act over one case of each kind, stored and read again at every act."""
    began, acts = time.process_time(), 0
    for engine, answer in cases:
        acts += _run(engine, answer)
    return (time.process_time() - began) / acts


def _run(engine: Engine, answer: dict[str, object]) -> int:
    """Complete what is open, the oldest first; how many acts that took."""
    step = engine.start(dict(answer), AT)
    waiting = [task.id for task in step.opened]
    acts = 1
    while waiting and step.state is not None and acts <= ROUNDS:
        step = engine.complete(step.state, waiting.pop(0), dict(answer), AT)
        waiting += [task.id for task in step.opened]
        acts += 1
    return acts


def kinds() -> list[Kind]:
    """A few steps, a long line, a loop, and rounds of many opinions."""

    def engine(name: str, diagram: bytes) -> Engine:
        return Engine(Definition.load({f"{name}.bpmn": diagram}, name))

    return [
        (engine("bench", approval()), {"amount": 120, "kind": "a"}),
        (engine("chain", chain(ROUNDS)), {}),
        (engine("loop", loop()), {"opinion": "again"}),
        (engine("agencies", agencies(5, 6)), {}),
    ]


def serve(asked: IO[str], answers: IO[str]) -> None:
    """Measure one row for every line that comes."""
    cases = kinds()
    for _ in asked:
        answers.write(f"{measure(cases)}\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
