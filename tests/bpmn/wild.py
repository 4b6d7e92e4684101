"""Diagrams that nobody would draw: any element, flows from anywhere to anywhere, inside sub-processes too."""

from hypothesis import strategies as st

from tests.bpmn.draw import (  # fmt: skip
    GUARD,
    _activity,
    adhoc,
    boundary,
    call,
    catch,
    end,
    gateway,
    io,
    link,
    many,
    process,
    refers,
    script,
    service,
    start,
    sub,
    throw,
    timer,
    user,
)

SHARED = (
    '<bpmn:message id="msg" name="go"/><bpmn:signal id="sig" name="storm"/>'
    '<bpmn:error id="err" errorCode="E1"/><bpmn:escalation id="esc" escalationCode="U1"/>'
)
DEFINITIONS = {
    "none": "",
    "message": refers("message", "msg"),
    "signal": refers("signal", "sig"),
    "error": refers("error", "err"),
    "any error": refers("error"),
    "escalation": refers("escalation", "esc"),
    "timer": timer("Duration", "PT1H"),
    "cycle": timer("Cycle", "R2/PT1H"),
    "link": link("L"),
    "terminate": "<bpmn:terminateEventDefinition/>",
    "compensate": "<bpmn:compensateEventDefinition/>",
    "cancel": "<bpmn:cancelEventDefinition/>",
    "conditional": "<bpmn:conditionalEventDefinition><bpmn:condition>= v0</bpmn:condition>"
    "</bpmn:conditionalEventDefinition>",
    "multiple": refers("message", "msg") + refers("signal", "sig"),
}
LOOPS = (
    many("= xs"),
    many("= xs", sequential=True, output=("ys", "= x")),
    many("= xs", until="= v1"),
    "<bpmn:standardLoopCharacteristics loopMaximum='2'><bpmn:loopCondition>= v0</bpmn:loopCondition>"
    "</bpmn:standardLoopCharacteristics>",
)
ATTRIBUTES = (
    'isForCompensation="true"', 'startQuantity="2"', 'completionQuantity="2"', 'instantiate="true"', GUARD,
    'parallelMultiple="true"',
)  # fmt: skip
FLOW = st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from(["", "", "", "= v0", "= v1", "= nothing"]))


def simple(name: str) -> st.SearchStrategy[str]:
    """A node without anything inside."""
    kinds = st.sampled_from(sorted(DEFINITIONS)).map(DEFINITIONS.get)
    gateways = st.sampled_from(["exclusive", "parallel", "inclusive", "eventBased"])
    loops = st.sampled_from(LOOPS)
    return st.one_of(
        st.just(user(name)),
        st.just(user(name, io({"own": "= n"}, {"n": "= own + 1"}))),
        st.just(script(name, "= n + 1", "n")),
        st.just(script(name, "= nothing + 1", "n")),
        st.just(service(name)),
        st.just(f'<bpmn:task id="{name}"/>'),
        st.just(f'<bpmn:sendTask id="{name}" messageRef="msg"/>'),
        st.just(f'<bpmn:receiveTask id="{name}" messageRef="msg"/>'),
        st.just(call(name, "q")),
        st.just(
            f'<bpmn:complexGateway id="{name}"><bpmn:activationCondition>= activationCount &gt; 1'
            "</bpmn:activationCondition></bpmn:complexGateway>"
        ),
        gateways.map(lambda kind: gateway(kind, name)),
        gateways.map(lambda kind: gateway(kind, name)),
        loops.map(lambda loop: user(name, body=loop)),
        loops.map(lambda loop: call(name, "q", body=loop)),
        kinds.map(lambda body: start(name, body)),
        kinds.map(lambda body: end(name, body)),
        kinds.map(lambda body: catch(name, body)),
        kinds.map(lambda body: throw(name, body)),
        st.sampled_from(ATTRIBUTES).map(lambda one: _activity("userTask", name, attributes=one)),
    )


@st.composite
def graphs(draw: st.DrawFn, prefix: str, depth: int) -> str:
    """The inside of a process or sub-process."""
    names = [f"{prefix}{number}" for number in range(draw(st.integers(1, 6)))]
    nodes = start(f"{prefix}s") if draw(st.integers(0, 5)) else ""
    for name in names:
        nodes += draw(within(name, depth) if depth and not draw(st.integers(0, 4)) else simple(name))
    for number in range(draw(st.integers(0, 2))):
        host, kind = draw(st.sampled_from(names)), draw(st.sampled_from(sorted(DEFINITIONS)))
        nodes += boundary(f"{prefix}b{number}", host, DEFINITIONS[kind], interrupting=draw(st.booleans()))
        nodes += link_of(f"{prefix}b{number}", draw(st.sampled_from(names)), "", f"{prefix}fb{number}")
    if nodes.startswith("<bpmn:startEvent"):
        nodes += link_of(f"{prefix}s", names[0], "", f"{prefix}fs")
    for number, name in enumerate(names[1:]):  # a line, most of the time, so that much of it is reached
        if draw(st.integers(0, 5)):
            nodes += link_of(names[number], name, draw(st.sampled_from(["", "", "", "= v0"])), f"{prefix}l{number}")
    for number, (one, other, condition) in enumerate(draw(st.lists(FLOW, max_size=4))):
        source, target = names[one % len(names)], names[other % len(names)]
        nodes += link_of(source, target, condition, f"{prefix}f{number}")
    return nodes


def link_of(source: str, target: str, condition: str, ident: str) -> str:
    """A sequence flow."""
    inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="{ident}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'


def within(name: str, depth: int) -> st.SearchStrategy[str]:
    """A sub-process of any kind."""
    tags = st.sampled_from(["subProcess", "subProcess", "transaction", "adHocSubProcess"])
    inside = graphs(f"{name}x", depth - 1)
    attributes = st.sampled_from(["", "", GUARD])
    subs = st.tuples(tags, inside, attributes).map(
        lambda one: sub(name, one[1], attributes=one[2]).replace("bpmn:subProcess", f"bpmn:{one[0]}")
    )
    return st.one_of(subs, subs, free(name, depth))


def free(name: str, depth: int) -> st.SearchStrategy[str]:
    """An ad-hoc sub-process of any variant, as far as it can be one."""
    lists = st.sampled_from(["", f'= ["{name}x0", "{name}x1"]', f'= ["{name}x0", "{name}x0"]', "= xs"])
    return st.builds(
        adhoc,
        st.just(name),
        graphs(f"{name}x", depth - 1),
        st.sampled_from(["", "= v0", "= v1", "= n > 2", "= nothing"]),
        lists,
        st.sampled_from(["", 'ordering="Sequential"', 'cancelRemainingInstances="false"']),
    )


def diagrams() -> st.SearchStrategy[bytes]:
    """Whole files with process p."""
    return graphs("n", 2).map(lambda nodes: process(nodes, before=SHARED))
