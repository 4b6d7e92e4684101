"""Puts the house together: configuration, database, pages, errors and commands. Nothing inside `app` imports it."""

from datetime import timedelta
from pathlib import Path

from flask import Flask, request, session
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect

from app import cli, http, sealed, templating
from app.config import Settings, from_environment
from app.db import db, engine_options
from app.pages import BLUEPRINTS

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
LARGEST_REQUEST = 8 * 1024 * 1024


def build(settings: Settings | None = None) -> Flask:
    """The application for these settings, or for those of the environment."""
    settings = settings or from_environment()
    app = http.House(__name__)
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.https,
        BABEL_DEFAULT_LOCALE="zh_CN" if settings.language == "zh" else "en",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).resolve().parent / "translations"),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["models"] = sealed.MODELS
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)  # type: ignore[no-untyped-call]  # the library is untyped
    Babel(app, locale_selector=_locale)  # type: ignore[no-untyped-call]  # the library is untyped
    CSRFProtect(app)  # type: ignore[no-untyped-call]  # the library is untyped
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    http.install(app)
    templating.install(app)
    cli.install(app)
    return app


def _locale() -> str:
    chosen = session.get("language")
    if chosen is None:
        best = request.accept_languages.best_match(["zh", "zh-CN", "en"], default="zh")
        chosen = "en" if best == "en" else "zh"
    return "en" if chosen == "en" else "zh_CN"
