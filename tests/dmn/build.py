"""The smallest DMN files, written by hand."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def model(body: str, namespace: str = NAMESPACE) -> bytes:
    """A file with these elements in it."""
    return f'<definitions xmlns="{namespace}" id="d" name="d" namespace="urn:test">{body}</definitions>'.encode()


def text(source: str) -> str:
    """A text element."""
    return f"<text>{escape(source)}</text>"


def literal(source: str) -> str:
    """A literal expression."""
    return f"<literalExpression>{text(source)}</literalExpression>"


def requires(*decisions: str, knowledge: Sequence[str] = (), inputs: Sequence[str] = ()) -> str:
    """Requirements, by id."""
    found = [f'<informationRequirement><requiredDecision href="#{one}"/></informationRequirement>' for one in decisions]
    found += [f'<informationRequirement><requiredInput href="#{one}"/></informationRequirement>' for one in inputs]
    found += [f'<knowledgeRequirement><requiredKnowledge href="#{one}"/></knowledgeRequirement>' for one in knowledge]
    return "".join(found)


def decision(identity: str, logic: str, *, name: str = "", type_ref: str = "", before: str = "") -> str:
    """A decision with its logic; `before` are its requirements."""
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    shown = quoteattr(name or identity)
    return f'<decision id="{identity}" name={shown}><variable name={shown}{typed}/>{before}{logic}</decision>'


def knowledge(identity: str, parameters: Sequence[str], logic: str, before: str = "") -> str:
    """A business knowledge model; parameters may carry a type: `n: number`."""
    formal = ""
    for one in parameters:
        name, _, kind = (part.strip() for part in one.partition(":"))
        formal += f'<formalParameter name="{name}"' + (f' typeRef="{kind}"/>' if kind else "/>")
    return (
        f'<businessKnowledgeModel id="{identity}" name="{identity}"><variable name="{identity}"/>'
        f"<encapsulatedLogic>{formal}{logic}</encapsulatedLogic>{before}</businessKnowledgeModel>"
    )


def table(
    inputs: Sequence[str], outputs: Sequence[str], rules: Sequence[str], policy: str = "UNIQUE", aggregation: str = ""
) -> str:
    """A decision table. Inputs are `expression | type | allowed`, outputs `name | type | allowed | default`.

    Rules are `cell | cell | result`.
    """
    body = ""
    for one in inputs:
        source, kind, allowed = ([*map(str.strip, one.split("|")), "", ""])[:3]
        values = f"<inputValues>{text(allowed)}</inputValues>" if allowed else ""
        typed = f' typeRef="{kind}"' if kind else ""
        body += f"<input><inputExpression{typed}>{text(source)}</inputExpression>{values}</input>"
    for one in outputs:
        name, kind, allowed, default = ([*map(str.strip, one.split("|")), "", "", ""])[:4]
        values = f"<outputValues>{text(allowed)}</outputValues>" if allowed else ""
        values += f"<defaultOutputEntry>{text(default)}</defaultOutputEntry>" if default else ""
        typed = f' typeRef="{kind}"' if kind else ""
        body += f'<output name="{name}"{typed}>{values}</output>'
    for row in rules:
        cells = [cell.strip() for cell in row.split("|")]
        entries = "".join(f"<inputEntry>{text(cell)}</inputEntry>" for cell in cells[: len(inputs)])
        entries += "".join(f"<outputEntry>{text(cell)}</outputEntry>" for cell in cells[len(inputs) :])
        body += f"<rule>{entries}</rule>"
    extra = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable hitPolicy="{policy}"{extra}>{body}</decisionTable>'
