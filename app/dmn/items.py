"""Item definitions of a model, read into types (DMN 1.5, 7.3.2)."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.dmn.budget import CHARACTERS, MAX_FEEL, Budget
from app.dmn.document import Element, Faults, child, children, name_of, text_of
from app.dmn.imports import Part
from app.dmn.kinds import Item, base_name
from app.errors import Severity, Text
from app.feel.errors import FeelError
from app.feel.expression import UnaryTests
from app.feel.lexer import one_blank
from app.feel.nodes import Type

ANY: Final = Type("Any")
MAX_NESTING: Final = 12
MAX_CHAIN: Final = 40


class Items:
    """The types that a file defines, by name; those of the files it imports are found through it."""

    def __init__(self, part: Part, all_items: Sequence["Items"], budget: Budget) -> None:
        self.part, self.budget = part, budget
        self.faults: Faults = part.faults
        self.others = all_items
        self.elements = {name_of(one): one for one in children(part.root, "itemDefinition")}
        self.known: dict[str, Item] = {}
        self.waiting: set[str] = set()
        self.meanings: dict[str, Type] | None = None
        self.open = 0  # definitions being read, each for the sake of the one before

    def read(self) -> None:
        """Read every definition, once all files are open."""
        for name in self.elements:
            self.named(name)

    def types(self) -> Mapping[str, Type]:
        """What the names mean to FEEL, once all are read."""
        if self.meanings is None:
            self.meanings = self._types()
        return self.meanings

    def _types(self) -> dict[str, Type]:
        found: dict[str, Type] = {}
        for one in self.part.imports:
            for part in one.part.visible():
                prefix = f"{one.name}." if one.name else ""
                for name, item in self.others[part.number].known.items():
                    found.setdefault(prefix + name, item.kind)
        return {**found, **{name: item.kind for name, item in self.known.items()}}

    def field_names(self) -> frozenset[str]:
        """All names of components, for the lexer."""
        fields = (
            name_of(one)
            for element in self.elements.values()
            for one in element.iter()
            if isinstance(one.tag, str) and one.tag.endswith("itemComponent")
        )
        return frozenset(name for name in fields if name)

    def named(self, name: str) -> Item | None:
        """The file's own definition of that name; None if there is none or it contains itself."""
        if name in self.known:
            return self.known[name]
        element = self.elements.get(name)
        if element is None or name in self.waiting:
            return None
        self.waiting.add(name)
        self.open += 1
        self.known[name] = self.item(element, 0 if self.open <= MAX_CHAIN else MAX_NESTING + 1)
        self.open -= 1
        return self.known[name]

    def of(self, element: Element, reference: str | None, severity: Severity = "error") -> Item | None:
        """The type of a `typeRef`; None if it says nothing. An unknown one is a finding at `element`."""
        reference = one_blank(reference or "")
        if not reference:
            return None
        base = base_name(reference)
        if base is not None:
            return None if base == "Any" else Item(base, Type(base))
        found = self.found(element, reference)
        if found is None and reference not in self.waiting:
            text = Text(f"没有名为「{reference}」的类型", f"there is no type {reference!r}")
            self.faults.add("dmn-type", element, text, severity=severity)
        return found

    def found(self, element: Element, reference: str) -> Item | None:
        """A definition by its name here or in an import: `name`, `import.name`, or `prefix:name` of old files."""
        prefix, _, bare = reference.rpartition(":")
        namespace = element.nsmap.get(prefix or None)
        places = [(one.part, bare) for one in self.others if prefix and one.part.namespace == namespace]
        places += [(part, name) for name in dict.fromkeys((reference, bare)) for part in self.part.visible()]
        for one in self.part.imports:
            if one.name and reference.startswith(f"{one.name}."):
                places += [(part, reference[len(one.name) + 1 :]) for part in one.part.visible()]
        found = (self.others[part.number].named(name) for part, name in places)
        return next((one for one in found if one is not None), None)

    def item(self, element: Element, depth: int) -> Item:
        name = name_of(element)
        if depth > MAX_NESTING:
            self.faults.add("dmn-type", element, Text("类型定义嵌套过深", "item definitions nest too deeply"))
            return Item(name, ANY)
        parts = [self.component(one, depth) for one in children(element, "itemComponent")]
        function = child(element, "functionItem")
        base = None if parts or function is not None else self.of(element, _written(element))
        kind = ANY if base is None else base.kind
        if parts:
            kind = Type("context", tuple(item.kind for _, item in parts), tuple(key for key, _ in parts))
        elif function is not None:
            kind = self.function(function)
        collection = element.get("isCollection") == "true"
        if collection:
            kind = Type("list", (kind,))
        allowed, whole = self.tests(element, "allowedValues"), self.tests(element, "typeConstraint")
        return Item(name, kind, allowed, collection, tuple(parts), whole, base)

    def component(self, element: Element, depth: int) -> tuple[str, Item]:
        return name_of(element), self.item(element, depth + 1)

    def function(self, element: Element) -> Type:
        parameters = []
        for one in children(element, "parameters"):
            item = self.of(one, one.get("typeRef"))
            parameters.append(ANY if item is None else item.kind)
        result = self.of(element, element.get("outputTypeRef"))
        return Type("function", (*parameters, ANY if result is None else result.kind))

    def tests(self, element: Element, name: str) -> UnaryTests | None:
        """The unary tests in a child element, if it has one."""
        inside = child(element, name)
        source = text_of(inside)
        if inside is None or not source:
            return None
        self.budget.take(self.faults, inside, len(source), MAX_FEEL, CHARACTERS)
        try:
            return UnaryTests(source)
        except FeelError as error:
            self.faults.feel(inside, source, error)
            return None


def _written(element: Element) -> str:
    """The name of the type that a definition is based on."""
    reference = child(element, "typeRef")
    inside = "" if reference is None else "".join(str(part) for part in reference.itertext()).strip()
    return element.get("typeRef") or inside
