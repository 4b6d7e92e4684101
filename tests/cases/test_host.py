"""What the checker believes of the house's own variables is what cases start with and forms are shown."""

from collections.abc import Mapping

from flask import Flask
from sqlalchemy import select

from app.bench.diagrams import ANSWER
from app.bpmn.checks import host
from app.cases import operations
from app.cases.models import Case, Task
from app.catalogue.bundle import bundle
from app.db import transaction
from app.feel.infer import Shape
from tests.conftest import AT
from tests.diagrams import after, line
from tests.house import County


def fields(shape: Shape) -> set[str]:
    """The entries that a shape has."""
    return set(shape.fields or ())


def test_the_checker_knows_what_a_case_starts_with_and_what_forms_are_shown(app: Flask) -> None:
    county = County(app, AT)
    county.publish("timed", line("timed", after("PT1H")), "timed")
    number = county.start("timed", **ANSWER)
    with transaction(write=False) as session:
        case = session.get_one(Case, number)
        version = bundle(case.version_id)
        begun = operations._start_data(case, version, {})
        shown = operations.form_context(case, Task(inputs={}, scope="", key="t#1", form_id=None), version)
        assert session.scalar(select(Case.id)) == number
    for given, believed in ((begun, host.START), (shown, host.SHOWN)):
        for name in set(believed) & {"case", "item", "applicant"}:
            held = given[name]
            assert isinstance(held, Mapping)
            assert set(held) == fields(believed[name]), name
    assert set(shown["materials"][0] if shown["materials"] else ()) <= fields(
        host.SHOWN["materials"].item or Shape(None)
    )
