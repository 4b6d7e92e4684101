"""Who acts, and what they may do: the four identity fields of every act (R001), and `may()`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.errors import Forbidden, Text


@dataclass(frozen=True, slots=True)
class Held:
    """A post that the actor holds: as A, or as B standing in for `principal` (the A holder's name)."""

    post_id: int
    code: str
    name: str
    name_en: str
    unit_id: int
    unit_code: str
    unit_name: str
    rank: str
    principal: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who is logged in, or the system itself (`person_id` 0)."""

    person_id: int
    name: str
    unit_id: int
    unit_name: str
    roles: frozenset[str] = frozenset()
    posts: Mapping[int, Held] = field(default_factory=dict)
    login: str = ""
    name_en: str = ""
    unit_name_en: str = ""

    @property
    def is_system(self) -> bool:
        return self.person_id == 0


SYSTEM = Actor(0, "系统", 0, "系统", frozenset({"system"}), name_en="System", unit_name_en="System")


class Thing(Protocol):
    """What an act is done to, as far as permission looks at it."""

    @property
    def post_id(self) -> int | None: ...
    @property
    def assignee_id(self) -> int | None: ...


CLERK = "clerk"
DESKS = frozenset({"supervisor", "auditor", "analyst", "administrator"})
_EVERYONE = frozenset({CLERK, "supervisor", "auditor", "analyst", "administrator", "system"})
_ROLES: dict[str, frozenset[str]] = {
    "case.read": _EVERYONE,
    "case.start": frozenset({CLERK, "system"}),
    "case.withdraw": frozenset({CLERK, "administrator"}),
    "case.override": frozenset({"supervisor"}),
    "case.suspend": frozenset({"administrator"}),
    "case.cancel": frozenset({"administrator"}),
    "incident.retry": frozenset({"administrator"}),
    "file.upload": frozenset({CLERK}),
    "task.list": _EVERYONE,
    "task.read": _EVERYONE,
    "task.claim": frozenset({CLERK}),
    "task.complete": frozenset({CLERK, "system"}),
    "reply.list": _EVERYONE,
    "reply.enter": frozenset({CLERK}),
    "audit.read": frozenset({"auditor", "supervisor", "administrator"}),
    "studio.check": frozenset({"analyst", "administrator"}),
    "catalogue.read": _EVERYONE,
    "catalogue.publish": frozenset({"administrator", "system"}),
    "calendar.read": _EVERYONE,
    "calendar.manage": frozenset({"administrator"}),
    "health.read": _EVERYONE,
    "session.own": _EVERYONE,
}
_AT_THE_TASK = frozenset({"task.claim", "task.complete", "reply.enter"})


def roles_of(actor: Actor) -> frozenset[str]:
    """The actor's roles; whoever holds a post that is not a desk's is a clerk."""
    at_work = any(held.code not in DESKS for held in actor.posts.values())
    return actor.roles | {CLERK} if at_work else actor.roles


def may(actor: Actor, act: str, thing: Thing | None = None) -> bool:
    """Whether `actor` may do `act`, to `thing` where given.

    A task is done by a holder of its post, and once claimed only by the claimant (R001); the system completes
    only what no person is meant to do. Raises KeyError on an act that is not in the table: acts are code, not data.
    """
    if not roles_of(actor) & _ROLES[act]:
        return False
    if act not in _AT_THE_TASK or thing is None:
        return True
    if actor.is_system:
        return thing.post_id is None and thing.assignee_id is None
    if thing.assignee_id is not None:
        return thing.assignee_id == actor.person_id
    return thing.post_id in actor.posts


def demand(actor: Actor, act: str, thing: Thing | None = None, *, what: str = "") -> None:
    """Raise Forbidden unless `actor` may do `act` to `thing`."""
    if not may(actor, act, thing):
        raise Forbidden(
            Text(
                "您没有办理此事的权限，如需办理请联系管理员",
                "You are not permitted to do this; ask an administrator",
            ),
            act=act,
            thing=what,
        )
