"""Ways through the items: what people do, in order, from the window to the end."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.processes import answers as a
from tests.processes.walk import Walk

Route = Callable[[Walk], None]
NORMAL = ["case start normal"]
BASIS = {
    "road_transport": "road-transport-24",
    "food_business": "food-safety-33",
    "company_start": "market-entity-16",
    "individual_business": "market-entity-19",
    "special_equipment": "special-equipment-33",
    "lawyer_practice": "lawyers-6",
}


def walk(slug: str, **changes: Any) -> Walk:
    """A case of the item, just applied for."""
    return Walk(slug, {**a.APPLICATIONS[slug], **changes})


# --- pieces of a way


def accept(case: Walk, result: str = "accept") -> None:
    case.do("check", a.checked(result, len(case.materials)))


def notify(case: Walk, defective: int = 1) -> None:
    case.do("check", a.checked("notice", len(case.materials), defective))


def supplement(case: Walk) -> None:
    notify(case)
    case.do("supplement", a.SUPPLEMENT)
    accept(case)


def file(case: Walk, section: str = "agreed", deputy: str = "agreed") -> None:
    """The negative filing, up to whoever sends it back."""
    case.do("filing_form", a.FILING)
    case.do("filing_review", a.agreed("section") if section == "agreed" else a.sent_back("section"))
    if section == "agreed":
        case.do("filing_approval", a.agreed("deputy") if deputy == "agreed" else a.sent_back("deputy"))


def refuse_acceptance(case: Walk, **heads: str) -> None:
    case.do("check", a.checked("refuse", len(case.materials), 1))
    file(case, **heads)


def review(case: Walk, element: str = "review", result: str = "grant") -> None:
    answer = a.registered if case.item["slug"] == "individual_business" else a.reviewed
    case.do(element, answer(BASIS[case.item["slug"]], result))


def decide(case: Walk, decision: str = "granted", element: str = "approval", *, on_the_spot: bool = False) -> None:
    case.do(element, a.decided(BASIS[case.item["slug"]], decision, on_the_spot=on_the_spot))


def hand_over(case: Walk) -> None:
    case.do("certificate", a.CERTIFICATE)
    case.do("deliver", a.DELIVERED)


# --- one review, one approval: what road transport and food business have in common


def plain(case: Walk) -> None:
    accept(case)
    review(case)
    decide(case)
    hand_over(case)


def supplemented(case: Walk) -> None:
    supplement(case)
    review(case)
    decide(case)
    hand_over(case)


def deemed(case: Walk) -> None:
    case.fire("check_overdue")
    review(case)
    decide(case)
    hand_over(case)


def on_the_spot(case: Walk) -> None:
    accept(case, "on_the_spot")
    decide(case, on_the_spot=True)
    hand_over(case)


def lapsed(case: Walk) -> None:
    notify(case)
    case.fire("supplement_overdue")


def not_accepted(case: Walk) -> None:
    refuse_acceptance(case)


def refusal_sent_back_by_section_head(case: Walk) -> None:
    refuse_acceptance(case, section="returned")
    plain(case)


def refusal_sent_back_by_deputy_head(case: Walk) -> None:
    refuse_acceptance(case, deputy="returned")
    refuse_acceptance(case)


def refused(case: Walk) -> None:
    accept(case)
    review(case, result="refuse")
    decide(case, "refused")
    file(case)
    case.do("deliver", a.DELIVERED)


def refusal_not_agreed(case: Walk) -> None:
    accept(case)
    review(case)
    decide(case, "refused")
    file(case, deputy="returned")
    decide(case, "granted")
    hand_over(case)


def returned_to_review(case: Walk) -> None:
    accept(case)
    review(case)
    decide(case, "returned")
    review(case)
    decide(case, "granted")
    hand_over(case)


def delivered_at_the_second_try(case: Walk) -> None:
    accept(case)
    review(case)
    decide(case)
    case.do("certificate", a.CERTIFICATE)
    case.do("deliver", a.NOT_DELIVERED)
    case.do("deliver", a.DELIVERED)


SUPPLEMENTED = ["acceptance pause", "acceptance resume", "case start supplemented"]
STOP = ["case stop"]
GRANTED = ["decision_granted", "delivery_receipt"]
PLAIN: Mapping[str, tuple[Route, str, list[str], list[str]]] = {
    "plain": (plain, "granted", ["receipt", "acceptance", *GRANTED], NORMAL + STOP),
    "supplemented": (
        supplemented,
        "granted",
        ["receipt", "one_time_notice", "receipt", "acceptance", *GRANTED],
        SUPPLEMENTED + STOP,
    ),
    "deemed": (deemed, "granted", ["acceptance", *GRANTED], ["case start deemed", *STOP]),
    "on the spot": (on_the_spot, "granted", ["receipt", *GRANTED], NORMAL + STOP),
    "lapsed": (
        lapsed,
        "lapsed",
        ["receipt", "one_time_notice", "lapse"],
        ["acceptance pause", "acceptance stop"],
    ),
    "not accepted": (not_accepted, "not_accepted", ["receipt", "refusal_acceptance"], ["acceptance stop"]),
    "section head sends the refusal back": (
        refusal_sent_back_by_section_head,
        "granted",
        ["receipt", "receipt", "acceptance", *GRANTED],
        NORMAL + STOP,
    ),
    "deputy head sends the refusal back": (
        refusal_sent_back_by_deputy_head,
        "not_accepted",
        ["receipt", "receipt", "refusal_acceptance"],
        ["acceptance stop"],
    ),
    "refused": (
        refused,
        "refused",
        ["receipt", "acceptance", "decision_refused", "delivery_receipt"],
        NORMAL + STOP,
    ),
    "heads do not agree to refuse": (
        refusal_not_agreed,
        "granted",
        ["receipt", "acceptance", *GRANTED],
        NORMAL + STOP,
    ),
    "returned to review": (
        returned_to_review,
        "granted",
        ["receipt", "acceptance", *GRANTED],
        NORMAL + STOP,
    ),
    "delivered at the second try": (
        delivered_at_the_second_try,
        "granted",
        ["receipt", "acceptance", *GRANTED],
        NORMAL + STOP,
    ),
}
SALE = {"businessKind": "sale", "saleItems": ["bulk"]}


def surveyed(case: Walk) -> None:
    accept(case)
    case.do("survey", a.SURVEY)
    review(case)
    decide(case)
    hand_over(case)


# --- registering an individual business


def ask_for_more_time(case: Walk, decision: Mapping[str, Any]) -> None:
    case.do("review", a.EXTEND)
    case.do("extension_request", a.EXTENSION)
    case.do("extension_approval", decision)


def extended(case: Walk) -> None:
    accept(case)
    ask_for_more_time(case, a.EXTENDED)
    review(case)
    decide(case)
    hand_over(case)


def not_extended(case: Walk) -> None:
    accept(case)
    ask_for_more_time(case, a.NOT_EXTENDED)
    review(case)
    decide(case)
    hand_over(case)


# --- registering special equipment

INSPECTED = {"inspectionState": "supervised", "inspectionReportNo": "JJ-0001", "nextInspectionOn": "2027-01-01"}


def order_inspection(case: Walk) -> None:
    case.do("inspection_order", a.INSPECTION)
    case.do("inspection_confirm", a.CONFIRMED)


def inspected(case: Walk) -> None:
    accept(case)
    order_inspection(case)
    case.hear("inspection_result", a.PASSED)
    review(case)
    decide(case)
    hand_over(case)


def notice_of_inspection_sent_back(case: Walk) -> None:
    accept(case)
    case.do("inspection_order", a.INSPECTION)
    case.do("inspection_confirm", a.NOT_CONFIRMED)
    order_inspection(case)
    case.hear("inspection_result", a.PASSED)
    review(case)
    decide(case)
    hand_over(case)


def inspected_late(case: Walk) -> None:
    accept(case)
    order_inspection(case)
    case.fire("inspection_overdue")
    case.do("urge_institute", a.URGED)
    case.hear("inspection_result", a.PASSED)
    review(case)
    decide(case)
    hand_over(case)


def corrected(case: Walk) -> None:
    accept(case)
    order_inspection(case)
    case.hear("inspection_result", a.FAILED)
    case.do("correct", a.CORRECTED)
    order_inspection(case)
    case.hear("inspection_result", a.PASSED)
    review(case)
    decide(case)
    hand_over(case)


def refuse_unsafe(case: Walk) -> None:
    review(case, result="refuse")
    decide(case, "refused")
    file(case)
    case.do("deliver", a.DELIVERED)


def not_corrected(case: Walk) -> None:
    accept(case)
    order_inspection(case)
    case.hear("inspection_result", a.FAILED)
    case.do("correct", a.NOT_CORRECTED)
    refuse_unsafe(case)


def not_corrected_in_time(case: Walk) -> None:
    accept(case)
    order_inspection(case)
    case.hear("inspection_result", a.FAILED)
    case.fire("correction_overdue")
    refuse_unsafe(case)


INSPECTIONS: tuple[Route, ...] = (
    inspected,
    notice_of_inspection_sent_back,
    inspected_late,
    corrected,
    not_corrected,
    not_corrected_in_time,
)


# --- admitting a lawyer


def report(case: Walk) -> None:
    """The county's own part: first review, signature, report."""
    review(case)
    case.do("approval", a.SIGNED)
    case.do("prepare_report", a.REPORT)


def admitted(case: Walk) -> None:
    accept(case)
    report(case)
    case.hear("superior_decision", a.ADMITTED)
    case.do("deliver", a.DELIVERED)


def report_sent_back(case: Walk) -> None:
    accept(case)
    review(case)
    case.do("approval", a.NOT_SIGNED)
    report(case)
    case.fire("superior_overdue")
    case.do("urge_superior", a.URGED)
    case.hear("superior_decision", a.ADMITTED)
    case.do("deliver", a.NOT_DELIVERED)
    case.do("deliver", a.DELIVERED)


def not_admitted(case: Walk) -> None:
    accept(case)
    report(case)
    case.hear("superior_decision", a.NOT_ADMITTED)
    file(case, section="returned")
    file(case)
    case.do("deliver", a.DELIVERED)


def admitted_after_corrections(case: Walk) -> None:
    supplement(case)
    report(case)
    case.hear("superior_decision", a.ADMITTED)
    case.do("deliver", a.DELIVERED)


def deemed_and_reported(case: Walk) -> None:
    case.fire("check_overdue")
    report(case)


def admission_refused_at_the_window(case: Walk) -> None:
    refuse_acceptance(case, section="returned")
    refuse_acceptance(case, deputy="returned")
    refuse_acceptance(case)


LAWYERS: tuple[Route, ...] = (
    admitted,
    report_sent_back,
    not_admitted,
    admitted_after_corrections,
    deemed_and_reported,
    lapsed,
    admission_refused_at_the_window,
)
NEVER: Mapping[str, frozenset[tuple[str, str]]] = {
    "lawyer_practice": frozenset(
        {
            ("intake", "acceptance_manner_to_accept_on_the_spot"),
            ("intake", "accept_on_the_spot_to_ended_on_the_spot"),
        }
    )
}
"""Flows of shared diagrams that no case of an item takes: what the superior decides is not decided on the spot."""


# --- starting a company

SERVICES = ("GAJ", "SWJ", "RSJ", "YBJ", "GJJ", "HZYH")


def registered(case: Walk) -> None:
    accept(case)
    review(case, "registry_review")
    decide(case, element="registry_approval")


def all_services(case: Walk) -> None:
    registered(case)
    for number in reversed(range(len(SERVICES))):
        case.do("handle_service", a.SERVED, scope=f"services[{number}]")
    case.do("deliver", a.DELIVERED)


def company_refused(case: Walk) -> None:
    accept(case)
    review(case, "registry_review", "refuse")
    decide(case, "returned", "registry_approval")
    review(case, "registry_review", "refuse")
    decide(case, "refused", "registry_approval")
    file(case, section="returned")
    decide(case, "refused", "registry_approval")
    file(case)
    case.do("deliver", a.NOT_DELIVERED)
    case.do("deliver", a.DELIVERED)


def company_refused_at_the_window_then_supplemented(case: Walk) -> None:
    refuse_acceptance(case, section="returned")
    supplement(case)


def company_deemed(case: Walk) -> None:
    case.fire("check_overdue")


def company_with_a_silent_department(case: Walk) -> None:
    registered(case)
    case.fire("service_overdue", scope="services[0]")


def company_on_the_spot(case: Walk) -> None:
    accept(case, "on_the_spot")
    decide(case, element="registry_approval", on_the_spot=True)


COMPANY: tuple[Route, ...] = (
    all_services,
    company_refused,
    lapsed,
    refusal_sent_back_by_deputy_head,
    company_refused_at_the_window_then_supplemented,
    company_deemed,
    company_with_a_silent_department,
    company_on_the_spot,
)
WAYS: Mapping[str, list[tuple[Route, Mapping[str, Any]]]] = {
    "road_transport": [(route, {}) for route, *_ in PLAIN.values()],
    "food_business": [(surveyed, {}), *((route, SALE) for route, *_ in PLAIN.values())],
    "company_start": [(route, {}) for route in COMPANY],
    "lawyer_practice": [(route, {}) for route in LAWYERS],
    "special_equipment": [
        *((route, {}) for route in INSPECTIONS),
        *((one[0], INSPECTED) for one in PLAIN.values()),
    ],
    "individual_business": [(route, {}) for route in (extended, not_extended, *(one[0] for one in PLAIN.values()))],
}
