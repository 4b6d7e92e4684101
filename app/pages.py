"""Every blueprint of the house, listed once for `create_app()`; importing this maps every model as well."""

from flask import Blueprint

from app.calendars import web as calendars
from app.cases import web as cases
from app.catalogue import web as catalogue
from app.documents import web as documents
from app.identity import web as identity
from app.replay import web as replay
from app.studio import web as studio

BLUEPRINTS: tuple[Blueprint, ...] = tuple(
    feature.blueprint for feature in (identity, cases, catalogue, documents, calendars, replay, studio)
)
