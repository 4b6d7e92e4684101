"""What reads a box: its logic from its element (DMN 1.5, 10.2.2). Each kind of box registers its rule here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from app.dmn.budget import CHARACTERS, EXPRESSIONS, MAX_EXPRESSIONS, MAX_FEEL, MAX_SCOPES, SCOPES, Budget
from app.dmn.document import Element, Faults, child, local, text_of
from app.dmn.items import Items
from app.dmn.kinds import MISFIT, Env, Item, Trial, conforming
from app.dmn.table import Logic, Table
from app.errors import Text
from app.feel.errors import FeelError
from app.feel.expression import Expression, UnaryTests
from app.feel.nodes import Type
from app.feel.run import MISSING
from app.feel.values import Value

Names = frozenset[str]
Box = Callable[["Boxes", Element, Names], Logic]
MAX_NESTING: Final = 40
_RULES: Final[dict[str, Box]] = {}
_Feel = TypeVar("_Feel", Expression, UnaryTests)


def boxed(*names: str) -> Callable[[Box], Box]:
    """Declare the rule for boxes of these names."""

    def declare(rule: Box) -> Box:
        _RULES.update(dict.fromkeys(names, rule))
        return rule

    return declare


def box_names() -> tuple[str, ...]:
    """The elements that are boxes."""
    return tuple(_RULES)


def nothing(_env: Env, _run: Trial) -> Value:
    """The logic of a box that could not be read; its file is refused anyway."""
    return None


@dataclass(slots=True)
class Boxes:
    """Compiles the boxes of one model.

    `known` are all names of the model, `reads` those a box took from outside, `budget` bounds the files' FEEL,
    `compiled` holds what the file said before, outside of any scope; `tables` are the decision tables that were met,
    with their elements.
    """

    faults: Faults
    items: Items
    known: Names
    budget: Budget
    compiled: dict[tuple[type, str], Expression | UnaryTests] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)
    tables: list[tuple[Element, Table]] = field(default_factory=list)
    depth: int = 0
    _seen: tuple[Names, Names] = (frozenset(), frozenset())  # the last scope, and all names in it

    def logic(self, element: Element, scope: Names) -> Logic:
        """What a box computes; `scope` are the names that boxes around it define."""
        rule = _RULES.get(local(element))
        if rule is None:
            self.faults.unsupported(element, Text(f"「{local(element)}」", f"<{local(element)}>"))
            return nothing
        self.depth += 1
        try:
            if self.depth > MAX_NESTING:
                self.faults.add("dmn-depth", element, Text("表达式嵌套过深", "boxes nest too deeply"))
                return nothing
            return typed(rule(self, element, scope), self.result_of(element))
        finally:
            self.depth -= 1

    def result_of(self, element: Element) -> Item | None:
        """The type that a box says its value has. One that nobody defines says nothing, as other engines take it."""
        if local(element) == "functionDefinition":
            return None
        return self.items.of(element, element.get("typeRef"), "warning")

    def inside(self, element: Element | None, scope: Names) -> Logic:
        """The logic of the box that an element holds; a fault if it holds none."""
        box = None if element is None else child(element, *_RULES)
        if box is not None:
            return self.logic(box, scope)
        if element is not None:
            self.faults.add("dmn-empty", element, Text("这里缺少表达式", "an expression is missing here"))
        return nothing

    def feel(self, element: Element, source: str, scope: Names) -> Expression | None:
        """The expression of a text; a fault if it is none."""
        found = self.once(Expression, element, source, scope)
        if found is not None:
            self.reads |= (found.names | found.possible_names) - scope
        return found

    def tests(self, element: Element, source: str, scope: Names) -> UnaryTests | None:
        """The unary tests of a text; a fault if they are none."""
        found = self.once(UnaryTests, element, source, scope)
        if found is not None:
            self.reads |= found.names - scope
        return found

    def once(self, kind: type[_Feel], element: Element, source: str, scope: Names) -> _Feel | None:
        """A text compiled, and only once where no box around it defines names; a fault if it is not FEEL."""
        before = None if scope else self.compiled.get((kind, source))
        if isinstance(before, kind):
            return before
        self.budget.take(self.faults, element, len(source), MAX_FEEL, CHARACTERS)
        self.budget.take(self.faults, element, 1, MAX_EXPRESSIONS, EXPRESSIONS)
        try:
            found = kind(source, self.seen(element, scope), self.items.types())
        except FeelError as error:
            self.faults.feel(element, source, error)
            return None
        if not scope:
            self.compiled[kind, source] = found
        return found

    def seen(self, element: Element, scope: Names) -> Names:
        """All names that an expression in a scope may hold."""
        if not scope:
            return self.known
        if self._seen[0] != scope:
            self.budget.take(self.faults, element, len(self.known) + len(scope), MAX_SCOPES, SCOPES)
            self._seen = scope, self.known | scope
        return self._seen[1]

    def type_of(self, element: Element) -> Item | None:
        """The type that the element's `typeRef` names, or a list of it where some tools say so at the variable."""
        found = self.items.of(element, element.get("typeRef"))
        if found is None or element.get("isCollection") != "true" or found.collection:
            return found
        return Item("", Type("list", (found.kind,)), collection=True, base=found)

    def expression(self, element: Element, scope: Names) -> Expression | None:
        """The text of a literal expression; None if it is empty, or not to be read."""
        if not is_feel(element):
            self.faults.unsupported(element, Text("FEEL 以外的表达式语言", "an expression language other than FEEL"))
            return None
        if child(element, "importedValues") is not None:
            self.faults.unsupported(element, Text("导入的值", "importedValues"))
            return None
        source = text_of(element)
        return self.feel(element, source, scope) if source else None

    def literal(self, element: Element, scope: Names) -> Logic:
        """The logic of a literal expression; empty is null."""
        found = self.expression(element, scope)
        return nothing if found is None else of_expression(found)


def typed(logic: Logic, kind: Item | None) -> Logic:
    """The logic with its value as the type takes it, or null (10.3.2.9.4)."""
    if kind is None:
        return logic

    def fitted(env: Env, run: Trial) -> Value:
        found = conforming(logic(env, run), kind, run)
        return None if found is MISFIT else found

    return fitted


def is_feel(element: Element) -> bool:
    """Whether an expression is written in FEEL, which is what no language means; the file may say it for all."""
    language = element.get("expressionLanguage") or element.getroottree().getroot().get("expressionLanguage") or ""
    return language == "" or "feel" in language.lower()


def of_expression(found: Expression) -> Logic:
    """The logic of an expression."""
    if found.constant is not MISSING:
        constant = found.constant
        return lambda _env, _run: constant
    return found.within
