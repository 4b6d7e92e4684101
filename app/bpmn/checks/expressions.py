"""The FEEL in a diagram: written as FEEL, and readable; literals only where a literal makes sense."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app import feel
from app.bpmn.checks.graph import Diagram, owner_spot
from app.bpmn.checks.rules import Report, Spot, rule
from app.bpmn.dialect import BPMN, GOV, ZEEBE, bpmn, is_expression, local

BAD_FEEL = rule(
    "bad-feel",
    "error",
    ("{where} 的表达式有误：{reason}", "the expression in {where} is wrong: {reason}"),
    ("更正表达式“{source}”", "correct the expression '{source}'"),
    stops=True,
)
NOT_FEEL = rule(
    "not-feel",
    "error",
    ("{where} 须是以 = 开头的 FEEL 表达式，现为“{source}”", "{where} must be FEEL with a leading =; it is '{source}'"),
    ("在前面加上 =;JUEL、Groovy 等改写为 FEEL", "put = before it; rewrite JUEL, Groovy and the like as FEEL"),
    stops=True,
)
LANGUAGE = rule(
    "foreign-expression-language",
    "error",
    ("{where} 声明的语言是 {language}，这里只有 FEEL", "{where} is declared to be {language}; there is only FEEL here"),
    ("删除 language 属性，改写为 FEEL", "delete the language attribute and write FEEL"),
    stops=True,
)
BAD_VARIABLE = rule(
    "invalid-variable-name",
    "error",
    ("{where} 的“{source}”不能作变量名", "'{source}' in {where} cannot be the name of a variable"),
    ("用字母、汉字、数字和下划线，不以数字开头", "use letters, digits and underscores, no digit first"),
    stops=True,
)

TOO_MUCH = rule(
    "too-many-expressions",
    "error",
    (
        "表达式合计超过 {limit} 个字符，其后的没有检查",
        "the expressions exceed {limit} characters; those after this one are not checked",
    ),
    ("缩短表达式，或把流程拆成几个", "shorten them, or split the process"),
    stops=True,
)

MAX_FEEL = 100_000  # characters of different expressions in one file, so that a file is read within two seconds
_LEAST = 40  # what the shortest expression counts
_BODIES = {
    "conditionExpression": True,
    "completionCondition": True,
    "loopCondition": True,
    "condition": True,
    "activationCondition": True,
    "loopCardinality": True,
    "timeDate": False,
    "timeDuration": False,
    "timeCycle": False,
    "transformation": True,
    "from": False,
}
"""Elements whose text is an expression; True: a literal makes no sense there."""

FOREIGN = rule(
    "foreign-expression",
    "error",
    ("{where} 的“{source}”是其他引擎的表达式", "{where}: '{source}' is an expression of another engine"),
    ("改写为以“=”开头的 FEEL", "rewrite it as FEEL with a leading '='"),
    stops=True,
)
_ATTRIBUTES: dict[tuple[str, str], dict[str, bool]] = {
    (ZEEBE, "input"): {"source": False},
    (ZEEBE, "output"): {"source": False},
    (ZEEBE, "script"): {"expression": True},
    (ZEEBE, "assignmentDefinition"): {"assignee": False, "candidateGroups": False, "candidateUsers": False},
    (ZEEBE, "taskSchedule"): {"dueDate": False, "followUpDate": False},
    (ZEEBE, "taskDefinition"): {"type": False, "retries": False},
    (ZEEBE, "calledDecision"): {"decisionId": False},
    (ZEEBE, "calledElement"): {"processId": False},
    (ZEEBE, "loopCharacteristics"): {"inputCollection": True, "outputElement": True},
    (ZEEBE, "adHoc"): {"activeElementsCollection": True},
    (ZEEBE, "subscription"): {"correlationKey": True},
    (GOV, "step"): {"post": False},
    (GOV, "limit"): {"value": False, "from": False},
    (GOV, "clock"): {"from": False, "basis": False, "kind": False},
    (GOV, "notice"): {"kind": False},
    (BPMN, "message"): {"name": False},
    (BPMN, "signal"): {"name": False},
}
_VARIABLES: dict[str, str] = {
    "input": "target",
    "output": "target",
    "script": "resultVariable",
    "calledDecision": "resultVariable",
}
_NAME = re.compile(r"[^\W\d]\w*( \w+)*")
_LOOP_VARIABLES = ("inputElement", "outputCollection")


@dataclass(frozen=True, slots=True)
class Written:
    """A text that is or may be FEEL. `where`: what it is called in messages."""

    text: str
    must: bool
    where: str
    at: Any


def spaced_names(diagrams: Iterable[Diagram]) -> frozenset[str]:
    """The variables that diagrams write whose names are not one word; FEEL must know them to read them."""
    found = (
        name
        for diagram in diagrams
        for element in diagram.root.iter(f"{{{ZEEBE}}}*")
        for _, name in _variables(element)
    )
    return frozenset(name for name in found if not name.replace(".", "").isidentifier())


def check(diagram: Diagram, known: frozenset[str], report: Report) -> None:
    """Every expression and variable name of a file's executable processes. `known`: names of several words."""
    idle = {process.xml for process in diagram.processes} - {process.xml for process in diagram.executable}
    parts = (child for child in diagram.root.iterchildren("*") if child not in idle)
    seen: set[str] = set()
    wrong: dict[str, feel.FeelError] = {}
    left = MAX_FEEL
    for element in (element for part in parts for element in part.iter("*")):
        _check_language(element, diagram.file, report)
        for found in written(element):
            if found.text not in seen:
                seen.add(found.text)
                left -= max(len(found.text), _LEAST) if is_expression(found.text) else 0
            if left < 0:
                report.add(TOO_MUCH, owner_spot(element, diagram.file), limit=f"{MAX_FEEL:,}")
                return
            _check_expression(found, known, wrong, diagram.file, report)
        for where, name in _variables(element):
            if not _is_path(name):
                report.add(BAD_VARIABLE, owner_spot(element, diagram.file), where=where, source=name)


def written(element: Any) -> Iterator[Written]:
    """The texts of one element that are or may be FEEL."""
    namespace, _, tag = element.tag[1:].rpartition("}")
    if namespace == BPMN and tag in _BODIES and _is_for_expression(element):
        text = "".join(element.itertext())
        is_number = tag == "loopCardinality" and text.strip().isdigit()
        if (text.strip() or _BODIES[tag]) and not is_number:
            yield Written(text, _BODIES[tag], tag, element)
    for attribute, must in _ATTRIBUTES.get((namespace, tag), {}).items():
        text = element.get(attribute, "")
        if text.strip():
            yield Written(text, must, f"{tag}.{attribute}", element)


def _is_for_expression(element: Any) -> bool:
    """`condition` is also a child of things that we never run, such as correlation properties."""
    return local(element) != "condition" or element.getparent().tag == bpmn("conditionalEventDefinition")


def _check_language(element: Any, file: str, report: Report) -> None:
    language = element.get("language", "").strip()
    if language and element.tag == bpmn("conditionExpression") and "feel" not in language.lower():
        report.add(LANGUAGE, owner_spot(element, file), where=local(element), language=language)


def _check_expression(
    found: Written, known: frozenset[str], wrong: dict[str, feel.FeelError], file: str, report: Report
) -> None:
    """`wrong` remembers the texts that are no FEEL: to read them once is dear enough."""
    spot, text = owner_spot(found.at, file), found.text.strip()
    if not is_expression(found.text):
        if found.must:
            report.add(NOT_FEEL, spot, where=found.where, source=text)
        elif "${" in found.text or "#{" in found.text:
            report.add(FOREIGN, spot, where=found.where, source=text)
        return
    names = frozenset(name for name in known if name in found.text)  # the fewer, the better the cache holds
    if text not in wrong:
        try:
            feel.compile(text[1:], names=names)
            return
        except feel.FeelError as problem:
            wrong[text] = problem
    error = wrong[text]
    before = found.text[: len(found.text) - len(found.text.lstrip())].count("\n")
    line = (spot.line or 1) + before + getattr(error, "line", 1) - 1
    place = Spot(file, spot.id, spot.name, line)
    quoted = text[1:], _offset(text[1:], error)
    report.add(BAD_FEEL, place, where=found.where, source=text, reason=error.text, quoted=quoted)


def _offset(source: str, error: feel.FeelError) -> int:
    """The character at which a text stops being FEEL, from 1; 0 where the error does not say."""
    if not isinstance(error, feel.FeelSyntaxError):
        return 0
    return sum(len(line) + 1 for line in source.split("\n")[: error.line - 1]) + error.column


def _variables(element: Any) -> Iterator[tuple[str, str]]:
    namespace, _, tag = element.tag[1:].rpartition("}")
    if namespace != ZEEBE:
        return
    names = (_VARIABLES[tag],) if tag in _VARIABLES else _LOOP_VARIABLES if tag == "loopCharacteristics" else ()
    for attribute in names:
        if element.get(attribute, "").strip():
            yield f"{tag}.{attribute}", element.get(attribute).strip()


def _is_path(name: str) -> bool:
    """A FEEL name of one or more words, or a path of such (DMN 1.5, 10.3.1.2, without its special characters)."""
    return all(_NAME.fullmatch(part.strip()) for part in name.split("."))
