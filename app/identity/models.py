"""Units, posts and the persons who hold them."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, new_id


class Unit(Model):
    """An organ or section that handles items; `code` is unique in a division."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("division", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    division: Mapped[str] = mapped_column(String(6))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    uscc: Mapped[str] = mapped_column(String(18), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")


class Post(Model):
    """A post of a unit; diagrams name it as `code` or `UNIT/code`."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("unit_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    division: Mapped[str] = mapped_column(String(6))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    duties: Mapped[str] = mapped_column(default="")

    unit: Mapped[Unit] = relationship()


class Person(Model):
    """Somebody who may log in. `roles` are desks beyond the clerk's: analyst, auditor, supervisor, administrator."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("division", "login"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    division: Mapped[str] = mapped_column(String(6))
    login: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    phone: Mapped[str] = mapped_column(String(40), default="")
    roles: Mapped[list[Any]] = mapped_column(default=list)
    password_hash: Mapped[str] = mapped_column(String(300))
    stamp: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

    unit: Mapped[Unit] = relationship()


class Holding(Model):
    """Who holds a post, as A or as B, and from when to when (the last day included)."""

    __tablename__ = "holding"
    __table_args__ = (Index(None, "person_id"), Index(None, "post_id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
    division: Mapped[str] = mapped_column(String(6))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rank: Mapped[str] = mapped_column(String(1))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    post: Mapped[Post] = relationship()
    person: Mapped[Person] = relationship()
