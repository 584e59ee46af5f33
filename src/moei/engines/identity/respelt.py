"""Burmese, Devanagari and Arabic script in Latin letters as officials write names, on top of ICU's letters.

ICU writes letters, people write sounds: Burmese near the agreement of BGN and PCGN, Hindi and Nepali without the vowel
that is written but not heard at the end of a word, Arabic with its w and y as vowels between consonants, and with
the letters that only Urdu and Persian have, which ICU leaves as they are.
"""

from __future__ import annotations

import re

from icu import Transliterator  # type: ignore[attr-defined]  # compiled, without stubs

BURMESE = re.compile(r"[\u1000-\u109f]+")
DEVANAGARI = re.compile(r"[\u0900-\u097f]+")
ARABIC = re.compile(r"[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc]+")

_ANY_LATIN = Transliterator.createInstance("Any-Latin")
_ASCII = Transliterator.createInstance("Any-Latin; Latin-ASCII; Lower")

# ICU's letters for one final or vowel -> as it is heard; longer ones first.
_BURMESE_SOUNDS = (
    ("hc", "s"), ("hk", "kh"), ("hp", "ph"), ("wann", "un"), ("wan", "un"), ("wat", "ut"), ("ell", "e"),
    ("aal", "e"), ("aung", "AUNG"), ("aing", "AING"), ("ain", "in"), ("ait", "it"), ("aat", "at"),
    ("aut", "at"), ("aa", "a"), ("uu", "u"), ("one", "on"), ("nn", "n"),
)  # fmt: skip


def burmese(word: str) -> str:
    """``ခင်မောင်ဝင်း`` is ``khinmaungwin``: written as one word, as it is in Burmese."""
    # ICU's s is both သ (th) and ဆ (s, as စ).
    latin = str(_ASCII.transliterate(word.replace("ဆ", "စ"))).replace("hc", "\0").replace("s", "th")
    latin = latin.replace("\0", "hc")
    for letters, heard in _BURMESE_SOUNDS:
        latin = latin.replace(letters, heard)
    return latin.lower().replace("aaung", "aung")


_HEARD_LATE = re.compile(r"(?<=[aeiouāēīōū])([^aeiouāēīōū\s]h?)a$")
_DEVANAGARI_SOUNDS = (
    ("jñ", "gy"),
    ("r̥", "ri"),
    ("ch", "chh"),
    ("ś", "sh"),
    ("ṣ", "sh"),
)


def devanagari(word: str) -> str:
    """``राजेश`` is ``rajesh``, ``तामाङ`` ``tamang``, ``कृष्ण`` ``krishna``: after two consonants the last vowel is heard."""
    latin = str(_ANY_LATIN.transliterate(word.replace("ंह", "ङ्घ"))).lower()
    latin = _HEARD_LATE.sub(r"\1", latin)
    latin = re.sub(r"c(?!h)", "\0", latin)
    for letters, heard in _DEVANAGARI_SOUNDS:
        latin = latin.replace(letters, heard)
    latin = re.sub(r"ṅ(?=[kg])", "n", latin).replace("ṅ", "ng").replace("\0chh", "chh").replace("\0", "ch")
    return re.sub(r"ngha?$", "ngh", latin)


_LETTERS_OF_URDU = str.maketrans(
    {
        "ہ": "ه", "ۂ": "ه", "ۀ": "ه", "ە": "ه", "ھ": "ه", "ۃ": "ا", "ة": "ا", "ں": "ن", "ے": "ي", "ۓ": "ي", "ی": "ي",
        "ک": "ك", "ٹ": "ت", "ڈ": "د", "ڑ": "ر", "ٰ": "ا",
    }
)  # fmt: skip
_CONSONANT = "[bcdfghjklmnpqrstvxz]"
_W_AS_VOWEL = re.compile(rf"(?:(?<={_CONSONANT})|(?<=^y))w(?={_CONSONANT}|$)")
_Y_AS_VOWEL = re.compile(rf"(?<={_CONSONANT})y(?={_CONSONANT}|$)")
_FIRST_AIN = re.compile(r"^ʿ(?![aāiīuū])")


def arabic(word: str) -> str:
    """``يوسف`` is ``yusf``, ``شاہد`` ``shahd``, ``عمر`` ``amr``.

    Short vowels are not written, and which they are is not guessed but after a first ع, where one always is.
    """
    plain = re.sub("[\u06cc\u0649\u064a]\u0670", "ا", word).translate(_LETTERS_OF_URDU)
    latin = str(_ASCII.transliterate(_FIRST_AIN.sub("a", str(_ANY_LATIN.transliterate(plain)))))
    return _Y_AS_VOWEL.sub("i", _W_AS_VOWEL.sub("u", latin))
