"""The `validate` object of a component as rules, in the viewer's order."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from app.errors import Text
from app.forms import coerce, files, rules
from app.forms.component import Rule
from app.forms.formula import Formula
from app.forms.numbers import exact
from app.forms.pattern import Pattern, PatternError

if TYPE_CHECKING:
    from app.forms.build import Builder

TEXTS = ("textfield", "textarea")
MAX_PATTERN = 1000
# The viewer breaks down, or compares nonsense, when these stand on other components.
MEANT_FOR = {
    "pattern": TEXTS,
    "minLength": TEXTS,
    "maxLength": TEXTS,
    "validationType": TEXTS,
    "min": ("number", "expression"),
    "max": ("number", "expression"),
}


class Checks:
    """Reads one component's validations."""

    def __init__(self, builder: "Builder", attributes: Mapping[str, object], kind: str) -> None:
        given = attributes.get("validate")
        self.builder = builder
        self.attributes = attributes
        self.kind = kind
        self.given: Mapping[str, object] = given if isinstance(given, dict) else {}
        self.required = bool(self.given.get("required"))

    def rules(self) -> tuple[Rule, ...]:
        """The rules; what is wrong in them becomes findings of the builder."""
        self._check_meant()
        found: list[Rule | None] = []
        if self.kind == "number":
            found += [self._decimal_digits(), self._increment()]
        found.append(self._pattern())
        if self.required:
            found.append(rules.required(self.kind))
        for name, make in (
            ("min", rules.least),
            ("max", rules.most),
            ("minLength", rules.shortest),
            ("maxLength", rules.longest),
        ):
            bound = self._bound(name)
            found.append(None if bound is None else make(bound))
        found += [self._preset(), self._reason(), self._not_past(), *self._files()]
        return tuple(rule for rule in found if rule is not None)

    def _note(self, code: str, zh: str, en: str) -> None:
        self.builder.note(
            code, Text(zh, en), Text("在编辑器的校验栏中改正", "correct it in the editor"), self.attributes
        )

    def _check_meant(self) -> None:
        for name, kinds in MEANT_FOR.items():
            if self.given.get(name) not in (None, "", "custom") and self.kind not in kinds:
                self._note("form-validate", f"该组件不能用 {name} 校验", f"{name} is no validation of this component")

    def _decimal_digits(self) -> Rule | None:
        digits = self.attributes.get("decimalDigits")
        if digits in (None, ""):
            return None
        if type(digits) is int and 0 <= digits <= 30:
            return rules.decimal_digits(digits)
        self._note("form-validate", "小数位数应为 0 到 30 的整数", "decimalDigits must be a whole number from 0 to 30")
        return None

    def _increment(self) -> Rule | None:
        given = self.attributes.get("increment")
        if given in (None, "", 0):
            return None
        step = _decimal(given)
        if step is not None and step > 0:
            return rules.increment(step)
        self._note("form-validate", "步长应为正数", "increment must be a positive number")
        return None

    def _pattern(self) -> Rule | None:
        source = self.given.get("pattern")
        if not source or self.kind not in TEXTS:
            return None
        message = self.given.get("patternErrorMessage") or ""
        if not isinstance(source, str) or len(source) > MAX_PATTERN or not isinstance(message, str):
            self._note(
                "form-pattern", "格式应为不超过 1000 字符的正则表达式", "the pattern must be a text of at most 1000"
            )
            return None
        try:
            return rules.pattern(Pattern(source), message)
        except PatternError as error:
            self._note("form-pattern", f"正则表达式有误:{error.zh}", f"the pattern is wrong: {error.en}")
            return None

    def _bound(self, name: str) -> Decimal | Formula | None:
        given = self.given.get(name)
        if given is None or given == "" or self.kind not in MEANT_FOR[name]:
            return None
        if isinstance(given, str) and given.startswith("="):
            return self.builder.formula(given, self.attributes, name)
        bound = _decimal(given)
        if bound is None:
            self._note("form-validate", f"{name} 应为数字", f"{name} must be a number")
        return bound

    def _preset(self) -> Rule | None:
        preset = self.given.get("validationType")
        if preset in (None, "", "custom") or self.kind not in TEXTS:
            return None
        if preset == "phone":
            return rules.phone
        if preset == "email":
            return rules.email
        self._note("form-validate", f"不支持的校验类型“{preset}”", f"validation type “{preset}” is not supported")
        return None

    def _not_past(self) -> Rule | None:
        """Not in the viewer's validator: its date picker does not let a past day be chosen."""
        dated = self.kind == "datetime" and self.attributes.get("subtype", "date") != "time"
        return rules.not_past if dated and self.attributes.get("disallowPassedDates") is True else None

    def _reason(self) -> Rule | None:
        """Our own property `minReason`, a count of characters."""
        least = self._property("minReason", TEXTS, 1000)
        return None if least is None else rules.reason(least)

    def _files(self) -> list[Rule | None]:
        """`accept`, and our own properties `maxFiles` and `maxMegabytes`."""
        count = self._property("maxFiles", ("filepicker",), coerce.MAX_FILES)
        size = self._property("maxMegabytes", ("filepicker",), 1000)
        return [
            files.accepted if self.kind == "filepicker" else None,
            None if count is None else files.at_most(count),
            None if size is None else files.no_larger(size),
        ]

    def _property(self, name: str, kinds: tuple[str, ...], most: int) -> int | None:
        """A property of our own: a whole number from 1, written as form-js writes properties, as text."""
        properties = self.attributes.get("properties")
        given = properties.get(name) if isinstance(properties, dict) else None
        if given in (None, ""):
            return None
        number = _decimal(given)
        if self.kind in kinds and number is not None and number == int(number) and 0 < number <= most:
            return int(number)
        self._note(
            "form-validate",
            f"{name} 应为 {'、'.join(kinds)} 组件上的正整数,不超过 {most}",
            f"{name} must be a whole number from 1 to {most} on {', '.join(kinds)}",
        )
        return None


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = exact(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= 300 else None
