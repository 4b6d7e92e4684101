"""`flask …`: every command of the house, each from the feature that it belongs to."""

from flask import Flask

from app.bpmn.commands import bpmn
from app.dmn.commands import dmn
from app.law.commands import law


def install(app: Flask) -> None:
    """Hang the commands on the application."""
    for command in (bpmn, dmn, law):
        app.cli.add_command(command)
