"""Digits and scripts."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPACES = re.compile(r"\s+")
# Among them the marks that turn the direction of writing: a name must not be shown otherwise than it is stored.
_INVISIBLE = dict.fromkeys(
    [
        *map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ],
    None,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")


def ascii_digits(text: str) -> str:
    """Decimal digits of every script as 0-9: ``๒๕๓๖`` becomes ``2536``."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def tidy(text: str) -> str:
    """NFC, without invisible characters, blanks made single. Letters stay as written."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    return _SPACES.sub(" ", _CONTROLS.sub("", text)).strip()


def folded(text: str) -> str:
    """For comparing words: compatibility forms, no case, no accents on Latin letters, no punctuation."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_INVISIBLE))
        text = "".join(c for c in text if not "\u0300" <= c <= "\u036f").replace("đ", "d").replace("Đ", "D")
        text = unicodedata.normalize("NFC", text)
    return " ".join(_WORDS.sub(" ", text.casefold()).split())


# Combining marks of South and South-East Asian scripts are part of the word; punctuation is not.
_WORDS = re.compile(r"[^\w\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+|_")


@lru_cache(maxsize=65536)
def script_of(char: str) -> str:
    """The script of one letter by the first word of its Unicode name (``LATIN``, ``THAI``, ``CJK``), or ''."""
    if not unicodedata.category(char).startswith(("L", "M")):
        return ""
    name = unicodedata.name(char, "").split(" ")[0].removesuffix("-COMPATIBILITY")
    return "" if name in ("COMBINING", "MODIFIER", "FULLWIDTH") else name


def main_script(text: str) -> str:
    """The script most letters of a text are in, or '' if it has no letters."""
    if text.isascii():
        return "LATIN" if any(c.isalpha() for c in text) else ""
    counts: dict[str, int] = {}
    for char in text:
        if script := script_of(char):
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda s: counts[s]) if counts else ""
