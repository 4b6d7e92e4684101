"""The requirements graph of a model: decisions, knowledge and services, and what each requires (DMN 1.5, ch. 6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.dmn import budget as most
from app.dmn import grid  # noqa: F401  # its rule registers on import
from app.dmn.boxed import function_value, result_of_function
from app.dmn.boxes import Boxes, box_names, nothing
from app.dmn.document import Element, child, children, label_of, local, name_of
from app.dmn.imports import UNITS, Part
from app.dmn.items import Items
from app.dmn.kinds import Env, Item, Trial
from app.dmn.table import Logic, Table
from app.errors import Text
from app.feel.expression import Expression, UnaryTests
from app.feel.values import Value

MAX_CHAIN: Final = 60
IGNORED: Final = frozenset(
    (
        "", "description", "extensionElements", "itemDefinition", "inputData", "knowledgeSource", "textAnnotation",
        "association", "group", "elementCollection", "performanceIndicator", "organizationUnit", "import",
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
class Ref:
    """What a unit requires: its key in the model, and the name of the import it is known under, if any."""

    key: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A decision, a piece of knowledge or a service. `names` are those its value is known by."""

    key: str
    id: str
    part: int
    kind: str
    label: str
    file: str
    line: int | None
    names: tuple[str, ...]
    type: Item | None
    logic: Logic
    reads: frozenset[str]
    decisions: tuple[Ref, ...] = ()
    knowledge: tuple[Ref, ...] = ()
    inputs: tuple[Ref, ...] = ()
    parameters: tuple[tuple[str, Item | None], ...] = ()
    outputs: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class TableAt:
    """A decision table, and where it stands."""

    table: Table
    file: str
    element: str
    name: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Model:
    """All of the files. `broken` says why a unit cannot be executed; `prefixes` are names of the first file's imports
    by the number of the part."""

    units: Mapping[str, Unit]
    given: Mapping[str, Given]
    tables: tuple[TableAt, ...]
    broken: Mapping[str, Text]
    prefixes: Mapping[int, str]


def key_of(part: Part, identity: str) -> str:
    """What an element of a part is known by in the model."""
    return f"{part.number}#{identity}"


def read_model(parts: Sequence[Part]) -> Model:
    """The model of opened files; what is wrong with it goes to the faults of each."""
    budget = most.Budget()
    for part in parts:
        _count(part, budget)
    all_items: list[Items] = []
    all_items += [Items(part, all_items, budget) for part in parts]
    for items in all_items:
        items.read()
    read = [_Reader(part, items, parts, budget) for part, items in zip(parts, all_items, strict=True)]
    units = {unit.key: unit for one in read for unit in one.units()}
    broken = {key: text for one in read for key, text in one.broken.items()}
    broken = {**_in_circles(units, {part.number: part for part in parts}), **broken}
    return Model(
        units,
        {key: given for one in read for key, given in one.given.items()},
        tuple(table for one in read for table in one.tables),
        broken,
        {one.part.number: one.name for one in parts[0].imports if one.name},
    )


class _Reader:
    """Reads the units of one file."""

    def __init__(self, part: Part, items: Items, parts: Sequence[Part], budget: most.Budget) -> None:
        self.part, self.items, self.faults = part, items, part.faults
        self.broken: dict[str, Text] = {}
        self.tables: list[TableAt] = []
        self.given: dict[str, Given] = {}
        for one in part.root:
            if isinstance(one.tag, str) and local(one) not in IGNORED:
                self.faults.unsupported(one, Text(f"「{local(one)}」", f"<{local(one)}>"))
        for one in children(part.root, "inputData"):
            name, typed = _variable(one)
            identity = one.get("id") or name
            self.given[key_of(part, identity)] = Given(identity, name, items.of(typed, typed.get("typeRef")))
        self.known = self._known(parts)
        self.budget = budget
        budget.take(self.faults, part.root, len(self.known), most.MAX_NAMES, most.NAMES)
        self.compiled: dict[tuple[type, str], Expression | UnaryTests] = {}
        self.read: set[str] = set()

    def _known(self, parts: Sequence[Part]) -> frozenset[str]:
        """All names that an expression may hold, also those of files that are imported."""
        known: set[str] = {one.name for one in self.part.imports if one.name}
        for part in (self.part, *parts):
            if part is self.part or any(part in one.part.visible() for one in self.part.imports):
                known |= self.items.others[part.number].field_names()
                known |= {_variable(one)[0] for one in children(part.root, *UNITS, "inputData")}
        return frozenset(known)

    def units(self) -> list[Unit]:
        elements = list(children(self.part.root, *UNITS))
        _check_ids(elements, self.part)
        return [self.unit(one) for one in elements]

    def unit(self, element: Element) -> Unit:
        before = len(self.faults.findings)
        name, typed = _variable(element)
        kind = local(element)
        identity = element.get("id") or name
        names = tuple(dict.fromkeys(one for one in (name, name_of(element), identity) if one))
        result = self.items.of(typed, typed.get("typeRef"))
        if child(element, "functionDefinition") is not None and result is not None and result.kind.name != "function":
            result = None  # the type of its results, as in a context
        boxes = Boxes(self.faults, self.items, self.known, self.budget, self.compiled)
        logic, parameters = _LOGIC[kind](element, boxes, self.items)
        service = kind == "decisionService"
        unit = Unit(
            key_of(self.part, identity), identity, self.part.number, kind, label_of(element),
            self.faults.file, _line(element), names, result, logic,
            frozenset(boxes.reads - {one for one, _ in parameters}),
            self.refs(element, children(element, "inputDecision") if service else
                      _required(element, "informationRequirement", "requiredDecision"), "decision"),
            self.refs(element, _required(element, "knowledgeRequirement", "requiredKnowledge"), *UNITS[1:]),
            self.refs(element, children(element, "inputData") if service else
                      _required(element, "informationRequirement", "requiredInput"), "inputData"),
            tuple(parameters),
            self.refs(element, children(element, "outputDecision"), "decision"),
        )  # fmt: skip
        self.tables += [self.table_at(table, one, unit) for one, table in boxes.tables]
        new = unit.reads - self.read
        self.budget.take(self.faults, element, len(new), most.MAX_READS, most.READS)
        self.read |= new
        error = next((one for one in self.faults.findings[before:] if one.severity == "error"), None)
        if error is not None:
            self.broken[unit.key] = error.text
        return unit

    def table_at(self, table: Table, element: Element, unit: Unit) -> TableAt:
        return TableAt(table, unit.file, element.get("id") or unit.id, unit.label, _line(element))

    def refs(self, element: Element, requirements: Iterable[Element], *kinds: str) -> tuple[Ref, ...]:
        """What an element requires, which must be of these kinds."""
        found = []
        for one in requirements:
            href = one.get("href") or ""
            target = self.part.find(href)
            if target is None or local(target[0].ids[target[1]]) not in kinds:
                text = Text(
                    f"「{label_of(element)}」所需的「{href.removeprefix('#')}」不在文件中",
                    f"{label_of(element)!r} requires {href.removeprefix('#')!r}, not in the file",
                )
                self.faults.add("dmn-reference", element, text)
            else:
                part, identity, prefix = target
                found.append(Ref(key_of(part, identity), prefix))
        return tuple(found)


def _count(part: Part, budget: most.Budget) -> None:
    """Raises Refused if a file has too many parts to be looked at."""
    units = list(children(part.root, *UNITS))
    required = sum(1 for one in units for inner in children(one, *_REQUIREMENTS))
    budget.take(part.faults, part.root, len(units), most.MAX_UNITS, most.UNITS)
    inputs = sum(1 for _ in children(part.root, "inputData"))
    budget.take(part.faults, part.root, inputs, most.MAX_INPUTS, most.INPUTS)
    budget.take(part.faults, part.root, required, most.MAX_REQUIREMENTS, most.REQUIREMENTS)


_REQUIREMENTS: Final = (
    "informationRequirement", "knowledgeRequirement", "inputDecision", "outputDecision", "inputData",
)  # fmt: skip


def _line(element: Element) -> int | None:
    line: int | None = getattr(element, "sourceline", None)
    return line


def _check_ids(elements: Iterable[Element], part: Part) -> None:
    seen: set[str] = set()
    for one in elements:
        identity = one.get("id") or ""
        if not identity or identity in seen:
            text = Text(f"「{label_of(one)}」没有自己的 id", f"{label_of(one)!r} has no id of its own")
            part.faults.add("dmn-id", one, text)
        seen.add(identity)


def _variable(element: Element) -> tuple[str, Element]:
    """The name of an element's value, and where its type is written."""
    variable = child(element, "variable")
    if variable is not None and variable.get("name"):
        return name_of(variable), variable
    return name_of(element) or element.get("id") or "", element if variable is None else variable


def _required(element: Element, group: str, wanted: str) -> Iterable[Element]:
    """What requirements of one group point to."""
    return (one for requirement in children(element, group) for one in children(requirement, wanted))


Parameters = list[tuple[str, Item | None]]


def undecided(_env: Env, _run: Trial) -> Value:
    """The logic of a decision that people take outside: its value is given, or null."""
    return None


def _decision(element: Element, boxes: Boxes, _items: Items) -> tuple[Logic, Parameters]:
    box = child(element, *box_names())
    if box is not None:
        return boxes.logic(box, frozenset()), []
    text = Text(f"决策「{label_of(element)}」没有内容", f"decision {label_of(element)!r} has no logic")
    boxes.faults.add("dmn-empty", element, text)
    return undecided, []


def _knowledge(element: Element, boxes: Boxes, items: Items) -> tuple[Logic, Parameters]:
    inner = child(element, "encapsulatedLogic")
    if inner is None:
        text = Text(f"知识模型「{label_of(element)}」没有内容", f"knowledge {label_of(element)!r} has no logic")
        boxes.faults.add("dmn-empty", element, text)
        return nothing, []
    if (inner.get("kind") or "FEEL") != "FEEL":
        boxes.faults.unsupported(inner, Text("外部函数(Java、PMML)", "an external function (Java, PMML)"))
        return nothing, []
    parameters = [(name_of(one), items.of(one, one.get("typeRef"))) for one in children(inner, "formalParameter")]
    _, typed = _variable(element)
    kind = items.of(typed, typed.get("typeRef")) or items.of(inner, inner.get("typeRef"), "warning")
    result = result_of_function(kind)
    body = boxes.inside(inner, frozenset(one for one, _ in parameters))
    return lambda env, run: function_value(parameters, body, env, run, result), parameters


def _service(_element: Element, _boxes: Boxes, _items: Items) -> tuple[Logic, Parameters]:
    return nothing, []


_LOGIC: Final = {"decision": _decision, "businessKnowledgeModel": _knowledge, "decisionService": _service}


def _in_circles(units: Mapping[str, Unit], parts: Mapping[int, Part]) -> dict[str, Text]:
    """Take away what requires nothing that is left, over and over; what then remains goes in circles or too deep."""
    left = {unit.key for unit in units.values() if unit.kind == "decision"}
    for _ in range(MAX_CHAIN):
        left = {one for one in left if not left.isdisjoint(ref.key for ref in units[one].decisions)}
    found = {}
    for one in sorted(left):
        label = units[one].label
        found[one] = Text(
            f"「{label}」的依赖关系形成循环或超过 {MAX_CHAIN} 层",
            f"what {label!r} requires goes in a circle, or is more than {MAX_CHAIN} levels deep",
        )
    for one in sorted(left)[:10]:
        part = parts[units[one].part]
        part.faults.add("dmn-cycle", part.ids[units[one].id], found[one])
    return found
