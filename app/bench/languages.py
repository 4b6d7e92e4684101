"""What the languages cost: FEEL, decision tables, forms, and the check of a diagram."""

import json
import time
from collections.abc import Callable
from typing import Any

from app.bench.diagrams import chain
from app.bpmn.check import check
from app.bpmn.definition import Definition
from app.dmn import load as load_decisions
from app.feel import compile as compile_feel
from app.feel.parser import parse
from app.forms import Form

CONTEXT = {"金额": 90, "kind": "餐饮", "备注": "加急办理"}
TYPICAL = '金额 > 100 and kind = "餐饮" or contains(备注, "急")'
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def bench_languages() -> dict[str, float]:
    """Best-of-several figures, in processor time."""
    comparison, typical = compile_feel("金额 > 100"), compile_feel(TYPICAL)
    decisions, answers = load_decisions(_table(200, 6)), {f"i{number}": number for number in range(6)}
    form, answer = _form(60)
    diagram = {"chain.bpmn": chain(100)}
    return {
        "comparison_us": _best(lambda: comparison(CONTEXT), 3000) * 1e6,
        "condition_us": _best(lambda: typical(CONTEXT), 3000) * 1e6,
        "parse_ms": _best(lambda: parse(TYPICAL), 50) * 1e3,
        "table_200x6_us": _best(lambda: decisions.evaluate("t", answers), 100) * 1e6,
        "form_60_ms": _best(lambda: form.clean(answer), 20) * 1e3,
        "diagram_100_ms": _best(lambda: (check(diagram), Definition.load(diagram, "chain")), 2) * 1e3,
    }


def _best(act: Callable[[], object], times: int) -> float:
    """Seconds of one call in the best of seven rows of calls."""
    rows = []
    for _ in range(7):
        began = time.process_time()
        for _ in range(times):
            act()
        rows.append(time.process_time() - began)
    return round(min(rows) / times, 9)


def _table(rules: int, inputs: int) -> bytes:
    """A decision table of number ranges, of which the last rule fits."""
    heads = "".join(
        f'<input id="h{one}"><inputExpression id="e{one}" typeRef="number"><text>i{one}</text>'
        "</inputExpression></input>"
        for one in range(inputs)
    )
    rows = "".join(_rule(number, inputs, fits=number == rules - 1) for number in range(rules))
    return (
        f'<definitions xmlns="{DMN}" id="d" name="d" namespace="urn:banjie:bench"><decision id="t" name="t">'
        f'<decisionTable id="table" hitPolicy="FIRST">{heads}<output id="o" name="o" typeRef="number"/>{rows}'
        "</decisionTable></decision></definitions>"
    ).encode()


def _rule(number: int, inputs: int, *, fits: bool) -> str:
    cells = "".join(
        f'<inputEntry id="r{number}_{one}"><text>{"-" if fits else f"[{number + 7}..{number + 9}]"}</text></inputEntry>'
        for one in range(inputs)
    )
    return f'<rule id="r{number}">{cells}<outputEntry id="x{number}"><text>{number}</text></outputEntry></rule>'


def _form(count: int) -> tuple[Form, dict[str, Any]]:
    """A form of that many fields, every fifth with a condition, and an answer that fits."""
    components: list[dict[str, Any]] = []
    answer: dict[str, Any] = {}
    for number in range(count):
        text = number % 2 == 0
        field = {"id": f"F{number}", "key": f"k{number}", "label": f"字段{number}", "validate": {"required": True}}
        field |= {"type": "textfield"} if text else {"type": "number"}
        if number % 5 == 4:
            field["conditional"] = {"hide": f'= k0 = "{number}"'}
        components.append(field)
        answer[f"k{number}"] = "情况属实" if text else number
    schema = {"schemaVersion": 19, "type": "default", "id": "bench", "components": components}
    return Form.load(json.dumps(schema).encode()), answer
