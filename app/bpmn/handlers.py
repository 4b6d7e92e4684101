"""Which activity undoes which: compensation boundary events and the associations that lead to their handlers.

BPMN 2.0.2, 10.7.1. Associations are drawn in the process, in a sub-process or beside the pools, in either direction.
"""

from collections.abc import Iterable, Mapping

from app.bpmn.dialect import Element, bpmn, flag, local
from app.bpmn.support import ACTIVITIES, event_kind


def associations(root: Element) -> dict[str, list[str]]:
    """What each element of a file is associated with."""
    found: dict[str, list[str]] = {}
    for one in root.iterdescendants(bpmn("association")):
        source, target = name_of(one.get("sourceRef")), name_of(one.get("targetRef"))
        found.setdefault(source, []).append(target)
        found.setdefault(target, []).append(source)
    return found


def is_handler(node: Element) -> bool:
    """Whether an activity runs only to compensate another."""
    return flag(node.get("isForCompensation"), False)


def name_of(reference: str | None) -> str:
    """The id in a reference that may be a qualified name."""
    return (reference or "").strip().rpartition(":")[2]


def reference_of(definition: Element) -> str:
    """The activity that a compensate definition names; "" for all."""
    return name_of(definition.get("activityRef"))


def handlers(event: str, nodes: Mapping[str, Element], joined: Mapping[str, list[str]]) -> list[str]:
    """The activities that a compensation boundary event is associated with, among the nodes of its scope."""
    return sorted({one for one in joined.get(event, ()) if one in nodes and local(nodes[one]) in ACTIVITIES})


def handler_of(boundary: Iterable[str], nodes: Mapping[str, Element], joined: Mapping[str, list[str]]) -> str:
    """The handler of an activity with these boundary events; "" without. `checks.compensations` judges the drawing."""
    for event in boundary:
        if event_kind(nodes[event]) == "compensate":
            found = [one for one in handlers(event, nodes, joined) if is_handler(nodes[one])]
            return found[0] if found else ""
    return ""
