"""Every page that the demonstration's people can reach, in Chinese and in English.

They follow the links of the house as far as these lead, one page of each kind. No page may complain (scripts, console,
content security policy), break a rule of WCAG 2.2 A or AA, or leave a word in the other language.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select

from app.cases import operations
from app.cases.models import Case, Task
from app.catalogue import shelf
from app.db import db, transaction
from app.documents.models import Notice
from app.simulate import Plan, Simulation
from tests.databases import Databases
from tests.e2e.conftest import Person, Town, opened
from tests.house import furnished
from tools.translations import translated, wording

pytestmark = pytest.mark.browser
NOW = "2026-03-03 09:30"
PEOPLE = ("admin", "chenyt", "gongan1", "auditor", "analyst", "supervisor")
NO_PAGE = re.compile(r"\.csv|^/static/|^/health$|^/catalogue/[^/]+/\d+/|/diagrams/|^/files/")
WRITTEN = """() => {
  const skip = 'script, style, noscript, code, kbd, [lang], .bjs-powered-by, .fjs-powered-by, svg, .form-read, '
    + 'td a[href$=".bpmn"], td a[href$=".form"], td a[href$=".dmn"]';
  const seen = element => element && !(element.closest(skip) && element.closest(skip) !== document.documentElement);
  const found = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node.data.trim() && seen(node.parentElement)) found.push(node.data.trim());
  }
  for (const name of ['aria-label', 'placeholder', 'title', 'alt', 'data-confirm']) {
    for (const element of document.querySelectorAll(`body [${name}]`)) {
      if (seen(element)) found.push(element.getAttribute(name));
    }
  }
  return found;
}"""
LATIN = re.compile(r"[A-Za-z][A-Za-z-]{2,}")
HAN = re.compile(r"[一-鿿]+")
FILES = {"bpmn", "form", "dmn", "pdf", "ofd", "docx", "xlsx", "png", "jpg", "jpeg"}
NAMES = frozenset({"SHA-", "JSON", "yyyy", *FILES})
"""What Chinese pages write in Latin letters: names, endings of files."""


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Town]:
    """A house with cases at every stage, for all tests of this module."""
    databases = Databases(tmp_path_factory.mktemp("databases"))
    url = databases("sqlite", template="house", build=furnished)
    with opened(url, tmp_path_factory.mktemp("var"), browser, NOW) as place:
        inhabit(place)
        yield place
        place.settle()
    databases.clear()


def inhabit(town: Town) -> None:
    """The demonstration in small: five cases of each item over two months; one of the open ones is suspended."""
    now = town.time(NOW)
    Simulation(Plan(tuple(shelf.slugs()), 5, 1, opening=now - timedelta(days=60)), until=now).run()
    admin = town.county.actor("admin")
    with transaction() as session:
        open_case = session.scalars(select(Case.id).where(Case.status == "active").order_by(Case.id)).first()
        assert open_case is not None
        operations.suspend_case(session, open_case, admin, "核实是否重复申请", now)


def samples() -> list[str]:
    """Pages that stand for many: a case of each stage, a paper of each kind, a task of each status."""
    with transaction(write=False) as session:
        cases = session.execute(select(func.max(Case.no)).group_by(Case.stage, Case.status == "suspended")).scalars()
        papers = session.execute(select(func.max(Notice.id)).group_by(Notice.kind)).scalars()
        by_status = select(func.max(Task.id)).where(Task.form_id.is_not(None)).group_by(Task.status)
        tasks = session.execute(by_status).scalars()
        return [
            *(f"/cases/{no}{page}" for no in cases for page in ("", "/clock")),
            *(f"/papers/{number}" for number in papers),
            *(f"/tasks/{number}" for number in tasks),
        ]


def kind_of(path: str) -> str:
    """An address without its numbers and filters: one page of each kind is enough."""
    parts = urlsplit(path)
    kind = re.sub(r"\d+", "#", re.sub("^/catalogue/.+", "/catalogue/item", parts.path))
    return f"{kind}?diagram" if parts.query.startswith("diagram=") else kind


def walk(person: Person, seen: set[str], first: list[str]) -> Iterator[str]:
    """Open page after page: the first ones, and what they lead to; yields the address of each."""
    waiting = [urlsplit(person.page.url).path, *first]
    certain = set(waiting)
    while waiting:
        path = waiting.pop(0)
        if kind_of(path) in seen and path not in certain:
            continue
        certain.discard(path)
        seen.add(kind_of(path))
        person.go(path)
        yield path
        links = person.page.locator("a[href^='/']").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        waiting += [link for link in (one.split("#")[0] for one in links) if not NO_PAGE.search(link)]


def stray_latin(written: list[str]) -> list[str]:
    """Words in Latin letters that a Chinese page should not have."""
    return sorted({word for one in written for word in LATIN.findall(one) if word not in NAMES})


def data_of_the_house() -> str:
    """Everything that is stored, in one text: data may be Chinese in English pages too."""
    with transaction(write=False) as session:
        tables = [
            session.execute(table.select()).all() for table in db.metadata.sorted_tables if table.name != "case_state"
        ]
    cells = (cell for rows in tables for row in rows for cell in row)
    return "\n".join(one.decode("utf-8", "ignore") if isinstance(one, bytes) else repr(one) for one in cells)


def stray_chinese(written: list[str], data: str, ours: frozenset[str]) -> list[str]:
    """Chinese that is nobody's data, and words of our own that stand alone and are no string of the data."""
    runs = {run for one in written for run in HAN.findall(one) if run not in data}
    return sorted(runs | {one for one in written if one in ours and f'"{one}"' not in data})


def our_words() -> frozenset[str]:
    """The Chinese of the house's own pages, as far as it is a text of its own."""
    return frozenset(wording(one) for one in translated() if one.id and HAN.search(wording(one)))


@pytest.mark.parametrize("english", [False, True], ids=["zh", "en"])
def test_every_page_is_sound_for_everybody_and_in_one_language(street: Town, english: bool) -> None:
    street.time(NOW)
    seen: set[str] = set()
    found: list[str] = []
    data, ours = (data_of_the_house(), our_words()) if english else ("", frozenset())
    for login in PEOPLE:
        person = street.person(login, english=english)
        for path in walk(person, seen, samples() if login == "admin" else []):
            written = person.page.evaluate(WRITTEN)
            stray = stray_chinese(written, data, ours) if english else stray_latin(written)
            found += [f"{login} {path}: {one}" for one in (*person.axe(), *stray)]
            person.shot(f"{'en' if english else 'zh'} {login} {path.replace('/', '_')[:60]}")
        person.context.close()
    assert not found, "\n".join(found)
    assert len(seen) > 15


@pytest.mark.parametrize("english", [False, True], ids=["zh", "en"])
def test_the_login_page_is_sound(street: Town, english: bool) -> None:
    stranger = street.person(english=english)
    stranger.go("/login")
    stranger.shot("login")
    written = stranger.page.evaluate(WRITTEN)
    assert stranger.axe() == []
    assert (stray_chinese(written, "", frozenset()) if english else stray_latin(written)) == []
