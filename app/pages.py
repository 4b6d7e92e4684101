"""Every blueprint of the house, listed once for `create_app()`; importing this maps every model as well."""

from flask import Blueprint

from app.documents import web as documents
from app.identity import web as identity

BLUEPRINTS: tuple[Blueprint, ...] = (identity.blueprint, documents.blueprint)
