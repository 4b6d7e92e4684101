"""What the checker says about decisions: every code, and the findings on a decision table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.dmn.coverage import Budget, Example, Report, examine
from app.dmn.document import MEND
from app.dmn.model import TableAt, Unit
from app.errors import Finding, Severity, Text
from app.feel.temporal import write_temporal
from app.feel.values import Value

MAX_FINDINGS: Final = 50  # of one kind on one table


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for; `text` with its `{…}` filled in is what a finding says."""

    code: str
    severity: Severity
    text: Text
    remedy: Text


GAP = Rule(
    "dmn-gap", "warning",
    Text("没有规则适用于 {example}{related}", "no rule fits {example}{related}"),
    Text("补充规则或默认输出；若这种输入不会出现，在输入列写明允许的值",
         "add a rule or a default output; if such input cannot occur, list the allowed values of the input"),
)  # fmt: skip
OVERLAP = Rule(
    "dmn-overlap", "error",
    Text("命中策略为 UNIQUE，但第 {first} 条和第 {second} 条规则都适用于 {example}{related}",
         "the hit policy is UNIQUE, but rules {first} and {second} both fit {example}{related}"),
    Text("收窄其中一条的条件，或改用其他命中策略", "narrow one of them, or choose another hit policy"),
)  # fmt: skip
CONTRADICTION = Rule(
    "dmn-contradiction", "error",
    Text("命中策略为 ANY，但第 {first} 条和第 {second} 条规则都适用于 {example} 而输出不同{related}",
         "the hit policy is ANY, but rules {first} and {second} both fit {example} with different outputs{related}"),
    Text("使输出相同，或收窄其中一条的条件", "make their outputs the same, or narrow one of them"),
)  # fmt: skip
NEVER = Rule(
    "dmn-rule-never", "warning",
    Text("第 {first} 条规则不适用于任何输入：条件自相矛盾，或不在允许的值内",
         "rule {first} fits no input: its conditions contradict themselves or the allowed values"),
    Text("更正条件，或删除这条规则", "correct its conditions, or delete the rule"),
)  # fmt: skip
MASKED = Rule(
    "dmn-rule-masked", "warning",
    Text("第 {first} 条规则不起作用：它适用的输入都已由{second}决定",
         "rule {first} never decides: {second} decide all that it fits"),
    Text("调整规则顺序或优先次序，或删除这条规则", "change the order or priority of the rules, or delete this one"),
)  # fmt: skip
UNREAD = Rule(
    "dmn-not-examined", "info",
    Text("{what}含有自由表达式，未检查其遗漏和重叠",
         "{what} hold free expressions; gaps and overlaps of these were not examined"),
    Text("需要时请用试算核对", "try them out where it matters"),
)  # fmt: skip
EXHAUSTED = Rule(
    "dmn-too-many-cases", "info",
    Text("情形过多，决策表的遗漏和不起作用的规则没有查完",
         "there are too many cases: gaps, and rules that never decide, were not all looked for"),
    Text("把决策表拆成几个", "split the table"),
)  # fmt: skip
SHARED = Rule(
    "dmn-id-shared", "error",
    Text("决策 id“{what}”也在“{other}”中使用，流程无法区分",
         "the decision id '{what}' is used in '{other}' too; a diagram cannot tell them apart"),
    Text("改用不同的 id", "use different ids"),
)  # fmt: skip
RULES: Final = (GAP, OVERLAP, CONTRADICTION, NEVER, MASKED, UNREAD, EXHAUSTED, SHARED)
FAULTS: Final = {
    "dmn-not-dmn": Text("文件不是 DMN 决策模型", "the file is not a DMN model"),
    "dmn-empty": Text("文件、决策或单元格没有内容", "a file, decision or box has nothing in it"),
    "dmn-too-large": Text(
        "规则、决策、输入、名称或表达式合计超过上限",
        "too many rules, decisions, inputs or names, or too long expressions",
    ),
    "dmn-depth": Text("表达式嵌套过深", "boxes nest too deeply"),
    "dmn-unsupported": Text("标准中有而这里不执行的内容", "something of the standard that is not executed here"),
    "dmn-feel": Text("表达式不是 FEEL（附位置）", "an expression is not FEEL (with its position)"),
    "dmn-id": Text("决策没有自己的 id", "a decision has no id of its own"),
    "dmn-import": Text("被导入的文件不在所给的文件中", "an imported file is not among the files"),
    "dmn-reference": Text("所需的决策、知识或输入不存在", "a required decision, knowledge or input does not exist"),
    "dmn-cycle": Text("依赖关系形成循环或过深", "requirements go in a circle, or too deep"),
    "dmn-type": Text(
        "没有这个类型（写在表达式上时仅为警告）", "there is no such type (a warning where an expression names it)"
    ),
    "dmn-columns": Text("行的列数与表头不符", "a row has not as many cells as its table"),
    "dmn-no-output": Text("决策表没有输出列", "a table has no output"),
    "dmn-output-name": Text("多个输出列没有各自的名称", "one of several outputs has no name of its own"),
    "dmn-output-value": Text("输出不在允许的值内", "an output is not among the allowed values"),
    "dmn-no-order": Text("缺少输出值的优先次序", "the order of output values is missing"),
}
"""What is found while files are read; all of them errors that keep a decision from being executed."""
RELATED: Final = Text("（若 {inputs} 可能如此同时取值）", " (if {inputs} can be so at once)")


def finding(rule: Rule, at: TableAt | Unit, severity: Severity | None = None, **values: Text | str | int) -> Finding:
    """What a rule says of a place, its `{…}` filled in."""
    zh = {name: one.zh if isinstance(one, Text) else one for name, one in values.items()}
    en = {name: one.en if isinstance(one, Text) else one for name, one in values.items()}
    text = Text(rule.text.zh.format_map(zh), rule.text.en.format_map(en))
    element, name = (at.element, at.name) if isinstance(at, TableAt) else (at.id, at.label)
    return Finding(severity or rule.severity, rule.code, text, rule.remedy, at.file, element, name, at.line)


def shared_ids(units: Sequence[Unit]) -> Iterator[Finding]:
    """The decisions whose id a decision of another file has."""
    first: dict[str, Unit] = {}
    for unit in units:
        if unit.kind == "businessKnowledgeModel":
            continue
        before = first.setdefault(unit.id, unit)
        if before.part != unit.part:
            yield finding(SHARED, unit, what=unit.id, other=before.file)


def on_tables(tables: Sequence[TableAt]) -> Iterator[Finding]:
    """The findings on decision tables, which share one budget."""
    budget = Budget()
    for one in tables:
        yield from _on_table(one, examine(one.table, budget))


def _on_table(at: TableAt, report: Report) -> Iterator[Finding]:
    inputs = ", ".join(report.related)
    related = Text(RELATED.zh.format(inputs=inputs), RELATED.en.format(inputs=inputs)) if inputs else Text("", "")
    rule = OVERLAP if at.table.policy == "UNIQUE" else CONTRADICTION
    for first, second, example in report.overlaps[:MAX_FINDINGS]:
        severity: Severity = "warning" if inputs else "error"
        yield finding(rule, at, severity, first=first, second=second, example=shown(example), related=related)
    for example in report.gaps:
        severity = "info" if inputs else "warning"
        yield finding(GAP, at, severity, example=shown(example), related=related)
    for number in report.never[:MAX_FINDINGS]:
        yield finding(NEVER, at, first=number)
    for number, by in report.masked[:MAX_FINDINGS]:
        before = (
            Text("前面的规则", "rules before it")
            if by is None
            else Text(f"第 {by} 条规则", f"those before it (rule {by})")
        )
        yield finding(MASKED, at, first=number, second=before)
    if report.unread or report.unread_inputs:
        yield finding(UNREAD, at, what=_unread(report))
    if report.exhausted:
        yield finding(EXHAUSTED, at)


def _unread(report: Report) -> Text:
    numbers = ", ".join(map(str, report.unread[:20])) + (", …" if len(report.unread) > 20 else "")
    inputs = ", ".join(report.unread_inputs)
    zh = [f"第 {numbers} 条规则"] if numbers else []
    en = [f"rules {numbers}"] if numbers else []
    if inputs:
        zh, en = [*zh, f"输入 {inputs}"], [*en, f"inputs {inputs}"]
    return Text("和".join(zh), " and ".join(en))


def shown(example: Example) -> Text:
    """An input as people write it: `面积 = 100.5, 业态 = "餐饮"`."""
    if not example:
        return Text("任何输入", "any input")
    text = ", ".join(f"{name} = {_written(value)}" for name, value in example.items())
    return Text(text, text)


def _written(value: Value) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f"{value:f}" if isinstance(value, Decimal) else write_temporal(value)


def documentation() -> str:
    """The list of all findings on decisions, a part of `docs/dmn.md`."""
    lines = ["| 代码 Code | 级别 Severity | 含义 Meaning | 改法 Remedy |", "|---|---|---|---|"]
    for code, text in FAULTS.items():
        lines.append(f"| `{code}` | 错误 error | {text.zh}<br>{text.en} | {MEND.zh}<br>{MEND.en} |")
    words = {"error": "错误 error", "warning": "警告 warning", "info": "提示 info"}
    for one in RULES:
        text, remedy = one.text, one.remedy
        both = f"{text.zh}<br>{text.en}".replace("{related}", "")
        for name in ("example", "first", "second", "what", "other"):
            both = both.replace(f"{{{name}}}", "…")
        lines.append(f"| `{one.code}` | {words[one.severity]} | {both} | {remedy.zh}<br>{remedy.en} |")
    return "\n".join([*lines, ""])
