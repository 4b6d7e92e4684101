"""An export opens in a spreadsheet and runs nothing."""

import csv
import io

import pytest
from flask import Flask

from app.sheet import cell, sheet


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-1", "@sum", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20a"]
)
def test_what_would_be_a_formula_becomes_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(("value", "text"), [(None, ""), (12, "12"), ("陈静", "陈静"), ("a=b", "a=b")])
def test_everything_else_stays_what_it_is(value: object, text: str) -> None:
    assert cell(value) == text


def test_a_sheet_reads_back_cell_by_cell() -> None:
    with Flask("sheets").test_request_context():
        answer = sheet("list", ["编号", "名称"], [("1", 'a,"b"\nc'), ("2", None)])
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows == [["编号", "名称"], ["1", 'a,"b"\nc'], ["2", ""]]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="list.csv"'
