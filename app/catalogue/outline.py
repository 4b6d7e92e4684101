"""What pages need of a version's diagrams besides running them: which file holds a process, and English names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app import xml
from app.catalogue.bundle import bundle

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
PROPERTY = f"{BPMN}extensionElements/{ZEEBE}properties/{ZEEBE}property"


@dataclass(frozen=True, slots=True)
class Outline:
    """Of one version: file by process, Chinese and English names by (process, element), callees by (process, element).

    A process's own names stand under the element "".
    """

    files: Mapping[str, str]
    names: Mapping[tuple[str, str], str]
    english: Mapping[tuple[str, str], str]
    calls: Mapping[tuple[str, str], str]

    def name(self, process: str, element: str, language: str) -> str:
        """What a process (element "") or an element is called; its id where it has no name."""
        key = (process, element)
        chinese = self.names.get(key) or element or process
        return (self.english.get(key) or chinese) if language == "en" else chinese


@lru_cache(maxsize=512)
def outline(version_id: int) -> Outline:
    """The outline of a version. Raises NotFound."""
    version = bundle(version_id)
    files: dict[str, str] = {}
    names: dict[tuple[str, str], str] = {}
    english: dict[tuple[str, str], str] = {}
    for path, data in version.sources.items():
        if not path.endswith(".bpmn"):
            continue
        for process in xml.parse(data).iter(f"{BPMN}process"):
            own = str(process.get("id"))
            files[own] = path
            for element in _with_ids(process):
                key = (own, "" if element is process else str(element.get("id")))
                names[key] = str(element.get("name") or "")
                english.update((key, one) for one in _english(element))
    infos = version.definition.elements.values()
    calls = {(info.process, info.id): info.callee for info in infos if info.callee}
    return Outline(files, names, english, calls)


def _with_ids(process: Any) -> Iterator[Any]:
    return (one for one in process.iter() if isinstance(one.tag, str) and one.get("id") is not None)


def _english(element: Any) -> list[str]:
    return [str(one.get("value")) for one in element.findall(PROPERTY) if one.get("name") == "name_en"]
