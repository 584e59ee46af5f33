"""Telephone numbers, chat handles, accounts, wallets and plates in one form each, so that equal ones are equal.

What cannot be read raises ValueError in words for whoever typed it. Nothing is guessed: a number without its
country, an account without its bank or a plate without its province would join what is not one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers

from moei.engines.identity.countries import alpha2
from moei.engines.identity.digits import ascii_digits, folded, tidy
from moei.engines.networks.wallets import read_wallet


class Kind(StrEnum):
    """What a fact is of. The first four are known by names, which never join; the others by identifiers."""

    PERSON = "person"
    COMPANY = "company"
    PLACE = "place"
    ADVERT = "advert"
    PHONE = "phone"
    HANDLE = "handle"
    ACCOUNT = "account"
    WALLET = "wallet"
    VEHICLE = "vehicle"


NAMED = frozenset({Kind.PERSON, Kind.COMPANY, Kind.PLACE, Kind.ADVERT})
SERVICES = ("telegram", "line", "whatsapp", "wechat")


@dataclass(frozen=True, order=True)
class Identifier:
    """One identifier in its one form. Two facts with the same `key` are of the same thing."""

    kind: Kind
    value: str

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.value}"


@lru_cache(maxsize=65536)
def identify(kind: Kind, text: str, *, country: str = "", where: str = "") -> Identifier:
    """An identifier from what was said.

    `country`: ISO 3166 alpha-3, for numbers, accounts and plates written without one. `where`: the service of a
    handle (`SERVICES`), the bank of an account that is no IBAN, the province of a plate. Raises ValueError in words.
    A WhatsApp handle is its telephone number and comes back as one.
    """
    plain = tidy(ascii_digits(unicodedata.normalize("NFKC", text)))
    if not plain:
        raise ValueError("nothing is written")
    if kind is Kind.HANDLE:
        return _handle(plain, tidy(where).lower(), country)
    readers: dict[Kind, Callable[[], str]] = {
        Kind.PHONE: lambda: phone(plain, country),
        Kind.ACCOUNT: lambda: account(plain, country, where),
        Kind.WALLET: lambda: ":".join(read_wallet(plain)),
        Kind.VEHICLE: lambda: plate(plain, country, where),
    }
    if kind not in readers:
        raise ValueError(f"a {kind} has a name, not an identifier")
    return Identifier(kind, readers[kind]())


def phone(text: str, country: str = "") -> str:
    """E.164. Raises ValueError if it is no number that is given out, or its country is not known."""
    digits = [sign for sign in text if sign.isdigit()]
    if len(digits) < 7:
        raise ValueError(f"{len(digits)} digits are too few for a telephone number")
    plain = "+" + text[2:] if text.startswith("00") else text
    region = alpha2(country) or None
    if not plain.startswith("+") and region is None:
        raise ValueError("say the country of this number, or write it with + and the country’s code")
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        raise ValueError("this is no telephone number") from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise ValueError(
            "no such telephone number is given out: a digit may be missing, or the country another"
        )
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


_LINK = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
_HOSTS = {
    "t.me/": "telegram",
    "telegram.me/": "telegram",
    "line.me/ti/p/~": "line",
    "line.me/R/ti/p/": "line",
    "wa.me/": "whatsapp",
    "api.whatsapp.com/send?phone=": "whatsapp",
}
# As the services give them out; letters are not told apart by size.
_SHAPES = {
    "telegram": (re.compile(r"[a-z][a-z0-9_]{3,31}"), "4 to 32 letters, digits or _, and a letter first"),
    "line": (re.compile(r"@?[a-z0-9._-]{3,20}"), "3 to 20 letters, digits or . _ -"),
    "wechat": (re.compile(r"[a-z][a-z0-9_-]{5,19}"), "6 to 20 letters, digits or _ -, and a letter first"),
}


def _handle(text: str, service: str, country: str) -> Identifier:
    rest = _LINK.sub("", text)
    for host, of in _HOSTS.items():
        if rest.lower().startswith(host.lower()):
            if service and service != of:
                raise ValueError(f"this is a link to {of}, not to {service}")
            service, rest = of, rest[len(host) :].rstrip("/")
            # A link of WhatsApp has the number in full, without a plus.
            rest = "+" + rest.lstrip("+") if of == "whatsapp" else rest
            break
    if service not in SERVICES:
        raise ValueError("say the service of this handle: " + ", ".join(SERVICES))
    if service == "whatsapp":
        return Identifier(Kind.PHONE, phone(rest, country))
    rest = rest.partition("?")[0]
    small = rest.lower() if service == "line" else rest.lower().removeprefix("@")
    shape, words = _SHAPES[service]
    if service == "telegram" and rest.startswith("+"):
        raise ValueError("this is an invitation or a number, not a handle of Telegram")
    if not shape.fullmatch(small):
        raise ValueError(f"a handle of {service.capitalize()} has {words}")
    return Identifier(Kind.HANDLE, f"{service}:{small}")


_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BETWEEN = str.maketrans("", "", " -./")
# SWIFT, IBAN Registry: how long an IBAN of each country is. Of others only the check digits are tested.
_IBAN_LENGTHS = {
    "AE": 23, "AT": 20, "AZ": 28, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "CH": 21, "CY": 28, "CZ": 24, "DE": 22,
    "DK": 18, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GE": 22, "GR": 27, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IQ": 23, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LT": 20, "LU": 20, "LV": 21,
    "MT": 31, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24,
    "SI": 19, "SK": 24, "TN": 24, "TR": 26, "UA": 29,
}  # fmt: skip


def account(text: str, country: str = "", bank: str = "") -> str:
    """``iban:...``, or ``THA:bank:digits`` for a country's own form. Raises ValueError in words."""
    plain = text.translate(_BETWEEN).upper()
    if _IBAN.fullmatch(plain):
        return f"iban:{_checked_iban(plain)}"
    if not plain.isdigit() or not 6 <= len(plain) <= 20:
        raise ValueError("this is no IBAN, and an account of another form has 6 to 20 digits")
    if not alpha2(country) or not folded(bank):
        raise ValueError("say the bank and its country: the same number is given out by several banks")
    return f"{country}:{folded(bank).replace(' ', '_')}:{plain}"


def _checked_iban(plain: str) -> str:
    length = _IBAN_LENGTHS.get(plain[:2])
    if length and len(plain) != length:
        raise ValueError(f"an IBAN of {plain[:2]} has {length} signs, this one {len(plain)}")
    number = int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4]))
    if number % 97 != 1 or not 2 <= int(plain[2:4]) <= 98:
        raise ValueError("the check digits of this IBAN are wrong: a sign was misread or left out")
    return plain


# Where the same letters and digits are given out in each province or region.
_BY_PROVINCE = frozenset({"THA", "MMR"})


def plate(text: str, country: str = "", province: str = "") -> str:
    """``THA:bangkok:1กก1234``. Raises ValueError without a country, or without the province where plates repeat."""
    if not alpha2(country):
        raise ValueError("say the country of this plate")
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    if not 2 <= len(signs) <= 10 or not any(sign.isdigit() for sign in signs):
        raise ValueError("a plate has 2 to 10 letters and digits, and a digit among them")
    place = folded(province).replace(" ", "_")
    if country in _BY_PROVINCE and not place:
        raise ValueError("say the province of this plate: each gives out the same letters and digits")
    return f"{country}:{place}:{signs}"
