"""The XML door lets well-formed documents in and nothing else, and fetches nothing."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Refused
from app.xml import LIMIT, MAX_DEPTH, parse


def code_of(data: bytes, **options: int) -> str:
    with pytest.raises(Refused) as refused:
        parse(data, **options)
    (finding,) = refused.value.findings
    assert finding.severity == "error"
    assert finding.text.zh
    assert finding.remedy.en
    return finding.code


def test_a_document_comes_back_with_its_lines() -> None:
    root = parse(b'<?xml version="1.0"?>\n<!-- note -->\n<a>\n  <b x="1"/>\n</a>')
    assert root.tag == "a"
    assert root.sourceline == 3
    assert root[0].sourceline == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_chinese_is_read_in_the_encodings_people_use(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    data = f'<?xml version="1.0" encoding="{declared}"?><a n="受理"/>'.encode(encoding)
    assert parse(data).get("n") == "受理"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "xml-syntax"),
        (b"hello", "xml-syntax"),
        (b"<a><b></a>", "xml-syntax"),
        (b"<a/><b/>", "xml-syntax"),
        (b"<a>\x00</a>", "xml-syntax"),
        (b'<a b="&x;"/>', "xml-syntax"),
        (b"<!doctype html><html/>", "xml-doctype"),
        (b'<?xml version="1.0"?><!-- > --><?x y?>\n<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', "xml-doctype"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>', "xml-doctype"),
        (b"<a>\xff\xfe</a>", "xml-encoding"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "xml-encoding"),
        (b'<?xml version="1.0" encoding="rot13"?><a/>', "xml-encoding"),
        (b'<?xml version="1.0" encoding="zzz"?><a/>', "xml-encoding"),
        (b"\xff\xfe<\x00a\x00", "xml-syntax"),
        (b"\xff\xfe<", "xml-encoding"),
        (b"<a>" * 201 + b"</a>" * 201, "xml-too-deep"),
        (b"<a>" * 5000 + b"</a>" * 5000, "xml-too-deep"),
        (b"<a>" + b"<b/>" * 120_000 + b"</a>", "xml-too-many-elements"),
        (b"<a>" + b" " * LIMIT + b"</a>", "xml-too-large"),
    ],
    ids=range(19),
)
def test_what_is_not_a_plain_document_is_refused(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_two_hundred_levels_are_allowed() -> None:
    assert parse(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH).tag == "a"


def test_doctype_as_text_is_text() -> None:
    assert parse(b"<a><!-- <!DOCTYPE x> --><![CDATA[<!DOCTYPE y>]]></a>").text is None


def test_a_smaller_limit_is_kept() -> None:
    assert code_of(b"<a></a>", limit=6) == "xml-too-large"


def test_the_finding_names_file_and_line() -> None:
    with pytest.raises(Refused) as refused:
        parse(b"<a>\n<b>\n</a>", file="x.bpmn")
    assert (refused.value.findings[0].file, refused.value.findings[0].line) == ("x.bpmn", 3)


@pytest.mark.parametrize("filler", [b"<!-- x -->", b"<?x?>", b"<!--", b"<", b"\n", b" <?x?>"])
def test_long_prologs_are_read_to_their_end(filler: bytes) -> None:
    assert code_of(filler * (3 * 1024 * 1024 // len(filler)))


@given(st.binary(max_size=300))
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    with contextlib.suppress(Refused):
        assert parse(data) is not None
