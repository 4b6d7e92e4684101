"""What each kind of step needs before it can be done: a form and a post, a job, a script, a callee, a collection."""

import re
from collections.abc import Callable

from app.bpmn.checks.graph import ACTIVITIES, Diagram, Node, kind_name
from app.bpmn.checks.rules import Report, rule
from app.bpmn.dialect import (
    MESSAGE_CATCHES,
    AdHoc,
    Assignment,
    CalledDecision,
    CalledElement,
    FormReference,
    GovLimit,
    GovStep,
    Loop,
    Repeat,
    Script,
    TaskDefinition,
    child_text,
    is_expression,
)
from app.errors import Severity

NO_FORM = rule(
    "user-task-without-form",
    "error",
    ("用户任务没有表单", "the user task has no form"),
    ("选择表单（zeebe:formDefinition）", "choose its form (zeebe:formDefinition)"),
)
NO_POST = rule(
    "user-task-without-post",
    "error",
    ("用户任务没有写明由哪个岗位办理", "the user task does not say which post does it"),
    (
        "填写 gov:step 的 post；由申请人办理的填写 assignee",
        "fill in post of gov:step; for the applicant's own tasks fill in the assignee",
    ),
)
NO_STANDARD = rule(
    "user-task-without-standard",
    "warning",
    ("用户任务没有审查标准", "the user task has no review standard"),
    ("填写 gov:step 的 standard", "fill in standard of gov:step"),
)
NO_LIMIT = rule(
    "user-task-without-limit",
    "warning",
    ("用户任务没有办理时限", "the user task has no time limit"),
    ("填写 gov:limit，例如 value=1 unit=WD", "fill in gov:limit, such as value=1 unit=WD"),
)
NO_REPLY_POST = rule(
    "message-form-without-post",
    "error",
    (
        "消息事件有录入表单，却没有写明由哪个岗位录入",
        "the message event has a form to enter the message on, and does not say which post enters it",
    ),
    ("填写 gov:step 的 post，写岗位代码，不用表达式", "fill in post of gov:step: a post's code, no expression"),
)
NO_JOB = rule(
    "task-without-job-type",
    "error",
    ("{tag}没有写明作业类型", "the {tag} does not say which type of job it opens"),
    ("填写 zeebe:taskDefinition 的 type", "fill in type of zeebe:taskDefinition"),
    stops=True,
)
NO_SCRIPT = rule(
    "script-task-without-script",
    "error",
    ("脚本任务没有 FEEL 表达式", "the script task has no FEEL expression"),
    ("填写 zeebe:script 的 expression 和 resultVariable", "fill in expression and resultVariable of zeebe:script"),
    stops=True,
)
FOREIGN_SCRIPT = rule(
    "foreign-script",
    "error",
    ("脚本语言是 {language}；图中只执行 FEEL", "the script is written in {language}; only FEEL runs in a diagram"),
    (
        "删除脚本，把它改写为 zeebe:script 的 FEEL 表达式；做不到的改用服务任务",
        "rewrite it as a FEEL expression in zeebe:script; what FEEL cannot do becomes a service task",
    ),
    stops=True,
)
NO_DECISION = rule(
    "rule-task-without-decision",
    "error",
    ("业务规则任务没有写明决策", "the business rule task does not say which decision it asks"),
    (
        "填写 zeebe:calledDecision 的 decisionId 和 resultVariable",
        "fill in decisionId and resultVariable of zeebe:calledDecision",
    ),
    stops=True,
)
NO_CALLEE = rule(
    "call-without-process",
    "error",
    ("调用活动没有写明调用哪个流程", "the call activity does not say which process it calls"),
    ("填写 zeebe:calledElement 的 processId", "fill in processId of zeebe:calledElement"),
    stops=True,
)
COMPUTED_CALLEE = rule(
    "computed-callee",
    "error",
    ("被调用的流程不能由表达式决定：{source}", "the called process cannot be computed: {source}"),
    ("写固定的流程 id；几个流程之间选择用网关", "write a fixed process id; choose between several by a gateway"),
    stops=True,
)
NO_COLLECTION = rule(
    "multi-instance-without-collection",
    "error",
    ("多实例既没有集合也没有次数", "the multi-instance has neither a collection nor a number"),
    (
        "填写 zeebe:loopCharacteristics 的 inputCollection",
        "fill in inputCollection of zeebe:loopCharacteristics",
    ),
    stops=True,
)
ENDLESS_LOOP = rule(
    "loop-without-condition",
    "error",
    ("标准循环既没有条件也没有次数上限", "the standard loop has neither a condition nor a maximum"),
    ("填写 loopCondition（FEEL）或 loopMaximum", "fill in loopCondition (FEEL) or loopMaximum"),
    stops=True,
)
LOOP_MAXIMUM = rule(
    "loop-maximum",
    "error",
    ("标准循环的次数上限“{value}”不是自然数", "the standard loop's maximum '{value}' is not a whole number"),
    ("写成 0 以上的整数，或以 = 开头的 FEEL", "write a whole number from 0, or FEEL with a leading ="),
    stops=True,
)
TWO_LOOPS = rule(
    "two-kinds-of-loop",
    "error",
    ("一个活动不能既是多实例又是标准循环", "an activity is either multi-instance or a standard loop, not both"),
    ("只留一种；需要时把活动放进带另一种的子流程", "keep one; if both are meant, loop a sub-process around it"),
    stops=True,
)
NO_ACTIVITY = rule(
    "ad-hoc-unknown-activity",
    "error",
    (
        "要开展的“{ident}”不是这个自由子流程里可以开始的活动",
        "'{ident}', which is to be performed, is no activity of this ad-hoc sub-process that could start",
    ),
    ("可用的编号：{known}", "it has: {known}"),
    stops=True,
)

_LITERALS = re.compile(r'\s*=\s*\[\s*(?:"[^"\\]*"\s*(?:,\s*"[^"\\]*"\s*)*)?\]\s*')
_FEEL_NAMES = frozenset({"", "feel", "application/feel", "https://www.omg.org/spec/dmn/20191111/feel/"})


def check(diagram: Diagram, report: Report, *, governed: bool) -> None:
    """The steps of one file. `governed`: it is an administrative item's, so people and standards must be named."""
    for process in diagram.executable:
        for node in process.nodes:
            one_check = _CHECKS.get(node.tag)
            if one_check is not None:
                one_check(node, report)
            if node.tag == "userTask":
                _check_person(node, report, "error" if governed else "warning")
            if node.tag in MESSAGE_CATCHES:
                _check_reply(node, report)
            if node.tag in ACTIVITIES:
                _check_loop(node, report)


def _check_person(node: Node, report: Report, severity: Severity) -> None:
    """R015: every user task carries its form, its post, its review standard and its limit."""
    form, step, assignment = FormReference.read(node.xml), GovStep.read(node.xml), Assignment.read(node.xml)
    if form is None or not form.form_id:
        report.add(NO_FORM, node, severity=severity)
    named = assignment and (assignment.assignee or assignment.candidate_groups or assignment.candidate_users)
    if not named and (step is None or not step.post):
        report.add(NO_POST, node, severity=severity)
    if step is None or not step.standard.strip():
        report.add(NO_STANDARD, node)
    if GovLimit.read(node.xml) is None:
        report.add(NO_LIMIT, node)


def _check_reply(node: Node, report: Report) -> None:
    """Whoever enters a message by hand answers for it (R001)."""
    form, step = FormReference.read(node.xml), GovStep.read(node.xml)
    if form is not None and (step is None or not step.post or is_expression(step.post)):
        report.add(NO_REPLY_POST, node)


def _check_job(node: Node, report: Report) -> None:
    job = TaskDefinition.read(node.xml)
    if (job is None or not job.type.strip()) and not node.xml.get("messageRef"):
        report.add(NO_JOB, node, tag=kind_name(node.tag))


def _check_script(node: Node, report: Report) -> None:
    language = node.xml.get("scriptFormat", "").strip()
    if language.lower() not in _FEEL_NAMES or child_text(node.xml, "script"):
        report.add(FOREIGN_SCRIPT, node, language=language or "?")
        return
    script, job = Script.read(node.xml), TaskDefinition.read(node.xml)
    if (script is None or not script.expression.strip()) and job is None:
        report.add(NO_SCRIPT, node)


def _check_decision(node: Node, report: Report) -> None:
    decision, job = CalledDecision.read(node.xml), TaskDefinition.read(node.xml)
    if (decision is None or not decision.decision_id.strip()) and job is None:
        report.add(NO_DECISION, node)


def _check_callee(node: Node, report: Report) -> None:
    called = CalledElement.read(node.xml)
    if called is None or not called.process_id.strip():
        report.add(NO_CALLEE, node)
    elif is_expression(called.process_id):
        report.add(COMPUTED_CALLEE, node, source=called.process_id)


def _check_loop(node: Node, report: Report) -> None:
    loop = Loop.read(node.xml)
    if loop is not None and not loop.input_collection.strip() and not loop.cardinality:
        report.add(NO_COLLECTION, node)
        return
    again = Repeat.read(node.xml)
    if again is None:
        return
    if loop is not None:
        report.add(TWO_LOOPS, node)
    if not again.maximum and not again.condition:
        report.add(ENDLESS_LOOP, node)
    if again.maximum and not is_expression(again.maximum) and not _is_number(again.maximum):
        report.add(LOOP_MAXIMUM, node, value=again.maximum)


def _check_ad_hoc(node: Node, report: Report) -> None:
    """The activities that are listed by their ids; what is computed is only known at work."""
    active = AdHoc.read(node.xml).active
    known = [one.id for one in node.inner.entries()] if node.inner is not None else []
    if _LITERALS.fullmatch(active):
        for ident in active.split('"')[1::2]:
            if ident not in known:
                report.add(NO_ACTIVITY, node, ident=ident, known=", ".join(known))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


_CHECKS: dict[str, Callable[[Node, Report], None]] = {
    "serviceTask": _check_job,
    "sendTask": _check_job,
    "scriptTask": _check_script,
    "businessRuleTask": _check_decision,
    "callActivity": _check_callee,
    "adHocSubProcess": _check_ad_hoc,
}
