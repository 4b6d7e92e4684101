"""The smallest diagrams as text: what stands in a process, wrapped in what every file needs."""

from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:gov="urn:banjie:gov:1" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="t">\n'
)


def file(*parts: str) -> bytes:
    """A file of processes, messages and the like."""
    return (HEAD + "\n".join(parts) + "\n</bpmn:definitions>").encode()


def process(body: str, ident: str = "p", attributes: str = 'isExecutable="true"') -> str:
    """A process with that inside."""
    return f'<bpmn:process id="{ident}" {attributes}>\n{body}\n</bpmn:process>'


def diagram(body: str, *shared: str) -> bytes:
    """A file with one executable process `p`, and what it shares."""
    return file(*shared, process(body))


def node(tag: str, ident: str, inside: str = "", attributes: str = "") -> str:
    """A flow node; its name is its id."""
    return f'<bpmn:{tag} id="{ident}" name="{ident}" {attributes}>{inside}</bpmn:{tag}>\n'


def start(ident: str = "s", inside: str = "") -> str:
    """A start event."""
    return node("startEvent", ident, inside)


def end(ident: str = "e", inside: str = "") -> str:
    """An end event."""
    return node("endEvent", ident, inside)


def task(ident: str, inside: str = "", kind: str = "task", attributes: str = "") -> str:
    """A task, undefined unless said otherwise."""
    return node(kind, ident, inside, attributes)


def script(ident: str) -> str:
    """A script task that does something."""
    return task(ident, ext('<zeebe:script expression="= 1" resultVariable="x"/>'), "scriptTask")


def user(ident: str, inside: str = "", more: str = "") -> str:
    """A user task with all that the law wants of one."""
    person = (
        '<zeebe:formDefinition formId="f"/><gov:step kind="review" post="reviewer" standard="s"/>'
        '<gov:limit value="1" unit="WD"/>'
    )
    return task(ident, ext(person + more) + inside, "userTask")


def xor(ident: str, default: str = "") -> str:
    """An exclusive gateway."""
    return node("exclusiveGateway", ident, "", f'default="{default}"' if default else "")


def parallel(ident: str) -> str:
    """A parallel gateway."""
    return node("parallelGateway", ident)


def ext(inside: str) -> str:
    """Extension elements."""
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def when(condition: str) -> str:
    """A flow's condition."""
    return f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>"


def flow(source: str, target: str, condition: str = "", ident: str = "") -> str:
    """A sequence flow, its id made from its ends."""
    inside = when(condition) if condition else ""
    return (
        f'<bpmn:sequenceFlow id="{ident or f"{source}_{target}"}" sourceRef="{source}" targetRef="{target}">'
        f"{inside}</bpmn:sequenceFlow>\n"
    )


def chain(*idents: str) -> str:
    """Flows from each to the next."""
    return "".join(flow(a, b) for a, b in pairwise(idents))


def choice(gateway: str, *targets: str) -> str:
    """Flows out of an exclusive gateway: the last without condition, so the gateway's default."""
    *conditional, last = targets
    return "".join(flow(gateway, one, "= x") for one in conditional) + flow(gateway, last)
