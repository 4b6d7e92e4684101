"""Takes the README's pictures: a temporary demo database, the real server on a free port, Chromium.

`--only NAME…` takes some of them; `--into FOLDER` puts them elsewhere. Exit 1 where a page cannot be reached or a
picture is too heavy.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.config import DEMO_PASSWORD as PASSWORD  # noqa: E402 - the project is a folder, not a package that is installed
from tests.browser import ARGUMENTS, chromium_path  # noqa: E402

HEAVIEST = 400_000  # bytes
SIZE = {"width": 1360, "height": 850}


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: who logs in, which page, what to upload there, and what to click from there (CSS selectors)."""

    name: str
    login: str
    path: str
    follow: tuple[str, ...] = ()
    upload: str = ""
    english: bool = False
    full: bool = False


SHOTS = (
    Shot("login", "", "/login"),
    Shot("tasks", "chenyt", "/tasks"),
    Shot("tasks-en", "chenyt", "/tasks", english=True),
    Shot("task", "chenyt", "/tasks", ("[data-open]",), full=True),
    Shot("start", "chenyt", "/start/food_business"),
    Shot("cases", "supervisor", "/cases"),
    Shot("case", "supervisor", "/cases?item=food_business&stage=closed", ("[data-open]",)),
    Shot("check", "analyst", "/studio/check", ("main form button",), upload="food_business"),
    Shot("replay", "auditor", "/audit/cases?item=food_business", ("[data-open]",)),
)
SPOILS = (  # so that the checker has something to find
    ('<zeebe:formDefinition formId="food_business_survey"/>', ""),
    ('post="reviewer"', 'post="rewiever"'),
    ("= risk.surveyNeeded = false</bpmn:conditionExpression>", "= risk.surveyNeeded = </bpmn:conditionExpression>"),
)


def spoiled(item: str) -> bytes:
    """An item's diagram with a few mistakes in it."""
    text = (ROOT / "processes" / item / f"{item}.bpmn").read_text(encoding="utf-8")
    for find, put in SPOILS:
        if find not in text:
            raise RuntimeError(f"{item}.bpmn has no {find}")
        text = text.replace(find, put, 1)
    return text.encode()


@contextmanager
def server() -> Iterator[str]:
    """A furnished house on a free port, with its data in a temporary folder; gives its address."""
    with tempfile.TemporaryDirectory(prefix="banjie-") as folder:
        environment = {**os.environ, "BANJIE_VAR": folder, "BANJIE_DEMO": "1"}
        environment.pop("DATABASE_URL", None)
        flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
        for command in (["db", "upgrade"], ["demo", "seed"]):
            subprocess.run([*flask, *command], cwd=ROOT, env=environment, check=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = subprocess.Popen(
            [*flask, "serve", "--port", str(port), "--no-jobs"],
            cwd=ROOT,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            _wait_for_address(process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _wait_for_address(process: "subprocess.Popen[str]") -> None:
    """Read what the server says until it names its address; it listens from then on."""
    for line in process.stdout or ():
        if "http://" in line:
            return
    raise RuntimeError("the server ended before it served")


def take(browser: Browser, address: str, shot: Shot, folder: Path) -> int:
    """Take one picture and return its size in bytes."""
    language = "en-GB" if shot.english else "zh-CN"
    with browser.new_context(viewport=SIZE, locale=language, reduced_motion="reduce") as context:  # type: ignore[arg-type]  # a TypedDict by any other name
        page = context.new_page()
        if shot.login:
            log_in(page, address, shot.login)
        page.goto(address + shot.path)
        if shot.upload:
            file = {"name": f"{shot.upload}.bpmn", "mimeType": "application/xml", "buffer": spoiled(shot.upload)}
            page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]  # a FilePayload
        for selector in shot.follow:
            page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")
        path = folder / f"{shot.name}.png"
        page.screenshot(path=path, full_page=shot.full)
    return path.stat().st_size


def log_in(page: Page, address: str, login: str) -> None:
    """Start a session as one of the demo's people."""
    page.goto(f"{address}/login")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url(lambda url: "/login" not in url)


def main() -> int:
    """Take the pictures that the command line asks for; all without arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=[one.name for one in SHOTS])
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "screenshots")
    options = parser.parse_args()
    chromium = chromium_path()
    if chromium is None:
        print("no Chromium: apt-get install chromium, or set CHROMIUM", file=sys.stderr)
        return 1
    options.into.mkdir(parents=True, exist_ok=True)
    heavy = []
    with server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        for shot in SHOTS:
            if options.only and shot.name not in options.only:
                continue
            size = take(browser, address, shot, options.into)
            print(f"{shot.name}.png {size // 1000} kB")
            if size > HEAVIEST:
                heavy.append(shot.name)
        browser.close()
    if heavy:
        print(f"heavier than {HEAVIEST // 1000} kB: {', '.join(heavy)}", file=sys.stderr)
    return 1 if heavy else 0


if __name__ == "__main__":
    sys.exit(main())
