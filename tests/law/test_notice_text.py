"""The yearly notice as pasted text or as a table; what it says twice has to agree."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.law.holidays import Holiday, Notice, published
from app.law.notice_text import LONGEST, read_table, read_text

WEEK, NUMBERS = "一二三四五六日", "一二三四五六七"
ISSUED = date(2026, 11, 5)


def zh(day: date, since: date | None = None) -> str:
    month = "" if since and (since.year, since.month) == (day.year, day.month) else f"{day.month}月"
    year = f"{day.year}年" if since and since.year != day.year else ""
    return f"{year}{month}{day.day}日（周{WEEK[day.weekday()]}）"


def line(number: int, one: Holiday, year: int) -> str:
    first = zh(one.first) if one.first.year == year else f"{one.first.year}年{zh(one.first)}"
    span = first if one.first == one.last else f"{first}至{zh(one.last, one.first)}"
    days = (one.last - one.first).days + 1
    work = f"{'、'.join(zh(day) for day in one.work)}上班。" if one.work else ""
    return f"{NUMBERS[number]}、{one.name}：{span}放假调休，共{days}天。{work}"


def text_of(notice: Notice) -> str:
    """A notice in the words of the State Council's yearly ones."""
    lines = [line(number, one, notice.year) for number, one in enumerate(notice.holidays)]
    issued = f"{notice.issued.year}年{notice.issued.month}月{notice.issued.day}日"
    title = f"国务院办公厅关于{notice.year}年\n部分节假日安排的通知".replace("\n", "")
    return "\n".join([title, notice.number, "各省、自治区、直辖市人民政府：", *lines, "国务院办公厅", issued])


@pytest.mark.parametrize("notice", published(), ids=lambda one: str(one.year))
def test_a_notice_put_into_words_reads_as_itself(notice: Notice) -> None:
    assert read_text(text_of(notice)).days() == notice.days()
    assert read_text(text_of(notice)).number == notice.number
    assert read_text(text_of(notice)).issued == notice.issued


@pytest.mark.parametrize("notice", published(), ids=lambda one: str(one.year))
def test_a_notice_put_into_a_table_reads_as_itself(notice: Notice) -> None:
    rows = [f"{day},{'班' if fact.is_working else '休'},{fact.name}" for day, fact in sorted(notice.days().items())]
    found = read_table(
        "\n".join(["日期,休班,节日", *rows]), year=notice.year, number=notice.number, issued=notice.issued
    )
    assert found.days() == notice.days()


@st.composite
def holidays(draw: st.DrawFn) -> tuple[Holiday, ...]:
    """A few holidays of 2027, far enough apart, with weekends worked between them."""
    made, day = [], date(2027, 1, 1)
    for number in range(draw(st.integers(1, 6))):
        first = day + timedelta(days=draw(st.integers(8, 30)))
        last = first + timedelta(days=draw(st.integers(0, 8)))
        saturdays = [last + timedelta(days=n) for n in range(1, 8) if (last + timedelta(days=n)).weekday() == 5]
        made.append(Holiday(f"节日{NUMBERS[number]}", first, last, tuple(saturdays[: draw(st.integers(0, 1))])))
        day = last + timedelta(days=8)
    return tuple(made)


@given(holidays())
def test_whatever_a_notice_arranges_is_read_back(made: tuple[Holiday, ...]) -> None:
    notice = Notice(2027, "国办发明电〔2026〕9号", ISSUED, "国务院办公厅关于2027年部分节假日安排的通知", made)
    assert read_text(text_of(notice)) == notice


GOOD = """国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕9号
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月13日（周六）上班。
2026年11月5日
"""


def test_the_notice_of_a_new_year_is_read() -> None:
    notice = read_text(GOOD)
    assert (notice.year, notice.number, notice.issued) == (2027, "国办发明电〔2026〕9号", ISSUED)
    assert notice.holidays[1] == Holiday(
        "春节", date(2027, 2, 5), date(2027, 2, 11), (date(2027, 1, 31), date(2027, 2, 13))
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("共3天", "共4天", "第3行“元旦”：写明共4天，日期却有3天"),
        ("1月1日（周五）", "1月1日（周四）", "第3行“元旦”：“1月1日（周四）”与日历不符，该日是周五"),
        ("2月13日（周六）", "2月30日", "没有2027年2月30日这一天"),
        ("至11日（周四）", "", "写明共7天，日期却有1天"),
        ("1月31日（周日）", "1月30日（周六）、1月31日（周日）、2月5日（周五）", "本来就是工作日"),
        ("国办发明电〔2026〕9号", "", "没有找到文号"),
        ("2027年部分", "明年部分", "没有找到标题"),
        ("2026年11月5日", "", "没有找到落款日期"),
        ("放假", "庆祝", "没有找到“一、元旦：……放假”这样的条目"),
        ("1月1日（周五）至3日", "3日（周日）至1月1日", "没有月份"),
    ],
)
def test_a_notice_that_contradicts_itself_names_the_line(old: str, new: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_text(GOOD.replace(old, new))
    assert said in caught.value.text.zh
    assert caught.value.text.en


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("2027-01-01,休", "第1行"),
        ("2027-01-01,休,元旦\n2027-01-01,班,元旦", "2027-01-01 重复"),
        ("2027-13-01,休,元旦", "“2027-13-01”不是日期"),
        ("2027-01-02,班,元旦", "只有上班日"),
        ("2027-01-01,?,元旦", "应为“日期,休或班,节日”"),
        ("日期,休班,节日\n", "没有日期"),
        ("2028-01-01,休,元旦", "不属于该年度"),
    ],
)
def test_a_table_with_a_wrong_row_says_which(rows: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_table(rows, year=2027, number="国办发明电〔2026〕9号", issued=ISSUED)
    assert said in caught.value.text.zh


@given(st.text(max_size=300))
def test_any_text_is_a_notice_or_is_refused(text: str) -> None:
    for read in (read_text, lambda raw: read_table(raw, year=2027, number="x", issued=ISSUED)):
        with suppress(Invalid):
            assert isinstance(read(text), Notice)


def test_a_text_of_any_length_is_refused_at_once() -> None:
    with pytest.raises(Invalid, match="long"):
        read_text("一" * (LONGEST + 1))
