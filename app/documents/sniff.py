"""What a file is, told by its bytes alone: neither its name nor the browser's word counts.

Few kinds are taken, each in its plain shape from the first byte to the last, so that no file is two things at once.
Formats: ISO 32000-1 (PDF), PNG (W3C), ITU-T T.81 (JPEG), APPNOTE 6.3 (ZIP), ECMA-376 (docx, xlsx), GB/T 33190 (OFD).
"""

import struct
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from app.errors import Invalid, Text

HEAD = 4096
TAIL = 66_000  # a ZIP's end record may stand this far before the end of the file
MAX_ENTRIES = 5000
MAX_DIRECTORY = 1024 * 1024  # bytes of a ZIP's list of contents
MAX_CHUNKS = 20_000  # of a PNG
MARKUP = (b"<script", b"<html", b"<!doctype", b"<svg", b"<iframe", b"<?php", b"<body")
PNG = b"\x89PNG\r\n\x1a\n"
END_OF_ZIP = b"PK\x05\x06"
_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is taken: its word, media type, and the endings that its name may have."""

    word: str
    type: str
    endings: tuple[str, ...]


PDF = FileKind("PDF", "application/pdf", (".pdf",))
OFD = FileKind("OFD", "application/ofd", (".ofd",))
DOCX = FileKind("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",))
XLSX = FileKind("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",))
PICTURE_PNG = FileKind("PNG", "image/png", (".png",))
PICTURE_JPEG = FileKind("JPEG", "image/jpeg", (".jpg", ".jpeg"))
KINDS = (PDF, OFD, DOCX, XLSX, PICTURE_PNG, PICTURE_JPEG)
TAKEN = "pdf、ofd、docx、xlsx、png、jpg"


def sniff(file: IO[bytes], size: int, name: str) -> FileKind:
    """The kind of an open file of `size` bytes that calls itself `name`.

    Raises Invalid: not one of the kinds, broken or more than one at once, or a name that claims another kind.
    """
    file.seek(0)
    head = file.read(HEAD)
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    kind = _kind(file, size, head, tail, name)
    ending = PurePath(name).suffix.lower()
    if ending not in kind.endings:
        raise _refused(
            f"“{name}”的内容是 {kind.word}，与文件名不符，请把扩展名改为 {kind.endings[0]} 再上传",
            f"“{name}” is {kind.word} by its content, not what its name says; name it {kind.endings[0]}",
        )
    return kind


def _kind(file: IO[bytes], size: int, head: bytes, tail: bytes, name: str) -> FileKind:
    if head.startswith(b"PK\x03\x04"):
        return _zipped(file, size, tail, name)
    if head[:5] == b"%PDF-" and head[5:6].isdigit():
        kind, is_whole = PDF, _ends(tail, b"%%EOF")
    elif head.startswith(PNG):
        kind, is_whole = PICTURE_PNG, _is_png(file, size)
    elif head.startswith(b"\xff\xd8\xff"):
        kind, is_whole = PICTURE_JPEG, b"\xff\xd9" in tail
    else:
        raise _refused(
            f"“{name}”不是可以上传的文件，请上传 {TAKEN}",
            f"“{name}” is none of the files that are taken: pdf, ofd, docx, xlsx, png, jpg",
        )
    if not is_whole:
        raise _broken(name, kind.word)
    _no_second(head, tail, name)
    return kind


def _no_second(head: bytes, tail: bytes, name: str) -> None:
    """Refuse a file that another program would read as a page or as an archive."""
    low = head.lower()
    if END_OF_ZIP in tail or any(mark in low for mark in MARKUP):
        raise _refused(
            f"“{name}”里藏有另一种文件，不能上传，请另存后再试",
            f"“{name}” hides a file of another kind; save it anew and try again",
        )


def _ends(tail: bytes, mark: bytes) -> bool:
    """Whether nothing but blanks follows the last mark."""
    _, found, rest = tail.rpartition(mark)
    return bool(found) and not rest.strip(b" \r\n\t\f\0")


def _is_png(file: IO[bytes], size: int) -> bool:
    """Whether chunk follows chunk up to IEND, and nothing follows that."""
    at = len(PNG)
    for number in range(MAX_CHUNKS):
        file.seek(at)
        header = file.read(8)
        if len(header) < 8 or (number == 0 and header[4:] != b"IHDR"):
            return False
        at += 12 + int.from_bytes(header[:4], "big")
        if header[4:] == b"IEND":
            return at == size
    return False


# --- ZIP -------------------------------------------------------------------------------------------


def _zipped(file: IO[bytes], size: int, tail: bytes, name: str) -> FileKind:
    entries = _entries(file, size, tail)
    if entries is None:
        raise _broken(name, "ZIP")
    if any(entry.rpartition("/")[2].lower() == "vbaproject.bin" for entry in entries):
        raise _refused(f"“{name}”带有宏，请去掉宏后再上传", f"“{name}” has macros; save it without them")
    if "OFD.xml" in entries:
        return OFD
    if "[Content_Types].xml" in entries:
        for kind, part in ((DOCX, "word/document.xml"), (XLSX, "xl/workbook.xml")):
            if part in entries:
                return kind
    raise _refused(
        f"“{name}”是压缩包，无法核对其中内容，请解压后逐个上传 {TAKEN}",
        f"“{name}” is an archive whose contents cannot be checked; unpack it and upload the files one by one",
    )


def _entries(file: IO[bytes], size: int, tail: bytes) -> set[str] | None:
    """The names in an archive that is one from its first byte to its last; None for any other."""
    if len(tail) < _END.size:
        return None
    mark, disk, first, here, count, length, offset, comment = _END.unpack(tail[-_END.size :])
    plain = mark == END_OF_ZIP and not (disk or first or comment) and here == count
    whole = offset + length + _END.size == size
    if not plain or not whole or count > MAX_ENTRIES or length > MAX_DIRECTORY:
        return None
    file.seek(offset)
    directory = file.read(length)
    names: set[str] = set()
    at = 0
    for _ in range(count):
        if at + _ENTRY.size > length:
            return None
        fields = _ENTRY.unpack_from(directory, at)
        encrypted, spans = fields[3] & 1, fields[10:13]
        begin = at + _ENTRY.size
        if fields[0] != b"PK\x01\x02" or encrypted:
            return None
        names.add(directory[begin : begin + spans[0]].decode("utf-8", "replace"))
        at = begin + sum(spans)
    return names if at == length else None


def _broken(name: str, word: str) -> Invalid:
    return _refused(
        f"“{name}”不是完整的 {word} 文件（可能没有传完，或者末尾附加了别的内容），请重新生成后再上传",
        f"“{name}” is not a whole {word} file: it is cut off, encrypted, or something is appended to it; make it anew",
    )


def _refused(zh: str, en: str) -> Invalid:
    return Invalid(Text(zh, en))
