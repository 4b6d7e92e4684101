"""Test cases in the format of the DMN Technology Compatibility Kit (testCases.xsd), run against this engine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from app import xml
from app.dmn.decisions import Decisions, load
from app.dmn.document import Element
from app.dmn.errors import DecisionError
from app.errors import Refusal
from app.feel.encoding import to_json
from app.feel.errors import FeelError
from app.feel.nodes import Type
from app.feel.operators import equal, kind
from app.feel.temporal import read_date, read_date_time, read_duration, read_time
from app.feel.values import Value

TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
NEAR: Final = Decimal("1E-8")  # results of logarithms and roots are written to about that many places
_NUMBERS: Final = frozenset(("decimal", "double", "float", "integer", "int", "long", "short", "byte"))
_READERS: Final = {"date": read_date, "time": read_time, "dateTime": read_date_time, "duration": read_duration}
_OF_KIND: Final = {
    "date": read_date,
    "time": read_time,
    "date and time": read_date_time,
    "days and time duration": read_duration,
    "years and months duration": read_duration,
}


class Untold(str):
    """A value of which a test case does not say what type it is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One expected result of one test case, and what came out; `passed` says whether they are the same."""

    file: str
    case: str
    node: str
    expected: str
    found: str
    passed: bool


def run_folder(folder: Path, now: datetime) -> Iterator[Result]:
    """Run every file of test cases in a folder and below; each uses the .dmn files beside it. Raises Refused if one
    is no XML."""
    for path in sorted(folder.rglob("*.xml")):
        root = xml.parse(path.read_bytes(), file=path.name)
        if _local(root) == "testCases":
            yield from _run_file(path, root, now)


def _run_file(path: Path, root: Element, now: datetime) -> Iterator[Result]:
    main = _text(_child(root, "modelName"))
    models = sorted(path.parent.glob("*.dmn"), key=lambda one: (one.name != main, one.name))
    try:
        decisions = load({one.name: one.read_bytes() for one in models}, lenient=True)
    except Refusal as refusal:
        yield Result(path.name, "", "", "", refusal.text.en, False)
        return
    for case in _children(root, "testCase"):
        for node in _children(case, "resultNode"):
            yield _run_node(path.name, case, node, decisions, now)


def _run_node(file: str, case: Element, node: Element, decisions: Decisions, now: datetime) -> Result:
    name = node.get("name") or ""
    kinds = decisions.kinds
    given: Mapping[str, Value] = {
        one.get("name") or "": _as_type(_value(one), kinds.get(one.get("name") or ""))
        for one in _children(case, "inputNode")
    }
    invoked = case.get("invocableName") if case.get("type") in ("decisionService", "bkm") else None
    wanted = _value(_child(node, "expected"))
    try:
        answer = decisions.answer(invoked or name, given, now)
        found, shown = answer.value, _shown(answer.value)
        if answer.problems:
            shown += f" ({answer.problems[0].en})"
    except (Refusal, FeelError, DecisionError) as error:
        found, shown = None, f"null ({error.text.en})"
    return Result(file, case.get("id") or "", name, _shown(wanted), shown, _same(found, wanted))


def _as_type(value: Value, wanted: Type | None) -> Value:
    """An input as its type reads it, where the test case does not say what it is."""
    if isinstance(value, dict):
        fields = {} if wanted is None else dict(zip(wanted.names, wanted.arguments, strict=False))
        return {name: _as_type(one, fields.get(name)) for name, one in value.items()}
    if isinstance(value, list):
        inner = None if wanted is None or not wanted.arguments else wanted.arguments[0]
        return [_as_type(one, inner) for one in value]
    return _told(value, "" if wanted is None else wanted.name) if isinstance(value, Untold) else value


def _told(text: str, name: str) -> Value:
    """A text as a value of the type of that name."""
    if name == "number":
        return _number(text)
    if name == "boolean":
        return text.strip() in ("true", "1")
    reader = _OF_KIND.get(name)
    return str(text) if reader is None else reader(text.strip())


def _number(text: str) -> Value:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return text


def _shown(value: Value) -> str:
    try:
        return str(to_json(value))
    except FeelError:
        return "function"


def _same(found: Value, wanted: Value) -> bool:
    if isinstance(wanted, Untold):
        return _same(found, _told(wanted, kind(found)))
    if isinstance(found, Decimal) and isinstance(wanted, Decimal):
        return abs(found - wanted) <= NEAR * max(Decimal(1), abs(wanted))
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(_same, found, wanted))
    if isinstance(found, dict) and isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(_same(found[key], wanted[key]) for key in wanted)
    return found is wanted if found is None or wanted is None else equal(found, wanted) is True


def _value(element: Element | None) -> Value:
    """The value that a node's child says: a list, components, or one value."""
    if element is None:
        return None
    whole = _child(element, "list")
    if whole is not None:
        return [_value(one) for one in _children(whole, "item")]
    components = list(_children(element, "component"))
    if components:
        return {one.get("name") or "": _value(one) for one in components}
    return _scalar(_child(element, "value"))


def _scalar(element: Element | None) -> Value:
    if element is None or element.get(NIL) in ("true", "1"):
        return None
    text = "".join(str(one) for one in element.itertext())
    name = (element.get(TYPE) or "").rpartition(":")[2]
    if not name:
        return Untold(text)
    if name in _NUMBERS:
        return _number(text)
    if name == "boolean":
        return text.strip() in ("true", "1")
    reader = _READERS.get(name)
    return text if reader is None else reader(text.strip())


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: Element, name: str) -> Iterator[Element]:
    return (one for one in element if _local(one) == name)


def _child(element: Element, name: str) -> Element | None:
    return next(_children(element, name), None)


def _text(element: Element | None) -> str:
    return "" if element is None else "".join(str(one) for one in element.itertext()).strip()
