"""Log in, log out, choose a language."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.log import Act, record, stream_head
from app.config import DEMO_PASSWORD
from app.config import current as settings
from app.db import db
from app.http import PUBLIC, permit, visitor
from app.identity import queries
from app.identity.actor import SYSTEM
from app.identity.operations import password_fits
from app.law.clock import local_date

blueprint = Blueprint("identity", __name__)


@blueprint.get("/login")
@permit(PUBLIC)
def login() -> ResponseReturnValue:
    """The login page; names the demo logins on a demonstration."""
    return _login_page(next=_local(request.args.get("next")))


@blueprint.post("/login")
@permit(PUBLIC)
def log_in() -> ResponseReturnValue:
    """Start a session, or the page again with what was typed; both are logged."""
    typed = request.form.get("login", "").strip()
    person = queries.person_by_login(settings().division, typed)
    if person is None or not password_fits(person, request.form.get("password", "")):
        if person is not None:
            _note("login.failed", person.id)
        else:
            password_fits(None, request.form.get("password", ""))
        flash(_("登录名或密码不正确，请重新输入"), "error")
        return _login_page(typed=typed, next=_local(request.form.get("next"))), 422
    kept = session.get("language")
    session.clear()
    session.update(person=person.id, stamp=person.stamp)
    if kept:
        session["language"] = kept
    _note("login", person.id)
    return redirect(_local(request.form.get("next")) or url_for("home"))


@blueprint.post("/logout")
@permit("session.own")
def logout() -> ResponseReturnValue:
    """End the session."""
    session.clear()
    return redirect(url_for("identity.login"))


@blueprint.post("/language/<code>")
@permit(PUBLIC)
def choose_language(code: str) -> ResponseReturnValue:
    """Chinese or English, for this session."""
    session["language"] = "en" if code == "en" else "zh"
    return redirect(_local(request.form.get("next")) or url_for("home"))


def _login_page(**shown: str | None) -> str:
    """The login page; a demonstration names its people and their password."""
    demo = settings().demo
    people = queries.people(settings().division) if demo else []
    return render_template("login.html", people=people, password=DEMO_PASSWORD if demo else None, **shown)


def _note(act: str, person_id: int) -> None:
    stream = f"person:{person_id}"
    who = queries.actor(person_id, local_date(clock.now())) or visitor() or SYSTEM
    record(db.session(), stream_head(db.session(), stream), stream, settings().division, Act(act, who, clock.now()))


def _local(target: str | None) -> str | None:
    """A path of this site, or None: nobody is led elsewhere by a crafted link."""
    if not target:
        return None
    parts = urlsplit(target.replace("\\", "/"))
    safe = not parts.scheme and not parts.netloc and target.startswith("/") and not target.startswith("//")
    return target if safe else None
