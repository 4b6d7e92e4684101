"""A case's engine state as bytes: what is alive, and nothing of what is over. The diagram itself is never stored.

Format: a version mark, then compact JSON under zlib level 1. FEEL values that JSON lacks are tagged.
"""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app import feel
from app.bpmn.case import Case, Decide, Parked
from app.bpmn.compensation import Record
from app.bpmn.scope import MARK, Scope
from app.bpmn.step import Budget, Incident
from app.bpmn.token import Token
from app.bpmn.waits import Wait
from app.errors import Conflict, Text

if TYPE_CHECKING:
    from app.bpmn.definition import Definition

VERSION = b"banjie1:"


class Unreadable(Conflict):
    """The stored state does not belong to this definition, or is damaged."""

    code = "unreadable-state"

    def __init__(self, why: str) -> None:
        super().__init__(Text(f"引擎状态不可读:{why}", f"the engine state cannot be read: {why}"))


def encode(case: Case) -> bytes:
    """What the case needs to go on. Finished tokens are left out, so the size does not grow with history."""
    tokens = [token for scope in case.scopes.values() for token in scope.tokens.values()]
    whole = {
        "p": case.definition.process_id,
        "n": case.serial,
        "f": {path: f"{seen:x}" for path, seen in case.first.items()},
        "c": case.counts,
        "s": [_scope(scope) for scope in case.scopes.values()],
        "t": [_token(token) for token in tokens],
        "w": [_wait(wait) for wait in case.waits.values()],
        "i": [_incident(parked) for parked in case.incidents.values()],
    }
    if case.letters:
        whole["l"] = case.letters
    tagged: list[bool] = []

    def tag(value: object) -> object:
        tagged.append(True)
        return {MARK: feel.to_json(value)}

    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), default=tag)
    return VERSION + (b"1" if tagged else b"0") + zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def decode(data: bytes, definition: Definition, at: datetime, decide: Decide | None, budget: Budget) -> Case:
    """The case as it was. Raises Unreadable when the bytes or the definition do not fit."""
    if not data.startswith(VERSION):
        raise Unreadable("version")
    body = data[len(VERSION) :]
    try:
        text = zlib.decompress(body[1:]).decode("utf-8", "surrogatepass")
        whole = json.loads(text, object_hook=_untag if body[:1] == b"1" else None)
        case = Case(definition, at, decide, budget)
        case.room.left -= len(text)
        _restore(case, whole)
    except (zlib.error, ValueError, KeyError, IndexError, TypeError) as error:
        raise Unreadable(repr(error)) from error
    return case


def _untag(found: dict[str, Any]) -> object:
    return feel.from_json(found[MARK]) if MARK in found else found


def _scope(scope: Scope) -> list[object]:
    owner, parent = scope.owner, scope.parent
    inherited = sorted(scope.inherited)
    kept: dict[str, object] = scope.vars
    shared: list[str] = []
    if scope.kind == "call" and owner is not None:  # in order of names, since sharing must not show in the bytes
        around = owner.scope.context()
        shared = [name for name in inherited if _same(around.get(name, scope), scope.vars[name])]
        kept = {name: scope.vars[name] for name in sorted(scope.vars.keys() - set(shared))}
    whose, where = owner.id if owner else 0, parent.id if parent else 0
    done = [[one.row() for one in scope.done]] if scope.done else []
    return [scope.id, scope.kind, scope.body, scope.path, whose, where, kept, inherited, shared, *done]


def _same(one: object, other: object) -> bool:
    """Equal in content and in type all through: true is not 1, and 1.0 is not 1."""
    return one is other or (type(one) is type(other) and one == other and repr(one) == repr(other))


def _token(token: Token) -> list[object]:
    inner = token.inner.id if token.inner else 0
    node = token.node
    return [
        token.id, node.id, token.scope.id, token._state, int(token.entered), token.flow, token.data, token.item,
        inner, token.incident, *([[one.row() for one in token.past]] if token.past else []),
    ]  # fmt: skip


def _wait(wait: Wait) -> list[object]:
    holder = -wait.holder.id if isinstance(wait.holder, Scope) else wait.holder.id
    return [wait.id, wait.kind, wait.node.body, wait.node.id, holder, wait.facts]


def _incident(parked: Parked) -> list[object]:
    one = parked.incident
    return [
        one.id, one.process, one.element, one.scope, one.code, one.text.zh, one.text.en,
        parked.token, parked.phase, parked.held,
    ]  # fmt: skip


def _restore(case: Case, whole: dict[str, Any]) -> None:
    if whole["p"] != case.definition.process_id:
        raise ValueError("another process")
    case.first = {path: int(seen, 16) for path, seen in whole["f"].items()}
    case.counts = whole["c"]
    case.letters = whole.get("l", [])
    owners: dict[int, int] = {}
    undone: list[Scope] = []
    for ident, kind, body, path, owner, parent, kept, inherited, _, *done in whole["s"]:
        scope = Scope(ident, kind, body, path, None, case.scopes[parent] if parent else None)
        scope.vars, scope.inherited = kept, set(inherited)
        if done:
            scope.done = [Record.read(row) for row in done[0]]
        if kind == "undo":
            undone.append(scope)
        case.scopes[ident] = scope
        owners[ident] = owner
    case.root = next(iter(case.scopes.values()))
    inner = {token.id: inside for token, inside in _tokens(case, whole["t"])}
    for scope, row in zip(case.scopes.values(), whole["s"], strict=True):
        _adopt(case, scope, owners[scope.id], row[8])
    for ident, inside in inner.items():
        case.tasks[ident].inner = case.scopes[inside] if inside else None
    for ident, kind, body, node, holder, facts in whole["w"]:
        held = case.tasks[holder] if holder > 0 else case.scopes[-holder]
        wait = Wait(ident, kind, case.definition.bodies[body].nodes[node], held, facts)
        case.waits[ident] = held.waits[ident] = wait
        if kind == "condition":
            case.conditions[ident] = wait
    for ident, process, element, path, code, zh, en, token, phase, stopped in whole["i"]:
        incident = Incident(ident, process, element, path, code, Text(zh, en))
        case.incidents[ident] = Parked(incident, token, phase, stopped)
    case.serial = whole["n"]
    case.undoing = [scope for scope in undone if not scope.tokens]


def _tokens(case: Case, rows: list[list[Any]]) -> list[tuple[Token, int]]:
    found = []
    for ident, node, where, state, entered, flow, data, item, inside, incident, *past in rows:
        scope = case.scopes[where]
        spec = case.definition.bodies[scope.body].specs[node]
        token = Token(case, spec, scope, case.task_tree, ident, flow)
        token._state = state
        token.entered, token.data, token.item, token.incident = bool(entered), data, item, incident
        if past:
            token.past = [Record.read(row) for row in past[0]]
        found.append((token, inside))
    return found


def _adopt(case: Case, scope: Scope, owner: int, shared: list[str]) -> None:
    """Give a scope its owner back, and the variables that it still shares with its caller."""
    if not owner:
        return
    token: Token = case.tasks[owner]
    scope.owner = token
    scope.depth = token.scope.depth + scope.nests
    if scope.kind == "instance" and scope.parent is not None:
        scope.parent.children[scope.id] = scope
    if shared:
        around = token.scope.context()
        scope.vars.update({name: around[name] for name in shared})
