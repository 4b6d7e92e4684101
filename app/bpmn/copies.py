"""Compiles the data associations that `data.py` has found: what each copies, and what has to be there for a set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bpmn.data import Association, Data, sets
from app.bpmn.diagram import Copy, DataRule
from app.bpmn.dialect import Element, bpmn, child_text, local
from app.errors import Text

if TYPE_CHECKING:
    from app.bpmn.reader import Reader

Group = tuple[tuple[Copy, ...], tuple[Copy, ...]]
NOTHING = DataRule()
TRANSFORMATION = Text("数据关联的转换", "a data association's transformation")
ASSIGNED = Text("数据关联的赋值", "a data association's assignment")


def rule(reader: Reader, data: Data, element: Element) -> DataRule:
    """The data inputs and outputs of a node. What a loop collects into is the loop's, not an instance's."""
    found = data.of.get(element.get("id", ""))
    if found is None:
        return NOTHING
    loop = next(element.iterchildren(bpmn("multiInstanceLoopCharacteristics")), None)
    collected = "" if loop is None else child_text(loop, "loopDataOutputRef").rpartition(":")[2]
    made = [(one, _copy(reader, data, element, one)) for one in found if not collected or one.own != collected]
    inputs = [(one.own, copy) for one, copy in made if one.inward]
    outputs = [(one.own, copy) for one, copy in made if not one.inward]
    return DataRule(
        tuple(copy for _, copy in inputs),
        tuple(copy for _, copy in outputs),
        _groups(element, inputs, inward=True),
        _groups(element, outputs, inward=False),
    )


def _copy(reader: Reader, data: Data, element: Element, one: Association) -> Copy:
    writes = []
    for writing in one.writings:
        value = None
        if writing.source is not None:
            is_whole = local(writing.element) == "transformation"
            what = TRANSFORMATION if is_whole else ASSIGNED
            read = reader.feel if is_whole else reader.value
            value = read(element, writing.source, what)
        writes.append((value, writing.path))
    reader.names |= set(one.reads)
    return Copy(data.items[one.own].variable if one.own else "", one.reads, tuple(writes))


def _groups(element: Element, copies: list[tuple[str, Copy]], *, inward: bool) -> tuple[Group, ...]:
    """The sets that are told of; what is in none of them is copied with each, and nothing waits for it."""
    if not copies:
        return ()
    told = list(sets(element, inward))
    grouped = {ident for _, every in told for ident in every}
    return tuple(
        (
            tuple(copy for ident, copy in copies if ident in needed),
            tuple(copy for ident, copy in copies if ident in every or ident not in grouped),
        )
        for needed, every in told
    )
