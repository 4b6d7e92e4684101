"""Pages by key: every row once, in order, forwards and backwards, whatever is typed into the address."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Date, Integer, MetaData, Select, Table, create_engine, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.paging import Order, counted, page

ROWS = Table("rows", MetaData(), Column("id", Integer, primary_key=True), Column("due", Date))
LAST = date(9999, 12, 31)
ENGINE = create_engine("sqlite://")
ROWS.metadata.create_all(ENGINE)
Dues = list[int | None]


def order(descending: bool = False) -> Order:
    return Order((func.coalesce(ROWS.c.due, LAST), ROWS.c.id), descending)


def listed() -> Select[Any]:
    return select(ROWS.c.id)


def filled(session: Session, dues: Dues) -> list[int]:
    session.execute(ROWS.delete())
    day = date(2026, 1, 1)
    values = [{"id": at, "due": None if one is None else day + timedelta(days=one)} for at, one in enumerate(dues)]
    if values:
        session.execute(ROWS.insert(), values)
    return [one["id"] for one in sorted(values, key=lambda one: (one["due"] or LAST, one["id"]))]  # type: ignore[return-value]


@given(st.lists(st.none() | st.integers(0, 5), max_size=25), st.integers(1, 7), st.booleans())
def test_all_pages_together_are_the_whole_list_both_ways(dues: Dues, size: int, descending: bool) -> None:
    with Session(ENGINE) as session:
        expected = filled(session, dues)
        if descending:
            expected.reverse()
        seen: list[int] = []
        back: list[list[int]] = []
        after = None
        while True:
            found = page(session, listed(), order(descending), after=after, size=size)
            seen += [row.id for row in found.rows]
            back.append([row.id for row in found.rows])
            if found.next is None:
                break
            after = found.next
        assert seen == expected
        for earlier in reversed(back[:-1]):
            found = page(session, listed(), order(descending), before=found.previous, size=size)
            assert [row.id for row in found.rows] == earlier
        assert found.previous is None


@pytest.mark.parametrize("place", ["", "!", "bnVsbA", "WzFd", "WyJ4IiwxXQ", "W1tdLHt9XQ", "=" * 9, "W10", "\u4e2d"])
def test_a_place_that_no_list_has_given_out_is_not_found(place: str) -> None:
    with Session(ENGINE) as session, pytest.raises(NotFound):
        page(session, listed(), order(), after=place)


def test_counting_says_how_many() -> None:
    with Session(ENGINE) as session:
        filled(session, [1, 2, None])
        assert counted(session, listed().where(ROWS.c.due.is_not(None))) == (2, True)
