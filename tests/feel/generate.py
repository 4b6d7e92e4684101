"""Generated FEEL: expressions that are right, texts that need not be, contexts of the host's values."""

from datetime import UTC, date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from app.feel.builtins import BUILTINS

NAMES = ("a", "b", "金额", "applicant", "xs", "case", "备注", "first name")
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.integers()
    | st.floats()
    | st.decimals(allow_nan=True, allow_infinity=True)
    | st.text(max_size=12)
    | st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
    | st.times()
    | st.timedeltas(min_value=timedelta(days=-9999), max_value=timedelta(days=9999))
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
contexts = st.dictionaries(st.sampled_from(NAMES), values, max_size=len(NAMES))
moments = st.none() | st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1 < at.year < 9999)
booleans = st.sampled_from((True, False, None))
numbers = st.decimals(min_value=Decimal(-(10**12)), max_value=Decimal(10**12), places=4)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))

_literals = st.sampled_from(
    (
        "1", "0", "-3", "2.5", "1e30", '"a"', '"急"', '""', "true", "false", "null", "[]", "{}", '@"2026-02-17"',
        '@"2026-02-17T08:30:00+08:00"', '@"08:30:00"', '@"P1D"', '@"P1Y2M"', "[1..3]", "(< 5)", '@"x"',
    )
)  # fmt: skip
_names = st.sampled_from((*NAMES, "item", "partial", "x", "case.a.b", "xs.a", "now()", "today()"))
_operators = st.sampled_from(("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"))
_functions = st.sampled_from(sorted(BUILTINS))


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, _operators, inner),
        st.builds("(if {} then {} else {})".format, inner, inner, inner),
        st.builds("(for x in {} return {})".format, inner, inner),
        st.builds("(for x in 1..{} return {})".format, st.integers(-5, 30), inner),
        st.builds("({} x in {} satisfies {})".format, st.sampled_from(("some", "every")), inner, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("({}).a".format, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{a: {}, b: {}}}".format, inner, inner),
        st.builds("[{}..{})".format, inner, inner),
        st.builds("({} between {} and {})".format, inner, inner, inner),
        st.builds("({} in ({}, > {}))".format, inner, inner, inner),
        st.builds("({} instance of {})".format, inner, st.sampled_from(("number", "list<string>", "context<a: Any>"))),
        st.builds("-{}".format, inner),
        st.builds("(function(x, y) {})({}, {})".format, inner, inner, inner),
        st.builds("{}({})".format, _functions, inner),
        st.builds("{}({}, {})".format, _functions, inner, inner),
        st.builds("{}({}, {}, {})".format, _functions, inner, inner, inner),
        st.builds("sort({}, function(x, y) {})".format, inner, inner),
    )


expressions = st.recursive(_literals | _names, _compound, max_leaves=10)
tests = st.one_of(
    expressions,
    st.builds("{} {}".format, st.sampled_from(("<", "<=", ">", ">=", "=", "!=")), expressions),
    st.builds("not({})".format, expressions),
    st.builds("{}, {}".format, expressions, expressions),
    st.just("-"),
)
_pieces = st.sampled_from(
    (
        "if", "then", "else", "for", "in", "return", "some", "satisfies", "and", "or", "not", "between", "(", ")",
        "[", "]", "{", "}", "..", ",", ":", ".", "+", "-", "*", "**", "/", "<", ">", "=", "!=", "@", '"', "'", "?",
        "1", "2.5", "a", "b-c", "function", "external", "instance of", "list<", "->", "//", "/*", "*/", "\\", "急",
        "date and time", "（", "\u200b", "\n", "\t", " ", "🐎", "\ud800", "1..2", "]1", "2[", "null", "true", "x",
    )
)  # fmt: skip
texts = (
    st.text(max_size=60) | st.lists(_pieces, max_size=40).map(" ".join) | st.lists(_pieces, max_size=40).map("".join)
)
