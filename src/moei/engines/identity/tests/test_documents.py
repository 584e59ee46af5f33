# ruff: noqa: E501  (rows of lists are kept on one line)
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moei.engines.identity import clean_document_number
from moei.engines.identity.documents import chinese_check_character, read_chinese_id
from moei.engines.identity.phones import read_phone
from moei.engines.identity.sexes import read_sex


def test_numbers_are_cleaned():
    assert clean_document_number(" a99 123-456 ") == "A99123456"
    assert clean_document_number("Ａ๑๒๓๔๕") == "Ａ12345".upper()


@given(st.dates(date(1930, 1, 1), date(2020, 12, 31)), st.integers(0, 999))
def test_a_chinese_number_says_birth_and_sex(day, serial):
    first = f"440300{day:%Y%m%d}{serial:03}"
    read = read_chinese_id(first + chinese_check_character(first))
    assert read is not None and read.valid
    assert (read.birth_date, read.sex) == (day, "M" if serial % 2 else "F")


@given(st.dates(date(1930, 1, 1), date(2020, 12, 31)), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(day, place, change):
    first = f"440300{day:%Y%m%d}123"
    whole = first + chinese_check_character(first)
    wrong = whole[:place] + str((int(whole[place]) + change) % 10) + whole[place + 1 :]
    read = read_chinese_id(wrong)
    assert read is None or not read.valid


@pytest.mark.parametrize(
    "text", ["", "123456789012345678", "A37003514", "440300199902303354", "990300199902113354"]
)
def test_what_is_no_chinese_number(text):
    assert read_chinese_id(text) is None


def test_phones_with_the_nationality_as_a_hint():
    assert read_phone("0911234567", "ETH") == "+251911234567"
    assert read_phone("+251 91 123 4567") == "+251911234567"
    assert read_phone("00251911234567") == "+251911234567"
    assert read_phone("+858336023410", "ETH") == ""
    assert read_phone("sick", "ETH") == ""


@pytest.mark.parametrize(
    ("word", "sex"),
    [("M", "M"), ("female", "F"), ("ชาย", "M"), ("น.ส.", "F"), ("ወ", "M"), ("ሴ", "F"), ("女", "F"), ("Laki-laki", "M"), ("Nữ", "F"),
     ("أنثى", "F"), ("ذكر", "M"), ("homme", "M"), ("ကျား", "M"), ("?", ""), ("", "")],
)  # fmt: skip
def test_words_for_the_sexes(word, sex):
    assert read_sex(word) == sex
