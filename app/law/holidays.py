"""The State Council's yearly notice of holidays (国务院办公厅部分节假日安排的通知) as facts.

A notice names, for each holiday, the days of rest and the weekend days worked instead (调休上班).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from app.errors import Invalid, Text

Kind = Literal["workday", "weekend", "holiday", "makeup"]

_FILES = Path(__file__).parent / "notices"
_LONGEST_REST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DayFact:
    """What a day is: an ordinary workday or weekend, or a day of rest or work by notice."""

    is_working: bool
    kind: Kind
    name: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday of a notice: rest from `first` to `last`, both inclusive, and the days worked for it."""

    name: str
    first: date
    last: date
    work: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        if not self.first <= self.last <= self.first + _LONGEST_REST:
            raise Invalid(
                Text(
                    f"{self.name}放假起止日期有误:{self.first} 至 {self.last}",
                    f"{self.name}: no holiday runs from {self.first} to {self.last}",
                )
            )
        for day in self.work:
            if day.weekday() < 5:
                raise Invalid(
                    Text(
                        f"{self.name}调休上班日 {day} 本来就是工作日",
                        f"{self.name}: the make-up day {day} is a weekday, worked anyway",
                    )
                )


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's notice. Raises Invalid when it contradicts itself or names days of another year."""

    year: int
    number: str
    issued: date
    title: str
    holidays: tuple[Holiday, ...]

    def __post_init__(self) -> None:
        # A New Year's break may begin in the last days of December before.
        earliest, latest = date(self.year - 1, 12, 25), date(self.year, 12, 31)
        rest: set[date] = set()
        work: set[date] = set()
        for holiday in self.holidays:
            days = set(_days(holiday.first, holiday.last))
            twice = (days & rest) | (set(holiday.work) & work)
            rest |= days
            work |= set(holiday.work)
            if twice:
                raise self._contradiction(min(twice), "重复安排", "named twice")
        if rest & work:
            raise self._contradiction(min(rest & work), "既放假又上班", "both off and worked")
        strays = {day for day in rest | work if not earliest <= day <= latest}
        if strays:
            raise self._contradiction(min(strays), "不属于该年度", "not of that year")

    @classmethod
    def from_mapping(cls, raw: object) -> "Notice":
        """A notice from the shape of `notices/*.yaml`. Raises Invalid when something is missing or wrong."""
        try:
            return _notice(raw)
        except (KeyError, TypeError, ValueError) as error:
            raise Invalid(
                Text(f"节假日通知格式有误:{error!r}", f"the holiday notice is malformed: {error!r}")
            ) from error

    def days(self) -> dict[date, DayFact]:
        """The days that the notice speaks of, with what it says of each."""
        facts: dict[date, DayFact] = {}
        for one in self.holidays:
            for day in _days(one.first, one.last):
                facts[day] = DayFact(False, "holiday", one.name, self.number)
            for day in one.work:
                facts[day] = DayFact(True, "makeup", one.name, self.number)
        return facts

    def year_days(self) -> dict[date, DayFact]:
        """Every day of the year, and the days of the December before that the notice speaks of."""
        everyday = {
            day: DayFact(day.weekday() < 5, "workday" if day.weekday() < 5 else "weekend", "", self.number)
            for day in _days(date(self.year, 1, 1), date(self.year, 12, 31))
        }
        return everyday | self.days()

    def _contradiction(self, day: date, zh: str, en: str) -> Invalid:
        return Invalid(Text(f"{self.number}:{day} {zh}", f"{self.number}: {day} is {en}"))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _notice(raw: object) -> Notice:
    if not isinstance(raw, Mapping):
        raise TypeError("a mapping is wanted")
    return Notice(
        year=int(raw["year"]),
        number=str(raw["number"]),
        issued=_date(raw["issued"]),
        title=str(raw["title"]),
        holidays=tuple(
            Holiday(
                str(one["name"]),
                _date(one["rest"][0]),
                _date(one["rest"][1]),
                tuple(_date(day) for day in one.get("work", ())),
            )
            for one in raw["holidays"]
        ),
    )


def _date(value: object) -> date:
    if type(value) is date:
        return value
    raise TypeError(f"{value!r} is not a date")


@cache
def published() -> tuple[Notice, ...]:
    """The notices shipped with the program, by year."""
    loaded = (yaml.safe_load(path.read_text("utf-8")) for path in _FILES.glob("*.yaml"))
    return tuple(sorted((Notice.from_mapping(raw) for raw in loaded), key=lambda one: one.year))
