"""Every way through every item, on the real engine with the real forms and decisions."""

import pytest

from app.bpmn.step import NotWaiting
from tests.processes import answers as a
from tests.processes.drawing import drawing
from tests.processes.walk import Walk, form_of, item_of
from tests.processes.ways import (
    GRANTED,
    INSPECTED,
    NEVER,
    NORMAL,
    PLAIN,
    SALE,
    SERVICES,
    STOP,
    SUPPLEMENTED,
    WAYS,
    Route,
    accept,
    admitted,
    ask_for_more_time,
    company_refused,
    corrected,
    decide,
    extended,
    inspected,
    inspected_late,
    not_admitted,
    not_corrected,
    not_corrected_in_time,
    not_extended,
    notify,
    order_inspection,
    plain,
    registered,
    report,
    review,
    supplement,
    surveyed,
    walk,
)

INSPECTION = ["case pause", "case resume"]


def judge(case: Walk, outcome: str, papers: list[str], clocks: list[str]) -> None:
    """The case is over, nothing is left open, and its papers and clocks are those of its way."""
    assert (case.status, case.outcome) == ("completed", outcome)
    assert case.tasks == {}
    assert case.deadlines == {}
    assert case.papers == papers
    assert case.clocks == clocks
    follow(case)


def follow(case: Walk) -> None:
    """Every flow taken leaves an element that was completed just before, and leads to one that is entered."""
    flows = {
        (process, flow.id): flow
        for file in case.item["process"]["files"]
        for process in [file.rpartition("/")[2].removesuffix(".bpmn")]
        for flow in drawing(file).flows.values()
    }
    completed: set[tuple[str, str]] = set()
    entered: set[tuple[str, str]] = set()
    for one in case.trace:
        if one.move == "take":
            flow = flows[one.process, one.element]
            assert (one.scope, flow.source) in completed
        elif one.move in ("complete", "fire"):
            completed.add((one.scope, one.element))
        elif one.move == "enter":
            entered.add((one.scope, one.element))
    for one in case.trace:
        if one.move == "take":
            assert (one.scope, flows[one.process, one.element].target) in entered


@pytest.mark.parametrize("way", PLAIN)
def test_road_transport_reaches_the_end_of_every_way(way: str) -> None:
    route, outcome, papers, clocks = PLAIN[way]
    case = walk("road_transport")
    route(case)
    judge(case, outcome, papers, clocks)


@pytest.mark.parametrize("way", PLAIN)
def test_food_business_without_survey_reaches_the_end_of_every_way(way: str) -> None:
    route, outcome, papers, clocks = PLAIN[way]
    case = walk("food_business", **SALE)
    route(case)
    judge(case, outcome, papers, clocks)
    assert "survey" not in case.entered("food_business")


def test_food_business_of_higher_risk_is_surveyed_and_the_clock_runs_on() -> None:
    case = walk("food_business")
    surveyed(case)
    judge(case, "granted", ["receipt", "acceptance", *GRANTED], NORMAL + STOP)
    assert case.variables["risk"] == {"level": "中", "surveyNeeded": True}


def test_food_business_returned_to_review_is_not_surveyed_again() -> None:
    case = walk("food_business")
    accept(case)
    case.do("survey", a.SURVEY)
    review(case)
    decide(case, "returned")
    assert [task.element for task in case.tasks.values()] == ["review"]


# --- the plain reference, flow by flow


def test_R035_trace_of_the_plain_way_names_every_flow_in_order() -> None:
    case = walk("road_transport")
    plain(case)
    assert case.taken == [
        ("road_transport", "applied_to_take_in"),
        ("intake", "materials_received_to_check"),
        ("intake", "check_to_check_outcome"),
        ("intake", "check_outcome_to_acceptance_manner"),
        ("intake", "acceptance_manner_to_accept"),
        ("intake", "accept_to_ended_accepted"),
        ("road_transport", "take_in_to_intake_outcome"),
        ("road_transport", "intake_outcome_to_manner"),
        ("road_transport", "manner_to_review"),
        ("road_transport", "review_to_approval"),
        ("road_transport", "approval_to_decision_made"),
        ("road_transport", "decision_made_to_grant"),
        ("road_transport", "grant_to_certificate"),
        ("road_transport", "certificate_to_deliver_licence"),
        ("delivery", "decision_ready_to_deliver"),
        ("delivery", "deliver_to_delivered"),
        ("delivery", "delivered_to_ended_delivered"),
        ("road_transport", "deliver_licence_to_ended_granted"),
    ]


def test_R055_complete_set_is_decided_on_the_spot_without_review() -> None:
    case = walk("road_transport")
    accept(case, "on_the_spot")
    task = case.open("approval")
    assert task.limit is not None
    assert (task.limit.value, task.limit.unit) == (0, "WD")
    decide(case, on_the_spot=True)
    assert case.papers[-1] == "decision_granted"
    assert "review" not in case.entered("road_transport")


def test_R117_window_judges_each_material_and_then_one_of_three_ways_opens() -> None:
    for result, defective, opened in (
        ("accept", 0, "review"),
        ("notice", 1, "supplement"),
        ("refuse", 1, "filing_form"),
    ):
        case = walk("road_transport")
        case.do("check", a.checked(result, len(case.materials), defective))
        assert [task.element for task in case.tasks.values()] == [opened]


def test_R119_complete_resubmission_is_accepted_as_supplemented() -> None:
    case = walk("road_transport")
    supplement(case)
    assert case.clocks == SUPPLEMENTED
    assert case.papers[-1] == "acceptance"


def test_deadlines_of_intake_count_five_working_days_and_thirty_natural_ones() -> None:
    case = walk("road_transport")
    (deadline,) = case.deadlines.values()
    limit = deadline.limit
    assert limit is not None
    assert (limit.value, limit.unit, limit.start, limit.stops) == (5, "WD", "receipt", True)
    notify(case)
    (deadline,) = case.deadlines.values()
    limit = deadline.limit
    assert limit is not None
    assert (limit.value, limit.unit, limit.start, limit.stops) == (30, "D", "entry", False)


def test_R144_three_persons_file_a_negative_decision() -> None:
    case = walk("road_transport")
    case.do("check", a.checked("refuse", len(case.materials), 1))
    posts = []
    for element, answer in (
        ("filing_form", a.FILING),
        ("filing_review", a.agreed("section")),
        ("filing_approval", a.agreed("deputy")),
    ):
        step = case.open(element).step
        assert step is not None
        posts.append((step.post, step.different_from))
        case.do(element, answer)
    assert posts == [
        ("window", ()),
        ("section_head", ("filing_form",)),
        ("deputy_head", ("filing_form", "filing_review")),
    ]


# --- registering an individual business


@pytest.mark.parametrize("way", PLAIN)
def test_individual_business_reaches_the_end_of_every_way(way: str) -> None:
    route, outcome, papers, clocks = PLAIN[way]
    case = walk("individual_business")
    route(case)
    judge(case, outcome, papers, clocks)


def test_R029_individual_business_is_registered_on_the_spot_without_an_inner_step() -> None:
    case = walk("individual_business")
    accept(case, "on_the_spot")
    task = case.open("approval")
    assert task.step is not None
    assert task.step.post == "approver"
    assert task.limit is not None
    assert (task.limit.value, task.limit.unit) == (0, "WD")
    decide(case, on_the_spot=True)
    assert {"review", "extend"} & set(case.entered("individual_business")) == set()


def test_R139_extension_is_approved_by_a_head_and_told_before_the_limit_moves() -> None:
    case = walk("individual_business")
    extended(case)
    judge(case, "granted", ["receipt", "acceptance", "extension", *GRANTED], [*NORMAL, "case extend", *STOP])
    assert case.variables["extensionResult"] == "approved"


def test_R139_extension_that_is_not_approved_changes_nothing_and_is_not_asked_for_again() -> None:
    case = walk("individual_business")
    not_extended(case)
    judge(case, "granted", ["receipt", "acceptance", *GRANTED], NORMAL + STOP)


def test_extension_is_offered_once() -> None:
    case = walk("individual_business")
    accept(case)
    ask_for_more_time(case, a.EXTENDED)
    task = case.open("review")
    errors = form_of("registration_review").clean(a.EXTEND, {**case.answers, **task.inputs}, now=case.at).errors
    assert set(errors) >= {"Field_reviewStep"}


# --- registering special equipment


@pytest.mark.parametrize("way", PLAIN)
def test_equipment_with_its_certificate_reaches_the_end_of_every_way_without_an_inspection(way: str) -> None:
    route, outcome, papers, clocks = PLAIN[way]
    case = walk("special_equipment", **INSPECTED)
    route(case)
    judge(case, outcome, papers, clocks)
    assert "inspect" not in case.entered("special_equipment")


def test_inspection_stops_the_clock_and_the_institutes_result_lets_it_run_on() -> None:
    case = walk("special_equipment")
    inspected(case)
    judge(case, "granted", ["receipt", "acceptance", "special_procedure", *GRANTED], [*NORMAL, *INSPECTION, *STOP])
    assert case.variables["inspection"] == {"needed": True, "kind": "监督检验"}


def test_late_institute_is_urged_while_the_clock_runs_on_and_its_result_is_still_heard() -> None:
    case = walk("special_equipment")
    accept(case)
    order_inspection(case)
    (deadline,) = case.deadlines.values()
    limit = deadline.limit
    assert limit is not None
    assert (limit.value, limit.unit, limit.start, limit.stops) == (8, "WD", "entry", False)
    case.fire("inspection_overdue")
    assert [task.element for task in case.tasks.values()] == ["urge_institute"]
    assert [one.element for one in case.awaited.values()] == ["inspection_result"]
    case.hear("inspection_result", a.PASSED)
    assert [task.element for task in case.tasks.values()] == ["review"]


def test_institute_may_be_urged_before_its_result_arrives() -> None:
    case = walk("special_equipment")
    inspected_late(case)
    late = [*INSPECTION, "case resume"]
    judge(case, "granted", ["receipt", "acceptance", "special_procedure", *GRANTED], [*NORMAL, *late, *STOP])


def test_result_of_another_case_is_not_heard() -> None:
    case = walk("special_equipment")
    accept(case)
    order_inspection(case)
    with pytest.raises(NotWaiting):
        case.engine.deliver(case.state, "inspection_result", "99000020260302000024", {}, case.at)


def test_failed_equipment_is_corrected_and_inspected_again() -> None:
    case = walk("special_equipment")
    corrected(case)
    twice = [*INSPECTION, *INSPECTION]
    papers = ["receipt", "acceptance", "special_procedure", "special_procedure", *GRANTED]
    judge(case, "granted", papers, [*NORMAL, *twice, *STOP])


@pytest.mark.parametrize("route", [not_corrected, not_corrected_in_time])
def test_R141_failed_equipment_that_is_not_corrected_is_refused_after_the_filing(route: Route) -> None:
    case = walk("special_equipment")
    route(case)
    papers = ["receipt", "acceptance", "special_procedure", "decision_refused", "delivery_receipt"]
    judge(case, "refused", papers, [*NORMAL, *INSPECTION, *STOP])


# --- admitting a lawyer

REPORTED = ["case pause"]


def test_county_reports_and_waits_and_its_own_clock_ends_with_the_report() -> None:
    case = walk("lawyer_practice")
    accept(case)
    report(case)
    assert case.clocks == [*NORMAL, *REPORTED]
    assert [one.element for one in case.awaited.values()] == ["superior_decision"]
    assert case.tasks == {}


def test_superiors_grant_is_told_and_delivered() -> None:
    case = walk("lawyer_practice")
    admitted(case)
    papers = ["receipt", "acceptance", "superior_granted", "delivery_receipt"]
    judge(case, "granted", papers, [*NORMAL, *REPORTED, *STOP])


def test_R141_superiors_refusal_is_filed_before_it_is_told() -> None:
    case = walk("lawyer_practice")
    not_admitted(case)
    papers = ["receipt", "acceptance", "superior_refused", "delivery_receipt"]
    judge(case, "refused", papers, [*NORMAL, *REPORTED, *STOP])
    assert case.entered("lawyer_practice").count("refusal_filing_of_decision") == 2


def test_late_superior_is_asked_and_its_decision_is_still_heard() -> None:
    case = walk("lawyer_practice")
    accept(case)
    report(case)
    case.fire("superior_overdue")
    assert [task.element for task in case.tasks.values()] == ["urge_superior"]
    case.hear("superior_decision", a.ADMITTED)
    assert [task.element for task in case.tasks.values()] == ["deliver"]


# --- starting a company


def test_R086_company_is_registered_then_departments_work_at_once_then_one_delivery() -> None:
    case = walk("company_start")
    registered(case)
    posts = [task.step.post for task in case.tasks.values() if task.step is not None]
    assert posts == [f"{unit}/handler" for unit in SERVICES]
    for number in range(len(SERVICES)):
        assert case.papers == ["receipt", "acceptance"]
        case.do("handle_service", a.SERVED, scope=f"services[{number}]")
    case.do("deliver", a.DELIVERED)
    judge(case, "granted", ["receipt", "acceptance", *GRANTED], NORMAL + STOP)
    assert case.variables["servicesPending"] == 0
    assert [one["result"] for one in case.variables["serviceRecords"]] == ["done"] * 6


def test_company_without_services_goes_from_registration_to_delivery() -> None:
    case = walk("company_start", chosenServices=[])
    registered(case)
    case.do("deliver", a.DELIVERED)
    judge(case, "granted", ["receipt", "acceptance", *GRANTED], NORMAL + STOP)


def test_R023_silent_department_does_not_hold_up_the_others() -> None:
    case = walk("company_start", chosenServices=["seal", "bank"])
    registered(case)
    case.fire("service_overdue", scope="services[0]")
    case.do("handle_service", a.NOT_SERVED, scope="services[1]")
    assert case.variables["servicesPending"] == 2
    assert [one["result"] for one in case.variables["serviceRecords"]] == ["overdue", "failed"]
    case.do("deliver", a.DELIVERED)
    assert case.outcome == "granted"


def test_company_is_registered_on_the_spot() -> None:
    case = walk("company_start", chosenServices=["seal"])
    accept(case, "on_the_spot")
    decide(case, element="registry_approval", on_the_spot=True)
    case.do("handle_service", a.SERVED)
    case.do("deliver", a.DELIVERED)
    judge(case, "granted", ["receipt", *GRANTED], NORMAL + STOP)


def test_company_is_refused_after_its_registrar_filed_it_with_the_registrars_heads() -> None:
    case = walk("company_start")
    company_refused(case)
    papers = ["receipt", "acceptance", "decision_refused", "delivery_receipt"]
    judge(case, "refused", papers, NORMAL + STOP)


@pytest.mark.parametrize("way", ["supplemented", "deemed", "lapsed", "not accepted"])
def test_company_start_begins_like_every_item(way: str) -> None:
    case = walk("company_start", chosenServices=[])
    if way in ("lapsed", "not accepted"):
        route, outcome, papers, clocks = PLAIN[way]
        route(case)
        judge(case, outcome, papers, clocks)
        return
    if way == "deemed":
        case.fire("check_overdue")
    else:
        supplement(case)
    assert [task.element for task in case.tasks.values()] == ["registry_review"]


# --- together these ways leave nothing out


@pytest.mark.parametrize("slug", WAYS)
def test_every_flow_of_an_item_is_taken_on_some_way(slug: str) -> None:
    taken: set[tuple[str, str]] = set()
    for route, changes in WAYS[slug]:
        case = walk(slug, **changes)
        route(case)
        taken |= set(case.taken)
    drawn = {
        (file.rpartition("/")[2].removesuffix(".bpmn"), flow)
        for file in item_of(slug)["process"]["files"]
        for flow in drawing(file).flows
    }
    assert drawn - taken == NEVER.get(slug, frozenset())
