"""`flask …`: every command of the house, each from the feature that it belongs to."""

from flask import Flask

from app import commands, jobs
from app.bench.commands import bench
from app.bpmn.commands import bpmn
from app.catalogue.commands import catalogue
from app.dmn.commands import dmn
from app.law.commands import law
from app.queue.commands import commands as queue
from app.replay.commands import audit, replay

COMMANDS = (bpmn, dmn, law, catalogue, audit, replay, queue, commands.simulate, commands.demo, commands.serve, bench)


def install(app: Flask) -> None:
    """Hang the commands on the application; what works its jobs is known from then on."""
    app.extensions["job-handlers"] = jobs.HANDLERS
    for command in COMMANDS:
        app.cli.add_command(command)
