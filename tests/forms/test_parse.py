"""A post without JavaScript becomes what the viewer would have sent."""

from typing import Any

import pytest

from app.forms import Form, changes_rows
from tests.forms.build import form, number, rows, text

CHOICES = [{"label": "甲", "value": "a"}, {"label": "乙", "value": 2}, {"label": "丙", "value": "json:x"}]


def parsed(component: dict[str, Any], *values: str) -> Any:
    return form(component).parse({component["key"]: list(values)}).get(component["key"])


@pytest.mark.parametrize(
    ("component", "sent", "value"),
    [
        (text("a"), "办结", "办结"),
        ({"type": "textarea", "key": "a"}, "一\r\n二", "一\n二"),
        (number("a"), " １２．５ ", 12.5),
        (number("a"), "1,000", 1000),
        (number("a"), "－3", -3),
        (number("a"), "", None),
        (number("a"), "一百", "一百"),
        (number("a", serializeToString=True), "007.10", "007.10"),
        ({"type": "checkbox", "key": "a"}, "true", True),
        ({"type": "checkbox", "key": "a"}, "false", False),
        ({"type": "radio", "key": "a", "values": CHOICES}, "a", "a"),
        ({"type": "radio", "key": "a", "values": CHOICES}, "json:2", 2),
        ({"type": "radio", "key": "a", "values": CHOICES}, 'json:"json:x"', "json:x"),
        ({"type": "select", "key": "a", "values": CHOICES}, "", None),
        ({"type": "select", "key": "a", "values": CHOICES}, "json:{", "json:{"),
        ({"type": "checklist", "key": "a", "values": CHOICES}, "a", ["a"]),
        ({"type": "datetime", "key": "a"}, "2026-01-31", "2026-01-31"),
        ({"type": "datetime", "key": "a", "subtype": "time"}, "09:30", "09:30"),
        (
            {"type": "datetime", "key": "a", "subtype": "time", "timeSerializingFormat": "utc_offset"},
            "09:30",
            "09:30+08:00",
        ),
        (
            {"type": "datetime", "key": "a", "subtype": "time", "timeSerializingFormat": "utc_normalized"},
            "07:30",
            "23:30Z",
        ),
        (
            {"type": "datetime", "key": "a", "subtype": "datetime", "timeSerializingFormat": "utc_normalized"},
            "2026-01-01T07:30",
            "2025-12-31T23:30Z",
        ),
        (
            {"type": "datetime", "key": "a", "subtype": "datetime", "timeSerializingFormat": "utc_normalized"},
            "2026-02-31T07:30",
            "2026-02-31T07:30",
        ),
        ({"type": "filepicker", "key": "a"}, '{"id": "ab"}', [{"id": "ab"}]),
    ],
)
def test_inputs_become_json(component: dict[str, Any], sent: str, value: Any) -> None:
    found = parsed(component, sent)
    assert found == value
    assert type(found) is type(value)


def test_boxes_left_unticked_are_told_from_boxes_not_shown() -> None:
    loaded = form(
        {"type": "checkbox", "key": "a", "defaultValue": True},
        {"type": "checklist", "key": "b", "values": CHOICES, "defaultValue": ["a"]},
        {"type": "radio", "key": "c", "values": CHOICES, "defaultValue": "a"},
    )
    assert loaded.parse({}) == {}
    assert loaded.parse({"_shown": ["a", "b", "c"]}) == {"a": False, "b": [], "c": None}


def list_form() -> Form:
    owner = {"type": "group", "id": "G", "path": "owner", "components": [text("name")]}
    return form(rows("cars", text("plate"), owner, {"type": "checkbox", "key": "ok"}, rows("drivers", text("who"))))


POST = {
    "_shown": [
        "cars",
        "cars.0",
        "cars.0.ok",
        "cars.0.drivers",
        "cars.0.drivers.3",
        "cars.2",
        "cars.2.ok",
        "cars.2.drivers",
    ],
    "cars.0.plate": ["京A1"],
    "cars.0.owner.name": ["王"],
    "cars.0.drivers.3.who": ["李"],
    "cars.2.plate": ["京A2"],
    "cars.2.ok": ["true"],
}


def test_rows_keep_their_order_and_lose_their_gaps() -> None:
    assert list_form().parse(POST) == {
        "cars": [
            {"plate": "京A1", "owner": {"name": "王"}, "ok": False, "drivers": [{"who": "李"}]},
            {"plate": "京A2", "ok": True, "drivers": []},
        ]
    }


def test_buttons_add_and_remove_rows() -> None:
    assert not changes_rows(POST)
    more = POST | {"_add": ["cars.2.drivers"]}
    less = POST | {"_remove": ["cars.0"]}
    assert changes_rows(more)
    assert changes_rows(less)
    assert list_form().parse(more)["cars"][1]["drivers"] == [{}]  # type: ignore[index]
    assert [row["plate"] for row in list_form().parse(less)["cars"]] == ["京A2"]  # type: ignore[attr-defined, index]


def test_a_list_that_was_not_shown_has_its_first_rows() -> None:
    assert form(rows("a", text("b"), defaultRepetitions=2)).parse({}) == {"a": [{}, {}]}


def test_a_flood_of_rows_is_cut() -> None:
    names = [f"cars.{n}" for n in range(5000)]
    parsed_rows = list_form().parse({"_shown": ["cars", *names, "cars.99999999999"]})["cars"]
    assert isinstance(parsed_rows, list)
    assert len(parsed_rows) == 1000
