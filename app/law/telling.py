"""A count of days in words that a clerk can read to an applicant: one sentence for each run of like days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.errors import Text
from app.law.clock import Unit
from app.law.explain import Day, Explanation

_UNITS: dict[Unit, Text] = {
    "WD": Text("个工作日", "working days"),
    "D": Text("日", "days"),
    "M": Text("个月", "months"),
    "H": Text("小时", "hours"),
}
_WEEK_ZH = "一二三四五六日"
_WEEK_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive days for which the same is to be said."""

    first: Day
    last: Day
    text: Text

    @property
    def counts(self) -> bool:
        """Whether these days are charged to the limit."""
        return self.first.nth is not None

    @property
    def span(self) -> Text:
        """The days themselves, with their weekdays."""
        first, last = self.first.day, self.last.day
        if first == last:
            return Text(zh_day(first), en_day(first))
        return Text(f"{zh_day(first)}至{zh_day(last)}", f"{en_day(first)} to {en_day(last)}")

    @property
    def days(self) -> int:
        """How many days they are."""
        return (self.last.day - self.first.day).days + 1


def runs(explanation: Explanation, event: Text, kinds: Sequence[Text] = ()) -> tuple[Run, ...]:
    """The days of a count, like ones together, each run with what is to be said of it.

    `event` says what happened on the first day; `kinds` name the pauses, by position.
    """
    grouped = groupby(
        explanation.days, key=lambda one: (one.why, one.name, one.pause, one.nth is None, one.provisional)
    )
    return tuple(_run(list(days), explanation, event, kinds) for _, days in grouped)


def rule(explanation: Explanation) -> Text:
    """The rule in one sentence: how long, from the day after what, and where the last day moved to if it did."""
    unit, due = _UNITS[explanation.unit], explanation.due
    length = Text(f"{explanation.limit}{unit.zh}", f"{explanation.limit} {unit.en}")
    if explanation.extension:
        more = explanation.extension
        length = Text(f"{length.zh}，延长{more}{unit.zh}", f"{length.en}, extended by {more}")
    start = Text(zh_day(explanation.start), en_day(explanation.start))
    if explanation.unit == "H":
        return Text(f"自{start.zh}起{length.zh}，连续计算", f"{length.en} from {start.en}, day and night")
    if not explanation.limit and not explanation.extension:
        return Text(
            f"{start.zh}当日办结；逢休息日顺延至下一工作日", f"the same day, {start.en}, or the next one worked"
        )
    zh = f"自{start.zh}的次日起{length.zh}；开始的当日不计入"
    en = f"{length.en} from the day after {start.en}; the day itself does not count"
    if explanation.rolled and due.due is not None:
        zh += f"；最后一日不是工作日或在暂停期内，顺延至{zh_day(due.due)}"
        en += f"; the last day being one of rest or of a pause, it moves to {en_day(due.due)}"
    return Text(zh, en)


def _run(days: list[Day], explanation: Explanation, event: Text, kinds: Sequence[Text]) -> Run:
    first, last = days[0], days[-1]
    said = _event(event, explanation) if first.why == "event" else _reason(first, last, explanation, kinds)
    provisional = Text("（暂定：该年度放假安排尚未公布）", " (provisional: that year's notice is not published yet)")
    mark = provisional if first.provisional else Text("", "")
    return Run(first, last, Text(f"{said.zh}{mark.zh}", f"{said.en}{mark.en}"))


def _event(event: Text, explanation: Explanation) -> Text:
    if not explanation.limit + explanation.extension:
        return event
    return Text(f"{event.zh}；当日不计入", f"{event.en}; this day does not count")


def _reason(first: Day, last: Day, explanation: Explanation, kinds: Sequence[Text]) -> Text:
    counted = _numbers(first, last, explanation.unit)
    match first.why:
        case "makeup":
            return Text(f"{_of(first).zh}调休上班，{counted.zh}", f"worked for {_of(first).en}, {counted.en}")
        case "weekend":
            return Text("周末，不计入", "weekend, does not count")
        case "holiday":
            return Text(f"{_of(first).zh}放假，不计入", f"{_of(first).en}, does not count")
        case "paused":
            at = first.pause
            kind = kinds[at] if at is not None and at < len(kinds) else Text("依法暂停", "lawful pause")
            return Text(f"{kind.zh}，不计入", f"{kind.en}, does not count")
        case "natural":
            return counted
        case _:
            return Text(f"工作日，{counted.zh}", f"worked, {counted.en}")


def _of(day: Day) -> Text:
    name, notice = day.name or "元旦", day.notice
    return Text(f"{name}（{notice}）" if notice else name, f"{name} ({notice})" if notice else name)


def _numbers(first: Day, last: Day, unit: Unit) -> Text:
    if first.nth is None or last.nth is None:
        return Text("期限届满", "the limit ends")
    zh, en = ("个工作日", "working day") if unit == "WD" else ("日", "day")
    if first.nth == last.nth:
        return Text(f"第{first.nth}{zh}", f"{en} {first.nth}")
    return Text(f"第{first.nth}至第{last.nth}{zh}", f"{en}s {first.nth} to {last.nth}")


def zh_day(day: date) -> str:
    """A day as administrative Chinese writes it, with its weekday."""
    return f"{day.year}年{day.month}月{day.day}日（周{_WEEK_ZH[day.weekday()]}）"


def en_day(day: date) -> str:
    """The same in English."""
    return f"{day.isoformat()} ({_WEEK_EN[day.weekday()]})"


def lines(explanation: Explanation, event: Text, kinds: Sequence[Text] = ()) -> Iterator[Text]:
    """The whole count as text, a line for each run: what a clerk reads out."""
    yield rule(explanation)
    for run in runs(explanation, event, kinds):
        yield Text(f"{run.span.zh}：{run.text.zh}", f"{run.span.en}: {run.text.en}")
