"""Re-execution: run a case's recorded acts again, in a fresh engine on the recorded version, and compare (R011)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import LogEntry
from app.audit.verify import Break
from app.bpmn.step import Step
from app.cases.models import Case, Deadline, Incident, Subscription, Task
from app.catalogue.bundle import Compiled, bundle
from app.db import Model
from app.errors import Refusal, Text
from app.feel import from_json


@dataclass(frozen=True, slots=True)
class Replay:
    """How many acts were run again, and the first difference, if any."""

    case_no: str
    acts: int
    difference: Break | None

    def as_json(self) -> dict[str, Any]:
        found = self.difference.as_json() if self.difference else None
        return {"case": self.case_no, "ok": found is None, "acts": self.acts, "difference": found}


class Replayer:
    """Replays cases; compiles each version once, apart from the versions that the running application keeps."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._compiled: dict[int, Compiled] = {}

    def replay(self, case: Case) -> Replay:
        """Run every recorded act of a case again."""
        entries = self._session.scalars(select(LogEntry).where(LogEntry.case_id == case.id).order_by(LogEntry.seq))
        state: bytes | None = None
        acts, status = 0, "active"
        for entry in entries:
            command = json.loads(entry.payload).get("command") if entry.payload else None
            if command is None and not entry.trace:
                continue
            acts += 1
            try:
                step = self._run(entry, state, command or {})
            except (Refusal, ArithmeticError, LookupError, TypeError, ValueError) as problem:
                return Replay(case.no, acts, Break(f"{case.no}#{entry.seq}", _cannot(problem)))
            found = _compare(entry, step)
            if found is not None:
                return Replay(case.no, acts, Break(f"{case.no}#{entry.seq}", found))
            state, status = step.state, step.status
        return Replay(case.no, acts, self._compare_end(case, state, status))

    def _run(self, entry: LogEntry, state: bytes | None, command: dict[str, Any]) -> Step:
        engine = self._version(entry.item_version_id or 0).engine
        data = from_json(command.get("data") or {})
        verb, at = command.get("verb"), entry.at
        if verb == "start":
            return engine.start(data, at)
        if state is None:
            raise LookupError("the case was over before this act")
        match verb:
            case "complete":
                return engine.complete(state, command["task"], data, at)
            case "fire":
                return engine.fire(state, command["deadline"], at)
            case "deliver":
                return engine.deliver(state, command["message"], command["key"], data, at)
            case "signal":
                return engine.signal(state, command["signal"], data, at)
            case "fail":
                return engine.fail(state, command["task"], command["code"], at, data)
            case "give_up":
                why = Text(command["zh"], command["en"])
                return engine.give_up(state, command["task"], command["code"], why, at)
            case "retry":
                return engine.retry(state, command["incident"], data, at)
            case "cancel":
                return engine.cancel(state, at)
        raise LookupError(f"no such command: {verb!r}")

    def _version(self, version_id: int) -> Compiled:
        known = self._compiled.get(version_id)
        if known is None:
            published = bundle(version_id)
            known = self._compiled[version_id] = Compiled(published.sources, published.definition.process_id)
        return known

    def _compare_end(self, case: Case, state: bytes | None, status: str) -> Break | None:
        """What the replayed case waits for must be what the tables say it waits for."""
        if status != ("active" if case.status == "suspended" else case.status):
            return Break(
                case.no,
                Text(
                    f"重演后状态为 {status}，表中为 {case.status}", f"replay ends {status}, the row says {case.status}"
                ),
            )
        waiting = self._version(case.version_id).engine.waiting(state) if state and status == "active" else None
        expected: dict[type[Model], set[str]] = {
            Task: {one.id for one in waiting.tasks} if waiting else set(),
            Deadline: {one.id for one in waiting.deadlines} if waiting else set(),
            Subscription: {one.id for one in waiting.subscriptions} if waiting else set(),
            Incident: {one.id for one in waiting.incidents} if waiting else set(),
        }
        for kind, keys in expected.items():
            stored = set(self._session.scalars(_open_keys(kind, case.id)))
            if stored != keys:
                names = ", ".join(sorted(stored ^ keys))
                text = Text(f"重演后等待的与表中不同:{names}", f"what waits differs from the table: {names}")
                return Break(f"{case.no}:{kind.__tablename__}", text)
        return None


def _open_keys(kind: Any, case_id: int) -> Any:
    keys = select(kind.key).where(kind.case_id == case_id)
    if kind is Task:
        return keys.where(Task.status == "open")
    if kind is Incident:
        return keys.where(Incident.status == "open", Incident.code != "deadline-failed")
    return keys


def _compare(entry: LogEntry, step: Step) -> Text | None:
    """The first move in which the recorded trace and the replayed one differ."""
    replayed = [[one.move, one.process, one.element, one.scope] for one in step.trace]
    for number, (old, new) in enumerate(zip(entry.trace, replayed, strict=False), start=1):
        if old != new:
            return Text(
                f"第 {number} 步记录为 {_move(old)}，重演为 {_move(new)}",
                f"move {number}: recorded {_move(old)}, replayed {_move(new)}",
            )
    if len(entry.trace) != len(replayed):
        text = (len(entry.trace), len(replayed))
        return Text(f"记录了 {text[0]} 步，重演出 {text[1]} 步", f"{text[0]} moves recorded, {text[1]} replayed")
    return None


def _move(move: Iterable[str]) -> str:
    kind, process, element, scope = move
    return f"{kind} {scope}/{element} ({process})"


def _cannot(problem: Exception) -> Text:
    return Text(f"这一步无法重演:{problem}", f"this act cannot be run again: {problem}")
