"""The diagrams that benchmarks run on, written by a few lines of code."""

import itertools
from collections.abc import Iterable

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:gov="urn:banjie:gov:1" id="definitions" targetNamespace="urn:banjie:bench">'
)


def process(name: str, nodes: Iterable[str], flows: Iterable[tuple[str, str, str]]) -> bytes:
    """A diagram from node elements and (source, target, condition) flows."""
    edges = "".join(_flow(number, *flow) for number, flow in enumerate(flows))
    body = "".join(nodes) + edges
    opening = f'<bpmn:process id="{name}" name="{name}" isExecutable="true">'
    return f"{HEAD}{opening}{body}</bpmn:process></bpmn:definitions>".encode()


def _flow(number: int, source: str, target: str, condition: str) -> str:
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def user(name: str, form: str = "bench") -> str:
    """A user task of the window's post."""
    return (
        f'<bpmn:userTask id="{name}" name="{name}"><bpmn:extensionElements><zeebe:userTask/>'
        f'<zeebe:formDefinition formId="{form}"/><gov:step kind="review" post="window" standard="—"/>'
        f'<gov:limit value="5" unit="WD" from="entry"/></bpmn:extensionElements></bpmn:userTask>'
    )


def start(name: str = "begin") -> str:
    return f'<bpmn:startEvent id="{name}" name="{name}"/>'


def end(name: str = "done") -> str:
    return f'<bpmn:endEvent id="{name}" name="{name}"/>'


def approval() -> bytes:
    """User task, gateway, user task, script, user task."""
    script = (
        '<bpmn:scriptTask id="note" name="note"><bpmn:extensionElements>'
        '<zeebe:script expression="= amount * 2" resultVariable="double"/></bpmn:extensionElements></bpmn:scriptTask>'
    )
    gateway = '<bpmn:exclusiveGateway id="choice" name="choice" default="f3"/>'
    nodes = [start(), user("check"), gateway, user("review"), script, user("approve"), end()]
    flows = [
        ("begin", "check", ""),
        ("check", "choice", ""),
        ("choice", "review", '= amount &gt; 10 and kind = "a"'),
        ("choice", "note", ""),
        ("review", "note", ""),
        ("note", "approve", ""),
        ("approve", "done", ""),
    ]
    return process("bench", nodes, flows)


def chain(length: int) -> bytes:
    """A straight line of user tasks."""
    names = [f"t{number}" for number in range(length)]
    places = ["begin", *names, "done"]
    flows = [(one, other, "") for one, other in itertools.pairwise(places)]
    return process("chain", [start(), *map(user, names), end()], flows)


def loop() -> bytes:
    """A task that is done again for as long as its opinion is `again`."""
    gateway = '<bpmn:exclusiveGateway id="choice" name="choice" default="f3"/>'
    flows = [
        ("begin", "work", ""),
        ("work", "choice", ""),
        ("choice", "work", '= opinion = "again"'),
        ("choice", "done", ""),
    ]
    return process("loop", [start(), user("work"), gateway, end()], flows)


def agencies(rounds: int, width: int) -> bytes:
    """Rounds of parallel opinions, one after the other."""
    nodes, flows, before = [start()], [], "begin"
    for number in range(rounds):
        split, join = f"s{number}", f"j{number}"
        nodes += [f'<bpmn:parallelGateway id="{one}" name="{one}"/>' for one in (split, join)]
        flows.append((before, split, ""))
        for agency in range(width):
            name = f"a{number}_{agency}"
            nodes.append(user(name))
            flows += [(split, name, ""), (name, join, "")]
        before = join
    return process("agencies", [*nodes, end()], [*flows, (before, "done", "")])


FORM = """{"schemaVersion": 19, "type": "default", "id": "bench", "components": [
 {"type": "textfield", "id": "Field_1", "key": "title", "label": "标题",
  "validate": {"required": true, "maxLength": 80}},
 {"type": "number", "id": "Field_2", "key": "amount", "label": "金额", "validate": {"required": true, "min": 0}},
 {"type": "radio", "id": "Field_3", "key": "kind", "label": "种类", "validate": {"required": true},
  "values": [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}]},
 {"type": "textarea", "id": "Field_4", "key": "opinion", "label": "意见", "validate": {"maxLength": 500}},
 {"type": "checkbox", "id": "Field_5", "key": "urgent", "label": "加急"},
 {"type": "textfield", "id": "Field_6", "key": "reason", "label": "加急理由", "validate": {"required": true},
  "conditional": {"hide": "= urgent != true"}}
]}""".encode()
ANSWER = {"title": "申请", "amount": 120, "kind": "a", "opinion": "同意", "urgent": False}
