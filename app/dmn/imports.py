"""Files that import one another (DMN 1.5, 6.3.3): which element a reference means, and under which name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.dmn.document import NAMESPACES, Element, Faults, children, name_of, read
from app.errors import Text

UNITS: Final = ("decision", "businessKnowledgeModel", "decisionService")


@dataclass(frozen=True, slots=True)
class Import:
    """What a file imports: the name it gives it (empty: its names are taken as they are), and the part."""

    name: str
    namespace: str
    part: "Part"


@dataclass(slots=True)
class Part:
    """One file of a model. `ids` are its decisions, knowledge, services and input data."""

    number: int
    root: Element
    faults: Faults
    ids: dict[str, Element]
    imports: list[Import] = field(default_factory=list)

    @property
    def namespace(self) -> str:
        return self.root.get("namespace") or ""

    def visible(self) -> Iterator["Part"]:
        """The part, and those whose names it takes as they are, through and through; each once."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            part = waiting.pop(0)
            if part.number not in seen:
                seen.add(part.number)
                yield part
                waiting[:0] = [one.part for one in part.imports if not one.name]

    def find(self, href: str) -> tuple["Part", str, str] | None:
        """The part and id that an `href` means, and the name of the import it comes through; None if there is none."""
        namespace, _, identity = href.rpartition("#")
        if namespace in ("", self.namespace):
            found = _holding(self.visible(), identity)
            if found is not None or not namespace:
                return None if found is None else (found, identity, "")
        for one in self.imports:
            if namespace in (one.namespace, one.part.namespace):
                found = _holding(one.part.visible(), identity)
                if found is not None:
                    return found, identity, one.name
        return None


def _holding(parts: Iterable[Part], identity: str) -> Part | None:
    return next((one for one in parts if identity in one.ids), None)


def open_parts(files: Mapping[str, bytes]) -> list[Part]:
    """The files as parts that know what they import. Raises Refused if one is no model."""
    parts = []
    for number, (file, data) in enumerate(files.items()):
        faults = Faults(file)
        root = read(data, faults)
        ids = {one.get("id") or name_of(one): one for one in reversed(list(children(root, *UNITS, "inputData")))}
        parts.append(Part(number, root, faults, ids))
    for part in parts:
        for element in children(part.root, "import"):
            _connect(part, element, parts)
    return parts


def _connect(part: Part, element: Element, parts: list[Part]) -> None:
    namespace = element.get("namespace") or ""
    location = _base(element.get("locationURI") or "")
    kind = element.get("importType") or ""
    if kind and kind not in NAMESPACES:
        part.faults.unsupported(element, Text(f"导入「{kind}」", f"importing {kind!r}"))
        return
    found = [one for one in parts if one.namespace == namespace]
    found += [one for one in parts if location and _base(one.faults.file) == location]
    if found:
        part.imports.append(Import(name_of(element), namespace, found[0]))
        return
    wanted = f"{namespace} ({location})" if location else namespace
    part.faults.add(
        "dmn-import",
        element,
        Text(f"导入的模型「{wanted}」不在所给的文件中", f"the imported model {wanted!r} is not among the files"),
        Text("把被导入的 .dmn 文件一并上传", "upload the imported .dmn file together with this one"),
    )


def _base(path: str) -> str:
    """The name of a file without its folders."""
    return path.replace("\\", "/").rpartition("/")[2]
