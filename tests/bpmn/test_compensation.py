"""Compensation: who undoes what, in which order, with which data, and what is left alone (BPMN 2.0.2, 10.7)."""

import pytest

from tests.bpmn.draw import (
    GUARD,
    Run,
    boundary,
    call,
    end,
    flows,
    gateway,
    io,
    many,
    message,
    process,
    refers,
    script,
    service,
    start,
    sub,
    throw,
    timer,
    undo,
    undone,
    user,
)  # fmt: skip

ERROR = '<bpmn:error id="err" errorCode="E1"/><bpmn:error id="other" errorCode="E2"/>'
BACK = throw("t", undo())


def inner(*nodes: str, path: str) -> str:
    return start("s2") + "".join(nodes) + flows(path)


def moves(run: Run) -> list[str]:
    """What all acts compensated, entered and cancelled, without events, in order."""
    kept = ("compensate", "enter", "cancel")
    found = [one for step in run.steps for one in step.trace if one.move in kept]
    return [f"{one.move} {one.scope + '/' if one.scope else ''}{one.element}" for one in found]


def two_tasks(back: str, *more: str) -> bytes:
    """Tasks a and b, each with its handler ua and ub, then a compensation, then task z."""
    nodes = start() + user("a") + undone("a", user("ua")) + user("b") + undone("b", user("ub")) + back + user("z")
    return process(nodes + end(), "s a b t z e", *more)


def test_all_completed_activities_are_undone_in_reverse_order_and_waited_for() -> None:
    run = Run(two_tasks(BACK))
    run.complete("a#1")
    run.complete("b#1")
    assert run.trace[-4:] == ["enter t", "throw t", "compensate b", "enter ub"]
    assert run.open == ["ub#1"]
    run.complete("ub#1")
    assert run.trace == ["complete ub", "compensate a", "enter ua"]
    assert run.open == ["ua#1"]
    run.complete("ua#1")
    assert run.trace == ["complete ua", "complete t", "take t_z", "enter z"]
    run.complete("z#1")
    assert run.done


def test_compensation_that_is_not_waited_for_runs_beside_and_the_case_ends_when_both_are_done() -> None:
    run = Run(two_tasks(throw("t", undo(wait=False))))
    run.complete("a#1")
    run.complete("b#1")
    assert run.open == ["ub#1", "z#1"]
    run.complete("z#1")
    assert not run.done
    run.complete("ub#1")
    run.complete("ua#1")
    assert run.done


def test_one_activity_is_undone_by_its_name() -> None:
    run = Run(two_tasks(throw("t", undo("a"))))
    run.complete("a#1")
    run.complete("b#1")
    assert run.open == ["ua#1"]
    run.complete("ua#1")
    assert run.open == ["z#1"]


def test_compensation_end_event_ends_after_the_handlers() -> None:
    nodes = start() + user("a") + undone("a", user("ua")) + end("t", undo())
    run = Run(process(nodes, "s a t"))
    run.complete("a#1")
    run.complete("ua#1")
    assert run.trace == ["complete ua", "complete t"]
    assert run.done


def test_nothing_to_undo_goes_on() -> None:
    nodes = start() + gateway("exclusive", "g", "g_t") + user("a") + undone("a", user("ua")) + BACK + user("z")
    run = Run(process(nodes, "s g t z", "g a ? = no", "a z"), data={"no": False})
    assert run.trace[-5:] == ["enter t", "throw t", "complete t", "take t_z", "enter z"]


def test_what_was_undone_is_not_undone_again() -> None:
    run = Run(two_tasks(throw("t", undo("b")) + throw("t2", undo("b")) + throw("t3", undo())).replace(
        b'targetRef="z"', b'targetRef="t2"').replace(b"</bpmn:process>", flows("t2 t3 z").encode() + b"</bpmn:process>"
    ))  # fmt: skip
    for task in ("a#1", "b#1", "ub#1", "ua#1"):
        assert run.open == [task]
        run.complete(task)
    assert run.open == ["z#1"]


def test_only_completed_activities_are_undone_not_active_or_cancelled_ones() -> None:
    nodes = start() + gateway("parallel", "f") + user("a") + undone("a", user("ua"))
    nodes += user("b") + undone("b", user("ub")) + boundary("late", "b", timer("Duration", "PT1H"))
    nodes += user("c") + undone("c", user("uc")) + BACK + end()
    run = Run(process(nodes, "s f", "f a e", "f b e", "f c t e", "late e"))
    run.fire("late#1")
    run.complete("c#1")
    assert run.open == ["a#1", "uc#1"]
    run.complete("uc#1")
    run.complete("a#1")
    assert run.done
    assert not [one for one in moves(run) if one.endswith(("ub", "ua"))]


def test_an_activity_in_a_loop_is_undone_as_often_as_it_completed() -> None:
    nodes = start() + gateway("exclusive", "m") + user("a") + undone("a", user("ua"))
    nodes += gateway("exclusive", "g", "g_t") + BACK + end()
    run = Run(process(nodes, "s m a g t e", "g m ? = again"))
    run.complete("a#1", again=True)
    run.complete("a#2", again=True)
    run.complete("a#3", again=False)
    for task in ("ua#1", "ua#2", "ua#3"):
        assert run.open == [task]
        run.complete(task)
    assert run.done


@pytest.mark.parametrize("sequential", [True, False])
def test_each_instance_is_undone_with_its_own_element_in_reverse_order_of_completion(sequential: bool) -> None:
    nodes = (
        start() + user("a", body=many("= xs", sequential=sequential)) + undone("a", user("ua", io({"which": "= x"})))
    )
    run = Run(process(nodes + BACK + end(), "s a t e"), data={"xs": ["甲", "乙"]})
    for index in (0, 1) if sequential else (1, 0):
        run.complete(f"a[{index}]/a#1")
    undone_now = [one.inputs["which"] for one in run.step.opened]
    run.complete("ua#1")
    undone_now += [one.inputs["which"] for one in run.step.opened]
    assert undone_now == (["乙", "甲"] if sequential else ["甲", "乙"])
    run.complete("ua#2")
    assert run.done


def test_a_handler_sees_the_activitys_own_variables_as_they_were_and_the_others_as_they_are() -> None:
    nodes = (
        start() + user("a", io({"own": "= n"}, {"kept": "= own"})) + undone("a", user("ua", io({"of": "= [own, n]"})))
    )
    run = Run(process(nodes + script("x", "= 9", "n") + BACK, "s a x t"), data={"n": 1})
    run.complete("a#1")
    assert [one.inputs for one in run.step.opened] == [{"of": [1, 9]}]


def test_what_a_handler_answers_goes_to_the_cases_variables() -> None:
    run = Run(two_tasks(BACK), data={"n": 0})
    run.complete("a#1")
    run.complete("b#1")
    run.complete("ub#1", n=5, fresh="x")
    assert run.step.variables == {"n": 5, "fresh": "x"}


@pytest.mark.parametrize(
    ("handler", "acts"),
    [
        ('<bpmn:task id="ua"/>', []),
        (script("ua", "= 1", "undone"), []),
        (service("ua"), ["ua#1"]),
        ('<bpmn:sendTask id="ua" messageRef="m"/>', []),
        (user("ua", body=many("= [1, 2]")), ["ua[0]/ua#1", "ua[1]/ua#1"]),
        (user("ua", body=many("= [1, 2]", sequential=True)), ["ua[0]/ua#1", "ua[1]/ua#1"]),
        (sub("ua", inner(user("h1"), user("h2"), path="s2 h1 h2")), ["ua/h1#1", "ua/h2#1"]),
        (call("ua", "q"), ["ua/t#1"]),
    ],
    ids=["task", "script", "service", "send", "parallel", "sequential", "sub-process", "call"],
)
def test_a_handler_may_be_any_activity(handler: str, acts: list[str]) -> None:
    callee = process(start() + user("t") + end(), "s t e", ident="q")
    nodes = start() + user("a") + undone("a", handler) + BACK + user("z") + end()
    run = Run(process(nodes, "s a t z e", before=message("m", "undone")), callee)
    run.complete("a#1")
    for task in acts:
        run.complete(task)
    assert run.open == ["z#1"]
    assert "enter ua" in moves(run)


def test_a_receive_task_as_handler_waits_for_its_message() -> None:
    nodes = start() + user("a") + undone("a", '<bpmn:receiveTask id="ua" messageRef="m"/>') + BACK + end()
    run = Run(process(nodes, "s a t e", before=message("m", "returned")))
    run.complete("a#1")
    assert [one.element for one in run.step.subscribed] == ["ua"]
    run.deliver("returned")
    assert run.done


def test_a_handler_may_have_a_deadline_of_its_own() -> None:
    nodes = start() + user("a") + undone("a", user("ua")) + boundary("late", "ua", timer("Duration", "PT1H"))
    run = Run(process(nodes + user("help") + BACK + end(), "s a t e", "late help"))
    run.complete("a#1")
    run.fire("late#1")
    assert run.open == ["help#1"]
    run.complete("help#1")
    assert run.done


def booking(*more: str, path: str = "s2 a b e2") -> str:
    """A sub-process w with tasks a and b and their handlers."""
    tasks = user("a") + undone("a", user("ua")) + user("b") + undone("b", user("ub"))
    return sub("w", inner(tasks, end("e2"), *more, path=path))


def test_a_sub_process_is_undone_by_undoing_what_was_completed_in_it() -> None:
    run = Run(process(start() + booking() + BACK + user("z"), "s w t z"))
    run.complete("w/a#1")
    run.complete("w/b#1")
    assert run.trace[-3:] == ["compensate w", "compensate w/b", "enter w/ub"]
    run.complete("w/ub#1")
    assert run.trace == ["complete w/ub", "compensate w/a", "enter w/ua"]
    run.complete("w/ua#1")
    assert run.open == ["z#1"]


def test_a_sub_process_with_a_handler_is_undone_by_it_alone() -> None:
    run = Run(process(start() + booking() + undone("w", user("uw")) + BACK + user("z"), "s w t z"))
    run.complete("w/a#1")
    run.complete("w/b#1")
    assert run.open == ["uw#1"]
    run.complete("uw#1")
    assert run.open == ["z#1"]


def test_a_compensation_event_sub_process_undoes_as_it_says_with_the_data_of_then() -> None:
    begin = start("gs", refers("compensate"))
    guard = sub(
        "g", begin + user("call", io({"was": "= own"})) + throw("gt", undo("a")) + flows("gs call gt"), attributes=GUARD
    )
    own = io({"own": "= n"})
    tasks = user("a") + undone("a", user("ua")) + user("b") + undone("b", user("ub"))
    nodes = sub("w", inner(tasks, end("e2"), guard, path="s2 a b e2"), own)
    run = Run(process(start() + nodes + script("x", "= 9", "n") + BACK + user("z"), "s w x t z"), data={"n": 1})
    run.complete("w/a#1")
    run.complete("w/b#1")
    assert run.trace[-7:] == ["compensate w", "enter w/g", "enter w/g/gs", "catch w/g/gs", "complete w/g/gs",
                              "take w/g/gs_call", "enter w/g/call"]  # fmt: skip
    assert [one.inputs for one in run.step.opened] == [{"was": 1}]
    run.complete("w/g/call#1")
    assert run.open == ["w/ua#1"]
    run.complete("w/ua#1")
    assert run.open == ["z#1"]


def test_each_instance_of_a_sub_process_is_undone_from_its_own_snapshot() -> None:
    loop = many("= xs", sequential=True)
    body = inner(
        script("k", '= "K" + x', "own"), user("a"), undone("a", user("ua", io({"which": "= x"}))), path="s2 k a"
    )
    run = Run(process(start() + sub("w", body + loop) + BACK + end(), "s w t e"), data={"xs": ["甲", "乙"]})
    run.complete("w[0]/a#1")
    run.complete("w[1]/a#1")
    assert [(one.id, one.inputs) for one in run.step.opened] == [("w[1]/ua#1", {"which": "乙"})]
    run.complete("w[1]/ua#1")
    assert [(one.id, one.inputs) for one in run.step.opened] == [("w[0]/ua#1", {"which": "甲"})]
    run.complete("w[0]/ua#1")
    assert run.done


def test_a_thousand_instances_that_undo_themselves_at_once_do_not_exhaust_the_stack() -> None:
    guard = sub("g", start("gs", refers("compensate")) + script("c", "= n + 1", "n") + flows("gs c"), attributes=GUARD)
    body = inner(throw("x"), guard, path="s2 x") + many("= xs")
    run = Run(process(start() + sub("w", body) + BACK + end(), "s w t e"), data={"xs": [1] * 1000, "n": 0})
    assert run.step.variables["n"] == 1000
    assert run.done


def test_a_call_activity_is_undone_by_its_handler_and_not_from_inside() -> None:
    callee = process(start() + user("a") + undone("a", user("ua")) + end(), "s a e", ident="q")
    caller = process(start() + call("k", "q") + undone("k", user("uk")) + call("l", "q") + BACK + end(), "s k l t e")
    run = Run(caller, callee)
    run.complete("k/a#1")
    run.complete("l/a#1")
    assert run.open == ["uk#1"]
    run.complete("uk#1")
    assert run.done


def test_a_throw_in_a_called_process_undoes_what_the_called_process_did() -> None:
    callee = process(start() + user("a") + undone("a", user("ua")) + BACK + end(), "s a t e", ident="q")
    run = Run(process(start() + user("b") + undone("b", user("ub")) + call("k", "q") + end(), "s b k e"), callee)
    run.complete("b#1")
    run.complete("k/a#1")
    assert run.open == ["k/ua#1"]
    run.complete("k/ua#1")
    assert run.done


def test_an_error_handler_in_the_sub_process_undoes_the_sub_process() -> None:
    guard = sub("g", start("gs", refers("error", "err")) + throw("t", undo()) + flows("gs t"), attributes=GUARD)
    tasks = user("a") + undone("a", user("ua")) + user("b") + undone("b", user("ub")) + end("x", refers("error", "err"))
    nodes = start() + user("o") + undone("o", user("uo")) + sub("w", inner(tasks, guard, path="s2 a b x")) + user("z")
    run = Run(process(nodes, "s o w z", before=ERROR))
    for task in ("o#1", "w/a#1", "w/b#1", "w/ub#1", "w/ua#1", "z#1"):
        assert run.open == [task]
        run.complete(task)
    assert run.done


def test_an_error_handler_undoes_its_own_steps_and_those_of_its_scope_latest_first() -> None:
    begin = start("gs", refers("message", "m")).replace("<bpmn:startEvent", '<bpmn:startEvent isInterrupting="false"')
    guard = sub(
        "g", begin + user("c") + undone("c", user("uc")) + throw("t", undo()) + flows("gs c t"), attributes=GUARD
    )
    nodes = start() + guard + user("a") + undone("a", user("ua")) + user("b") + undone("b", user("ub")) + user("z")
    run = Run(process(nodes, "s a b z", before=message("m", "stop")))
    run.complete("a#1")
    run.deliver("stop")
    run.complete("b#1")
    run.complete("g/c#1")
    for task in ("g/uc#1", "ub#1", "ua#1"):
        assert run.open == ["z#1", task]
        run.complete(task)
    run.complete("z#1")
    assert run.done


def test_an_error_that_leaves_a_sub_process_undoes_it_before_the_boundary_event_happens() -> None:
    nodes = start() + booking(end("x", refers("error", "err")), path="s2 a b x").replace(
        '<bpmn:endEvent id="e2"></bpmn:endEvent>', ""
    )
    nodes += boundary("caught", "w", refers("error", "err")) + user("z") + end()
    run = Run(process(nodes, "s w e", "caught z", before=ERROR))
    run.complete("w/a#1")
    run.complete("w/b#1")
    assert run.trace[-4:] == ["complete w/x", "compensate w", "compensate w/b", "enter w/ub"]
    run.complete("w/ub#1")
    run.complete("w/ua#1")
    assert run.trace == ["complete w/ua", "enter caught", "catch caught", "cancel w", "complete caught",
                         "take caught_z", "enter z"]  # fmt: skip


def test_an_error_that_an_outer_event_sub_process_catches_undoes_the_sub_process_it_leaves_first() -> None:
    guard = sub("g", start("gs", refers("error", "err")) + user("h") + flows("gs h"), attributes=GUARD)
    work = inner(user("a"), undone("a", user("ua")), end("x", refers("error", "err")), path="s2 a x")
    nodes = start() + gateway("parallel", "f") + sub("w", work) + user("o") + guard
    run = Run(process(nodes, "s f", "f w", "f o", before=ERROR))
    run.complete("w/a#1")
    assert run.open == ["w/ua#1"]
    run.complete("w/ua#1")
    assert run.open == ["g/h#1"]
    run.complete("g/h#1")
    assert run.done


def test_a_sub_process_that_a_deadline_interrupts_is_not_undone_and_its_outer_path_undoes_the_rest() -> None:
    nodes = start() + user("o") + undone("o", user("uo")) + booking() + boundary("late", "w", timer("Duration", "P1D"))
    run = Run(process(nodes + BACK + end(), "s o w e", "late t e"))
    run.complete("o#1")
    run.complete("w/a#1")
    run.fire("late#1")
    assert run.open == ["uo#1"]
    run.complete("uo#1")
    assert run.done


def test_a_compensation_that_is_interrupted_leaves_the_rest_to_the_handler_that_interrupts() -> None:
    guard = sub("g", start("gs", refers("message", "m")) + throw("gt", undo()) + flows("gs gt"), attributes=GUARD)
    nodes = start() + guard + user("o") + undone("o", user("uo")) + booking() + BACK
    run = Run(process(nodes, "s o w t", before=message("m", "stop")))
    for task in ("o#1", "w/a#1", "w/b#1"):
        run.complete(task)
    assert run.open == ["w/ub#1"]
    run.deliver("stop")
    for task in ("w/ua#1", "uo#1"):
        assert run.open == [task]
        run.complete(task)
    assert run.done


def test_an_error_in_a_handler_goes_to_who_is_around_the_throw_event_not_to_the_finished_sub_process() -> None:
    handler = sub("h", start("h1") + end("h2", refers("error", "err")) + flows("h1 h2"))
    work = (
        sub("w", inner(user("a"), undone("a", handler), path="s2 a")) + boundary("no", "w", refers("error")) + end("e3")
    )
    outer = sub("o", start("o1") + work + throw("t", undo()) + flows("o1 w t", "no e3"))
    run = Run(
        process(start() + outer + boundary("yes", "o", refers("error")) + user("z"), "s o", "yes z", before=ERROR)
    )
    run.complete("o/w/a#1")
    assert run.open == ["z#1"]


def test_a_handler_that_cannot_be_executed_is_an_incident_and_can_be_retried() -> None:
    nodes = start() + user("a") + undone("a", user("ua", body=many("= missing"))) + BACK + end()
    run = Run(process(nodes, "s a t e"))
    run.complete("a#1")
    assert [one.element for one in run.step.incidents] == ["ua"]
    run.retry("ua!1", missing=[])
    assert run.done


def test_marks_of_what_is_undone_take_effect_once_those_of_the_handler_too() -> None:
    tasks = user("a", '<gov:clock action="pause"/>') + undone("a", user("ua", '<gov:clock action="resume"/>'))
    work = sub("w", inner(tasks, path="s2 a"), '<gov:notice template="n"/>')
    run = Run(process(start() + work + BACK + end(), "s w t e"))
    run.complete("w/a#1")
    run.complete("w/ua#1")
    effects = [(one.kind, one.element) for step in run.steps for one in step.effects]
    assert effects == [("clock", "a"), ("notice", "w"), ("clock", "ua")]


def test_state_grows_only_for_what_can_be_undone() -> None:
    plain = Run(process(start() + user("a") + user("b"), "s a b"))
    after = len(plain.complete("a#1").state)
    assert b"done" not in plain.step.state
    kept = Run(process(start() + user("a") + undone("a", user("ua")) + user("b"), "s a b"))
    assert after < len(kept.complete("a#1").state) < after + 40


def test_the_host_may_give_the_case_up_while_something_is_undone() -> None:
    run = Run(two_tasks(BACK))
    run.complete("a#1")
    run.complete("b#1")
    run.cancel()
    assert run.step.status == "cancelled"
    assert [(one.id, one.how) for one in run.step.closed] == [("ub#1", "cancelled")]
