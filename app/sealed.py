"""Every table of the house, once: those whose rows acts seal, and the others."""

from app.audit.models import LogEntry, LogHead
from app.calendars.models import CalendarDay, Recount
from app.cases.models import Case, Deadline, Incident, Outbox, Subscription, Task
from app.catalogue.models import Blob, Item, ItemVersion, VersionFile
from app.documents.models import Attachment, Notice, NumberSeries, Upload
from app.identity.models import Holding, Person, Post, Unit

CASE_ROWS = (Case, Task, Deadline, Subscription, Incident, Outbox, Notice, Attachment)
SEALED = (Unit, Post, Person, Holding, Item, ItemVersion, VersionFile, CalendarDay, Recount, *CASE_ROWS)
MODELS = (*SEALED, LogEntry, LogHead, Blob, NumberSeries, Upload)
