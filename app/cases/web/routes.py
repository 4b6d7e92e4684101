"""The blueprint on which the pages of cases hang, and what they share: today, the language, lists."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, request, url_for

from app import clock
from app.errors import Invalid, Text
from app.forms import WORDS
from app.http import language
from app.law.clock import local_date
from app.paging import Page

blueprint = Blueprint("cases", __name__, template_folder="../templates")
blueprint.app_context_processor(lambda: {"form_words": WORDS})


def today() -> date:
    """The date on the centre's clock."""
    return local_date(clock.now())


def argument(name: str) -> str:
    """A parameter of the address, trimmed; empty where it is missing."""
    return request.args.get(name, "").replace("\0", "").strip()[:200]


def day_argument(name: str) -> date | None:
    """A date in the address. Raises Invalid where it is none."""
    text = argument(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as problem:
        raise Invalid(Text(f"“{text}”不是日期", f"{text!r} is not a date")) from problem


def options(words: Mapping[str, Text], everything: Text) -> list[tuple[str, Text]]:
    """The choices of a filter: everything, then one per code."""
    return [("", everything), *words.items()]


def named(rows: Iterable[Any], key: str, everything: Text) -> list[tuple[str, Text]]:
    """The choices of a filter by things that have a name: everything, then each by its `key`."""
    return [("", everything), *((getattr(one, key), Text(one.name, one.name_en)) for one in rows)]


def neighbours(page: Page) -> dict[str, str | None]:
    """The addresses of the pages before and after this one."""
    kept: dict[str, Any] = {
        name: value for name, value in request.args.to_dict(flat=False).items() if name not in ("after", "before")
    }
    endpoint, values = request.endpoint or "", request.view_args or {}
    return {
        "previous": url_for(endpoint, **values, **kept, before=page.previous) if page.previous else None,
        "next": url_for(endpoint, **values, **kept, after=page.next) if page.next else None,
    }


def local(chinese: str | None, english: str | None) -> str:
    """A name in the page's language; the Chinese one where there is no English."""
    return (english or chinese or "") if language() == "en" else (chinese or "")


def text_of(texts: Sequence[Text]) -> list[str]:
    """Messages in the page's language."""
    return [one.to(language()) for one in texts]
