"""Diagrams that the tests of log, jobs and crashes publish."""

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
    return _files(process("waits", nodes, flows), MESSAGE)


MESSAGE = (
    '<bpmn:message id="m" name="reply"><bpmn:extensionElements><zeebe:subscription correlationKey="= case.no"/>'
    "</bpmn:extensionElements></bpmn:message>"
)


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
