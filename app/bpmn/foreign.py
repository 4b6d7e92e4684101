"""What other engines write into diagrams: harmless, mapped, or refused by its name; never run as if it were not there.

Everything in the namespace of an engine is refused but what is listed here as harmless (how often to try, when to save,
numbers for administrators) or as mapped (who does a user task, read in `dialect.Assignment`).
"""

from collections.abc import Iterator

from app.bpmn.dialect import BPMN, VENDORS, ZEEBE, Element, bpmn, local
from app.bpmn.support import REFUSED, Unsupported, finding
from app.errors import Finding, Text

ENGINES = {
    **VENDORS,
    "http://www.jboss.org/drools": "drools",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow",
    "http://www.camunda.com/fox": "fox",
    "http://www.imixs.org/bpmn2": "imixs",
}
_MAPPED = frozenset({"assignee", "candidateUsers", "candidateGroups"})
_HARMLESS_ATTRIBUTES = frozenset(
    {
        "async", "asyncBefore", "asyncAfter", "asynchronous", "exclusive", "jobPriority", "taskPriority",
        "historyTimeToLive", "versionTag", "isStartableInTasklist", "diagramRelationId", "errorMessage",
        "modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon", "packageName", "version", "retries",
    }
)  # fmt: skip
_HARMLESS_ELEMENTS = frozenset(
    {"properties", "property", "failedJobRetryTimeCycle", "metaData", "instructionsForEndUser", "signalButtonLabel"}
)
_KNOWN_ZEEBE = frozenset(
    {
        "userTask", "formDefinition", "assignmentDefinition", "taskSchedule", "priorityDefinition", "ioMapping",
        "script", "taskDefinition", "taskHeaders", "calledDecision", "calledElement", "loopCharacteristics",
        "subscription", "properties", "versionTag", "userTaskForm", "adHoc",
    }
)  # fmt: skip
_SHARED = ("message", "signal", "error", "escalation", "correlationProperty")


def strange(part: Element, file: str = "") -> Iterator[Finding]:
    """What in a process, or in something that the file's processes share, is another engine's and carries meaning."""
    for element in part.iter("*"):
        namespace, _, tag = element.tag[1:].rpartition("}")
        if namespace == BPMN:
            for name in _attributes(element):
                yield _foreign(element, name, file)
        elif namespace in ENGINES and _is_extension(element) and tag not in _HARMLESS_ELEMENTS:
            yield _foreign(element, f"{ENGINES[namespace]}:{tag}", file)
        elif namespace == ZEEBE and _is_extension(element) and tag not in _KNOWN_ZEEBE:
            yield _foreign(element, f"zeebe:{tag}", file)


def shared(root: Element, file: str = "") -> Iterator[Finding]:
    """The same for what stands beside the processes of a file, and for correlation as collaborations describe it."""
    for child in root.iterchildren(*map(bpmn, _SHARED)):
        yield from strange(child, file)
    for key in root.iterdescendants(bpmn("correlationKey")):
        yield finding(key, REFUSED["correlationSubscription"], file)


def _attributes(element: Element) -> Iterator[str]:
    for attribute in element.attrib:
        namespace, _, name = str(attribute)[1:].rpartition("}") if str(attribute)[0] == "{" else ("", "", "")
        mapped = namespace in VENDORS and local(element) == "userTask" and name in _MAPPED
        if namespace in ENGINES and name not in _HARMLESS_ATTRIBUTES and not mapped:
            yield f"{ENGINES[namespace]}:{name}"
    language = element.get("language") or element.get("evaluatesToLanguage") or ""
    if language.strip() and "feel" not in language.lower():
        yield language


def _is_extension(element: Element) -> bool:
    """Whether an element is an extension itself, and not a part of one."""
    return local(element.getparent()) == "extensionElements"


def _foreign(element: Element, name: str, file: str) -> Finding:
    owner = element
    while owner.getparent() is not None and not (str(owner.tag).startswith(f"{{{BPMN}}}") and owner.get("id")):
        owner = owner.getparent()
    why = REFUSED["foreign"]
    return finding(owner, Unsupported(why.code, Text(name, name), why.remedy), file)
