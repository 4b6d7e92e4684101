"""From traces to what a diagram shows: which elements are done or current, which flows were taken, how often, by whom.

Pure: the log's acts go in, marks by diagram come out. A case has one diagram for its own process and one for every
run of a called process; embedded sub-processes and multi-instance activities are drawn inside the one they stand in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

Place = tuple[str, str]
"""A diagram of a case: the process, and the scope of its root (`take_in`, `services[1]/call`; "" for its own)."""

Calls = Mapping[tuple[str, str], str]
"""Which elements call a process: (process, element) → called process."""

Trace = Iterable[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Happened:
    """One act of the log, as far as diagrams show it. `element` is the path of what it was done on."""

    at: datetime
    actor: str
    element: str
    trace: Trace


@dataclass(slots=True)
class Delta:
    """What one act changed on one diagram; element ids, in order."""

    entered: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, list[str]]:
        """The shape that the replay bundle reads; what is empty is left out."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Visit:
    """The last stay at an element that somebody or something ended: since when, until when, by whom."""

    entered: datetime | None
    left: datetime
    actor: str


@dataclass(slots=True)
class Marks:
    """What one diagram shows. `open` counts tokens by element, `counts` visits; `visits` are for badges."""

    open: dict[str, int] = field(default_factory=dict)
    done: dict[str, None] = field(default_factory=dict)
    flows: dict[str, None] = field(default_factory=dict)
    incidents: dict[str, None] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)

    @property
    def current(self) -> list[str]:
        """Elements at which a token stands."""
        return [element for element, tokens in self.open.items() if tokens > 0]

    def as_json(self) -> dict[str, list[str]]:
        """`marks` as the diagram bundle reads them."""
        return {
            "done": list(self.done),
            "current": self.current,
            "flows": list(self.flows),
            "incidents": list(self.incidents),
        }


def root_of(process: str, scope: str, calls: Calls) -> Place:
    """The diagram in which something of `scope` is drawn; `process` is the case's own."""
    root, path = "", ""
    for piece in scope.split("/") if scope else ():
        path = f"{path}/{piece}" if path else piece
        called = calls.get((process, piece))
        if called is not None:
            process, root = called, path
    return process, root


def split(element: str) -> tuple[str, str]:
    """Scope and element of a path such as `take_in/check`."""
    scope, _, name = element.rpartition("/")
    return scope, name


def deltas(trace: Trace, process: str, calls: Calls) -> dict[Place, Delta]:
    """What one trace changed, by diagram; `process` is the case's own."""
    changed: dict[Place, Delta] = {}
    for move, _, element, scope in trace:
        if move != "incident" and _is_instance(scope, element):
            continue
        delta = changed.setdefault(root_of(process, scope, calls), Delta())
        _note(delta, move, element)
    return changed


def _is_instance(scope: str, element: str) -> bool:
    """Whether a move is of one instance of a multi-instance activity: the activity itself is what is drawn."""
    last = scope.rpartition("/")[2]
    return last.startswith(f"{element}[") and last.endswith("]")


def _note(delta: Delta, move: str, element: str) -> None:
    match move:
        case "enter":
            delta.entered.append(element)
        case "complete":
            delta.left.append(element)
        case "cancel":
            delta.cancelled.append(element)
        case "take":
            delta.flows.append(element)
        case "incident":
            delta.incidents.append(element)
    if move in ("complete", "cancel") and element not in delta.incidents:
        delta.resolved.append(element)


class Fold:
    """The diagrams of a case, act by act. `marks` always holds the case's own diagram, `process`."""

    def __init__(self, process: str, calls: Calls) -> None:
        self._process, self._calls = process, calls
        self.marks: dict[Place, Marks] = {(process, ""): Marks()}

    def add(self, act: Happened) -> dict[Place, Delta]:
        """Let an act happen; returns what it changed, by diagram."""
        changed = deltas(act.trace, self._process, self._calls)
        for place, delta in changed.items():
            _apply(self.marks.setdefault(place, Marks()), delta, act)
        _credit(self.marks, act, self._process, self._calls)
        return changed


def fold(acts: Iterable[Happened], process: str, calls: Calls) -> dict[Place, Marks]:
    """The marks of every diagram of a case after these acts."""
    folding = Fold(process, calls)
    for act in acts:
        folding.add(act)
    return folding.marks


def _apply(marks: Marks, delta: Delta, act: Happened) -> None:
    for element in delta.entered:
        if not marks.open.get(element):
            marks.since[element] = act.at
        marks.open[element] = marks.open.get(element, 0) + 1
        marks.counts[element] = marks.counts.get(element, 0) + 1
    for element in (*delta.left, *delta.cancelled):
        marks.open[element] = max(0, marks.open.get(element, 0) - 1)
    marks.done.update(dict.fromkeys(delta.left))
    marks.flows.update(dict.fromkeys(delta.flows))
    for element in delta.resolved:
        marks.incidents.pop(element, None)
    marks.incidents.update(dict.fromkeys(delta.incidents))


def _credit(marks: Mapping[Place, Marks], act: Happened, process: str, calls: Calls) -> None:
    """Whoever did the act gets the badge of the element it was done on, once that element is left."""
    scope, element = split(act.element)
    own = marks.get(root_of(process, scope, calls))
    if own is None or not element:
        return
    moved = {one for move, _, one, where in act.trace if move in ("complete", "fire", "catch") and where == scope}
    if element in moved:
        own.visits[element] = Visit(own.since.get(element), act.at, act.actor)


def badges(marks: Marks, text: Callable[[Visit], str]) -> dict[str, str]:
    """Who and when, by element, in the caller's words."""
    return {element: text(visit) for element, visit in marks.visits.items()}


def children(marks: Iterable[Place], place: Place, process: str, calls: Calls) -> dict[str, list[Place]]:
    """The diagrams that were opened from this one, by the element that called them, in order."""
    found: dict[str, list[Place]] = {}
    for other in marks:
        scope, element = split(other[1])
        if element and other != place and root_of(process, scope, calls) == place:
            found.setdefault(element, []).append(other)
    return found
