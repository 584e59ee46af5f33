"""Burmese, Devanagari and Arabic script in the Latin letters that officials use. All people are invented."""

from __future__ import annotations

import pytest

from moei.engines.identity.names import name_similarity, name_tokens, romanise


@pytest.mark.parametrize(
    ("native", "latin"),
    [
        ("ခင်မောင်", "khinmaung"),
        ("စန္ဒာ", "sandar"),
        ("သက်", "that"),
        ("दिनेश", "dinesh"),
        ("कृपा", "kripa"),
        ("लामा", "lama"),
        ("दत्त", "datta"),
        ("चन्द्र", "chandra"),
        ("ज्ञानी", "gyani"),
        ("गङ्गा", "ganga"),
        ("یوسف", "yusf"),
        ("منصور", "mnsur"),
        ("کریم", "krim"),
        ("عثمان", "athman"),
        ("موسیٰ", "musa"),
    ],
)
def test_a_word_is_written_by_its_sound(native: str, latin: str) -> None:
    assert romanise(native) == latin


@pytest.mark.parametrize("native", ["ہارون", "گلہ", "ٹیپو", "ڈار", "بڑا", "میاں", "بے"])
def test_letters_of_urdu_do_not_cut_a_name(native: str) -> None:
    """ICU leaves them as they are, and a name fell in two parts."""
    assert len(name_tokens(native)) == 1
    assert romanise(native).isascii()


def test_a_shared_family_name_does_not_hide_another_given_name() -> None:
    assert (
        name_similarity("कविता शर्मा", "Kabita Sharma") > 0.9 > name_similarity("कविता शर्मा", "Mohan Sharma")
    )
