"""The house for tests: a furnished database, and the county's people at work in it."""

import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import create_app
from app.bench.acts import ITEM
from app.cases import operations, replies
from app.cases.models import Case, Deadline, Task
from app.catalogue.bundle import bundle, forget
from app.catalogue.operations import list_power, publish
from app.catalogue.queries import version_in_force
from app.catalogue.shelf import Shelved
from app.config import Settings
from app.db import db, transaction
from app.forms.generate import generate
from app.identity import queries as identity
from app.identity.actor import SYSTEM, Actor
from app.law.clock import local_date
from app.rehearsal import house


def furnished(url: str) -> None:
    """Migrate and furnish a database."""
    with house(url):
        pass


@contextmanager
def open_house(url: str, var: Path) -> Iterator[Flask]:
    """The application on a furnished database, inside its context."""
    app = create_app(Settings(database_url=url, secret_key="tests", var=var))
    app.testing = True
    with app.app_context():
        forget()
        identity.forget_posts()
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
            forget()
            identity.forget_posts()


GOOD = {"verdict": "complete", "originals": 1, "copies": 0, "pages": 3}


@dataclass
class County:
    """Acts of the county's people, each in a transaction of its own; `at` moves on as the test says."""

    app: Flask
    at: datetime
    seed: int = 1

    def later(self, **span: float) -> datetime:
        """Let time pass."""
        self.at += timedelta(**span)
        return self.at

    def actor(self, login: str) -> Actor:
        with transaction(write=False):
            person = identity.person_by_login("990000", login)
            assert person is not None, login
            found = identity.actor(person.id, local_date(self.at))
        assert found is not None
        return found

    def application(self, slug: str, **answers: Any) -> dict[str, Any]:
        """An application that the item's form accepts, with these answers in it."""
        with transaction(write=False):
            form = bundle(version_in_force(slug, local_date(self.at))).application_form
            for number in range(50):
                made = generate(form, {}, random.Random(self.seed + number), self.at) | answers
                if not form.clean(made, {}, now=self.at).errors:
                    return made
        raise AssertionError(form.clean(made, {}, now=self.at).errors)

    def start(self, slug: str = "road_transport", login: str = "", files: Sequence[str] = (), **answers: Any) -> int:
        """Receive an application at the item's window, with these uploads; returns the case's id."""
        made = self.application(slug, **answers) | ({"files": [{"id": one} for one in files]} if files else {})
        clerk = self.actor(login) if login else self.holder_at_window(slug)
        with transaction() as session:
            return operations.start_case(session, slug, clerk, made, channel="window", at=self.at).case.id

    def holder_at_window(self, slug: str) -> Actor:
        with transaction(write=False):
            version = bundle(version_in_force(slug, local_date(self.at)))
            post = identity.post_named(version.division, "window", version.unit_id)
            assert post is not None
            login = identity.holders(post.id, local_date(self.at))[0].login
        return self.actor(login)

    def publish(self, slug: str, files: Mapping[str, bytes], process_id: str, **changes: Any) -> None:
        """List and publish an item of a diagram written for the test; its application form is `bench`."""
        code = f"1199000000000003504990131{zlib.crc32(slug.encode()) % 1000000:06d}"
        entry = {**ITEM, "slug": slug, "task_code": code, "process": {"id": process_id}, **changes}
        with transaction() as session:
            list_power(session, "990000", entry, SYSTEM, self.at)
        self.publish_again(slug, files, entry)

    def publish_again(
        self, slug: str, files: Mapping[str, bytes], content: Mapping[str, Any], effective: date = date(2024, 1, 1)
    ) -> int:
        """Publish another version of a listed item; returns its number."""
        with transaction() as session:
            shelved = Shelved(slug, dict(content), dict(files))
            return publish(session, "990000", shelved, SYSTEM, self.at, effective).number

    def case_row(self, session: Session, case_id: int) -> Case:
        return session.get_one(Case, case_id)

    def case(self, case_id: int) -> Case:
        with transaction(write=False) as session:
            found = session.get_one(Case, case_id)
            session.expunge_all()
        return found

    def tasks(self, case_id: int, element: str = "") -> list[Task]:
        """The open tasks of a case, or those of one element."""
        with transaction(write=False) as session:
            query = select(Task).where(Task.case_id == case_id, Task.status == "open").order_by(Task.id)
            found = [one for one in session.scalars(query) if element in ("", one.element)]
            session.expunge_all()
        return found

    def deadlines(self, case_id: int) -> list[Deadline]:
        with transaction(write=False) as session:
            found = list(session.scalars(select(Deadline).where(Deadline.case_id == case_id).order_by(Deadline.id)))
            session.expunge_all()
        return found

    def doer(self, task: Task, rank: int = 0) -> Actor:
        """Whoever holds the task's post: as A, or with `rank` 1 as B."""
        with transaction(write=False):
            login = identity.holders(task.post_id or 0, local_date(self.at))[rank].login
        return self.actor(login)

    def answer(self, task: Task, **answers: Any) -> dict[str, Any]:
        """An answer that the task's form accepts, with these answers in it."""
        with transaction(write=False) as session:
            live = session.get_one(Task, task.id)
            version = bundle(live.case.version_id)
            context = operations.form_context(live.case, live, version)
            form = version.forms[task.form_id or ""]
            for number in range(200):
                made = generate(form, context, random.Random(self.seed + number), self.at)
                made = {**made, **answers}
                if not form.clean(made, context, now=self.at).errors:
                    return made
        raise AssertionError(form.clean(made, context, now=self.at).errors)

    def complete(self, task: Task, actor: Actor | None = None, **answers: Any) -> None:
        """Do a task."""
        made, actor = self.answer(task, **answers), actor or self.doer(task)
        with transaction() as session:
            operations.complete_task(session, task.id, actor, made, self.at)

    def do(self, case_id: int, element: str, actor: Actor | None = None, **answers: Any) -> None:
        """Do the open task of an element."""
        self.complete(self.tasks(case_id, element)[0], actor, **answers)

    def awaited(self, case_id: int) -> list[replies.Awaited]:
        """The results from outside that a case waits for and that people enter."""
        with transaction(write=False) as session:
            return replies.awaited_by(session.get_one(Case, case_id))

    def hear(self, case_id: int, actor: Actor | None = None, **answers: Any) -> None:
        """Enter the result that a case waits for, by the holder of its post."""
        (found,) = self.awaited(case_id)
        with transaction(write=False) as session:
            context = replies.awaited("990000", found.id).context()
            login = identity.holders(found.post_id or 0, local_date(self.at))[0].login
            session.expunge_all()
        made = generate(found.form, context, random.Random(self.seed), self.at) | answers
        clerk = actor or self.actor(login)
        with transaction() as session:
            replies.enter_reply(session, found.id, clerk, made, self.at)

    def check(self, case_id: int, result: str, defective: Mapping[str, str] | None = None) -> None:
        """Check the materials: `defective` maps names to what is wrong, everything else is complete."""
        self.do(
            case_id, "check", checkResult=result, materials=self.materials(case_id, defective or {}), **REFUSAL[result]
        )

    def materials(self, case_id: int, defective: Mapping[str, str]) -> list[dict[str, Any]]:
        listed = self.case(case_id).data["materials"]
        return [
            {"name": one["name"], "need": one["need"]}
            | ({"verdict": "missing", "defect": defective[one["name"]]} if one["name"] in defective else GOOD)
            for one in listed
        ]

    def fire_due(self) -> int:
        """Fire every deadline that is due by now, in order."""
        from app import jobs

        fired = 0
        while True:
            with transaction(write=False) as session:
                due = select(Deadline.id).where(Deadline.due_at <= self.at).order_by(Deadline.due_at, Deadline.id)
                ids = list(session.scalars(due))
            if not ids:
                return fired
            for deadline_id in ids:
                jobs.fire(deadline_id, self.at)
                fired += 1


REASON = "申请事项依法不属于本机关职权范围,应当向上级机关申请"
REFUSAL: dict[str, dict[str, Any]] = {
    "accept": {},
    "on_the_spot": {},
    "notice": {"noticeAdvice": "请到窗口补正"},
    "refuse": {"refuseKind": "other", "refuseReason": REASON},
}
