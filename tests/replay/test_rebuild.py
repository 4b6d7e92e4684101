"""A finished case runs again to the same end, and shows what was seen then, whatever has been changed since (R011)."""

from typing import Any

from sqlalchemy import select

from app.audit.models import LogEntry
from app.bench.diagrams import ANSWER, FORM, approval, chain
from app.cases.models import Case
from app.catalogue.bundle import bundle, forget
from app.db import transaction
from app.forms import Node
from app.replay.rebuild import Replayer
from app.replay.then import seen_then
from tests.house import County

OPINIONS = {"check": "材料齐全", "review": "情况属实", "approve": "同意发证"}


def finished(county: County) -> int:
    county.publish("bench", {"bench.bpmn": approval(), "forms/bench.form": FORM}, "bench")
    case_id = county.start("bench", **ANSWER)
    while tasks := county.tasks(case_id):
        county.later(hours=1)
        county.complete(tasks[0], **ANSWER | {"opinion": OPINIONS[tasks[0].element], "amount": len(OPINIONS) * 10})
    assert county.case(case_id).status == "completed"
    return case_id


def seen(case_id: int) -> list[dict[str, Any]]:
    """Every value that every step's form showed."""
    with transaction(write=False) as session:
        case = session.get_one(Case, case_id)
        entries = list(session.scalars(select(LogEntry).where(LogEntry.case_id == case_id).order_by(LogEntry.seq)))
        pages = [seen_then(case, entries[: number + 1]) for number in range(len(entries))]
        return [values(page.nodes) if page else {} for page in pages]


def values(nodes: tuple[Node, ...]) -> dict[str, Any]:
    return {node.label: node.value or node.lines for node in nodes}


def test_R011_a_finished_case_is_reproduced_after_form_diagram_and_item_were_changed(county: County) -> None:
    case_id = finished(county)
    before = seen(case_id)
    assert [one["意见"] for one in before[1:]] == list(OPINIONS.values())
    assert before[1]["金额"] != ""
    renamed = FORM.replace("意见".encode(), "结论".encode()).replace(b'"key": "amount"', b'"key": "sum"')
    other = {"bench.bpmn": chain(1).replace(b'id="chain"', b'id="bench"'), "forms/bench.form": renamed}
    version_id = county.case(case_id).version_id
    with transaction(write=False):
        content = dict(bundle(version_id).content)
    county.publish_again("bench", other, content | {"task_name": "改名事项", "promise_day": 9}, county.at.date())
    forget()
    assert seen(case_id) == before
    with transaction(write=False) as session:
        replay = Replayer(session).replay(session.get_one(Case, case_id))
    assert (replay.acts, replay.difference) == (1 + len(OPINIONS), None)


def test_R011_what_was_typed_is_what_is_shown(county: County) -> None:
    case_id = finished(county)
    typed = [{"标题": ANSWER["title"], "意见": opinion, "金额": "30"} for opinion in OPINIONS.values()]
    shown = seen(case_id)[1:]
    assert [{name: one[name] for name in ("标题", "意见", "金额")} for one in shown] == typed
