"""Reads: the actor behind a session, posts by their diagram names, directories."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Row, Select, bindparam, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.identity.actor import Actor, Held
from app.identity.models import Holding, Person, Post, Unit


def person_by_login(division: str, login: str) -> Person | None:
    """The active person with this login."""
    return db.session.scalar(select(Person).where(Person.division == division, Person.login == login, Person.active))


def actor(person_id: int, on: date, stamp: int | None = None) -> Actor | None:
    """The person as an actor with the posts held on `on`; None if inactive or the session's stamp is stale.

    One statement: the person, their unit, their holdings in force and, where they hold as B, the A holder.
    """
    rows = db.session.connection().execute(_ACTOR, {"person": person_id, "on": on}).all()
    if not rows or (stamp is not None and rows[0].stamp != stamp):
        return None
    first = rows[0]
    held = {row.post_id: _held(row) for row in rows if row.post_id is not None}
    return Actor(
        first.id,
        first.name,
        first.unit_id,
        first.unit_name,
        frozenset(first.roles),
        held,
        first.login,
        first.name_en,
        first.unit_name_en,
    )


def _held(row: Row[Any]) -> Held:
    return Held(
        row.post_id,
        row.post_code,
        row.post_name,
        row.post_name_en,
        row.post_unit_id,
        row.post_unit_code,
        row.post_unit_name,
        row.rank,
        row.principal or "" if row.rank == "B" else "",
    )


def _actor_statement() -> Select[Any]:
    on: BindParameter[date] = bindparam("on")
    post_unit, first, holder = aliased(Unit), aliased(Holding), aliased(Person)
    principal = (
        select(holder.name)
        .join(first, first.person_id == holder.id)
        .where(first.post_id == Holding.post_id, first.rank == "A", first.valid_from <= on)
        .where(or_(first.valid_to.is_(None), first.valid_to >= on))
        .limit(1)
        .correlate(Holding)
        .scalar_subquery()
    )
    in_force = (Holding.valid_from <= on) & or_(Holding.valid_to.is_(None), Holding.valid_to >= on)
    return (
        select(Person.id, Person.name, Person.name_en, Person.login, Person.roles, Person.stamp, Person.unit_id)
        .add_columns(Unit.name.label("unit_name"), Unit.name_en.label("unit_name_en"))
        .add_columns(Holding.rank, Post.id.label("post_id"), Post.code.label("post_code"))
        .add_columns(Post.name.label("post_name"), Post.name_en.label("post_name_en"))
        .add_columns(post_unit.id.label("post_unit_id"), post_unit.code.label("post_unit_code"))
        .add_columns(post_unit.name.label("post_unit_name"), principal.label("principal"))
        .join(Unit, Unit.id == Person.unit_id)
        .outerjoin(Holding, (Holding.person_id == Person.id) & in_force)
        .outerjoin(Post, Post.id == Holding.post_id)
        .outerjoin(post_unit, post_unit.id == Post.unit_id)
        .where(Person.id == bindparam("person"), Person.active)
        .order_by(Holding.rank, Post.id)
    )


_ACTOR = _actor_statement()


def post_named(division: str, name: str, unit_id: int) -> Post | None:
    """The post that a diagram names: `code` in `unit_id`, or `UNIT/code` anywhere in the division."""
    unit_code, _, code = name.rpartition("/")
    query = select(Post).join(Unit).where(Post.division == division, Post.code == code)
    return db.session.scalar(query.where(Unit.code == unit_code if unit_code else Unit.id == unit_id))


_post_ids: dict[tuple[str, str, int], int] = {}


def post_id_named(division: str, name: str, unit_id: int) -> int | None:
    """The id of the post that a diagram names. Kept in memory: posts are never renamed nor removed."""
    known = _post_ids.get((division, name, unit_id))
    if known is None:
        post = post_named(division, name, unit_id)
        if post is None:
            return None
        known = _post_ids[division, name, unit_id] = post.id
    return known


def forget_posts() -> None:
    """Drop what `post_id_named` keeps: for a process that changes database, as tests do."""
    _post_ids.clear()


def holders(post_id: int, on: date) -> Sequence[Person]:
    """Who holds a post on a day, A before B."""
    return db.session.scalars(
        select(Person)
        .join(Holding, Holding.person_id == Person.id)
        .where(Holding.post_id == post_id, Holding.valid_from <= on)
        .where(or_(Holding.valid_to.is_(None), Holding.valid_to >= on))
        .order_by(Holding.rank, Person.id)
    ).all()


def people(division: str) -> Sequence[Person]:
    """Every active person of a division, by login."""
    return db.session.scalars(
        select(Person).where(Person.division == division, Person.active).order_by(Person.login)
    ).all()


def units(division: str) -> Sequence[Unit]:
    """Every unit of a division, by code."""
    return db.session.scalars(select(Unit).where(Unit.division == division).order_by(Unit.code)).all()
