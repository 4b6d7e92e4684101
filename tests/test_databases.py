"""The databases that tests run on: fresh, separate, copied from templates, and gone with the process that asked."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from tests.databases import KINDS, Databases, server

ROOT = Path(__file__).resolve().parent.parent


def _run(url: str, *statements: str) -> list[int]:
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            results = [connection.exec_driver_sql(one) for one in statements]
            return list(results[-1].scalars()) if results[-1].returns_rows else []
    finally:
        engine.dispose()


def test_each_test_gets_an_empty_database(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()
    _run(database_url, "CREATE TABLE left_behind (id INTEGER)")


@pytest.mark.parametrize("kind", KINDS)
def test_copies_of_a_template_are_built_once_and_share_nothing(kind: str, new_database: Databases) -> None:
    built = []

    def build(url: str) -> None:
        built.append(url)
        _run(url, "CREATE TABLE counter (n INTEGER)", "INSERT INTO counter VALUES (1)")

    name = f"counter-{kind}"
    one = new_database(kind, template=name, build=build)
    _run(one, "UPDATE counter SET n = 2")
    other = new_database(kind, template=name, build=build)
    assert _run(one, "SELECT n FROM counter") == [2]
    assert _run(other, "SELECT n FROM counter") == [1]
    assert len(built) == 1


def test_databases_are_dropped_after_the_test(new_database: Databases) -> None:
    databases = Databases(new_database.folder)
    url = databases("postgresql")
    assert _run(url, "SELECT 1") == [1]
    databases.clear()
    with pytest.raises(sa.exc.OperationalError, match="does not exist"):
        _run(url, "SELECT 1")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_server_ends_and_its_folder_goes_however_the_asking_process_ends(how: signal.Signals) -> None:
    asker = subprocess.Popen(
        [sys.executable, "-m", "tests.databases"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert asker.stdout is not None
    folder = Path(asker.stdout.readline().split()[0].removeprefix("host="))
    postmaster = psutil.Process(int((folder / "data" / "postmaster.pid").read_text().splitlines()[0]))
    keeper = postmaster.parent()
    assert keeper is not None
    asker.send_signal(how)
    asker.communicate(timeout=30)
    gone, alive = psutil.wait_procs([postmaster, keeper], timeout=30)
    assert not alive
    assert not folder.exists()
    assert len(gone) == 2


def test_the_server_does_not_run_as_root() -> None:
    postmaster = psutil.Process(int((server().folder / "data" / "postmaster.pid").read_text().splitlines()[0]))
    assert postmaster.uids().effective != 0
    assert os.getpgid(postmaster.pid) != os.getpgid(0)  # a Ctrl-C at the terminal is not for it
