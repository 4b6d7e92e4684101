"""Each kind of finding has a smallest diagram that has it, and the same diagram mended, which has not."""

import re

import pytest

from app.bpmn.check import check
from app.bpmn.checks import files
from tests.bpmn.sketch import (
    chain,
    choice,
    diagram,
    end,
    ext,
    file,
    flow,
    node,
    parallel,
    process,
    script,
    start,
    task,
    user,
    xor,
)

PLAIN = start() + end()
LINE = PLAIN + chain("s", "e")


def line_of(*tasks: str) -> str:
    """A start, these tasks one after the other, an end. Each task is given as its XML, its id its name."""
    idents = [re.search(r'id="([^"]*)"', one)[1] for one in tasks]  # type: ignore[index]
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


CASES: dict[str, tuple[bytes, bytes]] = {
    "not-bpmn": (b"<html/>", diagram(LINE)),
    "no-executable-process": (file(process(LINE, attributes='isExecutable="false"')), diagram(LINE)),
    "executable-not-stated": (file(process(LINE, attributes="")), diagram(LINE)),
    "too-many-elements": (
        diagram(line_of(*(task(f"t{i}") for i in range(files.MAX_NODES)))),
        diagram(LINE),
    ),
    "unknown-element": (diagram(LINE + "<bpmn:telepathy id='x'/>"), diagram(LINE)),
    "misplaced-element": (file(process(LINE), task("t")), diagram(line_of(task("t")))),
    "missing-id": (diagram(line_of(task("t")).replace('id="t" ', "")), diagram(line_of(task("t")))),
    "flow-without-id": (diagram(LINE.replace('id="s_e" ', "")), diagram(LINE)),
    "duplicate-id": (diagram(LINE + end("s")), diagram(LINE)),
    "reserved-id": (
        diagram(start("Start") + end() + chain("Start", "e")),
        diagram(start("start") + end() + chain("start", "e")),
    ),
    "invalid-id": (diagram(line_of(task("1 a"))), diagram(line_of(task("审查-1.a")))),
    "unnamed-step": (diagram(line_of(task("t")).replace('name="t"', 'name=" "')), diagram(line_of(task("t")))),
    "unnamed-gateway": (
        diagram(split("g_e2", choice("g", "e1", "e2")).replace('name="g"', "")),
        diagram(split("g_e2", choice("g", "e1", "e2"))),
    ),
    "hidden-characters": (
        diagram(line_of(task("t")).replace('name="t"', 'name="审\u202e查"')),
        diagram(line_of(task("t")).replace('name="t"', 'name="审查 &#10;— ①"')),
    ),
    "mixed-letters": (
        diagram(line_of(task("t")).replace('name="t"', 'name="p\u0430y 缴费"')),
        diagram(line_of(task("t")).replace('name="t"', 'name="α通道 pay Ёлка 缴费 ＡＢ"')),
    ),
    "dangling-reference": (diagram(LINE + flow("s", "nowhere")), diagram(LINE)),
    "missing-reference": (
        diagram(line_of(task("t", kind="receiveTask"))),
        diagram(line_of(task("t", kind="receiveTask", attributes='messageRef="m"')), '<bpmn:message id="m" name="m"/>'),
    ),
    "wrong-attachment": (
        diagram(boundary(timer(""), "").replace('attachedToRef="u"', 'attachedToRef="e"')),
        diagram(boundary(timer("<bpmn:timeDate>2026-03-02T09:00:00+08:00</bpmn:timeDate>"))),
    ),
    "flow-crosses-scope": (
        diagram(line_of(node("subProcess", "sub", start("s1") + end("e1") + chain("s1", "e"))) + flow("s1", "e1")),
        diagram(line_of(node("subProcess", "sub", start("s1") + end("e1") + chain("s1", "e1")))),
    ),
    "unknown-process": (diagram(line_of(call("c", "q"))), file(process(line_of(call("c", "q"))), process("", "q"))),
    "unknown-form": (
        diagram(line_of(user("u").replace('formId="f"', 'formId="g"'))),
        diagram(line_of(user("u"))),
    ),
    "unknown-decision": (
        diagram(
            line_of(task("t", ext('<zeebe:calledDecision decisionId="x" resultVariable="r"/>'), "businessRuleTask"))
        ),
        diagram(
            line_of(task("t", ext('<zeebe:calledDecision decisionId="risk" resultVariable="r"/>'), "businessRuleTask"))
        ),
    ),
    "unknown-post": (
        diagram(line_of(user("u").replace('"reviewer"', '"nobody"'))),
        diagram(line_of(user("u").replace('"reviewer"', '"UNIT/reviewer"'))),
    ),
    "unknown-different-from": (
        diagram(line_of(user("u").replace("post=", 'differentFrom="u.x" post='))),
        diagram(line_of(user("u"), user("v").replace("post=", 'differentFrom="u.v s" post='))),
    ),
    "node-in-two-lanes": (
        diagram(lanes(ref("s", "e"), ref("e")) + LINE),
        diagram(
            lanes(ref("s", "e") + f"<bpmn:childLaneSet><bpmn:lane id='in'>{ref('e')}</bpmn:lane></bpmn:childLaneSet>")
            + LINE
        ),
    ),
    "node-in-no-lane": (diagram(lanes(ref("s")) + LINE), diagram(lanes(ref("s", "e")) + LINE)),
    "calls-itself": (
        file(
            process(line_of(call("c", "q"))),
            process(start("s1") + call("c1", "p") + end("e1") + chain("s1", "c1", "e1"), "q"),
        ),
        file(
            process(line_of(call("c", "q"), call("c2", "q"))), process(start("s1") + end("e1") + chain("s1", "e1"), "q")
        ),
    ),
    "gateway-without-exit": (
        diagram(start() + xor("g") + chain("s", "g")),
        diagram(start() + xor("g") + end() + chain("s", "g", "e")),
    ),
    "flow-without-condition": (
        diagram(split("g_e2", flow("g", "e1"), flow("g", "e2"))),
        diagram(split("g_e2", flow("g", "e1", "= x"), flow("g", "e2"))),
    ),
    "condition-on-only-flow": (
        diagram(line_of(xor("g")).replace(flow("g", "e"), flow("g", "e", "= x"))),
        diagram(line_of(xor("g"))),
    ),
    "no-default-flow": (
        diagram(split("", flow("g", "e1", "= x"), flow("g", "e2", "= not(x)"))),
        diagram(split("g_e2", flow("g", "e1", "= x"), flow("g", "e2"))),
    ),
    "condition-on-default-flow": (
        diagram(split("g_e2", flow("g", "e1", "= x"), flow("g", "e2", "= y"))),
        diagram(split("g_e2", flow("g", "e1", "= x"), flow("g", "e2"))),
    ),
    "condition-ignored": (
        diagram(start() + end() + flow("s", "e", "= x")),
        diagram(LINE),
    ),
    "start-with-incoming": (
        diagram(line_of(user("u")) + flow("u", "s")),
        diagram(line_of(user("u"))),
    ),
    "end-with-outgoing": (diagram(LINE + end("e2") + flow("e", "e2")), diagram(LINE)),
    "boundary-with-incoming": (
        diagram(boundary(timer(ext(""))) + flow("u", "b")),
        diagram(boundary(timer(ext("")))),
    ),
    "implicit-end": (diagram(start() + task("t") + chain("s", "t")), diagram(line_of(task("t")))),
    "event-gateway-target": (
        diagram(start() + node("eventBasedGateway", "g") + user("u") + end() + chain("s", "g", "u", "e")),
        diagram(
            start()
            + node("eventBasedGateway", "g")
            + node("intermediateCatchEvent", "c", timer("<bpmn:timeDate>2026-03-02</bpmn:timeDate>"))
            + end()
            + chain("s", "g", "c", "e")
        ),
    ),
    "several-starts": (
        diagram(LINE + start("s2") + chain("s2", "e")),
        diagram(
            LINE + start("s2", '<bpmn:messageEventDefinition messageRef="m"/>') + chain("s2", "e"),
            '<bpmn:message id="m" name="m"/>',
        ),
    ),
    "event-sub-process-start": (
        diagram(
            LINE + node("subProcess", "sub", start("s1") + end("e1") + chain("s1", "e1"), 'triggeredByEvent="true"')
        ),
        diagram(
            LINE
            + node(
                "subProcess",
                "sub",
                start("s1", "<bpmn:errorEventDefinition/>") + end("e1") + chain("s1", "e1"),
                'triggeredByEvent="true"',
            )
        ),
    ),
    "empty-scope": (
        diagram(line_of(node("subProcess", "sub"))),
        diagram(line_of(node("subProcess", "sub", task("t")))),
    ),
    "unreachable": (diagram(LINE + task("t") + chain("t", "e")), diagram(line_of(task("t")))),
    "dead-end": (
        diagram(
            line_of(user("u"), xor("g", "g_e")) + flow("g", "a", "= x") + user("a") + user("b") + chain("a", "b", "a")
        ),
        diagram(line_of(user("u"), xor("g", "g_e")) + flow("g", "a", "= x") + user("a") + chain("a", "u")),
    ),
    "loop-without-wait": (
        diagram(line_of(task("t"), xor("g", "g_e")) + flow("g", "t", "= x")),
        diagram(line_of(user("t"), xor("g", "g_e")) + flow("g", "t", "= x")),
    ),
    "loop-of-automatic-steps": (
        diagram(line_of(script("t"), xor("g", "g_e")) + flow("g", "t", "= x")),
        diagram(line_of(user("t"), script("k"), xor("g", "g_e")) + flow("g", "t", "= x")),
    ),
    "join-never-completes": (
        diagram(
            start()
            + xor("g", "g_b")
            + user("a")
            + user("b")
            + parallel("j")
            + end()
            + chain("s", "g")
            + choice("g", "a", "b")
            + chain("a", "j", "e")
            + chain("b", "j")
        ),
        diagram(
            start()
            + parallel("g")
            + user("a")
            + user("b")
            + parallel("j")
            + end()
            + chain("s", "g", "a", "j", "e")
            + chain("g", "b", "j")
        ),
    ),
    "join-may-wait": (
        diagram(
            start()
            + parallel("g")
            + user("a")
            + user("b")
            + xor("x", "x_j")
            + parallel("j")
            + end()
            + end("e2")
            + chain("s", "g", "a", "j", "e")
            + chain("g", "b", "x")
            + choice("x", "e2", "j")
        ),
        diagram(
            start()
            + parallel("g")
            + user("a")
            + user("b")
            + xor("x", "x_j")
            + parallel("j")
            + end()
            + end("e2", "<bpmn:terminateEventDefinition/>")
            + chain("s", "g", "a", "j", "e")
            + chain("g", "b", "x")
            + choice("x", "e2", "j")
        ),
    ),
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
    "call-without-process": (
        diagram(line_of(task("t", kind="callActivity"))),
        file(process(line_of(call("c", "q"))), process(start("s1") + end("e1") + chain("s1", "e1"), "q")),
    ),
    "multi-instance-without-collection": (
        diagram(line_of(task("t", LOOP.format("")))),
        diagram(line_of(task("t", LOOP.format("<bpmn:loopCardinality>3</bpmn:loopCardinality>")))),
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
    "unsupported-complex-gateway": (
        diagram(start() + node("complexGateway", "g") + end() + chain("s", "g", "e")),
        diagram(start() + node("inclusiveGateway", "g") + end() + chain("s", "g", "e")),
    ),
    "unsupported-element": (
        diagram(
            line_of(node("intermediateThrowEvent", "t", '<bpmn:errorEventDefinition errorRef="x"/>')),
            '<bpmn:error id="x"/>',
        ),
        diagram(line_of(node("intermediateThrowEvent", "t"))),
    ),
}
KNOWN = {
    "forms": {"f": frozenset({"approved"})},
    "decisions": frozenset({"risk"}),
    "posts": frozenset({"reviewer"}),
}


def codes(data: bytes) -> set[str]:
    """The codes of the findings on one file, with a form f, a decision risk and a post reviewer known."""
    return {one.code for one in check({"x.bpmn": data}, **KNOWN)}  # type: ignore[arg-type]


@pytest.mark.parametrize("code", CASES)
def test_a_wrong_diagram_has_the_finding_and_the_mended_one_has_not(code: str) -> None:
    wrong, mended = CASES[code]
    assert code in codes(wrong)
    assert code not in codes(mended)
