"""What a diagram draws: boxes, lines and labels as BPMN DI places them, and the geometry to judge them by."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from lxml import etree

from app.xml import parse

SHELF = Path(__file__).parents[2] / "processes"
FORMS = Path(__file__).parents[2] / "forms"
FILES = sorted(str(path.relative_to(SHELF)) for path in SHELF.glob("*/*.bpmn"))

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
EVENTS = ("startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent")
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway")
TASKS = ("userTask", "manualTask", "scriptTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "task")
NODES = frozenset({*EVENTS, *GATEWAYS, *TASKS, "callActivity", "subProcess"})
Point = tuple[float, float]
Segment = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def overlaps(self, other: "Box", gap: float = 0) -> bool:
        """Whether less than `gap` pixels lie between the two."""
        return (
            self.x < other.right + gap
            and other.x < self.right + gap
            and self.y < other.bottom + gap
            and other.y < self.bottom + gap
        )

    def contains(self, other: "Box") -> bool:
        """Whether the other lies wholly inside."""
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom

    def has_on_border(self, point: Point) -> bool:
        """Whether the point lies on the rectangle's outline, half a pixel off at most."""
        x, y = point
        within = self.x - 0.5 <= x <= self.right + 0.5 and self.y - 0.5 <= y <= self.bottom + 0.5
        near = min(abs(x - self.x), abs(x - self.right), abs(y - self.y), abs(y - self.bottom))
        return within and near <= 0.5

    def is_crossed_by(self, segment: Segment) -> bool:
        """Whether an axis-parallel segment runs through the inside of the rectangle."""
        (x0, y0), (x1, y1) = segment
        return min(x0, x1) < self.right and max(x0, x1) > self.x and min(y0, y1) < self.bottom and max(y0, y1) > self.y


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node: what it is called, where it is drawn, what it hangs on."""

    id: str
    kind: str
    name: str
    lane: str
    host: str
    box: Box
    label: Box | None

    def is_covered_by(self, label: Box) -> bool:
        """Whether a label lies on the drawn figure: a gateway is a diamond, an event a circle."""
        across, down = self.box.width / 2, self.box.height / 2
        x, y = self.box.x + across, self.box.y + down
        dx = abs(min(max(x, label.x), label.right) - x) / across
        dy = abs(min(max(y, label.y), label.bottom) - y) / down
        if self.kind.endswith("Gateway"):
            return dx + dy < 1
        return dx**2 + dy**2 < 1 if self.kind.endswith("Event") else self.box.overlaps(label)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow and the points of its line."""

    id: str
    name: str
    source: str
    target: str
    points: tuple[Point, ...]
    label: Box | None

    @property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(pairwise(self.points))


@dataclass(frozen=True, slots=True)
class Drawing:
    """One diagram."""

    pool: Box
    pool_name: str
    lanes: dict[str, Box]
    lane_names: dict[str, str]
    nodes: dict[str, Node]
    flows: dict[str, Flow]

    @property
    def labels(self) -> dict[str, Box]:
        """The labels that stand outside their shapes, by the id of what they name."""
        named = [*self.nodes.values(), *self.flows.values()]
        return {one.id: one.label for one in named if one.label is not None}


def touch(one: Segment, other: Segment) -> bool:
    """Whether two axis-parallel segments have a point in common."""
    (a0, b0), (a1, b1) = one
    (c0, d0), (c1, d1) = other
    return (
        min(a0, a1) <= max(c0, c1)
        and min(c0, c1) <= max(a0, a1)
        and min(b0, b1) <= max(d0, d1)
        and min(d0, d1) <= max(b0, b1)
    )


@cache
def drawing(file: str) -> Drawing:
    """Read a diagram of the shelf. Raises KeyError for an element that is not drawn."""
    root = parse((SHELF / file).read_bytes())
    boxes = {one.get("bpmnElement", ""): one for one in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")}
    pool = next(root.iter(f"{BPMN}participant"))
    lanes = {one.get("id", ""): one for one in root.iter(f"{BPMN}lane")}
    lane_of = {ref.text: key for key, one in lanes.items() for ref in one.iter(f"{BPMN}flowNodeRef")}
    return Drawing(
        _box(boxes[pool.get("id", "")]),
        pool.get("name", ""),
        {key: _box(boxes[key]) for key in lanes},
        {key: one.get("name", "") for key, one in lanes.items()},
        {one.id: one for one in _nodes(root, boxes, lane_of)},
        {one.id: one for one in _flows(root, boxes)},
    )


def _nodes(root: etree._Element, boxes: dict[str, etree._Element], lane_of: dict[str | None, str]) -> Iterator[Node]:
    for one in root.iter():
        kind = etree.QName(one).localname if isinstance(one.tag, str) else ""
        if kind in NODES and one.tag == f"{BPMN}{kind}":
            key = one.get("id", "")
            shape, host = boxes[key], one.get("attachedToRef", "")
            yield Node(key, kind, one.get("name", ""), lane_of[key], host, _box(shape), _label(shape))


def _flows(root: etree._Element, boxes: dict[str, etree._Element]) -> Iterator[Flow]:
    for one in root.iter(f"{BPMN}sequenceFlow"):
        key = one.get("id", "")
        edge = boxes[key]
        points = tuple((float(at.get("x", "")), float(at.get("y", ""))) for at in edge.iter(WAYPOINT))
        source, target = one.get("sourceRef", ""), one.get("targetRef", "")
        yield Flow(key, one.get("name", ""), source, target, points, _label(edge))


def _box(shape: etree._Element) -> Box:
    bounds = shape.find(f"{DC}Bounds")
    assert bounds is not None
    return Box(*(float(bounds.get(key, "")) for key in ("x", "y", "width", "height")))


def _label(drawn: etree._Element) -> Box | None:
    label = drawn.find(f"{DI}BPMNLabel")
    return None if label is None else _box(label)
