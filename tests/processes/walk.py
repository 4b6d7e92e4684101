"""A person's walk through an item: its real diagrams, forms and decisions on the engine, without a host."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import yaml

from app.bpmn.definition import Definition
from app.bpmn.engine import Engine
from app.bpmn.step import DeadlineSet, Effect, OpenedTask, Step, Subscription, TraceEntry
from app.dmn import Decisions
from app.dmn import load as load_decisions
from app.feel import compile as compile_feel
from app.forms import Form
from tests.processes.drawing import FORMS, SHELF

BEGIN = datetime(2026, 3, 2, 1, 20, tzinfo=UTC)


@cache
def item_of(slug: str) -> Mapping[str, Any]:
    """What `item.yaml` says."""
    content: dict[str, Any] = yaml.safe_load((SHELF / slug / "item.yaml").read_text(encoding="utf-8"))
    return content


@cache
def form_of(form_id: str) -> Form:
    """A form of the shelf."""
    return Form.load((FORMS / f"{form_id}.form").read_bytes())


@cache
def decisions_of(slug: str) -> Mapping[str, Decisions]:
    """The item's decisions, by id."""
    loaded = [load_decisions((SHELF / path).read_bytes()) for path in item_of(slug)["decisions"]]
    return {one: decisions for decisions in loaded for one in decisions.ids}


@cache
def definition_of(slug: str) -> Definition:
    """The item's diagrams with everything they call."""
    process = item_of(slug)["process"]
    return Definition.load({path: (SHELF / path).read_bytes() for path in process["files"]}, process["id"])


@cache
def engine_of(slug: str) -> Engine:
    """An engine over the item's diagrams and decisions."""
    decisions = decisions_of(slug)

    def decide(decision: str, context: Mapping[str, object], at: datetime) -> object:
        return decisions[decision].evaluate(decision, context, now=at)

    return Engine(definition_of(slug), decide)


class Walk:
    """One case. `do` answers the open task of an element on its form; `fire` lets its deadline pass."""

    def __init__(self, slug: str, application: Mapping[str, Any]) -> None:
        self.item = item_of(slug)
        self.definition, self.engine = definition_of(slug), engine_of(slug)
        self.at = BEGIN
        self.answers = _clean(self.item["application_form"], application, {}, self.at)
        self.materials = self._materials()
        self.tasks: dict[str, OpenedTask] = {}
        self.deadlines: dict[str, DeadlineSet] = {}
        self.awaited: dict[str, Subscription] = {}
        self.trace: list[TraceEntry] = []
        self.effects: list[Effect] = []
        facts = {
            "case": {"no": "99000020260302000016", "receiptDate": "2026-03-02", "channel": "window"},
            "item": self._item(),
            "applicant": {"type": self.answers["applicantType"], "name": self.answers["applicantName"]},
        }
        self._take(self.engine.start({**self._decisive(self.answers), **facts}, self.at))
        self.answers["materials"] = self.materials

    def _item(self) -> dict[str, Any]:
        names = {
            "acceptLimit": "accept_limit",
            "deliverLimit": "deliver_limit",
            "supplementDays": "supplement_days",
            "statutoryLimit": "anticipate_day",
            "promisedLimit": "promise_day",
            "extendMax": "extend_max",
            "handleMode": "handle_mode",
        }
        basis = [{"id": one["id"], "label": f"《{one['law']}》{one['article']}"} for one in self.item["by_law"]]
        return {"code": self.item["slug"], "basis": basis} | {key: self.item[name] for key, name in names.items()}

    def _materials(self) -> list[dict[str, Any]]:
        return [
            {"name": one["name"], "need": one["need"]}
            for one in self.item["material"]
            if "applies_if" not in one or compile_feel(one["applies_if"].lstrip("= "))(self.answers) is True
        ]

    def _decisive(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in answers.items() if key in self.definition.names}

    def open(self, element: str, scope: str = "") -> OpenedTask:
        """The open task of an element (in a scope that contains `scope`). Raises ValueError unless there is one."""
        found = [task for task in self.tasks.values() if task.element == element and scope in task.scope]
        (task,) = found
        return task

    def do(self, element: str, answer: Mapping[str, Any], scope: str = "") -> None:
        """Complete the open task of an element with an answer that its form must accept."""
        task = self.open(element, scope)
        context = {**self.answers, "item": self._item(), **task.inputs}
        cleaned = _clean(task.form_id, answer, context, self.at)
        self.answers |= cleaned
        self.at += timedelta(hours=1)
        self._take(self.engine.complete(self.state, task.id, self._decisive(cleaned), self.at))

    def fire(self, element: str, scope: str = "") -> None:
        """Let the deadline of an element pass."""
        found = [one for one in self.deadlines.values() if one.element == element and scope in one.scope]
        (deadline,) = found
        self.at += timedelta(days=10)
        del self.deadlines[deadline.id]
        self._take(self.engine.fire(self.state, deadline.id, self.at))

    def hear(self, element: str, answer: Mapping[str, Any]) -> None:
        """Enter the result that an element waits for, on its form."""
        (found,) = [one for one in self.awaited.values() if one.element == element]
        form_id = self.definition.elements[found.process, element].form_id
        cleaned = _clean(form_id, answer, {**self.answers, "item": self._item()}, self.at)
        self.answers |= cleaned
        self.at += timedelta(hours=1)
        data = self._decisive(cleaned)
        self._take(self.engine.deliver(self.state, found.message, found.key, data, self.at))

    def _take(self, step: Step) -> None:
        assert step.incidents == ()
        for closed in step.closed:
            del self.tasks[closed.id]
        for cleared in step.cleared:
            self.deadlines.pop(cleared, None)
        for over in step.unsubscribed:
            self.awaited.pop(over, None)
        self.awaited |= {one.id: one for one in step.subscribed}
        self.tasks |= {task.id: task for task in step.opened}
        self.deadlines |= {deadline.id: deadline for deadline in step.deadlines}
        self.trace += step.trace
        self.effects += step.effects
        self.status = step.status
        self.variables = step.variables
        self.state = step.state or b""
        for job in [task for task in self.tasks.values() if task.kind == "job"]:
            self._take(self.engine.complete(self.state, job.id, {}, self.at))

    @property
    def outcome(self) -> str | None:
        """How the case ended, by the end event it reached."""
        outcomes = [effect.attributes["kind"] for effect in self.effects if effect.kind == "outcome"]
        return outcomes[-1] if outcomes else None

    @property
    def papers(self) -> list[str]:
        """The kinds of papers issued, in order."""
        return [effect.attributes["kind"] for effect in self.effects if effect.kind == "notice"]

    @property
    def clocks(self) -> list[str]:
        """What happened to the clocks, in order: `case start normal`, `acceptance pause`…"""
        marks = [effect.attributes for effect in self.effects if effect.kind == "clock"]
        return [" ".join(filter(None, (one.get("clock", "case"), one["action"], one.get("basis")))) for one in marks]

    @property
    def taken(self) -> list[tuple[str, str]]:
        """The flows taken, as (process, flow)."""
        return [(one.process, one.element) for one in self.trace if one.move == "take"]

    def entered(self, process: str) -> list[str]:
        """The elements of a process in the order in which they were entered."""
        return [one.element for one in self.trace if one.move == "enter" and one.process == process]


def _clean(form_id: str, answer: Mapping[str, Any], context: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    cleaned = form_of(form_id).clean(answer, context, now=at)
    wrong = {key: [text.zh for text in texts] for key, texts in cleaned.errors.items()}
    assert wrong == {}, (form_id, wrong)
    return dict(cleaned.data)
