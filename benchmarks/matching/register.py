"""A register of invented people, as many rows as wanted: who came several times stands there several times, misspelt.

Names are drawn from Faker's lists of a dozen cultures with the frequencies that names have (few are common, most are
rare), in their own script or in Latin letters. Rows go wrong as rows of such lists do.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from faker import Faker

from moei.engines.identity.names import romanise

# Locale -> nationality, how often, how a whole name is put together.
CULTURES = (
    ("zh_CN", "CHN", 22, "family+given2"),
    ("hi_IN", "IND", 14, "given given family"),
    ("vi_VN", "VNM", 10, "family given given"),
    ("id_ID", "IDN", 10, "given given family"),
    ("ar_AA", "EGY", 7, "given father father family"),
    ("th_TH", "THA", 6, "given family2"),
    ("pt_BR", "BRA", 6, "given family family"),
    ("fr_FR", "CMR", 5, "given given family"),
    ("ne_NP", "NPL", 5, "given given family"),
    ("tw_GH", "GHA", 5, "given given family"),
    ("zu_ZA", "ZAF", 5, "given given family"),
    ("en_KE", "KEN", 5, "given given family"),
)
COLUMNS = ("list", "row", "person", "name", "name_native", "sex", "birth_date", "birth_from", "birth_to",
           "nationality", "document_number")  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FIRST = date(1965, 1, 1)


class _Pool:
    """Names of one culture with the frequencies of a few common and many rare ones."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(dict.fromkeys(names))
        self.weights = list(accumulate(1 / (rank + 3) ** 0.85 for rank in range(len(self.names))))

    def draw(self, chance: random.Random) -> str:
        return chance.choices(self.names, cum_weights=self.weights)[0]


class _Culture:
    def __init__(self, locale: str, nationality: str, form: str, chance: random.Random) -> None:
        self.nationality, self.form = nationality, form
        faker = Faker(locale)
        faker.seed_instance(chance.randrange(2**32))
        made = 6000
        self.male = _Pool([faker.first_name_male() for _ in range(made)])
        self.female = _Pool([faker.first_name_female() for _ in range(made)])
        self.family = _Pool([faker.last_name() for _ in range(made)])

    def name(self, sex: str, chance: random.Random) -> list[str]:
        given = self.male if sex == "M" else self.female
        parts = []
        for part in self.form.replace("+", " ").split():
            pool = self.family if part.startswith("family") else self.male if part == "father" else given
            # Chinese given names and Thai family names are put together anew for each family.
            text = "".join(pool.draw(chance) for _ in range(2 if part.endswith("2") else 1))
            parts.append(text[:2] if part == "given2" else text)
        return parts


def rows(count: int, seed: int = 1) -> Iterator[tuple[str, ...]]:
    """`count` rows in the order of ``COLUMNS``: seven of ten people once, two twice, one three times."""
    chance = random.Random(seed)
    cultures = [_Culture(locale, state, form, chance) for locale, state, _often, form in CULTURES]
    often = [often for _locale, _state, often, _form in CULTURES]
    made = person = 0
    while made < count:
        person += 1
        culture = chance.choices(cultures, often)[0]
        sex = "F" if chance.random() < 0.3 else "M"
        name = culture.name(sex, chance)
        born = _FIRST + timedelta(days=int(chance.betavariate(4, 2) * 15000))
        document = f"{chance.choice('ABCEGKP')}{chance.randrange(10**8):08d}"
        for _again in range(chance.choices((1, 2, 3), (70, 20, 10))[0]):
            made += 1
            if made > count:
                return
            yield (
                f"register-{made % 8}",
                str(made),
                str(person),
                *_written(name, sex, born, culture, document, chance),
            )


def _written(
    name: list[str], sex: str, born: date, culture: _Culture, document: str, chance: random.Random
) -> tuple[str, ...]:
    """One row about a person, as one official writes it."""
    parts = list(name)
    if chance.random() < 0.12:
        parts = parts[::-1]
    if len(parts) > 2 and chance.random() < 0.2:
        parts.pop()
    own = ("" if "+" in culture.form else " ").join(parts)
    native = own if not own.isascii() and chance.random() < 0.5 else ""
    latin = "" if native and chance.random() < 0.5 else _mistyped(romanise(own).upper(), chance)
    state = culture.nationality if chance.random() > 0.02 else ""
    day = first = last = ""
    told = chance.random()
    if told < 0.6:
        born = _near(born, chance)
        day = first = last = born.isoformat()
    elif told < 0.8:
        first, last = f"{born.year}-01-01", f"{born.year}-12-31"
    elif told < 0.93:
        age = 2026 - born.year + chance.choices((0, 1, -1), (80, 10, 10))[0]
        first, last = f"{2025 - age}-07-01", f"{2026 - age}-06-30"
    number = document if chance.random() < 0.45 else ""
    if number and chance.random() < 0.04:
        at = chance.randrange(1, len(number))
        number = number[:at] + str(chance.randrange(10)) + number[at + 1 :]
    return (latin, native, sex if chance.random() > 0.03 else "", day, first, last, state, number)


def _near(born: date, chance: random.Random) -> date:
    if chance.random() > 0.06:
        return born
    if born.day <= 12 and chance.random() < 0.5:
        return date(born.year, born.day, born.month)
    return date(born.year + chance.choice((-1, 1)), born.month, min(born.day, 28))


def _mistyped(name: str, chance: random.Random) -> str:
    if chance.random() > 0.15 or len(name) < 5:
        return name
    at = chance.randrange(1, len(name) - 1)
    letter = chance.choice(_LETTERS).upper()
    return chance.choice(
        (name[:at] + name[at + 1 :], name[:at] + letter + name[at:], name[:at] + letter + name[at + 1 :])
    )


def write(path: Path, count: int, seed: int = 1) -> None:
    """The rows as CSV with a heading; `person` is the truth."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows(count, seed))
