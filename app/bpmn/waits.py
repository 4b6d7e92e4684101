"""What a token, or a whole scope, waits for: a task, a deadline, a message or a signal. One `Wait` each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from app.bpmn import timers
from app.bpmn.expression import Failure, as_text
from app.bpmn.step import DeadlineSet, Limit, OpenedTask, StepInfo, Subscription
from app.bpmn.support import WAITED_FOR
from app.errors import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.bpmn.case import Case
    from app.bpmn.diagram import EventRule, LimitRule, Node, TaskRule, Timer
    from app.bpmn.expression import Value
    from app.bpmn.scope import Scope
    from app.bpmn.token import Token

_LONGEST = 200  # characters of a name or key, and of a condition, that the host is told
WaitKind = Literal["task", "deadline", "message", "signal", "condition"]
Record = OpenedTask | DeadlineSet | Subscription


@dataclass(slots=True)
class Wait:
    """Something open under an id of ours. `facts` are what was evaluated when it opened; the rest is the node's.

    `node` is the task or event itself; `holder` the token at it, at its activity, at its event-based gateway, or the
    scope that an event sub-process guards. `kind`: task, deadline, message, signal, condition.
    """

    id: str
    kind: WaitKind
    node: Node
    holder: Token | Scope
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """Where it was opened."""
        from app.bpmn.scope import Scope

        return self.holder if isinstance(self.holder, Scope) else self.holder.scope

    @property
    def token(self) -> Token:
        """The token that waits. Raises TypeError when it is a scope."""
        from app.bpmn.scope import Scope

        if isinstance(self.holder, Scope):
            raise TypeError(f"{self.id} is waited for by a scope")
        return self.holder

    @property
    def rule(self) -> EventRule:
        """Of the event's definitions the one that is waited for here. Raises TypeError for a task."""
        if self.node.event is None:
            raise TypeError(f"{self.node.id} is no event")
        number: int = self.facts.get("part", 0)
        return self.node.event.each[number]

    def record(self) -> Record:
        """What the host is told."""
        if self.kind == "task":
            return _task(self)
        if self.kind == "deadline":
            return _deadline(self)
        facts, node, rule = self.facts, self.node, self.node.event and self.rule
        condition = rule.condition.source[:_LONGEST] if rule and rule.condition else ""
        return Subscription(
            self.id, node.process, node.id, self.scope.path, facts.get("name", condition), facts.get("key"),
            self.kind,
        )  # fmt: skip


def boundary(case: Case, token: Token) -> list[Wait]:
    """What the boundary events of a token's activity wait for. Raises Failure when that cannot be evaluated."""
    nodes = case.definition.bodies[token.node.body].nodes
    return [wait for one in token.node.boundary for wait in event(case, nodes[one], token, token.context())]


def event(case: Case, node: Node, holder: Token | Scope, context: Mapping[str, object]) -> list[Wait]:
    """What a catching event waits for; nothing for errors and escalations, which find their catcher themselves."""
    if node.event is None:
        return []
    path, found = (holder.scope if hasattr(holder, "scope") else holder).path, []
    for number, rule in enumerate(node.event.each):
        if rule.kind in WAITED_FOR:
            kind, facts = _event_facts(rule, context, case.at)
            if number:
                facts["part"] = number
            found.append(Wait(case.name(path, node.id), kind, node, holder, facts))
    return found


def _event_facts(rule: EventRule, context: Mapping[str, object], at: datetime) -> tuple[WaitKind, dict[str, Any]]:
    if rule.timer is not None:
        return "deadline", timer_facts(rule.timer, context, at)
    if rule.condition is not None:
        is_true(rule.condition, context, at)
        return "condition", {}
    facts = {"name": named(rule.name, context, at)}
    if rule.key is not None:
        facts["key"] = keyed(rule.key, context, at)
    return "signal" if rule.kind == "signal" else "message", facts


def is_true(condition: Value, context: Mapping[str, object], at: datetime) -> bool:
    """Whether a conditional event's condition holds. Null, where data are still missing, is not true yet.

    Raises Failure for anything else that is neither true nor false: such an event would wait in vain.
    """
    value = condition(context, at)
    if value is not None and not isinstance(value, bool):
        source = condition.source
        text = Text(f"条件 {source} 不得真假", f"the condition {source} is neither true nor false")
        raise Failure("condition-not-boolean", text)
    return value is True


def named(value: Value | None, context: Mapping[str, object], at: datetime) -> str:
    """The name of a message or signal. Raises Failure when it comes out empty."""
    name = "" if value is None else value.text(context, at)
    if not name:
        raise Failure("no-name", Text("消息或信号的名称为空", "the name of a message or signal is empty"))
    return _short(name)


def keyed(value: Value, context: Mapping[str, object], at: datetime) -> str:
    """A correlation key as text. Raises Failure when it is null: such a message could never arrive."""
    key = value(context, at)
    if key is None or isinstance(key, (list, dict)):
        text = Text(f"关联键 {value.source} 的值不能用", f"the correlation key {value.source} has no usable value")
        raise Failure("no-correlation-key", text)
    return _short(as_text(key))


def _short(name: str) -> str:
    """A name or key that the host can keep. Raises Failure when it is too long to be one."""
    if len(name) > _LONGEST:
        text = Text(f"名称或关联键超过 {_LONGEST} 字", f"a name or key is longer than {_LONGEST} characters")
        raise Failure("name-too-long", text)
    return name


def timer_facts(timer: Timer, context: Mapping[str, object], at: datetime) -> dict[str, Any]:
    """When a timer is due, or the limit that the host turns into a date."""
    if timer.limit is not None:
        return {"limit": limit_facts(timer.limit, context, at)}
    if timer.value is None:
        raise Failure("bad-timer", Text("定时事件没有时间", "the timer event has no time"))
    value = timer.value(context, at)
    if timer.kind == "date":
        return {"due": timers.moment(value).isoformat()}
    if timer.kind == "duration":
        return {"due": timers.duration(value).after(at).isoformat()}
    return _cycle_facts(*timers.cycle(value, at))


def next_facts(facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """The next occurrence of a cycle that has just fired; None when it was the last, or no cycle."""
    if "cycle" not in facts:
        return None
    following = timers.following(datetime.fromisoformat(facts["due"]), timers.Cycle(*facts["cycle"]))
    part = {"part": facts["part"]} if "part" in facts else {}
    return None if following is None else _cycle_facts(*following) | part


def _cycle_facts(due: datetime, cycle: timers.Cycle) -> dict[str, Any]:
    counted = [cycle.first, cycle.index] if cycle.first else []
    return {"due": due.isoformat(), "cycle": [cycle.left, cycle.every, *counted]}


def limit_facts(rule: LimitRule, context: Mapping[str, object], at: datetime) -> list[Any]:
    """A limit's value, unit, start and whether it stops, evaluated at entry."""
    value = rule.value(context, at)
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 100_000:
        source = rule.value.source
        raise Failure("bad-limit", Text(f"期限 {source} 不是自然数", f"the limit {source} is not a whole number"))
    return [number, rule.unit, _start(rule.start, context, at), rule.stops]


def _start(value: Value, context: Mapping[str, object], at: datetime) -> str:
    start = value(context, at)
    text = as_text(start)
    if text in ("entry", "receipt", "acceptance", "decision"):
        return text
    return timers.day(start).isoformat()


def task_facts(rule: TaskRule, context: Mapping[str, object], at: datetime) -> dict[str, Any]:
    """What a task says of itself here and now; only what is not empty."""
    facts: dict[str, Any] = {
        "assignee": rule.assignee and rule.assignee.text(context, at),
        "groups": rule.groups and _several(rule.groups, context, at),
        "users": rule.users and _several(rule.users, context, at),
        "post": rule.post and rule.post.text(context, at),
        "limit": rule.limit and limit_facts(rule.limit, context, at),
        "due": rule.due_date and _dated(rule.due_date, context, at),
        "follow": rule.follow_up_date and _dated(rule.follow_up_date, context, at),
        "job": rule.job_type and named(rule.job_type, context, at),
        "retries": rule.retries and _counted(rule.retries, context, at),
    }
    return {name: fact for name, fact in facts.items() if fact}


def _several(value: Value, context: Mapping[str, object], at: datetime) -> list[str]:
    found = value(context, at)
    if isinstance(found, list):
        return [as_text(one) for one in found if one is not None]
    return [part.strip() for part in as_text(found).split(",") if part.strip()]


def _dated(value: Value, context: Mapping[str, object], at: datetime) -> str:
    found = value(context, at)
    return "" if found in (None, "") else timers.moment(found).isoformat()


def _counted(value: Value, context: Mapping[str, object], at: datetime) -> int:
    text = value.text(context, at)
    if not text.isascii() or not text.isdigit():
        raise Failure("bad-retries", Text(f"重试次数“{text}”不是自然数", f"retries “{text}” is not a whole number"))
    return int(text)


def limit_of(facts: Mapping[str, Any]) -> Limit | None:
    """The limit among a wait's facts."""
    if "limit" not in facts:
        return None
    value, unit, start, stops = facts["limit"]
    dated = start[:1].isdigit()
    return Limit(value, unit, date.fromisoformat(start) if dated else start, stops)


def _deadline(wait: Wait) -> DeadlineSet:
    node, facts = wait.node, wait.facts
    due = datetime.fromisoformat(facts["due"]) if "due" in facts else None
    interrupting = node.event is not None and node.event.interrupting
    return DeadlineSet(
        wait.id, node.process, node.id, wait.scope.path, node.name, interrupting, limit_of(facts), due,
        "cycle" in facts and not interrupting,
    )  # fmt: skip


def _task(wait: Wait) -> OpenedTask:
    node, facts, token = wait.node, wait.facts, wait.token
    rule, step = node.task, node.step
    if rule is None:
        raise TypeError(f"{node.id} opens no task")
    own = {} if token.scope.kind != "instance" else token.scope.vars
    info = None
    if step is not None:
        post = facts.get("post", "")
        info = StepInfo(step.kind, post, step.standard, step.risk_points, step.different_from)
    return OpenedTask(
        wait.id, node.process, node.id, token.scope.path, node.name, rule.kind,
        lane=node.lane, form_id=rule.form_id, assignee=facts.get("assignee", ""),
        candidate_groups=tuple(facts.get("groups", ())), candidate_users=tuple(facts.get("users", ())),
        step=info, limit=limit_of(facts), job_type=facts.get("job", ""), retries=facts.get("retries", 0),
        due_date=facts.get("due", ""), follow_up_date=facts.get("follow", ""), headers=rule.headers,
        inputs={**own, **token.data}, properties=rule.properties,
    )  # fmt: skip
