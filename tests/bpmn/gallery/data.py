"""Data objects, properties, data inputs and outputs (BPMN 2.0.2, 10.4)."""

from tests.bpmn.draw import (
    assigned,
    call,
    catch,
    copied,
    end,
    flows,
    gateway,
    held,
    io,
    process,
    refers,
    script,
    spec,
    start,
    sub,
    throw,
    turned,
    user,
)
from tests.bpmn.gallery.exhibit import Exhibit, lined, shown

STORY = "s | do a#1: a e ."
REFERENCE = '<bpmn:dataObject id="do"/><bpmn:dataObjectReference id="r" dataObjectRef="do" name="sum"/>'
MANY = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>a_all</bpmn:loopDataInputRef>"
    "<bpmn:loopDataOutputRef>a_done</bpmn:loopDataOutputRef>"
    '<bpmn:inputDataItem id="x0" name="x"/><bpmn:outputDataItem id="y0" name="y"/>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)


def out(name: str, target: str, inside: str = "") -> str:
    """A script task a that gives n + 1 as a data output."""
    body = spec("a", outputs=name) + copied("a", f":{name}", target, inside)
    return script("a", "= n + 1", name).replace("</bpmn:scriptTask>", f"{body}</bpmn:scriptTask>")


def seen(reads: str, **more: str) -> str:
    """A user task a with data inputs, each `name:source`, whose variables an output mapping shows as `seen`."""
    pairs = [one.split(":") for one in reads.split()]
    own = spec("a", " ".join(name for name, _ in pairs), optional=more.get("optional", ""))
    ties = "".join(copied("a", source, f":{name}", more.get("inside", "")) for name, source in pairs)
    return user("a", io(outputs={"seen": "= " + pairs[0][0]}), own + ties)


def lacking(nodes: str) -> str:
    """Two branches: b gives what a, beside it, waits for."""
    given = user("b", body=spec("b", outputs="m") + copied("b", ":m", "do"))
    return start() + held("do", "d") + gateway("parallel", "g") + given + nodes


CALLEE = process(
    held("own", "n") + '<bpmn:ioSpecification><bpmn:dataInput id="in" name="given"/>'
    '<bpmn:dataOutput id="out" name="found"/></bpmn:ioSpecification>' + start()
    + user("t", body=spec("t", outputs="k") + copied("t", ":k", "own") + copied("t", ":k", "out",
           turned("= k + given"))) + end(), "s t e", ident="q",
)  # fmt: skip
CALL = spec("c", "given", "found") + copied("c", "do", ":given") + copied("c", ":found", "do2")
TWO_SETS = (
    '<bpmn:ioSpecification><bpmn:dataInput id="i1" name="first"/><bpmn:dataInput id="i2" name="second"/>'
    "<bpmn:inputSet><bpmn:dataInputRefs>i1</bpmn:dataInputRefs></bpmn:inputSet>"
    "<bpmn:inputSet><bpmn:dataInputRefs>i2</bpmn:dataInputRefs></bpmn:inputSet></bpmn:ioSpecification>"
    + "".join(
        f"<bpmn:dataInputAssociation><bpmn:sourceRef>{one}</bpmn:sourceRef><bpmn:targetRef>{two}</bpmn:targetRef>"
        "</bpmn:dataInputAssociation>"
        for one, two in (("do1", "i1"), ("do2", "i2"))
    )
)
EXHIBITS: tuple[Exhibit, ...] = (
    lined("data/object", "a", held("do", "sum") + out("m", "do"), "s a e .", data={"n": 1}, leaves={"sum": 2}),
    lined("data/object", "a", held("do", "the sum") + out("m", "do"), "s a e .", data={"n": 1}, leaves={"do": 2}),
    lined("data/object", "a", REFERENCE + out("m", "r"), "s a e .", data={"n": 1}, leaves={"sum": 2}),
    lined("data/property", "a", held("pr", "sum", "property") + out("m", "pr"), "s a e .", data={"n": 1},
          leaves={"sum": 2}),
    shown("data/scope", start() + sub("u", held("do", "n") + start("us")
          + user("a", body=spec("a", outputs="m") + copied("a", ":m", "do")) + script("b", "= n", "inside")
          + flows("us a b")) + end(), "s u e", story="s u/us | do u/a#1 m=7: u/a u/b u e .",
          data={"n": 1}, leaves={"n": 1, "inside": 7}),
    lined("data/input", "a", held("do", "n") + seen("m:do"), STORY, data={"n": 3}, leaves={"seen": 3}),
    lined("data/output", "a", held("do", "d") + user("a", body=spec("a", outputs="m") + copied("a", ":m", "do")),
          "s | do a#1 m=1 other=2: a e .", leaves={"d": 1, "other": None, "m": None}),
    shown("data/inputSet", lacking(seen("m:do")), "s g a", "g b", story="s g | do b#1 m=5: b | do a#1: a .",
          leaves={"seen": 5}),
    lined("data/inputSet", "a", held("do", "d") + seen("m:do"), "s !a | retry a!1 d=5:  | do a#1: a e .",
          leaves={"seen": 5}),
    lined("data/inputSets", "a", held("do1", "d1") + held("do2", "d2")
          + user("a", io(outputs={"seen": "= [first, second]"}), TWO_SETS), STORY, data={"d2": 5},
          leaves={"seen": [None, 5]}),
    lined("data/optional", "a", held("do", "d") + seen("m:do", optional="m"), STORY, data={"m": 1},
          leaves={"seen": None}),
    lined("data/optional", "a", held("do", "d") + user("a", body=spec("a", outputs="m", optional="m")
          + copied("a", ":m", "do")), STORY, data={"d": 1}, leaves={"d": 1}),
    lined("data/outputSet", "a", held("do", "d") + user("a", body=spec("a", outputs="m") + copied("a", ":m", "do")),
          "s | do a#1: !a", data={"d": 1}, leaves={"d": 1}),
    lined("data/transformation", "a", held("do", "n") + seen("m:do", inside=turned("= n * 2")), STORY, data={"n": 3},
          leaves={"seen": 6}),
    lined("data/transformation", "a", held("do", "d") + user("a", body=copied("a", "", "do", turned("= x + 1"))),
          "s | do a#1 x=1: a e .", leaves={"d": 2, "x": None}),
    lined("data/assignment", "a", held("do", "n") + user("a", io(outputs={"seen": "= m"}), spec("a", "m")
          + copied("a", "do", ":m", assigned(m__twice="= n * 2", m__kind="plain"))), STORY, data={"n": 3},
          leaves={"seen": {"twice": 6, "kind": "plain"}}),
    lined("data/assignment", "a", held("do", "d") + user("a", body=copied("a", "", "do",
          assigned(do="= x", d="= x + 1"))),
          "s | do a#1 x=1: a e .", leaves={"d": 2}),
    lined("data/catch", "c", held("do", "d") + catch("c", spec("c", outputs="m", sets=False) + copied("c", ":m", "do")
          + refers("message", "msg")), "s | message go m=4 k=5: <c c e .", leaves={"d": 4, "k": None}),
    lined("data/throw", "t", held("do", "d") + throw("t", spec("t", "m", sets=False) + copied("t", "do", ":m")
          + refers("message", "msg")), "s >t t e .", data={"d": 4}),
    shown("data/process", '<bpmn:ioSpecification><bpmn:dataInput id="in" name="n"/><bpmn:dataOutput id="o" name="m"/>'
          "</bpmn:ioSpecification>" + start() + user("a", body=spec("a", "k", "l") + copied("a", "in", ":k")
          + copied("a", ":l", "o")) + end(), "s a e", story="s | do a#1 l=2: a e .", data={"n": 2}, leaves={"m": 2}),
    shown("data/callActivity", start() + held("do", "d") + held("do2", "d2") + call("c", "q", body=CALL) + end(),
          "s c e", story="s c/s | do c/t#1 k=2: c/t c/e c e .", data={"d": 3, "n": 1},
          leaves={"d2": 5, "n": 1, "found": None}, callees=(CALLEE,)),
    lined("data/multiInstance", "a", held("do", "xs") + held("do2", "ys") + user("a", body=spec("a", "all", "done part")
          + copied("a", "do", ":all") + copied("a", ":done", "do2") + copied("a", ":part", "y0") + MANY),
          "s | do a[0]/a#1 part=5: a[0]/a | do a[1]/a#1 part=6: a[1]/a a e .", data={"xs": [1, 2]},
          leaves={"ys": [5, 6], "part": None}),
)  # fmt: skip
