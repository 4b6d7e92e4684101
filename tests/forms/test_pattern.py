"""Patterns mean what they mean in JavaScript, and cannot be made to run for long."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from app.forms.pattern import Pattern, PatternError
from tests.forms.differential import bundle, open_page

SOURCES = [
    "^\\d{6}$", "^1[3-9][0-9]{9}$", "^([0-9]{17}[0-9Xx]|[A-Za-z0-9]{6,12})$", "a|b|", "^(a|ab)(c|bcd)$", "x*",
    "(x+x+)+y", "^(a|a)*$", "^(\\w+\\.)+com$", "\\bcat\\b", "\\Bcat", "^[^\\s]+$", "[\\d-x]", "[a-]", "[]",
    "[^]", "^.$", "^..$", "a{2}", "a{2,}", "^a{0,2}$", "a{,2}", "{", "}", "a{x}", "]", "\\u4e00", "^[一-龥]+$",
    "\\x41", "\\u41", "\\/", "\\-", "[\\b]", "(?:ab)+", "(?<year>\\d{4})-", "^\\s*$", "\\S", "\\W", "\\D",
    "^\\w+$", "$^", "^$", "a$|^b", "(^a|b$)", "[.]", "a.c", "\\t", "[\\]a]", "\\.", "a??b", "a+?",
    "^[京津沪][A-Z][A-Z0-9]{5,6}$",
]  # fmt: skip
TEXTS = [
    "", "a", "b", "ab", "aa", "aaa", "abc", "abcd", "xxxxxy", "cat", "concat", "a cat.", "123456", "12345",
    "13800138000", "110101199003071234", "11010119900307123X", "办结", "𠮷", "𠮷野", "a\n", "\n", "a\u2028c",
    "a c", "{", "}", "a{,2}", "a{x}", "]", "-", "x", "A", "u41", "uuuuu", "/", ".", "a.b.com", "2024-01",
    "\b", "\t", "  ", "\ufeff", "\u00a0", "_", "京A12345", "é",
]  # fmt: skip
LETTERS = st.text(alphabet="ab01 _-", max_size=12)
PIECES = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", "\\d", "\\w", "\\s", "\\b", "^", "$", "(?:a|b)", "0"])
REPEATS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,3}", "{2,}"])


@st.composite
def sources(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.tuples(PIECES, REPEATS), max_size=6))
    joined = ["|" if draw(st.booleans()) and draw(st.booleans()) else "" for _ in parts]
    return "".join(bar + piece + ("" if piece in ("^", "$", "\\b") else repeat)
                   for bar, (piece, repeat) in zip(joined, parts, strict=True))  # fmt: skip


@given(source=sources(), text=LETTERS)
def test_a_pattern_finds_what_python_finds_where_the_languages_are_one(source: str, text: str) -> None:
    theirs = re.compile(source.replace("$", r"\Z"), re.ASCII)
    assert Pattern(source).search(text) is (theirs.search(text) is not None)


@pytest.fixture(scope="module")
def verdicts(browser: Browser) -> dict[tuple[str, str], bool]:
    page = open_page(browser.new_page(), bundle())
    pairs = [[source, text] for source in SOURCES for text in TEXTS]
    found = page.evaluate("pairs => patterns(pairs)", pairs)
    page.close()
    return {(source, text): one for (source, text), one in zip(pairs, found, strict=True)}


@pytest.mark.browser
@pytest.mark.parametrize("source", SOURCES)
def test_a_pattern_finds_what_the_browser_finds(source: str, verdicts: dict[tuple[str, str], bool]) -> None:
    pattern = Pattern(source)
    assert {text: pattern.search(text) for text in TEXTS} == {text: verdicts[source, text] for text in TEXTS}


@pytest.mark.parametrize(
    "source",
    ["(", ")", "a)", "[a", "*", "a**", "a{3,1}", "a{1001}", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(a)\\1", "\\", "^*",
     "[b-a]", "(?<a>x)\\k<a>", "(?x)", "(" * 60 + ")" * 60, "((a{900}){900}){900}"],
)  # fmt: skip
def test_what_is_wrong_or_not_supported_is_refused(source: str) -> None:
    with pytest.raises(PatternError) as refused:
        Pattern(source)
    assert refused.value.zh
    assert refused.value.en


@pytest.mark.parametrize(
    "source", ["(a+)+$", "^(a|a)*$", "(a|aa)+$", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a?){50}a{50}$"]
)
def test_no_pattern_runs_away(source: str) -> None:
    pattern = Pattern(source)
    assert isinstance(pattern.search("a" * 20_000 + "!"), bool)
