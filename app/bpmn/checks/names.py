"""Ids that are there, unique and usable; names that say what they seem to say."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from app.bpmn.checks.graph import (
    ACTIVITIES,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    Diagram,
    Node,
    Process,
    kind_name,
    owner_spot,
)
from app.bpmn.checks.rules import Place, Report, Spot, rule
from app.bpmn.dialect import BPMN, GOV, ZEEBE
from app.errors import Severity

NO_ID = rule(
    "missing-id",
    "error",
    ("{tag}没有 id", "the {tag} has no id"),
    ("给它一个在图中唯一的 id", "give it an id that is unique in the diagram"),
    stops=True,
)
NO_FLOW_ID = rule(
    "flow-without-id",
    "warning",
    (
        "顺序流没有 id，流转记录只能用自动编号称呼它",
        "the sequence flow has no id; the record can only call it by a made-up one",
    ),
    ("给它一个 id，或用建模工具重新保存", "give it an id, or save the diagram again in a modeler"),
)
DUPLICATE = rule(
    "duplicate-id",
    "error",
    ("id“{id}”在第 {first} 行已经用过", "the id '{id}' is already used in line {first}"),
    ("改成另一个 id", "change it to another id"),
    stops=True,
)
DUPLICATE_PROCESS = rule(
    "duplicate-process-id",
    "error",
    ("流程 id“{id}”在文件 {other} 中已经用过", "the process id '{id}' is already used in the file {other}"),
    ("改成另一个流程 id", "change the process id"),
    stops=True,
)
RESERVED = rule(
    "reserved-id",
    "error",
    ("id“{id}”是引擎内部保留的", "the id '{id}' is reserved for the engine itself"),
    ("改名，例如“{id}_1”", "rename it, for instance '{id}_1'"),
    stops=True,
)
NOT_NCNAME = rule(
    "invalid-id",
    "error",
    (
        "id“{id}”不合法：须以字母、汉字或下划线开头，不含空格、冒号和斜杠",
        "the id '{id}' is not an XML name: it begins with a letter or underscore, without spaces, colons, slashes",
    ),
    ("改成合法的 id", "change it to a valid id"),
    stops=True,
)
UNNAMED = rule(
    "unnamed-step",
    "error",
    (
        "{tag}没有名称，流程图上看不出这一环节做什么",
        "the {tag} has no name: the diagram does not say what happens here",
    ),
    ("写上环节名称", "name the step"),
)
UNNAMED_GATEWAY = rule(
    "unnamed-gateway",
    "warning",
    ("有多个出口的网关没有名称", "the gateway has several exits and no name"),
    ("以问句命名，例如“材料齐全吗？”", "name it as a question, such as 'papers complete?'"),
)
HIDDEN = rule(
    "hidden-characters",
    "error",
    ("文字中有看不见的字符 {points}", "the text holds invisible characters {points}"),
    ("删除这些字符，重新输入", "delete them and type the text again"),
)
MIXED = rule(
    "mixed-letters",
    "error",
    (
        "“{word}”混用了形近的不同字母表（{scripts}），可能冒充别的名称",
        "'{word}' mixes look-alike letters of several alphabets ({scripts}) and may pose as another name",
    ),
    ("只用一种字母重新输入", "type it again in one alphabet"),
)

LOOK_ALIKE = rule(
    "look-alike-letters",
    "warning",
    (
        "“{word}”中有形似“{plain}”的其他字符，例如全角字母",
        "'{word}' has characters that only look like '{plain}', such as full-width letters",
    ),
    ("用通常的字母和数字重新输入“{plain}”", "type '{plain}' again in ordinary letters and digits"),
)

# What SpiffWorkflow names its own task specifications beside the diagram's ids.
_RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
_RESERVED_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")

_FIRST = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NCNAME = re.compile(f"[{_FIRST}][{_FIRST}.0-9\u00b7\u0300-\u036f\u203f-\u2040-]*")  # Namespaces in XML 1.0, 4
_CHECKED = frozenset(f"{{{BPMN}}}{tag}" for tag in (*FLOW_NODES, "process", "sequenceFlow"))
_CYRILLIC_LIKE_LATIN = str.maketrans("асеорхуіјѕԁһԛԝАВЕКМНОРСТУХІЈЅ", "aceopxyijsdhqwABEKMHOPCTYXIJS")
_INVISIBLE = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
_WORD = re.compile(r"[^\W\d_]+")


def is_ncname(text: str) -> bool:
    """Whether a text can be an XML id."""
    return _NCNAME.fullmatch(text) is not None


def check(diagram: Diagram, report: Report) -> None:
    """Ids and names of one file."""
    _check_ids(diagram, report)
    for process in diagram.executable:
        _check_names(process, report)
    _check_spoofing(diagram, report)


def check_processes(diagrams: Iterable[Diagram], report: Report) -> None:
    """Process ids across files."""
    seen: dict[str, Process] = {}
    for process in (process for diagram in diagrams for process in diagram.processes if process.id):
        first = seen.setdefault(process.id, process)
        if first is not process and first.file != process.file:
            report.add(DUPLICATE_PROCESS, process, id=process.id, other=first.file)


def _check_ids(diagram: Diagram, report: Report) -> None:
    seen: dict[str, Any] = {}
    for element in diagram.root.iter("*"):
        identity = element.get("id")
        if identity is None:
            continue
        first = seen.setdefault(identity, element)
        spot = Spot(diagram.file, identity, element.get("name", ""), element.sourceline)
        if not identity and element.tag not in _CHECKED:
            report.add(NOT_NCNAME, spot, id="")
        elif identity and first is not element:
            report.add(DUPLICATE, spot, id=identity, first=first.sourceline)
    for process in diagram.processes:
        _check_id(process, "process", report)
        for node in process.nodes:
            _check_id(node, node.tag, report)
        for flow in process.flows:
            if flow.id:
                _check_id(flow, "sequenceFlow", report)
            else:
                report.add(NO_FLOW_ID, flow)


def _check_id(place: Place, tag: str, report: Report) -> None:
    if not place.id:
        report.add(NO_ID, place, tag=kind_name(tag))
    elif not is_ncname(place.id):
        report.add(NOT_NCNAME, place, id=place.id)
    elif place.id in _RESERVED or place.id.endswith(_RESERVED_ENDINGS):
        report.add(RESERVED, place, id=place.id)


def _check_names(process: Process, report: Report) -> None:
    for node in process.nodes:
        if node.name.strip():
            continue
        if node.tag in ACTIVITIES or (node.tag in EVENTS and not _inner(node)):
            report.add(UNNAMED, node, tag=kind_name(node.tag))
        elif node.tag in GATEWAYS and len(node.outgoing) > 1:
            report.add(UNNAMED_GATEWAY, node)


def _inner(node: Node) -> bool:
    """Plain starts and ends of a sub-process say nothing that the sub-process's own name does not."""
    return node.scope.owner is not None and node.tag in ("startEvent", "endEvent") and not node.events


def _check_spoofing(diagram: Diagram, report: Report) -> None:
    """Invisible characters anywhere; in names and ids also words of look-alike alphabets (UTS 39, mixed scripts)."""
    for element in diagram.root.iter(f"{{{BPMN}}}*", f"{{{ZEEBE}}}*", f"{{{GOV}}}*"):
        text = "".join([*map(str, element.attrib.values()), element.text or ""])
        if text.isascii() and text.isprintable():
            continue
        points = sorted({f"U+{ord(char):04X}" for char in text if _is_hidden(char)})
        if points:
            report.add(HIDDEN, owner_spot(element, diagram.file), points=", ".join(points))
        named = f"{element.get('name', '')} {element.get('id', '')}"
        mixed = next((word for word in _WORD.findall(named) if len(_alphabets(word)) > 1), None)
        if mixed:
            scripts = ", ".join(sorted(_alphabets(mixed)))
            report.add(MIXED, owner_spot(element, diagram.file), word=mixed, scripts=scripts)
            continue
        for attribute in ("id", "name"):
            word = element.get(attribute, "")
            plain = "" if word.isascii() else _plain(word)
            if plain != word and not word.isascii():
                severity: Severity = "error" if attribute == "id" else "warning"
                report.add(LOOK_ALIKE, owner_spot(element, diagram.file), severity=severity, word=word, plain=plain)
                break


def _is_hidden(char: str) -> bool:
    if char in " \t\r\n":
        return False
    return char in _INVISIBLE or unicodedata.category(char) in ("Cf", "Cc", "Co", "Cn", "Zl", "Zp")


def _plain(text: str) -> str:
    """The text in the letters that people read in it: full-width, mathematical, decomposed, or Cyrillic words of
    letters that all look Latin (UTS 39, whole-script confusables). Numbers such as Ⅱ and ① and punctuation stay.
    """
    text = "".join(_plain_letter(char) for char in unicodedata.normalize("NFC", text))
    return _WORD.sub(lambda found: _latin(found.group()), text)


def _plain_letter(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    is_radical = "\u2e80" <= char <= "\u2fdf"
    is_letter = unicodedata.category(char) in ("Lu", "Ll", "Nd") and plain.isascii()
    return plain if len(plain) == 1 and (is_letter or is_radical) else char


def _latin(word: str) -> str:
    latin = word.translate(_CYRILLIC_LIKE_LATIN)
    return latin if latin.isascii() else word


def _alphabets(word: str) -> set[str]:
    if word.isascii():
        return set()
    names = (unicodedata.name(char, "").removeprefix("FULLWIDTH ").partition(" ")[0] for char in word)
    return {name.title() for name in names if name in _ALPHABETS}
