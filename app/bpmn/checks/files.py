"""Is it a diagram at all: XML, BPMN, of a size that can be run, with something to run in it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app import xml
from app.bpmn import adhoc_limits
from app.bpmn.checks.graph import FLOW_NODES, Diagram, read
from app.bpmn.checks.rules import Report, Spot, rule
from app.bpmn.data import Data
from app.bpmn.data import refusals as data_refusals
from app.bpmn.dialect import BPMN, bpmn, local
from app.bpmn.foreign import shared, strange
from app.bpmn.support import DOCUMENTATION, REFUSED, refusals
from app.bpmn.support import finding as named
from app.errors import Refused

MAX_NODES = 10_000

NOT_BPMN = rule(
    "not-bpmn",
    "error",
    (
        "根元素是 {root}，不是 BPMN 2.0 的 definitions",
        "the root element is {root}, not definitions of BPMN 2.0",
    ),
    (
        "上传由 Camunda Modeler 或 bpmn-js 保存的 .bpmn 文件",
        "upload a .bpmn file as Camunda Modeler or bpmn-js saves it",
    ),
    stops=True,
)
NO_PROCESS = rule(
    "no-executable-process",
    "error",
    ("文件中没有可执行的流程", "the file has no executable process"),
    (
        "在流程属性中勾选“可执行”（isExecutable=true）",
        "tick 'executable' in the process's properties (isExecutable=true)",
    ),
    stops=True,
)
NOT_STATED = rule(
    "executable-not-stated",
    "warning",
    (
        "流程没有写明是否可执行，按可执行处理",
        "the process does not say whether it is executable; it is taken to be",
    ),
    ("写明 isExecutable=true", "write isExecutable=true"),
)
TOO_MANY = rule(
    "too-many-elements",
    "error",
    (
        "图中有 {count} 个节点，超过上限 {limit}",
        "the diagram has {count} nodes, over the limit of {limit}",
    ),
    ("把流程拆成几个，用调用活动连接", "split the process and join the parts by call activities"),
    stops=True,
)
UNKNOWN = rule(
    "unknown-element",
    "error",
    ("BPMN 2.0 没有名为 {tag} 的流程元素", "BPMN 2.0 has no element {tag} inside a process"),
    ("删除它，或换成标准元素", "delete it or draw a standard element"),
    stops=True,
)
MISPLACED = rule(
    "misplaced-element",
    "error",
    (
        "{tag} 写在 {parent} 里面，不属于任何流程，不会执行",
        "{tag} stands inside {parent}: it belongs to no process and would never run",
    ),
    ("把它移到流程或子流程中", "move it into a process or a sub-process"),
    stops=True,
)
UNSUPPORTED = rule(
    "unsupported-element",
    "error",
    ("不执行这种元素，或不执行它的这种用法", "this element, or this use of it, is not executed"),
    ("换成 docs/bpmn.md 列出的元素", "use one of the elements that docs/bpmn.md lists"),
    stops=True,
)

_BESIDE = DOCUMENTATION | {
    "sequenceFlow",
    "incoming",
    "outgoing",
    "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics",
    "completionCondition",
    "artifact",
    "supports",
}


def open_files(files: Mapping[str, bytes], report: Report) -> list[Diagram]:
    """The diagrams among the files; the others are reported."""
    diagrams = []
    for name, data in files.items():
        try:
            root: Any = xml.parse(data, file=name)
        except Refused as refused:
            for finding in refused.findings:
                report.take(replace(finding, file=name))
            continue
        if root.tag != bpmn("definitions"):
            report.add(NOT_BPMN, Spot(name, line=root.sourceline), root=root.tag)
            continue
        diagram = read(root, name)
        if _is_in_bounds(diagram, report):
            diagrams.append(diagram)
    return diagrams


def _is_in_bounds(diagram: Diagram, report: Report) -> bool:
    count = sum(len(scope.nodes) for process in diagram.processes for scope in process.scopes)
    if count > MAX_NODES:
        report.add(TOO_MANY, Spot(diagram.file, line=1), count=count, limit=MAX_NODES)
    return count <= MAX_NODES


def support_codes() -> frozenset[str]:
    """The codes under which the table of support refuses an element by its name."""
    return frozenset(f"unsupported-{why.code}" for why in REFUSED.values())


def check(diagram: Diagram, report: Report) -> None:
    """Something runs, and all that is drawn is part of it."""
    running = diagram.executable
    if not running:
        report.add(NO_PROCESS, Spot(diagram.file, line=diagram.root.sourceline))
    for process in running:
        if not process.stated:
            report.add(NOT_STATED, process)
    for finding in shared(diagram.root, diagram.file) if running else ():
        report.take(finding)
    for process in running:
        for finding in (*strange(process.xml, diagram.file), *data_refusals(Data.read(process.xml), diagram.file)):
            report.take(finding)
        for scope in process.scopes:
            _check_children(scope.xml, diagram.file, report)
    _check_strays(diagram, report)


def _check_children(parent: Any, file: str, report: Report) -> None:
    for child in parent.iterchildren(f"{{{BPMN}}}*"):
        tag = local(child)
        if tag not in FLOW_NODES and tag in REFUSED:
            report.take(named(child, REFUSED[tag], file))
        elif tag not in FLOW_NODES and tag not in _BESIDE:
            report.add(UNKNOWN, _spot(child, file), tag=tag)
        elif tag in FLOW_NODES:
            for finding in (*refusals(child, file), *adhoc_limits.refusals(child, file)):
                is_named = finding.code in support_codes()
                report.take(finding if is_named else replace(finding, code=UNSUPPORTED.code))


def _check_strays(diagram: Diagram, report: Report) -> None:
    held = {scope.xml for process in diagram.processes for scope in process.scopes}
    choreographies = {bpmn("choreography"), bpmn("globalChoreographyTask"), bpmn("subChoreography")}
    for element in diagram.root.iterdescendants(f"{{{BPMN}}}*"):
        tag = local(element)
        if tag not in FLOW_NODES and tag != "sequenceFlow":
            continue
        parent = element.getparent()
        if parent not in held and parent.tag not in choreographies:
            report.add(MISPLACED, _spot(element, diagram.file), tag=tag, parent=local(parent))


def _spot(element: Any, file: str) -> Spot:
    return Spot(file, element.get("id", ""), element.get("name", ""), element.sourceline)
