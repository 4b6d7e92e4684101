"""Verbs on units, posts and persons; each is an act in the log."""

from collections.abc import Iterable, Mapping
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
) -> list[Person]:
    """Enter units, posts and persons that are not there yet, as one act; returns the persons entered.

    `organisation` is `{units: [{code, name, name_en, phone, posts: [{code, name, name_en, duties}]}],
    persons: [{login, name, name_en, unit, phone, roles, posts: [{post: "UNIT/code", rank}]}]}`.
    """
    written: list[object] = []
    posts = dict(_posts(session, division))
    units = {unit.code: unit for unit in session.scalars(select(Unit).where(Unit.division == division))}
    for unit in organisation["units"]:
        written += _enter_unit(session, division, unit, units, posts)
    known = set(session.scalars(select(Person.login).where(Person.division == division)))
    hashed = hash_password(password)
    entered = []
    for entry in organisation["persons"]:
        if entry["login"] not in known:
            rows = _person(division, entry, units, posts, hashed, since)
            session.add_all(rows)
            entered.append(rows[0])
            written += rows
    if written:
        session.flush()
        act = Act("organisation.load", actor, at, details={"rows": len(written)})
        record(session, stream_head(session, STREAM), STREAM, division, act, written)
    return [row for row in entered if isinstance(row, Person)]


def _posts(session: Session, division: str) -> Iterable[tuple[str, Post]]:
    rows = session.execute(select(Unit.code, Post).join(Unit, Unit.id == Post.unit_id).where(Post.division == division))
    return ((f"{unit}/{post.code}", post) for unit, post in rows)


def _enter_unit(
    session: Session, division: str, entry: Mapping[str, Any], units: dict[str, Unit], posts: dict[str, Post]
) -> list[object]:
    written: list[object] = []
    unit = units.get(entry["code"])
    if unit is None:
        fields = {key: entry.get(key, "") for key in ("name", "name_en", "uscc", "phone")}
        unit = units[entry["code"]] = Unit(division=division, code=entry["code"], **fields)
        session.add(unit)
        session.flush()
        written.append(unit)
    for one in entry.get("posts", ()):
        name = f"{unit.code}/{one['code']}"
        if name not in posts:
            duties, name_en = one.get("duties", ""), one.get("name_en", one["name"])
            posts[name] = Post(
                division=division, unit_id=unit.id, code=one["code"], name=one["name"], name_en=name_en, duties=duties
            )
            session.add(posts[name])
            written.append(posts[name])
    return written


def _person(
    division: str,
    entry: Mapping[str, Any],
    units: Mapping[str, Unit],
    posts: Mapping[str, Post],
    hashed: str,
    since: date,
) -> list[Person | Holding]:
    person = Person(
        division=division,
        login=entry["login"],
        name=entry["name"],
        name_en=entry.get("name_en", ""),
        unit_id=units[entry["unit"]].id,
        phone=entry.get("phone", ""),
        roles=list(entry.get("roles", ())),
        password_hash=hashed,
    )
    held = [
        Holding(
            division=division,
            post_id=posts[one["post"] if "/" in one["post"] else f"{entry['unit']}/{one['post']}"].id,
            person_id=person.id,
            rank=one.get("rank", "A"),
            valid_from=since,
        )
        for one in entry.get("posts", ())
    ]
    return [person, *held]
