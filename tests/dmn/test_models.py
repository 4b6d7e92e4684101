"""Boxed expressions, requirements, knowledge, services, types; what is refused, by name; the command."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.dmn import DecisionError, load
from app.errors import NotFound, Refused
from tests.dmn.build import NAMESPACE, decision, knowledge, literal, model, requires, table, text


def decide(body: str, identity: str = "t", now: datetime | None = None, /, **context: object) -> Any:
    return load(model(body)).decide(identity, context, now)


def entry(name: str, logic: str, kind: str = "") -> str:
    typed = f' typeRef="{kind}"' if kind else ""
    variable = f'<variable name="{name}"{typed}/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def test_literal_expression_is_evaluated() -> None:
    assert decide(decision("t", literal('if 面积 > 100 then "大" else "小"')), 面积=200) == "大"


def test_now_is_passed_through() -> None:
    now = datetime(2026, 2, 16, 20, tzinfo=UTC)
    assert decide(decision("t", literal("today()")), "t", now) == date(2026, 2, 17)


def test_boxed_context_gives_its_entries_or_its_result() -> None:
    entries = entry("a", literal("x + 1")) + entry("b", literal("a * 2"))
    assert decide(decision("t", f"<context>{entries}</context>"), x=1) == {"a": 2, "b": 4}
    assert decide(decision("t", f"<context>{entries}{entry('', literal('a + b'))}</context>"), x=1) == 6


def test_boxed_list_and_relation() -> None:
    assert decide(decision("t", f"<list>{literal('1')}{literal('x')}</list>"), x=2) == [1, 2]
    rows = f"<row>{literal('1')}{literal('x')}</row><row>{literal('3')}{literal('4')}</row>"
    relation = f'<relation><column name="a"/><column name="b"/>{rows}</relation>'
    assert decide(decision("t", relation), x=2) == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]


def test_boxed_conditional_loops_and_filter() -> None:
    def part(name: str, source: str) -> str:
        return f"<{name}>{literal(source)}</{name}>"

    conditional = "<conditional>" + part("if", "x > 1") + part("then", '"a"') + part("else", '"b"') + "</conditional>"
    assert decide(decision("t", conditional), x=2) == "a"
    for tag, inner, expected in [
        ("for", part("in", "xs") + part("return", "i * 2"), [2, 4, 6]),
        ("some", part("in", "xs") + part("satisfies", "i > 2"), True),
        ("every", part("in", "xs") + part("satisfies", "i > 2"), False),
    ]:
        assert decide(decision("t", f'<{tag} iteratorVariable="i">{inner}</{tag}>'), xs=[1, 2, 3]) == expected
    selected = "<filter>" + part("in", "xs") + part("match", "item > 1") + "</filter>"
    assert decide(decision("t", selected), xs=[1, 2, 3]) == [2, 3]


def test_required_decisions_are_known_by_name_and_id() -> None:
    body = decision("base", literal("x * 2"), name="基数") + decision(
        "t", literal("基数 + base"), before=requires("base")
    )
    decisions = load(model(body))
    assert decisions.evaluate("t", {"x": 3}) == 12
    assert decisions.ids == ("base", "t")
    assert decisions.inputs("t") == {"x"}
    assert decisions.name("base") == "基数"


def test_decision_without_requirement_is_not_visible() -> None:
    body = decision("base", literal("1")) + decision("t", literal("base"))
    assert decide(body) is None
    assert load(model(body)).inputs("t") == {"base"}


def test_each_required_decision_is_decided_once() -> None:
    chain = decision("d0", literal("[1]"))
    for n in range(1, 25):
        chain += decision(f"d{n}", literal(f"count(d{n - 1}) + count(d{n - 1})"), before=requires(f"d{n - 1}"))
    assert decide(chain, "d24") == 2


def test_chain_of_fifty_requirements_is_evaluated() -> None:
    chain = decision("d0", literal("x"))
    for n in range(1, 50):
        chain += decision(f"d{n}", literal(f"d{n - 1} + 1"), before=requires(f"d{n - 1}"))
    assert decide(chain, "d49", x=1) == 50
    assert load(model(chain)).inputs("d49") == {"x"}


def test_knowledge_is_called_by_position_name_and_invocation() -> None:
    fee = knowledge("费用", ["面积: number", "单价"], literal("面积 * 单价"))
    binding = "".join(
        f'<binding><parameter name="{name}"/>{literal(source)}</binding>'
        for name, source in (("面积", "x"), ("单价", "3"))
    )
    for logic in (
        literal("费用(x, 3)"),
        literal("费用(单价: 3, 面积: x)"),
        f"<invocation>{literal('费用')}{binding}</invocation>",
    ):
        assert decide(fee + decision("t", logic, before=requires(knowledge=["费用"])), x=5) == 15
    assert decide(fee + decision("t", literal('费用("a", 3)'), before=requires(knowledge=["费用"]))) is None


def test_knowledge_may_call_itself_and_ends() -> None:
    rise = knowledge("f", ["n"], literal("if n <= 1 then 1 else n * f(n - 1)"))
    assert decide(rise + decision("t", literal("f(10)"), before=requires(knowledge=["f"]))) == 3628800
    fib = knowledge("f", ["n"], literal("if n < 2 then n else f(n - 1) + f(n - 2)"))
    with pytest.raises(DecisionError):
        decide(fib + decision("t", literal("f(50)"), before=requires(knowledge=["f"])))
    endless = knowledge("f", ["n"], literal("f(n + 1)"))
    with pytest.raises(DecisionError):
        decide(endless + decision("t", literal("f(1)"), before=requires(knowledge=["f"])))


def test_knowledge_may_be_a_table() -> None:
    level = knowledge("level", ["n"], table(["n"], ["y"], ['> 5 | "high"', '<= 5 | "low"']))
    logic = literal("for n in [1, 9] return level(n)")
    assert decide(level + decision("t", logic, before=requires(knowledge=["level"]))) == ["low", "high"]


def test_boxed_function_is_a_function() -> None:
    inner = f'<functionDefinition><formalParameter name="n"/>{literal("n + x")}</functionDefinition>'
    logic = f"<context>{entry('add', inner)}{entry('', literal('add(5)'))}</context>"
    assert decide(decision("t", logic), x=2) == 7


def test_decision_service_is_evaluated_and_called() -> None:
    body = (
        '<inputData id="n" name="n"><variable name="n" typeRef="number"/></inputData>'
        + decision("half", literal("n / 2"), before=requires(inputs=["n"]))
        + decision("out", literal("half + 1"), before=requires("half"))
        + '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#out"/>'
        '<encapsulatedDecision href="#half"/><inputData href="#n"/></decisionService>'
        + decision("t", literal("s(10) + s(n: 20)"), before=requires(knowledge=["s"]))
    )
    assert decide(body, "s", n=4) == 3
    assert decide(body, "t") == 17


def test_input_data_and_results_must_be_of_their_type() -> None:
    types = (
        '<itemDefinition name="tLevel"><typeRef>string</typeRef><allowedValues>'
        f"{text('&quot;a&quot;,&quot;b&quot;'.replace('&quot;', chr(34)))}</allowedValues></itemDefinition>"
        '<itemDefinition name="tPerson"><itemComponent name="e-mail"><typeRef>string</typeRef></itemComponent>'
        '<itemComponent name="level"><typeRef>tLevel</typeRef></itemComponent></itemDefinition>'
        '<itemDefinition name="tPeople" isCollection="true"><typeRef>tPerson</typeRef></itemDefinition>'
        '<inputData id="p" name="p"><variable name="p" typeRef="tPeople"/></inputData>'
    )
    body = types + decision("t", literal("p[1].e-mail"), type_ref="string", before=requires(inputs=["p"]))
    assert decide(body, p=[{"e-mail": "a@b.cn", "level": "a"}]) == "a@b.cn"
    assert decide(body, p={"e-mail": "a@b.cn", "level": "b"}) == "a@b.cn"
    for wrong in ([{"e-mail": 5, "level": "a"}], [{"level": "a"}], [{"e-mail": "x", "level": "c"}], "x"):
        with pytest.raises(DecisionError, match="'p'"):
            decide(body, p=wrong)
    with pytest.raises(DecisionError, match="result"):
        decide(decision("t", literal("x"), type_ref="number"), x="a")
    assert decide(decision("t", literal("x"), type_ref="number"), x=[5]) == 5


REFUSED = [
    ("dmn-empty", '<decision id="t" name="无内容"/>', "无内容"),
    ("dmn-feel", decision("t", literal("1 +")), "1 +"),
    ("dmn-feel", decision("t", table(["x"], ["y"], ["> | 1"])), ">"),
    ("dmn-unsupported", decision("t", table(["x"], ["y"], ["- | 1"], "BEST")), "BEST"),
    ("dmn-unsupported", decision("t", table(["x"], ["a", "b"], ["- | 1 | 2"], "COLLECT", "SUM")), "汇总"),
    ("dmn-unsupported", decision("t", literal("a").replace(">", ' expressionLanguage="juel">', 1)), "FEEL"),
    ("dmn-unsupported", knowledge("k", [], literal("1")).replace("Logic>", 'Logic kind="Java">', 1), "Java"),
    ("dmn-unsupported", '<import namespace="x" name="y" importType="z"/>' + decision("t", literal("1")), "导入"),
    ("dmn-import", '<import namespace="urn:x" name="y"/>' + decision("t", literal("1")), "urn:x"),
    ("dmn-no-order", decision("t", table(["x"], ["y"], ["- | 1"], "PRIORITY")), "PRIORITY"),
    ("dmn-columns", decision("t", table(["x"], ["y"], ["- | 1 | 2"])), "第 1 条"),
    ("dmn-output-name", decision("t", table(["x"], ["y", "y"], ["- | 1 | 2"])), "名称"),
    ("dmn-output-value", decision("t", table(["x"], ['y | | "a"'], ['- | "c"'])), '"c"'),
    ("dmn-output-value", decision("t", table(["x"], ["y | number"], ['- | "c"'])), '"c"'),
    ("dmn-empty", decision("t", table([""], ["y"], ["- | 1"])), "输入列"),
    ("dmn-no-output", decision("t", "<decisionTable/>"), "输出列"),
    ("dmn-reference", decision("t", literal("1"), before=requires("nowhere")), "nowhere"),
    ("dmn-cycle", decision("t", literal("1"), before=requires("t")), "循环"),
    ("dmn-cycle", decision("t", "<list/>", before=requires("u")) + decision("u", "<list/>", before=requires("t")), "t"),
    ("dmn-cycle", "".join(decision(f"t{n}", "<list/>", before=requires(f"t{(n + 1) % 99}")) for n in range(99)), "60"),
    ("dmn-type", decision("t", literal("1"), type_ref="tNone"), "tNone"),
    ("dmn-id", decision("t", literal("1")) + decision("t", literal("2")), "id"),
    ("dmn-empty", "", "没有决策"),
    ("dmn-too-large", decision("t", table(["x"], ["y"], ["- | 1"] * 2001)), "2000"),
    ("dmn-too-large", "".join(decision(f"t{n}", literal("1+" * 15_000 + f"{n}")) for n in range(6)), "100000"),
    ("dmn-unsupported", decision("t", f"<context>{entry('a', '<strange/>')}</context>"), ""),
]  # fmt: skip


@pytest.mark.parametrize(("code", "body", "said"), REFUSED)
def test_file_that_cannot_be_executed_is_refused_by_name(code: str, body: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        load(model(body), file="x.dmn")
    found = [one for one in caught.value.findings if one.code == code]
    if code == "dmn-unsupported" and not said:
        found = list(caught.value.findings)
    assert found
    assert any(said in one.text.zh for one in found)
    assert all(one.file == "x.dmn" and one.text.en and one.remedy.zh and one.line for one in found)


@pytest.mark.parametrize(
    "data", [b"", b"<a/>", b"<definitions/>", model("", "urn:other"), b"\xff\xfe", b"<!DOCTYPE a><a/>"]
)
def test_file_that_is_no_model_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        load(data)


def test_finding_tells_element_and_line() -> None:
    with pytest.raises(Refused) as caught:
        load(model("\n\n" + decision("t", literal("1 +"), name="风险")))
    finding = caught.value.findings[0]
    assert (finding.element, finding.name, finding.line) == ("t", "风险", 3)


def test_unknown_decision_is_not_found() -> None:
    with pytest.raises(NotFound):
        load(model(decision("t", literal("1")))).evaluate("x", {})


def test_expression_out_of_budget_is_no_answer() -> None:
    with pytest.raises(DecisionError, match="stopped"):
        decide(decision("t", literal("for i in 1..99999, j in 1..99999 return 1")))


@pytest.mark.parametrize("version", ["20180521/MODEL/", "20191111/MODEL/", "20211108/MODEL/", "20230324/MODEL/"])
def test_every_version_of_the_format_is_read(version: str) -> None:
    scheme = "http" if version.startswith("2018") else "https"
    data = model(decision("t", literal("1")), f"{scheme}://www.omg.org/spec/DMN/{version}")
    assert load(data).evaluate("t", {}) == 1
    assert version in f"{NAMESPACE} {version}"
