"""Beginnings and ends, data, collaboration, documentation."""

from tests.bpmn.draw import catch, copied, end, flows, held, process, refers, spec, start, throw, timer, user
from tests.bpmn.gallery.exhibit import SHARED, Exhibit, lined, shown

PLAIN = start() + user("a") + end() + flows("s a e")
STORY = "s | do a#1: a e ."


def _beside(key: str, drawn: str) -> Exhibit:
    """Drawn in the process, beside what runs."""
    return shown(key, PLAIN + drawn, story=STORY)


def _within(key: str, drawn: str) -> Exhibit:
    """Drawn in a task."""
    return lined(key, "a", user("a", body=drawn), STORY)


def _above(key: str, drawn: str) -> Exhibit:
    """Drawn beside the process."""
    return shown(key, PLAIN, story=STORY, before=drawn)


POOL = '<bpmn:participant id="{}" name="{}" {}/>'


def _pools(key: str, ends: tuple[str, str], other: str, story: str) -> Exhibit:
    """Process p sends a message x along a flow; q, if it is drawn, is the other pool's."""
    q = f'<bpmn:process id="q" isExecutable="true">{other}</bpmn:process>' if other else ""
    two = POOL.format("p1", "p", 'processRef="p"') + POOL.format("p2", "q", 'processRef="q"' if other else "")
    flow = f'<bpmn:messageFlow id="mf" sourceRef="{ends[0]}" targetRef="{ends[1]}"/>'
    nodes = start() + user("a") + throw("x", refers("message", "msg")) + end()
    drawn = f'<bpmn:collaboration id="co">{two}{flow}</bpmn:collaboration>{q}'
    return shown(key, nodes, "s a x e", story=story, before=drawn)


PAPER = '<bpmn:process id="paper" isExecutable="false"><bpmn:complexGateway id="anything"/></bpmn:process>'
SPEC = (
    '<bpmn:ioSpecification id="io"><bpmn:dataInput id="in"/><bpmn:dataOutput id="out"/>'
    '<bpmn:inputSet id="is"><bpmn:dataInputRefs>in</bpmn:dataInputRefs></bpmn:inputSet>'
    '<bpmn:outputSet id="os"><bpmn:dataOutputRefs>out</bpmn:dataOutputRefs></bpmn:outputSet></bpmn:ioSpecification>'
)

RECEIVE = '<bpmn:receiveTask id="r" messageRef="msg" instantiate="true"/>'
TYPED = (
    start("m", refers("message", "msg")) + start("t", timer("Date", "2026-03-03")) + RECEIVE
    + user("a") + user("b") + user("c")
)  # fmt: skip
WAYS = ("g x a", "g t b")


def gateway_of(kind: str) -> str:
    """A gateway that starts the process by a message or in an hour."""
    drawn = f'<bpmn:eventBasedGateway id="g" instantiate="true" eventGatewayType="{kind}"/>'
    return drawn + catch("x", refers("message", "msg")) + catch("t", timer("Duration", "PT1H")) + user("a") + user("b")


EXHIBITS = (
    shown("process/implicitStart", user("a") + user("b") + end(), "a e", "b e",
          story=" | do a#1: a e | do b#1: b e ."),
    shown("process/implicitEnd", start() + user("a"), "s a", story="s | do a#1: a ."),
    shown("process/severalStarts", start("m", '<bpmn:messageEventDefinition messageRef="msg"/>') + start() + user("a")
          + throw("b"), "m b", "s a", story="s | do a#1: a ."),
    shown("process/severalStarts", TYPED, "m b", "t a", "r c", story="m | do b#1: b .", event="m"),
    shown("process/severalStarts", TYPED, "m b", "t a", "r c", story="t | do a#1: a .", event="t"),
    shown("process/receiveTask", TYPED, "m b", "t a", "r c", story="<r r | do c#1: c .", event="r"),
    shown("process/receiveTask", RECEIVE + user("c"), "r c", story="<r r | do c#1: c ."),
    shown("process/eventGateway", gateway_of("Exclusive"), *WAYS, story="g <x x | do a#1: a .", event="x"),
    shown("process/parallelEventGateway", gateway_of("Parallel"), *WAYS,
          story="g <x x | do a#1: a | fire t#1: @t t | do b#1: b .", event="x"),
    _beside("dataStoreReference", '<bpmn:dataStoreReference id="ds" name="register"/>'),
    _within("illustration", SPEC + copied("a", "", "out") + copied("a", "", "in")),
    shown("illustration", start() + held("do", "x") + user("a", body=held("pl", "__targetRef_placeholder", "property")
          + "<bpmn:dataInputAssociation><bpmn:sourceRef>do</bpmn:sourceRef><bpmn:targetRef>pl</bpmn:targetRef>"
          "</bpmn:dataInputAssociation>" + copied("a", "", "do")) + end(), "s a e", story="s | do a#1 x=2: a e .",
          data={"x": 1}, leaves={"x": 2}),
    lined("illustration", "a", '<bpmn:task id="a">' + spec("a", outputs="x") + copied("a", ":x", "do") + "</bpmn:task>"
          + held("do", "x"), "s a e .", data={"x": 1}, leaves={"x": 1}),
    _beside("laneSet", '<bpmn:laneSet id="ls"><bpmn:lane id="l"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane>'
            "</bpmn:laneSet>"),
    _above("participant", "<bpmn:collaboration id='co'>" + POOL.format("p1", "a", 'processRef="p"')
           + POOL.format("p2", "black box", "") + "</bpmn:collaboration>"),
    _pools("messageFlow/blackBox", ("x", "p2"), "", "s | do a#1: a >x x e ."),
    _pools("messageFlow/start", ("x", "qs"), start("qs", refers("message", "msg")) + user("b") + flows("qs b"),
           "s | do a#1: a >x x e q/qs | do q/b#1: q/b ."),
    _pools("messageFlow/catch", ("x", "qr"), start("qs") + user("b") + catch("qr", refers("message", "msg"))
           + flows("qs b qr"), "s q/qs | do a#1: a >x x e | do q/b#1: q/b <q/qr q/qr ."),
    _pools("messageFlow/catch", ("x", "p2"), start("qs") + '<bpmn:receiveTask id="qr" messageRef="msg"/>'
           + flows("qs qr"), "s q/qs | do a#1: a >x x e <q/qr q/qr ."),
    _above("nonExecutable", PAPER),
    Exhibit("processType", (process(PLAIN, before=SHARED).replace(
        b'<bpmn:process id="p"', b'<bpmn:process id="p" processType="Private" isClosed="true"'),), STORY),
    lined("people", "a", '<bpmn:userTask id="a" c:assignee="kim" xmlns:c="http://flowable.org/bpmn"/>', STORY),
    lined("harmless", "a", '<bpmn:userTask id="a" c:asyncBefore="true" xmlns:c="http://camunda.org/schema/1.0/bpmn"/>',
          STORY),
    lined("direction", "a", '<bpmn:parallelGateway id="a" gatewayDirection="Converging"/>', "s a e ."),
    _above("conversation", "<bpmn:collaboration id='co'><bpmn:conversation id='cv'/></bpmn:collaboration>"),
    _above("choreography", "<bpmn:choreography id='ch'><bpmn:choreographyTask id='ct'/></bpmn:choreography>"),
    _beside("textAnnotation", '<bpmn:textAnnotation id="ta"><bpmn:text>…</bpmn:text></bpmn:textAnnotation>'),
    _beside("association", '<bpmn:association id="as" sourceRef="a" targetRef="ta"/>'
            '<bpmn:textAnnotation id="ta"/>'),
    _beside("group", '<bpmn:group id="gr"/>'),
    _within("documentation", "<bpmn:documentation>…</bpmn:documentation>"),
    _beside("auditing", '<bpmn:auditing id="au"/><bpmn:monitoring id="mo"/>'),
    _within("performer", '<bpmn:performer id="pe"/><bpmn:potentialOwner id="po"/><bpmn:humanPerformer id="hp"/>'),
    _above("diagram", '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="di"/>'),
)  # fmt: skip
