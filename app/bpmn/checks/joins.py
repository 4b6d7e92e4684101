"""Parallel joins that starve.

A join waits for a token on each of its incoming flows. It never completes if two of them can never hold tokens at
the same time. That is certain when the two flows belong to one place invariant of weight 1: a set of flows, closed
backwards, in which every node puts at most as many tokens as it takes out. The search below looks for such a set; a
found set is a proof, so an error is never a false alarm. What it does not find is left alone.
"""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from app.bpmn.checks.graph import ACTIVITIES, Flow, Node, Process
from app.bpmn.checks.paths import closure
from app.bpmn.checks.rules import Report, rule

STARVED = rule(
    "join-never-completes",
    "error",
    (
        "并行汇聚要等“{one}”和“{other}”两条路都到达，但它们不可能同时到达",
        "the parallel join waits for both '{one}' and '{other}', which can never both arrive",
    ),
    (
        "分支由排他网关分出时，用排他网关汇合；要都执行时，用并行网关分出",
        "merge with an exclusive gateway what an exclusive gateway split, or split with a parallel gateway",
    ),
    stops=True,
)
MAY_STARVE = rule(
    "join-may-wait",
    "warning",
    (
        "从“{exit}”可以绕过这个并行汇聚而结束，其他分支会在这里一直等",
        "at '{exit}' a branch may end without this parallel join, where the other branches then wait for ever",
    ),
    (
        "让这条路也进入汇聚，或以终止结束事件结束全部分支",
        "lead that way into the join too, or end all branches with a terminate end event",
    ),
)

_STEPS = 200_000  # flow visits in one scope; beyond it joins stay unexamined
_PAIRS = 12  # incoming flows up to which every pair is tried; above, only neighbours


def check(process: Process, report: Report) -> None:
    """The parallel joins of one process."""
    for scope in (one for one in process.scopes if not one.is_adhoc):
        joins = [node for node in scope.nodes if _is_join(node)]
        search = _Search(_STEPS, {node for node in scope.entries() if node.tag != "startEvent"})
        for join in joins:
            if not _report_starved(join, search, report):
                _report_escape(join, search, report)


def _is_join(node: Node) -> bool:
    return node.tag == "parallelGateway" and len(_inputs(node)) > 1


def _inputs(node: Node) -> list[Flow]:
    return [flow for flow in node.incoming if flow.source is not None]


def _report_starved(join: Node, search: "_Search", report: Report) -> bool:
    flows = _inputs(join)
    pairs: Iterable[tuple[Flow, Flow]] = combinations(flows, 2)
    if len(flows) > _PAIRS:
        pairs = pairwise(flows)
    for one, other in pairs:
        search.budget -= 10  # what it takes to begin
        if search.excludes(one, other, join):
            report.add(STARVED, join, one=_called(one), other=_called(other))
            return True
    return False


def _called(flow: Flow) -> str:
    source = flow.source
    return flow.name or (source.name or source.id if source is not None else "") or flow.id


@dataclass(slots=True)
class _Search:
    """Looks for a weight-1 invariant. `sources`: nodes that start together in a scope without start event."""

    budget: int
    sources: set[Node]
    inputs: dict[Node, list[Flow]] = field(default_factory=dict)

    def inputs_of(self, node: Node) -> list[Flow]:
        """The flows whose token a node passes on."""
        found = self.inputs.get(node)
        if found is None:
            found = self.inputs[node] = [*_inputs(node), *(flow for throw in node.linked for flow in _inputs(throw))]
        return found

    def excludes(self, one: Flow, other: Flow, join: Node) -> bool:
        """Whether a set of flows proves that the two never hold tokens at once before `join` has ever fired.

        An inner join hands on the tokens of all its inputs as one, so any one of them may stand in the set: the
        first and the last are tried, which is enough for blocks that are drawn as blocks.
        """
        return any(self._close(deque((one, other)), join, pick) for pick in (0, -1))

    def _close(self, waiting: deque[Flow], join: Node, pick: int) -> bool:
        """Closes the set backwards; False as soon as some node could put two tokens into it."""
        held: set[Flow] = set()
        exits: Counter[Node] = Counter()
        begun: set[Node] = set()
        passed: set[Node] = set()
        while waiting:
            flow = waiting.popleft()
            if flow in held:
                continue
            held.add(flow)
            self.budget -= 1
            if self.budget < 0 or flow.source is None:
                return False
            exits[flow.source] += 1
            if _puts_two(flow.source, exits[flow.source]):
                return False
            node = _host(flow.source)
            if node in self.sources:
                begun.add(node)
            if len(begun) > 1:
                return False
            if node in passed or node is join:
                continue
            passed.add(node)
            inputs = self.inputs_of(node)
            waiting.extend([inputs[pick]] if len(inputs) > 1 and node.tag == "parallelGateway" else inputs)
        return True


def _host(node: Node) -> Node:
    """An interrupting boundary event passes on the token of its activity."""
    return node.host if node.tag == "boundaryEvent" and node.host is not None else node


def _puts_two(node: Node, held_exits: int) -> bool:
    """Whether one run of the node could put two tokens into the held flows, or tokens out of nothing."""
    if node.tag == "boundaryEvent" and (not node.interrupting or node.host is None):
        return True
    if node.tag in ("exclusiveGateway", "eventBasedGateway"):
        return False
    return node.tag == "complexGateway" or held_exits > 1


def _report_escape(join: Node, search: _Search, report: Report) -> None:
    """Warns of a choice between the fork and the join from which a branch may end elsewhere."""
    if search.budget < 0:
        return
    region = _between_fork_and(join, search)
    if not region:
        return
    for node in sorted(region, key=lambda one: one.line or 0):
        for target in _alternatives(node):
            if target in region or target is join:
                continue
            escaped = closure([target], lambda one: () if one is join else one.successors())
            search.budget -= len(escaped)
            if join not in escaped and any(map(_ends_quietly, escaped)):
                report.add(MAY_STARVE, join, exit=node.name or node.id)
                return


def _between_fork_and(join: Node, search: _Search) -> set[Node]:
    """The nodes behind the join up to the nearest parallel gateway that forks and feeds every input; else none."""
    waiting = [flow.source for flow in _inputs(join) if flow.source is not None]
    region: set[Node] = set()
    forks: set[Node] = set()
    while waiting:
        node = _host(waiting.pop())
        search.budget -= 1
        if search.budget < 0:
            return set()
        if node in region or node in forks or node is join:
            continue
        if node.tag == "parallelGateway" and len(node.outgoing) > 1:
            forks.add(node)
            continue
        region.add(node)
        waiting.extend(flow.source for flow in search.inputs_of(node) if flow.source is not None)
    return region if len(forks) == 1 else set()


def _alternatives(node: Node) -> list[Node]:
    """Where a token may turn off instead of going on."""
    exits = [flow.target for flow in node.outgoing if flow.target is not None]
    if node.tag in ("exclusiveGateway", "eventBasedGateway"):
        return exits
    if node.tag in ACTIVITIES:
        aside = (event for event in node.boundary if event.interrupting)
        return [flow.target for event in aside for flow in event.outgoing if flow.target is not None]
    return []


def _ends_quietly(node: Node) -> bool:
    """An end that leaves the other branches running."""
    breaking = {"terminate", "error", "cancel"}
    return not node.outgoing and not node.links and breaking.isdisjoint(node.events)
