"""Answers to a form, made up but acceptable: for simulations, rehearsals and property tests."""

import datetime as dt
import random
import re
from collections.abc import Mapping
from re import _constants as sre  # the parse tree of a pattern has no public name
from re import _parser as parser
from typing import Any

from app.forms.answer import put
from app.forms.component import CHOICES, SEVERAL
from app.forms.form import Form
from app.forms.place import Place

PASSES = 8
LIKELY = 0.8
SENTENCE = "经核对申请材料与实际情况，符合规定的条件和标准，情况属实"
PERSONS = ("张伟", "王芳", "李娜", "刘洋", "陈静", "杨帆", "赵敏", "周杰", "吴昊", "郑爽", "孙悦", "马超")
FIRMS = ("商贸有限公司", "物流有限公司", "餐饮管理有限公司", "食品有限公司", "科技有限公司")
PLACES = ("人民路", "解放路", "建设街", "东湖路", "文化街")
BODIES = {"Institute": "示范市特种设备检验检测院", "Body": "示范市人民政府主管部门"}
KNOWN = {
    "111": "990000199001010017",
    "idNumber": "990000199001010017",
    "agentIdNumber": "990000198506150029",
    "uscc": "91990000MA0000001B",
}
ZONE = dt.timezone(dt.timedelta(hours=8))


def generate(form: Form, context: Mapping[str, object], rng: random.Random, now: dt.datetime) -> dict[str, Any]:
    """An answer to `form` as its viewer would send it; the first of several options is the likeliest.

    Whether it is accepted is for `clean` to say: rules between fields are not seen here.
    """
    answer: dict[str, Any] = {}
    done: set[str] = set()
    for _ in range(PASSES):
        if not _fill(form, answer, done, context, rng, now):
            break
    return answer


def _fill(
    form: Form,
    answer: dict[str, Any],
    done: set[str],
    context: Mapping[str, object],
    rng: random.Random,
    now: dt.datetime,
) -> bool:
    """Fill every field that shows and has not been filled; whether anything was, so that more may show now."""
    settled = form.settle(answer, context, now)
    fresh = False
    for place in settled.valid_places():
        if place.component.kind == "list":
            if place.key not in done and not place.rows and not place.component.fixed:
                put(answer, place.steps, [{} for _ in range(rng.randint(1, 2))])
                fresh = True
            done.add(place.key)
            continue
        if place.locked and any(isinstance(step, int) for step in place.steps):
            put(answer, place.steps, place.value)  # a row is told from the others by what nobody may change in it
            continue
        offered = settled.offered(place) if place.component.type in CHOICES else []
        if not place.component.editable or place.locked or (place.key in done and not _stale(place, offered)):
            continue
        value = _value(place, offered, rng, now)
        done.add(place.key)
        if value is not None:
            put(answer, place.steps, value)
            fresh = True
    return fresh


def _stale(place: Place, offered: list[Any]) -> bool:
    """Whether a choice made earlier is no longer offered."""
    if place.component.type not in CHOICES or not offered:
        return False
    values = [one["value"] for one in offered]
    chosen = place.value if isinstance(place.value, list) else [place.value]
    return any(one not in values for one in chosen)


def _value(place: Place, offered: list[Any], rng: random.Random, now: dt.datetime) -> object:
    component = place.component
    optional = not component.required
    if component.type in CHOICES:
        return _choice([one["value"] for one in offered], component.type in SEVERAL, optional, rng)
    if component.type == "checkbox":
        return component.required or rng.random() < 0.2
    if component.type == "filepicker" or (optional and rng.random() < 0.5):
        return None
    match component.type:
        case "number":
            return _number(component.attributes, rng)
        case "datetime":
            return _moment(component.attributes, rng, now)
    return _text(component.attributes, rng)


def _choice(values: list[object], several: bool, optional: bool, rng: random.Random) -> object:
    if not values or (optional and rng.random() < 0.3):
        return None
    if several:
        return rng.sample(values, rng.randint(1, len(values)))
    return values[0] if rng.random() < LIKELY else rng.choice(values)


def _number(attributes: Mapping[str, Any], rng: random.Random) -> object:
    rules = attributes.get("validate") or {}
    low = int(rules.get("min", 0) or 0)
    high = int(rules.get("max", low + 1000) or low + 1000)
    number = rng.randint(low, min(high, max(low + 4, low + low // 2)))
    return str(number) if attributes.get("serializeToString") else number


def _moment(attributes: Mapping[str, Any], rng: random.Random, now: dt.datetime) -> str:
    local = now.astimezone(ZONE)
    day = (local.date() + dt.timedelta(days=rng.randint(0, 300))).isoformat()
    match attributes.get("subtype", "date"):
        case "time":
            return "10:30"
        case "datetime":
            return f"{day}T10:30"
    return day


def _text(attributes: Mapping[str, Any], rng: random.Random) -> str:
    rules = attributes.get("validate") or {}
    key = str(attributes.get("key", ""))
    if rules.get("validationType") == "email":
        return "shifan@example.com"
    if rules.get("validationType") == "phone":
        return "+8613800000000"
    pattern = rules.get("pattern")
    if pattern:
        known = KNOWN.get(key)
        return known if known and re.search(pattern, known) else matching(str(pattern), rng)
    longest = int(rules.get("maxLength") or 200)
    if key.lower().endswith("address"):
        return f"示范县{rng.choice(PLACES)}{rng.randint(1, 300)}号"[:longest]
    if key in ("applicantName", "companyName", "premisesName"):
        return f"示范县{rng.choice(PERSONS)[1:]}{rng.choice('达兴盛隆安源')}{rng.choice(FIRMS)}"[:longest]
    for ending, body in BODIES.items():
        if key.endswith(ending):
            return body[:longest]
    if longest <= 50 or key.endswith("Name"):
        return rng.choice(PERSONS)[:longest]
    shortest = int(rules.get("minLength") or 0)
    text = SENTENCE
    while len(text) < shortest:
        text += SENTENCE
    return text[:longest]


# --- a text for a pattern --------------------------------------------------------------------------

_PRINTABLE = [chr(code) for code in range(33, 127)]
_CATEGORIES = {"DIGIT": "0123456789", "WORD": "abcxyz019", "SPACE": " "}


def matching(pattern: str, rng: random.Random) -> str:
    """A text that the regular expression of a form matches as a whole."""
    return _draw(parser.parse(pattern), rng)


def _draw(tree: Any, rng: random.Random) -> str:
    return "".join(_one(operator, operand, rng) for operator, operand in tree)


def _one(operator: Any, operand: Any, rng: random.Random) -> str:
    if operator is sre.LITERAL:
        return chr(operand)
    if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        low, high, inner = operand
        times = rng.randint(low, low + 2 if high is sre.MAXREPEAT else high)
        return "".join(_draw(inner, rng) for _ in range(times))
    if operator is sre.SUBPATTERN:
        return _draw(operand[-1], rng)
    if operator is sre.BRANCH:
        return _draw(rng.choice(operand[1]), rng)
    if operator is sre.IN:
        return rng.choice(_members(operand))
    return rng.choice(_PRINTABLE) if operator in (sre.ANY, sre.NOT_LITERAL) else ""


def _members(parts: Any) -> list[str]:
    found: list[str] = []
    negated = False
    for operator, operand in parts:
        if operator is sre.NEGATE:
            negated = True
        elif operator is sre.LITERAL:
            found.append(chr(operand))
        elif operator is sre.RANGE:
            found += [chr(code) for code in range(operand[0], min(operand[1], operand[0] + 60) + 1)]
        elif operator is sre.CATEGORY:
            found += _CATEGORIES[str(operand).rpartition("_")[2]]
    return [one for one in _PRINTABLE if one not in found] if negated else found
