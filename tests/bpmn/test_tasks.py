"""Every kind of task: what opens, what completes, what the trace says."""

from datetime import date

import pytest

from app.bpmn.step import Limit, NotWaiting
from app.errors import Invalid, Refused
from tests.bpmn.draw import (
    AT,
    Run,
    _activity,
    end,
    gateway,
    io,
    load,
    message,
    process,
    refers,
    script,
    service,
    start,
    throw,
    user,
)

LINE = start() + user("a") + user("b") + end()


def test_user_task_opens_then_the_next_one_with_the_flow_taken_in_the_trace() -> None:
    run = Run(process(LINE, "s a b e"))
    assert run.trace == ["enter s", "complete s", "take s_a", "enter a"]
    assert [one.id for one in run.step.opened] == ["a#1"]
    run.complete("a#1")
    assert run.trace == ["complete a", "take a_b", "enter b"]
    assert [(one.id, one.how) for one in run.step.closed] == [("a#1", "completed")]
    run.complete("b#1")
    assert run.trace == ["complete b", "take b_e", "enter e", "complete e"]
    assert run.done
    assert run.step.state is None


def test_completing_what_is_not_open_is_a_conflict_and_changes_nothing() -> None:
    run = Run(process(LINE, "s a b e"))
    before = run.step.state
    for act in (
        lambda: run.complete("b#1"),
        lambda: run.fire("a#1"),
        lambda: run.retry("a#1"),
        lambda: run.deliver("a#1"),
    ):
        with pytest.raises(NotWaiting):
            act()
    run.complete("a#1")
    with pytest.raises(NotWaiting):
        run.complete("a#1")
    assert run.engine.waiting(before).tasks[0].id == "a#1"


def test_user_task_carries_form_people_step_limit_and_properties_evaluated() -> None:
    extensions = """
      <zeebe:userTask/><zeebe:formDefinition formId="road_review"/>
      <zeebe:assignmentDefinition assignee="= who" candidateGroups="= groups" candidateUsers="li, wang"/>
      <zeebe:taskSchedule dueDate="2026-03-09T09:00:00+08:00"/>
      <zeebe:properties><zeebe:property name="colour" value="red"/></zeebe:properties>
      <gov:step kind="review" post="= unit + &quot;/reviewer&quot;" standard="看全"
        riskPoints="a;b" differentFrom="intake other"/>
      <gov:limit value="= days" unit="WD" from="acceptance" stops="true"/>"""
    run = Run(
        process(start() + user("a", extensions) + end(), "s a e"),
        data={"who": "zhang", "groups": ["x", "y"], "unit": "JT", "days": 3},
    )
    task = run.step.opened[0]
    assert (task.form_id, task.assignee) == ("road_review", "zhang")
    assert task.candidate_groups == ("x", "y")
    assert task.candidate_users == ("li", "wang")
    assert task.step is not None
    assert (task.step.kind, task.step.post, task.step.risk_points) == ("review", "JT/reviewer", ("a", "b"))
    assert task.step.different_from == ("intake", "other")
    assert task.limit == Limit(3, "WD", "acceptance", stops=True)
    assert task.due_date == "2026-03-09T01:00:00+00:00"
    assert task.properties == {"colour": "red"}
    assert run.waiting.tasks == (task,)


def test_limit_from_a_computed_date() -> None:
    extensions = '<gov:limit value="5" unit="D" from="= received"/>'
    run = Run(process(start() + user("a", extensions) + end(), "s a e"), data={"received": date(2026, 2, 28)})
    assert run.step.opened[0].limit == Limit(5, "D", date(2026, 2, 28), stops=False)


def test_lane_of_a_task_is_its_innermost_lane() -> None:
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="窗口"><bpmn:flowNodeRef>a</bpmn:flowNodeRef>'
        '<bpmn:childLaneSet id="c"><bpmn:lane id="l2" name="一号窗口">'
        "<bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane>"
        "</bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>"
    )
    assert Run(process(lanes + LINE, "s a b e")).step.opened[0].lane == "一号窗口"


def test_manual_task_opens_like_a_user_task() -> None:
    run = Run(process(start() + '<bpmn:manualTask id="m" name="盖章"/>' + end(), "s m e"))
    assert [(one.id, one.kind, one.name) for one in run.step.opened] == [("m#1", "manual", "盖章")]
    run.complete("m#1")
    assert run.done


def test_undefined_task_passes_through() -> None:
    run = Run(process(start() + '<bpmn:task id="t"/>' + end(), "s t e"))
    assert run.done
    assert "complete t" in run.trace


def test_script_sets_its_result_in_feel() -> None:
    run = Run(process(start() + script("t", "= n + 1", "m") + end(), "s t e"), data={"n": 2})
    assert run.step.variables == {"n": 2, "m": 3}


def test_script_with_an_output_mapping_lets_only_that_out() -> None:
    extensions = '<zeebe:script expression="= 7" resultVariable="r"/>' + io(outputs={"kept": "= r * 2"})
    run = Run(process(start() + _activity("scriptTask", "t", extensions) + end(), "s t e"))
    assert run.step.variables == {"kept": 14}


def test_service_task_opens_a_job_with_type_headers_and_mapped_inputs() -> None:
    extensions = '<zeebe:taskHeaders><zeebe:header key="h" value="1"/></zeebe:taskHeaders>' + io({"to": "= who"})
    run = Run(
        process(start() + service("j", "= kind", extensions) + end(), "s j e"), data={"who": "li", "kind": "mail"}
    )
    job = run.step.opened[0]
    assert (job.kind, job.job_type, job.retries) == ("job", "mail", 3)
    assert job.headers == {"h": "1"}
    assert job.inputs == {"to": "li"}
    run.complete("j#1", answer=1)
    assert run.step.variables == {"who": "li", "kind": "mail", "answer": 1}


def test_business_rule_task_asks_the_host_with_the_variables_it_sees() -> None:
    rule = _activity("businessRuleTask", "d", '<zeebe:calledDecision decisionId="risk" resultVariable="level"/>')
    asked = []

    def decide(decision: str, context: object, at: object) -> object:
        asked.append((decision, context, at))
        return "high"

    run = Run(process(start() + rule + end(), "s d e"), data={"kind": "餐饮"}, decide=decide)
    assert asked == [("risk", {"kind": "餐饮"}, AT)]
    assert run.step.variables["level"] == "high"


def test_send_task_throws_its_message_with_key_and_mapped_payload_only() -> None:
    before = message("m", "to institute", "= no")
    send = (
        '<bpmn:sendTask id="t" messageRef="m"><bpmn:extensionElements>'
        + io({"no": "= no"})
        + "</bpmn:extensionElements></bpmn:sendTask>"
    )
    run = Run(process(start() + send + end(), "s t e", before=before), data={"no": 12, "secret": 1})
    thrown = run.step.thrown[0]
    assert (thrown.kind, thrown.name, thrown.key, thrown.payload) == ("message", "to institute", "12", {"no": 12})
    assert run.done


def test_message_throw_with_a_job_type_opens_a_job() -> None:
    definition = '<bpmn:messageEventDefinition messageRef="m"/>'
    node = throw("t", definition, '<zeebe:taskDefinition type="send"/>')
    run = Run(process(start() + node + end(), "s t e", before=message("m", "x")))
    assert run.step.opened[0].job_type == "send"
    run.complete("t#1")
    assert run.done


def test_receive_task_waits_for_its_message() -> None:
    before = message("m", "result", "= no")
    node = '<bpmn:receiveTask id="t" messageRef="m"/>'
    run = Run(process(start() + node + end(), "s t e", before=before), data={"no": "A-1"})
    waits = run.step.subscribed[0]
    assert (waits.message, waits.key, waits.element) == ("result", "A-1", "t")
    with pytest.raises(NotWaiting):
        run.deliver("result", "A-2")
    run.deliver("result", "A-1", grade=3)
    assert run.step.variables["grade"] == 3
    assert run.step.unsubscribed == (waits.id,)
    assert run.trace[0] == "catch t"
    assert run.done


def test_data_that_cannot_be_stored_is_refused_before_anything_happens() -> None:
    run = Run(process(LINE, "s a b e"))
    for bad in ({"x": object()}, {"x": "y" * 2_000_000}, {"x": float("nan")}, {"\x00": 1}):
        with pytest.raises(Invalid):
            run.complete("a#1", **bad)
    deep: object = 1
    for _ in range(100):
        deep = [deep]
    with pytest.raises(Invalid):
        run.complete("a#1", x=deep)
    run.complete("a#1", x=1.5)
    assert run.open == ["b#1"]


def test_conditional_and_default_flows_leave_an_activity() -> None:
    nodes = (
        start()
        + user("a").replace("<bpmn:userTask ", '<bpmn:userTask default="a_d" ')
        + "".join(user(one) for one in "bcd")
    )
    diagram = process(nodes + end(), "s a", "a b ? = x > 1", "a c ? = x > 2", "a d", "b e", "c e", "d e")
    for x, opened in ((0, ["d#1"]), (2, ["b#1"]), (3, ["b#1", "c#1"])):
        run = Run(diagram)
        run.complete("a#1", x=x)
        assert run.open == opened


def test_several_flows_leaving_a_task_are_a_fork_and_several_entering_a_merge() -> None:
    run = Run(
        process(start() + "".join(user(one) for one in "abc") + user("d") + end(), "s a", "a b d", "a c d", "d e")
    )
    run.complete("a#1")
    assert run.open == ["b#1", "c#1"]
    run.complete("b#1")
    run.complete("c#1")
    assert run.open == ["d#1", "d#2"]
    run.complete("d#2")
    assert not run.done
    run.complete("d#1")
    assert run.done


def test_process_without_start_and_end_events_starts_at_every_node_nothing_leads_to() -> None:
    run = Run(process(user("a") + user("b") + user("c"), "a c"))
    assert run.open == ["a#1", "b#1"]
    run.complete("b#1")
    run.complete("a#1")
    assert run.open == ["c#1"]
    run.complete("c#1")
    assert run.done


def test_flows_without_ids_are_named_by_their_ends() -> None:
    bare = '<bpmn:sequenceFlow sourceRef="s" targetRef="a"/><bpmn:sequenceFlow sourceRef="a" targetRef="e"/>'
    run = Run(process(start() + user("a") + end() + bare))
    assert "take s-a" in run.trace


def test_author_may_use_the_librarys_inner_names() -> None:
    nodes = start("Start") + user("Root") + user("p.EndJoin") + end("End")
    run = Run(process(nodes, "Start Root p.EndJoin End"))
    run.complete("Root#1")
    run.complete("p.EndJoin#1")
    assert run.done


def test_gov_marks_take_effect_when_the_element_completes_not_before() -> None:
    extensions = '<gov:clock action="start" from="receipt"/><gov:notice kind="receipt"/>'
    mark = '<bpmn:extensionElements><gov:outcome kind="granted"/><gov:register name="ledger"/></bpmn:extensionElements>'
    run = Run(process(start() + user("a", extensions) + end(body=mark), "s a e"))
    assert run.step.effects == ()
    run.complete("a#1")
    assert [(one.element, one.kind, one.attributes) for one in run.step.effects] == [
        ("a", "clock", {"action": "start", "from": "receipt"}),
        ("a", "notice", {"kind": "receipt"}),
        ("e", "outcome", {"kind": "granted"}),
        ("e", "register", {"name": "ledger"}),
    ]


def test_service_task_that_nothing_executes_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        load(process(start() + '<bpmn:serviceTask id="t" name="查询"/>' + end(), "s t e"))
    assert [one.code for one in caught.value.findings] == ["nothing-to-execute"]


@pytest.mark.parametrize(
    "body",
    ["", refers("signal", "sig"), refers("message", "m") + refers("signal", "sig"), refers("message", "m") * 2],
)
def test_program_that_is_to_send_anything_but_one_message_is_refused(body: str) -> None:
    shared = message("m", "m") + '<bpmn:signal id="sig" name="sig"/>'
    sent = '<zeebe:taskDefinition type="send"/>'
    with pytest.raises(Refused) as caught:
        load(process(start() + throw("t", body, sent) + end(), "s t e", before=shared))
    assert [one.code for one in caught.value.findings] == ["job-at-event"]


def test_cancel_withdraws_everything_open() -> None:
    run = Run(process(LINE + gateway("parallel", "g"), "s g", "g a e", "g b e"))
    run.cancel()
    assert run.step.status == "cancelled"
    assert run.step.state is None
    assert {one.id for one in run.step.closed} == {"a#1", "b#1"}
    assert run.trace == ["cancel a", "cancel b"]
