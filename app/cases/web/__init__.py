"""Pages of cases: the task list, tasks, the case list, cases, and starting one."""

from app.cases.web import cases, clock, home, replies, start, steps, tasks
from app.cases.web.routes import blueprint

__all__ = ["blueprint", "cases", "clock", "home", "replies", "start", "steps", "tasks"]
