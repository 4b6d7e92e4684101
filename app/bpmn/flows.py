"""Which sequence flows a token leaves by, where no gateway decides (BPMN 2.0.2, 13.3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bpmn.expression import Failure
from app.errors import Text

if TYPE_CHECKING:
    from app.bpmn.diagram import Flow
    from app.bpmn.token import Token


def holds(flow: Flow, token: Token) -> bool:
    """Whether a flow's condition is true here. Raises Failure when it is neither true nor false."""
    if flow.condition is None:
        return True
    value = flow.condition(token.context(), token.workflow.at)
    if not isinstance(value, bool):
        source = flow.condition.source
        raise Failure(
            "condition-not-boolean",
            Text(
                f"顺序流 {flow.id} 的条件 {source} 不得真假,可能缺少数据",
                f"the condition {source} of flow {flow.id} is neither true nor false; data may be missing",
            ),
        )
    return value


def default(token: Token) -> tuple[Flow, ...]:
    """The default flow, if there is one."""
    node = token.node
    return tuple(flow for flow in node.outgoing if flow.id == node.default) if node.default else ()


def none_taken(token: Token) -> Failure:
    """No flow can be taken."""
    label = token.node.name or token.node.id
    return Failure(
        "no-flow",
        Text(f"“{label}”之后没有一条顺序流的条件成立", f"no condition of a flow leaving “{label}” is true"),
    )


def uncontrolled(token: Token) -> tuple[Flow, ...]:
    """All flows whose condition holds or that have none; the default when no condition held."""
    others = [flow for flow in token.node.outgoing if flow.id != token.node.default]
    taken = tuple(flow for flow in others if holds(flow, token))
    if token.node.default and not any(flow.condition is not None for flow in taken):
        return taken + default(token)
    if not taken and token.node.outgoing:
        raise none_taken(token)
    return taken
