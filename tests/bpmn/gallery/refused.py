"""What is refused by name: for each kind of event at each place a smallest diagram, and one for everything else."""

from app.bpmn.elements import rows
from tests.bpmn.draw import (
    GUARD,
    adhoc,
    boundary,
    catch,
    copied,
    end,
    flows,
    held,
    process,
    script,
    spec,
    start,
    sub,
    throw,
    user,
)

DEFINITIONS = {
    "multiple": "<bpmn:timerEventDefinition/><bpmn:signalEventDefinition/>",
    "parallelMultiple": "<bpmn:timerEventDefinition/><bpmn:signalEventDefinition/>",
}
OTHERS = {
    "adHocSubProcess/sequentialChoice": adhoc("x", user("t"), attributes='ordering="Sequential"'),
    "adHocSubProcess/remainingChoice": adhoc("x", user("t"), "= v", attributes='cancelRemainingInstances="false"'),
    "adHocSubProcess/automatic": adhoc("w", user("t") + script("x", "= 1", "v")),
    "adHocSubProcess/split": adhoc(
        "w",
        user("x") + user("t") + user("u") + flows("x t", "x u"),
        active='= ["x"]',
        attributes='ordering="Sequential"',
    ),
    "adHocSubProcess/event": adhoc("w", start("x") + user("t") + flows("x t")),
    "adHocSubProcess/eventSubProcess": adhoc(
        "w", user("t") + sub("x", start("y", "<bpmn:errorEventDefinition/>") + end("z") + flows("y z"), "", GUARD)
    ),
    "adHocSubProcess/output": adhoc("x", user("t"), more='<zeebe:adHoc outputCollection="rs" outputElement="= r"/>'),
    "adHocSubProcess/job": adhoc("x", user("t"), more='<zeebe:taskDefinition type="choose"/>'),
    "behavior": "<bpmn:task id='x'><bpmn:multiInstanceLoopCharacteristics behavior='None'/></bpmn:task>",
    "instantiate": "<bpmn:receiveTask id='x' instantiate='true'/>",
    "scriptBody": "<bpmn:scriptTask id='x'><bpmn:script>1</bpmn:script></bpmn:scriptTask>",
    "triggeredByEvent": "<bpmn:task id='x' triggeredByEvent='true'/>",
    "eventGatewayType": "<bpmn:eventBasedGateway id='x' eventGatewayType='Parallel'/>",
    "correlationSubscription": "<bpmn:correlationSubscription id='x'/>",
    "foreign/attribute": "<bpmn:task id='x' c:class='C' xmlns:c='http://camunda.org/schema/1.0/bpmn'/>",
    "foreign/element": "<bpmn:task id='x'><bpmn:extensionElements><c:field xmlns:c='http://flowable.org/bpmn'/>"
    "</bpmn:extensionElements></bpmn:task>",
    "foreign/zeebe": "<bpmn:task id='x'><bpmn:extensionElements><zeebe:executionListeners/></bpmn:extensionElements>"
    "</bpmn:task>",
    "foreign/language": "<bpmn:task id='x'><bpmn:documentation language='groovy'/></bpmn:task>",
    "dataFlow": (
        "<bpmn:task id=\"x\"><bpmn:dataInputAssociation><bpmn:assignment/></bpmn:dataInputAssociation></bpmn:task>"
    ),
    "dataStore": user("x", body=spec("x", "a") + copied("x", "ds", ":a")) + '<bpmn:dataStoreReference id="ds"/>',
    "dataHidden": sub(
        "w",
        held("inner", "a") + start("xs") + user("x", body=spec("x", "b") + copied("x", "outer", ":b"))
        + user("y", body=spec("y", "c") + copied("y", "inner", ":c")) + flows("xs x y"),
    ) + held("outer", "a"),
    "dataWhileExecuting": user("x", body=spec("x", "a").replace("dataInputRefs", "whileExecutingInputRefs")),
}  # fmt: skip


def drawn(key: str) -> bytes:
    """The diagram of a refused row; its offender has the id x."""
    if key in OTHERS:
        ident = "w" if 'id="w"' in OTHERS[key] else "x"
        return process(start() + OTHERS[key] + end(), f"s {ident} e")
    place, kind, *rest = key.split("/")
    goes_on = bool(rest)
    body = DEFINITIONS.get(kind, f"<bpmn:{kind}EventDefinition/>")
    if place == "boundaryEvent":
        event = boundary("x", "a", body, interrupting=not goes_on)
        return _marked(kind, process(start() + user("a") + event + end(), "s a e", "x e"))
    if place == "eventSubProcessStart":
        event = start("x", body).replace("id=", 'isInterrupting="false" id=' if goes_on else "id=")
        guard = sub("g", event + end("e2") + flows("x e2"), attributes='triggeredByEvent="true"')
        return _marked(kind, process(start() + user("a") + guard, "s a"))
    if place == "startEvent":
        return _marked(kind, process(start("x", body) + end(), "x e"))
    if place == "endEvent":
        return _marked(kind, process(start() + end("x", body), "s x"))
    draws = throw if place == "intermediateThrowEvent" else catch
    return _marked(kind, process(start() + draws("x", body) + end(), "s x e"))


def _marked(kind: str, diagram: bytes) -> bytes:
    return diagram.replace(b'id="x"', b'id="x" parallelMultiple="true"') if kind == "parallelMultiple" else diagram


REFUSED = {row.key: f"unsupported-{row.refused.code}" for row in rows() if row.refused}
