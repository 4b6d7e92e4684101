"""Small diagrams as text: `process(nodes, flows…)` wraps them into a file."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from app.bpmn.definition import Definition
from app.bpmn.engine import Engine
from app.bpmn.step import Step
from app.errors import Text

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, nine in the morning in Shanghai
GUARD = 'triggeredByEvent="true"'
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:gov="urn:banjie:gov:1"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="defs" targetNamespace="test">
"""


def flows(*chains: str) -> str:
    """`a b c` draws the flows a_b and b_c; `a b ? = x > 1` one flow with a condition."""
    found = []
    for chain in chains:
        path, _, condition = chain.partition("?")
        names = path.split()
        for source, target in pairwise(names):
            body = (
                f"<bpmn:conditionExpression>{_escape(condition.strip())}</bpmn:conditionExpression>"
                if condition
                else ""
            )
            found.append(
                f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
                f"{body}</bpmn:sequenceFlow>"
            )
    return "".join(found)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def start(ident: str = "s", body: str = "") -> str:
    """A start event."""
    return f'<bpmn:startEvent id="{ident}">{body}</bpmn:startEvent>'


def end(ident: str = "e", body: str = "") -> str:
    """An end event."""
    return f'<bpmn:endEvent id="{ident}">{body}</bpmn:endEvent>'


def user(ident: str, extensions: str = "", body: str = "") -> str:
    """A user task."""
    return _activity("userTask", ident, extensions, body)


def script(ident: str, expression: str, result: str) -> str:
    """A script task."""
    return _activity(
        "scriptTask", ident, f'<zeebe:script expression="{_escape(expression)}" resultVariable="{result}"/>'
    )


def rule(ident: str, decision: str, result: str) -> str:
    """A business rule task."""
    called = f'<zeebe:calledDecision decisionId="{decision}" resultVariable="{result}"/>'
    return _activity("businessRuleTask", ident, called)


def flow(ident: str, source: str, target: str) -> str:
    """One sequence flow with an id of its own."""
    return f'<bpmn:sequenceFlow id="{ident}" sourceRef="{source}" targetRef="{target}"/>'


def link(name: str) -> str:
    """A link definition."""
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def service(ident: str, kind: str = "work", extensions: str = "", body: str = "") -> str:
    """A service task that opens a job."""
    return _activity("serviceTask", ident, f'<zeebe:taskDefinition type="{kind}"/>{extensions}', body)


def call(ident: str, callee: str, attributes: str = "", extensions: str = "", body: str = "") -> str:
    """A call activity."""
    called = f'<zeebe:calledElement processId="{callee}" {attributes}/>'
    return _activity("callActivity", ident, called + extensions, body)


def sub(ident: str, inside: str, extensions: str = "", attributes: str = "") -> str:
    """A sub-process."""
    return _activity("subProcess", ident, extensions, inside, attributes)


def adhoc(ident: str, inside: str, until: str = "", active: str = "", attributes: str = "", more: str = "") -> str:
    """An ad-hoc sub-process. `active`: its zeebe:adHoc list; `more`: other extensions."""
    listed = f'<zeebe:adHoc activeElementsCollection="{_escape(active)}"/>' if active else ""
    done = f"<bpmn:completionCondition>{_escape(until)}</bpmn:completionCondition>" if until else ""
    return _activity("adHocSubProcess", ident, listed + more, inside + done, attributes)


def transaction(ident: str, inside: str, body: str = "") -> str:
    """A transaction."""
    return _activity("transaction", ident, "", inside + body)


def marked(activity: str) -> str:
    """An activity, marked as a compensation handler."""
    return activity.replace(' id="', ' isForCompensation="true" id="', 1)


def undone(host: str, handler: str) -> str:
    """A compensation boundary event at an activity, joined to its handler, another activity, by an association."""
    ident = handler.partition('id="')[2].partition('"')[0]
    joined = f'<bpmn:association id="{host}_{ident}" sourceRef="{host}c" targetRef="{ident}"/>'
    return boundary(f"{host}c", host, refers("compensate")) + marked(handler) + joined


def undo(activity: str = "", *, wait: bool = True) -> str:
    """A compensate definition for a throw event: of one activity, or of all."""
    named = f'activityRef="{activity}"' if activity else ""
    waits = "" if wait else 'waitForCompletion="false"'
    return f"<bpmn:compensateEventDefinition {named} {waits}/>"


def gateway(kind: str, ident: str, default: str = "") -> str:
    """A gateway: exclusive, parallel, inclusive, eventBased."""
    attribute = f'default="{default}"' if default else ""
    return f'<bpmn:{kind}Gateway id="{ident}" {attribute}/>'


def boundary(ident: str, host: str, definition: str, *, interrupting: bool = True, extensions: str = "") -> str:
    """A boundary event."""
    cancel = "true" if interrupting else "false"
    holder = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    return (
        f'<bpmn:boundaryEvent id="{ident}" attachedToRef="{host}" cancelActivity="{cancel}">'
        f"{holder}{definition}</bpmn:boundaryEvent>"
    )


def catch(ident: str, definition: str, extensions: str = "") -> str:
    """An intermediate catch event."""
    holder = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    return f'<bpmn:intermediateCatchEvent id="{ident}">{holder}{definition}</bpmn:intermediateCatchEvent>'


def throw(ident: str, definition: str = "", extensions: str = "") -> str:
    """An intermediate throw event."""
    holder = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    return f'<bpmn:intermediateThrowEvent id="{ident}">{holder}{definition}</bpmn:intermediateThrowEvent>'


def timer(kind: str, text: str) -> str:
    """A timer: Date, Duration or Cycle."""
    return f"<bpmn:timerEventDefinition><bpmn:time{kind}>{text}</bpmn:time{kind}></bpmn:timerEventDefinition>"


def when(condition: str) -> str:
    """A conditional definition."""
    return (
        "<bpmn:conditionalEventDefinition>"
        f"<bpmn:condition>{_escape(condition)}</bpmn:condition></bpmn:conditionalEventDefinition>"
    )


def again(condition: str = "", maximum: str = "", *, before: bool = False) -> str:
    """Standard loop characteristics."""
    cap = f'loopMaximum="{maximum}"' if maximum else ""
    inside = f"<bpmn:loopCondition>{_escape(condition)}</bpmn:loopCondition>" if condition else ""
    test = "true" if before else "false"
    return f'<bpmn:standardLoopCharacteristics testBefore="{test}" {cap}>{inside}</bpmn:standardLoopCharacteristics>'


def looped(activity: str, loop: str) -> str:
    """An activity with a loop inside, which stands before its end tag."""
    head, slash, tail = activity.rpartition("</")
    return head + loop + slash + tail


def refers(kind: str, reference: str = "") -> str:
    """A message, signal, error or escalation definition."""
    attribute = f'{kind}Ref="{reference}"' if reference else ""
    return f"<bpmn:{kind}EventDefinition {attribute}/>"


def message(ident: str, name: str, key: str = "") -> str:
    """A message, for `before`."""
    inside = ""
    if key:
        inside = f'<bpmn:extensionElements><zeebe:subscription correlationKey="{key}"/></bpmn:extensionElements>'
    return f'<bpmn:message id="{ident}" name="{name}">{inside}</bpmn:message>'


def io(inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None) -> str:
    """Input and output mappings, target to source."""
    rows = [f'<zeebe:input source="{_escape(one)}" target="{to}"/>' for to, one in (inputs or {}).items()]
    rows += [f'<zeebe:output source="{_escape(one)}" target="{to}"/>' for to, one in (outputs or {}).items()]
    return f"<zeebe:ioMapping>{''.join(rows)}</zeebe:ioMapping>"


def held(ident: str, name: str = "", tag: str = "dataObject") -> str:
    """A data object or property."""
    return f'<bpmn:{tag} id="{ident}" name="{name}"/>'


def assigned(**values: str) -> str:
    """Assignments, `to` and `from`, for an association."""
    ends = "<bpmn:assignment><bpmn:from>{}</bpmn:from><bpmn:to>{}</bpmn:to></bpmn:assignment>"
    return "".join(ends.format(_escape(one), to.replace("__", ".")) for to, one in values.items())


def turned(expression: str) -> str:
    """A transformation for an association."""
    return f"<bpmn:transformation>{_escape(expression)}</bpmn:transformation>"


def spec(node: str, inputs: str = "", outputs: str = "", optional: str = "", *, sets: bool = True) -> str:
    """The data inputs and outputs of a node by name; their ids begin with the node's. One set of each, or none."""
    own = [("Input", one) for one in inputs.split()] + [("Output", one) for one in outputs.split()]
    items = "".join(f'<bpmn:data{kind} id="{node}_{one}" name="{one}"/>' for kind, one in own)
    groups = ""
    for kind in ("Input", "Output"):
        parts = [one for its, one in own if its == kind]
        refs = [f"<bpmn:data{kind}Refs>{node}_{one}</bpmn:data{kind}Refs>" for one in parts]
        refs += [f"<bpmn:optional{kind}Refs>{node}_{one}</bpmn:optional{kind}Refs>" for one in parts if one in optional]
        groups += f"<bpmn:{kind.lower()}Set>{''.join(refs)}</bpmn:{kind.lower()}Set>" if sets else ""
    return f"<bpmn:ioSpecification>{items}{groups}</bpmn:ioSpecification>" if sets else items


def copied(node: str, source: str = "", target: str = "", inside: str = "") -> str:
    """A data association; `:x` is the node's own data input or output x."""
    tag = "dataOutputAssociation" if source.startswith(":") or not target.startswith(":") else "dataInputAssociation"
    one = f"<bpmn:sourceRef>{source.replace(':', node + '_')}</bpmn:sourceRef>" if source else ""
    two = f"<bpmn:targetRef>{target.replace(':', node + '_')}</bpmn:targetRef>" if target else ""
    return f"<bpmn:{tag}>{one}{two}{inside}</bpmn:{tag}>"


def many(collection: str, *, sequential: bool = False, until: str = "", output: tuple[str, str] = ("", "")) -> str:
    """Multi-instance characteristics over a collection; the element is `x`."""
    done = f"<bpmn:completionCondition>{_escape(until)}</bpmn:completionCondition>" if until else ""
    collected = f'outputCollection="{output[0]}" outputElement="{output[1]}"' if output[0] else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{"true" if sequential else "false"}">'
        "<bpmn:extensionElements>"
        f'<zeebe:loopCharacteristics inputCollection="{collection}" inputElement="x" {collected}/>'
        f"</bpmn:extensionElements>{done}</bpmn:multiInstanceLoopCharacteristics>"
    )


def _activity(tag: str, ident: str, extensions: str = "", body: str = "", attributes: str = "") -> str:
    holder = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    return f'<bpmn:{tag} id="{ident}" name="{ident}" {attributes}>{holder}{body}</bpmn:{tag}>'


def process(nodes: str, *chains: str, ident: str = "p", before: str = "") -> bytes:
    """A file with one process."""
    inside = f'<bpmn:process id="{ident}" isExecutable="true">{nodes}{flows(*chains)}</bpmn:process>'
    return f"{_HEAD}{before}{inside}</bpmn:definitions>".encode()


def load(*files: bytes, ident: str = "p") -> Definition:
    """The definition of process p of these files."""
    return Definition.load({f"{number}.bpmn": data for number, data in enumerate(files)}, ident)


class Run:
    """A case under test: the state is carried from act to act, the steps are kept."""

    def __init__(self, *files: bytes, data: Mapping[str, object] | None = None, event: str = "", **engine: Any) -> None:
        self.engine = Engine(load(*files), **engine)
        self.at = AT
        self.steps: list[Step] = []
        self.keep(self.engine.start(data or {}, AT, event))

    def keep(self, step: Step) -> Step:
        self.step = step
        self.steps.append(step)
        return step

    def later(self, **span: float) -> "Run":
        self.at += timedelta(**span)
        return self

    def complete(self, task: str, **data: object) -> Step:
        return self.keep(self.engine.complete(self.step.state, task, data, self.at))

    def fire(self, deadline: str) -> Step:
        return self.keep(self.engine.fire(self.step.state, deadline, self.at))

    def deliver(self, name: str, key: object = None, **payload: object) -> Step:
        return self.keep(self.engine.deliver(self.step.state, name, key, payload, self.at))

    def signal(self, name: str, **payload: object) -> Step:
        return self.keep(self.engine.signal(self.step.state, name, payload, self.at))

    def fail(self, task: str, code: str, **data: object) -> Step:
        return self.keep(self.engine.fail(self.step.state, task, code, self.at, data))

    def give_up(self, task: str) -> Step:
        why = Text("对方系统不应答", "the other side does not answer")
        return self.keep(self.engine.give_up(self.step.state, task, "job-failed", why, self.at))

    def retry(self, incident: str, **data: object) -> Step:
        return self.keep(self.engine.retry(self.step.state, incident, data, self.at))

    def cancel(self) -> Step:
        return self.keep(self.engine.cancel(self.step.state, self.at))

    @property
    def open(self) -> list[str]:
        """Ids of the open tasks."""
        return [] if self.step.state is None else [one.id for one in self.engine.waiting(self.step.state).tasks]

    @property
    def waiting(self) -> Any:
        return self.engine.waiting(self.step.state)

    @property
    def trace(self) -> list[str]:
        """The last step's trace: `enter a`, with the scope before the element."""
        return [f"{one.move} {one.scope + '/' if one.scope else ''}{one.element}" for one in self.step.trace]

    @property
    def done(self) -> bool:
        return self.step.status == "completed"
