"""The extension elements: only those we know, with their attributes, where they mean something, with known words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.bpmn.checks.graph import ACTIVITIES, FLOW_NODES, Diagram, owner_spot
from app.bpmn.checks.rules import Report, Spot, rule
from app.bpmn.dialect import (
    ANCHORS,
    BPMN,
    CLOCK_ACTIONS,
    GOV,
    MESSAGE_CATCHES,
    OUTCOMES,
    STEP_KINDS,
    UNITS,
    ZEEBE,
    is_expression,
    local,
)
from app.bpmn.foreign import ENGINES
from app.bpmn.support import event_definitions, kind_of
from app.errors import Text

UNKNOWN = rule(
    "unknown-extension",
    "error",
    ("不认识的扩展元素 {tag}，它不会起任何作用", "the extension element {tag} is unknown and would have no effect"),
    ("更正拼写，或删除它", "correct its spelling, or delete it"),
)
UNKNOWN_ATTRIBUTE = rule(
    "unknown-extension-attribute",
    "error",
    ("{tag} 没有名为 {attribute} 的属性", "{tag} has no attribute {attribute}"),
    ("可用的属性：{known}", "it has: {known}"),
)
MISSING = rule(
    "missing-extension-attribute",
    "error",
    ("{tag} 缺少 {attribute}", "{tag} lacks {attribute}"),
    ("在属性面板中填写", "fill it in in the properties panel"),
    stops=True,
)
UNKNOWN_VALUE = rule(
    "unknown-value",
    "error",
    ("{tag} 的 {attribute} 不能是“{value}”", "{attribute} of {tag} cannot be '{value}'"),
    ("可用的值：{known}", "it can be: {known}"),
    stops=True,
)
MISPLACED = rule(
    "misplaced-extension",
    "error",
    ("{tag} 写在 {owner} 上不起作用", "{tag} has no effect on a {owner}"),
    ("移到 {places} 上", "move it to: {places}"),
)
REPEATED = rule(
    "repeated-extension",
    "error",
    ("{tag} 写了两次，只有第一个起作用", "{tag} is written twice; only the first would count"),
    ("删除多余的一个", "delete one of them"),
)
FOREIGN = rule(
    "foreign-extension",
    "warning",
    (
        "文件中有 {count} 处 {namespace} 的扩展，这里不执行",
        "the file has {count} extensions of {namespace}, which mean nothing here",
    ),
    ("用 zeebe: 或 gov: 的对应写法", "use what zeebe: or gov: has for it"),
)
NO_PAUSE_KIND = rule(
    "pause-without-kind",
    "warning",
    ("暂停计时没有写明法定事由", "the pause of the clock does not name its legal kind"),
    (
        "填写 kind，例如 检验、检测、鉴定、听证、专家评审",
        "fill in kind: inspection, testing, appraisal, hearing, expert review…",
    ),
)

_WORDS = ("true", "false", "1", "0")
_BINDING = {"bindingType": ("latest", "deployment", "versionTag"), "versionTag": ()}
_TIMERS = frozenset({"intermediateCatchEvent", "boundaryEvent"})
_JOBS = frozenset({"serviceTask", "sendTask", "scriptTask", "businessRuleTask", "intermediateThrowEvent", "endEvent"})


@dataclass(frozen=True, slots=True)
class _Shape:
    """An extension element: its attributes with their allowed words (none: any text), the required, its places."""

    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    on: frozenset[str] = frozenset()
    inside: str = ""
    many: bool = False
    feel: frozenset[str] = frozenset()  # attributes that may be FEEL instead of one of the words


def _names(*names: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(names, ())


_SHAPES: dict[tuple[str, str], _Shape] = {
    (ZEEBE, "userTask"): _Shape(on=frozenset({"userTask"})),
    (ZEEBE, "formDefinition"): _Shape(
        _names("formId", "externalReference") | _BINDING, on=frozenset({"userTask", "startEvent", *MESSAGE_CATCHES})
    ),
    (ZEEBE, "assignmentDefinition"): _Shape(
        _names("assignee", "candidateGroups", "candidateUsers"), on=frozenset({"userTask"})
    ),
    (ZEEBE, "taskSchedule"): _Shape(_names("dueDate", "followUpDate"), on=frozenset({"userTask"})),
    (ZEEBE, "priorityDefinition"): _Shape(_names("priority"), on=frozenset({"userTask"})),
    (ZEEBE, "ioMapping"): _Shape(on=FLOW_NODES),
    (ZEEBE, "input"): _Shape(_names("source", "target"), ("source", "target"), inside="ioMapping", many=True),
    (ZEEBE, "output"): _Shape(_names("source", "target"), ("source", "target"), inside="ioMapping", many=True),
    (ZEEBE, "script"): _Shape(
        _names("expression", "resultVariable"), ("expression", "resultVariable"), frozenset({"scriptTask"})
    ),
    (ZEEBE, "taskDefinition"): _Shape(_names("type", "retries"), ("type",), _JOBS),
    (ZEEBE, "taskHeaders"): _Shape(on=_JOBS | {"userTask"}),
    (ZEEBE, "header"): _Shape(_names("id", "key", "value"), ("key",), inside="taskHeaders", many=True),
    (ZEEBE, "calledDecision"): _Shape(
        _names("decisionId", "resultVariable") | _BINDING,
        ("decisionId", "resultVariable"),
        frozenset({"businessRuleTask"}),
    ),
    (ZEEBE, "calledElement"): _Shape(
        {"processId": (), "propagateAllChildVariables": _WORDS, "propagateAllParentVariables": _WORDS} | _BINDING,
        ("processId",),
        frozenset({"callActivity"}),
    ),
    (ZEEBE, "loopCharacteristics"): _Shape(
        _names("inputCollection", "inputElement", "outputCollection", "outputElement"),
        ("inputCollection",),
        frozenset({"multiInstanceLoopCharacteristics"}),
    ),
    (ZEEBE, "subscription"): _Shape(_names("correlationKey"), ("correlationKey",), frozenset({"message"})),
    (ZEEBE, "properties"): _Shape(),
    (ZEEBE, "property"): _Shape(_names("name", "value"), inside="properties", many=True),
    (ZEEBE, "adHoc"): _Shape(
        _names("activeElementsCollection", "outputCollection", "outputElement"), on=frozenset({"adHocSubProcess"})
    ),
    (ZEEBE, "versionTag"): _Shape(_names("value"), on=frozenset({"process"})),
    (GOV, "step"): _Shape(
        {"kind": STEP_KINDS} | _names("post", "standard", "riskPoints", "differentFrom"),
        ("kind",),
        ACTIVITIES | set(MESSAGE_CATCHES),
    ),
    (GOV, "limit"): _Shape(
        {"value": (), "unit": UNITS, "from": ANCHORS, "stops": _WORDS},
        ("value", "unit"),
        _TIMERS | {"userTask"},
        feel=frozenset({"from"}),
    ),
    (GOV, "clock"): _Shape(
        {
            "action": CLOCK_ACTIONS,
            "clock": ("case", "acceptance"),
            "from": ("now", "receipt"),
            "basis": ("normal", "supplemented", "deemed"),
            "kind": (),
        },
        ("action",),
        FLOW_NODES,
        many=True,
        feel=frozenset({"from", "basis", "kind"}),
    ),
    (GOV, "notice"): _Shape(_names("kind"), ("kind",), FLOW_NODES, many=True),
    (GOV, "register"): _Shape(_names("name"), ("name",), FLOW_NODES, many=True),
    (GOV, "outcome"): _Shape({"kind": OUTCOMES}, ("kind",), frozenset({"endEvent"})),
}
_NONE = Text("没有", "none")
_PREFIX = {ZEEBE: "zeebe", GOV: "gov"}
_OWN_ATTRIBUTES = frozenset({"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"})  # of the modeler


def check(diagram: Diagram, report: Report) -> None:
    """Every extension element and attribute of one file."""
    vendors: dict[str, int] = {}
    for element in diagram.root.iter("*"):
        namespace, _, tag = element.tag[1:].rpartition("}")
        if namespace in _PREFIX:
            _check_element(element, namespace, tag, diagram.file, report)
        elif namespace in ENGINES:
            vendors[namespace] = vendors.get(namespace, 0) + 1
        elif namespace == BPMN:
            _check_foreign_attributes(element, diagram.file, vendors, report)
    for namespace, count in vendors.items():
        report.add(FOREIGN, Spot(diagram.file), namespace=namespace, count=count)


def _check_element(element: Any, namespace: str, tag: str, file: str, report: Report) -> None:
    shape = _SHAPES.get((namespace, tag))
    named = f"{_PREFIX[namespace]}:{tag}"
    spot = owner_spot(element, file)
    if shape is None:
        report.add(UNKNOWN, spot, tag=named)
        return
    for attribute, value in element.attrib.items():
        _check_attribute(str(attribute), str(value).strip(), shape, named, spot, report)
    for attribute in shape.required:
        if not element.get(attribute, "").strip():
            report.add(MISSING, spot, tag=named, attribute=attribute)
    _check_place(element, shape, named, spot, report)
    if named == "gov:clock" and _pauses_case(element) and not element.get("kind"):
        report.add(NO_PAUSE_KIND, spot)
    if named == "gov:limit":
        _check_number(element.get("value", "").strip(), named, spot, report)


def _pauses_case(clock: Any) -> bool:
    """A pause of the case clock is lawful only for the kinds of art. 45; the acceptance clock waits for papers."""
    return bool(clock.get("action") == "pause" and clock.get("clock", "case") == "case")


def _check_attribute(attribute: str, value: str, shape: _Shape, named: str, spot: Spot, report: Report) -> None:
    if attribute not in shape.attributes:
        known = ", ".join(shape.attributes) or _NONE
        report.add(UNKNOWN_ATTRIBUTE, spot, tag=named, attribute=attribute, known=known)
        return
    words = shape.attributes[attribute]
    if not words or not value or value in words or (attribute in shape.feel and is_expression(value)):
        return
    known = ", ".join(words) + (", =FEEL" if attribute in shape.feel else "")
    report.add(UNKNOWN_VALUE, spot, tag=named, attribute=attribute, value=value, known=known)


def _check_place(element: Any, shape: _Shape, named: str, spot: Spot, report: Report) -> None:
    holder = element.getparent()
    if shape.inside:
        if local(holder) != shape.inside:
            report.add(MISPLACED, spot, tag=named, owner=local(holder), places=shape.inside)
        return
    if local(holder) != "extensionElements":
        report.add(MISPLACED, spot, tag=named, owner=local(holder), places="extensionElements")
        return
    owner = local(holder.getparent())
    fits = owner in shape.on and (named != "gov:limit" or owner == "userTask" or _is_timer(holder.getparent()))
    if shape.on and not fits:
        report.add(MISPLACED, spot, tag=named, owner=owner, places=_places(shape.on))
    earlier = element.itersiblings(element.tag, preceding=True)
    if not shape.many and next(earlier, None) is not None:
        report.add(REPEATED, spot, tag=named)


def _places(tags: frozenset[str]) -> str:
    return "any flow node" if tags is FLOW_NODES else ", ".join(sorted(tags))


def _is_timer(node: Any) -> bool:
    return any(kind_of(one) == "timer" for one in event_definitions(node))


def _check_number(value: str, named: str, spot: Spot, report: Report) -> None:
    if not value or is_expression(value):
        return
    if not (value.isascii() and value.isdigit() and len(value) <= 5):
        report.add(UNKNOWN_VALUE, spot, tag=named, attribute="value", value=value, known="0, 1, 2 … 99999, =FEEL")


def _check_foreign_attributes(element: Any, file: str, vendors: dict[str, int], report: Report) -> None:
    for attribute in element.attrib:
        namespace, _, name = str(attribute)[1:].rpartition("}") if str(attribute)[0] == "{" else ("", "", "")
        if namespace in ENGINES:
            vendors[namespace] = vendors.get(namespace, 0) + 1
        elif namespace in _PREFIX and name not in _OWN_ATTRIBUTES:
            spot = Spot(file, element.get("id", ""), element.get("name", ""), element.sourceline)
            named = f"{_PREFIX[namespace]}:{name}"
            report.add(UNKNOWN_ATTRIBUTE, spot, tag=local(element), attribute=named, known=_NONE)
