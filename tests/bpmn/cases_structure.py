"""Wrong and mended diagrams for files, ids, references, flows, events and paths: code → (wrong, mended)."""

from app.bpmn.checks import files
from tests.bpmn.shapes import LINE, MESSAGE, boundary, call, lanes, line_of, ref, split, timer
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

STRUCTURE: dict[str, tuple[bytes, bytes]] = {
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
    "look-alike-letters": (
        diagram(line_of(task("\uff54"))),
        diagram(line_of(task("t")).replace('name="t"', 'name="Ⅱ类①（复审）"')),
    ),
    "dangling-reference": (diagram(LINE + flow("s", "nowhere")), diagram(LINE)),
    "unknown-data-type": (
        diagram(LINE + '<bpmn:dataObject id="do" itemSubjectRef="t:nothing"/>'),
        diagram(LINE + '<bpmn:dataObject id="do" itemSubjectRef="t:it"/>', '<bpmn:itemDefinition id="it"/>'),
    ),
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
    "callee-start": (
        file(
            process(line_of(call("c", "q"))),
            process(task("r", kind="receiveTask", attributes='instantiate="true" messageRef="m"'), "q"),
            MESSAGE,
        ),
        file(process(line_of(call("c", "q"))), process(start("s2", "") + end("e2") + chain("s2", "e2"), "q")),
    ),
    "bad-quantity": (
        diagram(line_of(task("t", attributes='completionQuantity="0"'))),
        diagram(line_of(task("t", attributes='completionQuantity="2"'))),
    ),
    "no-activation-condition": (
        diagram(start() + node("complexGateway", "g") + end() + chain("s", "g", "e") + flow("s", "g", ident="f2")),
        diagram(
            start()
            + node("complexGateway", "g", "<bpmn:activationCondition>= true</bpmn:activationCondition>")
            + end()
            + chain("s", "g", "e")
            + flow("s", "g", ident="f2")
        ),
    ),
    "unsupported-instantiating-node": (
        diagram(line_of(task("x", kind="receiveTask", attributes='instantiate="true"'))),
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
