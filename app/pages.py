"""Every blueprint and every model of the house, listed once for `create_app()` and for migrations."""

from flask import Blueprint

from app.audit.models import LogEntry, LogHead
from app.calendars.models import CalendarDay
from app.cases.models import Case, Deadline, Incident, Outbox, Subscription, Task
from app.catalogue.models import Blob, Item, ItemVersion, VersionFile
from app.documents import web as documents
from app.documents.models import Notice, NumberSeries
from app.identity import web as identity
from app.identity.models import Holding, Person, Post, Unit

BLUEPRINTS: tuple[Blueprint, ...] = (identity.blueprint, documents.blueprint)
CASE_ROWS = (Case, Task, Deadline, Subscription, Incident, Outbox, Notice)
SEALED = (Unit, Post, Person, Holding, Item, ItemVersion, VersionFile, *CASE_ROWS)
MODELS = (*SEALED, LogEntry, LogHead, CalendarDay, Blob, NumberSeries)
