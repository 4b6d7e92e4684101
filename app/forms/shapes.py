"""What a form answers, field by field, before anybody has answered it; and its expressions held against that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.feel import FeelError, compile
from app.feel.infer import (
    ANY,
    BOOLEAN,
    NOTHING,
    NUMBER,
    STRING,
    Inferred,
    Problem,
    Shape,
    all_of,
    context_of,
    infer,
    items,
    join,
    list_of,
    one_of,
)
from app.forms.component import SEVERAL, Component
from app.forms.formula import LOCAL, Formula, Test
from app.forms.options import Options
from app.forms.template import Section

Shapes = Mapping[str, Shape]
_PLAIN = {
    "textfield": STRING,
    "textarea": STRING,
    "number": NUMBER,
    "checkbox": BOOLEAN,
    "datetime": STRING,  # ISO 8601 text, as forms keep it and the engine gets it
}
_UPLOAD = join(STRING, context_of({"id": STRING, "name": STRING, "type": STRING, "size": NUMBER}))


def answers(components: tuple[Component, ...], context: Shapes | None = None) -> dict[str, Shape]:
    """The shape of each variable that an answer to these components fills.

    `context` are the variables that the form is shown with; computed fields and options may read them.
    """
    known = _answers(components, {})
    for _ in range(2):  # what is computed from what is computed
        known = _answers(components, {**(context or {}), **known})
    return known


def _answers(components: tuple[Component, ...], known: Shapes) -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    for one in components:
        if one.kind == "field":
            _put(found, one.path, _of_field(one, known))
        elif one.kind == "list":
            _put(found, one.path, list_of(context_of(_answers(one.children, known))))
        elif one.kind == "group":
            inner = _answers(one.children, known)
            for name, shape in inner.items():
                _put(found, (*one.path, name), shape)
    return found


def _put(into: dict[str, Shape], path: tuple[str, ...], shape: Shape) -> None:
    name = path[0]
    if len(path) > 1:
        inner: dict[str, Shape] = {}
        _put(inner, path[1:], shape)
        shape = context_of(inner)
    into[name] = join(into[name], shape) if name in into else shape


def _of_field(one: Component, known: Shapes) -> Shape:
    if one.type == "number" and one.attributes.get("serializeToString"):
        return STRING
    if one.type in _PLAIN:
        return _PLAIN[one.type]
    if one.type == "filepicker":
        return list_of(_UPLOAD)
    if one.options is not None:
        offered = _offered(one.options, known)
        return list_of(offered) if one.type in SEVERAL else offered
    return _computed(one.formula, known) if one.formula is not None else ANY


def _offered(options: Options, known: Shapes) -> Shape:
    if options.given is not None:
        values = [one["value"] for one in options.given]
        plain = all(isinstance(one, str | int | float) and not isinstance(one, bool) for one in values)
        return one_of(values) if plain and values else ANY
    if options.formula is None:
        return ANY
    offered = items(_computed(options.formula, known))
    if offered.is_only("context") and offered.fields is not None:
        return offered.fields.get("value", ANY)
    return offered if offered.is_known and not offered.may_be("context", "list") else ANY


def _computed(formula: Formula, known: Shapes) -> Shape:
    """What a formula gives; anything where it reads a row, or what the form does not know."""
    if formula.local:
        lookup = {**dict.fromkeys(LOCAL, ANY), **known}
        return infer(compile(formula.source, names=frozenset(lookup)), lambda name: lookup.get(name, ANY)).shape
    return infer(compile(formula.source, names=frozenset(known)), lambda name: known.get(name, ANY)).shape


# --- a form's own expressions -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mistake:
    """A problem in an expression of a component; `what` is the property that holds the expression."""

    component: Component
    what: str
    inferred: Inferred
    problem: Problem

    @property
    def place(self) -> tuple[str, str]:
        """The component's id, and what people call it."""
        label = self.component.attributes.get("label")
        return self.component.id, label if isinstance(label, str) else ""


def mistakes(components: tuple[Component, ...], context: Shapes | None) -> Iterator[Mistake]:
    """What cannot be meant in the expressions of a form that is shown over these variables.

    None: it is not known what it is shown over, so that a name that the form does not have may be the case's.
    """
    known = dict(context or {})
    for name, shape in answers(components, context).items():
        holds = name in known and shape.may_be("list", "context")
        known[name] = join(known[name], shape) if holds else shape
    outside = None if context is not None else ANY
    root = context_of(known)
    yield from _within(components, _Place(known, outside, root, NOTHING))


@dataclass(frozen=True, slots=True)
class _Place:
    """What expressions see: the variables, what other names mean, this row and the one around it."""

    known: Shapes
    outside: Shape | None
    row: Shape
    above: Shape

    def find(self, name: str) -> Shape | None:
        plain = name.strip("_")
        if plain in ("this", "parent", "i") and (name == f"_{plain}_" or name not in self.known):
            return {"this": self.row, "parent": self.above, "i": list_of(NUMBER)}[plain]
        return self.known.get(name, self.outside)

    def inner(self, one: Component) -> "_Place":
        """The place of a list's rows: what their fields answer, and what the case's own rows hold besides."""
        held = self.row
        for step in one.path:
            held = (held.fields or {}).get(step, NOTHING)
        row = join(context_of(_answers(one.children, self.known)), items(held))
        fields = dict(self.row.fields or {})
        above = context_of({**fields, "this": self.row, "parent": self.above, "i": ANY, "_this_": self.row,
                            "_parent_": self.above, "_i_": ANY})  # fmt: skip
        return replace(self, row=row, above=above if self.outside is None else ANY)


def _within(components: tuple[Component, ...], place: _Place) -> Iterator[Mistake]:
    for one in components:
        for what, formula in formulas(one):
            yield from _of_formula(one, what, formula, place)
        if one.kind == "list":
            yield from _within(one.children, place.inner(one))
        else:
            yield from _within(one.children, place)


def _of_formula(one: Component, what: str, formula: Formula, place: _Place) -> Iterator[Mistake]:
    names = frozenset((*place.known, *LOCAL))
    try:
        expression = compile(formula.source, names=names)
    except FeelError:  # a name of the case makes the text mean something else: then nothing is known
        return
    inferred = infer(expression, place.find, names=lambda: tuple(place.known))
    for problem in inferred.problems:
        if problem.code != "name" or problem.name not in inferred.null_tested:
            yield Mistake(one, what, inferred, problem)


def formulas(one: Component) -> Iterator[tuple[str, Formula]]:
    """Every expression of a component, with the property that holds it."""
    for what, test in (("conditional.hide", one.hide), ("readonly", one.lock)):
        if isinstance(test, Test):
            yield what, test.formula
    if one.formula is not None:
        yield "expression", one.formula
    if one.options is not None and one.options.formula is not None:
        yield "valuesExpression", one.options.formula
    yield from one.formulas.items()
    for what, template in (("label", one.label), *one.templates.items()):
        yield from ((what, formula) for formula in _inserted(template.parts))
    yield from _bounds(one)


def _inserted(parts: "list[str | Formula | Section]") -> Iterator[Formula]:
    """The formulas of a template; inside a loop names are the element's, so only what is outside is told."""
    for part in parts:
        if isinstance(part, Formula):
            yield part
        elif isinstance(part, Section):
            yield part.formula
            if part.kind == "if":
                yield from _inserted(part.parts)


def _bounds(one: Component) -> Iterator[tuple[str, Formula]]:
    given = one.attributes.get("validate")
    for what in ("min", "max", "minLength", "maxLength"):
        source = given.get(what) if isinstance(given, dict) else None
        if isinstance(source, str) and source.startswith("="):
            yield f"validate.{what}", Formula(source[1:])


def merged(shapes: "list[Shapes]") -> dict[str, Shape]:
    """The variables that any of several forms answers."""
    names = dict.fromkeys(name for one in shapes for name in one)
    return {name: all_of(one[name] for one in shapes if name in one) for name in names}
