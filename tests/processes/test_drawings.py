"""Diagrams are drawn so that a person can read them: nothing missing, nothing crossing, nothing on top of anything."""

from collections import Counter
from itertools import combinations

import pytest

from tests.processes.drawing import FILES, Box, drawing, touch

every_diagram = pytest.mark.parametrize("file", FILES)
MOST_NODES = 25
TURNING = ("exclusiveGateway", "inclusiveGateway", "eventBasedGateway")


def test_shelf_has_the_diagrams_of_every_item_and_the_shared_ones() -> None:
    folders = Counter(file.partition("/")[0] for file in FILES)
    assert folders == {
        "_shared": 7,
        "company_start": 3,
        "food_business": 1,
        "individual_business": 1,
        "lawyer_practice": 1,
        "road_transport": 1,
        "special_equipment": 1,
    }


@every_diagram
def test_diagram_draws_every_node_and_flow_and_fits_on_a_page(file: str) -> None:
    drawn = drawing(file)
    assert 3 <= len(drawn.nodes) <= MOST_NODES
    assert all(len(flow.points) >= 2 for flow in drawn.flows.values())


@every_diagram
def test_R056_every_step_and_every_choice_has_a_name(file: str) -> None:
    drawn = drawing(file)
    assert drawn.pool_name
    assert all(drawn.lane_names.values())
    assert [node.id for node in drawn.nodes.values() if not node.name.strip()] == []
    turning = {key for key, node in drawn.nodes.items() if node.kind in TURNING}
    leaving = Counter(flow.source for flow in drawn.flows.values())
    unnamed = [
        flow.id
        for flow in drawn.flows.values()
        if flow.source in turning and leaving[flow.source] > 1 and not flow.name
    ]
    assert unnamed == []


@every_diagram
def test_every_name_outside_its_shape_has_a_place(file: str) -> None:
    drawn = drawing(file)
    outside = [node for node in drawn.nodes.values() if node.kind.endswith(("Event", "Gateway"))]
    named = [*outside, *(flow for flow in drawn.flows.values() if flow.name)]
    assert [one.id for one in named if one.label is None] == []


@every_diagram
def test_lanes_fill_the_pool_and_contain_their_nodes(file: str) -> None:
    drawn = drawing(file)
    assert sum(lane.height for lane in drawn.lanes.values()) == drawn.pool.height
    assert all(drawn.pool.contains(lane) for lane in drawn.lanes.values())
    outside = [node.id for node in drawn.nodes.values() if not drawn.lanes[node.lane].contains(node.box)]
    assert outside == []


@every_diagram
def test_no_two_shapes_overlap(file: str) -> None:
    drawn = drawing(file)
    pairs = combinations(drawn.nodes.values(), 2)
    apart = [(a, b) for a, b in pairs if a.host != b.id and b.host != a.id]
    assert [(a.id, b.id) for a, b in apart if a.box.overlaps(b.box, gap=10)] == []


@every_diagram
def test_flows_are_drawn_from_border_to_border_in_right_angles(file: str) -> None:
    drawn = drawing(file)
    for flow in drawn.flows.values():
        assert drawn.nodes[flow.source].box.has_on_border(flow.points[0]), flow.id
        assert drawn.nodes[flow.target].box.has_on_border(flow.points[-1]), flow.id
        assert all(x0 == x1 or y0 == y1 for (x0, y0), (x1, y1) in flow.segments), flow.id


@every_diagram
def test_no_two_flows_cross_or_run_over_each_other(file: str) -> None:
    crossing = [
        (a.id, b.id)
        for a, b in combinations(drawing(file).flows.values(), 2)
        if any(touch(one, other) for one in a.segments for other in b.segments)
    ]
    assert crossing == []


@every_diagram
def test_no_flow_runs_through_a_foreign_shape(file: str) -> None:
    drawn = drawing(file)
    through = [
        (flow.id, node.id)
        for flow in drawn.flows.values()
        for node in drawn.nodes.values()
        if node.id not in (flow.source, flow.target)
        and any(node.box.is_crossed_by(segment) for segment in flow.segments)
    ]
    assert through == []


@every_diagram
def test_no_flow_runs_along_the_edge_of_a_lane(file: str) -> None:
    drawn = drawing(file)
    edges = {edge for lane in drawn.lanes.values() for edge in (lane.y, lane.bottom)}
    near = [
        flow.id
        for flow in drawn.flows.values()
        for (_, y0), (_, y1) in flow.segments
        if y0 == y1 and any(abs(y0 - edge) < 10 for edge in edges)
    ]
    assert near == []


@every_diagram
def test_no_label_covers_a_shape_a_flow_or_another_label(file: str) -> None:
    drawn = drawing(file)
    assert covered(drawn.labels, file) == []


@every_diagram
def test_diagram_reads_from_left_to_right(file: str) -> None:
    nodes = drawing(file).nodes.values()
    starts = [node for node in nodes if node.kind == "startEvent"]
    assert len(starts) == 1
    assert min(nodes, key=lambda node: node.box.x) is starts[0]
    assert all(node.box.x > starts[0].box.right for node in nodes if node.kind == "endEvent")


def covered(labels: dict[str, Box], file: str) -> list[tuple[str, str]]:
    """Pairs of a label and what it covers; the titles of the lanes count too."""
    drawn = drawing(file)
    titles = {key: Box(lane.x, lane.y, 30, lane.height) for key, lane in drawn.lanes.items()}
    found = []
    for key, label in labels.items():
        found += [(key, node.id) for node in drawn.nodes.values() if node.is_covered_by(label)]
        found += [(key, lane) for lane, title in titles.items() if label.overlaps(title)]
        lines = ((flow.id, segment) for flow in drawn.flows.values() for segment in flow.segments)
        found += [(key, other) for other, segment in lines if label.is_crossed_by(segment)]
    both = combinations(labels.items(), 2)
    return found + [(one, other) for (one, label), (other, box) in both if label.overlaps(box)]
