"""Nationalities and countries as lists write them, to ISO 3166-1 alpha-3.

Names come from CLDR in the languages of the lists, demonyms and short forms from ``demonyms``; a misspelling is
guessed only when one country is clearly nearest, and the guess is named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global
from rapidfuzz import fuzz, process

from moei.engines.identity.demonyms import DEMONYMS, NOISE
from moei.engines.identity.digits import folded, main_script

STATELESS, UNKNOWN = "XXA", "XXX"
_LANGUAGES = (
    "en", "th", "my", "zh", "zh_Hant", "am", "ar", "fr", "vi", "id", "ms", "lo", "km", "ne", "hi",
    "ur", "bn", "si", "ta", "te", "fil", "sw", "om", "so", "ti", "rw", "zu", "af", "pt", "es", "de",
    "nl", "it", "cs", "ro", "pl", "ru", "uk", "uz", "kk", "mn", "ja", "ko", "fa", "tr", "el", "he",
    "sv",
)  # fmt: skip
# A name that means different countries in different languages counts as the first of these languages has it.
_LEADING = ("en", "th", "zh", "fr")
# Misspellings are looked for among the names of these, and demonyms; more languages make accidents likelier.
_GUESSED = ("en", "th", "am", "ar", "my", "fr", "id", "vi")
_PARENTHESES = re.compile(r"[(（][^)）]*[)）]")
_FLAG = re.compile("([\U0001f1e6-\U0001f1ff])([\U0001f1e6-\U0001f1ff])")


@dataclass(frozen=True, slots=True)
class CountryReading:
    """``code`` is alpha-3, or empty if not understood; ``guessed`` names the word it was taken for."""

    code: str
    guessed: str = ""


@cache
def _alpha3_by_alpha2() -> dict[str, str]:
    aliases = get_global("territory_aliases")
    current = set(Locale("en").territories)
    table: dict[str, str] = {}
    for long, short in aliases.items():
        if (
            len(long) == 3
            and long.isalpha()
            and len(short) == 1
            and len(short[0]) == 2
            and short[0] in current
        ):
            table.setdefault(short[0], long)
    # Where CLDR knows several old codes for one country the present ISO code must win.
    table |= {"MM": "MMR", "RO": "ROU", "CD": "COD", "TL": "TLS", "DE": "DEU", "RS": "SRB", "YE": "YEM", "RU": "RUS",
              "XK": "XKX", "BY": "BLR", "FI": "FIN", "BF": "BFA", "FR": "FRA", "GB": "GBR"}  # fmt: skip
    return {two: three for two, three in table.items() if two.isalpha()}


def alpha2(code: str) -> str:
    """The alpha-2 code of an alpha-3 one, or empty."""
    return _alpha2_by_alpha3().get(code, "")


@cache
def _alpha2_by_alpha3() -> dict[str, str]:
    return {three: two for two, three in _alpha3_by_alpha2().items()}


@cache
def _names() -> dict[str, str]:
    """alpha-3 by folded name. Names with two meanings and no leading language are left out."""
    found: dict[str, set[str]] = {}
    leading: dict[str, str] = {}
    codes = _alpha3_by_alpha2()
    for language in _LANGUAGES:
        for two, name in Locale.parse(language).territories.items():
            if (three := codes.get(two)) is None:
                continue
            inner = re.findall(r"[(（]([^)）]+)[)）]", name)
            for form in {name, _PARENTHESES.sub(" ", name), *inner}:
                key = folded(form)
                if len(key) > 1:
                    found.setdefault(key, set()).add(three)
                    if language in _LEADING:
                        leading.setdefault(key, three)
    names = {
        key: leading.get(key) or next(iter(codes))
        for key, codes in found.items()
        if len(codes) == 1 or key in leading
    }
    for three, words in DEMONYMS.items():
        for word in words.split("|"):
            names[folded(word)] = three
    for ambiguous in ("congo", "guinea bissau guinea", "korea dpr", "sar china", "islands", "china sar"):
        names.pop(ambiguous, None)
    return names


@cache
def _codes() -> dict[str, str]:
    """Codes of two and three letters, lower case."""
    table = {two.lower(): three for two, three in _alpha3_by_alpha2().items()}
    table |= {three.lower(): three for three in _alpha3_by_alpha2().values()}
    del table["na"]  # far more often "not available" than Namibia
    return table


@cache
def _choices() -> dict[str, list[str]]:
    """Names long enough to be guessed from, by script."""
    spellings = {folded(n) for language in _GUESSED for n in Locale.parse(language).territories.values()}
    spellings |= {folded(word) for words in DEMONYMS.values() for word in words.split("|")}
    by_script: dict[str, list[str]] = {}
    for name in sorted(spellings & _names().keys()):
        if len(name) >= 5:
            by_script.setdefault(main_script(name), []).append(name)
    return by_script


@lru_cache(maxsize=16384)
def read_country(text: str) -> CountryReading:
    """The country or nationality a text names."""
    if flag := _FLAG.search(text):
        letters = "".join(chr(ord(c) - 0x1F1E6 + 65) for c in flag.groups())
        return CountryReading(_alpha3_by_alpha2().get(letters, ""))
    inner = {_exact(folded(part)) for part in re.findall(r"[(（]([^)）]+)[)）]", text)} - {""}
    for form in (text, _PARENTHESES.sub(" ", text)):
        key = folded(form)
        if code := _exact(key) or _exact(_without_noise(key)):
            # "Chinese (Hong Kong)" names two; people decide.
            return CountryReading(code if inner <= {code} or form is text else "")
    return _guess(_without_noise(folded(_PARENTHESES.sub(" ", text))))


def country_code(text: str) -> str:
    """alpha-3 of the country a text names (``XXA`` stateless, ``XXX`` unknown), or empty if not understood."""
    return read_country(text).code


def is_code(text: str) -> bool:
    """Whether a text is an ISO alpha-3 code as the zone of a passport writes it."""
    return text in _alpha2_by_alpha3() or text in (STATELESS, UNKNOWN)


def _exact(key: str) -> str:
    return _names().get(key) or _codes().get(key.replace(" ", "") if len(key) <= 5 else key, "")


def _without_noise(key: str) -> str:
    for word in NOISE:
        plain = folded(word)
        if plain.isascii():
            key = re.sub(rf"\b{plain}\b", " ", key)
        else:
            key = key.removeprefix(plain).removesuffix(plain)
    return " ".join(key.split())


def _guess(key: str) -> CountryReading:
    """The nearest name, if it is near (85 of 100) and every other country is clearly farther (by 6)."""
    if len(key) < 5 or any(c.isdigit() for c in key):
        return CountryReading("")
    choices = _choices().get(main_script(key), [])
    near = process.extract(key, choices, scorer=fuzz.ratio, limit=12, score_cutoff=79)
    if not near or near[0][1] < 85:
        return CountryReading("")
    best, score, _ = near[0]
    code = _names()[best]
    rival = max((s for name, s, _ in near if _names()[name] != code), default=0.0)
    return CountryReading(code, best) if score - rival >= 6 else CountryReading("")
