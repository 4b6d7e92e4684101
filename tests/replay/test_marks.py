"""What a diagram shows follows from the trace alone."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.replay.marks import Happened, badges, children, deltas, fold, root_of

AT = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
CALLS = {("main", "take_in"): "intake", ("main", "services"): "service", ("service", "deliver"): "delivery"}
Move = tuple[str, str, str, str]


def act(*trace: Move, element: str = "", who: str = "李静", hours: int = 0) -> Happened:
    return Happened(AT + timedelta(hours=hours), who, element, trace)


def walked(*names: str, process: str = "main", scope: str = "") -> list[Move]:
    return [(move, process, name, scope) for name in names for move in ("enter", "complete")]


def test_an_element_is_current_until_it_is_left_and_done_after() -> None:
    begun = act(*walked("start"), ("take", "main", "f1", ""), ("enter", "main", "check", ""))
    marks = fold([begun], "main", {})[("main", "")]
    assert (list(marks.done), marks.current, list(marks.flows)) == (["start"], ["check"], ["f1"])
    done = act(("complete", "main", "check", ""), element="check", hours=3)
    marks = fold([begun, done], "main", {})[("main", "")]
    assert (list(marks.done), marks.current) == (["start", "check"], [])


def test_what_is_cancelled_is_neither_current_nor_done() -> None:
    marks = fold([act(("enter", "main", "a", ""), ("cancel", "main", "a", ""))], "main", {})[("main", "")]
    assert (list(marks.done), marks.current, marks.counts) == ([], [], {"a": 1})


def test_a_loop_counts_its_visits() -> None:
    assert fold([act(*walked("check", "supplement", "check"))], "main", {})[("main", "")].counts["check"] == 2


def test_a_called_process_has_a_diagram_of_its_own() -> None:
    trace = [("enter", "main", "take_in", ""), *walked("check", process="intake", scope="take_in")]
    marks = fold([act(*trace)], "main", CALLS)
    assert marks[("main", "")].current == ["take_in"]
    assert list(marks[("intake", "take_in")].done) == ["check"]
    assert children(marks, ("main", ""), "main", CALLS) == {"take_in": [("intake", "take_in")]}


def test_an_embedded_sub_process_is_drawn_where_it_stands() -> None:
    marks = fold([act(*walked("inner", scope="sub"))], "main", CALLS)
    assert list(marks) == [("main", "")]
    assert list(marks[("main", "")].done) == ["inner"]


def test_each_instance_of_a_called_process_has_its_own_diagram() -> None:
    trace = [
        ("enter", "main", "services", ""),
        ("enter", "main", "services", "services[0]"),
        *walked("handle", process="service", scope="services[0]/services"),
        ("enter", "main", "services", "services[1]"),
        ("enter", "service", "handle", "services[1]/services"),
    ]
    marks = fold([act(*trace)], "main", CALLS)
    assert marks[("main", "")].counts == {"services": 1}
    inner = children(marks, ("main", ""), "main", CALLS)["services"]
    assert inner == [("service", "services[0]/services"), ("service", "services[1]/services")]
    assert [marks[place].current for place in inner] == [[], ["handle"]]


def test_a_call_inside_a_call_belongs_to_the_inner_diagram() -> None:
    scope = "services[0]/services/deliver"
    assert root_of("main", scope, CALLS) == ("delivery", scope)
    marks = fold([act(*walked("sign", process="delivery", scope=scope))], "main", CALLS)
    assert children(marks, ("main", ""), "main", CALLS) == {}
    assert children(marks, ("service", "services[0]/services"), "main", CALLS) == {"deliver": [("delivery", scope)]}


def test_whoever_leaves_an_element_gets_its_badge_with_the_time_it_took() -> None:
    acts = [
        act(("enter", "main", "review", "")),
        act(("complete", "main", "review", ""), element="review", who="赵磊", hours=48),
    ]
    marks = fold(acts, "main", {})[("main", "")]
    visit = marks.visits["review"]
    assert (visit.entered, visit.left, visit.actor) == (AT, AT + timedelta(hours=48), "赵磊")
    assert badges(marks, lambda one: one.actor) == {"review": "赵磊"}


def test_a_claim_earns_no_badge() -> None:
    assert fold([act(element="review")], "main", {})[("main", "")].visits == {}


def test_an_incident_stands_until_its_element_is_left() -> None:
    stuck = act(("enter", "main", "gate", ""), ("incident", "main", "gate", ""))
    assert list(fold([stuck], "main", {})[("main", "")].incidents) == ["gate"]
    mended = act(("complete", "main", "gate", ""))
    assert list(fold([stuck, mended], "main", {})[("main", "")].incidents) == []


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["enter", "complete", "cancel", "take", "incident", "fire"]),
        st.just("main"),
        st.sampled_from("abc"),
        st.sampled_from(["", "sub", "take_in"]),
    ),
    max_size=30,
)


@given(MOVES, st.integers(0, 30))
def test_a_trace_in_one_act_or_in_two_leaves_the_same_marks(trace: Sequence[Move], cut: int) -> None:
    whole = fold([act(*trace)], "main", CALLS)
    parts = fold([act(*trace[:cut]), act(*trace[cut:])], "main", CALLS)
    for place, marks in whole.items():
        other = parts[place]
        assert (marks.done, marks.flows, marks.counts) == (other.done, other.flows, other.counts)


@given(MOVES)
def test_deltas_name_every_move_that_a_diagram_shows(trace: Sequence[Move]) -> None:
    shown = [one for one in trace if one[0] != "fire"]
    changed = deltas(trace, "main", CALLS).values()
    told = sum(
        len(one.entered) + len(one.left) + len(one.cancelled) + len(one.flows) + len(one.incidents) for one in changed
    )
    assert told == len(shown)
