"""Compensation and transactions."""

from tests.bpmn.draw import (
    GUARD,
    boundary,
    call,
    end,
    flows,
    io,
    many,
    process,
    refers,
    script,
    start,
    sub,
    throw,
    transaction,
    undo,
    undone,
    user,
)  # fmt: skip
from tests.bpmn.gallery.exhibit import Exhibit, shown

CANCEL = "<bpmn:cancelEventDefinition/>"
A = user("a") + undone("a", user("ua"))
B = user("b") + undone("b", user("ub"))
BACK = throw("t", undo())
BEGIN = start("s2")
HELP = user("h") + flows("gs h")
ERROR = refers("error", "err")
CALLEE = process(start("qs") + user("t2") + end("qe"), "qs t2 qe", ident="q")


def _transaction(inside: str, *chains: str, story: str, key: str = "transaction", more: str = "") -> Exhibit:
    nodes = start() + transaction("w", BEGIN + inside + flows(*chains)) + boundary("b1", "w", CANCEL)
    return shown(key, nodes + end() + end("eb") + more, "s w e", "b1 eb", story=story)


def _guarded(kind: str, inside: str) -> str:
    return sub("g", start("gs", refers(kind, "" if kind == "compensate" else "err")) + inside, attributes=GUARD)


EXHIBITS = (
    shown("isForCompensation", start() + A + B + BACK + end(), "s a b t e",
          story="s | do a#1: a | do b#1: b >t ~b | do ub#1: ub ~a | do ua#1: ua t e ."),
    shown("compensation/order", start() + A + throw("t", undo("a")) + throw("t2", undo()), "s a t t2",
          story="s | do a#1: a >t ~a | do ua#1: ua t >t2 t2 ."),
    shown("compensation/instances", start() + user("a", body=many("= [1, 2]")) + undone("a", user("ua")) + BACK,
          "s a t",
          story="s | do a[1]/a#1: a[1]/a | do a[0]/a#1: a[0]/a a >t ~a | do ua#1: ua ~a | do ua#2: ua t ."),
    shown("compensation/callActivity", start() + call("a", "q") + undone("a", user("ua")) + BACK, "s a t",
          callees=(CALLEE,), story="s a/qs | do a/t2#1: a/t2 a/qe a >t ~a | do ua#1: ua t ."),
    shown("boundaryEvent/compensate", start() + A + throw("t", undo("a")) + end(), "s a t e",
          story="s | do a#1: a >t ~a | do ua#1: ua t e ."),
    shown("compensation/subProcess", start() + sub("w", BEGIN + A + flows("s2 a")) + BACK, "s w t",
          story="s w/s2 | do w/a#1: w/a w >t ~w ~w/a | do w/ua#1: w/ua t ."),
    shown("intermediateThrowEvent/compensate", start() + A + throw("t", undo(wait=False)) + user("z"), "s a t z",
          story="s | do a#1: a >t ~a t | do z#1: z | do ua#1: ua ."),
    shown("intermediateThrowEvent/compensate", start() + BACK + A, "s t a", story="s >t t | do a#1: a ."),
    shown("endEvent/compensate", start() + A + end("t", undo()), "s a t",
          story="s | do a#1: a >t ~a | do ua#1: ua t ."),
    shown("eventSubProcessStart/compensate",
          start() + sub("w", BEGIN + A + _guarded("compensate", HELP) + flows("s2 a")) + BACK, "s w t",
          story="s w/s2 | do w/a#1: w/a w >t ~w <w/g/gs w/g/gs | do w/g/h#1: w/g/h w/g t ."),
    _transaction(A, "s2 a", story="s w/s2 | do w/a#1: w/a w e ."),
    _transaction(A + end("x", CANCEL), "s2 a x", key="endEvent/cancel",
                 story="s w/s2 | do w/a#1: w/a >w/x w/x ~w ~w/a | do w/ua#1: w/ua <b1 -w b1 eb ."),
    _transaction(A + user("c") + end("x", CANCEL), "s2 a x", "s2 c", key="boundaryEvent/cancel",
                 story="s w/s2 | do w/a#1: w/a >w/x w/x -w/c ~w ~w/a | do w/ua#1: w/ua <b1 -w b1 eb ."),
    shown("compensation/data", start() + user("a", io({"m": "= n"}, {"k": "= m"})) + script("x", "= 9", "n")
          + undone("a", user("ua", io({"q": "= [m, n]"}, {"seen": "= q"}))) + BACK, "s a x t", data={"n": 1},
          story="s | do a#1: a x >t ~a | do ua#1: ua t .", leaves={"seen": [1, 9]}),
    shown("compensation/visible",
          start() + A + sub("w", BEGIN + B + end("x", ERROR) + _guarded("error", BACK + flows("gs t"))
                            + flows("s2 b x")), "s a w",
          story="s | do a#1: a w/s2 | do w/b#1: w/b >w/x w/x <w/g/gs w/g/gs >w/g/t ~w/b "
                "| do w/ub#1: w/ub w/g/t w/g w ."),
    shown("compensation/error", start() + sub("w", BEGIN + A + end("x", ERROR) + flows("s2 a x"))
          + boundary("b2", "w", ERROR), "s w",
          story="s w/s2 | do w/a#1: w/a >w/x w/x ~w ~w/a | do w/ua#1: w/ua <b2 -w b2 ."),
    _transaction(A + end("x", ERROR), "s2 a x", key="compensation/hazard", more=boundary("b2", "w", ERROR),
                 story="s w/s2 | do w/a#1: w/a >w/x w/x <b2 -w b2 ."),
)  # fmt: skip
