"""What the shelf's items, posts and tables say, and whether all of it fits together."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
import yaml

from app.bpmn.definition import Definition
from app.bpmn.engine import Engine
from app.catalogue import shelf
from app.catalogue.rules import MANDATORY
from app.documents.kinds import KINDS
from app.feel import compile as compile_feel
from app.law.identifiers import catalog_code_findings, task_code_findings, uscc_findings
from app.review import review
from tests.processes.drawing import FILES, FORMS, SHELF, drawing
from tests.processes.walk import decisions_of, definition_of, form_of, item_of

SLUGS = sorted(path.parent.name for path in SHELF.glob("*/item.yaml"))
DEMO = SHELF / "_demo"
every_item = pytest.mark.parametrize("slug", SLUGS)


@pytest.fixture(scope="module")
def organisation() -> Mapping[str, Any]:
    """The fictional county."""
    loaded: dict[str, Any] = yaml.safe_load((DEMO / "organisation.yaml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def posts(organisation: Mapping[str, Any]) -> frozenset[str]:
    """Every post, as UNIT/post."""
    return frozenset(f"{one['unit']}/{one['code']}" for one in organisation["posts"])


def diagrams(slug: str) -> dict[str, bytes]:
    """The item's diagram files."""
    return {path: (SHELF / path).read_bytes() for path in item_of(slug)["process"]["files"]}


# --- items


@every_item
def test_R051_item_says_everything_that_a_guide_must(slug: str) -> None:
    content = item_of(slug)
    assert [key for key in MANDATORY if content.get(key) in (None, "", {}) or key not in content] == []
    assert content["slug"] == slug
    assert content["name_en"].isascii()
    assert content["description_en"].isascii()


@every_item
def test_item_codes_hold(slug: str) -> None:
    content = item_of(slug)
    assert catalog_code_findings(content["catalog_code"]) == ()
    level, catalog = str(content["use_level"]), content["catalog_code"]
    assert task_code_findings(content["task_code"], level=level, catalog_code=catalog) == ()
    assert content["task_handle_item"] == content["task_code"] + "01"


@pytest.mark.parametrize(
    ("slug", "statutory", "promised", "kind"),
    [
        ("road_transport", 20, 3, "承诺件"),
        ("food_business", 20, 8, "承诺件"),
        ("company_start", 45, 2, "联办件"),
        ("individual_business", 3, 0, "即办件"),
        ("special_equipment", 15, 5, "承诺件"),
        ("lawyer_practice", 20, 7, "上报件"),
    ],
)
def test_R128_promise_is_within_the_statute(slug: str, statutory: int, promised: int, kind: str) -> None:
    content = item_of(slug)
    assert (content["anticipate_day"], content["promise_day"], content["project_type"]) == (statutory, promised, kind)
    assert (content["anticipate_type"], content["promise_type"]) == ("WD", "WD")
    assert promised <= statutory
    assert (content["accept_limit"], content["deliver_limit"]) == (5, 10)


@every_item
def test_R052_every_material_rests_on_a_law_and_none_is_a_catch_all(slug: str) -> None:
    content = item_of(slug)
    laws = {one["id"] for one in content["by_law"]}
    assert [one["name"] for one in content["material"] if one["by_law"] not in laws] == []
    assert [one["name"] for one in content["material"] if "其他" in one["name"]] == []
    assert [one["order"] for one in content["material"]] == list(range(1, len(content["material"]) + 1))


@every_item
def test_materials_depend_only_on_answers_of_the_application(slug: str) -> None:
    content = item_of(slug)
    answers = set(form_of(content["application_form"]).keys)
    needed = [compile_feel(one["applies_if"].lstrip("= ")) for one in content["material"] if "applies_if" in one]
    assert needed
    assert [one.source for one in needed if not one.names <= answers] == []


@every_item
def test_item_lists_exactly_the_files_that_it_uses(slug: str) -> None:
    content, definition = item_of(slug), definition_of(slug)
    assert set(content["forms"]) == {*definition.forms, content["application_form"]}
    assert set(decisions_of(slug)) == set(definition.decisions)
    processes = {path.rpartition("/")[2].removesuffix(".bpmn") for path in content["process"]["files"]}
    assert processes == {content["process"]["id"], *definition.callees}


def test_no_file_of_the_shelf_is_orphaned() -> None:
    used = {path for slug in SLUGS for path in item_of(slug)["process"]["files"]}
    assert set(FILES) - used == {"_shared/opinion.bpmn"}
    forms = {form for slug in SLUGS for form in item_of(slug)["forms"]}
    assert {path.stem for path in FORMS.glob("*.form")} - forms == {"opinion"}


@every_item
def test_applicant_fields_are_answers_of_the_application(slug: str) -> None:
    content = item_of(slug)
    keys = set(form_of(content["application_form"]).keys)
    wanted = {name for name in content["applicant_fields"].values() if name not in ("uscc", "legalRep")}
    assert wanted <= keys


@every_item
def test_list_of_powers_has_the_item(slug: str) -> None:
    content = item_of(slug)
    powers = yaml.safe_load((DEMO / "powers.yaml").read_text(encoding="utf-8"))["powers"]
    (power,) = [one for one in powers if one["slug"] == slug]
    assert {key: content[key] for key in power if key != "in_force_from"} | {
        "in_force_from": power["in_force_from"]
    } == power


# --- diagrams


@every_item
def test_checker_finds_nothing_wrong_with_an_item(slug: str, posts: frozenset[str]) -> None:
    shelved = shelf.read(slug)
    found = review(
        shelved.files,
        posts=posts | {one.partition("/")[2] for one in posts},
        governed=True,
        root=shelved.process_id,
        application=shelved.content["application_form"],
        complete=True,
    )
    assert [(one.code, one.element, one.text.zh) for one in found] == []


def test_checker_finds_nothing_wrong_with_the_shared_opinion() -> None:
    files = {
        "opinion.bpmn": (SHELF / "_shared/opinion.bpmn").read_bytes(),
        "opinion.form": (FORMS / "opinion.form").read_bytes(),
    }
    found = review(files, governed=True)
    handed = {"opinionUnit", "opinionDays", "opinionTopic"}
    assert {(one.code, one.severity) for one in found} <= {("unknown-variable", "info")}
    assert len(found) <= len(handed)


@every_item
def test_R015_every_task_has_a_post_a_standard_a_limit_and_a_form(slug: str) -> None:
    for info in definition_of(slug).elements.values():
        if info.type == "userTask":
            assert info.step is not None, info.id
            assert (bool(info.step.post), bool(info.step.standard)) == (True, True), info.id
            assert info.step.risk_points, info.id
            assert info.limit is not None, info.id
            assert info.form_id, info.id


@every_item
def test_R047_one_review_and_one_approval_by_different_persons(slug: str) -> None:
    steps = [(info.id, info.step) for info in definition_of(slug).elements.values() if info.step is not None]
    reviews = [key for key, step in steps if step.kind == "review"]
    approvals = [(key, step) for key, step in steps if step.kind == "approval"]
    assert (len(reviews), len(approvals)) == (1, 1)
    assert {"check", reviews[0]} <= set(approvals[0][1].different_from)


@every_item
def test_papers_that_diagrams_issue_are_known(slug: str) -> None:
    marks = [mark for info in definition_of(slug).elements.values() for mark in info.marks if mark.kind == "notice"]
    assert {dict(mark.attributes)["kind"] for mark in marks} <= set(KINDS)


@every_item
def test_R141_no_refusal_goes_past_the_negative_filing(slug: str) -> None:
    """Without the calls of `negative_filing` no element that issues a refusal can be reached."""
    definition = definition_of(slug)
    refusing = {
        (info.process, info.id)
        for info in definition.elements.values()
        for mark in info.marks
        if mark.kind == "notice"
        and dict(mark.attributes)["kind"] in ("refusal_acceptance", "decision_refused", "superior_refused")
    }
    filing = {key for key, info in definition.elements.items() if info.callee == "negative_filing"}
    assert len(refusing) == 2
    assert len(filing) == 2
    reached = {key for file in item_of(slug)["process"]["files"] for key in _reached(file, filing)}
    assert reached & refusing == set()
    assert reached > filing


def _reached(file: str, closed: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    process, drawn = file.rpartition("/")[2].removesuffix(".bpmn"), drawing(file)
    todo = [node.id for node in drawn.nodes.values() if node.kind == "startEvent"]
    seen: set[str] = set()
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)
        yield process, at
        if (process, at) not in closed:
            todo += [flow.target for flow in drawn.flows.values() if flow.source == at]
            todo += [node.id for node in drawn.nodes.values() if node.host == at]


# --- the county


def test_units_carry_valid_codes_and_names_in_two_languages(organisation: Mapping[str, Any]) -> None:
    for unit in organisation["units"]:
        assert uscc_findings(unit["uscc"]) == (), unit["code"]
        assert unit["name_en"].isascii()
    assert len({unit["uscc"] for unit in organisation["units"]}) == len(organisation["units"])


def test_R103_every_post_has_a_holder_and_a_substitute_who_are_two_persons(organisation: Mapping[str, Any]) -> None:
    holders: dict[str, dict[str, str]] = {}
    for person in organisation["persons"]:
        for held in person["holds"]:
            ranks = holders.setdefault(f"{held['unit']}/{held['post']}", {})
            assert held["rank"] not in ranks, held
            ranks[held["rank"]] = person["login"]
    for post in organisation["posts"]:
        assert post["duties"]
        name = f"{post['unit']}/{post['code']}"
        assert set(holders[name]) == {"A", "B"}, name
        assert len(set(holders[name].values())) == 2, name


def test_desks_beyond_the_clerks_are_manned(organisation: Mapping[str, Any]) -> None:
    roles = {role for person in organisation["persons"] for role in person["roles"]}
    assert roles == {"supervisor", "auditor", "analyst", "administrator"}
    assert len(organisation["persons"]) >= 25
    assert len({person["login"] for person in organisation["persons"]}) == len(organisation["persons"])


@every_item
def test_R104_every_step_has_a_post_that_somebody_holds(slug: str, posts: frozenset[str]) -> None:
    unit = item_of(slug)["dept"]
    for info in definition_of(slug).elements.values():
        post = info.step.post if info.step is not None else ""
        if post and not post.startswith("="):
            assert (post if "/" in post else f"{unit}/{post}") in posts, info.id


@every_item
def test_R062_separate_hands_are_possible_even_when_every_substitute_stands_in(
    slug: str, organisation: Mapping[str, Any]
) -> None:
    """Nobody holds two posts of which one step excludes the other's person."""
    unit = item_of(slug)["dept"]
    held = {
        person["login"]: {f"{one['unit']}/{one['post']}" for one in person["holds"] if one["rank"] == "A"}
        for person in organisation["persons"]
    }
    steps = {
        info.id: info.step for info in definition_of(slug).elements.values() if info.step and "=" not in info.step.post
    }
    full = {key: step.post if "/" in step.post else f"{unit}/{step.post}" for key, step in steps.items()}
    for key, step in steps.items():
        for other in step.different_from:
            if other in full:
                assert not [who for who, theirs in held.items() if {full[key], full[other]} <= theirs], (key, other)


# --- the risk table


@pytest.mark.parametrize(
    ("answers", "level", "survey"),
    [
        ({"businessKind": "sale", "floorArea": 30, "saleItems": ["bulk"]}, "低", False),
        ({"businessKind": "sale", "floorArea": 30, "saleItems": ["bulk", "cooked"]}, "中", True),
        ({"businessKind": "catering", "floorArea": 50, "hasColdDishes": False, "hasRawFood": False}, "中", False),
        ({"businessKind": "catering", "floorArea": 51, "hasColdDishes": False, "hasRawFood": False}, "中", True),
        ({"businessKind": "catering", "floorArea": 20, "hasColdDishes": True, "hasRawFood": False}, "高", True),
        ({"businessKind": "catering", "floorArea": 20, "hasColdDishes": False, "hasRawFood": True}, "高", True),
        ({"businessKind": "catering", "floorArea": 20, "hasColdDishes": True, "hasRawFood": True}, "高", True),
        ({"businessKind": "canteen", "floorArea": 20, "hasColdDishes": False, "hasRawFood": False}, "高", True),
    ],
)
def test_risk_decides_on_the_survey(answers: dict[str, Any], level: str, survey: bool) -> None:
    risk = decisions_of("food_business")["food_business_risk"].evaluate("food_business_risk", answers)
    assert risk == {"level": level, "surveyNeeded": survey}


def test_risk_table_has_one_answer_for_everything_that_the_form_lets_through() -> None:
    table = decisions_of("food_business")["food_business_risk"]
    kinds, areas = ("sale", "catering", "canteen"), (1, 49.9, 50, 50.1, 100000)
    for kind, area, cold, raw, items in product(
        kinds, areas, (True, False, None), (True, False, None), (None, [], ["bulk"], ["cooked", "special"])
    ):
        answers = {
            "businessKind": kind,
            "floorArea": area,
            "hasColdDishes": cold,
            "hasRawFood": raw,
            "saleItems": items,
        }
        risk = table.evaluate("food_business_risk", answers)
        assert isinstance(risk, dict), answers
        assert set(risk) == {"level", "surveyNeeded"}


# --- the inspection table


@pytest.mark.parametrize(
    ("answers", "needed", "kind"),
    [
        (("new", "lift", "supervised"), False, "无需检验"),
        (("new", "lift", "none"), True, "监督检验"),
        (("new", "vehicle", "none"), True, "首次检验"),
        (("altered", "crane", "periodic"), True, "监督检验"),
        (("moved", "crane", "supervised"), False, "无需检验"),
        (("reused", "boiler", "periodic"), False, "无需检验"),
        (("transferred", "boiler", "expired"), True, "定期检验"),
    ],
)
def test_inspection_is_asked_for_where_no_certificate_holds(
    answers: tuple[str, str, str], needed: bool, kind: str
) -> None:
    given = dict(zip(("registrationKind", "equipmentKind", "inspectionState"), answers, strict=True))
    table = decisions_of("special_equipment")["special_equipment_inspection"]
    assert table.evaluate("special_equipment_inspection", given) == {"needed": needed, "kind": kind}


def test_inspection_table_has_one_answer_for_everything_that_the_form_lets_through() -> None:
    form = form_of("special_equipment_application")
    keys = ("registrationKind", "equipmentKind", "inspectionState")
    offered = [
        [one["value"] for one in next(c for c in form.fields if c.key == key).attributes["values"]] for key in keys
    ]
    table = decisions_of("special_equipment")["special_equipment_inspection"]
    for answers in product(*offered):
        found = table.evaluate("special_equipment_inspection", dict(zip(keys, answers, strict=True)))
        assert isinstance(found, dict), answers
        assert found["needed"] is (found["kind"] != "无需检验")


def test_opinion_is_given_or_recorded_as_silence() -> None:
    files = {"opinion.bpmn": (SHELF / "_shared/opinion.bpmn").read_bytes()}
    engine = Engine(Definition.load(files, "opinion"))
    at = datetime(2026, 3, 2, tzinfo=UTC)
    asked = engine.start({"opinionUnit": "GAJ", "opinionDays": 3, "opinionTopic": "占道施工"}, at)
    (task,), (deadline,) = asked.opened, asked.deadlines
    assert task.step is not None
    assert task.step.post == "GAJ/handler"
    assert task.limit is not None
    assert task.limit.value == 3
    assert asked.state is not None
    given = engine.complete(asked.state, task.id, {"opinionResult": "agree"}, at)
    assert (given.status, given.variables["opinionResult"]) == ("completed", "agree")
    silent = engine.fire(asked.state, deadline.id, at)
    assert (silent.status, silent.variables["opinionResult"]) == ("completed", "timeout")
    assert [effect.attributes["name"] for effect in silent.effects] == ["会签逾期"]
