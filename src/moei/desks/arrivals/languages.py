"""Languages and countries to choose from, named by CLDR in the language of the page."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language, gettext

from moei.engines.identity.countries import is_code

# Languages spoken by people who were brought to the compounds, and those of the host country and its neighbours.
SPOKEN = (
    "am", "ar", "bn", "ceb", "cs", "en", "es", "fa", "fil", "fr", "ha", "hi", "id", "ig", "ja", "kk", "km", "ko", "ky",
    "lg", "lo", "ms", "my", "ne", "om", "ps", "pt", "ru", "rw", "shn", "si", "so", "sw", "ta", "te", "th", "ti", "tr",
    "ug", "uk", "ur", "uz", "vi", "xh", "yo", "yue", "zh", "zu",
)  # fmt: skip


def spoken_languages() -> list[tuple[str, str]]:
    """(ISO 639 code, name), by name."""
    return list(_languages(get_language() or "en"))


def countries() -> list[tuple[str, str]]:
    """(ISO 3166 alpha-3, name), by name, after "stateless" and "unknown"."""
    special = [("XXA", gettext("Stateless")), ("XXX", gettext("Unknown, or not willing to say"))]
    return special + list(_countries(get_language() or "en"))


# No countries: CLDR's own test regions, "unknown region" (said above in words of our own), the European Union.
_PSEUDO = {"XA", "XB", "ZZ", "EU"}


@lru_cache(maxsize=8)
def _languages(language: str) -> tuple[tuple[str, str], ...]:
    names = _locale(language).languages
    return tuple(sorted(((code, str(names.get(code, code))) for code in SPOKEN), key=lambda pair: pair[1]))


@lru_cache(maxsize=8)
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    territories = _locale(language).territories
    aliases = get_global("territory_aliases")
    found = {
        long: str(territories[short[0]])
        for long, short in aliases.items()
        if is_code(long) and len(short) == 1 and short[0] in territories and short[0] not in _PSEUDO
    }
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except ValueError:
        return Locale("en")
