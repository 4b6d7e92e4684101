"""A process with everything it calls, read once and then only looked at: `Definition.load`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.bpmn import compensation, foreign, specs
from app.bpmn.checks import compensations
from app.bpmn.data import Data
from app.bpmn.data import refusals as data_refusals
from app.bpmn.diagram import Body, ElementInfo, Node, Start
from app.bpmn.dialect import ZEEBE, CalledElement, Element, bpmn, flag
from app.bpmn.normal import FIX, Normaliser
from app.bpmn.pools import Pools
from app.bpmn.reader import Reader, References
from app.bpmn.token import BodySpec
from app.errors import Finding, Refused, Text
from app.xml import parse

if TYPE_CHECKING:
    from app.bpmn.diagram import Flow


@dataclass(frozen=True, slots=True)
class _Source:
    """One file: its root, its references."""

    file: str
    root: Element
    references: References


@dataclass(frozen=True, slots=True)
class Root:
    """The case's own process: its body's key and the library's spec."""

    key: str
    spec: BodySpec


class Definition:
    """One process and its callees, immutable and safe to share between threads. Built by `load`."""

    def __init__(self, process_id: str, bodies: dict[str, Body], names: frozenset[str], beside: Pools) -> None:
        self.process_id = process_id
        self.pools = beside
        self.bodies: Mapping[str, Body] = MappingProxyType(bodies)
        self.names = names
        self._sources: dict[tuple[str, str], dict[str, frozenset[str]]] = {}
        kept: dict[str, BodySpec] = {}
        for body in bodies.values():
            kept[body.key] = _specify(body)
        compensation.prepare(bodies)
        self.gathers = any(spec.gathers for body in bodies.values() for spec in body.specs.values())
        self.root = Root(process_id, kept[process_id])
        infos = {(node.process, node.id): _info(node) for body in bodies.values() for node in body.nodes.values()}
        self.elements: Mapping[tuple[str, str], ElementInfo] = MappingProxyType(infos)
        self.index: Mapping[str, int] = {name: number for number, name in enumerate(sorted({key[1] for key in infos}))}
        self.starts = _starts(bodies[process_id])
        found = infos.values()
        self.forms = frozenset(one.form_id for one in found if one.form_id)
        self.decisions = frozenset(one.decision_id for one in found if one.decision_id)
        self.callees = frozenset(one.callee for one in found if one.callee)
        nodes = [node for body in bodies.values() for node in body.nodes.values()]
        self.waits_for_data = any(node.data.input_sets for node in nodes)
        self.has_choices = any(node.adhoc is not None for node in nodes)
        rules = (
            rule for body in bodies.values() for node in body.nodes.values() if node.event for rule in node.event.each
        )
        self.messages = frozenset(one.name.source for one in rules if one.kind == "message" and one.name)

    @classmethod
    def load(cls, files: Mapping[str, bytes], process_id: str) -> Definition:
        """Read a process and what it calls from `.bpmn` files, by file name.

        Raises Refused with a finding for everything that would not be executed rightly.
        """
        sources = [_source(name, data) for name, data in files.items()]
        processes: dict[str, tuple[_Source, Element]] = {}
        findings: list[Finding] = []
        for source in sources:
            for process in source.root.iterchildren(bpmn("process")):
                ident = process.get("id", "")
                if ident in processes:
                    text = Text(f"流程“{ident}”有两份", f"there are two processes “{ident}”")
                    findings.append(_finding(source.file, process, "duplicate-process", text))
                processes[ident] = (source, process)
        beside = Pools.read((source.root for source in sources), process_id)
        bodies, names = _bodies((process_id, *beside.partners), processes, findings)
        if findings:
            raise Refused(findings)
        return cls(process_id, bodies, names, beside)

    def sources(self, node: Node) -> dict[str, frozenset[str]]:
        """For each flow into a gateway: the nodes from which a token can still come along it, not through itself."""
        key = (node.body, node.id)
        found = self._sources.get(key)
        if found is None:
            found = self._sources[key] = _reaching(self.bodies[node.body], node)
        return found


def _bodies(
    wanted_first: tuple[str, ...], processes: Mapping[str, tuple[_Source, Element]], findings: list[Finding]
) -> tuple[dict[str, Body], frozenset[str]]:
    known = frozenset(name for source, _ in processes.values() for name in _spaced(source.root))
    bodies: dict[str, Body] = {}
    names: set[str] = set()
    checked: set[str] = set()
    wanted: list[tuple[str, str, Element | None]] = [(one, "", None) for one in wanted_first]
    while wanted:
        ident, file, caller = wanted.pop()
        if ident in bodies:
            continue
        if ident not in processes:
            text = Text(f"没有流程“{ident}”", f"there is no process “{ident}”")
            findings.append(_finding(file, caller, "no-process", text))
            continue
        source, process = processes[ident]
        normaliser = Normaliser(source.file)
        if source.file not in checked:
            checked.add(source.file)
            normaliser.ids(source.root)
            findings += foreign.shared(source.root, source.file)
        if not flag(process.get("isExecutable"), True):
            text = Text(f"流程“{ident}”标为不可执行", f"process “{ident}” is marked as not executable")
            normaliser.complain(process, "not-executable", text)
        findings += foreign.strange(process, source.file)
        reader = Reader(normaliser, source.references, known, _data(normaliser, process))
        bodies |= reader.bodies(normaliser.graph(process, ident, ident))
        if caller is not None and not bodies[ident].starts:
            text = Text(f"被调用的流程“{ident}”没有无类型的开始", f"the called process “{ident}” has no plain start")
            normaliser.complain(caller, "callee-start", text)
        names |= reader.names
        findings += [*normaliser.findings, *compensations.findings(process, source.file)]
        for one in process.iterdescendants(bpmn("callActivity")):
            called = CalledElement.read(one)
            if called is not None and called.process_id and not called.process_id.startswith("="):
                wanted.append((called.process_id, source.file, one))
    return bodies, frozenset(names)


def _data(normaliser: Normaliser, process: Element) -> Data:
    data = Data.read(process)
    normaliser.findings += data_refusals(data, normaliser.file)
    for fault in data.faults:
        if fault.target:
            text = Text(f"没有“{fault.target}”可引用", f"there is nothing called “{fault.target}” to refer to")
            normaliser.complain(fault.node, "dangling-reference", text)
    return data


def _source(file: str, data: bytes) -> _Source:
    root = parse(data, file=file)
    if root.tag != bpmn("definitions"):
        text = Text("文件不是 BPMN 2.0", "the file is not BPMN 2.0")
        raise Refused([_finding(file, root, "not-bpmn", text)])
    return _Source(file, root, References.read(root))


def _finding(file: str, node: Element | None, code: str, text: Text) -> Finding:
    if node is None:
        return Finding("error", code, text, FIX, file)
    return Finding("error", code, text, FIX, file, node.get("id", ""), node.get("name", ""), node.sourceline)


def _spaced(root: Element) -> Iterator[str]:
    """Names of variables that FEEL has to be told of, since they are not plain words."""
    attributes = ("target", "resultVariable", "inputElement", "outputCollection")
    for node in root.iter(f"{{{ZEEBE}}}*"):
        for attribute in attributes:
            name = (node.get(attribute) or "").strip()
            if name and not name.replace(".", "").isidentifier():
                yield name


def _starts(body: Body) -> tuple[Start, ...]:
    found = []
    for element in body.openings:
        rule = body.nodes[element].event
        name = rule.name.source if rule is not None and rule.name is not None else ""
        found.append(Start(element, rule.kind if rule is not None else "none", name))
    return tuple(found)


def _specify(body: Body) -> BodySpec:
    spec = BodySpec(body.key)
    for node in body.nodes.values():
        body.specs[node.id] = specs.make(spec, node)
    for node in body.nodes.values():
        for flow in node.outgoing:
            body.specs[node.id].connect(body.specs[flow.target])  # type: ignore[no-untyped-call]  # the library is untyped here
    return spec


def _reaching(body: Body, gateway: Node) -> dict[str, frozenset[str]]:
    backwards: dict[str, list[str]] = {}
    flows: dict[str, Flow] = {}
    for node in body.nodes.values():
        for flow in node.outgoing:
            backwards.setdefault(flow.target, []).append(node.id)
            flows[flow.id] = flow
        if node.attached:
            backwards.setdefault(node.id, []).append(node.attached)
    return {one: _ancestors(backwards, flows[one].source, gateway.id) for one in gateway.incoming}


def _ancestors(backwards: Mapping[str, list[str]], source: str, border: str) -> frozenset[str]:
    seen = {source}
    todo = [source]
    while todo:
        one = todo.pop()
        if one == border:
            continue
        for before in backwards.get(one, ()):
            if before not in seen:
                seen.add(before)
                todo.append(before)
    return frozenset(seen)


def _info(node: Node) -> ElementInfo:
    rule = node.event
    caught = next((one.name.source for one in rule.each if one.kind == "message" and one.name), "") if rule else ""
    job = node.task.job_type.source if node.task and node.task.job_type else ""
    return ElementInfo(
        process=node.process, id=node.id, name=node.name, type=node.type, event=rule.kind if rule else "",
        lane=node.lane, step=node.step, limit=node.limit, form_id=node.task.form_id if node.task else node.reply_form,
        job_type=job, decision_id=node.decision.source if node.decision else "",
        callee=node.call.process_id if node.call else "",
        message=caught,
        attached_to=node.attached, marks=node.marks,
    )  # fmt: skip
