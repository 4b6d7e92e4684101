"""A diagram as the engine reads it: bodies (a process or sub-process each) of nodes and flows. Immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.bpmn.dialect import CalledElement, GovLimit, GovMark, GovStep
from app.bpmn.expression import Value
from app.bpmn.step import TaskKind

if TYPE_CHECKING:
    from app.bpmn.token import NodeSpec


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `condition` is FEEL or None; `id` is the author's, or made from its ends when there is none."""

    id: str
    source: str
    target: str
    condition: Value | None = None
    drawn: bool = True  # a link pair is followed like a flow, but nobody drew one: it leaves no trace


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timer event fires: a limit that the host counts, or a date, duration or cycle of natural time."""

    kind: str  # limit, date, duration, cycle
    value: Value | None = None
    limit: "LimitRule | None" = None


@dataclass(frozen=True, slots=True)
class LimitRule:
    """`gov:limit` with its expressions compiled."""

    value: Value
    unit: str
    start: Value
    stops: bool


@dataclass(frozen=True, slots=True)
class EventRule:
    """What an event throws or waits for. `code`: of an error or escalation, "" catches all.

    `kind` "multiple" has the rules of its definitions in `parts`; `together`: all of them have to come (BPMN 10.5.5).
    """

    kind: str
    name: Value | None = None
    key: Value | None = None
    code: str = ""
    timer: Timer | None = None
    interrupting: bool = True
    activity: str = ""  # the one that a compensation is thrown at; "" for all
    waits: bool = True  # whether a compensation's throw event waits for its end
    condition: Value | None = None
    parts: "tuple[EventRule, ...]" = ()
    together: bool = False

    @property
    def each(self) -> "tuple[EventRule, ...]":
        """The rules of its definitions: one, unless there are several."""
        return self.parts or (self,)


@dataclass(frozen=True, slots=True)
class Mappings:
    """Input and output mappings: a value, and the path it is written to."""

    inputs: tuple[tuple[Value, tuple[str, ...]], ...] = ()
    outputs: tuple[tuple[Value, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """One data association: what it writes, a value or (None) its one source as it is.

    `own` is the variable of the data input or output, "" where an output has none; `reads` are its sources.
    """

    own: str
    reads: tuple[str, ...]
    writes: tuple[tuple[Value | None, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class DataRule:
    """Data inputs and outputs (BPMN 10.4). A set: the copies that have to be possible, and all that are then made."""

    inputs: tuple[Copy, ...] = ()
    outputs: tuple[Copy, ...] = ()
    input_sets: tuple[tuple[tuple[Copy, ...], tuple[Copy, ...]], ...] = ()
    output_sets: tuple[tuple[tuple[Copy, ...], tuple[Copy, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class LoopRule:
    """Multi-instance: over a collection, or a number of times."""

    sequential: bool
    collection: Value | None
    cardinality: Value | None
    element: str
    output_collection: str
    output_element: Value | None
    output_variable: str
    until: Value | None


@dataclass(frozen=True, slots=True)
class RepeatRule:
    """Standard loop (BPMN 10.3.8): again and again while a condition holds, at most so often."""

    condition: Value | None
    before: bool
    maximum: Value | None


@dataclass(frozen=True, slots=True)
class AdHocRule:
    """Ad-hoc sub-process: what to perform (None: people choose), until when, and whether the rest is then cancelled."""

    sequential: bool
    active: Value | None
    until: Value | None
    cancels: bool


@dataclass(frozen=True, slots=True)
class TaskRule:
    """What a user, manual or job task says of itself, expressions compiled."""

    kind: TaskKind
    form_id: str = ""
    assignee: Value | None = None
    groups: Value | None = None
    users: Value | None = None
    post: Value | None = None
    limit: LimitRule | None = None
    job_type: Value | None = None
    retries: Value | None = None
    due_date: Value | None = None
    follow_up_date: Value | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    """One flow node with all that its execution needs. Identified by `(process, id)`."""

    id: str
    type: str
    name: str
    process: str
    body: str
    lane: str = ""
    outgoing: tuple[Flow, ...] = ()
    incoming: tuple[str, ...] = ()  # flow ids
    default: str = ""
    event: EventRule | None = None
    mappings: Mappings = Mappings()
    data: DataRule = DataRule()
    loop: LoopRule | RepeatRule | None = None
    task: TaskRule | None = None
    step: GovStep | None = None
    marks: tuple[GovMark, ...] = ()
    script: Value | None = None
    decision: Value | None = None
    result: str = ""
    call: CalledElement | None = None
    inner: str = ""  # body of a sub-process, or of the called process
    boundary: tuple[str, ...] = ()
    attached: str = ""
    triggered: bool = False  # event sub-process
    compensates: bool = False  # a compensation handler
    handler: str = ""  # the handler that compensates it
    limit: GovLimit | None = None
    activation: Value | None = None  # complex gateway
    parallel: bool = False  # event-based gateway that waits for all its events
    start_quantity: int = 1
    completion_quantity: int = 1
    reply_form: str = ""  # of a message event: the form on which people enter what arrives
    adhoc: AdHocRule | None = None

    @property
    def maps_results(self) -> bool:
        """Whether only what its output mappings or data outputs say leaves it."""
        return bool(self.mappings.outputs or self.data.outputs)


@dataclass(frozen=True, slots=True)
class Body:
    """A process or sub-process: its nodes, where it starts, and the event sub-processes that guard it."""

    key: str
    process: str
    nodes: Mapping[str, Node]
    starts: tuple[str, ...]
    openings: Mapping[str, str] = field(default_factory=dict)  # what starts the process → its event-based gateway
    guards: tuple[tuple[str, str], ...] = ()  # (event sub-process, its start event)
    data: tuple[str, ...] = ()  # variables of data objects that live and end with it
    specs: "dict[str, NodeSpec]" = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a process may begin. `kind` of event: none, message, timer, signal; `name` of its message or signal."""

    element: str
    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ElementInfo:
    """What the host may know of an element without running it."""

    process: str
    id: str
    name: str
    type: str
    event: str = ""
    lane: str = ""
    step: GovStep | None = None
    limit: GovLimit | None = None
    form_id: str = ""
    job_type: str = ""
    decision_id: str = ""
    callee: str = ""
    message: str = ""
    attached_to: str = ""
    marks: tuple[GovMark, ...] = ()
