"""The traffic light of a list: how many working days are left, counted on the calendar in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.law.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Light:
    """`left`: working days to the due day, negative once late, None without one; `soon`: time for the reminder."""

    left: int | None
    soon: bool = False
    paused: bool = False

    @property
    def code(self) -> str:
        """late, soon, good, or rest."""
        if self.left is None:
            return "rest"
        return "late" if self.left < 0 else "soon" if self.soon else "good"


def light_of(
    due: date | None, warn: date | None, pauses: Iterable[Iterable[Any]], today: date, calendar: Calendar
) -> Light:
    """The light of something due on `due`, whose reminder comes on `warn`; `pauses` are its case's."""
    if due is None:
        return Light(None, paused=any(end is None for _, end, *_ in pauses))
    if due < today:
        return Light(-max(1, calendar.count(due, today)))
    return Light(calendar.count(today, due), soon=due == today or (warn is not None and warn <= today))
