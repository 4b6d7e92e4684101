"""What is refused by name: for each kind of event at each place a smallest diagram, and one for everything else."""

from app.bpmn.elements import rows
from tests.bpmn.draw import boundary, catch, end, flows, process, start, sub, throw, user

DEFINITIONS = {
    "multiple": "<bpmn:timerEventDefinition/><bpmn:signalEventDefinition/>",
    "parallelMultiple": "<bpmn:timerEventDefinition/><bpmn:signalEventDefinition/>",
}
OTHERS = {
    "adHocSubProcess": "<bpmn:adHocSubProcess id='x'><bpmn:task id='t'/></bpmn:adHocSubProcess>",
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
        "<bpmn:task id='x'><bpmn:dataInputAssociation><bpmn:assignment/></bpmn:dataInputAssociation></bpmn:task>"
    ),
}


def drawn(key: str) -> bytes:
    """The diagram of a refused row; its offender has the id x."""
    if key in OTHERS:
        return process(start() + OTHERS[key] + end(), "s x e")
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
