"""Activities, their multi-instance forms, and the flows at them."""

from tests.bpmn.draw import (
    GUARD,
    call,
    end,
    flows,
    io,
    many,
    process,
    refers,
    rule,
    script,
    service,
    start,
    sub,
    throw,
    user,
)  # fmt: skip
from tests.bpmn.gallery.exhibit import lined, shown

CALLEE = process(start("qs") + user("t") + end("qe"), "qs t qe", ident="q")
INSIDE = start("s2") + user("t") + end("e2") + flows("s2 t e2")
SEND = '<bpmn:sendTask id="a" messageRef="msg"/>'
RECEIVE = '<bpmn:receiveTask id="a" messageRef="msg"/>'
TIMES = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>= n</bpmn:loopCardinality>{}</{}>".format(
    "", "bpmn:multiInstanceLoopCharacteristics"
)
XS = {"xs": [1, None]}

EXHIBITS = (
    lined("task", "a", '<bpmn:task id="a"/>', "s a e ."),
    lined("userTask", "a", user("a"), "s | do a#1 n=1: a e .", leaves={"n": 1}),
    lined("manualTask", "a", '<bpmn:manualTask id="a"/>', "s | do a#1: a e ."),
    lined("serviceTask", "a", service("a"), "s | do a#1 n=1: a e .", leaves={"n": 1}),
    lined("sendTask", "a", SEND, "s >a a e ."),
    lined("receiveTask", "a", RECEIVE, "s | message go n=1: <a a e .", leaves={"n": 1}),
    lined("scriptTask", "a", script("a", "= 1 + 1", "n"), "s a e .", leaves={"n": 2}),
    lined("businessRuleTask", "a", rule("a", "risk", "n"), "s a e .", leaves={"n": "risk"}),
    lined("callActivity", "a", call("a", "q"), "s a/qs | do a/t#1 n=1: a/t a/qe a e .", callees=(CALLEE,)),
    lined("subProcess", "a", sub("a", INSIDE), "s a/s2 | do a/t#1: a/t a/e2 a e ."),
    shown(
        "eventSubProcess",
        start() + user("a") + end()
        + sub("g", start("s2", refers("message", "msg")) + user("t") + flows("s2 t"), attributes=GUARD),
        "s a e",
        story="s | message go: -a <g/s2 g/s2 | do g/t#1: g/t g .",
    ),
    lined("multiInstance/parallel", "a", user("a", body=many("= xs")),
          "s | do a[1]/a#1: a[1]/a | do a[0]/a#1: a[0]/a a e .", data=XS),
    lined("multiInstance/sequential", "a", user("a", body=many("= xs", sequential=True)),
          "s | do a[0]/a#1: a[0]/a | do a[1]/a#1: a[1]/a a e .", data=XS),
    lined("multiInstance/cardinality", "a", user("a", body=TIMES),
          "s | do a[0]/a#1: a[0]/a | do a[1]/a#1: a[1]/a a e .", data={"n": 2}),
    lined("multiInstance/completionCondition", "a", user("a", body=many("= xs", until="= done")),
          "s | do a[0]/a#1 done=true: a[0]/a -a[1]/a a e .", data=XS),
    lined("multiInstance/output", "a", user("a", body=many("= xs", output=("ys", "= y"))),
          "s | do a[1]/a#1 y=2: a[1]/a | do a[0]/a#1 y=1: a[0]/a a e .", data=XS, leaves={"ys": [1, 2]}),
    lined("multiInstance/subProcess", "a", sub("a", INSIDE + many("= xs")),
          "s a[0]/s2 a[1]/s2 | do a[0]/t#1: a[0]/t a[0]/e2 a[0]/a | do a[1]/t#1: a[1]/t a[1]/e2 a[1]/a a e .",
          data=XS),
    lined("multiInstance/callActivity", "a", call("a", "q", body=many("= xs", sequential=True)),
          "s a[0]/qs | do a[0]/t#1: a[0]/t a[0]/qe a[0]/a a[1]/qs | do a[1]/t#1: a[1]/t a[1]/qe a[1]/a a e .",
          data=XS, callees=(CALLEE,)),
    shown("activity/merge", start() + user("a") + '<bpmn:task id="b"/>' + '<bpmn:task id="c"/>' + end(),
          "s b a", "s c a e", story="s b c | do a#1: a e | do a#2: a e ."),
    shown("activity/split", start() + user("a") + throw("b") + throw("c"), "s a b", "a c",
          story="s | do a#1: a b c ."),
    shown("activity/conditions",
          start() + '<bpmn:userTask id="a" default="a_d"/>' + throw("b") + throw("c") + throw("d"),
          "s a", "a b ? = n > 1", "a c ? = n > 2", "a d", story="s | do a#1 n=2: a b ."),
    shown("activity/conditions",
          start() + '<bpmn:userTask id="a" default="a_d"/>' + throw("b") + throw("d"),
          "s a", "a b ? = n > 1", "a d", story="s | do a#1 n=1: a d ."),
    shown("activity/startQuantity",
          start() + user("a") + user("b") + '<bpmn:userTask id="c" startQuantity="2"/>' + end(), "s a c", "s b c e",
          story="s | do a#1: a | do b#1: b | do c#1: c e ."),
    lined("activity/completionQuantity", "a", '<bpmn:userTask id="a" completionQuantity="2"/>', "s | do a#1: a e e ."),
    lined("activity/merge", "a", user("a", io({"own": "= 1"}, {"n": "= own + 1"})), "s | do a#1: a e .",
          leaves={"n": 2}),
)  # fmt: skip
