"""Transactions: they succeed, are cancelled, or end in a hazard (BPMN 2.0.2, 10.3.5 and 13.5.5)."""

import pytest

from app.errors import Refused
from tests.bpmn.draw import (
    GUARD,
    Run,
    boundary,
    end,
    flows,
    gateway,
    load,
    many,
    process,
    refers,
    start,
    sub,
    throw,
    timer,
    transaction,
    undo,
    undone,
    user,
)  # fmt: skip

ERROR = '<bpmn:error id="err" errorCode="E1"/>'
CANCEL = "<bpmn:cancelEventDefinition/>"
TASKS = user("a") + undone("a", user("ua")) + user("b") + undone("b", user("ub"))
GIVEN_UP = boundary("cb", "w", CANCEL) + user("after") + end()


def around(inside: str, *more: str, path: str = "s w e", loop: str = "") -> bytes:
    """A transaction w, its cancel event, a task after that."""
    nodes = start() + transaction("w", start("s2") + inside, loop) + GIVEN_UP
    return process(nodes + "".join(more), path, "cb after e", before=ERROR)


def steps(run: Run, *tasks: str) -> None:
    """Each of these tasks is the only one open, and is completed."""
    for task in tasks:
        assert run.open == [task]
        run.complete(task)


def test_a_transaction_that_succeeds_goes_on_like_a_sub_process() -> None:
    run = Run(around(TASKS + end("e2") + flows("s2 a b e2"), user("z"), path="s w z e"))
    steps(run, "w/a#1", "w/b#1", "z#1")
    assert run.done


def test_a_cancelled_transaction_undoes_what_was_done_in_reverse_and_leaves_by_its_cancel_event() -> None:
    run = Run(around(TASKS + end("x", CANCEL) + flows("s2 a b x")))
    steps(run, "w/a#1", "w/b#1", "w/ub#1", "w/ua#1")
    assert run.trace == [
        "complete w/ua", "enter cb", "catch cb", "cancel w", "complete cb", "take cb_after", "enter after"
    ]  # fmt: skip
    steps(run, "after#1")
    assert run.done


def test_a_cancelled_transaction_cancels_what_still_runs_in_it_and_does_not_undo_that() -> None:
    inside = TASKS + gateway("parallel", "f") + user("c") + undone("c", user("uc")) + end("x", CANCEL)
    run = Run(around(inside + flows("s2 f a b x", "f c")))
    run.complete("w/a#1")
    run.complete("w/b#1")
    assert ("w/c#1", "cancelled") in [(one.id, one.how) for one in run.step.closed]
    steps(run, "w/ub#1", "w/ua#1", "after#1")
    assert run.done


def test_a_transaction_cancelled_before_anything_was_done_leaves_at_once() -> None:
    run = Run(around(end("x", CANCEL) + flows("s2 x")))
    assert run.trace[-7:] == [
        "throw w/x", "complete w/x", "enter cb", "catch cb", "cancel w", "complete cb", "take cb_after", "enter after"
    ][-7:]  # fmt: skip
    steps(run, "after#1")


def test_deadlines_at_a_transaction_do_not_interrupt_its_undoing() -> None:
    late = boundary("late", "w", timer("Duration", "PT1H"))
    run = Run(around(TASKS + end("x", CANCEL) + flows("s2 a b x"), late, end("e9"), flows("late e9")))
    steps(run, "w/a#1", "w/b#1")
    assert run.step.cleared == ("late#1",)
    steps(run, "w/ub#1", "w/ua#1", "after#1")
    assert run.done


def test_a_cancel_end_in_a_nested_sub_process_cancels_the_whole_transaction() -> None:
    nested = sub("n", start("s3") + user("c") + undone("c", user("uc")) + end("x", CANCEL) + flows("s3 c x"))
    run = Run(around(TASKS + nested + flows("s2 a b n")))
    steps(run, "w/a#1", "w/b#1", "w/n/c#1")
    assert [one for one in run.trace if one.startswith("compensate")] == ["compensate w", "compensate w/n",
                                                                         "compensate w/n/c"]  # fmt: skip
    steps(run, "w/n/uc#1", "w/ub#1", "w/ua#1", "after#1")
    assert run.done


def test_a_cancel_end_in_an_error_handler_cancels_the_transaction() -> None:
    guard = sub("g", start("gs", refers("error", "err")) + end("x", CANCEL) + flows("gs x"), attributes=GUARD)
    run = Run(around(TASKS + end("bad", refers("error", "err")) + guard + flows("s2 a b bad")))
    steps(run, "w/a#1", "w/b#1", "w/ub#1", "w/ua#1", "after#1")
    assert run.done


def test_an_error_that_leaves_a_transaction_is_a_hazard_nothing_is_undone() -> None:
    more = boundary("bad", "w", refers("error", "err")) + user("repair") + flows("bad repair")
    run = Run(around(TASKS + end("x", refers("error", "err")) + flows("s2 a b x"), more))
    steps(run, "w/a#1", "w/b#1", "repair#1")
    assert run.done


def test_an_error_in_a_handler_while_a_transaction_is_cancelled_is_a_hazard() -> None:
    handler = sub("h", start("h1") + end("h2", refers("error", "err")) + flows("h1 h2"))
    inside = user("a") + undone("a", handler) + end("x", CANCEL) + flows("s2 a x")
    more = boundary("bad", "w", refers("error", "err")) + user("repair") + flows("bad repair")
    run = Run(around(inside, more))
    steps(run, "w/a#1", "repair#1")
    assert run.done


def test_a_completed_transaction_is_undone_from_outside_like_a_sub_process() -> None:
    run = Run(around(TASKS + end("e2") + flows("s2 a b e2"), throw("t", undo("w")), path="s w t e"))
    steps(run, "w/a#1", "w/b#1", "w/ub#1", "w/ua#1")
    assert run.done


def test_a_cancelled_transaction_is_not_undone_again() -> None:
    run = Run(around(TASKS + end("x", CANCEL) + flows("s2 a b x"), throw("t", undo()), path="s w e")
              .replace(b'sourceRef="after" targetRef="e"', b'sourceRef="after" targetRef="t"'))  # fmt: skip
    steps(run, "w/a#1", "w/b#1", "w/ub#1", "w/ua#1", "after#1")
    assert run.done


def test_a_transaction_cancelled_inside_another_leaves_the_outer_one_alone() -> None:
    nested = transaction("n", start("s3") + user("c") + undone("c", user("uc")) + end("x", CANCEL) + flows("s3 c x"))
    inside = TASKS + nested + boundary("nb", "n", CANCEL) + user("d") + flows("s2 a b n", "nb d")
    run = Run(around(inside))
    steps(run, "w/a#1", "w/b#1", "w/n/c#1", "w/n/uc#1", "w/d#1")
    assert run.done


def test_cancelling_the_outer_transaction_undoes_the_inner_one_whether_it_is_over_or_not() -> None:
    def nested(name: str, last: str) -> str:
        return transaction(f"n{name}", start(f"b{name}") + user(f"c{name}") + undone(f"c{name}", user(f"u{name}"))
                           + last + flows(f"b{name} c{name}" + (f" l{name}" if last else "")))  # fmt: skip

    inside = gateway("parallel", "f") + nested("1", "") + nested("2", user("l2")) + user("a") + end("x", CANCEL)
    run = Run(around(inside + flows("s2 f n1", "f n2", "f a x")))
    for task in ("w/n1/c1#1", "w/n2/c2#1", "w/a#1"):
        run.complete(task)
    steps(run, "w/n2/u2#1", "w/n1/u1#1", "after#1")
    assert run.done


@pytest.mark.parametrize("sequential", [True, False])
def test_one_cancelled_instance_cancels_and_undoes_the_whole_multi_instance_transaction(sequential: bool) -> None:
    inside = TASKS + gateway("exclusive", "g", "g_e2") + end("e2") + end("x", CANCEL)
    loop = many("= [1, 2]", sequential=sequential)
    run = Run(around(inside + flows("s2 a b g e2") + flows("g x ? = bad"), loop=loop), data={"bad": False})
    if sequential:
        steps(run, "w[0]/a#1", "w[0]/b#1", "w[1]/a#1")
    else:
        for task in ("w[0]/a#1", "w[0]/b#1", "w[1]/a#1"):
            run.complete(task)
    run.complete("w[1]/b#1", bad=True)
    steps(run, "w[1]/ub#1", "w[1]/ua#1", "w[0]/ub#1", "w[0]/ua#1", "after#1")
    assert run.done


def test_a_terminate_end_ends_a_transaction_without_undoing_it() -> None:
    run = Run(around(TASKS + end("x", "<bpmn:terminateEventDefinition/>") + flows("s2 a b x"), user("z"), path="s w z"))
    steps(run, "w/a#1", "w/b#1", "z#1")
    assert run.done


def test_the_case_may_be_given_up_while_a_transaction_is_undone() -> None:
    run = Run(around(TASKS + end("x", CANCEL) + flows("s2 a b x")))
    steps(run, "w/a#1", "w/b#1")
    assert run.cancel().status == "cancelled"


def test_a_transaction_that_is_cancelled_but_has_no_cancel_event_is_refused() -> None:
    nodes = start() + transaction("w", start("s2") + end("x", CANCEL) + flows("s2 x")) + end()
    with pytest.raises(Refused) as caught:
        load(process(nodes, "s w e"))
    assert [(one.code, one.element) for one in caught.value.findings] == [("cancel-without-boundary", "x")]
