"""Forms made up from a seed: every kind of component with every validation, nested as forms are.

Their FEEL stays where the two evaluators agree by the standard (see docs/feel.md): whole numbers, texts, comparisons.
"""

import random
from typing import Any

Json = dict[str, Any]

PATTERNS = [r"^[A-Z]\d+$", r"^1\d{10}$", r"[一-龥]{2,}", r"^(?:abc|x1)?$", r"^\S+$", r"\d{2,3}"]
OPTIONS: list[list[Any]] = [
    [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}, {"label": "丙", "value": "c"}],
    [{"label": "一", "value": 1}, {"label": "二", "value": 2}],
    [{"label": "是", "value": True}, {"label": "否", "value": False}],
    ["a", "b", "办结"],
    [{"label": "深", "value": {"deep": 1}}, {"label": "a", "value": "a"}],
]
FORMATS = ["utc_offset", "utc_normalized", "no_timezone"]
DISPLAYS: list[Json] = [
    {"type": "text", "text": "# 标题 {{limit}}"},
    {"type": "html", "content": "<b>{{limit}}</b><script>alert(1)</script>"},
    {"type": "image", "source": "https://example.com/a.png", "alt": "图"},
    {"type": "iframe", "url": "https://example.com/", "label": "页"},
    {"type": "table", "dataSource": "=districts", "columns": [{"label": "名", "key": "label"}]},
    {"type": "spacer", "height": 20},
    {"type": "separator"},
    {"type": "button", "label": "提交", "action": "submit"},
    {"type": "documentPreview", "dataSource": "=papers", "label": "文件"},
]
CONTEXT: Json = {"limit": 5, "few": 2, "districts": ["甲区", {"label": "乙", "value": "乙区"}], "papers": []}


class Inventor:
    """Makes one form after the other."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def form(self) -> Json:
        """A form of five to twelve components at the top."""
        self.count = 0
        self.texts: list[str] = []
        self.numbers: list[str] = []
        components = [self.component(0) for _ in range(self.random.randint(5, 12))]
        return {"type": "default", "id": "invented", "schemaVersion": 19, "components": components}

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def component(self, depth: int) -> Json:
        pick = self.random.random()
        self.count += 1
        if pick < 0.1:
            made = {**self.random.choice(DISPLAYS)}
        elif pick < 0.25 and depth < 3:
            made = self.container(depth)
        else:
            made = self.field(depth)
        made["id"] = f"F_{self.count}_{made['type']}" if "id" not in made else made["id"]
        if self.chance(0.2):
            made["conditional"] = {"hide": self.condition()}
        return made

    def container(self, depth: int) -> Json:
        name = f"c{self.count}"
        inner = [self.component(depth + 1) for _ in range(self.random.randint(1, 3))]
        if self.chance(0.5):
            made: Json = {"type": "group", "id": f"G_{name}", "label": "组", "components": inner}
            return made | ({"path": self.random.choice([name, f"{name}.inner"])} if self.chance(0.6) else {})
        rows: Json = {"type": "dynamiclist", "id": f"L_{name}", "path": name, "label": "行", "components": inner}
        rows |= {"isRepeating": True, "allowAddRemove": self.chance(0.8)}
        return rows | ({"defaultRepetitions": self.random.randint(0, 3)} if self.chance(0.7) else {})

    def field(self, depth: int) -> Json:
        kind = self.random.choice(sorted(FIELDS))
        name = f"k{self.count}"
        made: Json = {"type": kind, "key": name, "label": f"字段 {self.count}", "validate": {}}
        if self.chance(0.3):
            made["validate"]["required"] = True
        FIELDS[kind](self, made)
        if depth == 0 and kind != "expression" and self.chance(0.1):
            made["readonly"] = self.random.choice([True, self.condition()])
        elif self.chance(0.15):
            made["key"] = self.random.choice([f"n.{name}", f"n.m.{name}"])
        elif self.chance(0.05):
            made["disabled"] = True
        if depth == 0 and made["key"] == name and kind in ("textfield", "radio", "select"):
            self.texts.append(name)
        if depth == 0 and made["key"] == name and kind == "number" and not made.get("serializeToString"):
            self.numbers.append(name)
        return made

    def condition(self) -> str:
        """A test on a field further up, or on the case."""
        tests = ["=limit > 9", "=limit = 5", "=few > limit"]
        tests += [f'={one} = "a"' for one in self.texts] + [f'={one} != "abc"' for one in self.texts]
        tests += [f"={one} > 5" for one in self.numbers] + [f"=not({one} = 1)" for one in self.numbers]
        return self.random.choice(tests)

    # Kinds of fields

    def text(self, made: Json) -> None:
        checks = made["validate"]
        sort = self.random.randrange(5)
        if sort == 0:
            checks |= {"minLength": self.random.choice([2, "=few"]), "maxLength": self.random.choice([4, 10, "=limit"])}
        elif sort == 1:
            checks["pattern"] = self.random.choice(PATTERNS)
        elif sort == 2:
            checks["validationType"] = self.random.choice(["email", "phone"])
        if self.chance(0.15):
            made["defaultValue"] = "默认"

    def number(self, made: Json) -> None:
        if self.chance(0.4):
            made["decimalDigits"] = self.random.choice([0, 1, 2])
        if self.chance(0.3):
            made["increment"] = self.random.choice([1, 0.25, 0.1, 3, "0.5"])
        if self.chance(0.4):
            made["validate"] |= {"min": self.random.choice([0, -5, 1.5, "=few"])}
        if self.chance(0.4):
            made["validate"] |= {"max": self.random.choice([10, 100, "=limit"])}
        if self.chance(0.2):
            made["serializeToString"] = True

    def nothing_more(self, made: Json) -> None:
        """A field without options."""

    def choice(self, made: Json) -> None:
        source = self.random.randrange(4)
        if source == 0:
            made["valuesKey"] = "districts"
        elif source == 1:
            made["valuesExpression"] = self.random.choice(['=["a", "b"]', '=if limit > 9 then ["p"] else ["q", "a"]'])
        else:
            made["values"] = self.random.choice(OPTIONS)

    def moment(self, made: Json) -> None:
        made["subtype"] = self.random.choice(["date", "time", "datetime"])
        made["dateLabel"], made["timeLabel"] = "日", "时"
        if made["subtype"] != "date":
            made |= {"timeSerializingFormat": self.random.choice(FORMATS), "timeInterval": self.random.choice([1, 15])}
            made["use24h"] = self.chance(0.5)
        if made["subtype"] != "time" and self.chance(0.3):
            made["disallowPassedDates"] = True

    def formula(self, made: Json) -> None:
        made["computeOn"] = self.random.choice(["change", "presubmit"])
        parts = ["limit + few", "if limit > 3 then 1 else 2", '"a" + "b"', "few * 3", "limit", "null"]
        parts += [f"if {one} > 2 then {one} else 0" for one in self.numbers]
        parts += [f'if {one} = "a" then "甲" else null' for one in self.texts]
        made["expression"] = "=" + self.random.choice(parts)
        if self.chance(0.3):
            made["validate"] = {"required": True}

    def files(self, made: Json) -> None:
        made["multiple"] = self.chance(0.5)
        if self.chance(0.4):
            made["accept"] = self.random.choice([".png", "image/*"])


FIELDS: dict[str, Any] = {
    "textfield": Inventor.text,
    "textarea": Inventor.text,
    "number": Inventor.number,
    "checkbox": Inventor.nothing_more,
    "checklist": Inventor.choice,
    "taglist": Inventor.choice,
    "radio": Inventor.choice,
    "select": Inventor.choice,
    "datetime": Inventor.moment,
    "expression": Inventor.formula,
    "filepicker": Inventor.files,
}
