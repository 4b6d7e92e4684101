"""What of ad-hoc sub-processes is not executed rightly, by the names in `support.REFUSED`, from the XML alone.

Where people choose (no `zeebe:adHoc activeElementsCollection`), an activity is open from the beginning and whoever
does it has chosen it. So nothing there may run of itself; and who has begun with an activity is not known, which
ordering Sequential and cancelRemainingInstances="false" would need. BPMN 2.0.2, 10.3.5 and 13.3.5.
"""

from collections.abc import Iterator

from app.bpmn.dialect import ZEEBE, AdHoc, Element, GovLimit, bpmn, extension, flag, local
from app.bpmn.support import REFUSED, event_definitions, event_kind, finding
from app.errors import Finding

_PERSONAL = ("userTask", "manualTask", "receiveTask")
_SUBS = ("subProcess", "transaction")
_ONE_WAY = ("exclusiveGateway", "eventBasedGateway")
_ENDS = ("Task", "task", "Activity", "Process", "transaction", "Gateway", "Event")


def refusals(node: Element, file: str = "") -> Iterator[Finding]:
    """What of a flow element is not executed rightly if that is an ad-hoc sub-process, and what directly in it."""
    for part, key in _refused(node) if local(node) == "adHocSubProcess" else ():
        yield finding(part, REFUSED[f"adHocSubProcess/{key}"], file)


def _refused(node: Element) -> Iterator[tuple[Element, str]]:
    rule, found = AdHoc.read(node), extension(node, ZEEBE, "adHoc")
    if rule.sequential and not rule.active:
        yield node, "sequentialChoice"
    if not rule.cancels and not rule.active and rule.completion_condition:
        yield node, "remainingChoice"
    if found is not None and (found.get("outputCollection") or found.get("outputElement")):
        yield node, "output"
    if extension(node, ZEEBE, "taskDefinition") is not None:
        yield node, "job"
    inside = _Inside(node)
    for one in inside.nodes.values():
        key = _part(one, inside, rule)
        if key:
            yield one, key


class _Inside:
    """What stands directly in a sub-process: nodes by id, where flows lead from each, what flows enter.

    `guarded`: by event sub-processes; `passing`: the activities that an event may interrupt at once.
    """

    def __init__(self, element: Element) -> None:
        children = list(element.iterchildren(bpmn("*")))
        flows = [one for one in children if local(one) == "sequenceFlow"]
        self.nodes: dict[str, Element] = {
            one.get("id"): one for one in children if local(one).endswith(_ENDS) and one.get("id")
        }
        self.leaving: dict[str, list[str]] = {}
        for flow in flows:
            self.leaving.setdefault(flow.get("sourceRef", ""), []).append(flow.get("targetRef", ""))
        self.entered = {flow.get("targetRef", "") for flow in flows}
        self.guarded = any(flag(one.get("triggeredByEvent"), False) for one in self.nodes.values())
        self.passing = {one.get("attachedToRef") for one in self.nodes.values() if _may_be_at_once(one)}

    def exits(self, node: Element) -> list[str]:
        """Where flows lead from a node."""
        return self.leaving.get(node.get("id", ""), [])

    def begins(self, node: Element) -> bool:
        """Whether a node may be the first: nothing leads to it, and it is no border event, handler or link."""
        if local(node) == "boundaryEvent" or flag(node.get("isForCompensation"), False):
            return False
        if local(node) == "intermediateCatchEvent" and event_kind(node) == "link":
            return False
        return node.get("id", "") not in self.entered

    def first(self) -> list[Element]:
        """Where work in it begins: behind its start events, else at what may be the first."""
        starts = [one for one in self.nodes.values() if local(one) == "startEvent"]
        if not starts:
            return [one for one in self.nodes.values() if self.begins(one)]
        targets = dict.fromkeys(target for start in starts for target in self.exits(start))
        return [self.nodes[one] for one in targets if one in self.nodes]


def _part(node: Element, inside: _Inside, rule: AdHoc) -> str:
    if local(node) in ("startEvent", "endEvent"):
        return "event"
    if flag(node.get("triggeredByEvent"), False):
        return "eventSubProcess"
    if not rule.active and inside.begins(node) and not _waits_for_people(node, inside):
        return "automatic"
    return "split" if rule.sequential and _splits(node, inside.exits(node)) else ""


def _waits_for_people(node: Element, inside: _Inside) -> bool:
    """Whether a node, or a sub-process, is not over before somebody acts, a message arrives or a time has passed."""
    tag = local(node)
    if node.get("id") in inside.passing or any(local(child).endswith("LoopCharacteristics") for child in node):
        return False
    if tag == "adHocSubProcess":
        return not AdHoc.read(node).active  # its own activities are judged by themselves
    if tag not in _SUBS:
        return tag in _PERSONAL
    within = _Inside(node)
    first = [] if within.guarded else within.first()
    return bool(first) and all(_waits_for_people(one, within) for one in first)


def _may_be_at_once(event: Element) -> bool:
    """Whether a border event may interrupt its activity as soon as that is open, and so again and again."""
    if local(event) != "boundaryEvent" or not flag(event.get("cancelActivity"), True):
        return False
    limit = GovLimit.read(event)
    if limit is not None and limit.start != "entry":
        return True
    kinds = {local(one) for definition in event_definitions(event) for one in (definition, *definition)}
    return not kinds.isdisjoint(("conditionalEventDefinition", "timeDate", "timeCycle"))


def _splits(node: Element, exits: list[str]) -> bool:
    """Whether several activities may run side by side after a node."""
    if local(node) == "boundaryEvent" and not flag(node.get("cancelActivity"), True) and exits:
        return True
    quantity = (node.get("completionQuantity") or "1").strip()
    return bool(exits) and (quantity != "1" or (len(exits) > 1 and local(node) not in _ONE_WAY))
