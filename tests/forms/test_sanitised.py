"""What the server makes of HTML and Markdown is what the viewer makes of it, or less; and neither lets anything run."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from app.forms import markup
from tests.forms.differential import bundle, open_page

pytestmark = pytest.mark.browser
HARMLESS = [
    "<h1>标题</h1><p>一<br>二 <strong>三</strong> <em>四</em> <a href='https://example.com/a?b=1'>五</a></p>",
    "<table><thead><tr><th>甲</th></tr></thead><tbody><tr><td align='left'>1</td></tr></tbody></table>",
    "<ul><li>一</li><li><code>x</code></li></ul><blockquote>引</blockquote><hr><pre>a</pre>",
    "<img src='https://example.com/a.png' alt='图'><a href='mailto:a@b.cn'>信</a><a href='tel:123'>电</a>",
    "<p>1 < 2 & 3</p><!-- 注 --><span>完</span>",
]
HOSTILE = [
    "<script>hit()</script><p>a</p>",
    "<img src=x onerror=hit()>",
    "<a href='javascript:hit()'>a</a><a href=' java\nscript:hit()'>b</a><a href='JaVaScRiPt&colon;hit()'>c</a>",
    "<a href='data:text/html,<script>hit()</script>'>a</a><a href='vbscript:hit()'>b</a>",
    "<p style='background:url(javascript:hit())' onclick='hit()' onmouseover=hit()>a</p>",
    "<style>@import 'javascript:hit()'; body{display:none}</style><p>a</p>",
    "<iframe src='javascript:hit()' srcdoc='<script>parent.hit()</script>'></iframe><p>a</p>",
    "<svg onload=hit()><script>hit()</script><animate onbegin=hit() attributeName=x dur=1s></svg><p>a</p>",
    "<svg><style><img src=x onerror=hit()></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=hit()&gt;'>",
    "<form action='javascript:hit()'><input autofocus onfocus=hit()><button>x</button></form>",
    "<object data='javascript:hit()'></object><embed src='javascript:hit()'><base href='https://evil.example/'>",
    "<noscript><p title='</noscript><img src=x onerror=hit()>'></noscript>",
    "<details open ontoggle=hit()>a</details><video><source onerror=hit()></video><meta http-equiv=refresh content=0>",
    "<div id='cookie' name='getElementById'>a</div>",
]
LOOK = """([ours, html]) => {
  window.hits = 0;
  window.hit = () => { window.hits += 1; };
  const parts = text => {
    const box = document.createElement('div');
    box.innerHTML = text;
    document.body.append(box);
    const all = [...box.querySelectorAll('*')].map(one => ({
      tag: one.localName, href: one.getAttribute('href'), src: one.getAttribute('src'),
      names: one.getAttributeNames().sort(),
    }));
    const text_ = box.textContent;
    all.forEach((one, at) => { if (at < 50) box.querySelectorAll('*')[at]?.dispatchEvent(new Event('mouseover')); });
    box.remove();
    return { all, text: text_ };
  };
  return { ours: parts(ours), theirs: parts(window.sanitised(html)) };
}"""
OWN = {"href", "src", "alt", "align", "colspan", "rel"}


@pytest.fixture(scope="module")
def viewer(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield open_page(page, bundle())
    page.close()


@pytest.mark.parametrize("html", HARMLESS)
def test_what_is_harmless_is_shown_alike(viewer: Page, html: str) -> None:
    found = viewer.evaluate(LOOK, [str(markup.sanitise(html)), html])
    shown = [[(one["tag"], one["href"], one["src"]) for one in found[side]["all"]] for side in ("ours", "theirs")]
    assert shown[0] == shown[1]
    assert found["ours"]["text"] == found["theirs"]["text"]


@pytest.mark.parametrize("html", HOSTILE)
@pytest.mark.parametrize("made", [markup.sanitise, markup.markdown], ids=["html", "markdown"])
def test_nothing_hostile_runs_nor_stands_in_the_page(viewer: Page, html: str, made: object) -> None:
    assert callable(made)
    found = viewer.evaluate(LOOK, [str(made(html)), html])
    viewer.wait_for_load_state("load")
    assert viewer.evaluate("window.hits") == 0
    for one in found["ours"]["all"]:
        assert one["tag"] in markup.TAGS
        assert set(one["names"]) <= OWN
        assert (one["href"] or "https:").split(":")[0] in markup.SCHEMES


def test_what_a_field_inserts_is_text_in_both(viewer: Page) -> None:
    evil = "<img src=x onerror=hit()>"
    assert markup.escape_html(evil) in str(markup.sanitise(f"<p>{markup.escape_html(evil)}</p>"))
    found = viewer.evaluate(LOOK, [str(markup.markdown(markup.escape_markdown(evil))), ""])
    assert [one["tag"] for one in found["ours"]["all"]] == ["p"]
    assert found["ours"]["text"].strip() == evil
