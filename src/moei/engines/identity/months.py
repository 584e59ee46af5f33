"""Month names, Gregorian (from CLDR) and Ethiopian, in the languages of the lists."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from moei.engines.identity.calendars import Calendar

# English last but Thai: where two languages use one word for two months, the later entry wins.
_LANGUAGES = (
    "uz", "cs", "ro", "rw", "sw", "pt", "es", "de", "it", "tr", "ru", "uk", "ar", "fa", "ur", "hi",
    "ne", "mr", "pa", "gu", "bn", "ta", "te", "si", "ml", "am", "om", "so", "my", "km", "lo", "id",
    "ms", "fil", "fr", "en", "th",
)  # fmt: skip

# Spellings met in Amharic and in English-language lists of Ethiopian authorities.
_ETHIOPIAN = (
    "መስከረም|meskerem|maskaram|meskeram",
    "ጥቅምት|tikimt|tekemt|tiqimt|teqemt|tikemt",
    "ኅዳር|ህዳር|ሕዳር|hidar|hedar|hidaar",
    "ታኅሳስ|ታህሳስ|ታሕሳስ|tahsas|tahisas|tahesas|tahsaas",
    "ጥር|tir|ter|tirr",
    "የካቲት|yekatit|yakatit",
    "መጋቢት|megabit|magabit",
    "ሚያዝያ|ሚያዚያ|miyazya|miazia|miyazia|miyaziya|miazya",
    "ግንቦት|ginbot|genbot|guenbot",
    "ሰኔ|sene|sane|senie",
    "ሐምሌ|ሀምሌ|ኃምሌ|hamle|hamlie",
    "ነሐሴ|ነሀሴ|ነኃሴ|nehase|nehasie|nahase|nehassie",
    "ጳጉሜን|ጳጉሜ|ጳጉሜ፣|pagume|pagumen|paguemen|pagumien|puagme",
)
_EXTRA = (
    (1, "มกรา|ม ค|jenero|gennaio"),
    (2, "กุมภา|ก พ"),
    (3, "มีนา|มี ค"),
    (4, "เมษา|เม ย"),
    (5, "พฤษภา|พ ค"),
    (6, "มิถุนา|มิ ย"),
    (7, "กรกฎา|ก ค"),
    (8, "สิงหา|ส ค"),
    (9, "กันยา|ก ย|sept"),
    (10, "ตุลา|ต ค"),
    (11, "พฤศจิกา|พ ย"),
    (12, "ธันวา|ธ ค"),
)
# Scripts that put no blank between words: a name may touch the letters around it.
_JOINED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")


def _key(name: str) -> str:
    return re.sub(r"[.\s·]+", "", name.casefold())


@cache
def month_names() -> dict[str, tuple[Calendar, int]]:
    """Month by name without dots and blanks, lower case."""
    names: dict[str, tuple[Calendar, int]] = {}
    for language in _LANGUAGES:
        months = Locale(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    if not any(c.isdigit() for c in name):
                        names[_key(name)] = (Calendar.GREGORIAN, number)
    for number, variants in _EXTRA:
        for name in variants.split("|"):
            names[_key(name)] = (Calendar.GREGORIAN, number)
    for number, variants in enumerate(_ETHIOPIAN, 1):
        for name in variants.split("|"):
            # "ter", "sene" and their like are common words elsewhere; a native spelling never is.
            names.setdefault(_key(name), (Calendar.ETHIOPIAN, number))
    return names


@cache
def month_pattern() -> re.Pattern[str]:
    """Finds a month's name in lower-case text; dots and blanks between its letters are allowed."""
    alternatives = []
    for name in sorted(month_names(), key=len, reverse=True):
        if len(name) < 2:
            continue
        joined = _JOINED.match(name)
        letters = r"\.?\s?".join(map(re.escape, name)) if joined and len(name) <= 4 else re.escape(name)
        alternatives.append(letters if joined else rf"(?<![^\W\d_]){letters}(?![^\W\d_])")
    return re.compile("(?:" + "|".join(alternatives) + r")\.?")


def month_named(text: str) -> tuple[Calendar, int]:
    """Calendar and number of a month found by ``month_pattern``."""
    return month_names()[_key(text)]
