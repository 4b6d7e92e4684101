"""Where a case stands, in the words of clerks; derived from what is open, never typed by hand (data model B4.1)."""

from collections.abc import Iterable

from app.cases.models import Case

REPORTED = "转报"
"""The pause during which a superior decides on what this unit has reviewed (art. 43)."""
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
    """One of the words of STAGE: where the case stands, or that it is closed."""
    if case.status in ("completed", "cancelled"):
        return "closed"
    kinds = set(open_kinds)
    for kind in _FIRST:
        if kind in kinds:
            return _STAGES[kind]
    standing = [kind for _, end, kind, clock in case.pauses if end is None and clock == "case"]
    if standing:
        return "reported" if REPORTED in standing else "special"
    if "approval" in kinds:
        return "deciding"
    return "reviewing" if kinds or case.accepted_on else "received"
