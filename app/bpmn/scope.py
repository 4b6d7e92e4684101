"""Where variables live: one scope per process, sub-process and multi-instance instance (Camunda 8's rules).

Tokens hold no copies, so parallel branches see each other's work and joins have nothing to merge.
"""

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from app import feel
from app.bpmn.expression import Failure, plain
from app.errors import Text

if TYPE_CHECKING:
    from app.bpmn.compensation import Record
    from app.bpmn.token import Token
    from app.bpmn.waits import Wait

DEPTH = 60  # nesting of lists and contexts in one variable
DIGITS = 4096  # bits of a whole number
MARK = "\x00"  # tags a FEEL value in the stored JSON; no variable's key may begin with it


class Scope:
    """Variables and live tokens of one run of a body, or of one instance of a multi-instance activity.

    `kind`: process, call, sub, event (an event sub-process), multi (around all instances) or instance; undo and past
    while something is compensated (`compensation.py`). `done` are the completed activities that can be compensated.
    `parent` is where variable look-ups go on; None at a process's root. `owner` is the token that waits for it.
    `inherited` names a called process's variables that are still the caller's, unchanged.
    """

    __slots__ = ("body", "children", "depth", "done", "id", "inherited", "kind", "owner", "parent", "path", "tokens",
                 "vars", "waits")  # fmt: skip

    def __init__(
        self, ident: int, kind: str, body: str, path: str, owner: "Token | None", parent: "Scope | None"
    ) -> None:
        self.id = ident
        self.kind = kind
        self.body = body
        self.path = path
        self.owner = owner
        self.parent = parent
        self.depth: int = 0 if owner is None else owner.scope.depth + self.nests
        self.vars: dict[str, object] = {}
        self.inherited: set[str] = set()
        self.tokens: dict[int, Token] = {}
        self.children: dict[int, Scope] = {}
        self.waits: dict[str, Wait] = {}
        self.done: list[Record] = []

    @property
    def nests(self) -> int:
        """What this scope adds to the depth: instances, and what is undone, are no deeper than the activity was."""
        return 0 if self.kind in ("multi", "instance", "undo", "past") else 1

    def chain(self) -> Iterator["Scope"]:
        """This scope and those its variables are looked up in, inside out."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def context(self, local: dict[str, object] | None = None) -> Mapping[str, object]:
        """What an expression sees from here, with an element's own variables in front."""
        if self.parent is None and not local:
            return self.vars
        maps = [scope.vars for scope in self.chain() if scope.vars]
        return View([local, *maps] if local else maps)

    def assign(self, name: str, value: object) -> None:
        """Set a variable where it is nearest, or at the process's root when it is new."""
        for scope in self.chain():
            if name in scope.vars or scope.parent is None:
                scope.vars[name] = value
                scope.inherited.discard(name)
                return

    def assign_path(self, path: tuple[str, ...], value: object) -> None:
        """Set a variable, or a member of a context in one; the rest of that context stays."""
        if len(path) > 1:
            value = _grafted(self.context().get(path[0]), path[1:], value)
        self.assign(path[0], value)


class View(Mapping[str, object]):
    """Several dictionaries as one; the first that has a name wins."""

    __slots__ = ("_maps",)

    def __init__(self, maps: list[dict[str, object]]) -> None:
        self._maps = maps

    def __getitem__(self, name: str) -> object:
        for one in self._maps:
            if name in one:
                return one[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(name in one for one in self._maps)

    def __iter__(self) -> Iterator[str]:
        return iter({name: None for one in reversed(self._maps) for name in one})

    def __len__(self) -> int:
        return len({name for one in self._maps for name in one})


def set_local(local: dict[str, object], path: tuple[str, ...], value: object) -> None:
    """Write a mapping's value among an element's own variables."""
    local[path[0]] = _grafted(local.get(path[0]), path[1:], value) if len(path) > 1 else value


def _grafted(base: object, path: tuple[str, ...], value: object) -> dict[str, object]:
    copy = dict(base) if isinstance(base, dict) else {}
    copy[path[0]] = _grafted(copy.get(path[0]), path[1:], value) if len(path) > 1 else value
    return copy


class Room:
    """How many bytes, roughly counted, one value may have, and all that an act computes together."""

    __slots__ = ("each", "left")

    def __init__(self, each: int, left: int) -> None:
        self.each = each
        self.left = left

    def admit(self, value: object) -> object:
        """A copy of a value made only of what may be stored. Raises Failure when it is too large, deep or strange."""
        allowed = min(self.each, self.left)
        left = [allowed]
        admitted = _admit(value, left, 0)
        self.left -= allowed - left[0]
        return admitted


def admit_all(data: Mapping[str, object], budget: int) -> dict[str, object]:
    """The data that an act brings, as a copy that may be stored. Raises Failure. `budget` is in bytes."""
    left = [budget]
    return {_key(name): _admit(value, left, 1) for name, value in data.items()}


def _admit(value: object, left: list[int], depth: int) -> object:
    left[0] -= 8
    if isinstance(value, str):
        left[0] -= len(value)
    if left[0] < 0:
        raise Failure("budget-size", Text("数据超过允许的大小", "the data are larger than allowed"))
    if isinstance(value, int) and value.bit_length() > DIGITS:
        raise Failure("bad-value", Text("数字太大", "the number is too large"))
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Mapping):
        _check_depth(depth)
        left[0] -= sum(len(_key(name)) for name in value)
        return {name: _admit(one, left, depth + 1) for name, one in value.items()}
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):  # FEEL's far dates are named tuples
        _check_depth(depth)
        return [_admit(one, left, depth + 1) for one in value]
    return _admit_special(value)


def _admit_special(value: object) -> object:
    if isinstance(value, (float, Decimal)) and math.isfinite(value):
        return plain(Decimal(repr(value)) if isinstance(value, float) else value)
    try:
        if isinstance(value, (float, Decimal, tuple)):
            raise ValueError("not a finite number, or a tuple that JSON would flatten")
        return feel.from_json(feel.to_json(value))
    except (TypeError, ValueError, feel.FeelError):
        kind = type(value).__name__
        text = Text(f"变量不能保存这样的值({kind})", f"a variable cannot hold this {kind}")
        raise Failure("bad-value", text) from None


def _key(name: object) -> str:
    if not isinstance(name, str) or name.startswith(MARK):
        raise Failure("bad-value", Text("变量名必须是文字", "names of variables must be text"))
    return name


def _check_depth(depth: int) -> None:
    if depth > DEPTH:
        raise Failure("budget-size", Text("数据嵌套太深", "the data are nested too deeply"))
