"""Working days (工作日): which days they are, and counting them without walking.

A working day is a Monday to Friday that no State Council notice gives off, or a weekend day that a notice
makes a day of work (调休上班); 行政许可法 art. 82. Years without a notice yet are guessed (Monday to Friday,
New Year's Day off) and every day in them is provisional.
"""

from array import array
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from hashlib import sha256

from app.errors import Invalid, Text
from app.law import holidays

HORIZON_YEARS = 50
"""How far past the last published year the guess reaches; nothing in the house is due later than that."""


class Calendar:
    """The working days from `first_day` to `last_day`; final up to `published_until`, a guess after it.

    Immutable. Counts are prefix sums, so every question costs the same however far apart its days are.
    `version` names the content: two calendars with the same working days carry the same version.
    """

    __slots__ = ("_before", "_eve", "_working", "first_day", "last_day", "published_until", "version")

    def __init__(self, exceptions: Mapping[date, bool], first_year: int, last_year: int) -> None:
        _check_years(exceptions, first_year, last_year)
        self.first_day = date(first_year, 1, 1)
        self.published_until = date(last_year, 12, 31)
        self.last_day = date(min(last_year + HORIZON_YEARS, 9998), 12, 31)
        self._eve = self.first_day.toordinal() - 1
        self._working = array("l")
        self._before = array("l", [0])
        known = {day.toordinal(): working for day, working in exceptions.items()}
        new_years = {date(year, 1, 1).toordinal() for year in range(last_year + 1, self.last_day.year + 1)}
        for ordinal in range(self._eve + 1, self.last_day.toordinal() + 1):
            # Ordinal 1 is a Monday, so the remainders 6 and 0 are Saturday and Sunday.
            if known.get(ordinal, ordinal % 7 not in (6, 0) and ordinal not in new_years):
                self._working.append(ordinal)
            self._before.append(len(self._working))
        published = self._working[: self._before[self._at(self.published_until)]]
        self.version = sha256(repr((first_year, last_year, list(published))).encode()).hexdigest()[:16]

    @classmethod
    def from_days(cls, days: Iterable[tuple[date, bool]], first_year: int, last_year: int) -> "Calendar":
        """A calendar from day facts (day, is it worked); days not named follow the week.

        Raises Invalid when a day lies outside the years or is said to be both worked and off.
        """
        exceptions: dict[date, bool] = {}
        for day, working in days:
            if exceptions.setdefault(day, working) != working:
                raise Invalid(Text(f"{day} 既是工作日又是休息日", f"{day} is said to be both worked and off"))
        return cls(exceptions, first_year, last_year)

    @classmethod
    def from_notices(cls, notices: Iterable[holidays.Notice]) -> "Calendar":
        """A calendar from yearly notices without a gap between the years; a later one overrides an earlier.

        Raises Invalid when there is none or a year is missing.
        """
        ordered = sorted(notices, key=lambda one: one.year)
        years = [one.year for one in ordered]
        if not years or years != list(range(years[0], years[-1] + 1)):
            raise Invalid(Text("节假日通知的年份不连续", f"the notices' years are not consecutive: {years}"))
        exceptions: dict[date, bool] = {}
        for notice in ordered:
            exceptions.update((day, fact.is_working) for day, fact in notice.days().items())
        within = {day: working for day, working in exceptions.items() if day.year >= years[0]}
        return cls(within, years[0], years[-1])

    def is_working(self, day: date) -> bool:
        """Whether the office works that day. Raises Invalid outside the calendar."""
        at = self._at(day)
        if at == 0:
            raise self._outside(day)
        return self._before[at] != self._before[at - 1]

    def is_provisional(self, day: date) -> bool:
        """Whether the day lies in a year whose notice is not published (暂定)."""
        return day > self.published_until

    def next_working(self, day: date) -> date:
        """The day itself when it is worked, else the next that is (民法典 art. 203). Raises Invalid outside."""
        at = self._at(day)
        if at and self._before[at] != self._before[at - 1]:
            return day
        return self._working_day(self._before[at], day)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which is not counted; the -n-th before it when n is negative.

        `add(day, 0)` is `day`. Raises Invalid when either end lies outside the calendar.
        """
        at = self._at(day)
        if n == 0:
            return day
        if n > 0:
            return self._working_day(self._before[at] + n - 1, day)
        return self._working_day(self._before[max(at - 1, 0)] + n, day)

    def count(self, after: date, until: date) -> int:
        """How many working days lie in (after, until]. Raises Invalid when they are reversed or outside."""
        if until < after:
            raise Invalid(Text(f"截止日 {until} 早于起算日 {after}", f"{until} is before {after}"))
        return self._before[self._at(until)] - self._before[self._at(after)]

    def _at(self, day: date) -> int:
        at = day.toordinal() - self._eve
        if 0 <= at < len(self._before):
            return at
        raise self._outside(day)

    def _working_day(self, index: int, asked: date) -> date:
        if 0 <= index < len(self._working):
            return date.fromordinal(self._working[index])
        raise self._outside(asked)

    def _outside(self, day: date) -> Invalid:
        first, last = self.first_day, self.last_day
        return Invalid(
            Text(
                f"自 {day} 起算超出工作日历({first} 至 {last})",
                f"counting from {day} leaves the calendar of working days ({first} to {last})",
            )
        )


def _check_years(exceptions: Mapping[date, bool], first_year: int, last_year: int) -> None:
    if not 1 < first_year <= last_year <= 9998:
        raise Invalid(
            Text(f"日历年份有误:{first_year} 至 {last_year}", f"no calendar from {first_year} to {last_year}")
        )
    for day in exceptions:
        if not first_year <= day.year <= last_year:
            raise Invalid(
                Text(
                    f"{day} 不在日历年份 {first_year} 至 {last_year} 内",
                    f"{day} lies outside the calendar's years {first_year} to {last_year}",
                )
            )


@cache
def seeded() -> Calendar:
    """The calendar of the notices shipped with the program; needs no database."""
    return Calendar.from_notices(holidays.published())
