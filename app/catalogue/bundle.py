"""A published version, compiled: what the cases that run on it need, kept in memory because it never changes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.bpmn.definition import Definition
from app.bpmn.engine import Engine
from app.catalogue.models import Blob, ItemVersion, VersionFile
from app.db import db
from app.dmn import Decisions
from app.dmn import load as load_decisions
from app.errors import NotFound, Text
from app.forms import Form
from app.law.clock import Unit


@dataclass(frozen=True, slots=True)
class Term:
    """A limit: `value` units of WD, D, M or H."""

    value: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Bundle:
    """Diagram, forms, decisions and facts of one item version.

    reads    the variables that its diagrams and decisions look at; no other answer enters the engine's state
    shared   keys that more than one of its forms asks for
    """

    version_id: int
    number: int
    item_id: int
    slug: str
    name: str
    name_en: str
    code: str
    unit_id: int
    unit_code: str
    unit_name: str
    division: str
    content: Mapping[str, Any]
    definition: Definition
    engine: Engine
    forms: Mapping[str, Form]
    sources: Mapping[str, bytes]
    reads: frozenset[str]
    shared: frozenset[str]

    @property
    def statutory(self) -> Term:
        return Term(int(self.content["anticipate_day"]), self.content["anticipate_type"])

    @property
    def promised(self) -> Term:
        return Term(int(self.content["promise_day"]), self.content["promise_type"])

    @property
    def accept_limit(self) -> int:
        return int(self.content.get("accept_limit", 5))

    @property
    def deliver_limit(self) -> int:
        return int(self.content.get("deliver_limit", 10))

    @property
    def counts_from_receipt(self) -> bool:
        """Whether both clocks count from receipt (收件) rather than from acceptance (受理)."""
        return bool(self.content.get("clock_start") == "收件")

    @property
    def application_form(self) -> Form:
        return self.forms[self.content["application_form"]]


class Compiled:
    """What a set of files compiles to: the definition, an engine over it, forms and decisions."""

    def __init__(self, files: Mapping[str, bytes], process_id: str) -> None:
        """Raises Refused with the findings of whichever file cannot be compiled."""
        diagrams = {path: data for path, data in files.items() if path.endswith(".bpmn")}
        self.definition = Definition.load(diagrams, process_id)
        self.forms = {
            form.id: form for path, data in files.items() if path.endswith(".form") for form in [Form.load(data)]
        }
        tables = {path: data for path, data in files.items() if path.endswith(".dmn")}
        self.decisions = load_decisions(tables) if tables else None
        self.reads = self.definition.names
        if self.decisions is not None:
            self.reads = self.reads.union(*map(self.decisions.inputs, self.decisions.ids))
        self.engine = Engine(self.definition, partial(_decide, self.decisions))


def _decide(decisions: Decisions | None, decision_id: str, context: Mapping[str, object], at: datetime) -> object:
    """A decision of the item. Raises NotFound, and DecisionError where its answer is not to be relied on."""
    if decisions is None or decision_id not in decisions.ids:
        raise NotFound(Text(f"没有名为“{decision_id}”的决策表", f"there is no decision {decision_id!r}"))
    return decisions.decide(decision_id, context, now=at)


_kept: dict[int, Bundle] = {}
_keeping = Lock()
KEPT = 512


def bundle(version_id: int) -> Bundle:
    """The compiled version. Raises NotFound."""
    known = _kept.get(version_id)
    if known is None:
        known = _load(version_id)
        with _keeping:
            if len(_kept) >= KEPT:
                _kept.pop(next(iter(_kept)))
            _kept[version_id] = known
    return known


def forget() -> None:
    """Drop every compiled version: for a process that changes database, as tests do."""
    _kept.clear()


def _load(version_id: int) -> Bundle:
    version = db.session.get(ItemVersion, version_id, options=[joinedload(ItemVersion.item)])
    if version is None:
        raise NotFound(Text(f"没有编号为 {version_id} 的事项版本", f"there is no item version {version_id}"))
    rows = db.session.execute(
        select(VersionFile.path, Blob.data)
        .join(Blob, Blob.sha256 == VersionFile.sha256)
        .where(VersionFile.version_id == version_id)
        .order_by(VersionFile.path)
    )
    files = {row.path: row.data for row in rows}
    compiled, item = Compiled(files, version.process_id), version.item
    return Bundle(
        version.id,
        version.number,
        item.id,
        item.slug,
        item.name,
        item.name_en,
        item.code,
        item.unit_id,
        item.unit.code,
        item.unit.name,
        version.division,
        version.content,
        compiled.definition,
        compiled.engine,
        compiled.forms,
        files,
        compiled.reads,
        _shared(compiled.forms.values()),
    )


def _shared(forms: Iterable[Form]) -> frozenset[str]:
    asked = Counter(key for form in forms for key in {one.key for one in form.fields if one.editable})
    return frozenset(key for key, count in asked.items() if count > 1)
