"""Start, intermediate, boundary and end events; the start events of event sub-processes."""

from collections.abc import Iterator

from tests.bpmn.draw import GUARD, boundary, catch, end, flows, link, refers, service, start, sub, throw, timer, user
from tests.bpmn.gallery.exhibit import Exhibit, lined, shown

DEFINITIONS = {
    "none": "",
    "message": refers("message", "msg"),
    "signal": refers("signal", "sig"),
    "error": refers("error", "err"),
    "escalation": refers("escalation", "esc"),
    "timer": timer("Duration", "PT1H"),
    "terminate": "<bpmn:terminateEventDefinition/>",
}
ARRIVES = {"message": ("message go", "<"), "signal": ("signal storm", "<"), "timer": ("fire {}#1", "@")}
REPEATED = timer("Cycle", "R2/PT1H")
TWICE = {"message": ("message go", "<"), "signal": ("signal storm", "<"), "timer": ("fire {}#1", "@")}


def _starts() -> Iterator[Exhibit]:
    for kind in ("none", "message", "timer", "signal"):
        nodes = start("s", DEFINITIONS[kind]) + user("a")
        yield shown(f"startEvent/{kind}", nodes, "s a", story="s | do a#1: a .")


def _boundaries() -> Iterator[Exhibit]:
    for kind, (act, sign) in ARRIVES.items():
        event = boundary("b", "a", DEFINITIONS[kind])
        nodes = start() + user("a") + event + end() + end("eb")
        story = f"s | {act.format('b')}: {sign}b -a b eb ."
        yield shown(f"boundaryEvent/{kind}", nodes, "s a e", "b eb", story=story)
        event = boundary("b", "a", REPEATED if kind == "timer" else DEFINITIONS[kind], interrupting=False)
        nodes = start() + user("a") + event + end() + end("eb")
        again = act.format("b").replace("#1", "#2")
        story = f"s | {act.format('b')}: {sign}b b eb | {again}: {sign}b b eb | do a#1: a e ."
        yield shown(f"boundaryEvent/{kind}/non-interrupting", nodes, "s a e", "b eb", story=story)


def _guards() -> Iterator[Exhibit]:
    for kind, (act, sign) in ARRIVES.items():
        when = act.format("g/b").replace("g/", "")
        inside = start("b", DEFINITIONS[kind]) + user("t") + flows("b t")
        nodes = start() + user("a") + end() + sub("g", inside, attributes=GUARD)
        story = f"s | {when}: -a {sign}g/b g/b | do g/t#1: g/t g ."
        yield shown(f"eventSubProcessStart/{kind}", nodes, "s a e", story=story)
        inside = start("b", DEFINITIONS[kind]).replace("<bpmn:startEvent", '<bpmn:startEvent isInterrupting="false"')
        nodes = start() + user("a") + end() + sub("g", inside + user("t") + flows("b t"), attributes=GUARD)
        story = f"s | {when}: {sign}g/b g/b | do a#1: a e | do g/t#1: g/t g ."
        yield shown(f"eventSubProcessStart/{kind}/non-interrupting", nodes, "s a e", story=story)


def _throwing(event: str) -> str:
    """A sub-process w that throws, then has a task."""
    return sub("w", start("s2") + event + user("a") + flows("s2 x a"))


def _guarded(kind: str, event: str, *, goes_on: bool = False) -> str:
    caught = start("b", DEFINITIONS[kind])
    if goes_on:
        caught = caught.replace("<bpmn:startEvent", '<bpmn:startEvent isInterrupting="false"')
    return sub("g", caught + user("t") + flows("b t"), attributes=GUARD) + event


ERROR_END = sub("w", start("s2") + end("x", DEFINITIONS["error"]) + flows("s2 x"))
UP = throw("x", DEFINITIONS["escalation"])

EXHIBITS = (
    *_starts(),
    *_boundaries(),
    *_guards(),
    shown("boundaryEvent/error", start() + ERROR_END + boundary("b", "w", DEFINITIONS["error"]) + end() + end("eb"),
          "s w e", "b eb", story="s w/s2 >w/x w/x <b -w b eb ."),
    shown("boundaryEvent/error", start() + service("a") + boundary("b", "a", DEFINITIONS["error"]) + end("eb"),
          "s a", "b eb", story="s | fail a#1 E1: <b -a b eb ."),
    shown("boundaryEvent/escalation", start() + _throwing(UP) + boundary("b", "w", DEFINITIONS["escalation"])
          + end() + end("eb"), "s w e", "b eb", story="s w/s2 >w/x w/x <b -w b eb ."),
    shown("boundaryEvent/escalation/non-interrupting",
          start() + _throwing(UP) + boundary("b", "w", DEFINITIONS["escalation"], interrupting=False)
          + end() + end("eb"), "s w e", "b eb", story="s w/s2 >w/x <b b w/x eb | do w/a#1: w/a w e ."),
    shown("eventSubProcessStart/error",
          start() + end("x", DEFINITIONS["error"]) + _guarded("error", ""), "s x",
          story="s >x x <g/b g/b | do g/t#1: g/t g ."),
    shown("eventSubProcessStart/escalation",
          start() + UP + user("a") + _guarded("escalation", ""), "s x a",
          story="s >x x <g/b g/b | do g/t#1: g/t g ."),
    shown("eventSubProcessStart/escalation/non-interrupting",
          start() + UP + user("a") + _guarded("escalation", "", goes_on=True), "s x a",
          story="s >x <g/b g/b x | do g/t#1: g/t g | do a#1: a ."),
    lined("intermediateCatchEvent/message", "c", catch("c", DEFINITIONS["message"]), "s | message go: <c c e ."),
    lined("intermediateCatchEvent/timer", "c", catch("c", DEFINITIONS["timer"]), "s | fire c#1: @c c e ."),
    lined("intermediateCatchEvent/signal", "c", catch("c", DEFINITIONS["signal"]), "s | signal storm: <c c e ."),
    shown("intermediateCatchEvent/link", start() + throw("x", link("L")) + catch("c", link("L")) + end(), "s x", "c e",
          story="s x c e ."),
    shown("intermediateThrowEvent/link", start() + throw("x", link("L")) + throw("y", link("L"))
          + catch("c", link("L")) + end(), "s x", "s y", "c e", story="s x y c c e e ."),
    lined("intermediateThrowEvent/none", "x", throw("x"), "s x e ."),
    lined("intermediateThrowEvent/message", "x", throw("x", DEFINITIONS["message"]), "s >x x e ."),
    lined("intermediateThrowEvent/escalation", "x", UP, "s >x x e ."),
    shown("intermediateThrowEvent/signal",
          start() + catch("c", DEFINITIONS["signal"]) + throw("x", DEFINITIONS["signal"]) + end(), "s c e", "s x e",
          story="s >x <c c x e e ."),
    shown("endEvent/none", start() + end(), "s e", story="s e ."),
    shown("endEvent/message", start() + end("e", DEFINITIONS["message"]), "s e", story="s >e e ."),
    shown("endEvent/signal", start() + catch("c", DEFINITIONS["signal"]) + end("e", DEFINITIONS["signal"]) + end("f"),
          "s c f", "s e", story="s >e <c c e f ."),
    shown("endEvent/escalation", start() + sub("w", start("s2") + end("x", DEFINITIONS["escalation"]) + flows("s2 x"))
          + boundary("b", "w", DEFINITIONS["escalation"]) + end() + end("eb"), "s w e", "b eb",
          story="s w/s2 >w/x w/x <b -w b eb ."),
    shown("endEvent/error", start() + ERROR_END + boundary("b", "w", refers("error")) + end("eb"), "s w", "b eb",
          story="s w/s2 >w/x w/x <b -w b eb ."),
    shown("endEvent/terminate", start() + user("a") + user("b") + end("e", DEFINITIONS["terminate"]), "s a", "s b e",
          story="s | do b#1: b -a e ."),
    lined("error/uncaught", "x", throw("y").replace("y", "x"), "s x e ."),
    shown("error/uncaught", start() + end("x", DEFINITIONS["error"]), "s x", story="s !x"),
    lined("timer/date", "c", catch("c", timer("Date", "2026-03-03")), "s | fire c#1: @c c e ."),
    lined("timer/duration", "c", catch("c", timer("Duration", "= d")), "s | fire c#1: @c c e .", data={"d": "P1M"}),
    shown("timer/interval", start() + user("a") + boundary("b", "a", timer("Cycle", "R2/PT1H/2026-03-09"),
          interrupting=False) + end("eb"), "s a", "b eb",
          story="s | fire b#1: @b b eb | fire b#2: @b b eb | do a#1: a ."),
    lined("timer/cron", "c", catch("c", timer("Cycle", "0 0 9 * * MON-FRI")), "s | fire c#1: @c c e ."),
    shown("timer/cycle", start() + user("a") + boundary("b", "a", REPEATED, interrupting=False) + end("eb"), "s a",
          "b eb", story="s | fire b#1: @b b eb | fire b#2: @b b eb | do a#1: a ."),
)  # fmt: skip
