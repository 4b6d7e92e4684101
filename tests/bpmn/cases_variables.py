"""Wrong and mended diagrams for expressions over variables: code → (wrong, mended).

A step with form f comes first: it answers approved, amount, kind (sale, shop). The decision risk reads amount and kind.
"""

from tests.bpmn.shapes import line_of, split
from tests.bpmn.sketch import diagram, end, ext, flow, task, user

FIRST = user("u")


def script(expression: str, result: str = "r") -> str:
    """A script task k."""
    escaped = expression.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return task("k", ext(f'<zeebe:script expression="{escaped}" resultVariable="{result}"/>'), "scriptTask")


def whole(*tasks: str) -> str:
    """These tasks as an item's procedure, which nobody calls."""
    return line_of(*tasks).replace(end(), end("e", ext('<gov:outcome kind="granted"/>')))


def after(expression: str) -> bytes:
    """A script after the form."""
    return diagram(line_of(FIRST, script(expression)))


def decided(before: str, inputs: str = "") -> bytes:
    """A decision, after something."""
    called = '<zeebe:calledDecision decisionId="risk" resultVariable="risk"/>'
    mapped = f"<zeebe:ioMapping>{inputs}</zeebe:ioMapping>" if inputs else ""
    return diagram(line_of(before, task("d", ext(called + mapped), "businessRuleTask")))


def chosen(condition: str) -> bytes:
    """A choice after the form."""
    body = split("g_e2", flow("g", "e1", condition), flow("g", "e2")).replace(flow("s", "g"), "")
    return diagram(body + FIRST + flow("s", "u") + flow("u", "g"))


TEXT = '<zeebe:input source="= string(amount)" target="amount"/>'
VARIABLES: dict[str, tuple[bytes, bytes]] = {
    "unknown-variable": (after("= amuont + 1"), after("= amount + 1")),
    "unknown-field": (
        diagram(line_of(FIRST, script("= {a: amount}", "c"), script("= c.b").replace('"k"', '"k2"'))),
        diagram(line_of(FIRST, script("= {a: amount}", "c"), script("= c.a").replace('"k"', '"k2"'))),
    ),
    "unknown-function": (after("= summe(amount)"), after("= sum(amount)")),
    "wrong-argument": (after("= upper case(amount)"), after("= upper case(kind)")),
    "wrong-type": (chosen('= amount = "5"'), chosen("= amount = 5")),
    "impossible-value": (chosen('= kind = "sales"'), chosen('= kind = "sale"')),
    "wrong-result": (chosen("= amount"), chosen("= approved")),
    "decision-without-input": (decided(script("= 1", "amount")), decided(FIRST)),
    "decision-input-type": (decided(FIRST, TEXT), decided(FIRST)),
    "too-many-expressions": (
        diagram(line_of(*(script(f"= [{'1,' * 9_000}{i}]").replace('"k"', f'"k{i}"') for i in range(6)))),
        after("= [1]"),
    ),
    "variables-not-checked": (
        diagram(line_of(*(script(f"= [{'1,' * 9_000}1]").replace('"k"', f'"k{i}"') for i in range(12)))),
        after("= [1]"),
    ),
    "variable-set-later": (
        diagram(whole(script("= amount"), FIRST)),
        diagram(whole(FIRST, script("= amount"))),
    ),
}
