"""The requirements graph of a model: decisions, knowledge and services, and what each requires (DMN 1.5, ch. 6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.dmn.boxed import BOXES, Boxes, function_value, nothing
from app.dmn.document import Element, Faults, child, children, label_of, local
from app.dmn.items import Items
from app.dmn.kinds import Item
from app.dmn.table import Logic
from app.errors import Text

MAX_CHAIN: Final = 60
UNITS: Final = ("decision", "businessKnowledgeModel", "decisionService")
IGNORED: Final = frozenset(
    (
        "", "description", "extensionElements", "itemDefinition", "inputData", "knowledgeSource", "textAnnotation",
        "association", "group", "elementCollection", "performanceIndicator", "organizationUnit",
        "businessContextElement", "artifact", "DMNDI", *UNITS,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """Input data: the variable that a caller fills."""

    id: str
    name: str
    kind: Item | None


@dataclass(frozen=True, slots=True)
class Unit:
    """A decision, a piece of knowledge or a service. `names` are those its value is known by."""

    id: str
    kind: str
    label: str
    names: tuple[str, ...]
    type: Item | None
    logic: Logic
    reads: frozenset[str]
    decisions: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    parameters: tuple[tuple[str, Item | None], ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """All of one file."""

    units: Mapping[str, Unit]
    given: Mapping[str, Given]


def read_model(root: Element, faults: Faults) -> Model:
    """The model of a `definitions` element; what is wrong with it goes to `faults`."""
    for one in root:
        if isinstance(one.tag, str) and local(one) not in IGNORED:
            faults.unsupported(one, Text(f"「{local(one)}」", f"<{local(one)}>"))
    items = Items(root, faults)
    given = {found.id: found for found in (_given(one, items) for one in children(root, "inputData"))}
    elements = list(children(root, *UNITS))
    _check_ids(elements, faults)
    known = items.field_names() | {one.name for one in given.values()}
    known |= {_variable(one)[0] for one in elements}
    units = {}
    written = [0]
    for element in elements:
        unit = _unit(element, Boxes(faults, items, known, written), items)
        units[unit.id] = unit
    model = Model(units, given)
    _check_references(model, elements, faults)
    return model


def _check_ids(elements: Iterable[Element], faults: Faults) -> None:
    seen: set[str] = set()
    for one in elements:
        identity = one.get("id") or ""
        if not identity or identity in seen:
            text = Text(f"「{label_of(one)}」没有自己的 id", f"{label_of(one)!r} has no id of its own")
            faults.add("dmn-id", one, text)
        seen.add(identity)


def _variable(element: Element) -> tuple[str, Element]:
    """The name of an element's value, and where its type is written."""
    variable = child(element, "variable")
    if variable is not None and variable.get("name"):
        return variable.get("name") or "", variable
    return element.get("name") or element.get("id") or "", element if variable is None else variable


def _given(element: Element, items: Items) -> Given:
    name, typed = _variable(element)
    return Given(element.get("id") or name, name, items.of(typed, typed.get("typeRef")))


def _required(element: Element, group: str, wanted: str) -> tuple[str, ...]:
    """Ids that requirements of one group point to."""
    found = []
    for requirement in children(element, group):
        for one in children(requirement, wanted):
            found.append(reference(one))
    return tuple(found)


def reference(element: Element) -> str:
    """The id in an `href`."""
    return (element.get("href") or "").rsplit("#", 1)[-1]


def _unit(element: Element, boxes: Boxes, items: Items) -> Unit:
    name, typed = _variable(element)
    kind = local(element)
    identity = element.get("id") or name
    names = tuple(dict.fromkeys(one for one in (name, element.get("name") or "", identity) if one))
    result = items.of(typed, typed.get("typeRef"))
    logic, parameters = _LOGIC[kind](element, boxes, items)
    return Unit(
        identity, kind, label_of(element), names, result, logic,
        frozenset(boxes.reads - {one for one, _ in parameters}),
        _required(element, "informationRequirement", "requiredDecision") if kind == "decision" else
        tuple(reference(one) for one in children(element, "inputDecision")),
        _required(element, "knowledgeRequirement", "requiredKnowledge"),
        _required(element, "informationRequirement", "requiredInput") if kind == "decision" else
        tuple(reference(one) for one in children(element, "inputData")),
        tuple(parameters),
        tuple(reference(one) for one in children(element, "outputDecision")),
    )  # fmt: skip


Parameters = list[tuple[str, Item | None]]


def _decision(element: Element, boxes: Boxes, _items: Items) -> tuple[Logic, Parameters]:
    box = child(element, *BOXES)
    if box is not None:
        return boxes.logic(box, frozenset()), []
    text = Text(f"决策「{label_of(element)}」没有内容", f"decision {label_of(element)!r} has no logic")
    boxes.faults.add("dmn-empty", element, text)
    return nothing, []


def _knowledge(element: Element, boxes: Boxes, items: Items) -> tuple[Logic, Parameters]:
    inner = child(element, "encapsulatedLogic")
    if inner is None:
        text = Text(f"知识模型「{label_of(element)}」没有内容", f"knowledge {label_of(element)!r} has no logic")
        boxes.faults.add("dmn-empty", element, text)
        return nothing, []
    if (inner.get("kind") or "FEEL") != "FEEL":
        boxes.faults.unsupported(inner, Text("外部函数(Java、PMML)", "an external function (Java, PMML)"))
        return nothing, []
    parameters = [
        (one.get("name") or "", items.of(one, one.get("typeRef"))) for one in children(inner, "formalParameter")
    ]
    _, typed = _variable(element)
    kind = items.of(typed, typed.get("typeRef"))
    result = None if kind is not None and kind.kind.name == "function" else kind
    body = boxes.inside(inner, frozenset(one for one, _ in parameters))
    return lambda env, run: function_value(parameters, body, env, run, result), parameters


def _service(_element: Element, _boxes: Boxes, _items: Items) -> tuple[Logic, Parameters]:
    return nothing, []


_LOGIC: Final = {"decision": _decision, "businessKnowledgeModel": _knowledge, "decisionService": _service}


def _check_references(model: Model, elements: Iterable[Element], faults: Faults) -> None:
    known = {*model.units, *model.given}
    by_id = {one.get("id"): one for one in elements}
    for unit in model.units.values():
        element = by_id[unit.id] if unit.id in by_id else next(iter(by_id.values()))
        for target in (*unit.decisions, *unit.knowledge, *unit.inputs, *unit.outputs):
            if target not in known:
                text = Text(
                    f"「{unit.label}」所需的「{target}」不在文件中",
                    f"{unit.label!r} requires {target!r}, not in the file",
                )
                faults.add("dmn-reference", element, text)
    _check_depth(model, by_id, faults)


def _check_depth(model: Model, elements: Mapping[str | None, Element], faults: Faults) -> None:
    """Take away what requires nothing that is left, over and over; what then remains goes in circles or too deep."""
    left = {unit.id for unit in model.units.values() if unit.kind == "decision"}
    for _ in range(MAX_CHAIN):
        left = {one for one in left if not left.isdisjoint(model.units[one].decisions)}
    for one in sorted(left)[:10]:
        label = model.units[one].label
        text = Text(
            f"「{label}」的依赖关系形成循环或超过 {MAX_CHAIN} 层",
            f"what {label!r} requires goes in a circle, or is more than {MAX_CHAIN} levels deep",
        )
        faults.add("dmn-cycle", elements[one], text)
