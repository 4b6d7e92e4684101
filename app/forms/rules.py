"""The validations of form-js's viewer 2.0.0, in its order, and one of our own (a reason's length, R008)."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from app.errors import Text
from app.forms import wording
from app.forms.coerce import CHINA
from app.forms.component import Rule
from app.forms.formula import Formula
from app.forms.numbers import decimals, exact, numeral, remainder
from app.forms.pattern import SPACE, Pattern
from app.forms.phone import is_phone
from app.forms.place import Place

# What String.prototype.trim takes off, which is not what str.strip does.
JS_SPACE = "".join(chr(unit) for low, high in SPACE for unit in range(low, high + 1))
# The address that HTML's <input type=email> accepts (WHATWG HTML, 4.10.5.1.5).
_NAME = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
EMAIL = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_NAME}(?:\.{_NAME})*\Z")

Bound = int | float | str | Decimal | Formula


def length(text: str) -> int:
    """UTF-16 units, as JavaScript counts."""
    return len(text) if text.isascii() else len(text) + sum(sign > "\uffff" for sign in text)


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        return exact(value)
    except InvalidOperation:
        return None


def required(kind: str) -> Rule:
    def rule(value: object, place: Place) -> Text | None:
        if value is None or value in ("", []) or (value is False and kind == "checkbox"):
            return wording.required(kind, place.label())
        return None

    return rule


def decimal_digits(allowed: int) -> Rule:
    def rule(value: object, place: Place) -> Text | None:
        number = _number(value) if value else None
        if number and decimals(number) > allowed:
            return wording.digits_behind_point(place.label(), allowed)
        return None

    return rule


def increment(step: Decimal) -> Rule:
    def rule(value: object, place: Place) -> Text | None:
        number = _number(value) if value else None
        if not number:
            return None
        rest = remainder(number, step)
        if not rest:
            return None
        below = number - rest
        return wording.off_step(place.label(), numeral(step), numeral(below), numeral(below + step))

    return rule


def least(bound: Bound) -> Rule:
    return _bounded(bound, lambda value, limit: value < limit, wording.too_little, wording.no_lower_bound)


def most(bound: Bound) -> Rule:
    return _bounded(bound, lambda value, limit: value > limit, wording.too_much, wording.no_upper_bound)


def _bounded(
    bound: Bound,
    beyond: Callable[[Decimal, Decimal], bool],
    complain: Callable[[str, str], Text],
    confess: Callable[[str], Text],
) -> Rule:
    fixed = None if isinstance(bound, Formula) else exact(bound)

    def rule(value: object, place: Place) -> Text | None:
        if not value and (isinstance(value, bool) or value != 0):
            return None
        limit = fixed
        if isinstance(bound, Formula):
            computed = place.compute(bound)
            if computed is None:
                return None
            limit = _number(computed)
        number = _number(value)
        if number is None or limit is None:
            return confess(place.label())
        return complain(place.label(), numeral(limit)) if beyond(number, limit) else None

    return rule


def shortest(bound: Bound) -> Rule:
    return _long(bound, lambda count, limit: count < limit, wording.too_short)


def longest(bound: Bound) -> Rule:
    return _long(bound, lambda count, limit: count > limit, wording.too_long)


def _long(bound: Bound, beyond: Callable[[int, Decimal], bool], complain: Callable[[str, str], Text]) -> Rule:
    fixed = None if isinstance(bound, Formula) else exact(bound)

    def rule(value: object, place: Place) -> Text | None:
        if not value or not isinstance(value, str):
            return None
        limit = _number(place.compute(bound)) if isinstance(bound, Formula) else fixed
        if limit is None or not beyond(length(value.strip(JS_SPACE)), limit):
            return None
        return complain(place.label(), numeral(limit))

    return rule


def pattern(compiled: Pattern, message: str) -> Rule:
    def rule(value: object, place: Place) -> Text | None:
        if not value or compiled.search(str(value)):
            return None
        return Text(message, message) if message else wording.off_pattern(place.label())

    return rule


def phone(value: object, place: Place) -> Text | None:
    return wording.no_phone(place.label()) if value and not is_phone(str(value)) else None


def email(value: object, place: Place) -> Text | None:
    return wording.no_email(place.label()) if value and not EMAIL.match(str(value)) else None


def not_past(value: object, place: Place) -> Text | None:
    """A date newly chosen lies not before today in China; one that the case had already may stay. Needs `now`."""
    now = place.answer.now
    if now is None or not isinstance(value, str) or value == place.fallback:
        return None
    past = value[:10] < now.astimezone(CHINA).date().isoformat()
    return wording.about(place.label(), wording.PAST_DATE) if past else None


def reason(least_characters: int) -> Rule:
    """A reason of fewer characters, spaces not counted, is none (R008); an empty one is `required`'s business."""

    def rule(value: object, place: Place) -> Text | None:
        if not value or not isinstance(value, str):
            return None
        count = sum(not sign.isspace() and sign != "\ufeff" for sign in value)
        return None if count >= least_characters else wording.short_reason(place.label(), least_characters, count)

    return rule
