"""Papers on the screen; as issued, never rendered anew."""

from flask import Blueprint

blueprint = Blueprint("documents", __name__, template_folder="templates")
