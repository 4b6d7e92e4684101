import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.law import identifiers
from tests.law.conftest import VECTORS

TODAY = date(2026, 11, 22)
OFFICE, CATALOG = "11430524MB1E20807P", "000125049000"


@pytest.mark.parametrize("code", VECTORS["uscc_valid"])
def test_uscc_vector_is_sound_in_either_case(code: str) -> None:
    assert identifiers.uscc_findings(code) == ()
    assert identifiers.uscc_findings(f" {code.lower()} ") == ()


@pytest.mark.parametrize("code", VECTORS["uscc_nonconforming_but_real"])
def test_uscc_that_is_real_but_fails_its_check_is_only_a_warning(code: str) -> None:
    assert [(one.severity, one.code) for one in identifiers.uscc_findings(code)] == [("warning", "uscc-check")]


@pytest.mark.parametrize(
    "code", ["", "91350100M000100Y4", "91350100M000100Y433", "9135010OM000100Y43", "９1350100M000100Y43"]
)
def test_uscc_of_wrong_length_or_alphabet_is_an_error(code: str) -> None:
    (finding,) = identifiers.uscc_findings(code)
    assert finding.severity == "error"
    assert finding.text.zh
    assert finding.remedy.en


@given(st.text(identifiers.USCC_ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 30))
def test_uscc_check_notices_every_single_slip(body: str, at: int, shift: int) -> None:
    whole = body + identifiers.uscc_check(body)
    char = identifiers.USCC_ALPHABET[(identifiers.USCC_ALPHABET.index(body[at]) + shift) % 31]
    assert identifiers.uscc_findings(whole) == ()
    assert identifiers.uscc_findings(whole[:at] + char + whole[at + 1 :]) != ()


@pytest.mark.parametrize("number", VECTORS["id_valid"])
def test_id_vector_is_sound(number: str) -> None:
    assert identifiers.id_number_errors(number.lower(), TODAY) == ()


@pytest.mark.parametrize("number", [one["id"] for one in VECTORS["id_invalid"]])
def test_id_vector_is_refused_in_both_languages(number: str) -> None:
    errors = identifiers.id_number_errors(number, TODAY)
    assert len(errors) == 1
    assert errors[0].zh
    assert errors[0].en


def test_id_of_a_birthday_to_come_or_an_unknown_region_is_refused() -> None:
    assert identifiers.id_number_errors("990000200002290036", date(2000, 2, 29)) == ()
    assert "晚于" in identifiers.id_number_errors("990000200002290036", date(2000, 2, 28))[0].zh
    assert any("地区" in one.zh for one in identifiers.id_number_errors("010105194912310021", TODAY))
    assert identifiers.id_number_errors("１10105194912310021", TODAY) != ()


@pytest.mark.parametrize("code", VECTORS["task_code_valid"])
def test_task_code_vector_is_sound_with_its_level_and_basic_code(code: str) -> None:
    assert identifiers.task_code_findings(code, level="4", catalog_code=code[19:]) == ()


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        (OFFICE + "4" + CATALOG[:-1], "task-code"),
        (OFFICE + "9" + CATALOG, "task-code"),
        (OFFICE + "3" + CATALOG, "task-code"),
        (OFFICE + "4" + "00012504900Y", "task-code"),
        (OFFICE + "4" + "Y00125049000", "catalog-code"),
        (OFFICE[:-1] + "Q4" + CATALOG, "uscc-check"),
        ("I" + OFFICE[1:] + "4" + CATALOG, "uscc-form"),
    ],
)
def test_task_code_with_a_wrong_part_names_the_part(code: str, wrong: str) -> None:
    findings = identifiers.task_code_findings(code, level="4", catalog_code=CATALOG)
    assert wrong in [one.code for one in findings]


def test_parent_item_may_end_in_y() -> None:
    assert identifiers.catalog_code_findings("00013112700Y") == ()
    assert identifiers.catalog_code_findings("00013112700y") != ()


def test_case_number_is_area_day_serial_and_check_digit() -> None:
    assert identifiers.case_number("990000", date(2026, 11, 23), 42) == "99000020261123000428"
    assert identifiers.check_digit("0794") == "5"


@pytest.mark.parametrize(
    ("area", "serial"), [("99000", 1), ("99000x", 1), ("９90000", 1), ("990000", 0), ("990000", 100_000)]
)
def test_case_number_of_no_area_or_serial_is_refused(area: str, serial: int) -> None:
    with pytest.raises(Invalid):
        identifiers.case_number(area, date(2026, 11, 23), serial)


@given(st.dates(date(2024, 1, 1)), st.integers(1, 99_999), st.integers(0, 19), st.integers(1, 9))
def test_case_number_with_one_wrong_digit_does_not_hold(day: date, serial: int, at: int, shift: int) -> None:
    number = identifiers.case_number("990000", day, serial)
    assert identifiers.case_number_holds(number)
    assert not identifiers.case_number_holds(number[:at] + str((int(number[at]) + shift) % 10) + number[at + 1 :])


@pytest.mark.parametrize("body", ["9900002026023000042", "9900002026112300000"])
def test_case_number_of_no_day_or_serial_does_not_hold(body: str) -> None:
    assert not identifiers.case_number_holds(body + identifiers.check_digit(body))
    assert not identifiers.case_number_holds("")
    assert not identifiers.case_number_holds(body)


def test_query_code_uses_no_character_that_people_confuse() -> None:
    codes = {identifiers.query_code(random.Random(seed).randrange) for seed in range(200)}
    assert len(codes) == 200
    assert all(identifiers.query_code_fits(one.lower()) for one in codes)
    assert not set("".join(codes)) & set("0O1I")
    assert [identifiers.query_code_fits(one) for one in ("ABCDE0", "ABCDE", "ABCDEFG")] == [False] * 3


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("990000199001010017", "990000********0017"),
        ("E12345678", "E1*****78"),
        ("1234567", "*******"),
        ("", ""),
    ],
)
def test_mask_id_shows_no_more_than_it_must(number: str, masked: str) -> None:
    assert identifiers.mask_id(number) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("李小明", "李*"),
        ("欧阳锋", "欧阳*"),
        ("欧阳", "欧*"),
        ("Smith", "S*"),
        ("王", "王*"),
        (" ", ""),
    ],
)
def test_mask_name_shows_the_surname(name: str, masked: str) -> None:
    assert identifiers.mask_name(name) == masked
