"""The desk's terms: what a statement speaks of, how it is graded, and how far it may go."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError
from django.db import models
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from moei.engines.identity.countries import alpha2, is_code
from moei.engines.networks import Kind


class What(models.TextChoices):
    """What one fact of a statement is about."""

    RECRUITER = "recruiter", _("Recruiter")
    ADVERT = "advert", _("Advert or offer of work")
    PAY = "pay", _("Promised pay")
    TRANSPORTER = "transporter", _("Somebody who transported people")
    STOP = "stop", _("Place on the route")
    LEG = "leg", _("Leg of the route, from one place to another")
    COMPOUND = "compound", _("Compound")
    BUILDING = "building", _("Building")
    BOSS = "boss", _("Boss or overseer")
    COMPANY = "company", _("Company")
    PHONE = "phone", _("Telephone number")
    HANDLE = "handle", _("Chat handle")
    ACCOUNT = "account", _("Bank account")
    WALLET = "wallet", _("Wallet")
    VEHICLE = "vehicle", _("Vehicle")
    DEBT = "debt", _("Debt that was claimed")
    PAYMENT = "payment", _("Payment")


# What becomes an entity of the network, and as what kind. Legs and sums of money are said of entities.
KINDS: dict[str, Kind] = {
    What.RECRUITER: Kind.PERSON,
    What.TRANSPORTER: Kind.PERSON,
    What.BOSS: Kind.PERSON,
    What.ADVERT: Kind.ADVERT,
    What.STOP: Kind.PLACE,
    What.COMPOUND: Kind.PLACE,
    What.BUILDING: Kind.PLACE,
    What.COMPANY: Kind.COMPANY,
    What.PHONE: Kind.PHONE,
    What.HANDLE: Kind.HANDLE,
    What.ACCOUNT: Kind.ACCOUNT,
    What.WALLET: Kind.WALLET,
    What.VEHICLE: Kind.VEHICLE,
}
SUMS = frozenset({What.PAY, What.DEBT, What.PAYMENT})
# How a fact belongs to the one it is said of (`of`): "recruiter uses phone".
TIES: dict[str, str] = {
    What.RECRUITER: "recruited for",
    What.TRANSPORTER: "transported for",
    What.BOSS: "boss at",
    What.ADVERT: "placed",
    What.STOP: "passed",
    What.COMPOUND: "compound of",
    What.BUILDING: "building of",
    What.COMPANY: "company of",
    What.PHONE: "uses",
    What.HANDLE: "uses",
    What.ACCOUNT: "is paid by",
    What.WALLET: "is paid by",
    What.VEHICLE: "uses",
}
# From whom or what the tie goes: an identifier is used by the one it is said of, a boss is boss at it.
FROM_ITSELF = frozenset({What.RECRUITER, What.TRANSPORTER, What.BOSS, What.COMPOUND, What.BUILDING})
# Facts without an entity that join the two that they name.
BETWEEN: dict[str, str] = {What.LEG: "leads to", What.PAYMENT: "paid to", What.DEBT: "debt to"}

KIND_WORDS = {
    Kind.PERSON: _("Person"),
    Kind.COMPANY: _("Company"),
    Kind.PLACE: _("Place"),
    Kind.ADVERT: _("Advert"),
    Kind.PHONE: _("Telephone number"),
    Kind.HANDLE: _("Chat handle"),
    Kind.ACCOUNT: _("Account"),
    Kind.WALLET: _("Wallet"),
    Kind.VEHICLE: _("Vehicle"),
}


class Source(models.TextChoices):
    """How reliable who told it is: the letters of the 6x6 system."""

    A = "A", _("A: always reliable")
    B = "B", _("B: mostly reliable")
    C = "C", _("C: sometimes reliable")
    D = "D", _("D: mostly not reliable")
    E = "E", _("E: not reliable")
    F = "F", _("F: cannot be judged")


class Information(models.TextChoices):
    """How sure what was told is: the numbers of the 6x6 system."""

    ONE = "1", _("1: confirmed by others")
    TWO = "2", _("2: probably true")
    THREE = "3", _("3: possibly true")
    FOUR = "4", _("4: doubtful")
    FIVE = "5", _("5: improbable")
    SIX = "6", _("6: cannot be judged")


class Handling(models.TextChoices):
    """How far it may go. What is not to be passed on stays out of every file that leaves."""

    H0 = "H0", _("H0: may be used and passed on against crime")
    H1 = "H1", _("H1: not before a court without asking who gave it")
    H2 = "H2", _("H2: not passed on without asking who gave it")
    H3 = "H3", _("H3: for this desk alone")


MAY_LEAVE = frozenset({Handling.H0, Handling.H1})


class Verdict(models.TextChoices):
    SAME = "same", _("The same")
    DIFFERENT = "different", _("Not the same")
    UNDECIDED = "undecided", _("Undecided")


REGIONS = {
    "northern_africa": _("Northern Africa"),
    "eastern_africa": _("Eastern Africa"),
    "middle_africa": _("Middle Africa"),
    "southern_africa": _("Southern Africa"),
    "western_africa": _("Western Africa"),
    "caribbean": _("the Caribbean"),
    "central_america": _("Central America"),
    "south_america": _("South America"),
    "northern_america": _("Northern America"),
    "central_asia": _("Central Asia"),
    "eastern_asia": _("Eastern Asia"),
    "south_eastern_asia": _("South-eastern Asia"),
    "southern_asia": _("Southern Asia"),
    "western_asia": _("Western Asia"),
    "eastern_europe": _("Eastern Europe"),
    "northern_europe": _("Northern Europe"),
    "southern_europe": _("Southern Europe"),
    "western_europe": _("Western Europe"),
    "africa": _("Africa"),
    "americas": _("the Americas"),
    "asia": _("Asia"),
    "europe": _("Europe"),
    "oceania": _("Oceania"),
}


def country_words(code: str) -> str:
    """The name of a country in the language of the page; the code where there is no name; "" for nothing."""
    try:
        names = Locale.parse(to_locale(get_language() or "en")).territories
    except (UnknownLocaleError, ValueError):
        names = Locale("en").territories
    return str(names.get(alpha2(code), code)) if code else ""


def origin_in_words(origin: str) -> str:
    """A country or a region, as a pseudonym shows it; "" for nothing."""
    return country_words(origin) if is_code(origin) else str(REGIONS.get(origin, origin))
