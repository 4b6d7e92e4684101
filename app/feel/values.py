"""The values of FEEL that Python has no type for (DMN 1.5, 10.3.2.3). All are immutable.

Python's own types carry the rest: Decimal, str, bool, None, datetime.date, list, dict.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.feel.civil import AnyDate, day_number
from app.feel.limits import NUMBERS

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
SECOND: Final = 1_000_000_000  # nanoseconds
DAY: Final = 86_400 * SECOND

Value = Any
"""A FEEL value. What a closure returns cannot be told more narrowly."""


@dataclass(frozen=True, slots=True, order=True)
class DaysTimeDuration:
    """A length of time in nanoseconds."""

    nanos: int

    @property
    def seconds(self) -> Decimal:
        """The whole length in seconds."""
        return NUMBERS.divide(Decimal(self.nanos), Decimal(SECOND))

    def timedelta(self) -> timedelta:
        """As Python's timedelta, to the microsecond; OverflowError beyond its range."""
        return timedelta(microseconds=self.nanos // 1000)


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A length of time in calendar months."""

    months: int


@lru_cache(maxsize=1024)
def standard_offset(zone: tzinfo) -> int:
    """Seconds east of Greenwich in a zone when it keeps no summer time: what a time without a date goes by."""
    fixed = zone.utcoffset(None)
    if fixed is not None:
        return fixed.days * 86_400 + fixed.seconds
    summer = _SOME_DAY.replace(tzinfo=zone)
    delta = (summer.utcoffset() or timedelta()) - (summer.dst() or timedelta())
    return delta.days * 86_400 + delta.seconds


_SOME_DAY: Final = datetime(2024, 1, 1, tzinfo=UTC)  # of our years: zones have had other offsets long ago


@dataclass(frozen=True, slots=True, eq=False)
class Time:
    """A time of day; `zone` is an offset, a named zone, or None for local time. Equal within a second (`key`)."""

    hour: int
    minute: int
    second: int
    nano: int = 0
    zone: tzinfo | None = None

    @property
    def nanos(self) -> int:
        """Nanoseconds since midnight on the wall clock."""
        return ((self.hour * 60 + self.minute) * 60 + self.second) * SECOND + self.nano

    @property
    def offset(self) -> int | None:
        """Seconds east of Greenwich without summer time, None for local time."""
        return None if self.zone is None else standard_offset(self.zone)

    def instant(self) -> tuple[bool, int]:
        """Whether there is a zone, and nanoseconds since midnight, of Greenwich if so."""
        offset = self.offset
        return (False, self.nanos) if offset is None else (True, self.nanos - offset * SECOND)

    def key(self) -> tuple[bool, int]:
        """As `instant`, in whole seconds: equal keys are equal times, keys with equal first parts have an order.

        The conformance suite reads the value of a time (10.3.2.3.4) as a number of seconds.
        """
        zoned, nanos = self.instant()
        return zoned, nanos // SECOND

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Time) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())


@dataclass(frozen=True, slots=True, eq=False)
class DateTime:
    """A date with a time of day; the time's zone is the zone of both. Equal within a second (`key`)."""

    date: AnyDate
    time: Time

    @property
    def offset(self) -> int | None:
        """Seconds east of Greenwich on that day, None for local time."""
        zone = self.time.zone
        if zone is None:
            return None
        if isinstance(self.date, date):
            time = self.time
            delta = zone.utcoffset(datetime(*_ymd(self.date), time.hour, time.minute, time.second, tzinfo=zone))
        else:
            return standard_offset(zone)
        return 0 if delta is None else delta.days * 86_400 + delta.seconds

    def instant(self) -> tuple[bool, int]:
        """Whether there is a zone, and nanoseconds on the clock of Greenwich, or else on the wall."""
        wall = day_number(self.date) * DAY + self.time.nanos
        offset = self.offset
        return (False, wall) if offset is None else (True, wall - offset * SECOND)

    def key(self) -> tuple[bool, int]:
        """As `instant`, in whole seconds (see `Time.key`)."""
        zoned, nanos = self.instant()
        return zoned, nanos // SECOND

    def datetime(self) -> datetime:
        """As Python's datetime, aware if this is, to the microsecond; ValueError outside the years 1–9999."""
        if not isinstance(self.date, date):
            raise ValueError(self.date.isoformat())
        time = self.time
        return datetime(*_ymd(self.date), time.hour, time.minute, time.second, time.nano // 1000, tzinfo=time.zone)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DateTime) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())


def midnight(day: AnyDate) -> DateTime:
    """A date where a date and time is wanted: midnight of Greenwich (10.3.2.3.6, 10.3.2.9.4)."""
    return DateTime(day, MIDNIGHT)


MIDNIGHT: Final = Time(0, 0, 0, 0, UTC)


def _ymd(one: date) -> tuple[int, int, int]:
    return one.year, one.month, one.day


def from_datetime(moment: datetime) -> DateTime:
    """A date and time from Python's: aware ones are read on the clock of Asia/Shanghai, naive ones stay local."""
    zone: tzinfo | None = None
    if moment.tzinfo is not None:
        moment = moment.astimezone(SHANGHAI)
        zone = SHANGHAI
    time = Time(moment.hour, moment.minute, moment.second, moment.microsecond * 1000, zone)
    return DateTime(moment.date(), time)


@dataclass(frozen=True, slots=True)
class Range:
    """The values between two ends; an end that is None is open without limit.

    `operator` is the comparison it was written with (`(< 5)`), if any; only `!=` changes what it contains.
    """

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True
    operator: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function: `call` takes the values of all `params` in their order."""

    params: tuple[str, ...]
    call: Callable[[Sequence[Value]], Value]
    name: str = ""
    types: tuple[Any, ...] = ()
    optional: int = 0
    variadic: bool = False
