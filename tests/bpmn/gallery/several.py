"""Conditional events, events with several definitions, standard loops."""

from collections.abc import Iterator

from tests.bpmn.draw import (
    GUARD,
    again,
    boundary,
    call,
    catch,
    end,
    flows,
    gateway,
    looped,
    process,
    refers,
    script,
    start,
    sub,
    throw,
    timer,
    user,
    when,
)  # fmt: skip
from tests.bpmn.gallery.exhibit import Exhibit, lined, shown

DAY = '<bpmn:timerEventDefinition id="day"><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>'
STANDARD = (
    '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopDataInputRef>xs</bpmn:loopDataInputRef>'
    '<bpmn:loopDataOutputRef>ys</bpmn:loopDataOutputRef><bpmn:inputDataItem id="i" name="x"/>'
    '<bpmn:outputDataItem id="o" name="y"/></bpmn:multiInstanceLoopCharacteristics>'
)
TWO = refers("message", "msg") + refers("signal", "sig")
CALLEE = process(start("qs") + user("t") + end("qe"), "qs t qe", ident="q")
HAPPENS = {  # the definitions, whether all have to come, the acts with what is caught
    "conditional": (when("= x"), False, ("do w#1 x=true: w", "")),
    "multiple": (TWO, False, ("signal storm:", "")),
    "parallelMultiple": (TWO, True, ("signal storm: <{}", "message go:")),
}


def all_of(node: str) -> str:
    """All of its definitions have to come."""
    return node.replace(" id=", ' parallelMultiple="true" id=', 1)


def _story(kind: str, name: str, rest: str) -> str:
    first, last = HAPPENS[kind][2]
    acts = [first.format(name), last] if last else [first]
    return " | ".join(["s", *acts]) + f" <{name} {rest}"


def _caught() -> Iterator[Exhibit]:
    for kind, (definitions, together, _) in HAPPENS.items():
        event = catch("c", definitions)
        nodes = start() + user("w") + (all_of(event) if together else event) + end()
        story = _story(kind, "c", "c e") + (" | do w#1: w ." if kind != "conditional" else " .")
        yield shown(f"intermediateCatchEvent/{kind}", nodes, "s w", "s c e", story=story, data={"x": False})


def _bounded() -> Iterator[Exhibit]:
    for kind, (definitions, together, _) in HAPPENS.items():
        for interrupting in (True, False):
            event = boundary("b", "a", definitions, interrupting=interrupting)
            nodes = start() + user("w") + user("a") + (all_of(event) if together else event) + end("eb")
            words = f"boundaryEvent/{kind}" + ("" if interrupting else "/non-interrupting")
            story = _story(kind, "b", "-a b eb" if interrupting else "b eb | do a#1: a")
            story += " ." if kind == "conditional" else " | do w#1: w ."
            yield shown(words, nodes, "s w", "s a", "b eb", story=story, data={"x": False})


def _guarded() -> Iterator[Exhibit]:
    for kind, (definitions, together, _) in HAPPENS.items():
        for interrupting in (True, False):
            begin = start("b", definitions)
            begin = begin if interrupting else begin.replace("Event id", 'Event isInterrupting="false" id')
            inside = (all_of(begin) if together else begin) + user("t") + flows("b t")
            nodes = start() + user("w") + user("a") + sub("g", inside, attributes=GUARD)
            words = f"eventSubProcessStart/{kind}" + ("" if interrupting else "/non-interrupting")
            yield shown(words, nodes, "s w a", data={"x": False}, story=_guard_story(kind, interrupting=interrupting))


def _guard_story(kind: str, *, interrupting: bool) -> str:
    here = "a" if kind == "conditional" else "w"
    told = {"conditional": "s | do w#1 x=true: w", "multiple": "s | signal storm:",
            "parallelMultiple": "s | signal storm: <b | message go:"}[kind]  # fmt: skip
    rest = "-w <g/b g/b" if interrupting and here == "w" else "<g/b g/b"  # a has not been entered yet
    left = {"a": " | do a#1: a", "w": " | do w#1: w | do a#1: a"}[here]
    return f"{told} {rest}" + ("" if interrupting else left) + " | do g/t#1: g/t g ."


EXHIBITS = (
    *_caught(),
    *_bounded(),
    *_guarded(),
    shown("startEvent/conditional", start("s", when("= x")) + user("a"), "s a", story="s | do a#1: a ."),
    shown("startEvent/multiple", start("s", TWO) + user("a"), "s a", story="s | do a#1: a ."),
    lined("intermediateThrowEvent/multiple", "x", throw("x", TWO), "s >x >x x e ."),
    shown("endEvent/multiple", start() + sub("w", start("s2") + end("x", refers("error", "err") + TWO) + flows("s2 x"))
          + boundary("b", "w", refers("error")) + end("eb"), "s w", "b eb",
          story="s w/s2 >w/x >w/x >w/x w/x <b -w b eb ."),
    shown("eventBasedGateway/conditional", start() + user("w") + gateway("eventBased", "g") + catch("c", when("= x"))
          + catch("t", timer("Duration", "P1D")) + end(), "s w", "s g c e", "g t e",
          story="s | do w#1 x=true: w g <c c e .", data={"x": False}),
    shown("eventBasedGateway/multiple", start() + gateway("eventBased", "g") + catch("c", TWO)
          + catch("t", timer("Duration", "P1D")) + end(), "s g c e", "g t e", story="s | signal storm: g <c c e ."),
    lined("eventDefinitionRef", "c", catch("c", "<bpmn:eventDefinitionRef>day</bpmn:eventDefinitionRef>"),
          "s | fire c#1: @c c e .", before=DAY),
    shown("condition/edge", start() + user("a") + user("b") + user("c") + user("d")
          + boundary("x", "d", when("= n > 1"), interrupting=False) + end("ex"), "s a b c", "s d", "x ex",
          story="s <x x ex | do a#1 n=3: a | do b#1 n=0: b | do c#1 n=2: c <x x ex | do d#1: d .", data={"n": 2}),
    lined("multiInstance/data", "a", looped(script("a", "= x + 1", "y"), STANDARD), "s a[0]/a a[1]/a a e .",
          data={"xs": [1, 2]}, leaves={"ys": [2, 3]}, before=""),
    lined("standardLoopCharacteristics/after", "a", user("a", body=again("= more")),
          "s | do a[0]/a#1 more=true: a[0]/a | do a[1]/a#1 more=false: a[1]/a a e ."),
    lined("standardLoopCharacteristics/before", "a", looped(script("a", "= n + 1", "n"), again("= n < 2", before=True)),
          "s a[0]/a a[1]/a a e .", data={"n": 0}, leaves={"n": 2}),
    lined("standardLoopCharacteristics/maximum", "a", looped(script("a", "= n + 1", "n"), again("= true", "3")),
          "s a[0]/a a[1]/a a[2]/a a e .", data={"n": 0}, leaves={"n": 3}),
    lined("standardLoopCharacteristics/subProcess", "a",
          sub("a", start("s2") + user("t") + flows("s2 t") + again("", "2")),
          "s a[0]/s2 | do a[0]/t#1: a[0]/t a[0]/a a[1]/s2 | do a[1]/t#1: a[1]/t a[1]/a a e ."),
    lined("standardLoopCharacteristics/callActivity", "a", looped(call("a", "q"), again("= n < 1")),
          "s a[0]/qs | do a[0]/t#1 n=1: a[0]/t a[0]/qe a[0]/a a e .", callees=(CALLEE,)),
)  # fmt: skip
