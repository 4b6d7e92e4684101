"""Ad-hoc sub-processes."""

from tests.bpmn.draw import adhoc, boundary, end, flows, gateway, refers, script, start, user
from tests.bpmn.gallery.exhibit import lined, shown

TWO = user("a") + user("b")
ONE_BY_ONE = 'ordering="Sequential"'
WAITS = 'cancelRemainingInstances="false"'
OPEN = {"ok": False}

EXHIBITS = (
    lined("adHocSubProcess", "x", adhoc("x", user("a"), "= ok"),
          "s | do x/a#1: x/a | do x/a#2 ok=true: x/a x e .", data=OPEN),
    lined("adHocSubProcess/choice", "x", adhoc("x", TWO + user("c"), "= ok"),
          "s | do x/b#1: x/b | do x/b#2: x/b | do x/a#1 ok=true: x/a -x/c -x/b x e .", data=OPEN),
    lined("adHocSubProcess/once", "x", adhoc("x", TWO), "s | do x/b#1: x/b | do x/a#1: x/a x e ."),
    lined("adHocSubProcess/flows", "x",
          adhoc("x", TWO + gateway("parallel", "j") + script("c", "= true", "ok") + flows("a j", "b j c"), "= ok"),
          "s | do x/b#1: x/b | do x/a#1: x/a x/j x/c -x/b -x/a x e .", data=OPEN),
    lined("adHocSubProcess/list", "x", adhoc("x", TWO + script("c", "= 1", "n"), active="= todo"),
          "s x/c | do x/b#1: x/b | do x/b#2: x/b x e .", data={"todo": ["b", "c", "b"]}, leaves={"n": 1}),
    lined("adHocSubProcess/sequential", "x",
          adhoc("x", TWO + script("c", "= 1", "n") + flows("b c"), active='= ["b", "a"]', attributes=ONE_BY_ONE),
          "s | do x/b#1: x/b x/c | do x/a#1: x/a x e ."),
    lined("adHocSubProcess/remaining", "x",
          adhoc("x", TWO + user("c") + flows("a c"), "= ok", active='= ["a", "b"]', attributes=WAITS),
          "s | do x/a#1 ok=true: x/a | do x/b#1: x/b x e .", data=OPEN),
    shown("adHocSubProcess/boundary",
          start() + adhoc("x", user("a") + boundary("i", "a", refers("signal", "sig")), "= ok")
          + boundary("m", "x", refers("message", "msg")) + end(), "s x e", "m e",
          story="s | signal storm: <x/i -x/a x/i | message go: <m -x/a -x m e .", data=OPEN),
)  # fmt: skip
