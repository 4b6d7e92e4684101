"""The legal clock: when a limit runs out, how much of it is used, and what stops it.

The day of the event is not counted and the last day is (民法典 art. 201, 203); working days are those of
行政许可法 art. 82. A pause (art. 45) is half-open, (start, end]: the day it begins is charged to the agency, the
day it ends is not. Only the date in Asia/Shanghai matters, except for hours. Nothing here reads the wall clock.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from app.errors import Invalid, Text
from app.law.calendar import Calendar

Unit = Literal["WD", "D", "M", "H"]
Channel = Literal["window", "post", "online", "mobile"]
Light = Literal["green", "amber", "red", "paused"]

ZONE = ZoneInfo("Asia/Shanghai")
CLOSE = time(17, 30)
"""The end of business, unless the centre says otherwise (民法典 art. 203)."""
LONGEST = 10_000
"""The longest limit, in any unit; longer ones are typing errors."""

UNITS: tuple[Unit, ...] = ("WD", "D", "M", "H")
_BY_HAND = ("window", "post")
_BY_WIRE = ("online", "mobile")
_DAY = timedelta(days=1)
_Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still on the days of (start, end]; `end` is None while it still does."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        for day in (self.start, self.end):
            if day is not None and type(day) is not date:
                raise Invalid(Text(f"暂停日期有误:{day!r}", f"{day!r} is not the date of a pause"))
        if self.end is not None and self.end < self.start:
            raise Invalid(
                Text(
                    f"暂停结束日 {self.end} 早于开始日 {self.start}",
                    f"the pause ends on {self.end}, before it starts on {self.start}",
                )
            )


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit runs out.

    `due` is the last day in time and `warn_on` the day of the reminder; both are None while a pause is open.
    `provisional` (暂定): a year without a published notice was counted. `at` is set for hours only.
    """

    due: date | None
    warn_on: date | None
    provisional: bool
    close: time = CLOSE
    at: datetime | None = None

    @property
    def overdue_from(self) -> datetime | None:
        """The first instant that is late: midnight after the due day, or the very end of the hours. Aware."""
        if self.due is None or self.at is not None:
            return self.at
        return datetime.combine(self.due + _DAY, time(), ZONE)

    @property
    def business_close(self) -> datetime | None:
        """The promise to the applicant: the due day's end of business, or the end of the hours. Aware."""
        if self.due is None or self.at is not None:
            return self.at
        return datetime.combine(self.due, self.close, ZONE)


def due(
    start: date,
    limit: int,
    unit: Unit,
    pauses: Iterable[Pause],
    extension: int,
    calendar: Calendar,
    *,
    close: time = CLOSE,
) -> Due:
    """The last day on which an act is in time, when `limit` + `extension` units run from `start`.

    `start` is the event's date, or its aware datetime (hours want one). Natural days and months that end on a
    day of rest, or in a pause, move to the next day worked outside it (民法典 art. 203); limit 0 is the same day,
    or the next one worked. An open pause leaves the due date undefined. Raises Invalid for what cannot be counted.
    """
    total = _total(limit, unit, extension)
    if unit == "H":
        return _hours(start, total, tuple(pauses), close)
    first = _date(start)
    spans = _spans(pauses, first)
    if spans is None:
        return Due(None, None, False, close)
    last = _last_day(first, total, unit, spans, calendar)
    charged = total if unit == "WD" else _charged(first, last, spans, calendar)
    warn = _working_day(first, warn_count(charged), spans, calendar) if charged else last
    return Due(last, warn, last > calendar.published_until, close)


def elapsed(start: date, on: date, pauses: Iterable[Pause], calendar: Calendar) -> int:
    """Working days charged to the agency in (start, on]; 0 before the start. Raises Invalid."""
    first, until = _date(start), _date(on)
    if until <= first:
        return 0
    return _charged(first, until, _spans_until(pauses, first, until), calendar)


def remaining(
    start: date,
    limit: int,
    unit: Unit,
    pauses: Iterable[Pause],
    extension: int,
    calendar: Calendar,
    on: date,
) -> int:
    """Working days left after the day `on`; 0 on the last day, negative once overdue, whatever the unit.

    A pause still open counts as if it ended on that day: the number stands still while the clock does.
    Raises Invalid for what cannot be counted, and for hours.
    """
    total = _total(limit, unit, extension)
    if unit == "H":
        raise Invalid(Text("小时期限没有剩余工作日", "a limit in hours has no working days left"))
    first = _date(start)
    today = max(_date(on), first)
    spans = _spans_until(pauses, first, today)
    last = _last_day(first, total, unit, spans, calendar)
    if today <= last:
        return _charged(today, last, spans, calendar)
    return -_charged(last, today, spans, calendar)


def warn_count(limit: int) -> int:
    """After how many elapsed units the reminder comes: nine tenths, yet at least one before the end."""
    _whole(limit, "期限", "limit")
    return max(min(-(-9 * limit // 10), limit - 1), min(limit, 1))


def light(left: int, warn: int, *, paused: bool = False) -> Light:
    """The traffic light of a list: `left` units remain, the reminder comes when `warn` or fewer do.

    Overdue shows red even while the clock is paused: a pause opened too late hides nothing.
    """
    if left < 0:
        return "red"
    if paused:
        return "paused"
    return "amber" if left <= warn else "green"


def light_on(today: date, last: date | None, warn_on: date | None) -> Light:
    """The traffic light from stored dates; no due date means that the clock is paused."""
    if last is None:
        return "paused"
    if today > last:
        return "red"
    return "amber" if warn_on is not None and today >= warn_on else "green"


def local_date(moment: datetime) -> date:
    """The date in Asia/Shanghai of an aware datetime. Raises Invalid for a naive one."""
    return _local(moment).date()


def receipt_date(moment: datetime, channel: Channel, calendar: Calendar, close: time = CLOSE) -> date:
    """The date on which papers count as received.

    Over the counter or by post: the day itself, an open weekend too. By wire: after the end of business or on a
    day of rest, the next working day. Raises Invalid for a naive datetime or an unknown channel.
    """
    local = _local(moment)
    if channel in _BY_HAND:
        return local.date()
    if channel not in _BY_WIRE:
        raise Invalid(Text(f"未知的收件渠道:{channel!r}", f"unknown channel {channel!r}"))
    late = local.time() > close
    return calendar.next_working(local.date() + _DAY if late else local.date())


def _hours(start: date, total: int, pauses: tuple[Pause, ...], close: time) -> Due:
    if not isinstance(start, datetime):
        raise Invalid(Text("小时期限须有起算时刻", "a limit in hours starts at a time of day"))
    begun = _local(start)
    spans = _spans(pauses, begun.date())
    if spans is None:
        return Due(None, None, False, close)
    # UTC, so that hours are hours whatever the zone does.
    end = _moved(begun.astimezone(UTC) + timedelta(hours=total), spans)
    warn = _moved(begun.astimezone(UTC) + timedelta(hours=warn_count(total)), spans)
    return Due(local_date(end), local_date(warn), False, close, end)


def _moved(end: datetime, spans: list[_Span]) -> datetime:
    for begin, until in spans:
        if local_date(end) <= begin:
            break
        end += until - begin
    return end


def _last_day(first: date, total: int, unit: Unit, spans: list[_Span], calendar: Calendar) -> date:
    if unit == "WD" and total:
        return _working_day(first, total, spans, calendar)
    days = total if unit != "M" else months_later(first, total).toordinal() - first.toordinal()
    ordinal = first.toordinal() + days
    for begin, until in spans:
        if ordinal <= begin.toordinal():
            break
        ordinal += (until - begin).days
    if ordinal > calendar.last_day.toordinal():
        raise _too_far(calendar)
    last = calendar.next_working(date.fromordinal(ordinal))
    for begin, until in spans:
        if begin < last <= until:
            last = calendar.add(until, 1)
    return last


def _working_day(first: date, nth: int, spans: list[_Span], calendar: Calendar) -> date:
    """The nth working day after `first` outside the spans; nth is at least 1."""
    day = calendar.add(first, nth)
    for begin, until in spans:
        if day <= begin:
            break
        nth += calendar.count(begin, until)
        day = calendar.add(first, nth)
    return day


def _charged(after: date, until: date, spans: list[_Span], calendar: Calendar) -> int:
    """Working days in (after, until] outside the spans."""
    total = calendar.count(after, until)
    for begin, end in spans:
        low, high = max(begin, after), min(end, until)
        if low < high:
            total -= calendar.count(low, high)
    return total


def _spans(pauses: Iterable[Pause], first: date) -> list[_Span] | None:
    """The pauses after `first`, in order, overlaps and neighbours joined; None while one is open."""
    spans: list[_Span] = []
    for pause in pauses:
        if pause.end is None:
            return None
        if pause.end > first:
            spans.append((max(pause.start, first), pause.end))
    return _joined(spans) if len(spans) > 1 else [one for one in spans if one[0] < one[1]]


def _spans_until(pauses: Iterable[Pause], first: date, today: date) -> list[_Span]:
    closed = (Pause(one.start, max(one.start, today)) if one.end is None else one for one in pauses)
    return _spans(closed, first) or []


def _joined(spans: list[_Span]) -> list[_Span]:
    spans.sort()
    joined: list[_Span] = []
    for begin, until in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until, joined[-1][1]))
        elif begin < until:
            joined.append((begin, until))
    return joined


def months_later(first: date, months: int) -> date:
    """The same day of a later month, or that month's last day (民法典 art. 202)."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    if year > 9998:
        raise Invalid(Text("期限过长", "the limit is too long"))
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def _total(limit: int, unit: Unit, extension: int) -> int:
    _whole(limit, "期限", "limit")
    _whole(extension, "延长期限", "extension")
    if unit not in UNITS:
        raise Invalid(Text(f"未知的期限单位:{unit!r}", f"unknown unit {unit!r}; one of WD, D, M, H"))
    return limit + extension


def _whole(value: int, zh: str, en: str) -> None:
    if type(value) is not int or not 0 <= value <= LONGEST:
        shown = repr(value) if type(value) is not int or abs(value) < 10**12 else "…"
        raise Invalid(
            Text(
                f"{zh}须为 0 至 {LONGEST} 的整数，而不是 {shown}",
                f"the {en} is a whole number from 0 to {LONGEST}, not {shown}",
            )
        )


def _date(value: date) -> date:
    if type(value) is date:
        return value
    if isinstance(value, datetime):
        return local_date(value)
    raise Invalid(Text(f"日期有误:{value!r}", f"{value!r} is not a date"))


def _local(moment: datetime) -> datetime:
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise Invalid(Text(f"时间须带时区:{moment!r}", f"a time needs its zone: {moment!r}"))
    try:
        return moment.astimezone(ZONE)
    except OverflowError as error:
        raise Invalid(Text(f"时间超出范围:{moment!r}", f"the time is out of range: {moment!r}")) from error


def _too_far(calendar: Calendar) -> Invalid:
    return Invalid(
        Text(
            f"到期日超出工作日历(至 {calendar.last_day})",
            f"the due date lies after the calendar's end, {calendar.last_day}",
        )
    )
