"""A house in which some things have happened: cases in many stages, papers, deadlines, messages, an incident."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

from app import clock
from app.bench.diagrams import ANSWER
from app.cases import operations, recount
from app.db import transaction
from app.documents import uploads
from app.documents.files import stored_files
from app.law.holidays import published
from tests.conftest import AT
from tests.diagrams import waits
from tests.documents.samples import PDF
from tests.house import County, furnished, open_house


def build(url: str) -> None:
    """Furnish a database and play in it."""
    furnished(url)
    with TemporaryDirectory() as folder, open_house(url, Path(folder)) as app, clock.frozen(AT):
        play(County(app, AT))


def play(county: County) -> None:
    """A granted case, one that waits for a supplement, a claimed, a suspended and a withdrawn one, and a stuck one."""
    _granted(county)
    noticed = county.start("food_business", hasColdDishes=False)
    first = county.case(noticed).data["materials"][0]["name"]
    county.check(noticed, "notice", {first: "缺少签字页"})
    claimed, suspended, withdrawn = county.start(), county.start(), county.start()
    task, clerk, admin = county.tasks(claimed)[0], county.holder_at_window("road_transport"), county.actor("admin")
    with transaction() as session:
        operations.claim_task(session, task.id, clerk, county.at)
    with transaction() as session:
        operations.save_draft(session, task.id, clerk, {"noticeAdvice": "请补"}, county.at)
    with transaction() as session:
        operations.suspend_case(session, suspended, admin, "核实重复申请", county.at)
    with transaction() as session:
        operations.withdraw_case(session, withdrawn, clerk, "申请人书面撤回", county.at)
    _with_file(county)
    county.publish("waits", waits(), "waits")
    county.start("waits", **ANSWER)
    with transaction() as session:
        recount.publish_notice(session, "990000", published()[-1], admin, county.at)


def file_away() -> None:
    """Put the file that a case has into the folder of this house: a copy of the database comes without it."""
    stored_files().keep(io.BytesIO(PDF), "执照.pdf", len(PDF))


def _with_file(county: County) -> None:
    clerk = county.holder_at_window("road_transport")
    with transaction() as session:
        sent = uploads.take_in(session, clerk, "执照.pdf", io.BytesIO(PDF), county.at)
    posted = county.application("road_transport") | {"files": [{"id": str(sent.id)}]}
    with transaction() as session:
        operations.start_case(session, "road_transport", clerk, posted, channel="window", at=county.at)


def _granted(county: County) -> None:
    case_id = county.start()
    county.check(case_id, "accept")
    answers = {
        "review": {"reviewResult": "grant", "authenticity": "pass", "completeness": "pass", "compliance": "pass"},
        "approval": {"decision": "granted"},
    }
    while county.case(case_id).status == "active":
        county.later(hours=3)
        task = county.tasks(case_id)[0]
        county.complete(task, **answers.get(task.element, {}))
