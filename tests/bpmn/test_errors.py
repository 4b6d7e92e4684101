"""Errors and escalations: who catches what, what the catcher is told, where they pass through."""

import pytest

from tests.bpmn.draw import (
    GUARD,
    Run,
    boundary,
    call,
    end,
    flows,
    io,
    many,
    process,
    refers,
    script,
    service,
    start,
    sub,
    throw,
    undone,
    user,
)  # fmt: skip

BEFORE = (
    '<bpmn:error id="err" errorCode="E1"/><bpmn:error id="other" errorCode="E2"/>'
    '<bpmn:escalation id="esc" escalationCode="U1"/>'
)
XS = {"xs": [1, 2]}


def guard(ident: str, definition: str, inside: str, *, interrupting: bool = True) -> str:
    """An event sub-process whose start is `<ident>s`, and which goes on to `inside`, a node called `<ident>t`."""
    flag = "" if interrupting else 'isInterrupting="false" '
    begin = start(f"{ident}s", definition).replace("<bpmn:startEvent ", f"<bpmn:startEvent {flag}")
    return sub(ident, begin + inside + flows(f"{ident}s {ident}t"), attributes=GUARD)


def thrower(reference: str = "err") -> str:
    """A sub-process that ends with an error."""
    return sub("a", start("s2") + end("x", refers("error", reference)) + flows("s2 x"))


@pytest.mark.parametrize("code", ["E1", "E2"])
def test_boundary_with_the_code_comes_before_the_one_that_catches_all(code: str) -> None:
    nodes = start() + service("a") + boundary("one", "a", refers("error", "err")) + user("b") + user("c")
    run = Run(process(nodes + boundary("any", "a", refers("error")), "s a", "one b", "any c", before=BEFORE))
    run.fail("a#1", code)
    assert run.open == (["b#1"] if code == "E1" else ["c#1"])


def test_catcher_is_told_the_code_and_what_the_job_brought() -> None:
    told = io(outputs={"why": '= errorCode + ": " + reason'})
    nodes = start() + service("a") + boundary("b", "a", refers("error"), extensions=told) + user("z")
    run = Run(process(nodes, "s a", "b z", before=BEFORE))
    run.fail("a#1", "E7", reason="断电")
    assert run.step.variables == {"why": "E7: 断电"}


def test_what_the_job_brought_goes_on_without_a_mapping_and_the_code_does_not() -> None:
    nodes = start() + service("a") + boundary("b", "a", refers("error")) + user("z")
    run = Run(process(nodes, "s a", "b z", before=BEFORE))
    run.fail("a#1", "E7", reason="断电")
    assert run.step.variables == {"reason": "断电"}


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_catcher_of_a_thrown_event_is_told_its_code(kind: str) -> None:
    reference = "err" if kind == "error" else "esc"
    inside = start("s2") + end("x", refers(kind, reference)) + flows("s2 x")
    told = io(outputs={"code": f"= {kind}Code"})
    nodes = start() + sub("a", inside) + boundary("b", "a", refers(kind), extensions=told) + user("z")
    assert Run(process(nodes, "s a", "b z", before=BEFORE)).step.variables == {
        "code": "E1" if kind == "error" else "U1"
    }


def test_catcher_is_told_the_code_after_what_was_done_has_been_undone() -> None:
    inside = start("s2") + script("d", "= 1", "y") + undone("d", user("u")) + end("x", refers("error", "err"))
    told = io(outputs={"code": "= errorCode"})
    nodes = start() + sub("a", inside + flows("s2 d x")) + boundary("b", "a", refers("error"), extensions=told)
    run = Run(process(nodes + user("z"), "s a", "b z", before=BEFORE))
    assert "code" not in run.step.variables
    run.complete(run.open[0])
    assert run.step.variables["code"] == "E1"
    assert run.open == ["z#1"]


def test_error_out_of_one_instance_ends_all_and_is_caught_around_them() -> None:
    body = sub("a", start("s2") + user("t") + end("x", refers("error", "err")) + flows("s2 t x") + many("= xs"))
    nodes = start() + body + boundary("b", "a", refers("error", "err")) + user("z") + end()
    run = Run(process(nodes, "s a e", "b z", before=BEFORE), data=XS)
    run.complete("a[1]/t#1")
    assert "cancel a[0]/t" in run.trace
    assert run.open == ["z#1"]


def test_error_is_caught_inside_its_instance_when_an_event_sub_process_is_there() -> None:
    inside = start("s2") + user("t") + end("x", refers("error", "err")) + guard("g", refers("error"), user("gt"))
    run = Run(process(start() + sub("a", inside + flows("s2 t x") + many("= xs")) + user("z"), "s a z", before=BEFORE),
              data=XS)  # fmt: skip
    run.complete("a[1]/t#1")
    assert run.open == ["a[0]/t#1", "a[1]/g/gt#1"]
    run.complete("a[1]/g/gt#1")
    run.complete("a[0]/t#1")
    run.complete("a[0]/g/gt#1")
    assert run.open == ["z#1"]


def test_error_thrown_in_an_event_sub_process_goes_further_out() -> None:
    inside = thrower() + guard("g", refers("error"), end("gt", refers("error", "other")))
    nodes = start() + sub("w", start("s3") + inside + flows("s3 a")) + boundary("b", "w", refers("error", "other"))
    run = Run(process(nodes + user("z"), "s w", "b z", before=BEFORE))
    assert run.open == ["z#1"]
    assert "catch w/g/gs" in run.trace


def test_once_an_event_sub_process_has_interrupted_no_other_of_its_scope_catches() -> None:
    guards = guard("g", refers("error", "err"), end("gt", refers("error", "other")))
    guards += guard("h", refers("error", "other"), user("ht"))
    run = Run(process(start() + thrower() + guards, "s a", before=BEFORE))
    assert [(one.code, one.element, one.scope) for one in run.step.incidents] == [("uncaught-error", "gt", "g")]


def test_error_in_an_event_sub_process_that_does_not_interrupt_is_caught_beside_it() -> None:
    up = throw("up", refers("escalation", "esc"))
    guards = guard("g", refers("escalation", "esc"), end("gt", refers("error", "other")), interrupting=False)
    guards += guard("h", refers("error", "other"), user("ht"))
    run = Run(process(start() + up + user("w") + guards, "s up w", before=BEFORE))
    assert run.open == ["h/ht#1"]


def test_event_sub_process_that_does_not_interrupt_starts_at_every_escalation_but_not_at_its_own() -> None:
    up = throw("u1", refers("escalation", "esc")) + throw("u2", refers("escalation", "esc"))
    inside = user("gt") + end("ge", refers("escalation", "esc")) + flows("gt ge")
    guards = guard("g", refers("escalation", "esc"), inside, interrupting=False)
    run = Run(process(start() + up + user("w") + guards, "s u1 u2 w", before=BEFORE))
    assert sorted(run.open) == ["g/gt#1", "g/gt#2", "w#1"]
    run.complete("g/gt#1")
    assert sorted(run.open) == ["g/gt#2", "w#1"]


def test_escalation_through_a_call_reaches_the_callers_boundary_and_the_callee_goes_on() -> None:
    callee = process(start() + throw("up", refers("escalation", "esc")) + user("t"), "s up t", ident="q", before=BEFORE)
    nodes = start() + call("k", "q") + boundary("b", "k", refers("escalation", "esc"), interrupting=False) + user("z")
    run = Run(process(nodes, "s k", "b z", before=BEFORE), callee)
    assert run.open == ["z#1", "k/t#1"]


def test_escalation_passes_an_event_sub_process_of_another_code() -> None:
    inside = start("s2") + throw("up", refers("escalation", "esc")) + user("t") + flows("s2 up t")
    inside += guard("g", refers("escalation", "no"), user("gt"), interrupting=False)
    nodes = start() + sub("a", inside) + boundary("b", "a", refers("escalation"), interrupting=False) + user("z")
    run = Run(process(nodes, "s a", "b z", before=BEFORE + '<bpmn:escalation id="no" escalationCode="U9"/>'))
    assert run.open == ["z#1", "a/t#1"]


def test_uncaught_error_in_a_called_process_is_an_incident_there_and_can_be_tried_again() -> None:
    callee = process(start() + user("t") + end("x", refers("error", "err")), "s t x", ident="q", before=BEFORE)
    run = Run(process(start() + call("k", "q") + end(), "s k e", before=BEFORE), callee)
    run.complete("k/t#1")
    assert [(one.code, one.scope) for one in run.step.incidents] == [("uncaught-error", "k")]
    assert run.step.status == "active"
    run.retry(run.step.incidents[0].id)
    assert [one.code for one in run.step.incidents] == ["uncaught-error"]
