"""Document numbers: cleaning, and what a Chinese national identity number says.

Source for the Chinese number: GB 11643-1999 (eighteen characters; the check character is ISO 7064 MOD 11-2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from moei.engines.identity.digits import ascii_digits, tidy

_SEPARATORS = re.compile(r"[\s\-‐-―./_:·]+")
_CHINESE_18 = re.compile(r"[1-9]\d{16}[\dX]$")
_CHINESE_15 = re.compile(r"[1-9]\d{14}$")
_PROVINCES = frozenset(
    [
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
        83,
    ]
)


def clean_document_number(text: str) -> str:
    """Upper case, digits as 0-9, without blanks, dashes, dots and slashes: ``"A99 123-456"`` → ``"A99123456"``."""
    return _SEPARATORS.sub("", ascii_digits(tidy(text)).upper())


@dataclass(frozen=True, slots=True)
class ChineseId:
    """What a Chinese national identity number says. ``valid`` is its check character (always true of 15 digits)."""

    number: str
    birth_date: date
    sex: str
    valid: bool


def chinese_check_character(first17: str) -> str:
    """The eighteenth character of a Chinese identity number."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first17))
    return "10X98765432"[total % 11]


def read_chinese_id(text: str) -> ChineseId | None:
    """Read a Chinese identity number; ``None`` if it has not the shape (province, birth date) of one."""
    number = clean_document_number(text)
    old = bool(_CHINESE_15.match(number))
    if not (old or _CHINESE_18.match(number)) or int(number[:2]) not in _PROVINCES:
        return None
    born = "19" + number[6:12] if old else number[6:14]
    try:
        birth = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return None
    if not 1880 <= birth.year <= 2100:
        return None
    odd = int(number[14] if old else number[16]) % 2
    return ChineseId(
        number, birth, "M" if odd else "F", old or chinese_check_character(number[:17]) == number[17]
    )
