"""Files in answers: references to uploads, turned into what is known of the files, and checked against the field.

A browser sends references; which file one means, and whether the sender may use it, `clean` is told by its caller.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from app.errors import Text
from app.forms import wording
from app.forms.component import Rule
from app.forms.place import Place

MAX_REFERENCES = 1000


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored file: `id` is its reference, `size` in bytes, `type` the media type by content, `hash` SHA-256 (hex)."""

    id: str
    name: str
    size: int
    type: str
    hash: str

    def as_json(self) -> dict[str, object]:
        """The value that an answer holds for it."""
        return {"id": self.id, "name": self.name, "size": self.size, "type": self.type, "hash": self.hash}


Known = Mapping[str, Stored]


def reference(one: object) -> str:
    """The id that a reference names: it is one, or an object that has one."""
    found = one.get("id", "") if isinstance(one, Mapping) else one
    return found if isinstance(found, str) else ""


def references(names: frozenset[str], posted: Mapping[str, object]) -> frozenset[str]:
    """The ids in what was sent for fields whose binding ends in one of the `names`; the first thousand."""
    return frozenset(one for _, one in zip(range(MAX_REFERENCES), _sent(names, posted), strict=False))


def _sent(names: frozenset[str], posted: Mapping[str, object]) -> Iterator[str]:
    todo: list[object] = [posted]
    while todo:
        node = todo.pop()
        inner = node if isinstance(node, Mapping) else {}
        todo += [*inner.values(), *(node if isinstance(node, list) else ())]
        for value in (inner[name] for name in names & inner.keys()):
            yield from filter(None, map(reference, value if isinstance(value, list) else [value]))


def known_files(value: object, known: Known) -> tuple[list[object], Text | None]:
    """The files that the references mean, each once; a complaint where one is not known."""
    ids = dict.fromkeys(map(reference, value)) if isinstance(value, list) else {}
    found: list[object] = [known[one].as_json() for one in ids if one in known]
    return found, None if len(found) == len(ids) else wording.NO_FILES


def accepted(value: object, place: Place) -> Text | None:
    """Every file is of a kind that the field's `accept` names (HTML, 4.10.5.1.17); the viewer only suggests them."""
    template = place.component.templates.get("accept")
    wanted = [one.strip().lower() for one in template.line(place).split(",")] if template is not None else []
    for one in value if isinstance(value, list) and any(wanted) else ():
        name = str(one.get("name", "")) if isinstance(one, Mapping) else ""
        if name and not any(_fits(name, str(one.get("type", "")), token) for token in wanted):
            return wording.wrong_kind(place.label(), name, "、".join(filter(None, wanted)))
    return None


def _fits(name: str, media: str, wanted: str) -> bool:
    if wanted.startswith("."):
        return PurePath(name).suffix.lower() == wanted
    return wanted in (media, "*/*") or (wanted.endswith("/*") and media.startswith(wanted[:-1]))


def at_most(count: int) -> Rule:
    """No more files than our own property `maxFiles` says."""

    def rule(value: object, place: Place) -> Text | None:
        many = isinstance(value, list) and len(value) > count
        return wording.many_files(place.label(), count) if many else None

    return rule


def no_larger(megabytes: int) -> Rule:
    """No file larger than our own property `maxMegabytes` says."""

    def rule(value: object, place: Place) -> Text | None:
        for one in value if isinstance(value, list) else ():
            size = one.get("size", 0) if isinstance(one, Mapping) else 0
            if isinstance(size, int) and size > megabytes * 1024 * 1024:
                return wording.large_file(place.label(), str(one["name"]), megabytes)
        return None

    return rule
