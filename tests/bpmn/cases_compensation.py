"""Wrong and mended diagrams for compensation and transactions: code → (wrong, mended)."""

from tests.bpmn.shapes import PLAIN, line_of
from tests.bpmn.sketch import chain, diagram, end, node, start, task

CATCH = "<bpmn:compensateEventDefinition/>"
CANCEL = "<bpmn:cancelEventDefinition/>"
HANDLER = 'isForCompensation="true"'
REFERRED = "<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>"


def event(ident: str, host: str, inside: str = CATCH, more: str = "") -> str:
    """A boundary event at an activity."""
    return node("boundaryEvent", ident, inside, f'attachedToRef="{host}" {more}')


def joined(event: str, handler: str) -> str:
    """An association."""
    return f'<bpmn:association id="{event}{handler}" sourceRef="{event}" targetRef="{handler}"/>'


def undoer(ident: str = "h", attributes: str = HANDLER) -> str:
    """A handler."""
    return task(ident, attributes=attributes)


HOST = line_of(task("a"))
DONE = event("c", "a") + undoer() + joined("c", "h")
GOOD = diagram(HOST + DONE)
GUARD = node("subProcess", "g", start("gs", CATCH) + end("ge") + chain("gs", "ge"), 'triggeredByEvent="true"')


def throwing(activity: str, *more: str) -> bytes:
    """A task a with handler, then a compensation of an activity."""
    thrown = node("intermediateThrowEvent", "t", f'<bpmn:compensateEventDefinition activityRef="{activity}"/>')
    return diagram(PLAIN + task("a") + thrown + chain("s", "a", "t", "e") + "".join(more))


def within(tag: str, inside: str, *more: str) -> bytes:
    """A sub-process or transaction w with that inside."""
    return diagram(line_of(node(tag, "w", start("s2") + inside)) + "".join(more))


ENDED = end("x", CANCEL) + chain("s2", "x")
GIVEN_UP = event("b", "w", CANCEL) + end("e2") + chain("b", "e2")
DOUBLE = DONE + event("c2", "a") + undoer("h2") + joined("c2", "h2")
INNER = task("a2") + event("c2", "a2") + undoer("h2") + joined("c2", "h2") + end("x2") + chain("s2", "a2", "x2")

COMPENSATION: dict[str, tuple[bytes, bytes]] = {
    "compensation-without-handler": (diagram(HOST + event("c", "a")), GOOD),
    "several-compensation-handlers": (diagram(HOST + DOUBLE), GOOD),
    "handler-not-marked": (diagram(HOST + DONE.replace(HANDLER, "")), GOOD),
    "compensation-with-flow": (diagram(HOST + DONE + end("e2") + chain("h", "e2")), GOOD),
    "handler-of-nothing": (diagram(HOST + DONE + undoer("h2")), GOOD),
    "handler-compensated": (
        diagram(HOST + DONE + event("c2", "h") + undoer("h2") + joined("c2", "h2")),
        GOOD,
    ),
    "compensation-of-process": (diagram(HOST + GUARD), within("subProcess", end("x") + chain("s2", "x") + GUARD)),
    "compensates-out-of-sight": (
        throwing("a2", DONE, node("subProcess", "w", start("s2") + INNER), chain("s", "w")),
        throwing("w", DONE, node("subProcess", "w", start("s2") + INNER), chain("s", "w")),
    ),
    "not-compensable": (throwing("a"), throwing("a", DONE)),
    "cancel-outside-transaction": (within("subProcess", ENDED), within("transaction", ENDED, GIVEN_UP)),
    "cancel-without-boundary": (within("transaction", ENDED), within("transaction", ENDED, GIVEN_UP)),
    "cancel-boundary": (
        within("subProcess", end("x") + chain("s2", "x"), GIVEN_UP),
        within("transaction", ENDED, GIVEN_UP),
    ),
}

MORE_FAULTS = (  # another way to each finding
    ("compensation-with-flow", diagram(HOST + DONE + end("e2") + chain("c", "e2"))),
    ("handler-compensated", diagram(HOST + event("c", "a") + joined("c", "g") + GUARD.replace(
        " id=", f" {HANDLER} id=", 1).replace("compensate", "signal"))),
    ("several-compensation-handlers", within("subProcess", end("x") + chain("s2", "x") + GUARD,
                                             event("c", "w"), undoer(), joined("c", "h"))),
    ("several-compensation-handlers", within("subProcess", end("x") + chain("s2", "x") + GUARD
                                             + GUARD.replace('"g', '"k'))),
    ("several-compensation-handlers", diagram(HOST + DONE + undoer("h2") + joined("c", "h2"))),
    ("compensation-without-handler", diagram(HOST + event("c", "a") + joined("c", "e"))),
    ("compensates-out-of-sight", throwing("nowhere")),
    ("compensates-out-of-sight", throwing("s")),
    ("not-compensable", throwing("h", DONE)),
    ("cancel-boundary", within("transaction", ENDED, GIVEN_UP, event("b2", "w", CANCEL), end("e3"), chain("b2", "e3"))),
    ("cancel-boundary", within("transaction", ENDED,
                               GIVEN_UP.replace("attachedToRef", 'cancelActivity="false" attachedToRef'))),
    ("cancel-outside-transaction", diagram(start() + end("x", CANCEL) + chain("s", "x"))),
    ("cancel-outside-transaction", diagram(start() + end("x", REFERRED) + chain("s", "x"),
                                           '<bpmn:cancelEventDefinition id="shared"/>')),
    ("compensates-out-of-sight", diagram(start() + end("x", REFERRED) + chain("s", "x"),
                                         '<bpmn:compensateEventDefinition id="shared" activityRef="no"/>')),
    ("unsupported-multiple-event", diagram(start() + end("x", CATCH + "<bpmn:terminateEventDefinition/>")
                                           + chain("s", "x"))),
)  # fmt: skip

SOUND = (  # drawn otherwise, and right
    diagram(HOST + event("c", "a") + undoer() + joined("h", "c")),
    throwing("w", node("subProcess", "w", start("s2") + INNER), chain("s", "w")),
    within("transaction", ENDED, GIVEN_UP),
    within("transaction", node("subProcess", "n", start("s3") + ENDED.replace("s2", "s3")) + chain("s2", "n"),
           GIVEN_UP),
    within("subProcess", end("x") + chain("s2", "x") + GUARD),
    within("subProcess", end("x") + chain("s2", "x") + GUARD.replace(" id=", f" {HANDLER} id=", 1)),
    within("subProcess", end("x") + chain("s2", "x") + node(
        "subProcess", "g", start("gs", CATCH) + undoer("k") + end("ge") + chain("gs", "k", "ge"),
        f'triggeredByEvent="true" {HANDLER}')),
)  # fmt: skip
