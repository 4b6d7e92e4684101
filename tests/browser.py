"""Chromium for the tests that need a real browser.

`from tests.browser import browser` in a conftest makes the fixture known there. Without a Chromium such tests are
skipped with the reason, except where `CI` is set: there they fail.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

# No sandbox: suites run as root in containers. The rest keeps the browser from talking to anybody but the test.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str | None:
    """Where Chromium is: the environment's `CHROMIUM`, else Debian's, else one on the path; None without one."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    for candidate in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(candidate)
        if found:
            return found
    return None


def unavailable(reason: str) -> None:
    """Skip the test, or fail it where `CI` is set: there a missing browser is a broken set-up."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


# One launch per module, not per session: while Playwright's sync API is open it holds the thread's asyncio loop, and
# a test elsewhere that calls asyncio.run() (a job worker) would be refused.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; make your own context or page from it and close that yourself."""
    path = chromium_path()
    if path is None:
        unavailable("no Chromium found: install Debian's chromium or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield chromium
        finally:
            chromium.close()
