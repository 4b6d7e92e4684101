"""Items and their versions: only what is listed is published, and a case stays on the version of its day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.bench.acts import ITEM
from app.bench.diagrams import ANSWER, FORM, approval, chain
from app.catalogue.bundle import Compiled, bundle
from app.catalogue.models import Item, ItemVersion
from app.catalogue.operations import findings, list_power, publish
from app.catalogue.queries import open_items, version_in_force
from app.catalogue.rules import MANDATORY, item_findings
from app.catalogue.shelf import Shelved
from app.db import transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from app.identity.actor import SYSTEM
from app.replay.verify import verify_house
from tests.dmn.build import decision, literal, model, requires, table
from tests.house import County

FILES = {"bench.bpmn": approval(), "forms/bench.form": FORM}
NEW_YEAR = date(2024, 1, 1)


def listed(county: County, **changes: Any) -> dict[str, Any]:
    """The entry of an item that is in the list of powers."""
    entry = {**ITEM, **changes}
    with transaction() as session:
        list_power(session, "990000", entry, SYSTEM, county.at)
    return entry


def refused(county: County, content: Mapping[str, Any], files: Mapping[str, bytes] = FILES) -> set[str]:
    """The codes of the errors for which a publication is refused; nothing may be stored."""
    slug = str(content["slug"])
    with pytest.raises(Refused) as refusal:
        county.publish_again(slug, files, content)
    with transaction(write=False) as session:
        stored = select(func.count()).select_from(ItemVersion).join(Item, Item.id == ItemVersion.item_id)
        assert session.scalar(stored.where(Item.slug == slug)) == 0
        assert not verify_house(session).breaks
    for one in refusal.value.findings:
        assert one.text.zh
        assert one.text.en
        assert one.remedy.zh
        assert one.remedy.en
    return {one.code for one in refusal.value.findings if one.severity == "error"}


def test_R151_what_is_not_in_the_list_of_powers_is_not_published(county: County) -> None:
    assert refused(county, ITEM) == {"item-not-listed"}


@pytest.mark.parametrize(
    "change",
    [{"dept": "JTYS"}, {"use_level": 3}, {"task_code": "1199000000000003504990131099001"}, {"task_type": "07"}],
    ids=lambda change: next(iter(change)),
)
def test_R151_unit_level_code_and_type_are_those_of_the_list(county: County, change: dict[str, Any]) -> None:
    assert refused(county, listed(county) | change) == {"item-list-differs"}


def test_R151_nobody_applies_for_a_power_before_it_exists_or_after_it_has_gone(county: County) -> None:
    entry = listed(county, in_force_from="2026-03-02", in_force_to="2026-03-31")
    county.publish_again("bench", FILES, entry)
    for day, open_then in (((3, 1), False), ((3, 2), True), ((3, 31), True), ((4, 1), False)):
        on = date(2026, *day)
        with transaction(write=False):
            assert ("bench" in {one.slug for one in open_items("990000", on)}) is open_then
    county.start("bench", **ANSWER)
    made, clerk = county.application("bench", **ANSWER), county.holder_at_window("bench")
    from app.cases.operations import start_case

    with pytest.raises(NotFound), transaction() as session:
        start_case(session, "bench", clerk, made, channel="window", at=county.later(days=31))


def test_R151_an_item_is_listed_once_by_whoever_may_and_under_a_known_unit(county: County) -> None:
    listed(county)
    with pytest.raises(Conflict):
        listed(county)
    with pytest.raises(Invalid):
        listed(county, slug="other", dept="NOWHERE")
    analyst = county.actor("analyst")
    with pytest.raises(Forbidden), transaction() as session:
        list_power(session, "990000", {**ITEM, "slug": "other"}, analyst, county.at)


# --- versions --------------------------------------------------------------------------------------


def longer(entry: Mapping[str, Any], days: int) -> dict[str, Any]:
    return {**entry, "promise_day": days}


def version_of(county: County, case_id: int) -> int:
    case = county.case(case_id)
    with transaction(write=False):
        return bundle(case.version_id).number


def test_R164_a_case_runs_on_the_version_in_force_on_the_day_of_its_receipt(county: County) -> None:
    entry = listed(county)
    county.publish_again("bench", FILES, entry)
    assert county.publish_again("bench", FILES, longer(entry, 7), date(2026, 3, 4)) == 2
    started = []
    for _ in range(3):
        started.append(county.start("bench", **ANSWER))
        county.later(days=1)
    assert [version_of(county, one) for one in started] == [1, 1, 2]


def test_R164_running_cases_stay_on_their_version_to_the_end(county: County) -> None:
    entry = listed(county, process={"id": "bench"})
    county.publish_again("bench", FILES, entry)
    case_id = county.start("bench", **ANSWER | {"amount": 1})
    other = {"bench.bpmn": chain(2).replace(b'id="chain"', b'id="bench"'), "forms/bench.form": FORM}
    county.publish_again("bench", other, entry, date(2026, 3, 2))
    county.do(case_id, "check", **ANSWER | {"amount": 1})
    assert [one.element for one in county.tasks(case_id)] == ["approve"]
    later = county.start("bench", **ANSWER)
    assert [version_of(county, one) for one in (case_id, later)] == [1, 2]
    assert [one.element for one in county.tasks(later)] == ["t0"]


def test_R164_going_back_to_an_earlier_content_is_a_version_of_its_own(county: County) -> None:
    entry = listed(county)
    county.publish_again("bench", FILES, entry)
    county.publish_again("bench", FILES, longer(entry, 7), date(2026, 3, 2))
    assert county.publish_again("bench", FILES, entry, date(2026, 4, 1)) == 3
    with transaction(write=False):
        numbers = [bundle(version_in_force("bench", date(2026, month, 1))).number for month in (3, 4)]
    assert numbers == [1, 3]


def test_publishing_the_same_again_changes_nothing(county: County) -> None:
    entry = listed(county)
    assert county.publish_again("bench", FILES, entry) == 1
    assert county.publish_again("bench", FILES, entry, date(2026, 5, 1)) == 1
    with transaction(write=False) as session:
        assert not verify_house(session).breaks


def test_only_administrators_publish(county: County) -> None:
    entry = listed(county)
    analyst = county.actor("analyst")
    with pytest.raises(Forbidden), transaction() as session:
        publish(session, "990000", Shelved("bench", entry, dict(FILES)), analyst, county.at, NEW_YEAR)


# --- what an item must say -------------------------------------------------------------------------


@pytest.mark.parametrize("field", sorted(MANDATORY))
def test_R051_an_item_without_a_mandatory_field_is_refused(county: County, field: str) -> None:
    entry = listed(county)
    del entry[field]
    assert refused(county, entry) == {"item-field-missing"}


@pytest.mark.parametrize("name", ["其他材料", "法律法规规定的其他材料", "其他相关材料"])
def test_R052_a_catch_all_is_no_material(county: County, name: str) -> None:
    entry = listed(county)
    entry["material"] = [{"name": name, "need": "必要", "by_law": "law"}]
    assert refused(county, entry) == {"material-catch-all"}


@pytest.mark.parametrize("basis", [{}, {"by_law": "nothing"}], ids=["none", "unknown"])
def test_R052_a_material_rests_on_an_article_that_the_item_names(county: County, basis: dict[str, str]) -> None:
    entry = listed(county)
    entry["material"] = [{"name": "申请书", "need": "必要", **basis}]
    assert refused(county, entry) == {"material-without-basis"}


LIMITS = st.tuples(st.integers(0, 400), st.sampled_from(["WD", "D", "M", "H"]))
SHORTEST_DAYS = {"H": 1 / 24, "WD": 1.0, "D": 1.0, "M": 28.0}
LONGEST_DAYS = {"H": 1 / 24, "WD": 14.0, "D": 1.0, "M": 31.0}


@given(LIMITS, LIMITS)
def test_R128_no_promise_that_must_exceed_the_statute_is_accepted(legal: Any, promised: Any) -> None:
    content = {**ITEM, "anticipate_day": legal[0], "anticipate_type": legal[1]}
    content |= {"promise_day": promised[0], "promise_type": promised[1]}
    codes = {one.code for one in item_findings(content, None, None)} - {"item-not-listed"}
    if legal[1] == promised[1]:
        assert codes == ({"promise-too-long"} if promised[0] > legal[0] else set())
    elif promised[0] * SHORTEST_DAYS[promised[1]] > legal[0] * LONGEST_DAYS[legal[1]]:
        assert codes == {"promise-too-long"}
    elif promised[0] * LONGEST_DAYS[promised[1]] <= legal[0] * SHORTEST_DAYS[legal[1]]:
        assert codes == set()


@pytest.mark.parametrize("wrong", [-1, 1.5, "5", None, True])
def test_R128_a_limit_is_a_whole_number(county: County, wrong: Any) -> None:
    entry = listed(county)
    entry["promise_day"] = wrong
    assert refused(county, entry) <= {"item-limit-wrong", "item-field-missing"}


# --- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "files",
    [
        {"bench.bpmn": b"<", "forms/bench.form": FORM},
        {"bench.bpmn": approval(), "forms/bench.form": b"{"},
        {"bench.bpmn": approval()},
        {"bench.bpmn": approval(), "forms/bench.form": FORM, "risk.dmn": b"<!DOCTYPE x><x/>"},
        {"bench.bpmn": approval().replace(b'post="window"', b'post="nobody"'), "forms/bench.form": FORM},
        {"bench.bpmn": approval().replace(b"<bpmn:userTask", b"<bpmn:userTask x=&", 1), "forms/bench.form": FORM},
        {"forms/bench.form": FORM},
    ],
    ids=["diagram", "form", "no form", "decision", "post", "entity", "no diagram"],
)
def test_a_version_with_a_file_that_does_not_hold_is_refused_whole(county: County, files: dict[str, bytes]) -> None:
    assert refused(county, listed(county), files)


def test_a_table_with_rules_that_contradict_each_other_is_refused(county: County) -> None:
    risk = model(decision("risk", table(["x | number"], ["y"], ["> 5 | 1", "> 9 | 2"])))
    assert refused(county, listed(county), {**FILES, "risk.dmn": risk}) == {"dmn-overlap"}


def test_a_decision_of_one_file_may_require_one_of_another() -> None:
    line = '<import namespace="urn:base" name="base"/>'
    before = requires("area").replace("#", "urn:base#")
    main = model(line + decision("risk", literal("base.area > 5"), before=before))
    base = model(decision("area", literal("x * 2"))).replace(b"urn:test", b"urn:base")
    compiled = Compiled({**FILES, "a/risk.dmn": main, "b/base.dmn": base}, "bench")
    assert "x" in compiled.reads
    assert compiled.decisions is not None
    assert compiled.decisions.decide("risk", {"x": 3}) is True


def test_findings_can_be_had_without_publishing(county: County) -> None:
    entry = listed(county)
    with transaction(write=False) as session:
        found = findings(session, "990000", Shelved("bench", entry, dict(FILES)))
    assert not [one for one in found if one.severity == "error"]


def test_the_day_before_and_the_day_after_in_the_county_s_own_time(county: County) -> None:
    entry = listed(county)
    county.publish_again("bench", FILES, entry)
    county.publish_again("bench", FILES, longer(entry, 7), date(2026, 3, 4))
    midnight = datetime.fromisoformat("2026-03-04T00:00:00+08:00")
    made, clerk = county.application("bench", **ANSWER), county.holder_at_window("bench")
    from app.cases.operations import start_case

    numbers = []
    for at in (midnight - timedelta(seconds=1), midnight):
        with transaction() as session:
            case = start_case(session, "bench", clerk, made, channel="window", at=at).case
        numbers.append(bundle(case.version_id).number)
    assert numbers == [1, 2]
