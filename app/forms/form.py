"""The door of the folder: a loaded form, and what may be asked of it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Self

from app.errors import Text
from app.feel.infer import Shape
from app.forms import parse as posts
from app.forms.answer import Answer, mapping, put
from app.forms.component import Component, fields_of
from app.forms.describe import Node, describe_answer
from app.forms.files import Known, reference, references
from app.forms.load import load
from app.forms.place import Place
from app.forms.shapes import Mistake, Shapes, answers, mistakes

NOTHING: Mapping[str, object] = {}
NO_ERRORS: Mapping[str, tuple[Text, ...]] = {}
NO_FILES: Known = {}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The verdict on one answer. `errors` maps a field's id (in rows `Field_1[0]`) to its messages, in form order;
    `files` are the ids of all files in `data`."""

    data: dict[str, object]
    errors: dict[str, tuple[Text, ...]]
    files: tuple[str, ...] = ()


class Form:
    """An immutable form; share it between threads and requests."""

    __slots__ = ("_components", "_deep", "fields", "file_names", "id", "keys", "names", "schema")

    def __init__(
        self, name: str, components: tuple[Component, ...], names: frozenset[str], schema: Mapping[str, object]
    ) -> None:
        self.id = name
        self.schema = schema
        self.names = names
        self.fields = fields_of(components)
        self.keys = tuple(dict.fromkeys(one.full[0] for one in self.fields if not one.disabled))
        self.file_names = frozenset(one.path[-1] for one in self.fields if one.type == "filepicker")
        self._components = components
        self._deep = frozenset(one.full[0] for one in self.fields if len(one.full) > 1)

    @classmethod
    def load(cls, data: bytes) -> Self:
        """Read a `.form` file. Raises Refused with a finding for everything that is wrong in it."""
        loaded = load(data)
        return cls(loaded.id, loaded.components, loaded.names, loaded.schema)

    def shapes(self, context: Shapes | None = None) -> dict[str, Shape]:
        """The variables that an answer fills, and what each may be; `context` is what the form is shown over."""
        return answers(self._components, context)

    def mistakes(self, context: Shapes | None = None) -> tuple[Mistake, ...]:
        """What cannot be meant in the form's expressions, shown over these variables; None: over unknown ones."""
        return tuple(mistakes(self._components, context))

    def _answer(
        self,
        posted: Mapping[str, object] | None,
        context: Mapping[str, object],
        now: dt.datetime | None,
        files: Known | None = None,
    ) -> Answer:
        return Answer(self._components, self._deep, posted, context, now, files)

    def settle(self, posted: Mapping[str, object], context: Mapping[str, object], now: dt.datetime | None) -> Answer:
        """The answer with its conditions, computed fields and offered options worked out."""
        answer = self._answer(posted, context, now)
        answer.settle()
        return answer

    def clean(
        self,
        posted: Mapping[str, object],
        context: Mapping[str, object] = NOTHING,
        now: dt.datetime | None = None,
        files: Known = NO_FILES,
    ) -> Cleaned:
        """Judge what was sent. `context` is the case's data: expressions see it, read-only values come from it.

        `files` are the uploads that the sender may hand in, by reference (see `references`).
        """
        answer = self._answer(posted, context, now, files)
        answer.settle()
        held: list[str] = []
        data: dict[str, object] = {}
        errors: dict[str, tuple[Text, ...]] = {}
        for place in answer.valid_places():
            if place.component.kind == "list":
                put(data, place.steps, [{} for _ in place.rows])
            elif len(place.steps) == 1:
                data[place.name] = place.value
            else:
                put(data, place.steps, place.value)
            if place.component.type == "filepicker" and isinstance(place.value, list):
                held += map(reference, place.value)
            found = complaints(place)
            if found:
                errors[place.key] = found
        return Cleaned(data, errors, tuple(dict.fromkeys(held)))

    def references(self, posted: Mapping[str, object]) -> frozenset[str]:
        """The ids of the files that an answer refers to; nothing of them is trusted."""
        return references(self.file_names, posted) if self.file_names else frozenset()

    def parse(self, multi: Mapping[str, list[str]]) -> dict[str, object]:
        """A form post without JavaScript as the JSON that the viewer would send. Names are those of `describe`."""
        return posts.parse(self._components, multi)

    def describe(
        self,
        data: Mapping[str, object],
        context: Mapping[str, object] = NOTHING,
        errors: Mapping[str, tuple[Text, ...]] = NO_ERRORS,
        now: dt.datetime | None = None,
    ) -> tuple[Node, ...]:
        """What is to be shown of the form with this data, for `templates/form/`; hidden components are left out."""
        answer = self._answer(None, merge(context, data, frozenset(_fixed_lists(self._components))), now)
        answer.settle()
        return describe_answer(answer, data, errors)


def complaints(place: Place) -> tuple[Text, ...]:
    """What is wrong at one place, in the viewer's order; a value that cannot be one of the field's comes first."""
    unfit = place.answer.complaint(place) if place.unfit is not None else None
    if unfit is not None:
        return (unfit,)
    value = place.holder.get(place.name)
    found: tuple[Text, ...] = ()
    for rule in place.component.rules:
        text = rule(value, place)
        if text is not None:
            found = (*found, text)
    return found


def merge(
    under: Mapping[str, object],
    over: Mapping[str, object],
    fixed: frozenset[tuple[str, ...]] = frozenset(),
    at: tuple[str, ...] = (),
) -> dict[str, object]:
    """Both objects in one; where both hold an object these are merged, otherwise the second wins.

    The lists at the paths in `fixed` are merged row by row: a post need not repeat what their rows only show.
    """
    merged = dict(under)
    for key, value in over.items():
        mine, path = merged.get(key), (*at, key)
        if isinstance(mine, Mapping) and isinstance(value, Mapping):
            merged[key] = merge(mine, value, fixed, path)
        elif path in fixed and isinstance(mine, list) and isinstance(value, list):
            merged[key] = [merge(mapping(one), mapping(two)) for one, two in zip_longest(mine, value)]
        else:
            merged[key] = value
    return merged


def _fixed_lists(components: tuple[Component, ...], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of the lists whose rows nobody may add or remove; those inside other lists are left out."""
    for one in components:
        path = before + one.path
        if one.kind == "list" and one.fixed:
            yield path
        elif one.kind == "group":
            yield from _fixed_lists(one.children, path)
