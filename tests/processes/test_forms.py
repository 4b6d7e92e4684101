"""What the shelf's forms let through and what they send back, with the rules of the source documents."""

from typing import Any

import pytest

from tests.processes import answers as a
from tests.processes.drawing import FORMS
from tests.processes.walk import BEGIN, form_of

BASIS = [{"id": "law-1", "label": "《示范条例》第一条"}]
MATERIALS = [{"name": "申请表", "need": "必要"}, {"name": "专间说明", "need": "非必要"}]
COMPLETE = {"checkResult": "accept", "materials": [a.GOOD, a.GOOD]}


def wrong(form_id: str, answer: dict[str, Any], **context: Any) -> list[str]:
    """The fields with errors, by key; rows as `key[0]`."""
    known = {"item": {"basis": BASIS}, "materials": MATERIALS, **context}
    errors = form_of(form_id).clean(answer, known).errors
    return sorted(one.removeprefix("Field_") for one in errors)


def without(answer: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != key}


@pytest.mark.parametrize("form_id", sorted(path.stem for path in FORMS.glob("*.form")))
def test_form_is_named_like_its_file_and_asks_for_something(form_id: str) -> None:
    form = form_of(form_id)
    assert form.id == form_id
    assert wrong(form_id, {}) != []
    assert all(key.isascii() and key.isidentifier() for key in form.keys)


@pytest.mark.parametrize("verdict", ["authenticity", "completeness", "compliance"])
def test_R003_review_without_one_verdict_names_it(verdict: str) -> None:
    assert wrong("review", a.reviewed("law-1")) == []
    assert wrong("review", without(a.reviewed("law-1"), verdict)) == [verdict]
    failed = {**a.reviewed("law-1", "refuse"), verdict: "fail"}
    assert wrong("review", failed) == [f"{verdict}Remark"]


@pytest.mark.parametrize("verdict", ["authenticity", "completeness", "compliance"])
def test_R003_failed_verdict_needs_a_reason_to_grant_all_the_same(verdict: str) -> None:
    review = {**a.reviewed("law-1"), verdict: "fail", f"{verdict}Remark": "车辆检测已过期"}
    assert wrong("review", review) == ["overrideReason"]
    assert wrong("review", {**review, "overrideReason": a.REASON}) == []
    assert wrong("approval", a.decided("law-1", "granted"), **{verdict: "fail"}) == ["overrideReason"]
    assert wrong("approval", a.decided("law-1", "refused"), **{verdict: "fail"}) == []


def test_R003_decision_on_the_spot_carries_the_three_verdicts() -> None:
    decision = a.decided("law-1", "granted")
    assert wrong("approval", decision, intakeResult="accepted") == []
    assert wrong("approval", decision, intakeResult="on_the_spot") == ["authenticity", "completeness", "compliance"]


@pytest.mark.parametrize("decision", ["granted", "refused"])
def test_R004_decision_cites_its_basis_from_the_items_list(decision: str) -> None:
    assert wrong("approval", without(a.decided("law-1", decision), "basis")) == ["basis"]
    assert wrong("approval", a.decided("law-9", decision)) == ["basis"]
    assert wrong("review", without(a.reviewed("law-1"), "basis")) == ["basis"]


@pytest.mark.parametrize("decision", ["refused", "returned"])
@pytest.mark.parametrize(
    ("reason", "errors"),
    [
        (None, ["decisionReason"]),
        ("一二三四五六七八九", ["decisionReason"]),
        ("一 二 三 四 五 六 七 八 九", ["decisionReason"]),
        ("一二三四五六七八九十", []),
    ],
)
def test_R008_reason_shorter_than_ten_characters_counts_as_none(
    decision: str, reason: str | None, errors: list[str]
) -> None:
    answer = {**a.decided("law-1", decision), "decisionReason": reason}
    assert wrong("approval", answer) == errors


def test_R117_set_with_a_defect_cannot_be_accepted_nor_a_complete_one_sent_back() -> None:
    assert wrong("intake_check", COMPLETE) == []
    for result in ("accept", "on_the_spot"):
        answer = {"checkResult": result, "materials": [a.BAD, a.GOOD]}
        assert wrong("intake_check", answer) == ["checkResult"]
    assert wrong("intake_check", {**COMPLETE, "checkResult": "notice"}) == ["checkResult"]
    assert wrong("intake_check", {"checkResult": "notice", "materials": [a.BAD, a.GOOD]}) == []


def test_R117_only_what_is_not_needed_may_be_left_out() -> None:
    spared = {"verdict": "not_needed"}
    assert wrong("intake_check", {**COMPLETE, "materials": [a.GOOD, spared]}) == []
    assert "material_verdict[0]" in wrong("intake_check", {**COMPLETE, "materials": [spared, a.GOOD]})


def test_R118_every_defect_says_what_is_to_be_mended() -> None:
    bare = {"verdict": "defective", "originals": 1, "copies": 0, "pages": 1}
    answer = {"checkResult": "notice", "materials": [{"verdict": "missing"}, bare]}
    assert wrong("intake_check", answer) == ["material_defect[0]", "material_defect[1]"]


@pytest.mark.parametrize("key", ["originals", "copies", "pages"])
def test_R137_pages_and_copies_are_counted_per_material(key: str) -> None:
    answer = {**COMPLETE, "materials": [without(a.GOOD, key), a.GOOD]}
    assert wrong("intake_check", answer) == [f"material_{key}[0]"]


def test_names_of_materials_come_from_the_item_and_not_from_the_post() -> None:
    forged = [{**a.GOOD, "name": "免予提供", "need": "非必要"}, a.GOOD]
    cleaned = form_of("intake_check").clean({**COMPLETE, "materials": forged}, {"materials": MATERIALS})
    rows = cleaned.data["materials"]
    assert isinstance(rows, list)
    assert [(row["name"], row["need"]) for row in rows] == [("申请表", "必要"), ("专间说明", "非必要")]


@pytest.mark.parametrize("key", sorted(a.FILING))
def test_R143_filing_form_leaves_nothing_out(key: str) -> None:
    assert wrong("negative_filing", a.FILING) == []
    assert wrong("negative_filing", without(a.FILING, key)) == [key]


def test_R055_refusal_at_the_window_names_the_competent_body() -> None:
    answer = a.checked("refuse", 2, 1)
    assert wrong("intake_check", answer) == []
    assert wrong("intake_check", without(answer, "competentBody")) == ["competentBody"]
    assert wrong("intake_check", {**answer, "refuseReason": "不归我们管"}) == ["refuseReason"]


def test_R148_agent_who_collects_shows_a_letter() -> None:
    answer = {**a.DELIVERED, "receiverIsAgent": True}
    assert wrong("delivery", answer) == ["agentLetterNo"]
    assert wrong("delivery", {**answer, "agentLetterNo": "委〔2026〕1 号"}) == []


def test_R117_instant_item_offers_the_decision_on_the_spot_first_and_a_reported_one_not_at_all() -> None:
    form = form_of("intake_check")

    def offered(**item: Any) -> list[str]:
        context = {"item": {"basis": BASIS, **item}, "materials": MATERIALS}
        settled = form.settle({"materials": [{**one, **a.GOOD} for one in MATERIALS]}, context, BEGIN)
        (place,) = [one for one in settled.valid_places() if one.component.key == "checkResult"]
        return [str(one["value"]) for one in settled.offered(place)]

    assert offered(promisedLimit=3, handleMode="自办") == ["accept", "on_the_spot", "refuse"]
    assert offered(promisedLimit=0, handleMode="自办") == ["on_the_spot", "accept", "refuse"]
    assert offered(promisedLimit=7, handleMode="转报") == ["accept", "refuse"]


def test_licence_that_never_expires_has_no_last_day() -> None:
    answer = without(a.CERTIFICATE, "validTo")
    assert wrong("certificate", answer) == ["validTo"]
    assert wrong("certificate", {**answer, "longTerm": True}) == []


@pytest.mark.parametrize("most", [3, 10])
def test_extension_asks_for_no_more_days_than_the_law_allows(most: int) -> None:
    item = {"basis": BASIS, "extendMax": most}
    assert wrong("extension_request", {**a.EXTENSION, "extensionDays": str(most)}, item=item) == []
    assert wrong("extension_request", {**a.EXTENSION, "extensionDays": str(most + 1)}, item=item) == ["extensionDays"]


@pytest.mark.parametrize(("method", "missing"), [("post", "trackingNo"), ("electronic", "trackingNo")])
def test_delivery_without_a_meeting_leaves_a_trace(method: str, missing: str) -> None:
    answer = {**without(a.DELIVERED, "receiverIdNumber"), "deliveryMethod": method}
    assert wrong("delivery", answer) == [missing]


@pytest.mark.parametrize("slug", sorted(a.APPLICATIONS))
def test_application_form_takes_a_whole_application_and_names_what_is_missing(slug: str) -> None:
    answer = a.APPLICATIONS[slug]
    assert wrong(f"{slug}_application", answer) == []
    for key in ("applicantName", "idNumber", "address", "mobile", "truthful"):
        assert wrong(f"{slug}_application", without(answer, key)) == [key]


@pytest.mark.parametrize(
    ("key", "value"),
    [("mobile", "12345678901"), ("idNumber", "99000019900101001"), ("uscc", "91990000MA000000IB"), ("zip", "12345")],
)
def test_application_form_refuses_numbers_of_the_wrong_shape(key: str, value: str) -> None:
    answer = {**a.APPLICATIONS["road_transport"], key: value}
    assert wrong("road_transport_application", answer) == [key]


def test_agent_is_asked_for_only_when_there_is_one() -> None:
    answer = {**a.APPLICATIONS["road_transport"], "hasAgent": True}
    assert wrong("road_transport_application", answer) == ["agentIdNumber", "agentMobile", "agentName"]


def test_vehicles_are_asked_of_those_who_have_them() -> None:
    answer = {**without(a.APPLICATIONS["road_transport"], "vehicles"), "businessMode": "to_buy"}
    assert wrong("road_transport_application", answer) == ["vehiclesBy"]


def test_contributions_of_shareholders_are_added_up() -> None:
    shares = [{**a.APPLICATIONS["company_start"]["shareholders"][0], "amount": amount} for amount in (60.5, 39.5)]
    answer = {**a.APPLICATIONS["company_start"], "shareholders": shares, "totalContribution": 1}
    cleaned = form_of("company_start_application").clean(answer)
    assert cleaned.errors == {}
    assert cleaned.data["totalContribution"] == 100
