"""What a component of a form is, once loaded and checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from app.errors import Text
from app.forms.formula import Formula, Test
from app.forms.options import Options
from app.forms.template import Template

if TYPE_CHECKING:
    from app.forms.place import Place

# (value of any shape, what may be chosen) -> (value of the component's type, why the given one does not fit)
Coerce = Callable[[object, "list[Mapping[str, object]] | None"], tuple[object, Text | None]]
# (value of the component's type, where it stands) -> the refusal
Rule = Callable[[object, "Place"], Text | None]

Kind = Literal["field", "group", "list", "shown"]

CHOICES = frozenset({"checklist", "radio", "select", "taglist"})
SEVERAL = frozenset({"checklist", "taglist"})
INPUTS = CHOICES | {"textfield", "textarea", "number", "datetime", "expression", "filepicker", "checkbox"}
CONTAINERS = frozenset({"group", "dynamiclist"})
DISPLAYS = frozenset({"text", "image", "table", "html", "documentPreview", "spacer", "separator", "iframe", "button"})
TYPES = INPUTS | CONTAINERS | DISPLAYS


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """One component. `path` is relative to the enclosing group or row, `full` counts from the form's root without
    row numbers, `attributes` is the component's JSON; `editable` says whether a browser's value may ever
    count (a condition may still lock or hide it)."""

    id: str
    type: str
    kind: Kind
    attributes: Mapping[str, object]
    label: Template
    path: tuple[str, ...] = ()
    full: tuple[str, ...] = ()
    children: tuple["Component", ...] = ()
    hide: Test | None = None
    disabled: bool = False
    locked: bool = False
    lock: Test | None = None
    required: bool = False
    coerce: Coerce | None = None
    rules: tuple[Rule, ...] = ()
    options: Options | None = None
    formula: Formula | None = None
    presubmit: bool = False
    empty: object = None
    default: object = None
    fixed: bool = False
    repetitions: int = 1
    templates: Mapping[str, Template] = field(default_factory=dict)
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    editable: bool = False

    @property
    def key(self) -> str:
        """The binding from the form's root, dotted: `vehicles.plate`."""
        return ".".join(self.full)


def fields_of(components: tuple[Component, ...]) -> tuple[Component, ...]:
    """The fields among the components, of all depths, in form order."""
    found: list[Component] = []
    for component in components:
        if component.kind == "field":
            found.append(component)
        found.extend(fields_of(component.children))
    return tuple(found)
