"""Gateways."""

from tests.bpmn.draw import catch, end, gateway, refers, start, throw, timer, user
from tests.bpmn.gallery.exhibit import shown

TWO = user("a") + user("b") + end("ea") + end("eb")
WAITS = gateway("eventBased", "g") + catch("m", refers("message", "msg")) + catch("t", timer("Duration", "PT1H"))
WAYS = ("s g m em", "g t et")


def complex_of(condition: str) -> str:
    """Three tasks behind f come together at a complex gateway g, a task d follows."""
    activation = f"<bpmn:activationCondition>{condition}</bpmn:activationCondition>"
    tasks = "".join(user(one) for one in "abcd")
    return start() + tasks + f'<bpmn:complexGateway id="g">{activation}</bpmn:complexGateway>' + end()


COMING = ("s f", "f a ? = x > 0", "f b ? = x > 1", "f c ? = x > 2", "a g", "b g", "c g", "d e")

EXHIBITS = (
    shown("complexGateway/split", start() + '<bpmn:complexGateway id="g"/>' + TWO, "s g", "g a ? = n > 1",
          "g b ? = n > 2", "a ea", "b eb", story="s g | do a#1: a ea .", data={"n": 2}),
    shown("complexGateway/activation",
          complex_of("= activationCount &gt;= 2") + gateway("inclusive", "f"), *COMING, "g d ? = waitingForStart",
          story="s f | do a#1: a | do b#1: b g | do d#1: d e | do c#1: c g .", data={"x": 3}),
    shown("complexGateway/activation",
          complex_of("= activationCounts.b_g = 1") + gateway("inclusive", "f"), *COMING, "g d",
          story="s f | do a#1: a | do b#1: b g | do d#1: d e .", data={"x": 2}),
    shown("complexGateway/reset",
          complex_of("= activationCount &gt;= 1") + gateway("inclusive", "f"), *COMING, "g d",
          story="s f | do b#1: b g | do a#1: a | do c#1: c g | do d#1: d e | do d#2: d e .", data={"x": 3}),

    shown("exclusiveGateway/split", start() + gateway("exclusive", "g", "g_b") + TWO, "s g", "g a ? = n > 1", "a ea",
          "g b eb", story="s g | do a#1: a ea .", data={"n": 2}),
    shown("exclusiveGateway/default", start() + gateway("exclusive", "g", "g_b") + TWO, "s g", "g a ? = n > 1",
          "a ea", "g b eb", story="s g | do b#1: b eb .", data={"n": 1}),
    shown("exclusiveGateway/merge",
          start() + throw("b") + throw("c") + gateway("exclusive", "g") + user("a") + end(),
          "s b g", "s c g a e", story="s b c g g | do a#1: a e | do a#2: a e ."),
    shown("parallelGateway/split",
          start() + gateway("parallel", "f") + user("a") + user("b") + gateway("parallel", "j") + end(),
          "s f a j", "f b j e", story="s f | do b#1: b | do a#1: a j e ."),
    shown("inclusiveGateway/split",
          start() + gateway("inclusive", "f", "f_c") + user("a") + user("b") + user("c")
          + gateway("inclusive", "j") + end(),
          "s f", "f a ? = n > 0", "f b ? = n > 1", "f c", "a j", "b j", "c j e",
          story="s f | do b#1: b | do a#1: a j e .", data={"n": 2}),
    shown("inclusiveGateway/default",
          start() + gateway("inclusive", "f", "f_b") + user("a") + user("b") + gateway("inclusive", "j") + end(),
          "s f", "f a ? = n > 0", "f b", "a j", "b j e", story="s f | do b#1: b j e .", data={"n": 0}),
    shown("eventBasedGateway/message", start() + WAITS + end("em") + end("et"), *WAYS,
          story="s | message go: g <m m em ."),
    shown("eventBasedGateway/timer", start() + WAITS + end("em") + end("et"), *WAYS,
          story="s | fire t#1: g @t t et ."),
    shown("eventBasedGateway/timer",
          start() + gateway("eventBased", "g") + catch("t", timer("Duration", "PT1H"))
          + catch("u", timer("Duration", "PT2H")) + end("et") + end("eu"),
          "s g t et", "g u eu", story="s | fire u#1: g @u u eu ."),
    shown("eventBasedGateway/signal",
          start() + gateway("eventBased", "g") + catch("c", refers("signal", "sig"))
          + catch("t", timer("Duration", "PT1H")) + end("ec") + end("et"),
          "s g c ec", "g t et", story="s | signal storm: g <c c ec ."),
    shown("eventBasedGateway/receiveTask",
          start() + gateway("eventBased", "g") + '<bpmn:receiveTask id="r" messageRef="msg"/>'
          + catch("t", timer("Duration", "PT1H")) + end("er") + end("et"),
          "s g r er", "g t et", story="s | message go: g <r r er ."),
)  # fmt: skip
