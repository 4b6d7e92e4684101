"""Where variables live: mappings, sub-processes, call activities (Camunda 8's scoping)."""

import random

import pytest

from app.errors import Refused
from tests.bpmn.draw import Run, call, end, flow, flows, gateway, io, load, process, script, service, start, sub, user


def test_task_with_input_mappings_has_variables_of_its_own_that_end_with_it() -> None:
    nodes = start() + user("a", io({"local": "= x * 2", "deep.er": "= x"})) + end()
    run = Run(process(nodes, "s a e"), data={"x": 4})
    assert run.step.opened[0].inputs == {"local": 8, "deep": {"er": 4}}
    run.complete("a#1", local=99, new=1)
    assert run.step.variables == {"x": 4, "new": 1}


def test_output_mappings_let_nothing_else_out() -> None:
    nodes = start() + user("a", io(outputs={"result.grade": "= grade", "n": "= 1"})) + end()
    run = Run(process(nodes, "s a e"), data={"result": {"kept": True}})
    run.complete("a#1", grade=5, private="x")
    assert run.step.variables == {"result": {"kept": True, "grade": 5}, "n": 1}


def test_mapping_without_equals_sign_is_its_text() -> None:
    run = Run(process(start() + user("a", io({"t": "= 1", "u": "plain"})) + end(), "s a e"))
    assert run.step.opened[0].inputs == {"t": 1, "u": "plain"}


def test_parallel_branches_share_one_scope() -> None:
    nodes = start() + gateway("parallel", "f") + user("a") + user("b") + script("c", "= n + 1", "n") + end()
    run = Run(process(nodes, "s f", "f a c e", "f b e"), data={"n": 1})
    run.complete("b#1", n=10)
    run.complete("a#1")
    assert run.step.variables == {"n": 11}


def test_sub_process_sees_and_changes_what_is_around_it_and_keeps_its_own_to_itself() -> None:
    inside = start("s2") + script("c", "= outer + own", "outer") + script("d", "= 5", "own") + end("e2")
    inside += flows("s2 c d e2")
    run = Run(process(start() + sub("u", inside, io({"own": "= 2"})) + end(), "s u e"), data={"outer": 1})
    assert run.done
    assert run.step.variables == {"outer": 3}


def test_sub_process_output_mappings_read_its_own_variables() -> None:
    inside = start("s2") + script("d", "= 5", "own") + end("e2") + flows("s2 d e2")
    run = Run(process(start() + sub("u", inside, io({"own": "= 2"}, {"kept": "= own"})) + end(), "s u e"))
    assert run.step.variables == {"kept": 5}


CALLEE = process(start() + user("t") + script("c", "= given + 1", "made") + end(), "s t c e", ident="q")


def test_called_process_gets_all_variables_and_gives_back_what_it_wrote() -> None:
    run = Run(process(start() + call("k", "q") + end(), "s k e"), CALLEE, data={"given": 1, "other": 2})
    assert run.open == ["k/t#1"]
    assert [(one.process, one.element, one.scope) for one in run.step.opened] == [("q", "t", "k")]
    run.complete("k/t#1")
    assert run.done
    assert run.step.variables == {"given": 1, "other": 2, "made": 2}
    assert run.trace[-4:] == ["complete k", "take k_e", "enter e", "complete e"]


def test_called_process_does_not_bring_stale_copies_back() -> None:
    nodes = start() + gateway("parallel", "f") + call("k", "q") + user("a") + end()
    run = Run(process(nodes, "s f", "f k e", "f a e"), CALLEE, data={"given": 1, "other": 2})
    run.complete("a#1", other=3)
    run.complete("k/t#1")
    assert run.step.variables == {"given": 1, "other": 3, "made": 2}


def test_propagation_can_be_switched_off_and_mappings_decide() -> None:
    extensions = io({"given": "= g"}, {"result": "= made * 10"})
    attributes = 'propagateAllParentVariables="false" propagateAllChildVariables="false"'
    run = Run(process(start() + call("k", "q", attributes, extensions) + end(), "s k e"), CALLEE, data={"g": 4, "x": 1})
    run.complete("k/t#1")
    assert run.step.variables == {"g": 4, "x": 1, "result": 50}


def test_call_without_mappings_and_propagation_changes_nothing() -> None:
    attributes = 'propagateAllChildVariables="false"'
    run = Run(process(start() + call("k", "q", attributes) + end(), "s k e"), CALLEE, data={"given": 4})
    run.complete("k/t#1")
    assert run.step.variables == {"given": 4}


def test_large_data_are_not_stored_again_for_each_called_process() -> None:
    nodes = start() + gateway("parallel", "f") + "".join(call(f"k{one}", "q") for one in range(6)) + end()
    chance = random.Random(7)
    text = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(4000))
    run = Run(process(nodes, "s f", *[f"f k{one} e" for one in range(6)]), CALLEE, data={"given": 1, "big": text})
    alone = Run(process(start() + user("a") + end(), "s a e"), data={"given": 1, "big": text})
    assert run.step.state is not None
    assert alone.step.state is not None
    assert len(run.step.state) < len(alone.step.state) * 2
    run.complete("k3/t#1", big="short")
    assert run.step.variables["big"] == "short"


def test_process_that_calls_itself_stops_at_the_nesting_limit_with_an_incident() -> None:
    run = Run(process(start() + call("k", "p") + end(), "s k e"))
    assert [one.code for one in run.step.incidents] == ["budget-depth"]
    assert run.step.incidents[0].scope.count("k") >= 29


def test_missing_callee_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        load(process(start() + call("k", "nowhere") + end(), "s k e"))
    assert [one.code for one in caught.value.findings] == ["no-process"]


def test_same_element_ids_in_caller_and_callee_do_not_mix() -> None:
    callee = process(start() + user("a") + end(), "s a e", ident="q")
    run = Run(process(start() + user("a") + call("k", "q") + end(), "s a k e"), callee)
    run.complete("a#1")
    assert run.open == ["k/a#1"]
    run.complete("k/a#1")
    assert run.done


def test_two_visits_to_a_sub_process_at_once_keep_their_variables_apart() -> None:
    inside = (
        start("s2")
        + user("t", io({"seen": "= own"}))
        + script("d", "= own + 1", "own")
        + end("e2")
        + flows("s2 t d e2")
    )
    nodes = (
        start()
        + gateway("parallel", "f")
        + sub("u", inside, io({"own": "= n"}, {"n": "= own"}))
        + user("after")
        + end()
    )
    both = flow("f1", "f", "u") + flow("f2", "f", "u")
    run = Run(process(nodes + both, "s f", "u after e"), data={"n": 1})
    assert run.open == ["u/t#1", "u/t#2"]
    run.complete("u/t#2")
    assert run.step.variables == {"n": 2}
    run.complete("u/t#1")
    assert run.step.variables == {"n": 2}
    assert run.open == ["after#1", "after#2"]


def test_job_inputs_see_instance_and_scope() -> None:
    inside = start("s2") + service("j", "x", io({"both": "= own + n"})) + end("e2") + flows("s2 j e2")
    run = Run(process(start() + sub("u", inside, io({"own": "= 1"})) + end(), "s u e"), data={"n": 2})
    assert run.step.opened[0].inputs == {"both": 3}
