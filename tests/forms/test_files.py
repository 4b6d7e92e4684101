"""Files in answers: references that the sender may hand in, of the kinds, number and size that the field allows."""

from typing import Any

import pytest

from app.forms import Stored
from tests.forms.build import form


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (["sha256:ab12"], ["sha256:ab12"]),
        ("ab12", ["ab12"]),
        ([{"id": "ab", "name": "执照.pdf", "size": 5}], ["ab"]),
        (["files::1"], None),
        (["../etc/passwd"], None),
        ([{"id": "ab", "path": "x"}], None),
        ([{"id": "ab", "size": -1}], None),
        ([{"name": "ab"}], None),
        ([5], None),
        (["a"] * 101, None),
    ],
)
def test_files_are_references_and_nothing_else(sent: Any, kept: Any) -> None:
    known = {one: Stored(one, "执照.pdf", 5, "application/pdf", "0" * 64) for one in ("sha256:ab12", "ab12", "ab")}
    cleaned = form({"type": "filepicker", "key": "a", "multiple": True}).clean({"a": sent}, files=known)
    assert cleaned.data == {"a": [known[one].as_json() for one in kept or []]}
    assert cleaned.files == tuple(kept or [])
    assert bool(cleaned.errors) is (kept is None)


def files(*names: str) -> dict[str, Stored]:
    """Uploads by references a, b, c…: 3 MB each, of the type that the name's ending says."""
    types = {"pdf": "application/pdf", "png": "image/png"}
    return {
        sign: Stored(sign, name, 3 * 1024 * 1024, types[name.rpartition(".")[2]], "0" * 64)
        for sign, name in zip("abcdef", names, strict=False)
    }


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"accept": ".pdf, .PNG"}, None),
        ({"accept": "image/*,.pdf"}, None),
        ({"accept": "*/*"}, None),
        ({"accept": "image/png"}, "“申请人名称”中的文件“一.pdf”不是要求的类型，可以上传 image/png"),
        ({"accept": ".png"}, "“申请人名称”中的文件“一.pdf”不是要求的类型，可以上传 .png"),
        ({"accept": "{{kinds}}"}, "“申请人名称”中的文件“一.pdf”不是要求的类型，可以上传 .ofd"),
        ({"properties": {"maxFiles": "2"}}, None),
        ({"properties": {"maxFiles": "1"}}, "“申请人名称”最多上传 1 个文件"),
        ({"properties": {"maxMegabytes": "3"}}, None),
        ({"properties": {"maxMegabytes": "2"}}, "“申请人名称”中的文件“一.pdf”超过 2 MB,请压缩或拆分后再上传"),
    ],
)
def test_files_are_of_the_kinds_the_number_and_the_size_that_the_field_allows(more: Any, said: str | None) -> None:
    field = {"type": "filepicker", "key": "a", "label": "申请人名称", "multiple": True, **more}
    cleaned = form(field).clean({"a": ["a", "b"]}, {"kinds": ".ofd"}, files=files("一.pdf", "二.png"))
    assert [texts[0].zh for texts in cleaned.errors.values()] == ([said] if said else [])


def test_what_nobody_uploaded_is_no_file_and_each_file_counts_once() -> None:
    loaded = form({"type": "filepicker", "key": "a", "multiple": True})
    assert loaded.references({"a": ["a", {"id": "b"}, {"id": 5}, 7, "a"], "b": "c"}) == {"a", "b"}
    cleaned = loaded.clean({"a": ["a", "a", "z"]}, files=files("一.pdf"))
    assert cleaned.files == ("a",)
    assert cleaned.errors["F_a"][0].zh == "“a”的文件未能识别，请重新上传"


def test_one_file_where_one_is_asked_for() -> None:
    cleaned = form({"type": "filepicker", "key": "a", "label": "执照"}).clean({"a": ["a", "b"]}, files=files("一.pdf"))
    assert [texts[0].zh for texts in cleaned.errors.values()] == ["“执照”只能上传一个文件"]
