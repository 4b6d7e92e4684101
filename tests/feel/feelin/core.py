"""Expressions that both evaluators read alike: nested ones over whole numbers, texts, truth values, lists, contexts."""

from typing import Final

from hypothesis import strategies as st

CONTEXT: Final = {
    "n": 3, "金额": 120, "s": "加急办理", "ok": True, "nothing": None, "xs": [5, -1, 7, 7],
    "rows": [{"plate": "京A1", "load": 3}, {"plate": "京B2", "load": 12}], "applicant": {"name": "李明", "age": 41},
}  # fmt: skip
WORDS: Final = ('"a"', '"foobar"', '"餐饮"', '"A1 b2"', "s", "applicant.name", "rows[1].plate")
_leaf_numbers = st.integers(-30, 30).map(str) | st.sampled_from(("n", "金额", "applicant.age", "rows[2].load", "xs[1]"))
_leaf_texts = st.sampled_from(WORDS)
_leaf_truths = st.sampled_from(("true", "false", "ok"))
_leaf_lists = st.lists(st.integers(-9, 9), max_size=4).map(str) | st.sampled_from(("xs", "rows.load"))
Text = st.SearchStrategy[str]


def _numbers(numbers: Text, texts: Text, truths: Text, lists: Text) -> Text:
    return st.one_of(
        st.builds("({} {} {})".format, numbers, st.sampled_from("+-*"), numbers),
        st.builds("-({})".format, numbers),
        st.builds("(if {} then {} else {})".format, truths, numbers, numbers),
        st.builds("string length({})".format, texts),
        st.builds(
            "{}({})".format, st.sampled_from(("count", "sum")), st.builds("append({}, {})".format, lists, numbers)
        ),
        st.builds("{}({}, {})".format, st.sampled_from(("min", "max")), numbers, numbers),
        st.builds("abs({})".format, numbers),
        st.builds("modulo({}, {})".format, numbers, st.integers(1, 9)),
        st.builds("{{a: {}, b: a + 1}}.b".format, numbers),
        st.builds("(function(x) x + {})({})".format, numbers, numbers),
        st.builds("append({}, {})[-1]".format, lists, numbers),
    )


def _texts(numbers: Text, texts: Text, truths: Text) -> Text:
    return st.one_of(
        st.builds("({} + {})".format, texts, texts),
        st.builds("(if {} then {} else {})".format, truths, texts, texts),
        st.builds("{}({})".format, st.sampled_from(("upper case", "lower case")), texts),
        st.builds("substring({} + {}, {})".format, texts, _leaf_texts, st.sampled_from((1, -1))),
        st.builds("{}({}, {})".format, st.sampled_from(("substring before", "substring after")), texts, _leaf_texts),
        st.builds("string({})".format, numbers | truths),
        st.builds("string join([{}, {}], {})".format, texts, texts, _leaf_texts),
    )


def _truths(numbers: Text, texts: Text, truths: Text, lists: Text) -> Text:
    return st.one_of(
        st.builds("({} {} {})".format, truths, st.sampled_from(("and", "or", "=", "!=")), truths),
        st.builds("not({})".format, truths),
        st.builds("({} {} {})".format, numbers, st.sampled_from(("<", "<=", ">", ">=", "=", "!=")), numbers),
        st.builds("({} {} {})".format, texts, st.sampled_from(("=", "!=", "<", ">")), texts),
        st.builds("({} between {} and {})".format, numbers, st.integers(-20, 0), st.integers(0, 20)),
        st.builds("({} in [{}..{}])".format, numbers, st.integers(-5, 0), st.integers(1, 9)),
        st.builds("({} in ({}, > {}))".format, numbers, numbers, numbers),
        st.builds("({} in {})".format, numbers, lists),
        st.builds("({} {} null)".format, numbers | texts | lists, st.sampled_from(("=", "!="))),
        st.builds("{}({}, {})".format, st.sampled_from(("contains", "starts with", "ends with")), texts, texts),
        st.builds("list contains({}, {})".format, lists, numbers),
        st.builds("(some x in {} satisfies x > {})".format, lists, numbers),
        st.builds("(every x in {} satisfies x <= {})".format, lists, numbers),
        st.builds("matches({}, {})".format, texts, st.sampled_from(('"^[a-z]+"', '"办|京"', '"A1.b"'))),
    )


def _lists(numbers: Text, truths: Text, lists: Text) -> Text:
    return st.one_of(
        st.builds("[{}, {}]".format, numbers, numbers),
        st.builds("{}[item > {}]".format, lists, numbers),
        st.builds("(for x in {} return x + {})".format, lists, numbers),
        st.builds("(for x in 1..{} return {})".format, st.integers(1, 5), numbers),
        st.builds("(for x in {}, y in [1, 2] return x * y)".format, lists),
        st.builds("{}({})".format, st.sampled_from(("reverse", "distinct values", "flatten")), lists),
        st.builds("concatenate({}, {})".format, lists, lists),
        st.builds("union({}, {})".format, lists, lists),
        st.builds("index of({}, {})".format, lists, numbers),
        st.builds("sort({}, function(x, y) x < y)".format, lists),
        st.builds("(if {} then {} else {})".format, truths, lists, lists),
        st.builds("rows[load > {}].load".format, numbers),
    )


def _nested(depth: int) -> tuple[Text, Text, Text, Text]:
    """Numbers, texts, truth values and lists, nested so deep."""
    numbers, texts, truths, lists = _leaf_numbers, _leaf_texts, _leaf_truths, _leaf_lists
    for _ in range(depth):
        numbers, texts, truths, lists = (
            numbers | _numbers(numbers, texts, truths, lists),
            texts | _texts(numbers, texts, truths),
            truths | _truths(numbers, texts, truths, lists),
            lists | _lists(numbers, truths, lists),
        )
    return numbers, texts, truths, lists


expressions: Final = st.one_of(*_nested(2))
