"""Jobs in the act's own transaction, on PostgreSQL and on SQLite: see the README beside this file."""

from app.queue.enqueue import cancel, enqueue, reschedule, retry
from app.queue.status import Status, status
from app.queue.sweeps import every
from app.queue.tasks import BackOff, task
from app.queue.worker import Pace, Worker

__all__ = ["BackOff", "Pace", "Status", "Worker", "cancel", "enqueue", "every", "reschedule", "retry", "status", "task"]
