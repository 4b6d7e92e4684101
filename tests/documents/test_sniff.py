"""What a file is, is said by its bytes; whatever is not plainly one of the kinds is refused with the reason."""

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.sniff import HEAD, MARKUP, TAKEN, sniff
from app.errors import Invalid
from tests.documents.samples import JPEG, PDF, archive, docx, ofd, png, xlsx


def kind(data: bytes, name: str) -> str:
    return sniff(io.BytesIO(data), len(data), name).type


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(Invalid) as caught:
        kind(data, name)
    assert name in caught.value.text.zh
    assert name in caught.value.text.en
    return caught.value.text.zh


@pytest.mark.parametrize(
    ("data", "name", "type_"),
    [
        (PDF, "a.pdf", "application/pdf"),
        (PDF + b"\r\n\0\0", "A.PDF", "application/pdf"),
        (png(), "图.png", "image/png"),
        (png(extra=b"x" * 9000), "图.png", "image/png"),
        (JPEG, "a.jpeg", "image/jpeg"),
        (JPEG, "a.jpg", "image/jpeg"),
        (docx(), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (xlsx(), "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (ofd(), "a.ofd", "application/ofd"),
    ],
)
def test_each_kind_is_known_by_its_bytes(data: bytes, name: str, type_: str) -> None:
    assert kind(data, name) == type_


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "a.html"),
        (b"<html>", "a.pdf"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "a.svg"),
        (b'<?xml version="1.0"?><svg/>', "a.png"),
        (b"MZ\x90\0", "a.exe"),
        (b"GIF89a;", "a.gif"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc"),
        (b"name,age\n", "a.csv"),
        (b" %PDF-1.4\n%%EOF", "a.pdf"),
        (b"%PDF-x\n%%EOF", "a.pdf"),
    ],
)
def test_no_other_kind_is_taken_whatever_it_is_called(data: bytes, name: str) -> None:
    assert TAKEN in refusal(data, name)


@pytest.mark.parametrize(
    ("data", "name"), [(PDF, "a.png"), (PDF, "a"), (PDF, "a.pdf.exe"), (docx(), "a.xlsx"), (JPEG, "a.png")]
)
def test_a_name_that_claims_another_kind_is_refused(data: bytes, name: str) -> None:
    assert "与文件名不符" in refusal(data, name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (PDF[:-10], "a.pdf"),
        (PDF + b"appended", "a.pdf"),
        (png()[:-4], "a.png"),
        (png() + b"x", "a.png"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 40, "a.png"),
        (JPEG[:-2], "a.jpg"),
        (docx() + b"x", "a.docx"),
        (b"PK\x03\x04" + b"\0" * 60, "a.docx"),
        (b"PK\x03\x04", "a.docx"),
        (b"PK\x03\x04 before" + docx(), "a.docx"),
        (archive("[Content_Types].xml", "word/document.xml", comment=b"<html>"), "a.docx"),
    ],
)
def test_a_file_that_is_cut_off_or_goes_on_is_refused(data: bytes, name: str) -> None:
    assert "不是完整的" in refusal(data, name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.4\n<script>alert(1)</script>\n%%EOF", "a.pdf"),
        (JPEG[:-2] + docx() + b"\xff\xd9", "a.jpg"),
        (png(extra=b"<SVG onload=x>"), "a.png"),
        (b"%PDF-1.4\n" + docx() + b"%%EOF", "a.pdf"),
    ],
)
def test_a_file_that_is_two_things_at_once_is_refused(data: bytes, name: str) -> None:
    assert "另一种文件" in refusal(data, name)


def test_an_archive_is_to_be_unpacked_and_macros_are_to_be_left_out() -> None:
    assert "压缩包" in refusal(archive("a.pdf"), "a.zip")
    assert "宏" in refusal(docx("word/vbaProject.bin"), "a.docx")


def test_an_archive_with_too_many_entries_is_refused_unread() -> None:
    assert "不是完整的" in refusal(archive(*(f"{number}" for number in range(5001))), "a.docx")


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04"])
)
def test_any_bytes_get_a_verdict_and_no_markup_is_taken(data: bytes, head: bytes) -> None:
    whole = head + data
    for name in ("a.pdf", "a.png", "a.jpg", "a.docx", "a.ofd"):
        try:
            kind(whole, name)
        except Invalid:
            continue
        assert not any(mark in whole[:HEAD].lower() for mark in MARKUP)


@given(st.sampled_from([PDF, png(extra=b"t"), JPEG, docx(), ofd()]), st.data())
def test_a_changed_byte_never_breaks_the_sniffer(data: bytes, draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(data) - 1))
    changed = data[:at] + bytes([draw.draw(st.integers(0, 255))]) + data[at + 1 :]
    for name in ("a.pdf", "a.png", "a.jpg", "a.docx", "a.ofd"):
        with suppress(Invalid):
            assert kind(changed, name).split("/")[0] in ("application", "image")
