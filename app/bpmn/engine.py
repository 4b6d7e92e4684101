"""The engine: a function of definition, state, command and time. It keeps nothing between two calls.

Every act decodes the state, runs until all tokens wait, and encodes what is alive. Nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from app.bpmn import events
from app.bpmn import state as states
from app.bpmn.case import Case, Decide
from app.bpmn.definition import Definition
from app.bpmn.expression import Failure, as_text
from app.bpmn.scope import admit_all
from app.bpmn.step import Budget, DeadlineSet, NotWaiting, OpenedTask, Step, Subscription, Waiting
from app.bpmn.waits import Wait
from app.errors import Invalid, Text

EMPTY: Mapping[str, object] = {}


class Engine:
    """Executes one definition. Safe to share between threads.

    `decide(decision id, context, at)` evaluates the item's decisions for business rule tasks.
    """

    def __init__(self, definition: Definition, decide: Decide | None = None, budget: Budget | None = None) -> None:
        self.definition = definition
        self.decide = decide
        self.budget = budget or Budget()

    def start(self, data: Mapping[str, object], at: datetime, event: str = "") -> Step:
        """Begin a case with the host's variables, at the process's plain start or by one of `Definition.starts`.

        Raises Invalid when they cannot be stored, or when the process does not say where it starts.
        """
        case = Case(self.definition, _aware(at), self.decide, self.budget)
        try:
            case.begin(admit_all(data, self.budget.size), event)
        except Failure as failure:
            raise Invalid(failure.text) from None
        return _step(case)

    def complete(self, state: bytes, task_id: str, data: Mapping[str, object], at: datetime) -> Step:
        """A task is done, with what was answered. Raises NotWaiting, or Invalid when the data cannot be stored."""
        case = self._open(state, at)
        token = _waiting(case, task_id, "task").token
        case.finish(token, self._admitted(data))
        return _step(case)

    def fail(self, state: bytes, task_id: str, code: str, at: datetime, data: Mapping[str, object] = EMPTY) -> Step:
        """A job ends with a BPMN error; without anything that catches it the task is parked as an incident.

        `data` is what the catching event brings, like the payload of a message.
        """
        case = self._open(state, at)
        token = _waiting(case, task_id, "task").token
        if not events.throw_up(case, token, "error", code, self._admitted(data), own=True):
            text = Text(f"错误“{code}”没有被捕获", f"error “{code}” is caught by nobody")
            case.stall(case.waits[task_id], Failure("uncaught-error", text))
        return _step(case)

    def give_up(self, state: bytes, task_id: str, code: str, why: Text, at: datetime) -> Step:
        """A job cannot be done: an incident stands in its place, and retrying that opens the job anew.

        What else the activity waits for, such as the deadline on its border, stays.
        """
        case = self._open(state, at)
        case.stall(_waiting(case, task_id, "task"), Failure(code, why))
        return _step(case)

    def fire(self, state: bytes, deadline_id: str, at: datetime) -> Step:
        """A deadline is due. Only this one fires, whatever else may be overdue."""
        case = self._open(state, at)
        events.trigger(case, _waiting(case, deadline_id, "deadline"), "fire")
        return _step(case)

    def deliver(self, state: bytes, message: str, key: object, payload: Mapping[str, object], at: datetime) -> Step:
        """A message arrives: the oldest subscription to its name takes it, if the correlation keys agree.

        Without a key (None) any subscription to the name fits.
        """
        case = self._open(state, at)
        text = None if key is None else as_text(key)
        for wait in case.waits.values():
            fits = text is None or wait.facts.get("key") in (None, text)
            if wait.kind == "message" and wait.facts["name"] == message and fits:
                events.trigger(case, wait, "catch", self._admitted(payload))
                return _step(case)
        raise _not_waiting(message)

    def signal(self, state: bytes, name: str, payload: Mapping[str, object], at: datetime) -> Step:
        """A signal is broadcast: everything in the case that listens to it goes on."""
        case = self._open(state, at)
        if not events.broadcast(case, name, self._admitted(payload)):
            raise _not_waiting(name)
        return _step(case)

    def cancel(self, state: bytes, at: datetime) -> Step:
        """The host gives the case up: everything open is withdrawn."""
        case = self._open(state, at)
        case.abandon()
        return _step(case)

    def retry(self, state: bytes, incident_id: str, data: Mapping[str, object], at: datetime) -> Step:
        """Run a parked token again; `data` corrects variables first."""
        case = self._open(state, at)
        if incident_id not in case.incidents:
            raise _not_waiting(incident_id)
        case.resume(incident_id, self._admitted(data))
        return _step(case)

    def waiting(self, state: bytes) -> Waiting:
        """Everything that a state waits for."""
        case = self._open(state, datetime.fromtimestamp(0, UTC))
        records = [wait.record() for wait in case.waits.values()]
        return Waiting(
            tuple(one for one in records if isinstance(one, OpenedTask)),
            tuple(one for one in records if isinstance(one, DeadlineSet)),
            tuple(one for one in records if isinstance(one, Subscription)),
            tuple(parked.incident for parked in case.incidents.values()),
        )

    def variables(self, state: bytes) -> dict[str, object]:
        """The variables of the case's own process."""
        return self._open(state, datetime.fromtimestamp(0, UTC)).root.vars

    def _open(self, state: bytes, at: datetime) -> Case:
        return states.decode(state, self.definition, _aware(at), self.decide, self.budget)

    def _admitted(self, data: Mapping[str, object]) -> dict[str, object]:
        try:
            return admit_all(data, self.budget.size)
        except Failure as failure:
            raise Invalid(failure.text) from None


def _step(case: Case) -> Step:
    if case.status == "active":
        case.advance()
    journal = case.journal
    opened = tuple(journal.opened.values())
    return Step(
        state=states.encode(case) if case.status == "active" else None,
        status=case.status,
        opened=tuple(one for one in opened if isinstance(one, OpenedTask)),
        closed=tuple(journal.closed),
        deadlines=tuple(one for one in opened if isinstance(one, DeadlineSet)),
        cleared=tuple(journal.cleared),
        subscribed=tuple(one for one in opened if isinstance(one, Subscription)),
        unsubscribed=tuple(journal.unsubscribed),
        thrown=tuple(journal.thrown),
        effects=tuple(journal.effects),
        incidents=tuple(journal.incidents.values()),
        resolved=tuple(journal.resolved),
        trace=tuple(journal.trace),
        variables=dict(case.root.vars),
    )


def _waiting(case: Case, ident: str, kind: str) -> Wait:
    wait = case.waits.get(ident)
    if wait is None or wait.kind != kind:
        raise _not_waiting(ident)
    return wait


def _not_waiting(what: str) -> NotWaiting:
    return NotWaiting(Text(f"本案不在等待“{what}”", f"the case does not wait for “{what}”"))


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a case's time has to be aware of its offset")
    return at
