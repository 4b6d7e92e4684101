"""Settings from the environment, in one frozen dataclass."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import current_app

DEMO_PASSWORD = "banjie"  # noqa: S105 - of the fictional county's people; `make run` prints it
ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment may choose. Defaults serve `make run` on one machine.

    database_url     SQLite file or PostgreSQL (`postgresql://…`); `DATABASE_URL`
    secret_key       signs sessions; `SECRET_KEY`, or made once and kept in `var/`
    var              folder of the database file, the key, uploaded files and the message spool; `BANJIE_VAR`
    division         six-digit administrative division (GB/T 2260); `BANJIE_DIVISION`
    centre, centre_en  name of the approval centre on pages and papers
    complaint_phone  printed on every notice (R131); `BANJIE_COMPLAINT_PHONE`
    language         `zh` or `en`, before a person chooses
    demo             show demo logins on the login page; `BANJIE_DEMO`
    https            cookies only over TLS; `BANJIE_HTTPS`
    largest_file     bytes that one uploaded file may have; `BANJIE_LARGEST_FILE_MB`
    """

    database_url: str
    secret_key: str
    var: Path
    division: str = "990000"
    centre: str = "示范县政务服务中心"
    centre_en: str = "Shifan County Government Service Centre"
    complaint_phone: str = "0000-12345"
    language: str = "zh"
    demo: bool = False
    https: bool = False
    largest_file: int = 20 * MEGABYTE

    @property
    def files(self) -> Path:
        """Folder of the uploaded files; servers of one database have to share it."""
        return self.var / "files"


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings as the environment says; makes and keeps a secret key where none is given."""
    var = Path(environ.get("BANJIE_VAR", ROOT / "var")).resolve()
    var.mkdir(parents=True, exist_ok=True)
    return Settings(
        database_url=database_url(environ.get("DATABASE_URL") or f"sqlite:///{var / 'banjie.sqlite'}"),
        secret_key=environ.get("SECRET_KEY") or _kept_key(var / "secret-key"),
        var=var,
        division=environ.get("BANJIE_DIVISION", "990000"),
        centre=environ.get("BANJIE_CENTRE", "示范县政务服务中心"),
        centre_en=environ.get("BANJIE_CENTRE_EN", "Shifan County Government Service Centre"),
        complaint_phone=environ.get("BANJIE_COMPLAINT_PHONE", "0000-12345"),
        language=environ.get("BANJIE_LANGUAGE", "zh"),
        demo=environ.get("BANJIE_DEMO", "") == "1",
        https=environ.get("BANJIE_HTTPS", "") == "1",
        largest_file=int(environ.get("BANJIE_LARGEST_FILE_MB", "20")) * MEGABYTE,
    )


def current() -> Settings:
    """The settings of the running application."""
    return cast(Settings, current_app.extensions["settings"])


def database_url(url: str) -> str:
    """The URL with psycopg 3 named as PostgreSQL's driver."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _kept_key(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    key = secrets.token_hex(32)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key
