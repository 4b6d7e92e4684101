"""Small diagrams that tests publish as items."""

from itertools import pairwise

from app.bench.diagrams import FORM, end, process, start, user


def waits() -> dict[str, bytes]:
    """Waits for a task, a message, a date, and for somebody who mends what its last branch cannot decide."""
    nodes = [
        start(),
        '<bpmn:parallelGateway id="fork" name="fork"/>',
        user("work"),
        '<bpmn:intermediateCatchEvent id="reply" name="reply"><bpmn:messageEventDefinition messageRef="m"/>'
        "</bpmn:intermediateCatchEvent>",
        _timer("date", "timeDate", "2026-04-01T00:00:00+08:00"),
        _script("sum", "= if missing then 1 else amount / missing"),
        '<bpmn:exclusiveGateway id="choice" name="choice"/>',
        *(end(f"end{number}") for number in range(5)),
    ]
    flows = [
        ("begin", "fork", ""),
        ("fork", "work", ""),
        ("fork", "reply", ""),
        ("fork", "date", ""),
        ("fork", "sum", ""),
        ("work", "end0", ""),
        ("reply", "end1", ""),
        ("date", "end2", ""),
        ("sum", "choice", ""),
        ("choice", "end3", "= sum &gt; 1"),
        ("choice", "end4", "= sum &lt;= 1"),
    ]
    return _files(process("waits", nodes, flows), message("reply", "= case.no"))


def line(name: str, *nodes: str, before: str = "") -> dict[str, bytes]:
    """A straight way through these nodes, whose ids are `n0`, `n1`, …"""
    places = ["begin", *(f"n{number}" for number in range(len(nodes))), "done"]
    drawn = (node.replace("ID", f"n{number}") for number, node in enumerate(nodes))
    return _files(process(name, [start(), *drawn, end()], [(a, b, "") for a, b in pairwise(places)]), before)


def caught() -> dict[str, bytes]:
    """A service task whose error is caught; what that brought decides who goes on."""
    border = (
        '<bpmn:boundaryEvent id="wrong" name="wrong" attachedToRef="asks"><bpmn:errorEventDefinition/>'
        "</bpmn:boundaryEvent>"
    )
    choice = '<bpmn:exclusiveGateway id="choice" name="choice" default="f3"/>'
    nodes = [start(), serves("refuses").replace("ID", "asks"), border, choice, user("seven"), user("other"), end()]
    flows = [
        ("begin", "asks", ""),
        ("asks", "done", ""),
        ("wrong", "choice", ""),
        ("choice", "other", ""),
        ("choice", "seven", "= amount = 7"),
        ("other", "done", ""),
        ("seven", "done", ""),
    ]
    return _files(process("caught", nodes, flows))


def after(duration: str) -> str:
    """A timer."""
    return _timer("ID", "timeDuration", duration)


def serves(job_type: str) -> str:
    """A service task."""
    return (
        f'<bpmn:serviceTask id="ID" name="ID"><bpmn:extensionElements><zeebe:taskDefinition type="{job_type}"/>'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )


def event(tag: str, definition: str) -> str:
    """An intermediate event: `intermediateCatchEvent` or `intermediateThrowEvent`."""
    return f'<bpmn:{tag} id="ID" name="ID">{definition}</bpmn:{tag}>'


CALL = '<bpmn:messageEventDefinition messageRef="m"/>'
ALARM = '<bpmn:signalEventDefinition signalRef="g"/>'
READY = (
    "<bpmn:conditionalEventDefinition><bpmn:condition>= amount &gt; 900</bpmn:condition>"
    "</bpmn:conditionalEventDefinition>"
)
SIGNAL = '<bpmn:signal id="g" name="alarm"/>'


def message(name: str, key: str) -> str:
    """A message, for `before`."""
    inside = f'<bpmn:extensionElements><zeebe:subscription correlationKey="{key}"/></bpmn:extensionElements>'
    return f'<bpmn:message id="m" name="{name}">{inside}</bpmn:message>'


def _timer(name: str, kind: str, value: str) -> str:
    return (
        f'<bpmn:intermediateCatchEvent id="{name}" name="{name}"><bpmn:timerEventDefinition>'
        f"<bpmn:{kind}>{value}</bpmn:{kind}></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    )


def _script(name: str, expression: str) -> str:
    return (
        f'<bpmn:scriptTask id="{name}" name="{name}"><bpmn:extensionElements>'
        f'<zeebe:script expression="{expression}" resultVariable="{name}"/></bpmn:extensionElements></bpmn:scriptTask>'
    )


def _files(diagram: bytes, before: str = "") -> dict[str, bytes]:
    text = diagram.decode().replace("<bpmn:process ", f"{before}<bpmn:process ", 1)
    return {"test.bpmn": text.encode(), "forms/bench.form": FORM}
