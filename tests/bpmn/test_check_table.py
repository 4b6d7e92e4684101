"""The list of findings is complete and true, the findings are well placed, and the command says them."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from app import xml
from app.bpmn.check import check, documentation, rules, stopping
from app.bpmn.checks import files
from app.bpmn.commands import bpmn
from tests.bpmn.shapes import LINE, boundary, call, line_of
from tests.bpmn.sketch import chain, diagram, end, ext, file, flow, node, process, start, task, user
from tests.bpmn.test_check import CASES
from tests.bpmn.test_check_refused import REFUSED_CASES

ROOT = Path(__file__).parents[2]
ELSEWHERE = {  # tested in test_check_hostile, below, below
    "more-findings",
    "unreadable-file",
    "variables-partly-checked",
    "duplicate-process-id",
}


def test_the_page_is_what_the_program_prints() -> None:
    assert (ROOT / "docs/checks.md").read_text("utf-8") == documentation()


def test_every_code_is_on_the_page_once_in_both_languages() -> None:
    page = documentation()
    for code in {one.code for one in rules()} | set(xml.REFUSALS) | files.support_codes():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{code}` |")]
        assert row.count("<br>") == 2


def test_every_code_has_a_case() -> None:
    assert {one.code for one in rules()} == (set(CASES) - files.support_codes()) | ELSEWHERE
    assert set(REFUSED_CASES) == files.support_codes()


def test_codes_are_told_once() -> None:
    codes = [one.code for one in rules()]
    assert len(codes) == len(set(codes))


def test_the_same_process_id_in_two_files_is_refused() -> None:
    found = check({"a": diagram(LINE), "b": diagram(LINE)})
    assert [(one.code, one.file) for one in found] == [("duplicate-process-id", "b")]


def test_the_same_ids_in_different_files_are_no_matter() -> None:
    assert check({"a": diagram(LINE), "b": file(process(LINE, "q"))}) == []


def test_a_finding_names_file_element_name_and_line() -> None:
    data = diagram(LINE + '<bpmn:userTask id="审查" name="审查材料"/>')
    (finding,) = [one for one in check({"x.bpmn": data}) if one.code == "unreachable"]
    assert (finding.file, finding.element, finding.name, finding.line) == ("x.bpmn", "审查", "审查材料", 7)


def test_bad_feel_is_told_with_its_line_in_the_file() -> None:
    body = start() + node("exclusiveGateway", "g", "", 'default="g_e"') + end() + end("e2") + chain("s", "g", "e")
    data = diagram(body + flow("g", "e2", "=\n\n  x +"))
    (finding,) = [one for one in check({"x": data}) if one.code == "bad-feel"]
    first = (
        data.decode()
        .splitlines()
        .index(next(line for line in data.decode().splitlines() if "e2" in line and '="g' in line and "Flow" in line))
    )
    assert finding.line is not None
    assert finding.line > first + 1
    assert finding.element == "g_e2"


def test_findings_come_in_order_of_file_and_line() -> None:
    found = check({"b": diagram(task("x") + task("y") + flow("y", "no")), "a": b"", "c": file(process(LINE, "q"))})
    assert [(one.file, one.line or 0) for one in found] == sorted((one.file, one.line or 0) for one in found)
    assert {one.file for one in found} == {"a", "b"}


@pytest.mark.parametrize("governed", [True, False, None])
def test_R015_a_step_without_form_or_post_is_an_error_in_an_items_diagram(governed: bool | None) -> None:
    generic = check({"x": diagram(line_of(task("u", kind="userTask")))}, governed=governed)
    severities = {one.code: one.severity for one in generic}
    assert severities["user-task-without-form"] == ("error" if governed else "warning")
    assert severities["user-task-without-post"] == ("error" if governed else "warning")
    assert severities["user-task-without-standard"] == "warning"
    assert severities["user-task-without-limit"] == "warning"


def test_R015_the_gov_namespace_in_use_makes_it_an_items_diagram() -> None:
    found = check({"x": diagram(line_of(task("u", ext('<gov:step kind="review"/>'), kind="userTask")))})
    assert {one.code: one.severity for one in found}["user-task-without-form"] == "error"


@pytest.mark.parametrize("tag", ["userTask", "startEvent", "endEvent", "callActivity", "subProcess"])
def test_R056_every_step_has_a_name(tag: str) -> None:
    body = LINE + f'<bpmn:{tag} id="nameless"/>'
    found = [one for one in check({"x": diagram(body)}) if one.code == "unnamed-step"]
    assert [(one.element, one.severity) for one in found] == [("nameless", "error")]


def test_a_wrong_name_does_not_stop_execution_and_a_wrong_reference_does() -> None:
    nameless = check({"x": diagram(LINE.replace('name="s"', ""))})
    assert nameless
    assert stopping(nameless) == []
    assert stopping(check({"x": b"<"}))
    assert stopping(check({"x": diagram(LINE + flow("s", "no"))}))


def test_a_process_that_is_not_executable_is_left_alone() -> None:
    papers = process("<bpmn:task id='anything'/>", "q", 'isExecutable="false"')
    assert check({"x": file(process(LINE), papers)}) == []


def test_what_a_missing_callee_would_hold_is_not_told_besides() -> None:
    step = user("u").replace("post=", 'differentFrom="elsewhere" post=')
    assert {one.code for one in check({"x": diagram(line_of(call("c", "q"), step))})} == {"unknown-process"}
    assert {one.code for one in check({"x": diagram(line_of(step))})} == {"unknown-different-from"}


def test_calls_through_three_processes_are_followed() -> None:
    def calling(ident: str, callee: str) -> str:
        body = (
            start(f"s{ident}")
            + call(f"c{ident}", callee)
            + end(f"e{ident}")
            + chain(f"s{ident}", f"c{ident}", f"e{ident}")
        )
        return process(body, ident)

    found = check({"x": file(calling("p", "q"), calling("q", "r"), calling("r", "p"))})
    assert [one.code for one in found] == ["calls-itself"]
    assert "p → q → r → p" in found[0].text.en


@pytest.mark.parametrize(
    "text",
    ["P", "PT", "-P1D", "P1X", "garbage", "P1D2H", "1D", "R3/PT", "R/P1D/P1D", "R0/P1D", "0001-01-01T00:00"],
)
def test_times_that_cannot_be_read_are_found(text: str) -> None:
    for kind in ("timeDate", "timeDuration", "timeCycle"):
        data = diagram(
            boundary(f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>")
        )
        assert "unreadable-time" in {one.code for one in check({"x": data})}


@pytest.mark.parametrize(
    ("kind", "text"),
    [("timeDuration", "P1Y2M3W4DT5H6M7.5S"), ("timeDuration", "PT30M"), ("timeDate", "2026-03-02"),
     ("timeDate", "2026-03-02T09:00:00Z"), ("timeCycle", "R/PT1H"), ("timeCycle", "R3/2026-03-02T09:00:00+08:00/P1D")],
)  # fmt: skip
def test_times_that_can_be_read_are_left_alone(kind: str, text: str) -> None:
    data = diagram(
        boundary(f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>")
    )
    assert "unreadable-time" not in {one.code for one in check({"x": data})}


def test_natural_time_on_a_service_task_is_left_alone() -> None:
    service = task("u", ext('<zeebe:taskDefinition type="x"/>'), "serviceTask")
    data = diagram(
        boundary(
            "<bpmn:timerEventDefinition><bpmn:timeDuration>PT5M</bpmn:timeDuration></bpmn:timerEventDefinition>"
        ).replace(user("u"), service)
    )
    assert "natural-time" not in {one.code for one in check({"x": data})}


@pytest.mark.parametrize(
    "tag", sorted({"XStart.EndJoin", "a.BoundaryEventSplit", "a.BoundaryEventJoin", "Root", "End", "StartEventJoin"})
)
def test_ids_that_the_engine_uses_itself_are_refused(tag: str) -> None:
    assert "reserved-id" in {one.code for one in check({"x": diagram(LINE + task(tag))})}


def test_text_that_turns_round_is_found_in_expressions_too() -> None:
    body = start() + node("exclusiveGateway", "g", "", 'default="g_e"') + end() + end("e2") + chain("s", "g", "e")
    data = diagram(body + flow("g", "e2", '= name = "\u202eabc"'))
    assert [one.element for one in check({"x": data}) if one.code == "hidden-characters"] == ["g_e2"]


def run(*arguments: str) -> Any:
    return CliRunner().invoke(bpmn, ["check", *arguments])


def test_the_command_prints_both_languages_and_fails_on_errors(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.bpmn", tmp_path / "bad.bpmn"
    good.write_bytes(diagram(LINE))
    bad.write_bytes(file(process(LINE.replace('name="s"', ""), "q")))
    assert run(str(good)).exit_code == 0
    answer = run(str(good), str(bad))
    assert answer.exit_code == 1
    assert f"{bad}:4: 错误 error [unnamed-step] s" in answer.output
    assert "1 个错误，0 个警告。1 errors, 0 warnings." in answer.output


def test_the_command_answers_in_json(tmp_path: Path) -> None:
    good = tmp_path / "good.bpmn"
    good.write_bytes(diagram(line_of(task("u", kind="userTask"))))
    answer = run("--json", str(good))
    assert answer.exit_code == 0
    listed: list[Mapping[str, Any]] = json.loads(answer.output)
    assert {one["code"] for one in listed} >= {"user-task-without-form"}
    place = {"file", "element", "name", "line", "source", "column"}
    assert set(listed[0]) == {"severity", "code", "message", "remedy"} | place
    assert set(listed[0]["message"]) == {"zh", "en"}


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    good = tmp_path / "good.bpmn"
    good.write_bytes(diagram(LINE))
    nameless = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.bpmn")
    answer = run("--json", nameless, str(tmp_path), str(good), "a\0b")
    assert answer.exit_code == 1
    assert [one["code"] for one in json.loads(answer.output)] == ["unreadable-file"] * 3


def test_forms_and_decisions_given_are_checked_and_known(tmp_path: Path) -> None:
    drawn, bad = tmp_path / "x.bpmn", tmp_path / "bad.form"
    rules_of = '<zeebe:calledDecision decisionId="{}" resultVariable="r"/>'
    known = task("k", ext(rules_of.format("food_business_risk")), "businessRuleTask")
    unknown = task("n", ext(rules_of.format("nothing")), "businessRuleTask")
    drawn.write_bytes(diagram(line_of(user("u"), user("v").replace('formId="f"', 'formId="review"'), known, unknown)))
    bad.write_bytes(b"{")
    decision = ROOT / "processes/food_business/risk.dmn"
    answer = run("--json", str(drawn), str(bad), str(ROOT / "forms/review.form"), str(decision))
    found = [(one["code"], one["element"]) for one in json.loads(answer.output) if one["severity"] == "error"]
    assert found[0][1] == ""
    assert found[1:] == [("unknown-form", "u"), ("unknown-decision", "n")]


def test_a_file_over_the_limit_is_not_read_whole(tmp_path: Path) -> None:
    big = tmp_path / "big.bpmn"
    with big.open("wb") as out:
        out.truncate(3 * 1024**3)
    answer = run("--json", str(big))
    assert [one["code"] for one in json.loads(answer.output)] == ["xml-too-large"]


def test_the_page_can_be_printed() -> None:
    assert isinstance(bpmn, click.Group)
    assert CliRunner().invoke(bpmn, ["checks"]).output == documentation()


@pytest.mark.parametrize(
    ("name", "plain"),
    [("ｔａｓｋ", "task"), ("рау", "pay"), ("\U0001d41a", "a"), ("e\u0301", "\xe9"), ("\u2f00类", "一类")],
)
def test_letters_that_only_look_like_others_are_an_error_in_ids_and_a_warning_in_names(name: str, plain: str) -> None:
    ident = check({"x": diagram(LINE + node("dataStoreReference", name).replace(f'name="{name}"', ""))})
    named = check({"x": diagram(LINE.replace('name="s"', f'name="{name}"'))})
    assert [(one.severity, plain in one.text.zh) for one in ident if one.code == "look-alike-letters"] == [
        ("error", True)
    ]
    assert [(one.severity, one.element) for one in named if one.code == "look-alike-letters"] == [("warning", "s")]


def test_an_empty_id_and_an_unconnected_step_are_told_once() -> None:
    lost = [one.code for one in check({"x": diagram(LINE + task("lost"))})]
    nameless = [one.code for one in check({"x": diagram(LINE + task("x").replace('id="x"', 'id=""'))})]
    assert lost == ["unreachable"]
    assert nameless == ["missing-id", "unreachable"]
