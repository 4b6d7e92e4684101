"""One walk over the tree of an expression: the shape of each node, and what can never make sense in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from app.errors import Text
from app.feel import nodes
from app.feel.builtins import BUILTINS
from app.feel.infer.shapes import (
    ANY,
    BOOLEAN,
    NOTHING,
    Shape,
    all_of,
    context_of,
    elements,
    join,
    list_of,
    of,
    of_type,
    one_of,
    range_of,
    words,
)
from app.feel.infer.tables import arithmetic, comparable, negatable, properties, property_names
from app.feel.operators import kind

Lookup = Callable[[str], Shape | None]
N = TypeVar("N", bound=nodes.Node)
Rule = Callable[["Walk", Any, "Names"], Shape]
_RULES: Final[dict[type, Rule]] = {}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an expression that cannot be meant.

    code    name, field, path, compare, value, operand, condition, function, argument
    at      offset in the source; `node` is what it makes null (for `value`: constant), None where it is only a part
    name    of a missing variable; `near` are names like it that exist
    """

    code: str
    text: Text
    at: int
    node: nodes.Node | None = None
    name: str = ""
    near: tuple[str, ...] = ()


@dataclass(slots=True)
class Names:
    """The names that an inner construct adds. `item`: the element of a filter, whose fields are names too."""

    parent: "Names | None" = None
    known: dict[str, Shape] = field(default_factory=dict)
    item: Shape | None = None


class Walk:
    """Walks one tree. `lookup` gives the shape of a variable, None where there is none of that name."""

    def __init__(self, lookup: Lookup, names: Callable[[], Sequence[str]]) -> None:
        self.lookup = lookup
        self.names = names
        self.problems: list[Problem] = []
        self.null_tested: set[str] = set()

    def shape(self, node: nodes.Node, names: Names) -> Shape:
        """What a node may be."""
        rule = _RULES.get(node.__class__)
        return ANY if rule is None else rule(self, node, names)

    def find(self, name: str, names: Names) -> Shape | None:
        """What a name means here; None where it means nothing."""
        scope: Names | None = names
        perhaps: Shape | None = None
        while scope is not None:
            if scope.item is not None:
                fields = scope.item.fields if scope.item.is_only("context") else None
                if fields is None and scope.item.may_be("context"):
                    perhaps = ANY
                elif fields is not None and name in fields:
                    return fields[name] if perhaps is None else ANY
            if name in scope.known:
                return scope.known[name] if perhaps is None else ANY
            scope = scope.parent
        found = self.lookup(name)
        return perhaps if found is None or perhaps is not None else found

    def within(self, names: Names) -> list[str]:
        """Every name that could have been meant here."""
        found = [*self.names()]
        scope: Names | None = names
        while scope is not None:
            found += [*scope.known, *((scope.item.fields or ()) if scope.item else ())]
            scope = scope.parent
        return found

    def note(
        self, code: str, zh: str, en: str, where: nodes.Node, at: int | None = None, *, part: bool = False
    ) -> None:
        """A problem that makes a node null, unless it is only `part` of what decides."""
        place = nodes.begins(where) if at is None else at
        self.problems.append(Problem(code, Text(zh, en), place, None if part else where))

    def condition(self, node: nodes.Node, names: Names, *also: str) -> Shape:
        """What ought to be true or false, or one of `also`."""
        found = self.shape(node, names)
        if found.is_known and not found.may_be("boolean", *also):
            what = words(found)
            self.note(
                "condition", f"这里应是真或假，却是{what.zh}", f"this has to be true or false, and is {what.en}", node
            )
        return found


def walks(cls: type[N]) -> Callable[[Callable[[Walk, N, Names], Shape]], Any]:
    """Declare the rule for a kind of node."""

    def declare(rule: Callable[[Walk, N, Names], Shape]) -> Any:
        _RULES[cls] = rule
        return rule

    return declare


def near(name: str, known: Sequence[str]) -> tuple[str, ...]:
    """The names most like one that does not exist."""
    folded = {one.casefold().replace("_", ""): one for one in known if one != name}
    same = folded.get(name.casefold().replace("_", ""))
    return (same,) if same else tuple(get_close_matches(name, sorted(set(known) - {name}), 2, 0.75))


def meant(found: Sequence[str]) -> Text:
    """；是否应为…? as the end of a message; nothing where nothing is like it."""
    if not found:
        return Text("", "")
    return Text(f"；是否应为 {'、'.join(found)}?", f"; did you mean {' or '.join(found)}?")


@walks(nodes.Literal)
def _literal(_walk: Walk, node: nodes.Literal, _names: Names) -> Shape:
    if node.value is None:
        return NOTHING
    return one_of((node.value,)) if isinstance(node.value, str | Decimal) else of(kind(node.value))


@walks(nodes.Name)
def _name(walk: Walk, node: nodes.Name, names: Names) -> Shape:
    found = walk.find(node.name, names)
    if found is not None:
        return found
    if node.name in BUILTINS:
        return of("function")
    alike = near(node.name, walk.within(names))
    hint = meant(alike)
    text = Text(f"没有变量 {node.name}{hint.zh}", f"there is no variable {node.name}{hint.en}")
    walk.problems.append(Problem("name", text, node.at, node, node.name, alike))
    return ANY


@walks(nodes.Logic)
def _logic(walk: Walk, node: nodes.Logic, names: Names) -> Shape:
    for part in node.parts:
        walk.condition(part, names)
    return BOOLEAN


@walks(nodes.Comparison)
def _comparison(walk: Walk, node: nodes.Comparison, names: Names) -> Shape:
    left, right = walk.shape(node.left, names), walk.shape(node.right, names)
    for one, other in ((node.left, right), (node.right, left)):
        if isinstance(one, nodes.Name) and other.kinds == frozenset():
            walk.null_tested.add(one.name)
    if not compare(walk, node.operator, left, right, node):
        never_equal(walk, node.operator, left, right, node)
    return BOOLEAN


def compare(walk: Walk, sign: str, left: Shape, right: Shape, node: nodes.Node, part: nodes.Node | None = None) -> bool:
    """Note a comparison of kinds that cannot be compared. `part`: where that stands, if it does not make all null."""
    if not left.is_known or not right.is_known or _fit(comparable(sign), left, right):
        return False
    one, other = words(left), words(right)
    word = Text("比较", "compared with") if sign in ("=", "!=") else Text("比大小", "ordered with")
    walk.note(
        "compare", f"{one.zh}不能与{other.zh}{word.zh}", f"{one.en} cannot be {word.en} {other.en}",
        part or node, part=part is not None,
    )  # fmt: skip
    return True


def _fit(pairs: Any, left: Shape, right: Shape) -> bool:
    return any((one, other) in pairs for one in left.kinds or () for other in right.kinds or ())


def never_equal(
    walk: Walk, sign: str, left: Shape, right: Shape, node: nodes.Node, part: nodes.Node | None = None
) -> None:
    """Note an equality with something that is not among the possible values."""
    if sign not in ("=", "!=") or left.values is None or right.values is None or left.values & right.values:
        return
    fixed, other = (right, left) if len(right.values) == 1 else (left, right)
    told = sorted(map(str, other.values or ()))
    missing = "、".join(sorted(map(str, fixed.values or ())))
    hint = meant(near(missing, told))
    walk.note(
        "value", f"不可能等于“{missing}”{hint.zh}（只会是 {'、'.join(told[:12])}）",
        f"it is never '{missing}'{hint.en} (only {', '.join(told[:12])})", part or node, part=part is not None,
    )  # fmt: skip


@walks(nodes.Between)
def _between(walk: Walk, node: nodes.Between, names: Names) -> Shape:
    value, low, high = (walk.shape(one, names) for one in (node.value, node.low, node.high))
    if not compare(walk, "<=", low, value, node):
        compare(walk, "<=", value, high, node)
    return BOOLEAN


@walks(nodes.In)
def _in(walk: Walk, node: nodes.In, names: Names) -> Shape:
    value = walk.shape(node.value, names)
    inner = Names(names, {"?": value})
    for test in node.tests:
        fits(walk, value, test, inner, node if len(node.tests) == 1 else None)
    return BOOLEAN


def fits(walk: Walk, value: Shape, test: nodes.Node, names: Names, whole: nodes.Node | None) -> None:
    """Note a test that no value of this shape passes. `whole`: the node that it then makes never true."""
    part = None if whole is not None else test
    if isinstance(test, nodes.Test):
        right = walk.shape(test.right, names)
        if not compare(walk, test.operator, value, right, whole or test, part):
            never_equal(walk, test.operator, value, right, whole or test, part)
        return
    found = walk.shape(test, names)
    if found.is_only("range"):
        if found.item is not None and not value.may_be("range", "list"):
            compare(walk, "<", value, found.item, whole or test, part)
        return
    if found.is_only("list"):
        found = NOTHING if found.item is None or value.may_be("list") else found.item
    if not found.may_be("list", "range", "boolean") and not compare(walk, "=", value, found, whole or test, part):
        never_equal(walk, "=", value, found, whole or test, part)


@walks(nodes.Arithmetic)
def _arithmetic(walk: Walk, node: nodes.Arithmetic, names: Names) -> Shape:
    left, right = walk.shape(node.left, names), walk.shape(node.right, names)
    pairs = arithmetic(node.operator)
    lefts, rights = (one.kinds or {two for pair in pairs for two in pair} for one in (left, right))
    found = {pairs[one, other] for one in lefts for other in rights if (one, other) in pairs}
    if found:
        return Shape(frozenset(found))
    one, other = words(left), words(right)
    at = nodes.begins(node)
    walk.note(
        "operand", f"{one.zh}与{other.zh}不能做“{node.operator}”运算",
        f"{one.en} and {other.en} cannot be combined by '{node.operator}'", node, at,
    )  # fmt: skip
    return ANY


@walks(nodes.Negation)
def _negation(walk: Walk, node: nodes.Negation, names: Names) -> Shape:
    value = walk.shape(node.value, names)
    if value.is_known and not value.may_be(*negatable()):
        what = words(value)
        walk.note("operand", f"{what.zh}没有负值", f"{what.en} has no negative", node)
    return ANY if value.kinds is None else Shape(value.kinds & negatable())


@walks(nodes.InstanceOf)
def _instance_of(walk: Walk, node: nodes.InstanceOf, names: Names) -> Shape:
    walk.shape(node.value, names)
    return BOOLEAN


@walks(nodes.Path)
def _path(walk: Walk, node: nodes.Path, names: Names) -> Shape:
    return member(walk, walk.shape(node.value, names), node)


def member(walk: Walk, value: Shape, node: nodes.Path) -> Shape:
    """`value.name`; of a list, that of each element."""
    if not value.is_known:
        return ANY
    kinds = value.kinds or frozenset()
    found: list[Shape] = [part for one, part in properties(node.name).items() if one in kinds]
    if "context" in kinds:
        if value.fields is None:
            return ANY
        if node.name in value.fields:
            found.append(value.fields[node.name])
    if "list" in kinds:
        item = value.item or ANY
        found.append(list_of(member(walk, item, node) if value.is_only("list") else ANY))
    if not found:
        _no_member(walk, value, node)
        return ANY
    return all_of(found)


def _no_member(walk: Walk, value: Shape, node: nodes.Path) -> None:
    known = [*(value.fields or ())]
    for one in value.kinds or ():
        known += property_names(one)
    hint = meant(near(node.name, known))
    if "context" in (value.kinds or ()):
        zh, en = f"对象中没有字段 {node.name}{hint.zh}", f"the context has no entry {node.name}{hint.en}"
        walk.note("field", zh, en, node, node.at)
        return
    what = words(value)
    zh, en = f"{what.zh}没有属性 {node.name}{hint.zh}", f"a {what.en} has no property {node.name}{hint.en}"
    walk.note("path", zh, en, node, node.at)


@walks(nodes.Descendants)
def _descendants(walk: Walk, node: nodes.Descendants, names: Names) -> Shape:
    walk.shape(node.value, names)
    return list_of(ANY)


@walks(nodes.Filter)
def _filter(walk: Walk, node: nodes.Filter, names: Names) -> Shape:
    value = walk.shape(node.value, names)
    item = value.item or ANY if value.is_only("list") else ANY if value.may_be("list") else value
    found = walk.condition(node.condition, Names(names, {"item": item}, item), "number")
    place = node.condition.value if isinstance(node.condition, nodes.Negation) else node.condition
    if isinstance(place, nodes.Literal) and found.is_only("number"):
        return item
    return list_of(item) if found.is_only("boolean") else join(list_of(item), item)


@walks(nodes.RangeNode)
def _range(walk: Walk, node: nodes.RangeNode, names: Names) -> Shape:
    low, high = walk.shape(node.low, names), walk.shape(node.high, names)
    compare(walk, "<=", low, high, node)
    return range_of(join(low, high))


@walks(nodes.Test)
def _test(walk: Walk, node: nodes.Test, names: Names) -> Shape:
    return range_of(walk.shape(node.right, names))


@walks(nodes.ListNode)
def _list(walk: Walk, node: nodes.ListNode, names: Names) -> Shape:
    return list_of(all_of(walk.shape(one, names) for one in node.items))


@walks(nodes.Context)
def _context(walk: Walk, node: nodes.Context, names: Names) -> Shape:
    inner = Names(names)
    for key, value in node.entries:
        if isinstance(value, nodes.FunctionNode):
            inner.known[key] = of("function")  # a function in a context may call itself
        inner.known[key] = walk.shape(value, inner)
    return context_of(inner.known)


@walks(nodes.If)
def _if(walk: Walk, node: nodes.If, names: Names) -> Shape:
    walk.condition(node.condition, names)
    return join(walk.shape(node.yes, names), walk.shape(node.no, names))


def _through(walk: Walk, iterators: Sequence[nodes.Iterator], names: Names) -> Names:
    """The names of a loop's iterators, each within those before it."""
    inner = names
    for one in iterators:
        domain = walk.shape(one.domain, inner)
        if one.end is not None:
            domain = range_of(join(domain, walk.shape(one.end, inner)))
        inner = Names(inner, {one.name: _plain(elements(domain))})
    return inner


def _plain(shape: Shape) -> Shape:
    """Without the values: of a range from 1 to 3 only the ends are known."""
    return shape if shape.kinds is None or "number" not in shape.kinds else Shape(
        shape.kinds, shape.item, shape.fields, None, shape.result
    )  # fmt: skip


@walks(nodes.For)
def _for(walk: Walk, node: nodes.For, names: Names) -> Shape:
    inner = Names(_through(walk, node.iterators, names), {"partial": list_of(ANY)})
    return list_of(walk.shape(node.body, inner))


@walks(nodes.Quantified)
def _quantified(walk: Walk, node: nodes.Quantified, names: Names) -> Shape:
    walk.condition(node.body, _through(walk, node.iterators, names))
    return BOOLEAN


@walks(nodes.FunctionNode)
def _function(walk: Walk, node: nodes.FunctionNode, names: Names) -> Shape:
    inner = Names(names, {name: ANY if written is None else of_type(written) for name, written in node.parameters})
    return Shape(frozenset(("function",)), result=walk.shape(node.body, inner))


@walks(nodes.UnaryTests)
def _unary(walk: Walk, node: nodes.UnaryTests, names: Names) -> Shape:
    value = walk.find("?", names) or ANY
    for test in node.tests:
        fits(walk, value, test, names, None)
    return BOOLEAN
