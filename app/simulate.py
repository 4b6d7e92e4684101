"""Cases driven through to their ends in virtual time, by generated answers; the smoke test of the whole house."""

import heapq
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from app import jobs
from app.cases import operations, replies
from app.cases.models import Case, Deadline, Incident, Subscription, Task
from app.catalogue.bundle import bundle
from app.catalogue.queries import version_in_force
from app.db import transaction
from app.errors import Forbidden, Invalid, NotFound
from app.forms.generate import generate
from app.identity import queries as identity
from app.identity.actor import Actor
from app.law.calendar import seeded
from app.law.clock import CLOSE, ZONE, local_date

OPENING = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
TRIES = 40
SPAN = timedelta(days=120)
OPENS = time(9, 0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate: `cases` of each item, answers and times drawn from `seed`."""

    items: tuple[str, ...]
    cases: int
    seed: int
    opening: datetime = OPENING


@dataclass(slots=True)
class Outcome:
    """What happened."""

    cases: int = 0
    ended: int = 0
    acts: int = 0
    deadlines_fired: int = 0
    incidents: int = 0
    refused: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    stuck: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "cases": self.cases,
            "ended": self.ended,
            "acts": self.acts,
            "deadlines_fired": self.deadlines_fired,
            "incidents": self.incidents,
            "refused_answers": self.refused,
            "outcomes": dict(sorted(self.outcomes.items())),
            "stuck": self.stuck,
        }


class Simulation:
    """A virtual centre: people come, clerks answer, deadlines fire in order, until every case has ended.

    `until` cuts the story short, leaving cases where they stand: that is how the demonstration's data is made.
    """

    def __init__(self, plan: Plan, until: datetime | None = None) -> None:
        self._plan = plan
        self._until = until
        self._agenda: list[tuple[datetime, int, str, Any]] = []
        self._count = 0
        self._case_ids: list[int] = []
        self._seen: set[int] = set()
        self._actors: dict[int, list[Actor]] = {}
        self._calendar = seeded()
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Play the story to its end, or to `until`."""
        for slug in self._plan.items:
            for number in range(self._plan.cases):
                rng = random.Random(f"{self._plan.seed}/{slug}/{number}")  # noqa: S311 - a story, not a secret
                self._put(self._arrival(number, rng), "start", (slug, rng))
        while (event := self._next()) is not None:
            at, kind, what = event
            if self._until is not None and at > self._until:
                break
            self._handle(at, kind, what)
        self._tell()
        return self.outcome

    def _arrival(self, number: int, rng: random.Random) -> datetime:
        """Evenly over time; where the story is cut short, ever more towards its end, so that many are under way."""
        share = (number + rng.random()) / self._plan.cases
        if self._until is None:
            return self._office(self._plan.opening + SPAN * share, rng)
        at = self._office(self._until - (self._until - self._plan.opening) * share**2.2, rng)
        return min(at, self._until - timedelta(minutes=rng.uniform(5, 300)))

    def _office(self, at: datetime, rng: random.Random) -> datetime:
        """The instant itself in office hours, else some time in the next morning worked."""
        local = at.astimezone(ZONE)
        if OPENS <= local.time() < CLOSE and self._calendar.is_working(local.date()):
            return at
        today = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
        morning = datetime.combine(self._calendar.next_working(today), OPENS, ZONE)
        return (morning + timedelta(minutes=rng.uniform(1, 180))).astimezone(UTC)

    # --- the order of things -----------------------------------------------------------------------

    def _put(self, at: datetime, kind: str, what: Any) -> None:
        self._count += 1
        heapq.heappush(self._agenda, (at, self._count, kind, what))

    def _next(self) -> tuple[datetime, str, Any] | None:
        """The next thing to happen: a due deadline before an act of the same instant."""
        deadline = self._earliest_deadline()
        if deadline is not None and (not self._agenda or deadline[0] <= self._agenda[0][0]):
            return deadline[0], "deadline", deadline[1]
        if not self._agenda:
            return None
        at, _, kind, what = heapq.heappop(self._agenda)
        return at, kind, what

    def _earliest_deadline(self) -> tuple[datetime, int] | None:
        with transaction(write=False) as session:
            row = session.execute(
                select(Deadline.due_at, Deadline.id)
                .join(Case, Case.id == Deadline.case_id)
                .where(Deadline.due_at.is_not(None), Case.status == "active")
                .order_by(Deadline.due_at, Deadline.id)
                .limit(1)
            ).one_or_none()
        return None if row is None or row.due_at is None else (row.due_at, row.id)

    def _handle(self, at: datetime, kind: str, what: Any) -> None:
        if kind == "start":
            self._start(at, *what)
        elif kind == "deadline":
            jobs.fire(what, at)
            self.outcome.deadlines_fired += 1
            after = f"{self._plan.seed}/{self.outcome.deadlines_fired}"
            self._look_around(at, random.Random(after))  # noqa: S311 - a story, not a secret
        elif kind == "claim":
            self._claim(at, what)
        elif kind == "reply":
            self._reply(at, *what)
        else:
            self._work(at, *what)

    # --- what people do ----------------------------------------------------------------------------

    def _start(self, at: datetime, slug: str, rng: random.Random) -> None:
        with transaction() as session:
            version = bundle(version_in_force(slug, local_date(at)))
            window = identity.post_named(version.division, "window", version.unit_id)
            clerk = self._holders(window.id if window else 0, at)[0]
            for _ in range(TRIES):
                answer = generate(version.application_form, {}, rng, at)
                try:
                    started = operations.start_case(session, slug, clerk, answer, channel="window", at=at)
                    break
                except Invalid:
                    self.outcome.refused += 1
            else:
                raise RuntimeError(f"no application to {slug} was accepted in {TRIES} tries")
            self._case_ids.append(started.case.id)
        self.outcome.cases += 1
        self.outcome.acts += 1
        self._look_around(at, rng)

    def _look_around(self, at: datetime, rng: random.Random) -> None:
        """Put what has opened since on somebody's agenda; service tasks are done at once."""
        with transaction(write=False) as session:
            opened = session.execute(select(Task.id, Task.kind).where(Task.status == "open").order_by(Task.id)).all()
        for task_id, kind in opened:
            if task_id in self._seen:
                continue
            self._seen.add(task_id)
            if kind == "job":
                jobs.serve(task_id, at)
                self._look_around(at, rng)
            else:
                self._plan_work(at, task_id, rng)
        self._look_outside(at, rng)

    def _look_outside(self, at: datetime, rng: random.Random) -> None:
        """Whoever is waited for outside answers after some days, and then and now too late."""
        with transaction(write=False) as session:
            messages = select(Subscription.id).where(Subscription.kind == "message").order_by(Subscription.id)
            asked = [one for one in session.scalars(messages) if one not in self._seen]
        for subscription_id in asked:
            self._seen.add(subscription_id)
            days = rng.uniform(25, 60) if rng.random() < 0.15 else rng.expovariate(1 / 4) + 0.5
            self._put(self._office(at + timedelta(days=days), rng), "reply", (subscription_id, rng, 0))

    def _plan_work(self, at: datetime, task_id: int, rng: random.Random) -> None:
        """Somebody will do the task after a while, and half of them claim it first."""
        when = self._office(at + _delay(rng), rng)
        if rng.random() < 0.5:
            self._put(min(self._office(at + (when - at) * 0.4, rng), when), "claim", task_id)
        self._put(when, "work", (task_id, rng, 0))

    def _claim(self, at: datetime, task_id: int) -> None:
        with transaction(write=False) as session:
            task = session.get(Task, task_id)
            if task is None or task.status != "open" or task.post_id is None:
                return
            actor = self._holders(task.post_id, at)[0]
        with transaction() as session:
            operations.claim_task(session, task_id, actor, at)
        self.outcome.acts += 1

    def _work(self, at: datetime, task_id: int, rng: random.Random, tried: int) -> None:
        with transaction(write=False) as session:
            task = session.get(Task, task_id)
            if task is None or task.status != "open":
                return
            holders, assignee = self._holders(task.post_id or 0, at), task.assignee_id
            case, version = task.case, bundle(task.case.version_id)
            form = version.forms.get(task.form_id) if task.form_id else None
            context = operations.form_context(case, task, version)
        answer = generate(form, context, rng, at) if form else {}
        doer = holders[tried % len(holders)]
        claimant = next((one for one in holders if one.person_id == assignee), doer)
        if self._complete(task_id, claimant, answer, at):
            self.outcome.acts += 1
            self._look_around(at, rng)
        elif tried < TRIES:
            self._put(at + timedelta(minutes=1), "work", (task_id, rng, tried + 1))

    def _reply(self, at: datetime, subscription_id: int, rng: random.Random, tried: int) -> None:
        with transaction(write=False) as session:
            row = session.get(Subscription, subscription_id)
            try:
                found = replies.awaited(row.division if row else "", subscription_id)
            except NotFound:
                return
            actor = self._holders(found.post_id or 0, at)[tried % 2]
            answer = generate(found.form, found.context(), rng, at)
        try:
            with transaction() as session:
                replies.enter_reply(session, subscription_id, actor, answer, at)
        except (Invalid, Forbidden):
            self.outcome.refused += 1
            if tried < TRIES:
                self._put(at + timedelta(minutes=1), "reply", (subscription_id, rng, tried + 1))
            return
        self.outcome.acts += 1
        self._look_around(at, rng)

    def _complete(self, task_id: int, actor: Actor, answer: dict[str, Any], at: datetime) -> bool:
        try:
            with transaction() as session:
                operations.complete_task(session, task_id, actor, answer, at)
        except (Invalid, Forbidden):
            self.outcome.refused += 1
            return False
        return True

    def _holders(self, post_id: int, at: datetime) -> list[Actor]:
        known = self._actors.get(post_id)
        if known is None:
            people = identity.holders(post_id, local_date(at))
            actors = [identity.actor(person.id, local_date(at)) for person in people]
            known = self._actors[post_id] = [one for one in actors if one is not None]
        if not known:
            raise RuntimeError(f"nobody holds post {post_id}")
        return known

    # --- the end -----------------------------------------------------------------------------------

    def _tell(self) -> None:
        with transaction(write=False) as session:
            cases = session.scalars(select(Case).where(Case.id.in_(self._case_ids)))
            for case in cases:
                if case.status in ("completed", "cancelled"):
                    self.outcome.ended += 1
                    self.outcome.outcomes[case.outcome or "none"] += 1
                else:
                    self.outcome.stuck.append(case.no)
            mine = select(Incident.id).where(Incident.case_id.in_(self._case_ids))
            self.outcome.incidents = len(session.scalars(mine).all())


def _delay(rng: random.Random) -> timedelta:
    """Most tasks are done within hours; one in twenty lies long enough for a deadline to fire."""
    return timedelta(days=rng.uniform(8, 45)) if rng.random() < 0.05 else timedelta(hours=rng.expovariate(1 / 9) + 0.2)
