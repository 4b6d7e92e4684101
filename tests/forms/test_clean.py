"""Verdicts on answers: the viewer's rules, and what no browser is believed."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Text
from tests.forms.build import form, number, rows, text

CHOICES = [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}]


def verdict(component: dict[str, Any], value: Any, context: dict[str, Any] | None = None) -> str:
    """The Chinese messages on one value, or nothing."""
    key = component["key"]
    errors = form({"label": "申请人名称", **component}).clean({key: value}, context or {}).errors
    return ";".join(one.zh for texts in errors.values() for one in texts)


REQUIRED = {"validate": {"required": True}}


@pytest.mark.parametrize(
    ("component", "empty", "message"),
    [
        (text("a"), "", "请填写“申请人名称”"),
        (number("a"), None, "请填写“申请人名称”"),
        ({"type": "select", "key": "a", "values": CHOICES}, None, "请选择“申请人名称”"),
        ({"type": "checklist", "key": "a", "values": CHOICES}, [], "请选择“申请人名称”"),
        ({"type": "datetime", "key": "a", "subtype": "date"}, None, "请选择“申请人名称”"),
        ({"type": "checkbox", "key": "a"}, False, "请勾选“申请人名称”"),
        ({"type": "filepicker", "key": "a"}, [], "请上传“申请人名称”"),
    ],
)
def test_required_fields_ask_in_the_words_of_their_kind(component: dict[str, Any], empty: Any, message: str) -> None:
    assert verdict(component | REQUIRED, empty) == message
    assert verdict(component, empty) == ""


@pytest.mark.parametrize(
    ("component", "good", "bad", "message"),
    [
        (text("a", validate={"minLength": 3}), " abc ", " ab ", "“申请人名称”不得少于 3 个字"),
        (text("a", validate={"maxLength": 2}), "　办结　", "三个字", "“申请人名称”不得超过 2 个字"),
        (text("a", validate={"maxLength": 2}), "𠮷", "𠮷野", "“申请人名称”不得超过 2 个字"),
        (text("a", validate={"pattern": "^\\d{2}$"}), "12", "12\n3", "“申请人名称”的格式不正确"),
        (text("a", validate={"pattern": "^a$", "patternErrorMessage": "只能是 a"}), "a", "b", "只能是 a"),
        (text("a", validate={"validationType": "email"}), "a@b.cn", "a@", "“申请人名称”应为电子邮箱地址"),
        (
            text("a", validate={"validationType": "phone"}),
            "+8613800138000",
            "13800138000",
            "“申请人名称”应为带国际区号的电话号码，例如 +8613800138000",
        ),
        (number("a", validate={"min": 1}), 1, 0.5, "“申请人名称”不得小于 1"),
        (number("a", validate={"max": "10.50"}), 10.5, 11, "“申请人名称”不得大于 10.5"),
        (number("a", decimalDigits=0), 3, 3.5, "“申请人名称”应为整数"),
        (number("a", decimalDigits=2), 3.25, 3.255, "“申请人名称”最多保留 2 位小数"),
        (number("a", increment="0.05"), 0.15, 0.12, "“申请人名称”应为 0.05 的整数倍，最接近的是 0.1 和 0.15"),
        (number("a", increment=3), -3, -4, "“申请人名称”应为 3 的整数倍，最接近的是 -3 和 0"),
        (number("a"), "12", "一百", "“申请人名称”应填写数字"),
        (
            {"type": "radio", "key": "a", "values": CHOICES},
            "a",
            "c",
            "“申请人名称”中有不在可选范围内的内容，请重新选择",
        ),
        ({"type": "datetime", "key": "a"}, "2024-02-29", "2023-02-29", "“申请人名称”应为有效日期，例如 2026-01-31"),
        ({"type": "datetime", "key": "a", "subtype": "time"}, "09:30", "25:00", "“申请人名称”应为有效时间，例如 09:30"),
        (
            {"type": "datetime", "key": "a", "subtype": "datetime"},
            "2024-02-29T09:30+08:00",
            "2024-02-29",
            "“申请人名称”应为有效的日期和时间",
        ),
        (text("a"), "x" * 100_000, "x" * 100_001, "“申请人名称”的内容过长"),
        (text("a"), "a\tb", "a\x00b", "“申请人名称”含有无法保存的字符"),
        (text("a"), "𠮷", "\ud842", "“申请人名称”含有无法保存的字符"),
    ],
)
def test_values_at_and_beyond_a_rule(component: dict[str, Any], good: Any, bad: Any, message: str) -> None:
    assert verdict(component, good) == ""
    assert verdict(component, bad) == message


def test_messages_come_in_english_too() -> None:
    errors = form(text("a", label="申请人名称", validate={"required": True})).clean({}).errors
    assert errors == {"F_a": (Text("请填写“申请人名称”", "Enter “申请人名称”"),)}


def test_errors_stand_in_form_order_and_a_field_may_have_several() -> None:
    several = {"required": True, "minLength": 9, "pattern": "^x"}
    loaded = form(text("b", validate=several), text("a", validate={"required": True}))
    assert [(key, len(texts)) for key, texts in loaded.clean({"b": "y"}).errors.items()] == [("F_b", 2), ("F_a", 1)]


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("材料不全不予许可呀", "“申请人名称”至少写 10 个字（不计空格），现有 9 个字"),
        ("材 料 不 全 不 予 许 可 呀", "“申请人名称”至少写 10 个字（不计空格），现有 9 个字"),
        ("　　　　　　　　　　　　", "“申请人名称”至少写 10 个字（不计空格），现有 0 个字"),
        ("材料不全不予许可之由", ""),
        ("", "请填写“申请人名称”"),
    ],
)
def test_R008_a_reason_of_nine_characters_is_none(reason: str, message: str) -> None:
    component = {"type": "textarea", "key": "a", "properties": {"minReason": "10"}, "validate": {"required": True}}
    assert verdict(component, reason) == message


# What no browser is believed


def test_unknown_disabled_read_only_and_hidden_inputs_are_dropped() -> None:
    loaded = form(
        text("name"),
        text("off", disabled=True),
        text("fixed", readonly=True),
        text("locked", readonly='=status = "closed"'),
        text("hidden", conditional={"hide": '=status = "closed"'}, validate={"required": True}),
    )
    sent = {"name": "王", "off": "1", "fixed": "2", "locked": "3", "hidden": "4", "role": "admin", "__class__": "x"}
    context = {"status": "closed", "fixed": "定", "locked": "旧", "role": "clerk"}
    cleaned = loaded.clean(sent, context)
    assert cleaned.data == {"name": "王", "fixed": "定", "locked": "旧"}
    assert cleaned.errors == {}
    assert loaded.clean(sent, context | {"status": "open"}).data == {
        "name": "王",
        "fixed": "定",
        "locked": "3",
        "hidden": "4",
    }


def test_an_expression_field_is_computed_here_whatever_was_sent() -> None:
    loaded = form(number("area"), {"type": "expression", "key": "fee", "expression": "=area * 12.5"})
    assert loaded.clean({"area": 10, "fee": 1}).data == {"area": 10, "fee": 125}
    assert loaded.clean({"fee": 1}, {"area": 2}).data == {"area": 2, "fee": 25}


def test_expressions_that_read_each_other_settle_in_any_order() -> None:
    chain = [{"type": "expression", "key": f"e{n}", "expression": f"=e{n + 1} + 1"} for n in range(6)]
    assert form(*chain, number("e6")).clean({"e6": 1}).data["e0"] == 7


def test_expressions_that_never_settle_end() -> None:
    loop = {"type": "expression", "key": "a", "expression": "=if a = null then 1 else a + 1"}
    assert isinstance(form(loop).clean({}).data["a"], int)


def test_a_presubmit_expression_is_computed_from_what_was_there_before() -> None:
    before = {"type": "expression", "key": "a", "expression": "=1", "computeOn": "presubmit"}
    after = {"type": "expression", "key": "b", "expression": "=a", "computeOn": "presubmit"}
    assert form(before, after).clean({"a": 9}).data == {"a": 1, "b": None}


def test_a_value_sent_for_a_hidden_field_decides_nothing() -> None:
    loaded = form(
        text("kind"),
        text("note", conditional={"hide": '=kind = "x"'}),
        number("area", conditional={"hide": '=note = "forged"'}),
        {"type": "expression", "key": "fee", "expression": "=area * 2"},
    )
    cleaned = loaded.clean({"kind": "x", "note": "forged", "area": 100})
    assert cleaned.data == {"kind": "x", "area": 100, "fee": 200}


def test_a_read_only_condition_is_judged_by_the_value_before_the_post() -> None:
    loaded = form(number("amount", readonly="=amount > 100"))
    assert loaded.clean({"amount": 5}, {"amount": 200}).data == {"amount": 200}
    assert loaded.clean({"amount": 500}, {"amount": 20}).data == {"amount": 500}


def test_every_row_that_is_not_locked_keeps_what_was_typed() -> None:
    cells = [
        text("kind"),
        text("note", readonly='=this.kind = "x"'),
        text("odd", conditional={"hide": '=this.kind = "y"'}),
    ]
    sent = [{"kind": "xyz"[n % 3], "note": "n", "odd": "o"} for n in range(100)]
    kept = form(rows("a", *cells)).clean({"a": sent}).data["a"]
    assert [row["note"] for row in kept] == ["" if n % 3 == 0 else "n" for n in range(100)]  # type: ignore[attr-defined]


def test_fields_that_lock_each_other_cannot_both_be_typed() -> None:
    loaded = form(
        text("a", readonly='=b != ""'),
        text("b", readonly='=a != ""'),
        text("c", conditional={"hide": "=true"}, defaultValue="d"),
        text("d.e", conditional={"hide": "=true"}),
    )
    assert loaded.clean({"a": "1", "b": "2"}).data == {"a": "1", "b": ""}


def test_a_condition_that_is_null_hides_as_in_the_viewer() -> None:
    loaded = form(number("area"), text("why", conditional={"hide": "=area > 5"}))
    assert "why" not in loaded.clean({"area": None, "why": "x"}).data
    assert loaded.clean({"area": 1, "why": "x"}).data["why"] == "x"
    negated = form(number("area"), text("why", conditional={"hide": "=not(area > 5)"}))
    assert "why" in negated.clean({"area": None, "why": "x"}).data


def test_a_field_shown_by_a_computed_value_keeps_what_was_sent() -> None:
    loaded = form(
        text("why", conditional={"hide": "=fee < 100"}, validate={"required": True}),
        number("area"),
        {"type": "expression", "key": "fee", "expression": "=area * 2"},
    )
    assert loaded.clean({"area": 60, "why": "面积大"}).data["why"] == "面积大"
    assert list(loaded.clean({"area": 60}).errors) == ["F_why"]
    assert loaded.clean({"area": 6}).errors == {}


def test_a_hidden_group_hides_what_is_in_it() -> None:
    group = {
        "type": "group",
        "id": "G",
        "path": "owner",
        "conditional": {"hide": "=self"},
        "components": [text("name", **REQUIRED)],
    }
    loaded = form({"type": "checkbox", "key": "self"}, group)
    assert loaded.clean({"self": True, "owner": {"name": "x"}}).data == {"self": True}
    assert list(loaded.clean({"self": False}).errors) == ["F_name"]


# Choices


def test_options_may_come_from_the_case_and_never_from_the_post() -> None:
    loaded = form({"type": "select", "key": "a", "valuesKey": "districts"})
    assert loaded.clean({"a": "甲区"}, {"districts": ["甲区"]}).data == {"a": "甲区"}
    assert loaded.clean({"a": "x", "districts": ["x"]}, {"districts": ["甲区"]}).errors


def test_options_may_be_computed_from_the_answer() -> None:
    loaded = form(
        text("kind"), {"type": "taglist", "key": "a", "valuesExpression": '=if kind = "x" then [1, 2] else [3]'}
    )
    assert loaded.clean({"kind": "x", "a": [1, 2]}).errors == {}
    cleaned = loaded.clean({"kind": "y", "a": [1, 3]})
    assert cleaned.data["a"] == [3]
    assert list(cleaned.errors) == ["F_a"]


def test_true_is_not_one() -> None:
    component = {"type": "radio", "key": "a", "values": [{"label": "一", "value": 1}]}
    assert verdict(component, 1) == verdict(component, 1.0) == ""
    assert verdict(component, True) != ""


def test_default_values_stand_in_for_what_was_not_sent() -> None:
    loaded = form(number("a", defaultValue=5), {"type": "checkbox", "key": "b", "defaultValue": True}, text("c"))
    assert loaded.clean({}).data == {"a": 5, "b": True, "c": ""}
    assert loaded.clean({"a": None, "b": False}, {"c": "旧"}).data == {"a": None, "b": False, "c": "旧"}


def test_numbers_kept_as_text_lose_no_digit() -> None:
    loaded = form(number("a", serializeToString=True))
    assert loaded.clean({"a": "12345678901234567890.10"}).data == {"a": "12345678901234567890.10"}
    assert loaded.clean({"a": 1e21}).data == {"a": "1e+21"}
    assert loaded.clean({"a": 0.1}).data == {"a": "0.1"}


# Rows

CARS = rows("cars", text("plate", **REQUIRED), text("why", conditional={"hide": '=this.plate != "x"'}))


def test_rows_are_judged_one_by_one() -> None:
    cleaned = form(CARS).clean({"cars": [{"plate": "A", "why": "1"}, {"plate": ""}, {"plate": "x", "why": "2"}, "odd"]})
    assert cleaned.data == {"cars": [{"plate": "A"}, {"plate": ""}, {"plate": "x", "why": "2"}, {"plate": ""}]}
    assert list(cleaned.errors) == ["F_plate[1]", "F_plate[3]"]


def test_lists_in_lists_carry_all_row_numbers() -> None:
    loaded = form(rows("a", rows("b", text("c", **REQUIRED))))
    assert list(loaded.clean({"a": [{"b": []}, {"b": [{"c": "x"}, {}]}]}).errors) == ["F_c[1][1]"]


def test_a_list_that_the_viewer_left_out_has_no_rows() -> None:
    assert form(CARS).clean({}, {"cars": [{"plate": "A"}]}).data == {"cars": []}


def test_rows_that_nobody_may_add_cannot_be_added() -> None:
    loaded = form(rows("a", text("name", readonly=True), {"type": "checkbox", "key": "ok"}, allowAddRemove=False))
    context = {"a": [{"name": "甲"}, {"name": "乙"}]}
    cleaned = loaded.clean({"a": [{"ok": True, "name": "丙"}, {}, {"ok": True}]}, context)
    assert cleaned.data == {"a": [{"name": "甲", "ok": True}, {"name": "乙", "ok": False}]}


def test_read_only_cells_follow_their_row_when_others_are_removed() -> None:
    loaded = form(rows("a", text("name", readonly=True), text("note")))
    context = {"a": [{"name": "甲"}, {"name": "乙"}]}
    assert loaded.clean({"a": [{"name": "乙", "note": "x"}]}, context).data == {"a": [{"name": "乙", "note": "x"}]}
    assert loaded.clean({"a": [{"name": "丙", "note": "x"}]}, context).data == {"a": [{"name": "", "note": "x"}]}
    assert loaded.clean({"a": [{"name": "乙"}, {"name": "乙"}]}, context).data["a"] == [
        {"name": "乙", "note": ""},
        {"name": "", "note": ""},
    ]


def test_more_rows_than_the_limit_are_an_error() -> None:
    cleaned = form(rows("a", text("b"))).clean({"a": [{}] * 501})
    assert list(cleaned.errors) == ["F_a"]


def test_rows_of_rows_cannot_multiply_without_end() -> None:
    loaded = form(rows("a", rows("b", rows("c", text("d")))))
    row = {"b": [{"c": [{}] * 400}] * 400}
    cleaned = loaded.clean({"a": [row] * 400})
    assert cleaned.errors


def test_this_parent_and_i_are_a_rows_own() -> None:
    inner = {"type": "expression", "key": "n", "expression": "=parent.name + this.word + string(i[2])"}
    loaded = form(rows("a", text("name"), rows("b", text("word"), inner)))
    cleaned = loaded.clean({"a": [{"name": "甲", "b": [{"word": "x"}, {"word": "y"}]}]})
    assert [row["n"] for row in cleaned.data["a"][0]["b"]] == ["甲x1", "甲y2"]  # type: ignore[index]


# Dates


def test_a_past_date_is_refused_where_the_form_says_so_and_the_time_is_known() -> None:
    loaded = form({"type": "datetime", "key": "a", "label": "日期", "disallowPassedDates": True})
    now = dt.datetime(2026, 1, 31, 17, 0, tzinfo=dt.UTC)  # 1 February in Shanghai
    assert loaded.clean({"a": "2026-01-31"}, now=now).errors["F_a"][0].zh == "“日期”不得早于今天"
    assert loaded.clean({"a": "2026-02-01"}, now=now).errors == {}
    assert loaded.clean({"a": "2026-01-31"}, {"a": "2026-01-31"}, now=now).errors == {}
    assert loaded.clean({"a": "2026-01-31"}).errors == {}


# Anything at all

EVERYTHING = [
    text("a", validate={"required": True, "pattern": "^x"}),
    number("b", validate={"min": 1, "max": "=limit"}, increment=2, decimalDigits=1),
    {"type": "checkbox", "key": "c"},
    {"type": "select", "key": "d", "values": CHOICES},
    {"type": "checklist", "key": "e", "valuesExpression": "=offered"},
    {"type": "datetime", "key": "f"},
    {"type": "filepicker", "key": "g"},
    {"type": "expression", "key": "h", "expression": "=b + 1"},
    {"type": "group", "id": "G", "path": "x.y", "components": [text("z", conditional={"hide": "=c"})]},
    rows("r", text("s", conditional={"hide": "=this.t = null"}), number("t")),
]
KEYS = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h", "x", "y", "z", "r", "s", "t", "limit", "offered"])
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["a", "2024-01-01", "1"])
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=20
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(posted=st.dictionaries(KEYS, JSON), context=st.dictionaries(KEYS, JSON))
def test_any_answer_gets_a_verdict_and_a_clean_one_stays_clean(posted: dict[str, Any], context: dict[str, Any]) -> None:
    loaded = form(*EVERYTHING)
    cleaned = loaded.clean(posted, context)
    assert set(cleaned.data) <= set(loaded.keys)
    json.dumps(cleaned.data, allow_nan=True)
    again = loaded.clean(cleaned.data, context)
    assert again.data == cleaned.data or cleaned.errors


def test_clean_leaves_what_it_is_given_alone() -> None:
    posted = {"x": {"y": {"z": "1"}}, "r": [{"t": 1}]}
    context = {"x": {"y": {"w": 2}}, "r": [{"s": "q"}]}
    before = json.dumps([posted, context])
    form(*EVERYTHING).clean(posted, context)
    assert json.dumps([posted, context]) == before
