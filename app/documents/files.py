"""The bytes of uploaded files on disk, each once, under its SHA-256: `files/ab/ab12…`.

A file is whole and on the disk before any row names it; what no row names is swept away later (`uploads.sweep`).
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from app.config import current
from app.documents.sniff import sniff
from app.errors import Invalid, Text

CHUNK = 256 * 1024
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it lies on the disk: `size` in bytes, `type` the media type by content."""

    sha256: str
    size: int
    type: str


def stored_files() -> "Files":
    """The folder of the running application."""
    return Files(current().files)


class Files:
    """The folder of stored files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash lie, or would. Raises ValueError for what is no hash."""
        if len(sha256) != 64 or not _HEX.issuperset(sha256):
            raise ValueError(sha256)
        return self.folder / sha256[:2] / sha256

    def keep(self, stream: IO[bytes], name: str, largest: int) -> Kept:
        """Store what the stream holds. Raises Invalid if it is empty, larger than `largest` bytes, or not wanted."""
        incoming = self.folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        draft = incoming / secrets.token_hex(16)
        try:
            with draft.open("xb+") as file:
                sha256, size = _copy(stream, file, name, largest)
                kind = sniff(file, size, name)
                os.fsync(file.fileno())
            self._place(draft, sha256)
        finally:
            draft.unlink(missing_ok=True)
        return Kept(sha256, size, kind.type)

    def _place(self, draft: Path, sha256: str) -> None:
        target = self.path(sha256)
        target.parent.mkdir(exist_ok=True)
        draft.replace(target)  # also where the same bytes lie already: the sweep sees a fresh file then
        for folder in (target.parent, self.folder):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def is_whole(self, sha256: str) -> bool | None:
        """Whether the bytes still have this hash; None where they are gone."""
        try:
            with self.path(sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except (OSError, ValueError):
            return None

    def stale(self, before: datetime) -> Iterator[Path]:
        """The files that lie here, unfinished ones too, and were last written before that instant."""
        for path in self.folder.glob("*/*"):
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                yield path


def _copy(stream: IO[bytes], file: IO[bytes], name: str, largest: int) -> tuple[str, int]:
    """Copy piece by piece; the hash and size of what was copied."""
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(CHUNK):
        size += len(piece)
        if size > largest:
            megabytes = largest // (1024 * 1024)
            raise Invalid(
                Text(
                    f"“{name}”超过 {megabytes} MB,请压缩或拆分后再上传",
                    f"“{name}” is larger than {megabytes} MB; make it smaller or split it",
                )
            )
        digest.update(piece)
        file.write(piece)
    if not size:
        raise Invalid(Text(f"“{name}”是空文件，请检查后重新上传", f"“{name}” is empty; check it and upload it again"))
    file.flush()
    return digest.hexdigest(), size
