"""The extension elements that we read and write: one frozen dataclass each, and its reader from XML.

Camunda 8's `zeebe:` elements, so that the free modelers edit our diagrams, and our own `gov:` for what no
engine has.
A reader takes a BPMN element and gives its extension or None; it does not judge (that is `check.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MESSAGE_CATCHES = ("receiveTask", "intermediateCatchEvent", "boundaryEvent")
"""Where a message arrives that people may have to enter by hand, on a form."""
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
GOV = "urn:banjie:gov:1"
VENDORS = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://activiti.org/bpmn": "activiti",
    "http://flowable.org/bpmn": "flowable",
}
"""Engines that write a user task's people as attributes of the same names."""

Element = Any  # lxml's _Element, whose stubs do not cover iteration by tag

STEP_KINDS = (
    "intake", "supplement", "acceptance", "review", "survey", "expert", "opinion", "approval", "filing",
    "certificate", "payment", "delivery", "other",
)  # fmt: skip
UNITS = ("WD", "D", "M", "H")
ANCHORS = ("entry", "receipt", "acceptance", "decision")
CLOCK_ACTIONS = ("start", "pause", "resume", "extend", "stop")
OUTCOMES = ("granted", "refused", "not_accepted", "withdrawn", "lapsed", "completed")


def bpmn(tag: str) -> str:
    """The qualified name of a BPMN element."""
    return f"{{{BPMN}}}{tag}"


def local(node: Element) -> str:
    """An element's name without its namespace; "" for comments and instructions."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def extensions(node: Element, namespace: str, tag: str) -> Iterator[Element]:
    """The extension elements of that name directly under a node's `bpmn:extensionElements`."""
    for holder in node.iterchildren(bpmn("extensionElements")):
        yield from holder.iterchildren(f"{{{namespace}}}{tag}")


def extension(node: Element, namespace: str, tag: str) -> Element | None:
    """The first extension element of that name, if any."""
    return next(extensions(node, namespace, tag), None)


def words(text: str | None, separator: str | None = None) -> tuple[str, ...]:
    """The non-empty, stripped parts of a list that is written in one attribute."""
    return tuple(part.strip() for part in (text or "").split(separator) if part.strip())


def flag(text: str | None, default: bool) -> bool:
    """An XML boolean."""
    return default if text is None or not text.strip() else text.strip().lower() in ("true", "1")


@dataclass(frozen=True, slots=True)
class GovStep:
    """`gov:step`: the kind of step, the post whose person does it, its review standard and risk points.

    `post` may be FEEL (leading "="). `different_from`: element ids whose person may not do this one.
    """

    kind: str
    post: str = ""
    standard: str = ""
    risk_points: tuple[str, ...] = ()
    different_from: tuple[str, ...] = ()

    @classmethod
    def read(cls, node: Element) -> "GovStep | None":
        """From a flow node."""
        found = extension(node, GOV, "step")
        return None if found is None else cls(
            kind=found.get("kind", "other"),
            post=found.get("post", ""),
            standard=found.get("standard", ""),
            risk_points=words(found.get("riskPoints"), ";"),
            different_from=words(found.get("differentFrom")),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class GovLimit:
    """`gov:limit`: value (integer or FEEL), unit, from what it counts (anchor or FEEL date), whether it
    stops.
    """

    value: str
    unit: str = "WD"
    start: str = "entry"
    stops: bool = False

    @classmethod
    def read(cls, node: Element) -> "GovLimit | None":
        """From a user task or a timer event."""
        found = extension(node, GOV, "limit")
        return None if found is None else cls(
            value=found.get("value", ""),
            unit=found.get("unit", "WD"),
            start=found.get("from", "entry"),
            stops=flag(found.get("stops"), False),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class GovMark:
    """`gov:clock`, `gov:notice`, `gov:register` or `gov:outcome`: what the element means in law once it
    completes.
    """

    kind: str
    attributes: tuple[tuple[str, str], ...]

    @classmethod
    def read_all(cls, node: Element) -> "tuple[GovMark, ...]":
        """Every mark of a flow node, in document order."""
        marks: list[GovMark] = []
        for holder in node.iterchildren(bpmn("extensionElements")):
            for child in holder:
                name = local(child)
                if name in ("clock", "notice", "register", "outcome") and child.tag == f"{{{GOV}}}{name}":
                    marks.append(cls(name, tuple((str(k), str(v)) for k, v in child.attrib.items())))
        return tuple(marks)


@dataclass(frozen=True, slots=True)
class Assignment:
    """`zeebe:assignmentDefinition`: each a literal or FEEL; groups and users separated by commas."""

    assignee: str = ""
    candidate_groups: str = ""
    candidate_users: str = ""

    @classmethod
    def read(cls, node: Element) -> "Assignment | None":
        """From a user task; the attributes of other engines are understood too."""
        found = extension(node, ZEEBE, "assignmentDefinition")
        if found is not None:
            return cls(found.get("assignee", ""), found.get("candidateGroups", ""), found.get("candidateUsers", ""))
        plain = [_of_vendor(node, name) for name in ("assignee", "candidateGroups", "candidateUsers")]
        return cls(*plain) if any(plain) else None


def _of_vendor(node: Element, name: str) -> str:
    return next((str(found) for one in VENDORS if (found := node.get(f"{{{one}}}{name}"))), "")


@dataclass(frozen=True, slots=True)
class FormReference:
    """`zeebe:formDefinition`: the form of a user task, or on which people enter the message that an event waits for."""

    form_id: str

    @classmethod
    def read(cls, node: Element) -> "FormReference | None":
        """From a user task or message event; an external reference counts as the form's id."""
        found = extension(node, ZEEBE, "formDefinition")
        return None if found is None else cls(found.get("formId") or found.get("externalReference") or "")


@dataclass(frozen=True, slots=True)
class Schedule:
    """`zeebe:taskSchedule`: due and follow-up dates, literal or FEEL."""

    due_date: str = ""
    follow_up_date: str = ""

    @classmethod
    def read(cls, node: Element) -> "Schedule | None":
        """From a user task."""
        found = extension(node, ZEEBE, "taskSchedule")
        return None if found is None else cls(found.get("dueDate", ""), found.get("followUpDate", ""))


@dataclass(frozen=True, slots=True)
class Mapping:
    """`zeebe:input` or `zeebe:output`: a FEEL source and the (possibly dotted) variable it is written to."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class IoMapping:
    """`zeebe:ioMapping`: what enters an element's own scope and what leaves it."""

    inputs: tuple[Mapping, ...] = ()
    outputs: tuple[Mapping, ...] = ()

    @classmethod
    def read(cls, node: Element) -> "IoMapping":
        """From a flow node; empty when it has none."""
        found = extension(node, ZEEBE, "ioMapping")
        if found is None:
            return cls()

        def pairs(tag: str) -> tuple[Mapping, ...]:
            children = found.iterchildren(f"{{{ZEEBE}}}{tag}")
            return tuple(Mapping(child.get("source", ""), child.get("target", "")) for child in children)

        return cls(pairs("input"), pairs("output"))


@dataclass(frozen=True, slots=True)
class Script:
    """`zeebe:script`: a FEEL expression and the variable that takes its value."""

    expression: str
    result_variable: str

    @classmethod
    def read(cls, node: Element) -> "Script | None":
        """From a script task."""
        found = extension(node, ZEEBE, "script")
        return None if found is None else cls(found.get("expression", ""), found.get("resultVariable", ""))


@dataclass(frozen=True, slots=True)
class CalledDecision:
    """`zeebe:calledDecision`: a decision's id and the variable that takes its result."""

    decision_id: str
    result_variable: str

    @classmethod
    def read(cls, node: Element) -> "CalledDecision | None":
        """From a business rule task."""
        found = extension(node, ZEEBE, "calledDecision")
        return None if found is None else cls(found.get("decisionId", ""), found.get("resultVariable", ""))


@dataclass(frozen=True, slots=True)
class CalledElement:
    """`zeebe:calledElement`: the process that a call activity runs, and which variables pass whole."""

    process_id: str
    all_parent: bool = True
    all_child: bool = True

    @classmethod
    def read(cls, node: Element) -> "CalledElement | None":
        """From a call activity; plain BPMN's `calledElement` attribute is understood too."""
        found = extension(node, ZEEBE, "calledElement")
        if found is None:
            plain = node.get("calledElement")
            return cls(plain.rpartition(":")[2]) if plain else None
        return cls(
            found.get("processId", ""),
            flag(found.get("propagateAllParentVariables"), True),
            flag(found.get("propagateAllChildVariables"), True),
        )


@dataclass(frozen=True, slots=True)
class TaskDefinition:
    """`zeebe:taskDefinition`: the type of job that a task opens, and how often a worker may try."""

    type: str
    retries: str = "3"

    @classmethod
    def read(cls, node: Element) -> "TaskDefinition | None":
        """From a service, send, script or business rule task, or a message throw."""
        found = extension(node, ZEEBE, "taskDefinition")
        return None if found is None else cls(found.get("type", ""), found.get("retries") or "3")


@dataclass(frozen=True, slots=True)
class Loop:
    """`zeebe:loopCharacteristics` with BPMN's own: one instance of an activity per item of a collection.

    Where zeebe's are missing, loopDataInputRef, inputDataItem, loopDataOutputRef and outputDataItem name the variables.
    """

    sequential: bool
    input_collection: str
    input_element: str
    output_collection: str
    output_element: str
    completion_condition: str
    cardinality: str

    @classmethod
    def read(cls, node: Element) -> "Loop | None":
        """From an activity with multiInstanceLoopCharacteristics."""
        loop = next(node.iterchildren(bpmn("multiInstanceLoopCharacteristics")), None)
        if loop is None:
            return None
        found = extension(loop, ZEEBE, "loopCharacteristics")
        values = found if found is not None else _standard_loop(loop)
        return cls(
            flag(loop.get("isSequential"), False),
            values.get("inputCollection", ""),
            values.get("inputElement", ""),
            values.get("outputCollection", ""),
            values.get("outputElement", ""),
            child_text(loop, "completionCondition"),
            child_text(loop, "loopCardinality"),
        )


def _standard_loop(loop: Element) -> dict[str, str]:
    """BPMN's own attributes (10.3.8) under zeebe's names."""
    collection, output = _variable(loop, "loopDataInputRef"), _variable(loop, "outputDataItem")
    return {
        "inputCollection": f"= {collection}" if collection else "",
        "inputElement": _variable(loop, "inputDataItem"),
        "outputCollection": _variable(loop, "loopDataOutputRef"),
        "outputElement": f"= {output}" if output else "",
    }


def _variable(loop: Element, tag: str) -> str:
    """The variable of a data item, or of what a reference points to."""
    item = next(loop.iterchildren(bpmn(tag)), None)
    if item is None:
        return ""
    ident = item.get("id") or (item.text or "").strip().rpartition(":")[2]
    is_far = tag.endswith("Ref")
    return _referred_variable(loop, _beyond(loop, ident)) if is_far else datum_name(item.get("name", ""), ident)


def _beyond(loop: Element, ident: str) -> str:
    """The datum that fills the data input, or takes the data output, that a loop refers to; else that itself."""
    for association in loop.getparent().iterchildren(bpmn("dataInputAssociation"), bpmn("dataOutputAssociation")):
        ends = [child_text(association, one).rpartition(":")[2] for one in ("sourceRef", "targetRef")]
        near, far = reversed(ends) if local(association) == "dataInputAssociation" else ends
        if near == ident and far:
            return far
    return ident


def _referred_variable(loop: Element, ident: str) -> str:
    root = loop.getroottree().getroot()
    item = next((one for one in root.iter("*") if one.get("id") == ident), None)
    name = "" if item is None else item.get("name", "")
    if item is not None and local(item) == "dataObjectReference":
        ident = item.get("dataObjectRef", "").rpartition(":")[2] or ident
        objects = (one for one in root.iter(bpmn("dataObject")) if one.get("id") == ident)
        name = next(objects, item).get("name") or object_labels(root).get(ident, "")
    return datum_name(name, ident)


def datum_name(name: str, ident: str = "") -> str:
    """The variable that holds a data object, input or output: its name if that is one word, else its id, else none."""
    return next((one for one in (name.strip(), ident) if one.isidentifier()), "")


def object_labels(part: Element) -> dict[str, str]:
    """Names of data objects by id as their references give them, the first that can be a variable each."""
    named = [one for one in part.iter(bpmn("dataObjectReference")) if datum_name(one.get("name", ""))]
    return {one.get("dataObjectRef", "").rpartition(":")[2]: one.get("name", "") for one in reversed(named)}


@dataclass(frozen=True, slots=True)
class Repeat:
    """`bpmn:standardLoopCharacteristics`: a FEEL condition, tested before or after, and a cap (a number or FEEL)."""

    condition: str
    before: bool
    maximum: str

    @classmethod
    def read(cls, node: Element) -> "Repeat | None":
        """From an activity with standardLoopCharacteristics."""
        loop = next(node.iterchildren(bpmn("standardLoopCharacteristics")), None)
        if loop is None:
            return None
        maximum = (loop.get("loopMaximum") or child_text(loop, "loopMaximum")).strip()
        return cls(child_text(loop, "loopCondition"), flag(loop.get("testBefore"), False), maximum)


@dataclass(frozen=True, slots=True)
class AdHoc:
    """An ad-hoc sub-process (BPMN 10.3.5) with `zeebe:adHoc`. `active`: what to perform, FEEL; "": people choose."""

    sequential: bool
    cancels: bool
    completion_condition: str
    active: str

    @classmethod
    def read(cls, node: Element) -> "AdHoc":
        """From an adHocSubProcess."""
        found = extension(node, ZEEBE, "adHoc")
        return cls(
            node.get("ordering", "Parallel") != "Parallel",
            flag(node.get("cancelRemainingInstances"), True),
            child_text(node, "completionCondition"),
            "" if found is None else found.get("activeElementsCollection", "").strip(),
        )


@dataclass(frozen=True, slots=True)
class MessageReference:
    """A `bpmn:message` with `zeebe:subscription`: its name (literal or FEEL) and its correlation key
    (FEEL).
    """

    id: str
    name: str
    correlation_key: str = ""

    @classmethod
    def read(cls, node: Element) -> "MessageReference":
        """From a bpmn:message; without a name its id stands for it."""
        found = extension(node, ZEEBE, "subscription")
        key = "" if found is None else found.get("correlationKey", "")
        return cls(node.get("id", ""), node.get("name") or node.get("id", ""), key)


def read_headers(node: Element) -> tuple[tuple[str, str], ...]:
    """`zeebe:taskHeaders` as pairs."""
    return _pairs(node, "taskHeaders", "header", "key")


def read_properties(node: Element) -> tuple[tuple[str, str], ...]:
    """`zeebe:properties` as pairs."""
    return _pairs(node, "properties", "property", "name")


def _pairs(node: Element, holder: str, item: str, key: str) -> tuple[tuple[str, str], ...]:
    found = extension(node, ZEEBE, holder)
    if found is None:
        return ()
    children = found.iterchildren(f"{{{ZEEBE}}}{item}")
    return tuple((child.get(key, ""), child.get("value", "")) for child in children)


def child_text(node: Element, tag: str) -> str:
    """The stripped text of a node's first BPMN child of that name; "" when there is none."""
    child = next(node.iterchildren(bpmn(tag)), None)
    return "" if child is None else "".join(child.itertext()).strip()


def is_expression(text: str) -> bool:
    """Whether an attribute's text is FEEL (leading "=") and not a literal."""
    return text.lstrip().startswith("=")
