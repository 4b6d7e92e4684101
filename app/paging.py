"""Lists page by page, by the key of the row where the last page ended: a late page costs what the first one costs."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.errors import NotFound, Text

SIZE = 50
COUNTED = 1000
"""Rows are counted up to here; beyond it a list says «more than»."""

_READ: Mapping[type, Callable[[Any], object]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    int: int,
    str: str,
    bool: bool,
}


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: columns that are never null, the last one unique, all in one direction."""

    keys: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list; `previous` and `next`: the `before` and `after` of the neighbours, where there are any."""

    rows: Sequence[Row[Any]]
    previous: str | None = None
    next: str | None = None


def page(
    session: Session,
    statement: Select[Any],
    order: Order,
    *,
    after: str | None = None,
    before: str | None = None,
    size: int = SIZE,
) -> Page:
    """The rows after (or before) a place in the list; both None: the first ones.

    Raises NotFound where the place is not one that this list has given out.
    """
    backwards = before is not None and after is None
    place = before if backwards else after
    descending = order.descending is not backwards
    statement = statement.add_columns(*(key.label(f"_key{at}") for at, key in enumerate(order.keys)))
    if place is not None:
        here = tuple_(*order.keys)
        there = tuple_(*(literal(value, key.type) for value, key in zip(_read(place, order), order.keys, strict=True)))
        statement = statement.where(here < there if descending else here > there)
    statement = statement.order_by(*(key.desc() if descending else key.asc() for key in order.keys))
    found = list(session.execute(statement.limit(size + 1)))
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page(rows)
    first, last = _write(rows[0], order), _write(rows[-1], order)
    if backwards:
        return Page(rows, first if more else None, last)
    return Page(rows, first if place is not None else None, last if more else None)


def counted(session: Session, statement: Select[Any]) -> tuple[int, bool]:
    """How many rows a list has, and whether that is all: counting ends at `COUNTED`."""
    inner = statement.with_only_columns(literal(1)).order_by(None).limit(COUNTED + 1).subquery()
    found = session.scalar(select(func.count()).select_from(inner)) or 0
    return min(found, COUNTED), found <= COUNTED


def _write(row: Row[Any], order: Order) -> str:
    values = row[-len(order.keys) :]
    plain = [one.isoformat() if isinstance(one, date) else one for one in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(place: str, order: Order) -> list[object]:
    try:
        values = json.loads(base64.urlsafe_b64decode(place + "=" * (-len(place) % 4)))
        if not isinstance(values, list) or len(values) != len(order.keys):
            raise ValueError(place)
        return [_value(value, _kind(key.type)) for value, key in zip(values, order.keys, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError) as problem:
        raise NotFound(Text("没有这一页，请从第一页看起", "There is no such page; start at the first")) from problem


def _kind(of: TypeEngine[Any]) -> type:
    return (of.impl_instance if isinstance(of, TypeDecorator) else of).python_type


def _value(value: Any, kind: type) -> object:
    """A key's value, if the database could hold it. Raises ValueError, TypeError."""
    read = _READ[kind](value)
    if isinstance(read, int) and abs(read) >= 2**63:
        raise ValueError(f"{read} is no key")
    if isinstance(read, str) and "\0" in read:
        raise ValueError("a key holds no NUL")
    if isinstance(read, datetime) and read.tzinfo is None:
        raise ValueError(f"{read} has no zone")
    str(read).encode()  # half a character pair is no text
    return read
