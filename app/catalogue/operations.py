"""Verbs on the catalogue: list a power, publish a version of an item."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.audit.chain import canonical
from app.audit.log import Act, record, stream_head
from app.catalogue.bundle import Compiled
from app.catalogue.models import Blob, Item, ItemVersion, VersionFile
from app.catalogue.queries import next_number
from app.catalogue.rules import item_findings
from app.catalogue.shelf import Shelved
from app.documents.kinds import KINDS
from app.errors import Conflict, Finding, Invalid, Refused, Text
from app.identity.actor import Actor, demand
from app.identity.models import Post, Unit
from app.review import review


def list_power(session: Session, division: str, entry: Mapping[str, Any], actor: Actor, at: datetime) -> Item:
    """Enter an item into the list of powers (R151). Raises Conflict if it is listed, Invalid if its unit is unknown."""
    demand(actor, "catalogue.publish", what=str(entry.get("slug")))
    unit = session.scalar(select(Unit).where(Unit.division == division, Unit.code == entry["dept"]))
    if unit is None:
        raise Invalid(Text(f"没有单位“{entry['dept']}”", f"There is no unit {entry['dept']!r}"))
    if session.scalar(select(Item.id).where(Item.division == division, Item.slug == entry["slug"])):
        raise Conflict(Text(f"“{entry['slug']}”已在清单内", f"{entry['slug']!r} is listed already"))
    item = Item(
        division=division,
        slug=entry["slug"],
        code=entry["task_code"],
        catalog_code=entry["catalog_code"],
        name=entry["task_name"],
        name_en=entry["name_en"],
        task_type=entry["task_type"],
        level=str(entry["use_level"]),
        unit_id=unit.id,
        in_force_from=date.fromisoformat(str(entry["in_force_from"])),
        in_force_to=date.fromisoformat(str(entry["in_force_to"])) if entry.get("in_force_to") else None,
    )
    session.add(item)
    session.flush()
    _log(session, item, Act("item.list", actor, at, details={"code": item.code}), [item])
    return item


def findings(session: Session, division: str, shelved: Shelved) -> list[Finding]:
    """Everything that keeps a shelved item from being published, and what is merely noteworthy."""
    row = session.execute(
        select(Item, Unit.code)
        .join(Unit, Unit.id == Item.unit_id)
        .where(Item.division == division, Item.slug == shelved.slug)
    ).one_or_none()
    item, unit_code = row if row else (None, None)
    found = item_findings(shelved.content, item, unit_code)
    if any(one.code == "item-field-missing" for one in found):
        return found
    found += review(
        shelved.files,
        posts=_post_names(session, division),
        governed=True,
        root=shelved.process_id,
        application=shelved.content["application_form"],
        complete=True,
    )
    if any(one.severity == "error" for one in found):
        return found
    try:
        compiled = Compiled(shelved.files, shelved.process_id)
    except Refused as refused:
        return found + list(refused.findings)
    return found + _unknown_papers(compiled) + _unknown_form(shelved, compiled)


def _post_names(session: Session, division: str) -> frozenset[str]:
    """Every post as diagrams may name it: its code, and `UNIT/code`."""
    rows = session.execute(
        select(Unit.code, Post.code).join(Unit, Unit.id == Post.unit_id).where(Unit.division == division)
    )
    return frozenset(name for unit, post in rows for name in (post, f"{unit}/{post}"))


def _unknown_papers(compiled: Compiled) -> list[Finding]:
    found = []
    for info in compiled.definition.elements.values():
        kinds = [dict(mark.attributes).get("kind", "") for mark in info.marks if mark.kind == "notice"]
        for kind in kinds:
            if kind not in KINDS:
                text = Text(f"没有名为“{kind}”的文书", f"there is no paper {kind!r}")
                remedy = Text(f"可用的文书：{'、'.join(KINDS)}", f"Papers there are: {', '.join(KINDS)}")
                found.append(Finding("error", "notice-unknown", text, remedy, element=info.id, name=info.name))
    return found


def _unknown_form(shelved: Shelved, compiled: Compiled) -> list[Finding]:
    form_id = shelved.content["application_form"]
    if form_id in compiled.forms:
        return []
    text = Text(f"申请表单“{form_id}”不在 forms 清单内", f"the application form {form_id!r} is not among the forms")
    return [
        Finding(
            "error",
            "application-form-unknown",
            text,
            Text("在 forms 中列出它", "List it under forms"),
            file="item.yaml",
        )
    ]


def publish(
    session: Session, division: str, shelved: Shelved, actor: Actor, at: datetime, effective_from: date
) -> ItemVersion:
    """Freeze diagram, forms and decisions into one immutable version of the item, in force from a day on (R164).

    Publishing what is in force on that day anyway returns the version that is. Raises Refused with every finding,
    also where the power exists no more on that day (R151); Forbidden.
    """
    demand(actor, "catalogue.publish", what=shelved.slug)
    found = findings(session, division, shelved)
    if any(one.severity == "error" for one in found):
        raise Refused(found)
    item = session.scalars(
        select(Item).where(Item.division == division, Item.slug == shelved.slug).with_for_update()
    ).one()
    if item.in_force_to is not None and effective_from > item.in_force_to:
        raise Refused([_gone(item, effective_from)])
    digest = content_digest(shelved)
    standing = session.scalar(_standing(item.id, effective_from))
    if standing is not None and standing.digest == digest:
        return standing
    version = ItemVersion(
        division=division,
        item_id=item.id,
        number=next_number(item.id),
        process_id=shelved.process_id,
        content=shelved.content,
        digest=digest,
        effective_from=effective_from,
        published_at=at,
        published_by=actor.name,
    )
    session.add(version)
    session.flush()
    files = _store(session, version, shelved)
    act = Act(
        "item.publish", actor, at, details={"number": version.number, "digest": digest}, item_version_id=version.id
    )
    _log(session, item, act, [version, *files])
    return version


def _standing(item_id: int, on: date) -> Select[ItemVersion]:
    """The version on which a case of that day would run so far."""
    known = select(ItemVersion).where(ItemVersion.item_id == item_id, ItemVersion.effective_from <= on)
    return known.order_by(ItemVersion.effective_from.desc(), ItemVersion.number.desc()).limit(1)


def _gone(item: Item, on: date) -> Finding:
    text = Text(
        f"该事项在权责清单内的效力至 {item.in_force_to} 为止，{on} 已无此职权",
        f"the power ends with {item.in_force_to}: there is none on {on}",
    )
    remedy = Text("改定生效日期", "Choose an earlier day")
    return Finding("error", "item-not-in-force", text, remedy, file="item.yaml", element="plan_effective_date")


def _store(session: Session, version: ItemVersion, shelved: Shelved) -> list[VersionFile]:
    rows = []
    for path, data in shelved.files.items():
        sha256 = hashlib.sha256(data).hexdigest()
        if session.get(Blob, sha256) is None:
            session.add(Blob(sha256=sha256, data=data))
        rows.append(VersionFile(version_id=version.id, path=path, kind=path.rpartition(".")[2], sha256=sha256))
    session.flush()
    session.add_all(rows)
    session.flush()
    return rows


def content_digest(shelved: Shelved) -> str:
    """SHA-256 over what the item says and over every file."""
    files = {path: hashlib.sha256(data).hexdigest() for path, data in shelved.files.items()}
    return hashlib.sha256(canonical({"content": shelved.content, "files": files})).hexdigest()


def _log(session: Session, item: Item, act: Act, rows: list[Any]) -> None:
    stream = f"item:{item.slug}"
    record(session, stream_head(session, stream), stream, item.division, act, rows)
