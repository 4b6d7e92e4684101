"""Files on their way into a case: stored by hash, bound to a person, attached by the act, found out when altered."""

import io
import os
import resource
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app.audit.models import LogEntry
from app.cases import operations
from app.cases.models import Case
from app.config import current
from app.db import db, transaction
from app.documents import uploads
from app.documents.files import Files, stored_files
from app.documents.models import Attachment, Upload
from app.errors import Conflict, Invalid
from app.identity.actor import Actor
from app.jobs import sweep_files
from app.replay.rebuild import Replayer
from app.replay.verify import verify_house
from tests.documents.samples import PDF, docx, png
from tests.house import County

ITEM = "food_business"


def upload(actor: Actor, county: County, name: str = "执照.pdf", data: bytes = PDF) -> str:
    with transaction() as session:
        return str(uploads.take_in(session, actor, name, io.BytesIO(data), county.at).id)


def apply(county: County, clerk: Actor, *ids: str, **answers: Any) -> int:
    posted = county.application(ITEM) | {"files": [{"id": one} for one in ids]} | answers
    with transaction() as session:
        return operations.start_case(session, ITEM, clerk, posted, channel="window", at=county.at).case.id


def rows(kind: type[Any]) -> list[Any]:
    with transaction(write=False) as session:
        found = list(session.scalars(select(kind)))
        session.expunge_all()
    return found


def test_a_file_goes_from_the_upload_into_the_case_and_the_log_tells_its_hash(both: Flask) -> None:
    from tests.conftest import AT

    county = County(both, AT)
    clerk = county.holder_at_window(ITEM)
    one = upload(clerk, county)
    case_id = apply(county, clerk, one, one)
    assert rows(Upload) == []
    (attached,) = rows(Attachment)
    assert (str(attached.id), attached.case_id, attached.name, attached.size) == (one, case_id, "执照.pdf", len(PDF))
    assert attached.uploaded_by == clerk.name
    assert stored_files().path(attached.sha256).read_bytes() == PDF
    expected = {"id": one, "name": "执照.pdf", "size": len(PDF), "type": "application/pdf", "hash": attached.sha256}
    with transaction(write=False) as session:
        case = session.get_one(Case, case_id)
        entry = session.scalars(select(LogEntry).where(LogEntry.case_id == case_id)).one()
        assert case.data["files"] == [expected]
        assert entry.details["files"] == [attached.sha256]
        assert attached.sha256 in (entry.payload or "")
        assert ["attachment", one] in [seal[:2] for seal in entry.seals]
        assert verify_house(session).breaks == ()
        assert Replayer(session).replay(case).difference is None


def test_the_database_refuses_to_change_an_attachment(both: Flask) -> None:
    from tests.conftest import AT

    county = County(both, AT)
    clerk = county.holder_at_window(ITEM)
    apply(county, clerk, upload(clerk, county))
    with pytest.raises(DBAPIError, match="written once"), transaction() as session:
        session.execute(update(Attachment).values(name="别的.pdf"))


def test_nobody_hands_in_what_another_person_uploaded(county: County) -> None:
    clerk = county.holder_at_window(ITEM)
    other = county.holder_at_window("road_transport")
    assert clerk.person_id != other.person_id
    stolen = upload(other, county)
    with pytest.raises(Invalid) as caught:
        apply(county, clerk, stolen)
    assert "重新上传" in caught.value.errors["Field_files"][0].zh
    assert [str(one.id) for one in rows(Upload)] == [stolen]


@pytest.mark.parametrize("forged", ["1", "99999999999999999999999", "-1", "x" * 30, "١٢٣"])
def test_a_reference_to_nothing_is_told_at_its_field(county: County, forged: str) -> None:
    with pytest.raises(Invalid) as caught:
        apply(county, county.holder_at_window(ITEM), forged)
    assert list(caught.value.errors) == ["Field_files"]


def test_what_is_said_of_a_file_comes_from_the_house_and_not_from_the_sender(county: County) -> None:
    clerk = county.holder_at_window(ITEM)
    one = upload(clerk, county)
    lie = {"id": one, "name": "<script>.html", "size": 1, "type": "text/html", "hash": "0" * 64}
    made = county.application(ITEM)
    with transaction() as session:
        begun = operations.start_case(session, ITEM, clerk, made | {"files": [lie]}, channel="window", at=county.at)
        assert [(file["name"], file["type"]) for file in begun.case.data["files"]] == [("执照.pdf", "application/pdf")]


def test_a_file_is_handed_in_once(county: County) -> None:
    clerk = county.holder_at_window(ITEM)
    one = upload(clerk, county)
    apply(county, clerk, one)
    with pytest.raises(Invalid):
        apply(county, clerk, one)
    with transaction(write=False) as session:
        known = {one: uploads.stored(session.get_one(Attachment, int(one)))}
    with pytest.raises(Conflict, match="handed in elsewhere"), transaction() as session:
        uploads.attach(session, clerk, 1, [one], "", known)


def test_a_refused_act_leaves_the_upload_where_it_was(county: County) -> None:
    clerk = county.holder_at_window(ITEM)
    one = upload(clerk, county)
    with pytest.raises(Invalid) as caught:
        apply(county, clerk, one, applicantName="")
    assert "Field_files" not in caught.value.errors
    assert [str(row.id) for row in rows(Upload)] == [one]
    assert rows(Attachment) == []
    apply(county, clerk, one)


def test_the_same_bytes_lie_on_the_disk_once(county: County) -> None:
    clerk = county.holder_at_window(ITEM)
    upload(clerk, county, "一.pdf")
    upload(clerk, county, "二.pdf")
    assert len({row.sha256 for row in rows(Upload)}) == 1
    assert len([path for path in current().files.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("damage", ["altered", "removed"])
def test_verification_finds_a_file_that_was_tampered_with(county: County, damage: str) -> None:
    clerk = county.holder_at_window(ITEM)
    case_id = apply(county, clerk, upload(clerk, county))
    path = stored_files().path(rows(Attachment)[0].sha256)
    if damage == "altered":
        path.write_bytes(PDF.replace(b"1.4", b"1.5"))
    else:
        path.unlink()
    with transaction(write=False) as session:
        for number in (None, session.get_one(Case, case_id).no):
            broken = [one.where for one in verify_house(session, number).breaks]
            assert broken == [f"file:{path.name}"]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [("空.pdf", b"", "空文件"), ("页.html", b"<html>", "不是可以上传的文件"), ("图.png", PDF, "与文件名不符")],
)
def test_what_is_not_wanted_leaves_nothing_behind(county: County, name: str, data: bytes, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        upload(county.holder_at_window(ITEM), county, name, data)
    assert said in caught.value.text.zh
    assert name in caught.value.text.en
    assert rows(Upload) == []
    assert [path for path in current().files.rglob("*") if path.is_file()] == []


def test_a_file_too_large_is_refused_by_name_and_size(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        Files(tmp_path).keep(io.BytesIO(b"%PDF-" + b"x" * 2_000_000), "大.pdf", 1024 * 1024)
    assert caught.value.text.zh.startswith("“大.pdf”超过 1 MB")


class Endless(io.RawIOBase):
    """Bytes without end, made as they are read."""

    def read(self, size: int = -1) -> bytes:
        return b"%PDF-1.4 " + b"x" * (size - 9)


def test_memory_stays_bounded_whatever_is_sent(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Invalid, match="larger than 200 MB"):
        Files(tmp_path).keep(Endless(), "大.pdf", 200 * 1024 * 1024)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KiB


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\fakepath\\执照.pdf", "执照.pdf"),
        ("../../etc/passwd", "passwd"),
        ("照片\u202egnp.exe", "照片gnp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ('"><img>.png', "img.png"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_names_are_tidied(given: str, kept: str) -> None:
    assert uploads.tidy(given) == kept


def test_nobody_uploads_without_end(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = county.holder_at_window(ITEM)
    monkeypatch.setattr(uploads, "PENDING", 2)
    upload(clerk, county)
    upload(clerk, county)
    with pytest.raises(Invalid, match="hand them in first"):
        upload(clerk, county)


def test_the_sweep_removes_what_nothing_names_and_keeps_the_rest(county: County) -> None:
    clerk = county.holder_at_window(ITEM)
    apply(county, clerk, upload(clerk, county))
    upload(clerk, county, "图.png", png())
    fresh = upload(clerk, county, "信.docx", docx())
    with transaction() as session:
        session.get_one(Upload, int(fresh)).uploaded_at = county.at + timedelta(days=20)
    stray = current().files / "incoming" / "half"
    stray.write_bytes(b"x")
    for path in current().files.rglob("*"):
        if path.is_file():
            os.utime(path, (county.at.timestamp(),) * 2)
    from app import clock

    with clock.frozen(county.at + timedelta(days=31)):
        assert sweep_files() == 2  # the half one, and the picture that was never handed in
    assert [str(row.id) for row in rows(Upload)] == [fresh]
    left = {path.name for path in current().files.rglob("*") if path.is_file()}
    assert left == {row.sha256 for row in (*rows(Upload), *rows(Attachment))}


def test_the_sweep_spares_a_file_that_was_just_written(county: County) -> None:
    kept = stored_files().keep(io.BytesIO(PDF), "a.pdf", 10_000)  # its row is not committed yet
    os.utime(stored_files().path(kept.sha256), (county.at.timestamp() - 3600,) * 2)
    assert sweep_files() == 0
    db.session.remove()
