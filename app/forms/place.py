"""Where one component stands in one answer: at the root, or in a certain row of a list."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.errors import Text
from app.forms.formula import Formula, Test

if TYPE_CHECKING:
    from app.forms.answer import Answer
    from app.forms.component import Component

Steps = tuple[str | int, ...]


class Row:
    """One row of a dynamic list; `index` counts from 0."""

    __slots__ = ("index", "outer", "value")

    def __init__(self, value: dict[str, object], index: int, outer: "Row | None") -> None:
        self.value = value
        self.index = index
        self.outer = outer


class Place:
    """`holder[name]` is the value, `wanted` what was sent, `fallback` what counts while the field is hidden or locked,
    `steps` the way from the root of the data, `suffix` the row numbers as error keys have them (`[0][2]`)."""

    # Defaults of the class, not of each instance: most places never differ from them, and there are many.
    name = ""
    fallback: object = None
    wanted: object = None
    sent = False
    unfit: Text | None = None
    hidden = False
    locked = False
    children: "Sequence[Place]" = ()
    rows: "Sequence[Sequence[Place]]" = ()

    def __init__(
        self,
        answer: "Answer",
        component: "Component",
        parent: "Place | None",
        row: Row | None,
        steps: Steps,
        suffix: str,
    ) -> None:
        self.answer = answer
        self.component = component
        self.parent = parent
        self.row = row
        self.steps = steps
        self.suffix = suffix
        self.holder: dict[str, object] = answer.data

    @property
    def key(self) -> str:
        """The field's id, and in rows their numbers: `Field_1[0]`."""
        return self.component.id + self.suffix

    @property
    def value(self) -> object:
        return self.holder.get(self.name)

    def in_hidden_list(self) -> bool:
        """Whether a list that this stands in is hidden."""
        above = self.parent
        while above is not None:
            if above.hidden and above.component.kind == "list":
                return True
            above = above.parent
        return False

    def label(self) -> str:
        """The label as shown, else the binding's last word."""
        template = self.component.label
        shown = template.line(self) if template.source else ""
        return shown or (self.component.path[-1] if self.component.path else self.component.id)

    def compute(self, formula: Formula) -> object:
        """The formula's value here, as JSON."""
        return formula.value(self.answer.scope(self.row, formula.local), self.answer.now)

    def holds(self, test: Test) -> bool:
        """Whether the condition is met here."""
        return test.holds(self.answer.scope(self.row, test.formula.local), self.answer.now)
