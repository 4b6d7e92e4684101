"""One component from its JSON, with everything wrong in it noted as a finding."""

from collections.abc import Mapping

from app.errors import Finding, Text
from app.feel import FeelError
from app.forms import coerce
from app.forms.checks import Checks
from app.forms.component import CHOICES, CONTAINERS, INPUTS, SEVERAL, TYPES, Coerce, Component, Kind
from app.forms.formula import LOCAL, Formula, Test, reason
from app.forms.options import Options, normalise
from app.forms.paths import Claims, steps_of
from app.forms.template import Template, TemplateError

MAX_OPTIONS = 500
MAX_TEXT = 64 * 1024
MAX_REPETITIONS = 100
EMPTY: dict[str, object] = {"textfield": "", "textarea": "", "checkbox": False}
# Display properties that may hold templates, and those that may hold FEEL, per component type or for all ("").
TEMPLATES = {
    "": ("description",),
    "text": ("text",),
    "html": ("content",),
    "image": ("source", "alt"),
    "iframe": ("url",),
    "filepicker": ("accept",),
}
FORMULAS = {"table": ("dataSource", "columnsExpression"), "documentPreview": ("dataSource",)}


class Builder:
    """Builds the components of one form; `findings` and `names` collect on the way."""

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known
        self.findings: list[Finding] = []
        self.names: set[str] = set()
        self.claims = Claims()
        self.ids: set[str] = set()
        self.count = 0

    # Findings

    def note(self, code: str, text: Text, remedy: Text, attributes: Mapping[str, object]) -> None:
        """Note one thing wrong with the component."""
        label = attributes.get("label")
        self.findings.append(
            Finding(
                "error",
                code,
                text,
                remedy,
                element=str(attributes.get("id", ""))[:200],
                name=label[:200] if isinstance(label, str) else "",
            )
        )

    # Components

    def children(
        self, attributes: Mapping[str, object], above: tuple[str, ...], lists: tuple[str, ...]
    ) -> tuple[Component, ...]:
        """The components inside a container whose path is `above`, inside the lists with these ids."""
        inner = attributes.get("components", [])
        if not isinstance(inner, list) or not all(isinstance(one, dict) for one in inner):
            self.note("form-json", Text("components 应为数组", "components must be a list"), REDRAW, attributes)
            return ()
        built = (self.component(one, above, lists) for one in inner)
        return tuple(component for component in built if component is not None)

    def component(
        self, attributes: Mapping[str, object], above: tuple[str, ...], lists: tuple[str, ...]
    ) -> Component | None:
        """The component, or None where something that it cannot do without is wrong."""
        self.count += 1
        kind = attributes.get("type")
        if not isinstance(kind, str) or kind not in TYPES:
            self.note(
                "form-component",
                Text(f"不支持的组件类型“{kind}”", f"component type “{kind}” is not supported"),
                Text("改用表单编辑器提供的组件", "use a component that the form editor offers"),
                attributes,
            )
            return None
        name = self.identity(attributes, kind)
        if name is None:
            return None
        if kind in INPUTS:
            return self.field(attributes, name, kind, above, lists)
        if kind in CONTAINERS:
            return self.container(attributes, name, kind, above, lists)
        return self.display(attributes, name, kind)

    def identity(self, attributes: Mapping[str, object], kind: str) -> str | None:
        """The component's id; displays without one get their number, fields must have one: errors are told by it."""
        name = attributes.get("id")
        if name is None and kind not in INPUTS and kind != "dynamiclist":
            name = f"_{kind}_{self.count}"
        if not isinstance(name, str) or not name or len(name) > 200 or not set(name).isdisjoint(" []\"'<>&"):
            self.note(
                "form-id", Text("组件没有合格的 id", "the component has no usable id"),
                Text("给组件起一个不含空格和方括号的 id", "give it an id without spaces and brackets"), attributes,
            )  # fmt: skip
            return None
        if name in self.ids:
            self.note(
                "form-id", Text(f"id“{name}”重复", f"id “{name}” is used twice"),
                Text("每个组件的 id 应各不相同", "give every component its own id"), attributes,
            )  # fmt: skip
            return None
        self.ids.add(name)
        return name

    def binding(
        self, attributes: Mapping[str, object], above: tuple[str, ...], lists: tuple[str, ...], kind: Kind
    ) -> tuple[str, ...] | None:
        """The path that a field (`key`), list or group (`path`) is bound to, claimed for it."""
        word = "key" if kind == "field" else "path"
        given = attributes.get(word, "")
        if kind == "group" and given in ("", None):
            return ()
        steps = steps_of(given) if isinstance(given, str) and given else None
        if steps is None:
            self.note(
                "form-key", Text(f"组件的 {word}“{given}”不可用", f"{word} “{given}” cannot be used"),
                Text("用字母、汉字、数字和下划线命名,不以数字开头", "use letters, digits and _, no digit first"),
                attributes,
            )  # fmt: skip
            return None
        repeater = str(attributes.get("id")) if kind == "list" else ""
        if not self.claims.claim(above + steps, leaf=kind == "field", repeater=repeater, within=lists):
            dotted = ".".join(above + steps)
            self.note(
                "form-path", Text(f"数据位置“{dotted}”已被别的组件占用", f"“{dotted}” is bound by another component"),
                Text(f"改用另一个 {word}", f"choose another {word}"), attributes,
            )  # fmt: skip
            return None
        return steps

    def field(
        self,
        attributes: Mapping[str, object],
        name: str,
        kind: str,
        above: tuple[str, ...],
        lists: tuple[str, ...],
    ) -> Component | None:
        path = self.binding(attributes, above, lists, "field")
        options = self.options(attributes) if kind in CHOICES else None
        convert = self.conversion(attributes, kind)
        formula = self.expression(attributes) if kind == "expression" else None
        if path is None or convert is None or (kind in CHOICES and options is None):
            return None
        checks = Checks(self, attributes, kind)
        rules = checks.rules()
        locked, lock = self.lock(attributes)
        return Component(
            id=name,
            type=kind,
            kind="field",
            attributes=attributes,
            label=self.label(attributes, kind),
            path=path,
            full=above + path,
            hide=self.hide(attributes),
            disabled=attributes.get("disabled") is True,
            locked=locked,
            lock=lock,
            required=checks.required,
            coerce=convert,
            rules=rules,
            options=options,
            formula=formula,
            presubmit=attributes.get("computeOn") == "presubmit",
            default=self.default(attributes, kind, convert, options),
            templates=self.templates(attributes, kind),
            editable=kind != "expression" and not locked and attributes.get("disabled") is not True,
        )

    def container(
        self,
        attributes: Mapping[str, object],
        name: str,
        kind: str,
        above: tuple[str, ...],
        lists: tuple[str, ...],
    ) -> Component | None:
        repeats = kind == "dynamiclist" and attributes.get("isRepeating", True) is not False
        path = self.binding(attributes, above, lists, "list" if repeats else "group")
        if path is None:
            return None
        times = attributes.get("defaultRepetitions", 1)
        if repeats and (type(times) is not int or not 0 <= times <= MAX_REPETITIONS):
            self.note(
                "form-limit", Text("默认行数应为 0 到 100 的整数", "defaultRepetitions must be from 0 to 100"),
                Text("改正默认行数", "correct it"), attributes,
            )  # fmt: skip
            times = 1
        still = attributes.get("disabled") is True or attributes.get("readonly") is True
        return Component(
            id=name,
            type=kind,
            kind="list" if repeats else "group",
            attributes=attributes,
            label=self.label(attributes, kind),
            path=path,
            full=above + path,
            children=self.children(attributes, above + path, (*lists, name) if repeats else lists),
            hide=self.hide(attributes),
            fixed=still or not attributes.get("allowAddRemove", True),
            repetitions=times if isinstance(times, int) else 1,
        )

    def display(self, attributes: Mapping[str, object], name: str, kind: str) -> Component:
        return Component(
            id=name,
            type=kind,
            kind="shown",
            attributes=attributes,
            label=self.label(attributes, kind),
            hide=self.hide(attributes),
            templates=self.templates(attributes, kind),
            formulas=self.formulas(attributes, kind),
        )

    # Properties

    def formula(self, source: str, attributes: Mapping[str, object], what: str) -> Formula | None:
        """The expression behind "="; None, and a finding, if it is not FEEL."""
        try:
            found = Formula(source.removeprefix("="), self.known)
        except FeelError as error:
            self.bad_feel(error, attributes, what)
            return None
        self.names |= found.names - LOCAL
        return found

    def bad_feel(self, error: Exception, attributes: Mapping[str, object], what: str) -> None:
        text = reason(error)
        self.note(
            "form-feel", Text(f"{what} 的表达式有误:{text.zh}", f"the expression of {what} is wrong: {text.en}"),
            Text("改正 FEEL 表达式", "correct the FEEL expression"), attributes,
        )  # fmt: skip

    def test(self, source: object, attributes: Mapping[str, object], what: str) -> Test | None:
        """The condition behind "="."""
        if not isinstance(source, str) or not source.startswith("="):
            self.note(
                "form-feel", Text(f"{what} 应为以等号开头的表达式", f"{what} must be an expression that begins with ="),
                Text("在前面加上 =", "put = before it"), attributes,
            )  # fmt: skip
            return None
        try:
            found = Test(source[1:], self.known)
        except FeelError as error:
            self.bad_feel(error, attributes, what)
            return None
        self.names |= found.formula.names - LOCAL
        return found

    def hide(self, attributes: Mapping[str, object]) -> Test | None:
        conditional = attributes.get("conditional")
        source = conditional.get("hide") if isinstance(conditional, dict) else None
        return self.test(source, attributes, "conditional.hide") if source not in (None, "", "=") else None

    def lock(self, attributes: Mapping[str, object]) -> tuple[bool, Test | None]:
        """Whether the field is read-only, or the condition on which it is."""
        given = attributes.get("readonly")
        if given in (None, "", "=") or isinstance(given, bool):
            return given is True, None
        return False, self.test(given, attributes, "readonly")

    def label(self, attributes: Mapping[str, object], kind: str) -> Template:
        names = ("dateLabel", "timeLabel", "label") if kind == "datetime" else ("label",)
        given = next((attributes[name] for name in names if attributes.get(name)), "")
        return self.template(given, attributes, "label")

    def template(self, source: object, attributes: Mapping[str, object], what: str) -> Template:
        if not isinstance(source, str) or len(source) > MAX_TEXT:
            self.note("form-text", Text(f"{what} 应为不超过 64 KiB 的文字", f"{what} must be a text of at most 64 KiB"),
                      Text("改正文字", "correct the text"), attributes)  # fmt: skip
            return Template("")
        try:
            found = Template(source, self.known)
        except FeelError as error:
            self.bad_feel(error, attributes, what)
            return Template("")
        except TemplateError as error:
            self.note("form-template", error.text, Text("改正模板", "correct the template"), attributes)
            return Template("")
        self.names |= found.names - LOCAL
        return found

    def templates(self, attributes: Mapping[str, object], kind: str) -> dict[str, Template]:
        found = {
            name: self.template(attributes[name], attributes, name)
            for name in (*TEMPLATES[""], *TEMPLATES.get(kind, ()))
            if attributes.get(name) not in (None, "")
        }
        appearance = attributes.get("appearance")
        if isinstance(appearance, dict):
            for name in ("prefixAdorner", "suffixAdorner"):
                if appearance.get(name):
                    found[name] = self.template(appearance[name], attributes, name)
        return found

    def formulas(self, attributes: Mapping[str, object], kind: str) -> dict[str, Formula]:
        found: dict[str, Formula] = {}
        for name in FORMULAS.get(kind, ()):
            source = attributes.get(name)
            if isinstance(source, str) and source.startswith("=") and source != "=":
                formula = self.formula(source, attributes, name)
                if formula is not None:
                    found[name] = formula
        return found

    def expression(self, attributes: Mapping[str, object]) -> Formula | None:
        source = attributes.get("expression")
        if source in (None, "", "="):
            return Formula("null")
        if not isinstance(source, str) or not source.startswith("="):
            self.note(
                "form-feel", Text("expression 应为以等号开头的表达式", "expression must begin with ="),
                Text("在前面加上 =", "put = before it"), attributes,
            )  # fmt: skip
            return None
        return self.formula(source, attributes, "expression")

    def options(self, attributes: Mapping[str, object]) -> Options | None:
        key, given, source = (attributes.get(name) for name in ("valuesKey", "values", "valuesExpression"))
        if isinstance(key, str) and key:
            self.names.add(key)
            return Options(key=key)
        if isinstance(given, list) and len(given) <= MAX_OPTIONS:
            return Options(given=tuple(normalise(given)))
        if isinstance(source, str) and source.startswith("="):
            formula = self.formula(source, attributes, "valuesExpression")
            return Options(formula=formula) if formula is not None else None
        self.note(
            "form-options",
            Text("没有可选项,或可选项超过 500 个", "no options are given, or more than 500"),
            Text("给出 values、valuesKey 或 valuesExpression", "give values, valuesKey or valuesExpression"),
            attributes,
        )
        return None

    def conversion(self, attributes: Mapping[str, object], kind: str) -> Coerce | None:
        if kind == "number":
            return coerce.numeric_text if attributes.get("serializeToString") else coerce.number
        if kind == "filepicker":
            return coerce.files(several=attributes.get("multiple", False) is not False)
        if kind != "datetime":
            return coerce.COERCE[kind]
        subtype = attributes.get("subtype", "date")
        if subtype == "date":
            return coerce.date
        if subtype in ("time", "datetime"):
            make = coerce.time if subtype == "time" else coerce.date_time
            return make(attributes.get("timeSerializingFormat"))
        self.note(
            "form-subtype", Text(f"不支持的日期类型“{subtype}”", f"date subtype “{subtype}” is not supported"),
            Text("改为 date、time 或 datetime", "use date, time or datetime"), attributes,
        )  # fmt: skip
        return None

    def default(self, attributes: Mapping[str, object], kind: str, convert: Coerce, options: Options | None) -> object:
        """The default value, which must be one that the field could hold, or else what an empty field holds."""
        given = attributes.get("defaultValue")
        offered = list(options.given) if options is not None and options.given is not None else None
        if given is None or kind == "expression":
            return [] if kind in SEVERAL or kind == "filepicker" else EMPTY.get(kind)
        value, complaint = convert(given, offered)
        if complaint is not None:
            self.note(
                "form-default", Text("默认值不符合该组件的要求", "the default value does not fit the component"),
                Text("改正默认值", "correct the default value"), attributes,
            )  # fmt: skip
        return value


REDRAW = Text("用表单编辑器重新保存", "save it again with the form editor")
