"""Markdown and HTML of display components as HTML that may stand in a page.

Form files come from analysts, and templates insert what applicants typed: everything passes nh3's allow-list.
"""

import html
import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {
    "h1", "h2", "h3", "h4", "h5", "h6", "span", "em", "a", "p", "div", "ul", "ol", "li",
    "hr", "blockquote", "img", "pre", "code", "br", "strong", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "th": {"align", "colspan"}, "td": {"align", "colspan"}}
SCHEMES = {"http", "https", "mailto", "tel"}
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
IMAGE = re.compile(r"https?:|data:image/(?:png|jpeg|gif|webp);", re.IGNORECASE)

# commonmark with line breaks kept, as the viewer shows text; raw HTML passes here and is sanitised after.
_MARKDOWN = MarkdownIt("commonmark", {"breaks": True, "html": True}).enable("table")


def sanitise(source: str) -> Markup:
    """The HTML without scripts, styles, forms, event handlers and foreign schemes; links open nothing in our name."""
    return Markup(  # noqa: S704  # nh3 has just cleaned it
        nh3.clean(
            source, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow"
        )
    )


def markdown(source: str) -> Markup:
    """Markdown as sanitised HTML."""
    return sanitise(_MARKDOWN.render(source))


def escape_markdown(value: str) -> str:
    """The value so that Markdown shows it and reads nothing into it."""
    return PUNCTUATION.sub(r"\\\1", value).replace("\r", "").replace("\n", " ")


def escape_html(value: str) -> str:
    """The value as HTML text; line breaks stay what they are."""
    return html.escape(value, quote=True)


def image_source(source: str) -> str:
    """The source if a picture may come from there (http, https, or a data URL of a raster image), else nothing."""
    return source if IMAGE.match(source.strip()) else ""
