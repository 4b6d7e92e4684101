"""The list of powers, and the immutable versions of its items."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, new_id
from app.identity.models import Unit


class Item(Model):
    """An entry of the list of powers (权责清单): what a unit may handle at all (R151).

    code           implementation code (实施编码), 31 characters; `catalog_code` is its last 12
    slug           folder name in `processes/`, stable, used in addresses
    level          exercise level, GB/T 39046 table A.2
    in_force_from, in_force_to   days on which the power exists, the last included
    """

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("division", "slug"), UniqueConstraint("division", "code"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    division: Mapped[str] = mapped_column(String(6))
    slug: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(50))
    catalog_code: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    task_type: Mapped[str] = mapped_column(String(2))
    level: Mapped[str] = mapped_column(String(1))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    in_force_from: Mapped[date]
    in_force_to: Mapped[date | None]

    unit: Mapped[Unit] = relationship()


class ItemVersion(Model):
    """Diagram, forms, decisions, limits and materials of an item, frozen together; the database refuses UPDATE.

    content         what `item.yaml` says, as JSON
    digest          SHA-256 over content and files
    effective_from  cases received from this day on run on it; earlier ones stay where they are (R164)
    """

    __tablename__ = "item_version"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    division: Mapped[str] = mapped_column(String(6))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    number: Mapped[int]
    process_id: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    effective_from: Mapped[date]
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(80))

    item: Mapped[Item] = relationship()


class VersionFile(Model):
    """One file of a version: its path in the shelf and the hash of its bytes."""

    __tablename__ = "version_file"
    __table_args__ = (UniqueConstraint("version_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    path: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))


class Blob(Model):
    """Bytes by their SHA-256."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
