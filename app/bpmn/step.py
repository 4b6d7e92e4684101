"""The words between the engine and its host: what one act opened, closed, waited for, threw and passed.

Everything here is a frozen value. Identifiers are ours, never the library's: `<scope>/<element>#<n>`, where
`n` counts
the openings of that element in that scope over the whole case; the same commands give the same identifiers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from app.errors import Conflict, Text

Move = Literal["enter", "complete", "take", "cancel", "fire", "catch", "throw", "incident", "compensate"]
Unit = Literal["WD", "D", "M", "H"]
Anchor = Literal["entry", "receipt", "acceptance", "decision"]
TaskKind = Literal["user", "manual", "job"]
Status = Literal["active", "completed", "cancelled"]


class NotWaiting(Conflict):
    """The case does not wait for that task, deadline, message or incident."""

    code = "not-waiting"


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """One move of the case on its diagram, in the author's own names.

    `element` is a node's id, or a sequence flow's for `take`. `compensate` is noted at the completed activity that is
    about to be undone; its handler is entered after it. `scope` is "" in the case's own process, else
    the path of
    the call activities, sub-processes and multi-instance bodies around it, such as `services[1]/intake`.
    """

    move: Move
    process: str
    element: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A statutory or promised limit, to be counted by the host's calendar. `unit`: working days, days,
    months, hours.

    `start` says from what it counts; a date when the diagram computed one. `stops`: it stands still while
    the case
    clock is paused.
    """

    value: int
    unit: Unit
    start: Anchor | date = "entry"
    stops: bool = False


@dataclass(frozen=True, slots=True)
class StepInfo:
    """What `gov:step` says of a task, its expressions evaluated when the task opened."""

    kind: str
    post: str = ""
    standard: str = ""
    risk_points: tuple[str, ...] = ()
    different_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedTask:
    """A piece of work that somebody (user, manual) or some program (job) has to complete.

    `inputs` holds the variables that its input mappings and its multi-instance body made for it alone.
    """

    id: str
    process: str
    element: str
    scope: str
    name: str
    kind: TaskKind
    lane: str = ""
    form_id: str = ""
    assignee: str = ""
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    step: StepInfo | None = None
    limit: Limit | None = None
    job_type: str = ""
    retries: int = 0
    due_date: str = ""
    follow_up_date: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, object] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClosedTask:
    """A task that is open no more."""

    id: str
    how: Literal["completed", "cancelled"]


@dataclass(frozen=True, slots=True)
class DeadlineSet:
    """A timer event now waits. With a `limit` the host computes the date; else `due` is natural time,
    aware, UTC.

    A cycle (`repeat`) is set anew, under a new id, each time it fires.
    """

    id: str
    process: str
    element: str
    scope: str
    name: str
    interrupting: bool
    limit: Limit | None = None
    due: datetime | None = None
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """The case waits for a message (with its correlation key, if the message has one), a signal or a condition.

    A condition (`message` is its FEEL, cut to 200 characters) is nothing that the host could bring: it is looked at
    whenever variables may have changed.
    """

    id: str
    process: str
    element: str
    scope: str
    message: str
    key: str | None = None
    kind: Literal["message", "signal", "condition"] = "message"


@dataclass(frozen=True, slots=True)
class Thrown:
    """The case sent a message, broadcast a signal, or escalated. Signals have been caught within the case
    already.
    """

    kind: Literal["message", "signal", "escalation"]
    name: str
    key: str | None
    payload: Mapping[str, object]
    element: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What an element means in law (`gov:clock`, `gov:notice`, `gov:register`, `gov:outcome`), at its
    completion.
    """

    element: str
    process: str
    scope: str
    kind: Literal["clock", "notice", "register", "outcome"]
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Incident:
    """A token is parked at an element that could not be executed; `Engine.retry` runs it again."""

    id: str
    process: str
    element: str
    scope: str
    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of one act. `state` is None only when the case is over and there is nothing left to
    resume.
    """

    state: bytes | None
    status: Status
    opened: tuple[OpenedTask, ...] = ()
    closed: tuple[ClosedTask, ...] = ()
    deadlines: tuple[DeadlineSet, ...] = ()
    cleared: tuple[str, ...] = ()
    subscribed: tuple[Subscription, ...] = ()
    unsubscribed: tuple[str, ...] = ()
    thrown: tuple[Thrown, ...] = ()
    effects: tuple[Effect, ...] = ()
    incidents: tuple[Incident, ...] = ()
    resolved: tuple[str, ...] = ()
    trace: tuple[TraceEntry, ...] = ()
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything a state waits for, in order of opening."""

    tasks: tuple[OpenedTask, ...] = ()
    deadlines: tuple[DeadlineSet, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """What one act may cost at most. `steps`: elements executed; `depth`: nested scopes; `size`: bytes of
    case data.
    """

    steps: int = 5_000
    depth: int = 30
    size: int = 1_048_576
