"""What is known of a value before there is one: its kinds, and what lists, contexts and choices hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from app.errors import Text
from app.feel.nodes import Type
from app.feel.types import ALIASES, KNOWN

MAX_NESTING: Final = 12
MAX_SIZE: Final = 2_000
MAX_VALUES: Final = 200
_CHOSEN: Final = frozenset(("string", "number"))


@dataclass(frozen=True, slots=True)
class Shape:
    """The values that an expression may have; null is always one of them.

    kinds    FEEL kinds such as `number`; None: any; empty: nothing but null
    item     what a list holds, or a range has as ends; None: anything
    fields   a context's entries; None: not known. A name that is not among them is never there
    values   the only strings and numbers that it can be; None: any
    result   what a function gives; None: anything
    """

    kinds: frozenset[str] | None
    item: "Shape | None" = None
    fields: Mapping[str, "Shape"] | None = None
    values: frozenset[object] | None = None
    result: "Shape | None" = None
    size: int = field(default=1, init=False, compare=False, repr=False)
    depth: int = field(default=0, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Shapes stay small: what is in too large a one is not known (shared parts would count manifold)."""
        parts = [one for one in (self.item, self.result, *(self.fields or {}).values()) if one is not None]
        if not parts:
            return
        size, depth = 1 + sum(one.size for one in parts), 1 + max(one.depth for one in parts)
        if size > MAX_SIZE or depth > MAX_NESTING:
            size = depth = 1
            for name in ("item", "fields", "result"):
                object.__setattr__(self, name, None)
        object.__setattr__(self, "size", size)
        object.__setattr__(self, "depth", depth)

    @property
    def is_known(self) -> bool:
        """Whether it is neither anything nor nothing but null."""
        return bool(self.kinds)

    def may_be(self, *kinds: str) -> bool:
        """Whether one of these kinds is possible; null is of every kind here."""
        return not self.kinds or not self.kinds.isdisjoint(kinds)

    def is_only(self, *kinds: str) -> bool:
        """Whether it is just these kinds."""
        return self.kinds == frozenset(kinds)

    def without(self, kind: str) -> "Shape":
        """The same but for one kind."""
        return self if self.kinds is None else replace(self, kinds=self.kinds - {kind})


ANY: Final = Shape(None)
NOTHING: Final = Shape(frozenset())


def of(*kinds: str) -> Shape:
    """One of these kinds, nothing more being known."""
    return Shape(frozenset(kinds))


NUMBER: Final = of("number")
STRING: Final = of("string")
BOOLEAN: Final = of("boolean")


def list_of(item: Shape) -> Shape:
    """A list."""
    return Shape(frozenset(("list",)), item=item)


def range_of(end: Shape) -> Shape:
    """A range."""
    return Shape(frozenset(("range",)), item=end)


def context_of(fields: Mapping[str, Shape]) -> Shape:
    """A context with these entries and no others."""
    return Shape(frozenset(("context",)), fields=fields)


def one_of(values: Iterable[object]) -> Shape:
    """A string or number out of these; ANY where they are something else too."""
    found = frozenset(values)
    kinds = frozenset("string" if isinstance(one, str) else "number" for one in found)
    return Shape(kinds, values=found if len(found) <= MAX_VALUES else None)


def join(one: Shape, other: Shape, depth: int = 0) -> Shape:
    """What may be the one or the other."""
    if one is other or other.kinds == frozenset():
        return one
    if one.kinds == frozenset():
        return other
    if one.kinds is None or other.kinds is None or depth > MAX_NESTING:
        return ANY
    return Shape(
        one.kinds | other.kinds,
        _joined_items(one, other, depth),
        _joined_fields(one, other, depth),
        _joined_values(one, other),
        _either(one.result, other.result, "function", one, other, depth),
    )


def _either(mine: Shape | None, theirs: Shape | None, kind: str, one: Shape, other: Shape, depth: int) -> Shape | None:
    """What both say of a kind that only one of them may be."""
    if kind not in (one.kinds or ()):
        return theirs
    if kind not in (other.kinds or ()) or mine is None:
        return mine
    return None if theirs is None else join(mine, theirs, depth + 1)


def _joined_items(one: Shape, other: Shape, depth: int) -> Shape | None:
    held = {"list", "range"}
    if held.isdisjoint(one.kinds or ()):
        return other.item
    if held.isdisjoint(other.kinds or ()) or one.item is None:
        return one.item
    return None if other.item is None else join(one.item, other.item, depth + 1)


def _joined_fields(one: Shape, other: Shape, depth: int) -> Mapping[str, Shape] | None:
    if "context" not in (one.kinds or ()):
        return other.fields
    if "context" not in (other.kinds or ()):
        return one.fields
    if one.fields is None or other.fields is None:
        return None
    joined = dict(one.fields)
    for name, shape in other.fields.items():
        joined[name] = join(joined[name], shape, depth + 1) if name in joined else shape
    return joined


def _joined_values(one: Shape, other: Shape) -> frozenset[object] | None:
    if one.values is None or other.values is None:
        return None
    both = one.values | other.values
    return both if len(both) <= MAX_VALUES else None


def all_of(shapes: Iterable[Shape]) -> Shape:
    """What may be any of these; nothing but null where there are none."""
    found = NOTHING
    for one in shapes:
        found = join(found, one)
    return found


def elements(shape: Shape) -> Shape:
    """What one goes through: a list's items, a range's numbers or days, a single value itself."""
    if shape.kinds is None:
        return ANY
    found = NOTHING
    if "list" in shape.kinds or "range" in shape.kinds:
        found = shape.item or ANY
    single = shape.without("list").without("range")
    return join(found, single) if single.kinds else found


def items(shape: Shape) -> Shape:
    """What is in a list; a single value is a list of itself."""
    if shape.kinds is None or {"list", "range"} <= shape.kinds:
        return ANY
    if "list" not in shape.kinds:
        return shape
    single = shape.without("list")
    return join(shape.item or ANY, replace(single, item=None)) if single.kinds else shape.item or ANY


def of_type(kind: Type, depth: int = 0) -> Shape:
    """What a declared type allows (DMN 1.5, 10.3.2.9)."""
    name = ALIASES.get(kind.name, kind.name)
    if name == "Null":
        return NOTHING
    if name not in KNOWN or name == "Any" or depth > MAX_NESTING:
        return ANY
    inner = [of_type(one, depth + 1) for one in kind.arguments]
    if name == "context" and inner:
        return Shape(frozenset((name,)))  # a value may hold more than its type says
    if name in ("list", "range"):
        return Shape(frozenset((name,)), item=inner[0] if inner else None)
    return of(name)


def of_value(value: object, depth: int = 0) -> Shape:
    """What a value of the host's shows of others like it: its kinds, not itself."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, str):
        return STRING
    if isinstance(value, Mapping) and depth < MAX_NESTING:
        return context_of({str(key): of_value(one, depth + 1) for key, one in value.items()})
    if isinstance(value, list) and depth < MAX_NESTING:
        return list_of(all_of(of_value(one, depth + 1) for one in value) if value else ANY)
    return NUMBER if isinstance(value, int | float) else ANY


KINDS_IN_WORDS: Final = {
    "number": Text("数值", "number"),
    "string": Text("文字", "string"),
    "boolean": Text("真假值", "boolean"),
    "date": Text("日期", "date"),
    "time": Text("时刻", "time"),
    "date and time": Text("日期时间", "date and time"),
    "days and time duration": Text("时长（日时分秒）", "days and time duration"),
    "years and months duration": Text("时长（年月）", "years and months duration"),
    "list": Text("列表", "list"),
    "context": Text("对象", "context"),
    "range": Text("区间", "range"),
    "function": Text("函数", "function"),
}


def words(shape: Shape) -> Text:
    """The kinds as people read them: 数值或文字, `number or string`."""
    if shape.kinds is None:
        return Text("任意值", "anything")
    found = [KINDS_IN_WORDS.get(one, Text(one, one)) for one in sorted(shape.kinds)] or [Text("空值", "null")]
    return Text("或".join(one.zh for one in found), " or ".join(one.en for one in found))
