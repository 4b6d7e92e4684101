"""Forms as pages: for reading, for print, and without JavaScript. Nothing from data or form is echoed unescaped."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import html5lib
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Text
from app.forms import WORDS, Form, Node, Stored
from tests.forms.build import form, number, rows, text

ROOT = Path(__file__).parents[2]
FORMS = sorted([*(ROOT / "forms").glob("*.form"), *(Path(__file__).parent / "samples").glob("*.form")])
PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(ROOT / "app" / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
)
PAGES.filters["t"] = lambda word: word.zh if isinstance(word, Text) else word
READ = PAGES.from_string('{% import "form/read.html" as read %}{{ read.form(nodes, words) }}')
EDIT = PAGES.from_string(
    '{% import "form/edit.html" as edit %}'
    '<form method="post">{{ edit.summary(nodes, words) }}{{ edit.form(nodes, words) }}</form>'
)
EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}&'`[x](javascript:alert(3))"


def strictly(page: str) -> str:
    """The page itself, once a strict parser has found nothing wrong with it."""
    html5lib.HTMLParser(strict=True).parseFragment(page)
    return page


def read(nodes: tuple[Node, ...]) -> str:
    return strictly(READ.render(nodes=nodes, words=WORDS))


def edit(nodes: tuple[Node, ...]) -> str:
    return strictly(EDIT.render(nodes=nodes, words=WORDS))


class Inputs(HTMLParser):
    """What a browser would post of a page: the names and values of its inputs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.posted: dict[str, list[str]] = {}
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.select = ""
        self.area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        self.ids += [have["id"]] if "id" in have else []
        self.targets += have.get("aria-describedby", "").split() + have.get("aria-labelledby", "").split()
        self.targets += [have["for"]] if "for" in have else []
        if tag == "select":
            self.select = have["name"]
        elif tag == "textarea":
            self.area = have["name"]
            self.posted[self.area] = [""]
        elif tag == "option" and "selected" in have:
            self.posted.setdefault(self.select, []).append(have["value"])
        elif (
            tag == "input"
            and have["type"] != "file"
            and (have["type"] not in ("checkbox", "radio") or "checked" in have)
        ):
            self.posted.setdefault(have["name"], []).append(have["value"])

    def handle_data(self, data: str) -> None:
        if self.area:
            self.posted[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.posted[self.area][0] = self.posted[self.area][0].removeprefix("\n")
            self.area = ""


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_form_renders_strictly_and_its_ids_and_targets_agree(path: Path) -> None:
    loaded = Form.load(path.read_bytes())
    errors = loaded.clean({}).errors
    nodes = loaded.describe({}, {}, errors)
    read(nodes)
    page = Inputs(edit(nodes))
    assert len(page.ids) == len(set(page.ids))
    assert set(page.targets) <= set(page.ids)


PAPER = Stored("ab", '执照".pdf', 5, "application/pdf", "0" * 64)
ANSWER: dict[str, Any] = {
    "name": " <b>王</b>\n& ", "note": "\n一\n二", "amount": 12.5, "on": True, "off": False, "kind": "json:x",
    "level": 2, "tags": ["a", {"deep": 1}], "day": "2026-01-31", "hour": "09:30+08:00",
    "papers": [PAPER.as_json()],
    "cars": [{"plate": "京A1", "drivers": []}, {"plate": "京A2", "drivers": [{"who": "李"}]}], "owner": {"name": "赵"},
}  # fmt: skip
FULL = form(
    {"type": "textarea", "key": "name"},
    {"type": "textarea", "key": "note"},
    number("amount"),
    {"type": "checkbox", "key": "on"},
    {"type": "checkbox", "key": "off", "defaultValue": True},
    {"type": "select", "key": "kind", "values": ["a", "json:x"]},
    {"type": "radio", "key": "level", "values": [1, 2]},
    {"type": "checklist", "key": "tags", "values": ["a", "b", {"label": "深", "value": {"deep": 1}}]},
    {"type": "datetime", "key": "day"},
    {"type": "datetime", "key": "hour", "subtype": "time", "timeSerializingFormat": "utc_offset"},
    {"type": "filepicker", "key": "papers", "multiple": True},
    rows("cars", text("plate"), rows("drivers", text("who"))),
    {"type": "group", "id": "G", "label": "所有人", "path": "owner", "components": [text("name", id="F_owner_name")]},
)


def test_what_the_page_posts_is_what_it_showed() -> None:
    page = edit(FULL.describe(ANSWER))
    known = {PAPER.id: PAPER}
    posted = FULL.parse(Inputs(page).posted)
    assert FULL.clean(posted, files=known).data == FULL.clean(ANSWER, files=known).data == ANSWER


def test_what_was_typed_wrongly_is_shown_again_with_its_error() -> None:
    loaded = form(number("a", label="面积"), {"type": "datetime", "key": "b", "label": "日期"})
    typed = loaded.parse({"a": ["一百平米"], "b": ["昨天"]})
    nodes = loaded.describe(typed, {}, loaded.clean(typed).errors)
    page = edit(nodes)
    assert 'value="一百平米"' in page
    assert 'value="昨天"' in page
    assert 'aria-describedby="f-F_a-errors" aria-invalid="true"' in page
    assert '<li><a href="#f-F_a">“面积”应填写数字</a></li>' in page


def test_groups_are_fieldsets_and_required_fields_say_so() -> None:
    choice = {
        "type": "radio",
        "key": "a",
        "label": "类型",
        "values": ["x"],
        "description": "只选一项",
        "validate": {"required": True},
    }
    page = edit(form({"type": "group", "id": "G", "label": "申请人", "components": [choice]}).describe({}))
    assert "<legend>申请人</legend>" in page
    assert '<legend>类型 <span class="form-required">(必填)</span></legend>' in page
    assert 'aria-describedby="f-F_a-hint"' in page


def test_reading_shows_labels_of_choices_and_words_for_boxes() -> None:
    loaded = form(
        {"type": "select", "key": "a", "values": [{"label": "甲方", "value": "x"}]},
        {"type": "checkbox", "key": "b"},
        text("c", appearance={"suffixAdorner": "元"}),
        {"type": "expression", "key": "d", "label": "合计", "expression": "=1 + 1"},
        {"type": "expression", "key": "e", "expression": "=1 + 1"},
    )
    page = read(loaded.describe({"a": "x", "b": True, "c": "5"}))
    assert "甲方" in page
    assert "是" in page
    assert "5 元" in page
    assert page.count("<dd>2</dd>") == 1


def test_a_stored_value_is_shown_even_if_the_form_would_compute_another() -> None:
    loaded = form({"type": "expression", "key": "fee", "label": "费用", "expression": "=1 + 1"})
    assert "<dd>7</dd>" in read(loaded.describe({"fee": 7}))


def test_hidden_components_are_left_out_and_read_only_ones_have_no_input() -> None:
    loaded = form(text("a", conditional={"hide": "=x"}), text("b", readonly=True), text("c", disabled=True))
    assert [node.name for node in loaded.describe({"x": True, "b": "定"})] == ["b", "c"]
    assert "<input" not in edit(loaded.describe({"x": True, "b": "定"}))


# Safety


class Elements(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def harmless(page: str) -> None:
    for tag, attributes in Elements(page).found:
        assert tag not in ("script", "style", "object", "embed", "iframe", "svg", "math", "base", "meta", "link")
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name != "style"
            if name in ("href", "src", "action", "formaction"):
                assert not "".join((value or "").split()).lower().startswith(("javascript:", "vbscript:", "data:text"))


def evil_form(evil: str) -> Form:
    evil = "字" + evil  # a text that begins with = would be FEEL
    words = {"label": evil.replace("{{", "{ {"), "description": evil.replace("{{", "{ {")}
    return form(
        text("a", **words, appearance={"prefixAdorner": evil.replace("{{", "{ {")}),
        {"type": "checklist", "key": "b", **words, "values": [{"label": evil, "value": evil}]},
        {"type": "text", "id": "T1", "text": evil.replace("{{", "{ {")},
        {"type": "text", "id": "T2", "text": '值 {{a}} **{{a}}** [链接]({{a}}) <a href="{{a}}">x</a>'},
        {
            "type": "html",
            "id": "H1",
            "content": evil.replace("{{", "{ {") + "<p style='x' onclick='y'>{{a}}</p><a href=\"{{a}}\">z</a>",
        },
        {"type": "image", "id": "I1", "source": "=a", "alt": "{{a}}"},
        {"type": "iframe", "id": "I2", "url": "=a", "label": "{{a}}"},
        {
            "type": "table",
            "id": "TB",
            "label": "{{a}}",
            "dataSource": "=[{k: a}]",
            "columns": [{"label": evil, "key": "k"}],
        },
        {"type": "filepicker", "key": "p", "label": "{{a}}", "accept": "{{a}}", "multiple": True},
        rows("r", text("c", label="{{this.c}}"), label="{{a}}"),
        {"type": "button", "id": "B", "label": evil.replace("{{", "{ {")},
    )


def pages(evil: str) -> Iterator[str]:
    loaded = evil_form(evil)
    data = {"a": evil, "b": [evil], "p": [{"id": evil, "name": evil}], "r": [{"c": evil}]}
    errors = {"F_a": (Text(evil, evil),)}
    nodes = loaded.describe(data, {}, errors)
    yield READ.render(nodes=nodes, words=WORDS)
    yield EDIT.render(nodes=nodes, words=WORDS)


SCHEMES = ("javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "JaVaScRiPt:alert(1)")


@pytest.mark.parametrize("evil", [EVIL, *SCHEMES, 'x" onload="y'])
def test_nothing_hostile_gets_through(evil: str) -> None:
    for page in pages(evil):
        harmless(page)


@settings(deadline=None, max_examples=40)
@given(st.text(alphabet="<>\"'&`[]()!*_#\\ \nabjscriptonload=:/-|~", max_size=40))
def test_no_text_becomes_markup(evil: str) -> None:
    for page in pages(evil):
        harmless(page)


def test_inserted_values_stay_text_in_markdown() -> None:
    loaded = form({"type": "text", "id": "T", "text": "# {{a}}\n\n你好 **{{a}}**"})
    node = loaded.describe({"a": "*x* <b>y</b> [z](http://e)\n# q"})[0]
    assert str(node.html) == (
        "<h1>*x* &lt;b&gt;y&lt;/b&gt; [z](http://e) # q</h1>\n"
        "<p>你好 <strong>*x* &lt;b&gt;y&lt;/b&gt; [z](http://e) # q</strong></p>\n"
    )


def test_rows_that_nobody_may_add_keep_what_they_only_show_under_what_was_typed() -> None:
    loaded = form(rows("list", text("name", readonly=True), text("note"), allowAddRemove=False))
    context = {"list": [{"name": "甲"}, {"name": "乙", "note": "旧"}]}
    (shown,) = loaded.describe({"list": [{"note": "新"}]}, context)
    assert [[cell.value for cell in row] for row in shown.rows] == [["甲", "新"], ["乙", "旧"]]
