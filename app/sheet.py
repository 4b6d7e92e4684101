"""Lists as CSV that opens in a spreadsheet without running anything."""

import csv
import io
from collections.abc import Iterable

from flask import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four: full width
LONGEST = 10_000
"""Rows of one export; more than that is a report, not a list."""


def cell(value: object) -> str:
    """A value as a cell's text; what a spreadsheet would run as a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def sheet(name: str, head: Iterable[object], rows: Iterable[Iterable[object]]) -> Response:
    """The download `name`.csv, UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([cell(one) for one in head])
    writer.writerows([cell(one) for one in row] for row in rows)
    response = Response(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
