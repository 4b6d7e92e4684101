"""Data inputs and outputs at work (BPMN 2.0.2, 10.4.2, 13.3.2): an activity waits until an input set is available.

A datum is available that has a value, a data output that was given one, be it null. Events wait for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bpmn.expression import Failure
from app.bpmn.scope import set_local
from app.errors import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.bpmn.case import Case
    from app.bpmn.diagram import Copy
    from app.bpmn.scope import Scope
    from app.bpmn.token import Token

LACKS = "lacks"  # marks a token that waits for data


def is_ready(token: Token) -> bool:
    """Whether an input set is available. Of a multi-instance activity each instance waits for itself."""
    if token.is_body:
        return True
    ready = not _lacking(token)
    if ready:
        token.item.pop(LACKS, None)
    else:
        token.item[LACKS] = True
    return ready


def _lacking(token: Token) -> list[str]:
    """The data that the first input set lacks; nothing if any set is available."""
    context = token.scope.context()
    lacking = [_without(context, needed) for needed, _ in token.node.data.input_sets]
    return [] if not all(lacking) else lacking[0]


def _without(context: Mapping[str, object], copies: Iterable[Copy]) -> list[str]:
    names = dict.fromkeys(name for copy in copies for name in copy.reads)
    return [name for name in names if context.get(name) is None]


def fill(token: Token) -> None:
    """Copy into an element's data inputs. Raises Failure when that cannot be evaluated."""
    case, rule, context = token.workflow, token.node.data, token.scope.context()
    groups = (every for needed, every in rule.input_sets if not _without(context, needed))
    made = [
        (path, case.room.admit(context.get(copy.reads[0]) if value is None else value(context, case.at)))
        for copy in next(groups, rule.inputs)
        for value, path in copy.writes
    ]
    for path, value in made:
        set_local(token.data, path, value)


def results(token: Token) -> list[tuple[tuple[str, ...], object]]:
    """What the data outputs of an element write, and where to. Raises Failure when no output set is available."""
    case, rule = token.workflow, token.node.data
    context, given = token.context(), _given(token)
    chosen = rule.outputs
    if rule.output_sets:
        missing = [[copy for copy in needed if not given.keys() >= set(copy.reads)] for needed, _ in rule.output_sets]
        if all(missing):
            raise _not_given(token, missing[0][0])
        chosen = next(every for (_, every), one in zip(rule.output_sets, missing, strict=True) if not one)
    return [
        (path, case.room.admit(given[copy.reads[0]] if value is None else value(context, case.at)))
        for copy in chosen
        if given.keys() >= set(copy.reads)
        for value, path in copy.writes
    ]


def _given(token: Token) -> Mapping[str, object]:
    """What an element's work gave: to a start event what its process was started with."""
    return {**token.scope.vars, **token.data} if token.node.type == "startEvent" else token.data


def _not_given(token: Token, copy: Copy) -> Failure:
    label, name = token.node.name or token.node.id, "、".join(copy.reads)
    return Failure(
        "data-output-missing",
        Text(
            f"“{label}”没有给出数据“{name}”,请补上后重试",
            f"“{label}” has not given its data “{name}”; give it and retry",
        ),
    )


def declare(scope: Scope, names: Iterable[str]) -> None:
    """The data objects of a sub-process or a called process are its own, empty at first, whatever is around it."""
    for name in names:
        if name not in scope.vars or name in scope.inherited:
            scope.vars[name] = None
            scope.inherited.discard(name)


def settle(case: Case) -> bool:
    """Let an activity begin whose data have come in the meantime. True if one did."""
    for token in _waiting(case):
        if not token.incident and not _lacking(token):
            token._ready()
            return True
    return False


def starved(case: Case) -> None:
    """When nothing is left that could give what an activity waits for, that becomes its incident."""
    waiting = [one for one in _waiting(case) if not one.incident]
    at_work = (one for scope in case.scopes.values() for one in scope.tokens.values() if one.waits)
    if not waiting or case.incidents or any(True for _ in at_work):
        return
    token = waiting[0]
    label, names = token.node.name or token.node.id, "、".join(_lacking(token))
    text = Text(
        f"“{label}”等待的数据“{names}”再没有环节提供,请补上后重试",
        f"“{label}” waits for its data “{names}”, which no step gives any more; give them and retry",
    )
    case.park(token, "activate", Failure("data-input-missing", text))


def _waiting(case: Case) -> list[Token]:
    return [one for scope in case.scopes.values() for one in scope.tokens.values() if LACKS in one.item]
