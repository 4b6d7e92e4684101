"""Variables across steps, calls, loops and forms: what is certain is an error, what is not known is left in peace."""

import pytest

from app.bpmn.check import check
from app.errors import Finding
from tests.bpmn.cases_variables import FIRST, script, whole
from tests.bpmn.known import FORM, KNOWN, Shown
from tests.bpmn.shapes import call, line_of
from tests.bpmn.sketch import chain, diagram, end, ext, file, flow, node, parallel, process, start, task, user, xor

CODES = ("unknown-", "wrong-", "impossible-", "variable-", "decision-")


def found(*files: bytes, **known: object) -> list[Finding]:
    """The findings on variables in files that are checked with a step's form f, and an application form a."""
    diagrams = {f"{number}.bpmn": data for number, data in enumerate(files)}
    return [one for one in check(diagrams, **{**KNOWN, **known}) if one.code.startswith(CODES)]


def told(*files: bytes, **known: object) -> list[tuple[str, str, str]]:
    return [(one.code, one.severity, one.element) for one in found(*files, **known)]


def job(ident: str, mapping: str = "") -> str:
    return task(ident, ext(f'<zeebe:taskDefinition type="x"/>{mapping}'), "serviceTask")


def io(inputs: str = "", outputs: str = "") -> str:
    """Mappings written `target=source`, several separated by `;`."""
    rows = [("input", one) for one in inputs.split(";") if one] + [("output", one) for one in outputs.split(";") if one]
    inside = "".join(
        f'<zeebe:{tag} source="= {one.partition("=")[2]}" target="{one.partition("=")[0]}"/>' for tag, one in rows
    )
    return f"<zeebe:ioMapping>{inside}</zeebe:ioMapping>"


UNKNOWN = [("unknown-variable", "error", "k")]


def test_a_name_that_nothing_gives_is_an_error_in_an_item_and_told_once() -> None:
    (finding,) = found(diagram(whole(FIRST, script("= amuont + 1"), script("= amuont").replace('"k"', '"k2"'))))
    assert (finding.severity, finding.element, finding.source, finding.column) == ("error", "k", " amuont + 1", 2)
    assert "amount" in finding.text.zh


def test_in_a_diagram_of_no_item_another_host_may_give_it() -> None:
    assert told(diagram(line_of(script("= x + 1"))), forms=None) == [("unknown-variable", "warning", "k")]


def test_a_step_whose_form_is_not_known_may_answer_anything() -> None:
    assert told(diagram(whole(FIRST, script("= x + 1"))), forms=None) == []


@pytest.mark.parametrize(
    "step",
    [
        job("j"),
        task("r", kind="receiveTask", attributes='messageRef="m"'),
        node("intermediateCatchEvent", "c", '<bpmn:messageEventDefinition messageRef="m"/>'),
    ],
)
def test_what_a_job_or_message_may_bring_is_only_noted(step: str) -> None:
    data = diagram(whole(FIRST, step, script("= x + 1")), '<bpmn:message id="m" name="m"/>')
    assert told(data) == [("unknown-variable", "info", "k")]


def test_what_an_output_mapping_lets_out_is_all_that_a_job_gives() -> None:
    body = whole(job("j", io(outputs="status=code")), script("= status"), script("= code").replace('"k"', '"k2"'))
    assert told(diagram(body)) == [("unknown-variable", "error", "k2")]


def test_a_variable_that_is_tested_for_null_may_be_missing_but_not_misspelt() -> None:
    assert told(diagram(whole(FIRST, script('= if extra = null then "" else extra')))) == []
    assert told(diagram(whole(FIRST, script("= amuont = null")))) == UNKNOWN


def test_what_the_house_gives_to_every_case_is_known() -> None:
    assert told(diagram(whole(script("= item.acceptLimit + 1"), script("= case.no").replace('"k"', '"k2"')))) == []
    assert told(diagram(whole(script("= item.acceptLimt")))) == [("unknown-field", "error", "k")]
    assert told(diagram(whole(script("= applied")))) == []


def test_inputs_see_what_is_around_them_and_those_before_them() -> None:
    step = user("t", more=io("one=amount;two=one + 1")) + ""
    assert told(diagram(whole(FIRST, step))) == []
    assert told(diagram(whole(FIRST, user("t", more=io("nothing=nothing"))))) == [("unknown-variable", "error", "t")]


def calling(callee: str, more: str = "", attributes: str = "") -> str:
    called = f'<zeebe:calledElement processId="{callee}" {attributes}/>'
    return task("c", ext(called + more), "callActivity")


def called(*tasks: str) -> str:
    """A process q of these tasks."""
    return process(line_of(*tasks).replace('"s"', '"s1"').replace('"e"', '"e1"'), "q")


def test_a_called_process_sees_its_callers_variables_and_gives_back_its_own() -> None:
    caller = process(whole(FIRST, calling("q"), script("= given + 1")))
    assert told(file(caller, called(script("= amount * 2", "given").replace('"k"', '"k1"')))) == []
    strict = process(whole(FIRST, calling("q", attributes='propagateAllParentVariables="false"')))
    alone = called(script("= amount", "x").replace('"k"', '"k1"'))
    assert told(file(strict, alone)) == [("unknown-variable", "error", "k1")]


def test_a_called_process_on_its_own_is_only_noted() -> None:
    assert told(file(called(user("u"), script("= handed + 1")))) == [("unknown-variable", "info", "k")]


def test_values_are_followed_through_calls() -> None:
    mapped = calling("q", io(outputs="result=outcome"), 'propagateAllChildVariables="false"')
    caller = process(whole(mapped, xor("g", "g_e")) + end("e2") + flow("g", "e2", '= result = "opne"'))
    other = called(script('= "open"', "outcome").replace('"k"', '"k1"'))
    (finding,) = found(file(caller, other))
    assert (finding.code, finding.element) == ("impossible-value", "g_e2")
    assert "open" in finding.text.en


def many(collection: str, output: str = "") -> str:
    out = f'outputCollection="all" outputElement="= {output}"' if output else ""
    loop = ext(f'<zeebe:loopCharacteristics inputCollection="= {collection}" inputElement="row" {out}/>')
    return f"<bpmn:multiInstanceLoopCharacteristics>{loop}</bpmn:multiInstanceLoopCharacteristics>"


def test_an_instance_sees_its_element_and_its_number() -> None:
    each = script("= row.a + loopCounter + numberOfInstances", "b").replace("</bpmn:scriptTask>", "")
    body = whole(script("= [{a: 1}]", "rows").replace('"k"', '"k0"'), each + many("rows", "b") + "</bpmn:scriptTask>")
    assert told(diagram(body)) == []
    assert told(diagram(body.replace("row.a", "row.c"))) == [("unknown-field", "error", "k")]
    assert told(diagram(body.replace("= rows", "= 5"))) == [
        ("wrong-type", "error", "k"), ("wrong-result", "error", "k")
    ]  # fmt: skip


def test_what_is_written_beside_or_in_a_loop_is_not_called_late() -> None:
    fork = (
        start() + parallel("f") + FIRST + script("= amount") + parallel("j") + chain("s", "f", "u", "j", "e")
        + chain("f", "k", "j") + end("e", ext('<gov:outcome kind="granted"/>'))
    )  # fmt: skip
    assert told(diagram(fork)) == []
    loop = whole(script("= amount"), FIRST, xor("g", "g_e")) + flow("g", "k", "= approved")
    assert told(diagram(loop)) == []


def test_the_forms_of_steps_are_read_over_what_they_are_shown_with() -> None:
    def of(hide: str) -> list[tuple[str, str, str]]:
        shown = {**KNOWN["forms"], "f": Shown(FORM.answers, hide)}
        return told(diagram(whole(user("u", more=io("handed=1")))), forms=shown)

    assert of("approved and handed > 1 and item.basis != null and applied") == []
    assert of("aproved") == [("unknown-variable", "error", "Field_1")]
    assert of('handed = "x"') == [("wrong-type", "error", "Field_1")]


def test_an_expression_of_several_lines_is_told_with_its_line() -> None:
    step = task("k", ext('<zeebe:script expression="= 1 +&#10; &#10; amuont" resultVariable="r"/>'), "scriptTask")
    (finding,) = found(diagram(whole(FIRST, step)))
    first = next(at for at, line in enumerate(diagram(whole(FIRST, step)).decode().splitlines(), 1) if 'id="k"' in line)
    assert finding.line == first + 2


def test_a_process_that_calls_itself_and_a_variable_that_grows_come_to_an_end() -> None:
    caller = process(whole(calling("p"), script("= {inner: r}")))
    assert "calls-itself" in {one.code for one in check({"x": file(caller)}, **KNOWN)}
    assert told(diagram(whole(script("= {inner: r, more: [r]}"), call("c2", "nowhere"))))[:1] == [
        ("unknown-process", "error", "c2")
    ]
