"""The start page: everybody's own desk."""

from flask import redirect, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from app.cases.web.routes import blueprint
from app.http import me, permit
from app.identity.actor import CLERK, roles_of

DESKS = (
    ("auditor", "replay.cases"),
    ("analyst", "studio.check"),
    ("administrator", "cases.cases"),
    ("supervisor", "cases.cases"),
    (CLERK, "cases.tasks"),
)
"""Whoever has a desk of their own starts there, even where they hold a post as well."""


@permit("session.own")
def home() -> ResponseReturnValue:
    """Lead to the desk of the visitor's first role."""
    roles = roles_of(me())
    desk = next((endpoint for role, endpoint in DESKS if role in roles), "cases.cases")
    return redirect(url_for(desk))


def _at_the_root(state: BlueprintSetupState) -> None:
    state.app.add_url_rule("/", "home", home)


blueprint.record(_at_the_root)
