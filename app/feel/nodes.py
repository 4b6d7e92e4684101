"""The tree of an expression. Plain data: the compiler gives it meaning, checkers read it."""

from dataclasses import dataclass, fields

from app.feel.values import Value


@dataclass(slots=True, eq=False)
class Node:
    """Anything in the tree; `at` is the offset in the source where it begins, as far as errors need it."""


@dataclass(slots=True, eq=False)
class Literal(Node):
    """A number, string, boolean, null or at-literal."""

    value: Value
    at: int = 0


@dataclass(slots=True, eq=False)
class Name(Node):
    """A variable, or `?`."""

    name: str
    at: int


@dataclass(slots=True, eq=False)
class Logic(Node):
    """A chain of `and`, or of `or`."""

    word: str
    parts: list[Node]


@dataclass(slots=True, eq=False)
class Comparison(Node):
    """`=`, `!=`, `<`, `<=`, `>`, `>=`."""

    operator: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(slots=True, eq=False)
class Test(Node):
    """A comparison that lacks its left side: `< 5` in unary tests, and the range `(< 5)`."""

    operator: str
    right: Node


@dataclass(slots=True, eq=False)
class In(Node):
    """`value in test` or `value in (test, test)`."""

    value: Node
    tests: list[Node]


@dataclass(slots=True, eq=False)
class Arithmetic(Node):
    """`+`, `-`, `*`, `/`, `**`."""

    operator: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False)
class Negation(Node):
    """`-value`."""

    value: Node


@dataclass(slots=True, eq=False)
class Type:
    """A type as written: its name, its arguments in order, and for contexts their field names."""

    name: str
    arguments: tuple["Type", ...] = ()
    names: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: Type


@dataclass(slots=True, eq=False)
class Path(Node):
    """`value.name`; `at` is where the name begins."""

    value: Node
    name: str
    at: int = 0


@dataclass(slots=True, eq=False)
class Descendants(Node):
    """`value...name`: what entries of that name hold, at any depth (DMN 1.6)."""

    value: Node
    name: str


@dataclass(slots=True, eq=False)
class Filter(Node):
    """`value[condition or index]`."""

    value: Node
    condition: Node


@dataclass(slots=True, eq=False)
class Call(Node):
    """A call; `names` has one name for each argument if they are named, else it is empty."""

    function: Node
    arguments: list[Node]
    names: tuple[str, ...]


@dataclass(slots=True, eq=False)
class RangeNode(Node):
    """`[low..high]`, with the brackets as written."""

    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(slots=True, eq=False)
class ListNode(Node):
    """`[a, b]`."""

    items: list[Node]


@dataclass(slots=True, eq=False)
class Context(Node):
    """`{a: 1, b: a}`: each entry sees those before it."""

    entries: list[tuple[str, Node]]


@dataclass(slots=True, eq=False)
class If(Node):
    """`if condition then yes else no`."""

    condition: Node
    yes: Node
    no: Node


@dataclass(slots=True, eq=False)
class Iterator(Node):
    """`name in domain` or `name in domain..end`."""

    name: str
    domain: Node
    end: Node | None


@dataclass(slots=True, eq=False)
class For(Node):
    """`for iterators return body`."""

    iterators: list[Iterator]
    body: Node


@dataclass(slots=True, eq=False)
class Quantified(Node):
    """`some` or `every` iterators `satisfies` body."""

    word: str
    iterators: list[Iterator]
    body: Node


@dataclass(slots=True, eq=False)
class FunctionNode(Node):
    """`function(a: number) body`; a parameter without a type takes anything."""

    parameters: list[tuple[str, Type | None]]
    body: Node


@dataclass(slots=True, eq=False)
class UnaryTests(Node):
    """The cell of a decision table: any of `tests`, or none of them if `negated`; no tests fit everything."""

    tests: list[Node]
    negated: bool = False


def begins(node: Node) -> int:
    """The offset in the source where a node begins, as far as its first name or literal tells."""
    while True:
        below = children(node)
        if not below:
            return getattr(node, "at", 0)
        node = below[0]


def children(node: Node) -> list[Node]:
    """The nodes right below `node`, in the order they are written."""
    found: list[Node] = []
    for field in fields(node):
        value = getattr(node, field.name)
        parts = [one[1] if isinstance(one, tuple) else one for one in value] if isinstance(value, list) else [value]
        found.extend(part for part in parts if isinstance(part, Node))
    return found
