"""An exhibit: a diagram of one element, the acts that are done on it, and the trace that they have to leave.

A story is written act by act: `s | do a#1 n=2: a e .` reads: at the start s completes; completing task a#1 with
n = 2 lets a and e complete, and the case is over. Acts: `do TASK`, `fail TASK CODE`, `fire DEADLINE`,
`message NAME`, `signal NAME`, `retry INCIDENT`, `cancel`, each with variables as JSON; `key=` of a message is its
correlation key. Trace: what completes stands as it is, `-x` is cancelled, `@x` fires, `<x` catches, `>x` throws,
`!x` has an incident, `~x` is compensated; what is entered and which flows are taken is left out. `.`: the case is
completed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bpmn.draw import Run, end, process, start

SIGNS = {"complete": "", "cancel": "-", "fire": "@", "catch": "<", "throw": ">", "incident": "!", "compensate": "~"}
SHARED = (
    '<bpmn:message id="msg" name="go"/><bpmn:signal id="sig" name="storm"/>'
    '<bpmn:error id="err" errorCode="E1"/><bpmn:escalation id="esc" escalationCode="U1"/>'
)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """`key`: the row of docs/bpmn.md. `files`: process p first. `leaves`: variables that the case ends with."""

    key: str
    files: tuple[bytes, ...]
    story: str
    data: Mapping[str, object] = field(default_factory=dict)
    leaves: Mapping[str, object] = field(default_factory=dict)
    event: str = ""  # what the process starts by


def shown(
    key: str,
    nodes: str,
    *chains: str,
    story: str,
    before: str = "",
    callees: Sequence[bytes] = (),
    data: Mapping[str, object] | None = None,
    leaves: Mapping[str, object] | None = None,
    event: str = "",
) -> Exhibit:
    """An exhibit of nodes and flows between them; messages go, signal storm, error E1 and escalation U1 exist."""
    files = (process(nodes, *chains, before=SHARED + before), *callees)
    return Exhibit(key, files, story, data or {}, leaves or {}, event)


def lined(key: str, ident: str, nodes: str, story: str, **more: Any) -> Exhibit:
    """An exhibit of a start, one node, an end."""
    return shown(key, start() + nodes + end(), f"s {ident} e", story=story, **more)


def told(exhibit: Exhibit, **engine: object) -> str:
    """What really happens: the story as the engine tells it."""
    acts = [part.partition(": ")[0].strip() for part in exhibit.story.split("|")[1:]]
    run = Run(*exhibit.files, data=exhibit.data, event=exhibit.event, **engine)
    found = [_shows(run)]
    for act in acts:
        _do(run, act)
        found.append(f"{act}: {_shows(run)}")
    for name, value in exhibit.leaves.items():
        assert run.step.variables.get(name) == value, (name, run.step.variables)
    return " | ".join(found)


def _do(run: Run, act: str) -> None:
    kind, *words = act.split()
    pairs = (word.partition("=") for word in words if "=" in word)
    data = {name: json.loads(value) for name, _, value in pairs}
    names = [word for word in words if "=" not in word]
    acts = {"do": run.complete, "fail": run.fail, "fire": run.fire, "message": run.deliver, "signal": run.signal,
            "retry": run.retry, "cancel": run.cancel}  # fmt: skip
    acts[kind](*names, **data)


def _shows(run: Run) -> str:
    words = [
        f"{SIGNS[one.move]}{one.scope + '/' if one.scope else ''}{one.element}"
        for one in run.step.trace
        if one.move in SIGNS
    ]
    return " ".join([*words, "."] if run.done else words)
