"""Structure that would be executed wrongly, node by node: refused with the node's name."""

from app.bpmn.diagram import Node
from app.bpmn.dialect import Element, flag, local
from app.bpmn.normal import Graph, Normaliser
from app.bpmn.support import WAITED_FOR, event_kind
from app.errors import Text


def judge(normaliser: Normaliser, graph: Graph, element: Element, node: Node) -> None:
    """Collect what is wrong with one node among its flows."""
    for code, text in [*_ends(node), *_choices(node), *_waits(graph, node), *_events(graph, node)]:
        normaliser.complain(element, code, text)


def _ends(node: Node) -> list[tuple[str, Text]]:
    found = []
    if node.incoming and (node.type in ("startEvent", "boundaryEvent") or node.triggered):
        found.append(("flow-into-start", Text("这里不能有进入的顺序流", "no flow may lead here")))
    if node.outgoing and (node.type == "endEvent" or node.triggered):
        found.append(("flow-out-of-end", Text("这里不能有离开的顺序流", "no flow may leave from here")))
    if node.triggered and (node.boundary or node.loop):
        found.append(("guard-as-activity", Text(
            "事件子流程不能带边界事件或多实例", "an event sub-process has neither boundary events nor instances"
        )))  # fmt: skip
    return found


def _choices(node: Node) -> list[tuple[str, Text]]:
    found = []
    names = {flow.id for flow in node.outgoing}
    conditional = [flow for flow in node.outgoing if flow.condition is not None]
    if node.default and node.default not in names:
        text = Text(
            f"默认流“{node.default}”不从这里离开", f"the default flow “{node.default}” does not leave from here"
        )
        found.append(("dangling-default", text))
    if node.type == "exclusiveGateway" and len(node.outgoing) > 1:
        found += [
            ("no-condition", Text(
                f"顺序流“{flow.id}”没有条件,也不是默认流", f"flow “{flow.id}” has no condition and is not the default"
            ))
            for flow in node.outgoing if flow.condition is None and flow.id != node.default
        ]  # fmt: skip
    if node.type in ("parallelGateway", "eventBasedGateway") and (conditional or node.default):
        found.append(("condition-ignored", Text("这种网关的流不能有条件", "flows of this gateway have no conditions")))
    if node.default and any(flow.id == node.default for flow in conditional):
        found.append(("condition-on-default", Text("默认流不能有条件", "the default flow has no condition")))
    return found


def _waits(graph: Graph, node: Node) -> list[tuple[str, Text]]:
    if node.type != "eventBasedGateway":
        return []
    found = []
    if not node.outgoing:
        found.append(("gateway-without-events", Text("事件网关之后没有事件", "no event follows the gateway")))
    for flow in node.outgoing:
        target = graph.nodes[flow.target]
        tag = local(target)
        caught = tag == "intermediateCatchEvent" and event_kind(target) in (*WAITED_FOR, "multiple")
        if not caught and tag != "receiveTask":
            text = Text(
                f"事件网关之后只能是消息、定时、信号、条件事件,不能是“{flow.target}”",
                f"only message, timer, signal and conditional events follow this gateway, not “{flow.target}”",
            )
            found.append(("not-an-event", text))
        elif tag == "receiveTask" and _is_adorned(graph, flow.target, target):
            text = Text("事件网关之后的接收任务不能带边界事件或多实例",
                        "a receive task after this gateway has neither boundary events nor instances")  # fmt: skip
            found.append(("adorned-receive", text))
    if len({flow.target for flow in node.outgoing}) < len(node.outgoing):
        found.append(("event-twice", Text("两条流通向同一事件", "two flows lead to the same event")))
    return found


def _is_adorned(graph: Graph, ident: str, target: Element) -> bool:
    if any(local(child).endswith("LoopCharacteristics") for child in target):
        return True
    return any(one.get("attachedToRef") == ident for one in graph.nodes.values())


def _events(graph: Graph, node: Node) -> list[tuple[str, Text]]:
    rule = node.event
    if rule is not None and rule.together and any(one.timer and one.timer.kind == "cycle" for one in rule.parts):
        text = Text("并行多重事件里的定时不能是循环", "a timer that has to come together with others is no cycle")
        return [("cycle-together", text)]
    if rule is None or all(one.kind != "error" for one in rule.each):
        return []
    attribute = "cancelActivity" if node.type == "boundaryEvent" else "isInterrupting"
    continues = not flag(graph.nodes[node.id].get(attribute), True)
    if continues and (node.type == "boundaryEvent" or rule.parts):  # an error start alone interrupts whatever it says
        return [("error-not-interrupting", Text("错误总是中断", "an error always interrupts"))]
    return []
