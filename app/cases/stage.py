"""Where a case stands, in the words of clerks; derived from what is open, never typed by hand (data model B4.1)."""

from collections.abc import Iterable

from app.cases.models import Case

_FIRST = ("supplement", "intake", "acceptance", "filing", "delivery", "certificate")
_STAGES = {
    "supplement": "supplementing",
    "intake": "received",
    "acceptance": "received",
    "filing": "filing",
    "delivery": "delivering",
    "certificate": "delivering",
}


def stage_of(case: Case, open_kinds: Iterable[str]) -> str:
    """The stage: received, supplementing, reviewing, special, deciding, filing, delivering, or how the case ended."""
    if case.status in ("completed", "cancelled"):
        return "closed"
    kinds = set(open_kinds)
    for kind in _FIRST:
        if kind in kinds:
            return _STAGES[kind]
    if any(end is None and clock == "case" for _, end, _, clock in case.pauses):
        return "special"
    if "approval" in kinds:
        return "deciding"
    return "reviewing" if kinds or case.accepted_on else "received"
