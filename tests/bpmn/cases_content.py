"""Wrong and mended diagrams for steps, timers, extensions and expressions: code → (wrong, mended)."""

from tests.bpmn.shapes import (
    LINE,
    LOOP,
    MESSAGE,
    ON_ERROR,
    OVER,
    boundary,
    call,
    catch,
    line_of,
    split,
    throw,
    timer,
    waiting,
)
from tests.bpmn.sketch import (
    chain,
    diagram,
    end,
    ext,
    file,
    flow,
    node,
    process,
    script,
    start,
    task,
    user,
)

CONDITION = "<bpmn:conditionalEventDefinition><bpmn:condition>= x</bpmn:condition></bpmn:conditionalEventDefinition>"
REPLY = '<zeebe:formDefinition formId="f"/>'
ONLY = "<zeebe:adHoc activeElementsCollection='= [&quot;{}&quot;]'/>"
CONTENT: dict[str, tuple[bytes, bytes]] = {
    "user-task-without-form": (
        diagram(line_of(user("u").replace('formId="f"', 'formId=""'))),
        diagram(line_of(user("u"))),
    ),
    "user-task-without-post": (
        diagram(line_of(user("u").replace('post="reviewer"', ""))),
        diagram(
            line_of(
                user("u", more='<zeebe:assignmentDefinition assignee="= applicant.id"/>').replace('post="reviewer"', "")
            )
        ),
    ),
    "message-form-without-post": (
        diagram(waiting(task("c", ext(REPLY), "receiveTask", 'messageRef="m"')), MESSAGE),
        diagram(
            waiting(task("c", ext(REPLY + '<gov:step kind="other" post="window"/>'), "receiveTask", 'messageRef="m"')),
            MESSAGE,
        ),
    ),
    "user-task-without-standard": (
        diagram(line_of(user("u").replace('standard="s"', ""))),
        diagram(line_of(user("u"))),
    ),
    "user-task-without-limit": (
        diagram(line_of(user("u").replace('<gov:limit value="1" unit="WD"/>', ""))),
        diagram(line_of(user("u"))),
    ),
    "task-without-job-type": (
        diagram(line_of(task("t", kind="serviceTask"))),
        diagram(line_of(task("t", ext('<zeebe:taskDefinition type="print"/>'), "serviceTask"))),
    ),
    "script-task-without-script": (diagram(line_of(task("t", kind="scriptTask"))), diagram(line_of(script("t")))),
    "foreign-script": (
        diagram(line_of(task("t", "<bpmn:script>import os</bpmn:script>", "scriptTask", 'scriptFormat="python"'))),
        diagram(line_of(script("t"))),
    ),
    "rule-task-without-decision": (
        diagram(line_of(task("t", kind="businessRuleTask"))),
        diagram(
            line_of(task("t", ext('<zeebe:calledDecision decisionId="risk" resultVariable="r"/>'), "businessRuleTask"))
        ),
    ),
    "ad-hoc-unknown-activity": (
        diagram(line_of(node("adHocSubProcess", "x", ext(ONLY.format("b")) + task("a")))),
        diagram(line_of(node("adHocSubProcess", "x", ext(ONLY.format("a")) + task("a")))),
    ),
    "call-without-process": (
        diagram(line_of(task("t", kind="callActivity"))),
        file(process(line_of(call("c", "q"))), process(start("s1") + end("e1") + chain("s1", "e1"), "q")),
    ),
    "multi-instance-without-collection": (
        diagram(line_of(task("t", LOOP.format("")))),
        diagram(line_of(task("t", LOOP.format("<bpmn:loopCardinality>3</bpmn:loopCardinality>")))),
    ),
    "cycle-in-parallel-multiple": (
        diagram(boundary(timer("<bpmn:timeCycle>R/PT1H</bpmn:timeCycle>") + CONDITION, 'parallelMultiple="true"')),
        diagram(boundary(timer("<bpmn:timeDate>2026-05-01</bpmn:timeDate>") + CONDITION, 'parallelMultiple="true"')),
    ),
    "event-without-condition": (
        diagram(line_of(node("intermediateCatchEvent", "c", "<bpmn:conditionalEventDefinition/>"))),
        diagram(line_of(node("intermediateCatchEvent", "c", CONDITION))),
    ),
    "start-without-trigger": (
        diagram(start("s", CONDITION) + end() + chain("s", "e")),
        diagram(start("s", '<bpmn:messageEventDefinition messageRef="m"/>') + end() + chain("s", "e"), MESSAGE),
    ),
    "loop-without-condition": (
        diagram(line_of(task("t", "<bpmn:standardLoopCharacteristics/>"))),
        diagram(line_of(task("t", '<bpmn:standardLoopCharacteristics loopMaximum="= 3"/>'))),
    ),
    "loop-maximum": (
        diagram(line_of(task("t", '<bpmn:standardLoopCharacteristics loopMaximum="-3"/>'))),
        diagram(line_of(task("t", '<bpmn:standardLoopCharacteristics loopMaximum="3"/>'))),
    ),
    "two-kinds-of-loop": (
        diagram(line_of(task("t", OVER + '<bpmn:standardLoopCharacteristics loopMaximum="3"/>'))),
        diagram(line_of(task("t", OVER))),
    ),
    "timer-without-definition": (
        diagram(boundary(timer(""))),
        diagram(boundary(ext('<gov:limit value="5" unit="WD"/>') + timer(""))),
    ),
    "timer-defined-twice": (
        diagram(boundary(timer("<bpmn:timeDate>2026-03-02</bpmn:timeDate><bpmn:timeCycle>R/P1D</bpmn:timeCycle>"))),
        diagram(boundary(timer("<bpmn:timeCycle>R/P1D</bpmn:timeCycle>"))),
    ),
    "unreadable-time": (
        diagram(boundary(timer("<bpmn:timeDate>tomorrow</bpmn:timeDate>"))),
        diagram(boundary(timer('<bpmn:timeDate>= date and time("2026-03-02T09:00:00")</bpmn:timeDate>'))),
    ),
    "natural-time": (
        diagram(boundary(timer("<bpmn:timeDuration>P5D</bpmn:timeDuration>"))),
        diagram(boundary(ext('<gov:limit value="5" unit="WD"/>') + timer(""))),
    ),
    "unknown-extension": (
        diagram(line_of(task("t", ext("<gov:stepp/>")))),
        diagram(line_of(task("t", ext('<gov:step kind="review"/>')))),
    ),
    "unknown-extension-attribute": (
        diagram(line_of(task("t", ext('<gov:step kind="review" pots="x"/>')))),
        diagram(line_of(task("t", ext('<gov:step kind="review" post="x"/>'), attributes='zeebe:modelerTemplate="x"'))),
    ),
    "missing-extension-attribute": (
        diagram(line_of(task("t", ext("<gov:step/>")))),
        diagram(line_of(task("t", ext('<gov:step kind="other"/>')))),
    ),
    "unknown-value": (
        diagram(line_of(task("t", ext('<gov:step kind="rest"/>')))),
        diagram(line_of(task("t", ext('<gov:step kind="other"/>')))),
    ),
    "misplaced-extension": (
        diagram(line_of(task("t", ext('<gov:outcome kind="granted"/>')))),
        diagram(start() + end("e", ext('<gov:outcome kind="granted"/>')) + chain("s", "e")),
    ),
    "repeated-extension": (
        diagram(line_of(task("t", ext('<gov:step kind="other"/>' * 2)))),
        diagram(line_of(task("t", ext('<gov:register name="a"/>' * 2)))),
    ),
    "foreign-extension": (
        diagram(line_of(task("t", attributes='camunda:assignee="x"'))),
        diagram(line_of(task("t"))),
    ),
    "pause-without-kind": (
        diagram(line_of(task("t", ext('<gov:clock action="pause"/>')))),
        diagram(
            line_of(
                task("t", ext('<gov:clock action="pause" kind="检验"/><gov:clock action="pause" clock="acceptance"/>'))
            )
        ),
    ),
    "foreign-expression": (
        diagram(line_of(task("t", ext('<gov:step kind="review" post="${x}"/>')))),
        diagram(line_of(task("t", ext('<gov:step kind="review" post="= x"/>')))),
    ),
    "bad-feel": (
        diagram(split("g_e2", flow("g", "e1", "= x &gt;"), flow("g", "e2"))),
        diagram(split("g_e2", flow("g", "e1", "= x &gt; 1"), flow("g", "e2"))),
    ),
    "not-feel": (
        diagram(split("g_e2", flow("g", "e1", "${x}"), flow("g", "e2"))),
        diagram(split("g_e2", flow("g", "e1", "= x"), flow("g", "e2"))),
    ),
    "foreign-expression-language": (
        diagram(
            split("g_e2", flow("g", "e1", "= x"), flow("g", "e2")).replace(
                "Expression>= x", 'Expression language="groovy">= x'
            )
        ),
        diagram(
            split("g_e2", flow("g", "e1", "= x"), flow("g", "e2")).replace(
                "Expression>= x", 'Expression language="feel">= x'
            )
        ),
    ),
    "invalid-variable-name": (
        diagram(line_of(task("t", OVER.format("1x")))),
        diagram(line_of(task("t", OVER.format("材料")))),
    ),
    "flow-always-taken": (
        diagram(
            start() + node("inclusiveGateway", "g") + end("e1") + end("e2") + chain("s", "g", "e1") + chain("g", "e2")
        ),
        diagram(split("g_e2", flow("g", "e1", "= x"), flow("g", "e2")).replace("exclusive", "inclusive")),
    ),
    "typed-start-in-sub-process": (
        diagram(line_of(node("subProcess", "sub", start("s1", timer("")) + end("e1") + chain("s1", "e1")))),
        diagram(line_of(node("subProcess", "sub", start("s1") + end("e1") + chain("s1", "e1")))),
    ),
    "event-sub-process-connected": (
        diagram(line_of(ON_ERROR)),
        diagram(LINE + ON_ERROR),
    ),
    "event-gateway-adorned-task": (
        diagram(waiting(task("c", LOOP, "receiveTask", 'messageRef="m"')), MESSAGE),
        diagram(waiting(task("c", "", "receiveTask", 'messageRef="m"')), MESSAGE),
    ),
    "event-gateway-same-event": (
        diagram(waiting(task("c", "", "receiveTask", 'messageRef="m"')) + flow("g", "c", ident="again"), MESSAGE),
        diagram(waiting(task("c", "", "receiveTask", 'messageRef="m"')), MESSAGE),
    ),
    "duplicate-link": (
        diagram(
            start()
            + throw("t")
            + chain("s", "t")
            + catch("c")
            + catch("c2")
            + end()
            + chain("c", "e")
            + chain("c2", "e")
        ),
        diagram(start() + throw("t") + chain("s", "t") + catch("c") + end() + chain("c", "e")),
    ),
    "flow-at-link": (
        diagram(start() + throw("t") + chain("s", "t") + catch("c") + end() + chain("t", "c", "e")),
        diagram(start() + throw("t") + chain("s", "t") + catch("c") + end() + chain("c", "e")),
    ),
    "error-not-interrupting": (
        diagram(boundary("<bpmn:errorEventDefinition/>", 'cancelActivity="false"')),
        diagram(boundary("<bpmn:errorEventDefinition/>")),
    ),
    "computed-code": (
        diagram(
            start() + end("e", '<bpmn:errorEventDefinition errorRef="x"/>') + chain("s", "e"),
            '<bpmn:error id="x" errorCode="= c"/>',
        ),
        diagram(
            start() + end("e", '<bpmn:errorEventDefinition errorRef="x"/>') + chain("s", "e"),
            '<bpmn:error id="x" errorCode="c"/>',
        ),
    ),
    "computed-callee": (
        diagram(line_of(call("c", "= q"))),
        file(process(line_of(call("c", "q"))), process(start("s1") + end("e1") + chain("s1", "e1"), "q")),
    ),
}
