"""What is said when a text is not FEEL: where, what, and what was expected, in both languages."""

import pytest

from app.feel import FeelSyntaxError, compile, compile_unary_tests

PLACES = [
    ("1 +", 1, 4, "写完"),
    ("", 1, 1, "写完"),
    ("   ", 1, 1, "写完"),
    ("a\n  + * 2", 2, 5, "「*」"),
    ("(1 + 2", 1, 7, "「)」"),
    ("[1, 2", 1, 6, "「]」"),
    ("if a then b", 1, 12, "「else」"),
    ("for x in [1] satisfies x", 1, 14, "「return」"),
    ("some x in [1] return x", 1, 15, "「satisfies」"),
    ('kind = "餐饮', 1, 8, "双引号"),
    ("kind = '餐饮'", 1, 8, "双引号"),
    ("a && b", 1, 3, "and"),
    ("a || b", 1, 3, "or"),
    ("!a", 1, 1, "not"),
    ("a % 2", 1, 3, "modulo"),
    ("a；b", 1, 2, "；"),
    ("a（1）", 1, 2, "半角"),
    ("a，b", 1, 2, "半角"),
    ("/* open", 1, 1, "注释"),
    ("1 1", 1, 3, "「1」"),
    ("1 == 2", 1, 4, "「=」"),
    ("金额 => 5", 1, 4, ">="),
    ("1e9999", 1, 1, "过大"),
    ('"\\ud800"', 1, 1, "Unicode"),
    ("function(x) external {java: 1}", 1, 13, "external"),
    ("x instance of set<number>", 1, 15, "list"),
    ("x instance of list<a: number>", 1, 15, "context"),
    ("{a: 1", 1, 6, "「}」"),
    ("{: 1}", 1, 2, "「:」"),
    ("a.", 1, 3, "名称"),
    ("f(a: 1, 2)", 1, 9, "「2」"),
]


@pytest.mark.parametrize(("source", "line", "column", "said"), PLACES)
def test_error_tells_place_and_reason(source: str, line: int, column: int, said: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile(source)
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert said in error.text.zh
    assert error.text.en.startswith(f"line {line}, column {column}: ")
    assert error.source == source


def test_error_lists_what_was_expected() -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile("if 金额 > 100 yes else no")
    assert "'then'" in [one.en for one in caught.value.expected]


@pytest.mark.parametrize("source", ["not(1", "> ", "1,", ", 1", "- 1 -", "", "> > 1"])
def test_unary_tests_that_are_none_are_refused(source: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests(source)
