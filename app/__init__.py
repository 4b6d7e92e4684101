"""Banjie (办结). `create_app()` is loaded on call, so that the pure packages can be imported without Flask."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """The application for these settings, or for those of the environment."""
    from app.factory import build

    return build(settings)
