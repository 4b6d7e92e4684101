"""The shelf: an item's folder in `processes/`, with the forms it names, as one set of content and files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from app.config import ROOT
from app.errors import Finding, Refused, Text

PROCESSES, FORMS = ROOT / "processes", ROOT / "forms"


@dataclass(frozen=True, slots=True)
class Shelved:
    """What `item.yaml` says, and the bytes of every file it names, by path in the shelf."""

    slug: str
    content: dict[str, Any]
    files: dict[str, bytes]

    @property
    def process_id(self) -> str:
        return str(self.content["process"]["id"])


def slugs(processes: Path = PROCESSES) -> list[str]:
    """The items on the shelf, by folder name."""
    return sorted(path.parent.name for path in processes.glob("*/item.yaml"))


def read(slug: str, processes: Path = PROCESSES, forms: Path = FORMS) -> Shelved:
    """Read an item from the shelf. Raises Refused with a finding for each thing that cannot be read."""
    path = processes / slug / "item.yaml"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise Refused([_unreadable("item.yaml", str(problem).splitlines()[0])]) from problem
    if not isinstance(content, dict):
        raise Refused([_unreadable("item.yaml", "不是键值结构")])
    files, findings = {}, []
    for name, file in _named(content, processes, forms):
        inside = file.resolve().is_relative_to(processes.resolve()) or file.resolve().is_relative_to(forms.resolve())
        if not inside or not file.is_file():
            findings.append(_unreadable(name, "文件不存在"))
        else:
            files[name] = file.read_bytes()
    if findings:
        raise Refused(findings)
    return Shelved(slug, content, files)


def _named(content: dict[str, Any], processes: Path, forms: Path) -> list[tuple[str, Path]]:
    process = content.get("process")
    diagrams = process.get("files", ()) if isinstance(process, dict) else ()
    paths = [str(one) for one in (*diagrams, *(content.get("decisions") or ()))]
    named = [(path, processes / path) for path in paths]
    return named + [(f"forms/{one}.form", forms / f"{one}.form") for one in content.get("forms") or ()]


def _unreadable(name: str, why: str) -> Finding:
    return Finding(
        "error",
        "file-unreadable",
        Text(f"无法读取“{name}”：{why}", f"{name!r} cannot be read: {why}"),
        Text("检查 item.yaml 所列的文件名和内容", "Check the names and contents that item.yaml lists"),
        file=name,
    )
