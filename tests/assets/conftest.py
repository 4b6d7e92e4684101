"""Pages rendered without a server, opened in Chromium under the strict policy, with every complaint collected."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template
from flask_babel import Babel, get_locale
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

from app import templating
from app.errors import Text
from app.identity.actor import Actor, Held, roles_of
from tests.browser import browser  # noqa: F401 - a fixture

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
ORIGIN = "http://banjie.test"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".txt": "text/plain"}
LISTEN = """
window.complaints = [];
document.addEventListener('securitypolicyviolation', event =>
  window.complaints.push(`${event.violatedDirective} ${event.sourceFile}:${event.lineNumber}`));
"""
AXE = ROOT / "app" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}

CLERK = Actor(
    7,
    "李静",
    1,
    "政务服务中心",
    frozenset({"auditor"}),
    {3: Held(3, "window", "综合窗口", "General window", 1, "centre", "政务服务中心", "A")},
    name_en="Li Jing",
    unit_name_en="Service centre",
)


class Centre:
    """What base.html reads of the settings."""

    centre, centre_en, complaint_phone = "示范县政务服务中心", "Shifan County Government Service Centre", "0000-12345"


@pytest.fixture(scope="session")
def house() -> Flask:
    """An application with the templates and nothing behind them."""
    app = Flask("app", root_path=str(APP), template_folder="templates", static_folder="static")
    app.config.update(SECRET_KEY="x" * 32, WTF_CSRF_CHECK_DEFAULT=False, SERVER_NAME="banjie.test")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(APP / "translations")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(APP / "templates"), FileSystemLoader(Path(__file__).parent / "pages")]
    )
    CSRFProtect(app)
    Babel(app, locale_selector=lambda: app.config["LANGUAGE"])
    for rule, endpoint in (
        ("/login", "identity.log_in"),
        ("/logout", "identity.logout"),
        ("/language/<code>", "identity.choose_language"),
        ("/tasks", "cases.tasks"),
        ("/cases", "cases.cases"),
        ("/replay", "replay.cases"),
        ("/page", "page"),
    ):
        app.add_url_rule(rule, endpoint, lambda **_: "")
    templating.install(app)
    app.jinja_env.filters["t"] = lambda text: text.to(_language()) if isinstance(text, Text) else text
    return app


def _language() -> str:
    return "en" if str(get_locale()).startswith("en") else "zh"


@pytest.fixture
def render(house: Flask) -> Callable[..., str]:
    """`render(template, language, query, **values)`: a page as HTML."""

    def make(template: str, language: str = "zh_CN", query: str = "", **values: Any) -> str:
        house.config["LANGUAGE"] = language
        frame = {
            "visitor": lambda: values.get("who", CLERK),
            "roles_of": roles_of,
            "language": _language,
            "settings": lambda: Centre,
        }
        with house.test_request_context(f"/page{query}"):
            return render_template(template, **frame, **values)

    return make


@dataclass
class Desk:
    """A browser tab with what it was sent and what went wrong in it."""

    page: Page
    documents: dict[str, str] = field(default_factory=dict)
    posts: list[Request] = field(default_factory=list)
    answers: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def open(self, html: str, path: str = "/page") -> Page:
        """Show a page; scripts have run when this returns."""
        self.documents[path.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]] = html
        self.page.goto(ORIGIN + path)
        return self.page

    def ready(self) -> Page:
        """Wait until the page's bundle says that it is done."""
        self.page.wait_for_selector("html[data-ready='1']", state="attached")
        return self.page

    def axe(self, *, without: tuple[str, ...] = ()) -> list[str]:
        """The accessibility rules (WCAG 2.2 A and AA) that the page breaks, with the first place of each."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        options = {**RULES, "rules": {rule: {"enabled": False} for rule in without}}
        found = self.page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{one['id']}: {len(one['nodes'])} × {one['nodes'][0]['html'][:150]} {one['nodes'][0]['failureSummary']}"
            for one in found["violations"]
        ]

    def complaints(self) -> list[str]:
        """Policy violations and console errors so far."""
        return [*self.errors, *self.page.evaluate("window.complaints")]

    def serve(self, route: Route) -> None:
        """Answer from the page's documents, the built bundles, or the prepared answers."""
        request, path = route.request, route.request.url.removeprefix(ORIGIN).split("?")[0].split("#")[0]
        if request.method == "POST":
            self.posts.append(request)
            prepared = self.answers.get(path, [])
            status, body = prepared.pop(0) if prepared else (200, "{}")
            kind = "application/json" if body.startswith("{") else "text/html"
            route.fulfill(status=status, body=body, content_type=kind)
        elif path in self.documents:
            html = self.documents[path]
            route.fulfill(
                body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY}
            )
        elif path.startswith("/static/") and (file := APP / path.lstrip("/")).is_file():
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        else:
            route.fulfill(status=404, body="not here")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:  # noqa: F811 - the fixture above
    """A fresh browser profile."""
    with browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN") as fresh:
        yield fresh


@pytest.fixture
def desk(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A tab; at the end of the test nothing may have complained."""
    tab = Desk(context.new_page())
    tab.page.add_init_script(LISTEN)
    tab.page.on("pageerror", lambda error: tab.errors.append(str(error)))
    tab.page.on("console", lambda message: tab.errors.append(message.text) if message.type == "error" else None)
    tab.page.route("**/*", tab.serve)
    yield tab
    if os.environ.get("SHOTS"):  # look at what a test has left on the screen
        Path(os.environ["SHOTS"]).mkdir(exist_ok=True)
        tab.page.screenshot(path=f"{os.environ['SHOTS']}/{request.node.name.replace('/', '-')}.png", full_page=True)
    if not tab.page.is_closed():
        assert tab.complaints() == []


def posted(request: Request) -> Any:
    """The answers that a page sent: as JSON, or in the field `answers` of its form."""
    if (request.headers.get("content-type") or "").startswith("application/json"):
        return json.loads(request.post_data or "")
    from urllib.parse import parse_qs

    return {name: values[0] for name, values in parse_qs(request.post_data or "").items()}
