"""Messages between the pools of a case: each waits for its receiver, or starts the receiver's process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bpmn import events, openings

if TYPE_CHECKING:
    from app.bpmn.case import Case
    from app.bpmn.diagram import Node


def begin(case: Case) -> None:
    """Start the partners that start of themselves."""
    for one in case.definition.pools.partners:
        body = case.definition.bodies[one]
        first = [body.nodes[start] for start in body.starts]
        if one not in case.definition.pools.fed and first and all(_is_plain(node) for node in first):
            _enter(case, one, "", {})


def deliver(case: Case) -> bool:
    """Hand over the first message that somebody waits for, or that starts a process. True if one was."""
    for letter in case.letters:
        process, element, name, key, payload = letter
        start = _start(case, process, element, name)
        found = [
            wait
            for wait in case.waits.values()
            if wait.kind == "message" and wait.node.process == process and element in (wait.node.id, "")
            and (element or wait.facts["name"] == name) and (key is None or wait.facts.get("key") in (None, key))
        ]  # fmt: skip
        if start or found:
            case.letters.remove(letter)
            if start:
                _enter(case, process, start, payload)
            else:
                events.trigger(case, found[0], "catch", payload)
            return True
    return False


def finish(case: Case) -> None:
    """The case is over when all its pools are."""
    if not any(scope.tokens for scope in case.scopes.values()):
        case.close(case.root)
        case.status = "completed"


def _start(case: Case, process: str, element: str, name: str) -> str:
    if process == case.definition.process_id:
        return ""
    body = case.definition.bodies[process]
    if element:
        return element if element in body.openings else ""
    rules = ((one, body.nodes[one].event) for one in body.openings)
    return next((one for one, rule in rules if rule and rule.kind == "message" and rule.name
                 and rule.name.source == name), "")  # fmt: skip


def _enter(case: Case, process: str, event: str, payload: dict[str, object]) -> None:
    count = case.counts["@" + process] = case.counts.get("@" + process, 0) + 1
    path = process if count == 1 else f"{process}({count})"
    scope = case.enclose("process", process, path, None, None)
    scope.vars = payload
    openings.begin(case, scope, event)


def _is_plain(node: Node) -> bool:
    return node.type != "startEvent" or node.event is None or node.event.kind == "none"
