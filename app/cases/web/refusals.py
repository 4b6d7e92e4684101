"""Refusals of pages with forms: the page comes again, with what was typed; everything else is the house's affair."""

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from app import http
from app.cases.web.routes import blueprint
from app.db import transaction
from app.errors import Conflict, Invalid, Refusal, Text

Again = Callable[..., ResponseReturnValue]
_again: dict[str, Again] = {}
_CHANGED = Text("办件刚刚被他人改动，请刷新后重试", "Somebody has just changed this case; reload and retry")


def on_refusal(endpoint: str, page: Again) -> None:
    """Let `page(refusal, **view arguments)` answer when the view behind `endpoint` raises Invalid or Conflict."""
    _again[endpoint] = page


def _refused(problem: Exception) -> ResponseReturnValue:
    """The act's transaction has rolled back by now; the page is read in one of its own."""
    refusal = problem if isinstance(problem, Refusal) else Conflict(_CHANGED)
    page = _again.get(request.endpoint or "")
    if page is None or http.wants_json():
        return _as_json(refusal) if http.wants_json() else http.refusal_page(refusal)
    with transaction(write=False):
        return page(refusal, **(request.view_args or {}))


def _as_json(refusal: Refusal) -> ResponseReturnValue:
    if not isinstance(refusal, Invalid):
        return http.refusal_page(refusal)
    errors = {name: [one.to(http.language()) for one in texts] for name, texts in refusal.errors.items()}
    return http.problem(refusal.status, refusal.code, refusal.text, errors=errors)


for _kind in (Invalid, Conflict, StaleDataError):
    blueprint.register_error_handler(_kind, _refused)
