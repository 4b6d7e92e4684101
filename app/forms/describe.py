"""A form with its data as nodes for `templates/form/`: for print, for the archive, and without JavaScript.

Nodes hold texts and values as they are; the templates escape them. Only `html` is markup, and it is sanitised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from app.errors import Text
from app.forms import markup
from app.forms.answer import Answer
from app.forms.component import CHOICES
from app.forms.options import bare_text, same
from app.forms.parse import encode_choice
from app.forms.place import Place
from app.forms.template import shown

MAX_TABLE_ROWS = 1000
NO_TEXT = Markup("")
Errors = Mapping[str, tuple[Text, ...]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One offered value: `value` as an input sends it."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """A file of an answer: `value` as a post sends it back, `id` by which it is fetched, `name` and `size` in bytes."""

    value: str
    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Node:
    """One visible component. `kind` is the component's type, for dates `date`, `time` or `datetime`; `id` is the error
    key, `dom` an id for the page, `name` what a post calls it; `value` is for an input, `lines` are for reading,
    `truth` for a checkbox; lists have `rows`, groups `children`, tables `columns` and `cells`."""

    kind: str
    id: str
    dom: str
    name: str
    label: str = ""
    description: str = ""
    prefix: str = ""
    suffix: str = ""
    value: str = ""
    lines: tuple[str, ...] = ()
    truth: bool | None = None
    choices: tuple[Choice, ...] = ()
    required: bool = False
    readonly: bool = False
    disabled: bool = False
    errors: tuple[Text, ...] = ()
    html: Markup = NO_TEXT
    source: str = ""
    columns: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    children: tuple["Node", ...] = ()
    rows: tuple[tuple["Node", ...], ...] = ()
    growable: bool = False
    accept: str = ""
    several: bool = False
    references: tuple[Reference, ...] = ()

    @property
    def editable(self) -> bool:
        """Whether the page offers an input."""
        return not self.readonly and not self.disabled and self.kind != "expression"


def describe_answer(answer: Answer, data: Mapping[str, object], errors: Errors) -> tuple[Node, ...]:
    """The nodes of a settled answer; `data` shows through as it was typed, where a field would not take it."""
    return _Describer(data, errors).nodes(answer.tops)


class _Describer:
    def __init__(self, data: Mapping[str, object], errors: Errors) -> None:
        self.data = data
        self.errors = errors

    def nodes(self, places: Sequence[Place]) -> tuple[Node, ...]:
        found = (self.node(place) for place in places if not place.hidden)
        return tuple(node for node in found if node is not None)

    def node(self, place: Place) -> Node | None:
        component = place.component
        if component.kind == "shown":
            return _display(place)
        if component.kind == "group":
            return replace(_head(place), children=self.nodes(place.children))
        if component.kind == "list":
            rows = tuple(self.nodes(row) for row in place.rows)
            errors = self.errors.get(place.key, ())
            return replace(_head(place), rows=rows, growable=not component.fixed, errors=errors)
        return self.field(place)

    def field(self, place: Place) -> Node:
        component = place.component
        value = self.value(place)
        head = _head(place)
        choices = _choices(place, value) if component.type in CHOICES else ()
        if component.type == "datetime":
            head = replace(head, kind=str(component.attributes.get("subtype", "date")))
        return replace(
            head,
            prefix=_text(place, "prefixAdorner"),
            suffix=_text(place, "suffixAdorner"),
            value=_input_value(value, head.kind),
            lines=_lines(value, choices),
            truth=(value is True) if component.type == "checkbox" else None,
            choices=choices,
            required=component.required,
            readonly=place.locked and not component.disabled,
            disabled=component.disabled,
            errors=self.errors.get(place.key, ()),
            accept=_text(place, "accept"),
            several=component.attributes.get("multiple", False) is not False,
            references=_references(value) if component.type == "filepicker" else (),
        )

    def value(self, place: Place) -> object:
        """What was typed or stored; else what the form makes of it."""
        found: object = self.data
        for step in place.steps:
            if isinstance(found, Mapping) and step in found:
                found = found[str(step)]
            elif isinstance(found, list) and isinstance(step, int) and step < len(found):
                found = found[step]
            else:
                return place.value
        return found


def _head(place: Place) -> Node:
    component = place.component
    template = component.label
    dom = "f-" + place.key.replace("[", "-").replace("]", "")
    return Node(
        kind=component.type,
        id=place.key,
        dom=dom,
        name=".".join(map(str, place.steps)),
        label=template.line(place) if template.source else "",
        description=_text(place, "description"),
    )


def _text(place: Place, name: str) -> str:
    template = place.component.templates.get(name)
    return template.line(place) if template is not None else ""


def _choices(place: Place, value: object) -> tuple[Choice, ...]:
    chosen = value if isinstance(value, list) else [value]
    return tuple(
        Choice(encode_choice(option["value"]), str(option["label"]), any(same(option["value"], one) for one in chosen))
        for option in place.answer.offered(place)
    )


def _input_value(value: object, kind: str) -> str:
    if value is None or isinstance(value, list | dict):
        return ""
    text = bare_text(value) if isinstance(value, bool | int | float) else str(value)
    # The offset is the field's affair (parse puts it back); <input> wants the clock alone.
    if kind == "time":
        return text[:5]
    return text[:16] if kind == "datetime" else text


def _lines(value: object, choices: tuple[Choice, ...]) -> tuple[str, ...]:
    """The value for reading, line by line; what was chosen by its label."""
    if choices:
        labels = tuple(choice.label for choice in choices if choice.chosen)
        if labels:
            return labels
    if value is None or value in ("", []) or isinstance(value, bool):
        return ()
    if isinstance(value, list):
        return tuple(line for one in value for line in _lines(one, ()))
    if isinstance(value, Mapping):
        return (str(value.get("name") or value.get("id") or shown(dict(value))),)
    return tuple(str(bare_text(value)).split("\n"))


def _references(value: object) -> tuple[Reference, ...]:
    """The files of an answer, uploaded before."""
    found = value if isinstance(value, list) else [value] if value else []
    return tuple(map(_reference, found))


def _reference(one: object) -> Reference:
    if not isinstance(one, Mapping):
        return Reference(str(one), str(one), str(one), 0)
    size = one.get("size")
    name = str(one.get("name") or one.get("id"))
    value = encode_choice(one).removeprefix("json:")
    return Reference(value, str(one.get("id")), name, size if isinstance(size, int) else 0)


def _display(place: Place) -> Node | None:
    """Components that only show something. Spacers and buttons are the page's own affair."""
    component = place.component
    head = _head(place)
    template = component.templates.get
    match component.type:
        case "text":
            source = template("text")
            return replace(head, html=markup.markdown(source.text(place, markup.escape_markdown))) if source else None
        case "html":
            source = template("content")
            return replace(head, html=markup.sanitise(source.text(place, markup.escape_html))) if source else None
        case "image":
            return replace(head, label=_text(place, "alt"), source=markup.image_source(_text(place, "source")))
        case "iframe":
            url = _text(place, "url")
            return replace(head, source=url if url.lower().startswith("https://") else "")
        case "table":
            columns, cells = _table(place)
            return replace(head, columns=columns, cells=cells)
        case "documentPreview":
            return replace(head, lines=_documents(place))
        case "separator":
            return head
    return None


def _data_source(place: Place, name: str) -> list[object]:
    formula = place.component.formulas.get(name)
    value = place.compute(formula) if formula is not None else None
    return value if isinstance(value, list) else []


def _table(place: Place) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    given = _data_source(place, "columnsExpression") or place.component.attributes.get("columns")
    columns = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
    keys = [str(one.get("key", "")) for one in columns]
    rows = [one for one in _data_source(place, "dataSource")[:MAX_TABLE_ROWS] if isinstance(one, Mapping)]
    cells = tuple(tuple(shown(row.get(key)) for key in keys) for row in rows)
    return tuple(str(one.get("label") or one.get("key", "")) for one in columns), cells


def _documents(place: Place) -> tuple[str, ...]:
    names = []
    for one in _data_source(place, "dataSource"):
        inner = one.get("metadata") if isinstance(one, Mapping) else None
        name = inner.get("fileName") if isinstance(inner, Mapping) else None
        if name:
            names.append(str(name))
    return tuple(names)
