"""Several pools in one file: beside each other in one case, each with its own variables, messages between them."""

import pytest

from app.bpmn.engine import Engine
from app.errors import Invalid
from tests.bpmn.draw import AT, Run, catch, end, flows, io, load, message, process, refers, start, throw, user

SAYS = throw("x", refers("message", "m"), io({"amount": "= 7"}))
HEARS = catch("h", refers("message", "m"))


def two(own: str, *chains: str, other: str, flow: tuple[str, str], executable: bool = True) -> bytes:
    """Process p with those nodes, process q in the other pool, a message flow."""
    state = "true" if executable else "false"
    beside = (
        '<bpmn:collaboration id="c"><bpmn:participant id="pp" processRef="p"/><bpmn:participant id="pq" '
        f'processRef="q"/><bpmn:messageFlow id="mf" sourceRef="{flow[0]}" targetRef="{flow[1]}"/></bpmn:collaboration>'
        f'<bpmn:process id="q" isExecutable="{state}">{other}</bpmn:process>'
    )
    return process(own, *chains, before=message("m", "order") + beside)


WAITER = two(start() + SAYS + end(), "s x e", other=user("b") + HEARS + flows("b h"), flow=("x", "h"))
STARTER = two(
    start() + SAYS + user("a"), "s x a", other=start("qs", refers("message", "m")) + user("b") + flows("qs b"),
    flow=("x", "qs"),
)  # fmt: skip


def test_a_message_is_kept_until_its_receiver_waits_for_it_and_the_case_lasts_as_long() -> None:
    run = Run(WAITER)
    assert run.open == ["q/b#1"]
    assert run.step.thrown == ()
    run.complete("q/b#1")
    assert run.done


def test_a_message_brings_its_payload_into_the_variables_of_the_pool_that_it_starts() -> None:
    run = Run(STARTER, data={"amount": 1})
    assert run.open == ["a#1", "q/b#1"]
    assert run.step.variables == {"amount": 1}
    run.complete("q/b#1", seen=True)
    assert run.step.variables == {"amount": 1}
    run.complete("a#1")
    assert run.done


def test_cancelling_the_case_withdraws_what_is_open_in_every_pool() -> None:
    run = Run(STARTER)
    run.cancel()
    assert {one.id for one in run.step.closed} == {"a#1", "q/b#1"}
    assert run.step.status == "cancelled"


def test_messages_to_a_pool_that_is_not_executable_leave_the_case() -> None:
    run = Run(two(start() + SAYS + end(), "s x e", other=HEARS, flow=("x", "h"), executable=False))
    assert run.done
    assert [(one.kind, one.name, one.payload) for one in run.step.thrown] == [("message", "order", {"amount": 7})]


def test_a_pool_that_would_start_the_process_is_outside() -> None:
    own = start("s", refers("message", "m")) + user("a")
    run = Run(two(own, "s a", other=throw("y", refers("message", "m")), flow=("y", "s")))
    assert run.open == ["a#1"]


def test_a_process_that_may_start_in_several_ways_has_to_be_told_which() -> None:
    own = start("s", refers("message", "m")) + start("t", refers("signal", "sig")) + user("a")
    definition = load(process(own, "s a", "t a", before=message("m", "order") + '<bpmn:signal id="sig" name="storm"/>'))
    assert [(one.element, one.kind, one.name) for one in definition.starts] == [
        ("s", "message", "order"),
        ("t", "signal", "storm"),
    ]
    for event in ("", "a"):
        with pytest.raises(Invalid):
            Engine(definition).start({}, AT, event)
    assert Engine(definition).start({}, AT, "t").opened[0].id == "a#1"
