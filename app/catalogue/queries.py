"""Reads of the catalogue: which items there are, and which version a case of a given day runs on."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, func, or_, select

from app.catalogue.models import Blob, Item, ItemVersion, VersionFile
from app.config import current
from app.db import db
from app.errors import NotFound, Text


def item_by_slug(division: str, slug: str) -> Item:
    """The listed item. Raises NotFound."""
    item = db.session.scalar(select(Item).where(Item.division == division, Item.slug == slug))
    if item is None:
        raise NotFound(Text(f"没有事项“{slug}”", f"There is no item {slug!r}"))
    return item


def version_in_force(slug: str, on: date) -> int:
    """The id of the version on which a case received on `on` runs: the newest effective by then (R164).

    Raises NotFound if the item has none, or is not in force on that day (R151).
    """
    version = db.session.scalar(
        select(ItemVersion.id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.division == current().division, Item.slug == slug)
        .where(ItemVersion.effective_from <= on, Item.in_force_from <= on)
        .where(or_(Item.in_force_to.is_(None), Item.in_force_to >= on))
        .order_by(ItemVersion.effective_from.desc(), ItemVersion.number.desc())
        .limit(1)
    )
    if version is None:
        raise NotFound(Text(f"事项“{slug}”在 {on} 没有生效的版本", f"Item {slug!r} has no version in force on {on}"))
    return version


def open_items(division: str, on: date) -> Sequence[Item]:
    """Items that can be applied for on a day, by unit and name."""
    has_version = select(ItemVersion.id).where(ItemVersion.item_id == Item.id, ItemVersion.effective_from <= on)
    return db.session.scalars(
        select(Item)
        .where(Item.division == division, Item.in_force_from <= on, has_version.exists())
        .where(or_(Item.in_force_to.is_(None), Item.in_force_to >= on))
        .order_by(Item.unit_id, Item.name)
    ).all()


def versions(item_id: int) -> Sequence[ItemVersion]:
    """All versions of an item, newest first."""
    return db.session.scalars(
        select(ItemVersion).where(ItemVersion.item_id == item_id).order_by(ItemVersion.number.desc())
    ).all()


def next_number(item_id: int) -> int:
    """The number of the next version."""
    return (db.session.scalar(select(func.max(ItemVersion.number)).where(ItemVersion.item_id == item_id)) or 0) + 1


def files(version_id: int) -> Sequence[Row[str, str, str]]:
    """Path, kind and SHA-256 of a version's files, by path."""
    return db.session.execute(
        select(VersionFile.path, VersionFile.kind, VersionFile.sha256)
        .where(VersionFile.version_id == version_id)
        .order_by(VersionFile.path)
    ).all()


def file_of(item_id: int, number: int, path: str) -> bytes | None:
    """The bytes of a version's file; None where there is none."""
    return db.session.scalar(
        select(Blob.data)
        .join(VersionFile, VersionFile.sha256 == Blob.sha256)
        .join(ItemVersion, ItemVersion.id == VersionFile.version_id)
        .where(ItemVersion.item_id == item_id, ItemVersion.number == number, VersionFile.path == path)
    )
