"""Verbs on units, posts and persons; each is an act in the log."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from app.audit.log import Act, Who, record, stream_head
from app.identity.models import Holding, Person, Post, Unit

STREAM = "house"


def hash_password(password: str) -> str:
    """A scrypt hash."""
    return generate_password_hash(password)


def password_fits(person: Person | None, password: str) -> bool:
    """Whether the password is the person's. Takes as long for an unknown login as for a wrong password."""
    fits = check_password_hash(person.password_hash if person else _nobody(), password)
    return fits and person is not None


@cache
def _nobody() -> str:
    return hash_password("")


def load_organisation(
    session: Session,
    division: str,
    organisation: Mapping[str, Any],
    actor: Who,
    at: datetime,
    *,
    password: str,
    since: date,
) -> int:
    """Enter units, posts and persons that are not there yet, as one act; returns how many persons were entered.

    `organisation` is `{units: [{code, name, name_en, uscc, phone}], posts: [{unit, code, name, name_en, duties}],
    persons: [{login, name, name_en, unit, phone, roles, holds: [{unit, post, rank}]}]}`.
    """
    units = {one.code: one for one in session.scalars(select(Unit).where(Unit.division == division))}
    new_units = [_unit(division, one) for one in organisation["units"] if one["code"] not in units]
    units |= {one.code: one for one in new_units}
    posts = _posts(session, division)
    new_posts = {
        (one["unit"], one["code"]): _post(division, one, units)
        for one in organisation["posts"]
        if (one["unit"], one["code"]) not in posts
    }
    posts |= new_posts
    known = set(session.scalars(select(Person.login).where(Person.division == division)))
    hashed = hash_password(password)
    persons: list[Person] = []
    held: list[Holding] = []
    for entry in organisation["persons"]:
        if entry["login"] not in known:
            persons.append(_person(division, entry, units, hashed))
            held += _held(division, entry, persons[-1], posts, since)
    for rows in (new_units, list(new_posts.values()), persons, held):
        session.add_all(rows)
        session.flush()
    if written := [*new_units, *new_posts.values(), *persons, *held]:
        act = Act("organisation.load", actor, at, details={"rows": len(written)})
        record(session, stream_head(session, STREAM), STREAM, division, act, written)
    return len(persons)


def _posts(session: Session, division: str) -> dict[tuple[str, str], Post]:
    rows = session.execute(select(Unit.code, Post).join(Unit, Unit.id == Post.unit_id).where(Post.division == division))
    return {(unit, post.code): post for unit, post in rows}


def _unit(division: str, entry: Mapping[str, Any]) -> Unit:
    fields = {key: entry.get(key, "") for key in ("code", "name", "name_en", "uscc", "phone")}
    return Unit(division=division, **fields)


def _post(division: str, entry: Mapping[str, Any], units: Mapping[str, Unit]) -> Post:
    fields = {key: entry.get(key, "") for key in ("code", "name", "name_en", "duties")}
    return Post(division=division, unit_id=units[entry["unit"]].id, **fields)


def _person(division: str, entry: Mapping[str, Any], units: Mapping[str, Unit], hashed: str) -> Person:
    fields = {key: entry.get(key, "") for key in ("login", "name", "name_en", "phone")}
    unit_id, roles = units[entry["unit"]].id, list(entry.get("roles", ()))
    return Person(division=division, unit_id=unit_id, roles=roles, password_hash=hashed, **fields)


def _held(
    division: str, entry: Mapping[str, Any], person: Person, posts: Mapping[tuple[str, str], Post], since: date
) -> list[Holding]:
    return [
        Holding(
            division=division,
            post_id=posts[one["unit"], one["post"]].id,
            person_id=person.id,
            rank=one.get("rank", "A"),
            valid_from=since,
        )
        for one in entry.get("holds", ())
    ]
