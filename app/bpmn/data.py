"""Data objects, inputs and outputs as a diagram writes them (BPMN 2.0.2, 10.4): what is copied where.

A data object, property, data input or data output is a variable: under its name if that is one word, else its id; a
reference's name stands for a data object without one. An association is executed where it can have an effect: it leads
to a data input, or from a data output, that has a name, or it transforms or assigns. Every other is an illustration, as
modelers draw them, and changes nothing. Neither does data that no executed association reads or writes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.bpmn.dialect import Element, bpmn, child_text, datum_name, local, object_labels
from app.bpmn.support import REFUSED, finding
from app.errors import Finding

_OBJECTS = ("dataObject", "property")
_OWN = ("dataInput", "dataOutput")
_ITEMS = (*_OBJECTS, *_OWN, "inputDataItem", "outputDataItem", "dataStoreReference", "dataObjectReference")
_BODIES = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})


@dataclass(frozen=True, slots=True)
class Item:
    """A datum. `home`: the id of the process, sub-process, activity or event that has it. `named`: by its author."""

    kind: str
    variable: str
    home: str
    named: bool


@dataclass(frozen=True, slots=True)
class Writing:
    """One value that an association writes: the text of an expression, None for what is copied as it is; where to."""

    source: str | None
    path: tuple[str, ...]
    element: Element


@dataclass(frozen=True, slots=True)
class Association:
    """One executed data association. `inward`: it fills the element's own data.

    `own`: the id of the data input or output, "" where it has none. `reads`: the variables of its sources.
    """

    inward: bool
    own: str
    reads: tuple[str, ...]
    writings: tuple[Writing, ...]
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an association cannot be executed: a key of `support.REFUSED`, or the reference that leads nowhere."""

    node: Element
    key: str = ""
    attribute: str = ""
    target: str = ""


@dataclass(slots=True)
class Data:
    """The data of one process. `of`: associations by node; `held`: the variables of a body's own; both by id."""

    items: dict[str, Item] = field(default_factory=dict)
    of: dict[str, list[Association]] = field(default_factory=dict)
    held: dict[str, dict[str, None]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    around: dict[str, tuple[str, ...]] = field(default_factory=dict)
    called: dict[tuple[str, str, bool], Item] = field(default_factory=dict)  # by name, home and whether it is filled
    nodes: dict[str, Element] = field(default_factory=dict)

    @classmethod
    def read(cls, process: Element) -> "Data":
        """From a process."""
        data = cls()
        objects = {one.get("id", ""): one for one in process.iter(bpmn("dataObject"))}
        labels = object_labels(process)
        for element in process.iter(*map(bpmn, _ITEMS)):
            data._take(element, objects, labels)
        for element in process.iter(bpmn("dataInputAssociation"), bpmn("dataOutputAssociation")):
            data._associate(element)
        data._settle(process.get("id", ""))
        for tag in ("whileExecutingInputRefs", "whileExecutingOutputRefs"):
            for element in process.iter(bpmn(tag)):
                item = data.items.get(_reference(element))
                if item is not None and item.named:
                    data.faults.append(Fault(_owner(element), "dataWhileExecuting"))
        return data

    def _take(self, element: Element, objects: Mapping[str, Element], labels: Mapping[str, str]) -> None:
        ident = element.get("id", "")
        if local(element) == "dataObjectReference":
            found = objects.get(element.get("dataObjectRef", "").rpartition(":")[2])
            if found is None:
                return
            element = found
        name = (element.get("name") or labels.get(element.get("id", ""), "")).strip()
        variable, home = datum_name(name, element.get("id", "")), _owner(element).get("id", "")
        item = Item(local(element), variable, home, bool(name) and not name.startswith("__"))
        if ident:
            self.items[ident] = item
        if item.kind != "dataStoreReference":
            self.called.setdefault((variable, home, False), item)
        if item.kind == "dataInput" and item.named:
            self.called.setdefault((variable, home, True), item)

    # -- associations --------------------------------------------------------------------------------------

    def _associate(self, element: Element) -> None:
        node = element.getparent()
        inward = local(element) == "dataInputAssociation"
        sources = [_reference(one) for one in element.iterchildren(bpmn("sourceRef"))]
        target = child_text(element, "targetRef").rpartition(":")[2]
        own = self._own(node, [target] if inward else sources, inward)
        changes = bool(child_text(element, "transformation")) or element.find(bpmn("assignment")) is not None
        if not changes and (not own or not sources or not target):
            return
        ends = [("sourceRef", one) for one in sources] if inward else [("targetRef", target)] if target else []
        for attribute, one in ends:
            if not self._is_visible(node, one):
                self.faults.append(Fault(node, "", attribute, one))
                return
        items = [self.items[one] for _, one in ends]
        if any(one.kind == "dataStoreReference" for one in items):
            self.faults.append(Fault(node, "dataStore"))
            return
        writings = self._writings(element, node, inward, own if inward else target, len(sources))
        reads = tuple(self.items[one].variable for one in (sources if inward else [own] if own else []))
        used = [*items, *([self.items[own]] if own else [])]
        if writings is None or not all(one.variable for one in used):
            self.faults.append(Fault(node, "dataFlow"))
            return
        if not inward and local(node) == "task" and not changes and not self._passes(node, reads):
            return  # an undefined task does nothing that could give a data output: it is drawn for people
        used += [item for one in writings for item in self._written(node, one.path[0], inward)]
        self.nodes[node.get("id", "")] = node
        self.of.setdefault(node.get("id", ""), []).append(Association(inward, own, reads, writings, tuple(used)))

    def _own(self, node: Element, references: list[str], inward: bool) -> str:
        """The id of the named data input or output of the node itself that a reference leads to."""
        kind = "dataInput" if inward else "dataOutput"
        for one in references:
            item = self.items.get(one)
            if item is not None and item.kind == kind and item.named and item.home == node.get("id"):
                return one
        return ""

    def _passes(self, node: Element, reads: tuple[str, ...]) -> bool:
        """Whether an undefined task has a data input under that name, which it passes on."""
        return any((name, node.get("id", ""), True) in self.called for name in reads)

    def _is_visible(self, node: Element, reference: str) -> bool:
        item = self.items.get(reference)
        return item is not None and (item.home in self._bodies_around(node) or item.kind == "dataStoreReference")

    def _bodies_around(self, node: Element) -> tuple[str, ...]:
        """The ids of the node itself and of what it is in, inside out."""
        ident = node.get("id", "")
        if ident not in self.around:
            parents = (one for one in node.iterancestors() if local(one) in _BODIES)
            self.around[ident] = (ident, *(one.get("id", "") for one in parents))
        return self.around[ident]

    def _writings(
        self, element: Element, node: Element, inward: bool, target: str, sources: int
    ) -> tuple[Writing, ...] | None:
        """What an association writes: the transformation's result, then the assignments; else its source as it is."""
        found: list[Writing] = []
        into = self.items[target].variable if target else ""
        for one in element.iterchildren(bpmn("transformation")):
            if not into:
                return None
            found.append(Writing("".join(one.itertext()).strip(), (into,), one))
        for one in element.iterchildren(bpmn("assignment")):
            path, value = self._path(node, child_text(one, "to"), inward), child_text(one, "from")
            if path is None or not value:
                return None
            found.append(Writing(value, path, next(one.iterchildren(bpmn("from")))))
        if not found and sources != 1:
            return None
        return tuple(found) or (Writing(None, (into,), element),)

    def _path(self, node: Element, text: str, inward: bool) -> tuple[str, ...] | None:
        """Where an assignment writes to: data by id or name, or a member of it by a dotted path; None if nowhere."""
        text = text.strip().removeprefix("=").strip()
        first, *rest = (part.strip() for part in ([text] if text in self.items else text.split(".")))
        found = self._written(node, first, inward)
        if first in self.items and not found:
            item = self.items[first]
            found = [item] if self._may_be_written(node, item, inward) else []
        if not found or not all(one.isidentifier() for one in rest):
            return None
        return (found[0].variable, *rest)

    def _written(self, node: Element, name: str, inward: bool) -> list[Item]:
        """The data under a variable's name that an association of a node may write, nearest first."""
        around = self._bodies_around(node)
        keys = ((name, home, inward) for home in (around[:1] if inward else around))
        return [self.called[key] for key in keys if key in self.called][:1]

    def _may_be_written(self, node: Element, item: Item, inward: bool) -> bool:
        if inward:
            return item.kind == "dataInput" and item.home == node.get("id") and item.named
        return item.kind != "dataStoreReference" and item.home in self._bodies_around(node)

    # -- together ------------------------------------------------------------------------------------------

    def _settle(self, process: str) -> None:
        """Which data have an effect at all; and whose name hides another of that name that is meant."""
        used = [(ident, item) for ident, found in self.of.items() for one in found for item in one.items]
        for _, item in used:
            if item.home != process or item.kind not in _OWN:
                self.held.setdefault(item.home, {})[item.variable] = None
        for ident, item in used:
            nearer = self.around[ident][1:]
            nearer = nearer[: nearer.index(item.home)] if item.home in nearer else ()
            if any(item.variable in self.held.get(one, ()) for one in nearer):
                self.faults.append(Fault(self.nodes[ident], "dataHidden"))


def refusals(data: Data, file: str = "") -> Iterator[Finding]:
    """What of a process's data is refused by name."""
    for fault in data.faults:
        if fault.key:
            yield finding(fault.node, REFUSED[fault.key], file)


def sets(node: Element, inward: bool) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """A node's input or output sets, in order: the ids of those that have to be there, and of all in it."""
    tag, kind = ("inputSet", "Input") if inward else ("outputSet", "Output")
    for one in node.iterchildren(bpmn("ioSpecification")):
        for group in one.iterchildren(bpmn(tag)):
            every = {_reference(ref) for ref in group.iterchildren(bpmn(f"data{kind}Refs"))}
            optional = {_reference(ref) for ref in group.iterchildren(bpmn(f"optional{kind}Refs"))}
            yield frozenset(every - optional), frozenset(every | optional)


def _reference(element: Element) -> str:
    return str(element.text or "").strip().rpartition(":")[2]


def _owner(element: Element) -> Element:
    """The process, activity or event that something is part of."""
    one = element.getparent()
    while local(one).endswith(("Specification", "Set", "LoopCharacteristics")):
        one = one.getparent()
    return one
