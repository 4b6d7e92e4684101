"""The door: a transaction around every dispatch, permission on every route, refusals as pages or problem+json."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app import clock
from app.audit.log import Act, record, stream_head
from app.config import MEGABYTE
from app.config import current as settings
from app.db import db, in_transaction, transaction
from app.errors import Conflict, Forbidden, Refusal, Refused, Text
from app.identity import queries
from app.identity.actor import Actor, demand, roles_of
from app.law.clock import local_date

P = ParamSpec("P")
R = TypeVar("R")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PUBLIC = "public"


def takes_files(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view be sent as much as files are; the others are held to what a form without files may be."""
    view.takes_files = True  # type: ignore[attr-defined]  # `_make_room` reads it
    return view


def _make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the request: room for some files at once, and for one that is told it is too large."""
    if getattr(current_app.view_functions.get(endpoint or ""), "takes_files", False):
        request.max_content_length = max(64 * MEGABYTE, 3 * settings().largest_file)


class House(Flask):
    """Flask whose every dispatch is one transaction: reading for safe methods, writing for the rest.

    The commit happens inside dispatch, so that an error at commit still reaches the error handlers.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        g.pop("actor", None)
        rule = request.url_rule
        view = self.view_functions.get(rule.endpoint) if rule else None
        if getattr(view, "no_database", False) or (rule is not None and rule.endpoint == "static"):
            return super().dispatch_request()
        with transaction(write=request.method not in SAFE):
            return super().dispatch_request()


def permit(act: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare what a view does; nobody without that permission gets in. `PUBLIC` admits everybody.

    A stranger is sent to the login page (401 for scripts); a known person without permission gets 403.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if act != PUBLIC:
                if visitor() is None:
                    return cast(R, _to_login())
                demand(me(), act, what=request.path)
            return view(*args, **kwargs)

        guarded.permission = act  # type: ignore[attr-defined]  # the walk over all routes reads it
        return guarded

    return decorate


def visitor() -> Actor | None:
    """Who is logged in, read once a request; None for a stranger or a session that has been ended."""
    if "actor" not in g:
        person, stamp = session.get("person"), session.get("stamp")
        if isinstance(person, int) and in_transaction():
            g.actor = queries.actor(person, local_date(clock.now()), stamp)
        else:
            g.actor = None
    return cast(Actor | None, g.actor)


def me() -> Actor:
    """Who is logged in. Raises Forbidden for a stranger."""
    actor = visitor()
    if actor is None:
        raise Forbidden(Text("请先登录", "Log in first"), act="login", thing=request.path)
    return actor


def _to_login() -> ResponseReturnValue:
    if wants_json():
        return problem(401, "login", Text("请先登录", "Log in first"))
    return redirect(url_for("identity.login", next=request.full_path if request.method in SAFE else None))


def wants_json() -> bool:
    """Whether the caller is a script rather than a reader of pages."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.is_json or best == "application/json"


def language() -> str:
    """The language of this page: `zh` or `en`."""
    return "en" if str(get_locale()).startswith("en") else "zh"


# --- refusals --------------------------------------------------------------------------------------


def problem(status: int, code: str, text: Text, **more: Any) -> Response:
    """A refusal as RFC 9457 problem+json."""
    body = {"type": f"urn:banjie:problem:{code}", "status": status, "title": text.to(language()), **more}
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def refusal_page(refusal: Refusal) -> ResponseReturnValue:
    """The page, or problem+json, for a refusal; a Forbidden also goes into the log."""
    if isinstance(refusal, Forbidden):
        _log_forbidden(refusal)
    if wants_json():
        findings = [one.as_json() for one in refusal.findings] if isinstance(refusal, Refused) else None
        return problem(refusal.status, refusal.code, refusal.text, **({"findings": findings} if findings else {}))
    return _page(refusal.status, refusal.text)


def _log_forbidden(refusal: Forbidden) -> None:
    """A refused act is itself an entry (R001, R002): in a transaction of its own, since the act's has rolled back."""
    actor = cast(Actor | None, g.get("actor"))
    if actor is None:
        return
    with transaction() as unit_of_work:
        stream = f"person:{actor.person_id}"
        act = Act("refused", actor, clock.now(), details={"act": refusal.act, "thing": refusal.thing})
        record(unit_of_work, stream_head(unit_of_work, stream), stream, settings().division, act)


def _stale(_: StaleDataError) -> ResponseReturnValue:
    return refusal_page(
        Conflict(Text("办件刚刚被他人改动，请刷新后重试", "Somebody has just changed this case; reload and retry"))
    )


_HTTP = {
    400: Text("请求有误，请返回重试", "The request was not understood; go back and try again"),
    404: Text("没有找到这个页面或编号", "There is no such page or number"),
    405: Text("此地址不支持这种操作", "This address does not allow that method"),
    413: Text("提交的内容过大", "What was sent is too large"),
}
_BROKEN = Text("系统出错，您的操作没有生效，请稍后重试", "Something broke; nothing was changed. Try again later")


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    text = _HTTP.get(error.code) or Text(error.name, error.name)
    if error.code >= 500:
        text = _BROKEN
    return problem(error.code, error.name.lower().replace(" ", "-"), text) if wants_json() else _page(error.code, text)


def _page(status: int, text: Text) -> ResponseReturnValue:
    if in_transaction():
        return render_template("error.html", status=status, message=text), status
    with transaction(write=False):
        visitor()
        return render_template("error.html", status=status, message=text), status


# --- headers ---------------------------------------------------------------------------------------

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response


def install(app: Flask) -> None:
    """Hang the error handlers and headers on the application."""
    app.register_error_handler(Refusal, refusal_page)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(HTTPException, _http_error)
    app.after_request(_secure)
    app.url_value_preprocessor(_make_room)
    app.context_processor(
        lambda: {"visitor": visitor, "roles_of": roles_of, "language": language, "settings": settings, "db": db}
    )
    app.add_template_filter(lambda text: text.to(language()) if isinstance(text, Text) else text, "t")
