"""Which name means what at a place in the text, decided before anything runs."""

from dataclasses import dataclass, field

from app.feel.run import LOCALS


@dataclass(slots=True)
class Scope:
    """Names that an iterator, parameter list, context or filter adds to those around it.

    A filter's scope has an `item` slot instead: its names are the element's own keys, known only at run time.
    """

    parent: "Scope | None"
    slots: dict[str, int] = field(default_factory=dict)
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Where a name is looked for: the elements of filters first, then a slot, or else the context."""

    items: tuple[int, ...]
    slot: int | None


@dataclass(slots=True)
class Names:
    """Slots given out and root names read while one expression is compiled."""

    size: int = LOCALS
    certain: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)
    partials: set[int] = field(default_factory=set)

    def slot(self) -> int:
        """A new place in the frame."""
        self.size += 1
        return self.size - 1

    def find(self, name: str, scope: Scope | None) -> Found:
        """Look a name up; a name that ends at the context is noted as read."""
        items: list[int] = []
        while scope is not None:
            if scope.item is not None:
                items.append(scope.item)
            if name in scope.slots:
                return Found(tuple(items), scope.slots[name])
            scope = scope.parent
        (self.possible if items else self.certain).add(name)
        return Found(tuple(items), None)
