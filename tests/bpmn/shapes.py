"""Somewhat larger pieces of diagrams that several cases of the checker share."""

import re

from tests.bpmn.sketch import (
    chain,
    end,
    ext,
    node,
    start,
    task,
    user,
    xor,
)

PLAIN = start() + end()
LINE = PLAIN + chain("s", "e")


def line_of(*tasks: str) -> str:
    """A start, these tasks one after the other, an end. Each task is given as its XML, its id its name."""
    idents = [re.search(r'id="([^"]*)"', one)[1] for one in tasks]
    return PLAIN + "".join(tasks) + chain("s", *idents, "e")


def boundary(inside: str, more: str = "") -> str:
    """A user task with a boundary event that leads to an end of its own."""
    event = node("boundaryEvent", "b", inside, f'attachedToRef="u" {more}')
    return line_of(user("u")) + event + end("e2") + chain("b", "e2")


def timer(inside: str) -> str:
    return f"<bpmn:timerEventDefinition>{inside}</bpmn:timerEventDefinition>"


def split(default: str, *flows: str) -> str:
    """A choice between two ends."""
    return start() + xor("g", default) + end("e1") + end("e2") + chain("s", "g") + "".join(flows)


def lanes(*lists: str) -> str:
    names = (f'<bpmn:lane id="l{i}" name="l{i}">{one}</bpmn:lane>' for i, one in enumerate(lists))
    return f"<bpmn:laneSet>{''.join(names)}</bpmn:laneSet>"


def ref(*idents: str) -> str:
    return "".join(f"<bpmn:flowNodeRef>{one}</bpmn:flowNodeRef>" for one in idents)


def call(ident: str, callee: str) -> str:
    return task(ident, ext(f'<zeebe:calledElement processId="{callee}"/>'), "callActivity")


LOOP = "<bpmn:multiInstanceLoopCharacteristics>{}</bpmn:multiInstanceLoopCharacteristics>"
OVER = LOOP.format(ext('<zeebe:loopCharacteristics inputCollection="= xs" inputElement="{}"/>'))

MESSAGE = '<bpmn:message id="m" name="m"/>'
ON_ERROR = node(
    "subProcess",
    "sub",
    start("s1", "<bpmn:errorEventDefinition/>") + end("e1") + chain("s1", "e1"),
    'triggeredByEvent="true"',
)


def waiting(event: str) -> str:
    """An event gateway that waits for an event c."""
    return start() + node("eventBasedGateway", "g") + event + end() + chain("s", "g", "c", "e")


def throw(ident: str) -> str:
    return node("intermediateThrowEvent", ident, '<bpmn:linkEventDefinition name="l"/>')


def catch(ident: str) -> str:
    return node("intermediateCatchEvent", ident, '<bpmn:linkEventDefinition name="l"/>')
