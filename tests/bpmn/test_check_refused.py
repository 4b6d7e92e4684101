"""Each element that is refused by its name has a smallest diagram that draws it."""

import pytest

from app.bpmn.check import check
from tests.bpmn.gallery.refused import OTHERS
from tests.bpmn.shapes import line_of
from tests.bpmn.sketch import chain, diagram, end, ext, flow, node, start, task

ANY = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>" * 2
BY_HAND = task("t", kind="userTask")
WAITS = 'cancelRemainingInstances="false"'
LISTED = ext("<zeebe:adHoc activeElementsCollection='= [&quot;x&quot;]'/>")
ERROR_START = start("s1", "<bpmn:errorEventDefinition/>") + end("e1") + chain("s1", "e1")


def free(ident: str, inside: str, attributes: str = "") -> str:
    """An ad-hoc sub-process."""
    return node("adHocSubProcess", ident, inside, attributes)


REFUSED_CASES = {
    "unsupported-ad-hoc-sequential": line_of(free("x", BY_HAND, attributes='ordering="Sequential"')),
    "unsupported-ad-hoc-remaining": line_of(
        free("x", BY_HAND + "<bpmn:completionCondition>= v</bpmn:completionCondition>", attributes=WAITS)
    ),
    "unsupported-ad-hoc-automatic": line_of(free("w", task("x"))),
    "unsupported-ad-hoc-split": line_of(
        free("w", LISTED + BY_HAND + task("a") + task("b") + flow("x", "a") + flow("x", "b"), 'ordering="Sequential"')
    ).replace('"t"', '"x"'),
    "unsupported-ad-hoc-start-or-end": line_of(free("w", BY_HAND + end("x"))),
    "unsupported-ad-hoc-event-sub-process": line_of(
        free("w", BY_HAND + node("subProcess", "x", ERROR_START, 'triggeredByEvent="true"'))
    ),
    "unsupported-ad-hoc-output": line_of(free("x", BY_HAND + ext('<zeebe:adHoc outputCollection="rs"/>'))),
    "unsupported-ad-hoc-job": line_of(free("x", BY_HAND + ext('<zeebe:taskDefinition type="choose"/>'))),
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
    **{
        f"unsupported-{code}": line_of(OTHERS[key])
        for key, code in {
            "dataFlow": "data-association",
            "dataStore": "data-store",
            "dataHidden": "data-hidden",
            "dataWhileExecuting": "data-while-executing",
        }.items()
    },
}


@pytest.mark.parametrize("code", REFUSED_CASES)
def test_what_is_not_executed_is_refused_by_name(code: str) -> None:
    found = [one for one in check({"x": diagram(REFUSED_CASES[code])}) if one.code == code]
    assert [(one.element, one.severity) for one in found] == [("x", "error")]
    assert found[0].remedy.zh
