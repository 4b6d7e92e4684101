"""The list of all findings as a page: `flask bpmn checks` prints it, `docs/checks.md` is what it prints."""

import re
from collections.abc import Iterator
from types import ModuleType

from app import xml
from app.bpmn.checks.rules import Rule
from app.bpmn.support import REFUSED
from app.errors import Text

_TITLES = {
    "files": "文件 · Files",
    "names": "标识和名称 · Ids and names",
    "references": "引用 · References",
    "flows": "顺序流和网关 · Flows and gateways",
    "events": "事件 · Events",
    "compensations": "补偿和事务 · Compensation and transactions",
    "paths": "路径和循环 · Paths and loops",
    "joins": "并行汇聚 · Parallel joins",
    "steps": "环节 · Steps",
    "timers": "定时 · Timers",
    "extensions": "扩展元素 · Extension elements",
    "expressions": "表达式 · Expressions",
    "variables": "变量和类型 · Variables and types",
    "check": "其他 · Others",
}
_HEAD = """# 检查项 · What the checker finds

`flask bpmn check FILE… [--json]` 列出这些问题；有错误时退出码为 1。带 ■ 的错误使流程不能按图执行，
其余错误只是不能发布。不含 `gov:` 扩展的通用流程图中，`user-task-without-form` 和 `user-task-without-post` 只是警告。
一次最多列出 2,000 项；一张图最多 10,000 个节点，文件最大 4 MiB。“…”处填入具体的值。

`flask bpmn check FILE… [--json]` lists these; it exits with 1 if there are errors. Errors marked ■ keep the
diagram from being executed as drawn, the others only from being published. In a diagram without any `gov:`
extension `user-task-without-form` and `user-task-without-post` are warnings. At most 2,000 findings are listed;
a diagram has at most 10,000 nodes, a file 4 MiB. "…" stands for a value.

本页由 `flask bpmn checks` 打印，测试保证它与程序一致。This page is what `flask bpmn checks` prints; a test keeps it so.
"""
_COLUMNS = "\n| 代码 Code | 级别 Severity | 含义 Meaning | 改法 Remedy |\n|---|---|---|---|"
_SEVERITIES = {"error": "错误 error", "warning": "警告 warning", "info": "提示 info"}
_VALUE = re.compile(r"\{[^}]*\}")


def page(modules: list[ModuleType]) -> str:
    """The whole page, Markdown, for the rules of these modules in this order."""
    return "\n".join([*_lines(modules), ""])


def _lines(modules: list[ModuleType]) -> Iterator[str]:
    yield _HEAD
    yield "## XML" + "\n" + _COLUMNS
    for code, (text, remedy) in xml.REFUSALS.items():
        yield _row(code, "错误 error ■", text, remedy)
    for module in modules:
        found = [value for value in vars(module).values() if isinstance(value, Rule)]
        yield f"\n## {_TITLES[module.__name__.rpartition('.')[2]]}\n{_COLUMNS}"
        for one in found:
            yield _row(one.code, _severity(one), one.text, one.remedy)
    yield f"\n## 不执行的元素 · Elements that are not executed\n{_COLUMNS}"
    for why in REFUSED.values():
        text = Text(f"不执行{why.name.zh}", f"{why.name.en} is not executed")
        yield _row(f"unsupported-{why.code}", "错误 error ■", text, why.remedy)


def _severity(one: Rule) -> str:
    return _SEVERITIES[one.severity] + (" ■" if one.stops else "")


def _row(code: str, severity: str, text: Text, remedy: Text) -> str:
    return f"| `{code}` | {severity} | {_cell(text)} | {_cell(remedy)} |"


def _cell(text: Text) -> str:
    both = f"{_VALUE.sub('…', text.zh)}<br>{_VALUE.sub('…', text.en)}"
    return both.replace("|", "\\|").replace("<!DOCTYPE …>", "`<!DOCTYPE …>`")
