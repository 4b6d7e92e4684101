"""The house served on a loopback port over a furnished database, and people at browsers who visit it.

The clock is frozen for the whole process, so the test moves it for the server as well. At the end of a test no page
may have complained: no script error, no console error, no violation of the content security policy.
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from app import clock
from app.config import DEMO_PASSWORD as PASSWORD
from app.law.clock import ZONE
from tests.assets.conftest import AXE, RULES
from tests.browser import browser  # noqa: F401 - a fixture
from tests.databases import Databases
from tests.house import County, furnished, open_house

PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)
SIZE: ViewportSize = {"width": 1440, "height": 900}
_NUMBERS = count(1)


def at(text: str) -> datetime:
    """An instant in the centre's time, `2026-02-11 09:30`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass
class Person:
    """Somebody at a browser of their own."""

    context: BrowserContext
    page: Page
    origin: str
    scripts: bool = True
    expected: set[int] = field(default_factory=set)
    """Statuses of refusals that the test asks for; the browser's console notes them."""
    errors: list[str] = field(default_factory=list)

    def hears(self, message: ConsoleMessage) -> None:
        refused = re.search(r"responded with a status of (\d+)", message.text)
        if message.type == "error" and not (refused and int(refused[1]) in self.expected):
            self.errors.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> Page:
        """Open a page of the house; where it has a bundle, when that is done."""
        self.page.goto(self.origin + path)
        return self.ready()

    def ready(self) -> Page:
        """The page, when its scripts are done."""
        self.page.wait_for_load_state("load")
        bundles = self.page.locator("script[src*='/dist/']:not([src*='/dist/ui.js'])")
        if self.scripts and bundles.count():
            self.page.wait_for_selector("html[data-ready='1']", state="attached")
        return self.page

    def log_in(self, login: str) -> Page:
        """Through the login page, as everybody does."""
        self.page.goto(f"{self.origin}/login")
        self.page.locator("#login").fill(login)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("main form button").click()
        self.page.wait_for_url(lambda url: "/login" not in url)
        return self.page

    def axe(self) -> list[str]:
        """The accessibility rules (WCAG 2.2 A and AA) that the page breaks, with the first place of each."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("options => axe.run(document, options)", RULES)
        return [f"{one['id']}: {len(one['nodes'])} × {one['nodes'][0]['html'][:200]}" for one in found["violations"]]

    def shot(self, name: str) -> None:
        """Keep a picture of the page for a person to look at, where `SHOTS` names a folder."""
        folder = os.environ.get("SHOTS")
        if folder:
            Path(folder).mkdir(exist_ok=True)
            self.page.screenshot(path=f"{folder}/{next(_NUMBERS):03} {name}.png", full_page=True)

    def complaints(self) -> list[str]:
        """What went wrong so far."""
        return self.errors


@dataclass
class Town:
    """A served house: its address, its people's acts, and its clock."""

    app: Flask
    origin: str
    browser: Browser
    stack: ExitStack
    county: County
    people: list[Person] = field(default_factory=list)

    def time(self, text: str) -> datetime:
        """Put the clock, `2026-02-11 09:30`; it stands there until put again."""
        now = at(text)
        self.stack.enter_context(clock.frozen(now))
        self.county.at = now
        return now

    def person(
        self, login: str = "", *, english: bool = False, scripts: bool = True, expect: set[int] | None = None
    ) -> Person:
        """Somebody at a fresh browser, logged in; a stranger without a `login`."""
        context = self.browser.new_context(
            viewport=SIZE,
            locale="en-GB" if english else "zh-CN",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        self.stack.callback(context.close)
        made = Person(context, context.new_page(), self.origin, scripts, expect or set())
        watch(made)
        self.people.append(made)
        if login:
            made.log_in(login)
        return made

    def settle(self) -> None:
        """Nothing may have complained."""
        assert [one for person in self.people for one in person.complaints()] == []


def watch(person: Person) -> None:
    """Collect everything that a person's pages complain about; policy violations come through the console."""
    person.page.on("console", person.hears)
    person.page.on("pageerror", lambda error: person.errors.append(f"{person.page.url}: {error}"))


class Quiet(WSGIRequestHandler):
    """Answers without a line per request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""


@contextmanager
def opened(url: str, var: Path, browser: Browser, now: str) -> Iterator[Town]:  # noqa: F811 - not the fixture
    """The house on a database, served until the end, with its clock at `now`."""
    with open_house(url, var) as app, ExitStack() as stack:
        app.extensions["settings"] = replace(app.extensions["settings"], demo=True)
        server = ThreadedWSGIServer("127.0.0.1", 0, app, handler=Quiet)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="house")
        thread.start()
        town = Town(app, f"http://127.0.0.1:{server.server_port}", browser, stack, County(app, at(now)))
        town.time(now)
        try:
            yield town
        finally:
            stack.close()
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.fixture
def town(new_database: Databases, tmp_path: Path, browser: Browser) -> Iterator[Town]:  # noqa: F811 - the fixture above
    """The served house, the clock on Wednesday 11 February 2026, four days before the Spring Festival."""
    url = new_database("sqlite", template="house", build=furnished)
    with opened(url, tmp_path, browser, "2026-02-11 09:30") as place:
        yield place
        place.settle()
