"""Ways through a scope: what can be reached, from where an end can be reached, what turns in circles."""

from collections.abc import Callable, Collection, Iterable, Mapping

from app.bpmn.checks.graph import SCOPES, Node, Process, Scope
from app.bpmn.checks.rules import Report, rule
from app.bpmn.dialect import IoMapping, child_text
from app.errors import Severity

UNREACHABLE = rule(
    "unreachable",
    "error",
    ("从开始到不了这里", "nothing leads here from the start"),
    ("连上顺序流，或删除它", "connect it, or delete it"),
    stops=True,
)
DEAD_END = rule(
    "dead-end",
    "error",
    ("从这里走不到任何结束", "no end can be reached from here"),
    ("从循环中引出一条到结束的路", "draw a way from the loop to an end"),
)
ENDLESS = rule(
    "loop-without-wait",
    "error",
    (
        "循环中只有网关和不等待的环节（{members}），一旦进入就不会停",
        "the loop holds only gateways and steps that never wait ({members}): once entered it never stops",
    ),
    ("在循环中加入用户任务、定时或消息等待", "put a user task, a timer or a message into the loop"),
    stops=True,
)
BUSY = rule(
    "loop-of-automatic-steps",
    "warning",
    (
        "循环中只有自动环节（{members}），若条件一直成立会用尽步数而停下",
        "the loop holds only automatic steps ({members}): if its condition stays true, the step budget stops it",
    ),
    (
        "确认条件终会改变；遍历列表请用多实例或 FEEL 的 for",
        "make sure the condition changes; to go through a list use multi-instance or FEEL's for",
    ),
)

_AUTOMATIC = frozenset({"task", "scriptTask", "businessRuleTask", "intermediateThrowEvent"})
_WAITLESS = _AUTOMATIC | {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway"}
_CHANGING = frozenset({"scriptTask", "businessRuleTask"})
_BREAKING_ENDS = frozenset({"terminate", "error", "escalation", "cancel"})


def check(process: Process, report: Report) -> None:
    """The paths of one process."""
    for scope in process.scopes:
        _check_reach(scope, report)
        _check_dead_ends(scope, report)
        _check_loops(scope, report)


def closure(begin: Iterable[Node], step: Callable[[Node], Iterable[Node]]) -> set[Node]:
    """Everything that repeated steps lead to, the beginning included."""
    found = set(begin)
    waiting = list(found)
    while waiting:
        for node in step(waiting.pop()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found


def _check_reach(scope: Scope, report: Report) -> None:
    handlers = [one for one in scope.nodes if one.compensates or one.waits_for_event or one.awaits_compensation]
    reached = closure([*scope.entries(), *handlers], Node.successors)
    for node in scope.nodes:
        loose_boundary = node.tag == "boundaryEvent" and node.host is None
        if node not in reached and not loose_boundary:
            report.add(UNREACHABLE, node)


def _check_dead_ends(scope: Scope, report: Report) -> None:
    before: dict[Node, list[Node]] = {node: [] for node in scope.nodes}
    ends = []
    for node in scope.nodes:
        if not node.links and all(flow.target is None for flow in node.outgoing):
            ends.append(node)
        for target in node.successors():
            before.setdefault(target, []).append(node)
    alive = closure(ends, lambda node: before.get(node, ()))
    severity: Severity = "warning" if _can_be_broken(scope) else "error"
    for node in scope.nodes:
        if node not in alive:
            report.add(DEAD_END, node, severity=severity)


def _can_be_broken(scope: Scope) -> bool:
    """Whether something else may end the scope while a part of it turns for ever."""
    if scope.owner is not None and any(event.interrupting for event in scope.owner.boundary):
        return True
    if scope.is_adhoc and child_text(scope.xml, "completionCondition"):
        return True
    return any(
        node.waits_for_event or (node.tag == "endEvent" and not _BREAKING_ENDS.isdisjoint(node.events))
        for node in scope.nodes
    )


def _check_loops(scope: Scope, report: Report) -> None:
    """Circles without a wait; worse when nothing in them can change what their conditions read."""
    idle = {node for node in scope.nodes if not _may_wait(node)}
    still = {node for node in idle if not _may_change_data(node)}
    told: set[Node] = set()
    for what, allowed in ((ENDLESS, still), (BUSY, idle)):
        for circle in circles(scope.nodes, allowed):
            if told.isdisjoint(circle):
                first = min(circle, key=lambda node: node.line or 0)
                members = ", ".join(node.name or node.id for node in circle[:6])
                report.add(what, first, members=members)
                told.update(circle)


def _may_wait(node: Node) -> bool:
    if node.tag in SCOPES:
        return False if node.waits_for_event else _holds_wait(node)
    return node.tag not in _WAITLESS


def _holds_wait(node: Node) -> bool:
    return node.inner is None or any(_is_wait_or_scope(one) for one in node.inner.nodes)


def _is_wait_or_scope(node: Node) -> bool:
    return node.tag not in _WAITLESS and node.tag not in ("startEvent", "endEvent")


def _may_change_data(node: Node) -> bool:
    return node.tag in _CHANGING or node.tag in SCOPES or bool(IoMapping.read(node.xml).outputs)


def circles(nodes: Iterable[Node], allowed: Collection[Node]) -> list[list[Node]]:
    """The strongly connected parts, with a circle in them, of the graph of the allowed nodes (Tarjan, iterative)."""
    order: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    on_stack: set[Node] = set()
    found: list[list[Node]] = []
    edges = {node: [one for one in node.successors() if one in allowed] for node in nodes if node in allowed}
    for root in edges:
        if root in order:
            continue
        work = [(root, 0)]
        while work:
            node, at = work.pop()
            if at == 0:
                order[node] = low[node] = len(order)
                stack.append(node)
                on_stack.add(node)
            descend = _next_child(node, at, edges, order, low, on_stack)
            if descend is not None:
                work += [(node, descend + 1), (edges[node][descend], 0)]
                continue
            if low[node] == order[node]:
                _pop_part(node, stack, on_stack, edges, found)
            if work:
                parent = work[-1][0]
                low[parent] = min(low[parent], low[node])
    return found


def _next_child(
    node: Node,
    at: int,
    edges: Mapping[Node, list[Node]],
    order: Mapping[Node, int],
    low: dict[Node, int],
    on_stack: set[Node],
) -> int | None:
    for index in range(at, len(edges[node])):
        child = edges[node][index]
        if child not in order:
            return index
        if child in on_stack:
            low[node] = min(low[node], order[child])
    return None


def _pop_part(
    node: Node,
    stack: list[Node],
    on_stack: set[Node],
    edges: Mapping[Node, list[Node]],
    found: list[list[Node]],
) -> None:
    part = []
    while True:
        member = stack.pop()
        on_stack.discard(member)
        part.append(member)
        if member is node:
            break
    if len(part) > 1 or node in edges[node]:
        found.append(part[::-1])
