"""Names across scripts. All people are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moei.engines.identity.names import name_similarity, name_tokens, romanise

NAMES = st.text(alphabet="abcdefg hijklmnoprstu-'ሙሉጌታያሬድ李玉珍", max_size=24)


@pytest.mark.parametrize(
    ("native", "latin"),
    [
        ("ሙሉጌታ ያሬድ", "mulugeta yared"),
        ("ግርማ ተስፋዬ", "girma tesfaye"),
        ("Đặng Nam", "dang nam"),
        ("欧阳建军", "ouyang jianjun"),
        ("李玉珍", "li yuzhen"),
        ("José D’Souza", "jose dsouza"),
        # As on Thai, Lao and Cambodian passports, but for vowels that are not written.
        ("สมชาย ใจดี", "smchai chaidi"),
        ("อับดุลเลาะห์", "abdullo"),
        ("เพ็ญศรี แก้วมณี", "phensri kaewmni"),
        ("ບຸນມີ ວົງສາ", "bunmi wongsa"),
        ("ສົມສັກ", "somsak"),
        ("សុខ ចាន់", "sokh chan"),
        ("ស្រីមុំ", "sreymom"),
    ],
)
def test_it_romanises(native: str, latin: str) -> None:
    assert romanise(native) == latin


def test_titles_and_punctuation_are_no_names() -> None:
    assert name_tokens("Mr. Jean-Claude  HAKIZIMANA") == ("jean", "claude", "hakizimana")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ሙሉጌታ ያሬድ ግርማ", "MULUGETA YARED"),
        ("WASSWA IVAN", "Ivan Wasswa"),
        ("曾建军", "JIANJUN CENG"),
        ("LIANGHONGXIA", "Hongxia Liang"),
        ("HAILE GIRMA FEKRU", "Haile Girma Fikru"),
        ("GETACHEW TESFYE TILAHUN", "TILAHUN GETACHEW TESFAYE"),
        ("สมชาย ใจดี", "SOMCHAI CHAIDEE"),
        ("วรินทร์ธร ธนกิตติ์", "WARINTHON THANAKIT"),
        ("ບຸນມີ ວົງສາ", "BOUNMY VONGSA"),
        ("សុខ ចាន់", "SOK CHAN"),
    ],
)
def test_ways_to_write_one_name_are_alike(one: str, other: str) -> None:
    assert name_similarity(one, other) >= 0.9


@pytest.mark.parametrize(
    ("one", "other"), [("Brian Muli", "Tigist Samuel"), ("李飞", "ZHAO HUAN"), ("Ana", "")]
)
def test_other_names_are_not(one: str, other: str) -> None:
    assert name_similarity(one, other) < 0.65


@given(NAMES, NAMES)
def test_likeness_is_a_symmetric_share(one: str, other: str) -> None:
    likeness = name_similarity(one, other)
    assert 0.0 <= likeness <= 1.0
    assert likeness == pytest.approx(name_similarity(other, one))


@given(NAMES.filter(lambda name: bool(name_tokens(name))))
def test_a_name_is_like_itself(name: str) -> None:
    assert name_similarity(name, name) == 1.0
