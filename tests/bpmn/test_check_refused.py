"""Each element that is refused by its name has a smallest diagram that draws it."""

import pytest

from app.bpmn.check import check
from tests.bpmn.shapes import line_of
from tests.bpmn.sketch import chain, diagram, end, node, start, task

ANY = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>" * 2
REFUSED_CASES = {
    "unsupported-ad-hoc": line_of(node("adHocSubProcess", "x", task("t"))),
    "unsupported-compensation-event": line_of(node("intermediateCatchEvent", "x", "<bpmn:compensateEventDefinition/>")),
    "unsupported-cancel-event": line_of(node("intermediateThrowEvent", "x", "<bpmn:cancelEventDefinition/>")),
    "unsupported-multi-instance-behavior": line_of(
        task(
            "x",
            '<bpmn:multiInstanceLoopCharacteristics behavior="One"><bpmn:loopCardinality>2</bpmn:loopCardinality>'
            "</bpmn:multiInstanceLoopCharacteristics>",
        )
    ),
    "unsupported-multiple-event": line_of(
        node("intermediateThrowEvent", "x", '<bpmn:linkEventDefinition name="l"/><bpmn:signalEventDefinition/>')
    ),
    "unsupported-parallel-multiple-event": start("x", ANY).replace(">", ' parallelMultiple="true">', 1)
    + end()
    + chain("x", "e"),
    "unsupported-event-definition-reference": line_of(
        node("intermediateCatchEvent", "x", "<bpmn:eventDefinitionRef>nothing</bpmn:eventDefinitionRef>")
    ),
    "unsupported-instantiating-node": line_of(task("x", kind="receiveTask", attributes='instantiate="true"')),
    "unsupported-triggered-activity": line_of(task("x", attributes='triggeredByEvent="true"')),
    "unsupported-script-body": line_of(task("x", "<bpmn:script>1</bpmn:script>", kind="scriptTask")),
    "unsupported-parallel-event-gateway": start() + node("eventBasedGateway", "x", "", 'eventGatewayType="Parallel"'),
    "unsupported-correlation-subscription": line_of(task("t")) + node("correlationSubscription", "x"),
    "unsupported-foreign": line_of(task("x", attributes='camunda:class="C"')),
    "unsupported-data-transformation": line_of(
        task("x", "<bpmn:dataInputAssociation><bpmn:assignment/></bpmn:dataInputAssociation>")
    ),
}


@pytest.mark.parametrize("code", REFUSED_CASES)
def test_what_is_not_executed_is_refused_by_name(code: str) -> None:
    found = [one for one in check({"x": diagram(REFUSED_CASES[code])}) if one.code == code]
    assert [(one.element, one.severity) for one in found] == [("x", "error")]
    assert found[0].remedy.zh
