"""Telephone numbers to E.164."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

from moei.engines.identity.countries import alpha2
from moei.engines.identity.digits import ascii_digits, tidy


@lru_cache(maxsize=65536)
def read_phone(text: str, nationality: str = "") -> str:
    """E.164 of a number, read as one of the nationality's country if it has no prefix; empty if not valid."""
    plain = ascii_digits(tidy(text)).removesuffix(".0")
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    for candidate in (plain, "+" + plain):
        try:
            number = phonenumbers.parse(candidate, alpha2(nationality) or None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        if plain.startswith("+"):
            break
    return ""
