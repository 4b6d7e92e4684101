"""What templates may call: bundle addresses, links that keep the query, the navigation, times as people read them."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from app.law.clock import ZONE

EVERYONE = frozenset({"clerk", "supervisor", "auditor", "analyst", "administrator"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the navigation, for people who have one of these roles; `within`: pages that belong to it."""

    endpoint: str
    label: LazyString
    roles: frozenset[str] = EVERYONE
    within: frozenset[str] = frozenset()


AUDITORS = frozenset({"auditor", "supervisor", "administrator"})
NAVIGATION = (
    Entry(
        "cases.tasks", _("待办事项"), frozenset({"clerk", "supervisor"}), frozenset({"cases.task", "cases.complete"})
    ),
    Entry("cases.replies", _("外部结果"), frozenset({"clerk"}), frozenset({"cases.reply", "cases.enter_reply"})),
    Entry("cases.start", _("开始办件"), frozenset({"clerk"}), frozenset({"cases.apply", "cases.submit"})),
    Entry("cases.cases", _("办件查询"), within=frozenset({"cases.case"})),
    Entry("catalogue.items", _("事项目录"), within=frozenset({"catalogue.item"})),
    Entry("studio.check", _("流程检查"), frozenset({"analyst", "administrator"}), frozenset({"studio.checked"})),
    Entry(
        "calendars.year",
        _("工作日历"),
        frozenset({"administrator"}),
        frozenset({"calendars.paste", "calendars.compare"}),
    ),
    Entry("replay.cases", _("审计回放"), AUDITORS, frozenset({"replay.case", "replay.step"})),
    Entry("replay.log", _("办理日志"), AUDITORS),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a page draws it; `current` is the value of aria-current: `page`, `true` or nothing."""

    endpoint: str
    label: LazyString
    url: str
    current: str


def navigation(roles: Iterable[str]) -> list[Link]:
    """The links for these roles, in order; those whose feature is not installed are left out."""
    held = frozenset(roles)
    return [
        Link(one.endpoint, one.label, url_for(one.endpoint), _current(one))
        for one in NAVIGATION
        if one.roles & held and one.endpoint in current_app.view_functions
    ]


def _current(entry: Entry) -> str:
    if request.endpoint == entry.endpoint:
        return "page"
    return "true" if request.endpoint in entry.within else ""


def here(**changes: object) -> str:
    """The address of this page with some of its query changed; None removes a parameter."""
    arguments: dict[str, Any] = {**request.args.to_dict(flat=False), **changes}
    kept = {name: value for name, value in arguments.items() if value is not None}
    return url_for(request.endpoint or "static", **{**(request.view_args or {}), **kept})


def moment(value: datetime | None) -> str:
    """An instant on the centre's clock, `2026-03-09 11:30`; a dash for None."""
    return "—" if value is None else value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def day(value: date | None) -> str:
    """A date, `2026-03-09`; a dash for None."""
    return "—" if value is None else value.strftime("%Y-%m-%d")


def filesize(size: int) -> str:
    """A size in bytes as people read it, `1.4 MB`."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"


def bundles(folder: Path) -> Callable[[str], str]:
    """The function `asset(name)`: the address of a bundle, with the version of its content.

    `folder` is where the bundles are built; a bundle that is not there is a RuntimeError that says what to do.
    """
    known: dict[str, str] = {}

    def asset(name: str) -> str:
        if name not in known:
            known.update(_versions(folder))
        if name not in known:
            raise RuntimeError(f"{name} is not built: run `make setup`")
        return url_for("static", filename=f"dist/{name}", v=known[name])

    return asset


def _versions(folder: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((folder / "versions.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def install(app: Flask) -> None:
    """Give the application's templates these functions and filters."""
    folder = Path(app.static_folder or "static") / "dist"
    app.jinja_env.globals.update(asset=bundles(folder), navigation=navigation, here=here)
    app.jinja_env.filters.update(moment=moment, day=day, filesize=filesize)
