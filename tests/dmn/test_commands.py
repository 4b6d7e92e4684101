"""`flask dmn` at the terminal: answers, problems, refusals, findings, test cases of a conformance suite."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.dmn.commands import dmn
from tests.dmn.build import decision, literal, model, requires, table

SUITE = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
 <modelName>x.dmn</modelName>
 <testCase id="1"><inputNode name="n"><value xsi:type="xsd:decimal">{n}</value></inputNode>
  <inputNode name="on"><value xsi:type="xsd:date">2026-02-16</value></inputNode>
  <resultNode name="t"><expected><component name="half"><value xsi:type="xsd:decimal">1.5</value></component>
   <component name="days"><list><item><value xsi:type="xsd:date">2026-02-17</value></item>
   <item><value xsi:nil="true"/></item></list></component></expected></resultNode></testCase>
</testCases>"""


def run(tmp_path: Path, body: str, given: str, *options: str) -> tuple[int, Any, str]:
    path = tmp_path / "x.dmn"
    path.write_bytes(model(body))
    result = CliRunner().invoke(dmn, ["eval", str(path), "--decision", "t", *options], input=given)
    return result.exit_code, json.loads(result.stdout or result.stderr), result.stderr


def test_answer_is_plain_json_with_every_digit(tmp_path: Path) -> None:
    body = decision("t", literal('{总额: x * 2, 日期: date(受理日) + @"P1D", 时限: @"P1DT2H", 区间: [1..2), 无: null}'))
    code, answer, said = run(tmp_path, body, json.dumps({"x": 2.25, "受理日": "2026-02-16"}))
    assert (code, said) == (0, "")
    span = {"start": 1, "start included": True, "end": 2, "end included": False}
    assert answer == {"总额": 4.5, "日期": "2026-02-17", "时限": "P1DT2H", "区间": span, "无": None}
    given = '{"x": 0.1234567890123456789012345678901234}'
    path = tmp_path / "x.dmn"
    path.write_bytes(model(decision("t", literal("x"))))
    shown = CliRunner().invoke(dmn, ["eval", str(path), "--decision", "t"], input=given).stdout
    assert shown == "0.1234567890123456789012345678901234\n"


def test_typed_answer_keeps_the_kinds_of_values(tmp_path: Path) -> None:
    body = decision("t", literal("{总额: x * 2, 今天: today()}"))
    code, answer, _ = run(tmp_path, body, '{"x": 2.25}', "--typed", "--now", "2026-02-17T08:00:00+0800")
    assert code == 0
    assert answer == {
        "总额": {"$feel": "number", "value": "4.50"},
        "今天": {"$feel": "date", "value": "2026-02-17"},
    }


def test_problem_is_null_and_told_on_standard_error(tmp_path: Path) -> None:
    body = decision("t", table(["x"], ["y"], ["- | 1", "- | 2"]))
    code, answer, said = run(tmp_path, body, "{}")
    assert (code, answer) == (0, None)
    assert "1, 2" in json.loads(said)["problems"][0]["en"]
    code, answer, _ = run(tmp_path, body, "{}", "--strict")
    assert code == 1
    assert answer["problems"]


@pytest.mark.parametrize(
    ("body", "given"),
    [
        (decision("t", literal("1 +")), "{}"),
        (decision("u", literal("1")), "{}"),
        (decision("t", literal("1")), "[]"),
        (decision("t", literal("1")), "{"),
        (decision("t", literal("function() 1")), "{}"),
    ],
)
def test_what_has_no_answer_fails_with_its_reason(tmp_path: Path, body: str, given: str) -> None:
    code, answer, _ = run(tmp_path, body, given)
    assert code == 1
    assert answer.get("findings") or answer["error"]["zh"]


def test_a_decision_answers_beside_one_that_cannot_be_read(tmp_path: Path) -> None:
    assert run(tmp_path, decision("u", literal("1 +")) + decision("t", literal("2")), "{}")[:2] == (0, 2)
    needs = decision("u", literal("1 +")) + decision("t", literal("u"), before=requires("u"))
    code, answer, said = run(tmp_path, needs, "{}")
    assert (code, answer) == (0, None)
    assert "1 +" in said


@pytest.mark.parametrize(("n", "passes"), [(3, True), (4, False)])
def test_conformance_cases_are_run_and_compared(tmp_path: Path, n: int, passes: bool) -> None:
    logic = literal('{half: n / 2, days: [on + @"P1D", null]}')
    (tmp_path / "x.dmn").write_bytes(model(decision("t", logic)))
    (tmp_path / "x-test.xml").write_text(SUITE.format(n=n), encoding="utf-8")
    result = CliRunner().invoke(dmn, ["conformance", str(tmp_path)])
    assert result.exit_code == (0 if passes else 1)
    assert ("1 passed, 0 failed" if passes else "0 passed, 1 failed") in result.output


def test_conformance_inputs_of_no_type_are_read_as_their_model_says(tmp_path: Path) -> None:
    suite = SUITE.replace(' xsi:type="xsd:decimal"', "").replace(' xsi:type="xsd:date"', "").format(n=3)
    given = '<inputData id="{0}" name="{0}"><variable name="{0}" typeRef="{1}"/></inputData>'
    body = given.format("n", "number") + given.format("on", "date")
    logic = literal('{half: n / 2, days: [string(on + @"P1D"), null]}')
    (tmp_path / "x.dmn").write_bytes(model(body + decision("t", logic, before=requires(inputs=["n", "on"]))))
    (tmp_path / "x-test.xml").write_text(suite, encoding="utf-8")
    assert "1 passed" in CliRunner().invoke(dmn, ["conformance", str(tmp_path)]).output


def test_conformance_says_which_folder_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.dmn").write_bytes(b"<a/>")
    (tmp_path / "x-test.xml").write_text(SUITE, encoding="utf-8")
    result = CliRunner().invoke(dmn, ["conformance", str(tmp_path)])
    assert result.exit_code == 1
    assert "not a DMN model" in result.output


def test_imports_are_looked_for_beside_the_file(tmp_path: Path) -> None:
    line = '<import namespace="urn:fees" name="fees"/>'
    body = line + decision("t", literal("fees.base + 1"), before=requires("base").replace("#", "urn:fees#"))
    (tmp_path / "fees.dmn").write_bytes(model(decision("base", literal("x"))).replace(b"urn:test", b"urn:fees"))
    (tmp_path / "odd.dmn").write_bytes(b"<a/>")
    assert run(tmp_path, body, '{"x": 2}')[:2] == (0, 3)
    (tmp_path / "fees.dmn").unlink()
    code, answer, _ = run(tmp_path, body, '{"x": 2}')
    assert code == 1
    assert "dmn-import" in [one["code"] for one in answer["findings"]]
