"""Names across scripts: romanised, cut into tokens, compared.

Romanising loses things (Arabic short vowels, tones) and customs differ in the order and number of names, so a
likeness of names is evidence for a person to weigh, never proof of anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from icu import Transliterator  # type: ignore[attr-defined]  # compiled, without stubs
from rapidfuzz.distance import Jaro, JaroWinkler

from moei.engines.identity.respelt import ARABIC, BURMESE, DEVANAGARI, arabic, burmese, devanagari
from moei.engines.identity.thai_lao_khmer import WORD, latin

TOKENS_ALIKE = 0.8
"""Two tokens below this likeness are two different names."""

_LATIN = Transliterator.createInstance("Any-Latin; Latin-ASCII; Lower")
# Letters that ICU leaves and Latin spellings drop.
_REST = str.maketrans({"ǝ": "i", "ə": "i", "ʿ": None, "ʾ": None, "ʼ": None, "'": None, "’": None, "`": None})
_ETHIOPIC = re.compile(r"[ሀ-፿]+")
_ANY_LATIN = Transliterator.createInstance("Any-Latin")
# As Ethiopians write their names in Latin letters: ä is e (ለማ Lemma), ā is a, ኃይሌ Haile, ወርቁ Worku, ጀማል Jemal.
_ETHIOPIC_LETTERS = str.maketrans({"a": "e", "ā": "a", "ǧ": "j", "č": "ch", "š": "sh", "q": "k", "ñ": "ny"})
_FIRST_VOWELLESS = re.compile(r"^([^aeiouāēōīūǝ]+)ǝ")
_SPACES = re.compile(r"\s+")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]{2,6}")
_HAN_DOUBLE_SURNAMES = frozenset(
    ("欧阳", "歐陽", "上官", "司马", "司馬", "诸葛", "諸葛", "司徒", "夏侯", "皇甫")
)
_NOT_NAME = re.compile(r"[^a-z]+")
_TITLES = frozenset(("mr", "mrs", "ms", "miss", "ato", "weizero", "nai", "nangsao"))
_SOUNDS = (
    ("ph", "f"),
    ("ch", "c"),
    ("kh", "k"),
    ("sh", "s"),
    ("th", "t"),
    ("zh", "z"),
    ("ou", "u"),
    ("oo", "u"),
)
_SOUND_LETTERS = str.maketrans({"q": "k", "y": "i", "v": "w"})
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"[aeiou]+")


def _of_match(by_sound: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    return lambda found: by_sound(found.group())


_BY_SOUND = tuple(
    (script, _of_match(by_sound))
    for script, by_sound in (
        (WORD, latin),
        (BURMESE, burmese),
        (DEVANAGARI, devanagari),
        (ARABIC, arabic),
    )
)


@lru_cache(maxsize=65536)
def romanise(text: str) -> str:
    """Lower-case ASCII form of a name in any script, by ICU and, where people write otherwise, by sound."""
    if text.isascii():  # ICU would leave it as it is, but takes its time
        return _SPACES.sub(" ", text.lower().translate(_REST)).strip()
    for script, by_sound in _BY_SOUND:
        text = script.sub(by_sound, text)
    text = _ETHIOPIC.sub(lambda found: _ethiopic(found.group()), _apart(text))
    return _SPACES.sub(" ", str(_LATIN.transliterate(text)).translate(_REST)).strip()


def _ethiopic(word: str) -> str:
    """ICU's letters respelt; its ǝ is heard after the first consonant (ግርማ Girma) and hardly later (ተስፋዬ Tesfaye)."""
    latin = str(_ANY_LATIN.transliterate(word)).lower()
    return _FIRST_VOWELLESS.sub(r"\1i", latin).replace("ǝ", "").translate(_ETHIOPIC_LETTERS)


def _apart(text: str) -> str:
    """Han names are written without a blank: family name (one sign, seldom two) first, then the given name."""
    return _HAN.sub(lambda found: f" {_cut_han(found.group())} ", text)


def _cut_han(name: str) -> str:
    cut = 2 if name[:2] in _HAN_DOUBLE_SURNAMES and len(name) > 2 else 1
    return f"{_joined_latin(name[:cut])} {_joined_latin(name[cut:])}"


def _joined_latin(text: str) -> str:
    """ICU sets a blank after each Han sign; a name part is one word."""
    return str(_LATIN.transliterate(text)).replace(" ", "")


@lru_cache(maxsize=65536)
def name_tokens(text: str) -> tuple[str, ...]:
    """The romanised parts of a name in the order written, without titles and punctuation."""
    parts = tuple(part for part in _NOT_NAME.split(romanise(text)) if part)
    return tuple(part for part in parts if part not in _TITLES) or parts


@lru_cache(maxsize=65536)
def sound(token: str) -> str:
    """A token with spellings of one sound made the same (``q``/``k``, ``y``/``i``, ``ph``/``f``, doubled letters)."""
    for written, heard in _SOUNDS:
        token = token.replace(written, heard)
    return _DOUBLED.sub(r"\1", token.translate(_SOUND_LETTERS))


@lru_cache(maxsize=65536)
def skeleton(token: str) -> str:
    """The consonants of a token by sound; the token itself where fewer than two are left. For finding, not judging."""
    heard = sound(token)
    bones = _VOWELS.sub("", heard)
    return bones if len(bones) > 1 else heard


@lru_cache(maxsize=1 << 20)
def token_similarity(one: str, other: str) -> float:
    """Likeness of two romanised tokens, 0..1: Jaro-Winkler of the letters or, a little discounted, of the sounds."""
    if one == other:
        return 1.0
    letters = JaroWinkler.similarity(one, other)
    return max(letters, 0.98 * JaroWinkler.similarity(sound(one), sound(other)))


def align_tokens(one: Sequence[str], other: Sequence[str]) -> tuple[tuple[str, str, float], ...]:
    """Pair the tokens of two names, likest first, each token once; pairs below ``TOKENS_ALIKE`` are left out."""
    found = sorted(
        (
            (-likeness, i, j)
            for i, a in enumerate(one)
            for j, b in enumerate(other)
            if (likeness := token_similarity(a, b)) >= TOKENS_ALIKE
        ),
    )
    used_one: set[int] = set()
    used_other: set[int] = set()
    pairs: list[tuple[str, str, float]] = []
    for negative, i, j in found:
        if i not in used_one and j not in used_other:
            used_one.add(i)
            used_other.add(j)
            pairs.append((one[i], other[j], -negative))
    return tuple(pairs)


def joined_similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """Likeness of two names written without blanks, in the order written or turned (``LIANGHONG`` ~ ``Hong Liang``)."""
    a, b = "".join(one), "".join(other)
    turned_a, turned_b = "".join(reversed(one)), "".join(reversed(other))
    return max(token_similarity(a, b), token_similarity(turned_a, b), token_similarity(a, turned_b))


@lru_cache(maxsize=1 << 18)
def name_similarity(a: str, b: str) -> float:
    """Likeness of two names in any scripts, 0..1; 0 if either is empty.

    The best of three comparisons: written without blanks, tokens sorted, tokens aligned one by one (so a swapped
    order, a missing name and an extra patronymic cost little).
    """
    one, other = name_tokens(a), name_tokens(b)
    if not one or not other:
        return 0.0
    # Of whole names the first letters are no surer than the others: a shared family name must not hide a given one.
    in_order = Jaro.similarity(" ".join(sorted(one)), " ".join(sorted(other)))
    return max(joined_similarity(one, other), in_order, _aligned_similarity(one, other))


def _aligned_similarity(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    pairs = align_tokens(one, other)
    fewer = min(len(one), len(other))
    extra = max(len(one), len(other)) - fewer
    likeness = sum(likeness for _, _, likeness in pairs) / fewer
    if extra and fewer == 1:
        return 0.89 * likeness
    return float(likeness * 0.97**extra)
