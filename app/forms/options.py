"""The values a select, radio group, checklist or taglist offers."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.forms.formula import Formula
from app.forms.numbers import numeral

Option = Mapping[str, object]  # label: text, value: any JSON value


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """Where the offered values come from: given in the form, a list in the case's data, or a FEEL expression."""

    given: tuple[Option, ...] | None = None
    key: str = ""
    formula: Formula | None = None


def normalise(offered: object) -> list[Option]:
    """Bare values become their own label; what is neither a value nor labelled is left out, as the viewer does."""
    if not isinstance(offered, list | tuple):
        return []
    return [option for option in map(_option, offered) if option is not None]


def _option(one: object) -> Option | None:
    if _is_bare(one):
        return {"label": bare_text(one), "value": one}
    if not isinstance(one, Mapping):
        return None
    label, value = one.get("label"), one.get("value")
    if not isinstance(label, str) or not label:
        return {"label": bare_text(value), "value": value} if _is_bare(value) else None
    return one if _is_bare(value) or (isinstance(value, dict | list) and value) else None


def _is_bare(value: object) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and value != "")


def bare_text(value: object) -> str:
    """A scalar as JavaScript's `String` writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return numeral(value) if isinstance(value, int | float) else str(value)


def same(one: object, other: object) -> bool:
    """Deep equality as JSON means it: 1 is 1.0, but true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return one == other


def offers(options: list[Option], value: object) -> bool:
    """Whether the value is among the offered ones."""
    if isinstance(value, str):
        return value in [option["value"] for option in options]  # much quicker than any(), and asked for every choice
    return any(same(option["value"], value) for option in options)
