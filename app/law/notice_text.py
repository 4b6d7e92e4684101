"""The State Council's yearly notice as people have it: pasted text, or a table of days. Both become a `Notice`.

The text is read by its regular phrases only, such as “1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。”
What it says twice has to agree: a weekday with its date, “共3天” with the days named.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.errors import Invalid, Text
from app.law.holidays import Holiday, Notice

LONGEST = 20_000
"""Characters of a pasted notice; a real one has about one thousand."""

_TITLE = re.compile(r"关于\s*(\d{4})\s*年部分节假日安排的通知")
_NUMBER = re.compile(r"国办发明电\s*[〔\[【(（]\s*\d{4}\s*[〕\]】)）]\s*\d+\s*号")
_ISSUED = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_ITEM = re.compile(r"^\s*(?:[一二三四五六七八九十]+|\d+)\s*[、.．]\s*([^：:，,。\d]{2,12}?)\s*[：:]\s*(.+)$")
_DAY = re.compile(r"(?:(?:(\d{4})年)?(\d{1,2})月)?(\d{1,2})日(?:\s*[（(]([^（）()]*)[）)])?")
_TOTAL = re.compile(r"共\s*(\d+)\s*天")
_WEEKDAYS = "一二三四五六日"
_KINDS = {"休": False, "放假": False, "rest": False, "班": True, "上班": True, "work": True}


@dataclass(slots=True)
class _Line:
    """One holiday of the text, with the number of its line."""

    number: int
    name: str
    text: str


def read_text(text: str) -> Notice:
    """A notice from its text. Raises Invalid that names the line, and what does not agree in it."""
    if len(text) > LONGEST:
        raise Invalid(Text("文字太长，不像一份通知", "the text is too long for a notice"))
    year, items = _year(text), list(_items(text))
    if not items:
        raise Invalid(
            Text("没有找到“一、元旦：……放假”这样的条目", "there is no line such as “一、元旦：…放假” in the text")
        )
    holidays = tuple(_holiday(one, year) for one in items)
    return Notice(year, _number(text), _issued(text, year), f"国务院办公厅关于{year}年部分节假日安排的通知", holidays)


def _year(text: str) -> int:
    found = _TITLE.search(text)
    if found is None:
        raise Invalid(
            Text(
                "没有找到标题“关于××××年部分节假日安排的通知”，请连同标题一起粘贴",
                "the title “关于××××年部分节假日安排的通知” is missing; paste it as well",
            )
        )
    return int(found[1])


def _number(text: str) -> str:
    found = _NUMBER.search(text)
    if found is None:
        raise Invalid(
            Text(
                "没有找到文号“国办发明电〔××××〕×号”，请连同文号一起粘贴",
                "the number “国办发明电〔××××〕×号” is missing; paste it as well",
            )
        )
    return re.sub(r"\s", "", found[0]).translate(str.maketrans("[【(（]】)）", "〔〔〔〔〕〕〕〕"))


def _issued(text: str, year: int) -> date:
    """The date under the text: the last whole one that is a day of the year before, or of the year itself."""
    for found in reversed(list(_ISSUED.finditer(text))):
        if int(found[1]) in (year - 1, year):
            return _day(
                int(found[1]), int(found[2]), int(found[3]), _Line(text[: found.start()].count("\n") + 1, "", "")
            )
    raise Invalid(
        Text("没有找到落款日期，例如“2025年11月4日”", "the date of issue is missing, such as “2025年11月4日”")
    )


def _items(text: str) -> Iterator[_Line]:
    for number, line in enumerate(text.splitlines(), start=1):
        found = _ITEM.match(line)
        if found and "放假" in found[2]:
            yield _Line(number, found[1], found[2])


def _holiday(line: _Line, year: int) -> Holiday:
    rest: list[date] = []
    work: list[date] = []
    for sentence in re.split(r"[。；;]", line.text):
        days = _days(sentence, line, year)
        if "放假" in sentence:
            rest += _span(days, sentence, line)
        elif "上班" in sentence:
            work += days
    if not rest:
        raise _wrong(line, "没有放假日期", "names no day of rest")
    total = _TOTAL.search(line.text)
    if total and int(total[1]) != len(rest):
        raise _wrong(line, f"写明共{total[1]}天，日期却有{len(rest)}天", f"says {total[1]} days and names {len(rest)}")
    return Holiday(line.name, rest[0], rest[-1], tuple(work))


def _days(sentence: str, line: _Line, year: int) -> list[date]:
    """The dates of a sentence; a month or year that is not written is the one before."""
    found: list[date] = []
    at_year, at_month = year, 0
    for match in _DAY.finditer(sentence):
        written, month, day, beside = match.groups()
        at_year = int(written) if written else at_year if found and found[-1].year != year and not month else year
        at_month = int(month) if month else at_month
        if not at_month:
            raise _wrong(line, f"“{match[0]}”没有月份", f"“{match[0]}” has no month")
        one = _day(at_year, at_month, int(day), line)
        _agree(one, beside or "", match[0], line)
        found.append(one)
    return found


def _span(days: list[date], sentence: str, line: _Line) -> list[date]:
    """The days from the first to the last, both inclusive, where the sentence says “至”."""
    if len(days) == 1 and "至" not in sentence:
        return days
    if len(days) != 2 or "至" not in sentence or days[1] < days[0]:
        raise _wrong(line, "放假起止日期读不懂，应为“×月×日至×日”", "the days of rest should read “×月×日至×日”")
    return [days[0] + timedelta(days=n) for n in range((days[1] - days[0]).days + 1)]


def _day(year: int, month: int, day: int, line: _Line) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _wrong(line, f"没有{year}年{month}月{day}日这一天", f"there is no {year}-{month}-{day}") from None


def _agree(day: date, beside: str, written: str, line: _Line) -> None:
    """A weekday in brackets is that of the date."""
    named = re.search(r"(?:周|星期)([一二三四五六日天])", beside)
    if named and _WEEKDAYS.index(named[1].replace("天", "日")) != day.weekday():
        right = _WEEKDAYS[day.weekday()]
        raise _wrong(line, f"“{written}”与日历不符，该日是周{right}", f"“{written}”: that day is 周{right}")


def _wrong(line: _Line, zh: str, en: str) -> Invalid:
    name = f"“{line.name}”" if line.name else ""
    return Invalid(Text(f"第{line.number}行{name}：{zh}", f"line {line.number} {name}: {en}"))


@dataclass(slots=True)
class _Rows:
    """What a table says of one holiday, in the order of its days."""

    rest: list[date] = field(default_factory=list)
    work: list[date] = field(default_factory=list)


def read_table(text: str, *, year: int, number: str, issued: date) -> Notice:
    """A notice from a table of days, `2027-01-01,休,元旦` a row, with or without a head. Raises Invalid by its line."""
    if len(text) > LONGEST:
        raise Invalid(Text("表格太长，不像一份通知", "the table is too long for a notice"))
    names: dict[str, _Rows] = {}
    for at, written in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        cells = [cell.strip() for cell in next(csv.reader([written]), [])]
        if any(cells) and not (at == 1 and not re.match(r"\d", cells[0])):
            _row(cells, _Line(at, "", ""), names)
    holidays = tuple(one for name, rows in names.items() for one in _stretches(name, rows))
    if not holidays:
        raise Invalid(Text("表格中没有日期", "there is no day in the table"))
    return Notice(year, number, issued, f"国务院办公厅关于{year}年部分节假日安排的通知", holidays)


def _row(cells: list[str], line: _Line, names: dict[str, _Rows]) -> None:
    if len(cells) != 3 or cells[1] not in _KINDS or not cells[2]:
        raise _wrong(line, "应为“日期,休或班,节日”，例如 2027-01-01,休,元旦", "a row is “date,休 or 班,holiday”")
    try:
        day = date.fromisoformat(cells[0])
    except ValueError:
        raise _wrong(line, f"“{cells[0]}”不是日期", f"“{cells[0]}” is not a date") from None
    rows = names.setdefault(cells[2], _Rows())
    days = rows.work if _KINDS[cells[1]] else rows.rest
    if day in rows.work or day in rows.rest:
        raise _wrong(line, f"{day} 重复", f"{day} is named twice")
    days.append(day)


def _stretches(name: str, rows: _Rows) -> Iterator[Holiday]:
    """A holiday for each unbroken stretch of rest; the days worked for it belong to the first."""
    rest, work = sorted(rows.rest), tuple(sorted(rows.work))
    if not rest:
        raise Invalid(Text(f"“{name}”只有上班日，没有放假日", f"“{name}” has days of work and none of rest"))
    first = last = rest[0]
    for day in [*rest[1:], None]:
        if day is not None and day == last + timedelta(days=1):
            last = day
            continue
        yield Holiday(name, first, last, work)
        work = ()
        if day is not None:
            first = last = day
