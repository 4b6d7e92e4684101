"""Where an expression stands in a diagram: what its value has to be there, and which variables it sees."""

from collections.abc import Mapping
from typing import Final

_TEXT: Final = ("string", "number", "boolean")
_TIMES: Final = ("date", "date and time", "string")
WANTED: Final[Mapping[str, tuple[str, ...]]] = {
    "conditionExpression": ("boolean",),
    "completionCondition": ("boolean",),
    "loopCondition": ("boolean",),
    "condition": ("boolean",),
    "loopCardinality": ("number", "list"),
    "loopCharacteristics.inputCollection": ("list",),
    "adHoc.activeElementsCollection": ("list",),
    "limit.value": ("number", "string"),
    "timeDate": _TIMES,
    "timeDuration": ("string", "days and time duration", "years and months duration"),
    "timeCycle": ("string", "days and time duration", "years and months duration"),
    "taskSchedule.dueDate": _TIMES,
    "taskSchedule.followUpDate": _TIMES,
    "assignmentDefinition.assignee": _TEXT,
    "assignmentDefinition.candidateGroups": (*_TEXT, "list"),
    "assignmentDefinition.candidateUsers": (*_TEXT, "list"),
    "step.post": _TEXT,
    "calledDecision.decisionId": _TEXT,
}
"""What the value of an expression has to be; where nothing is said, anything will do."""

VIEW: Final[Mapping[str, str]] = {
    "loopCharacteristics.inputCollection": "before",
    "loopCardinality": "before",
    "output.source": "after",
    "completionCondition": "end",
    "loopCondition": "end",
    "loopCharacteristics.outputElement": "end",
    "clock.from": "end",
    "clock.basis": "end",
    "clock.kind": "end",
    "notice.kind": "end",
}
"""Which part of a node an expression belongs to; the others see its inputs."""
