"""How strongly each field of two rows speaks for one person, as log-likelihood ratios (Fellegi and Sunter, 1969).

Every weight is log(P(what is seen | one person) / P(what is seen | two people)). The second probability is learned
from the rows themselves: a rare name, birth date or nationality in these lists weighs more than a common one. The
first is set here from how such lists go wrong: ages off by a year, one digit of a passport misread, a letter lost,
names in another order, the father's name left out.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from math import log
from typing import NamedTuple

from rapidfuzz.distance import OSA

from moei.engines.identity.names import align_tokens, joined_similarity, name_tokens
from moei.engines.matching.around import Around, Kin, Place, read_kin, read_place
from moei.engines.matching.model import MatchRow

DOCUMENT_SAME = 14.0
DOCUMENT_NEAR = 6.0
"""One sign misread. Not more: passports of people who travelled together are often issued one after the other."""
DOCUMENT_DIFFERS = -5.0
PHONE_SAME = 4.0
SEX_SAME = 0.4
SEX_DIFFERS = -5.0
NATIONALITY_DIFFERS = -5.5
BIRTH_DIFFERS = -6.5
BIRTH_NEAR = -2.0
"""Two whole dates with day and month turned, or one of day, month and year different."""
TOKEN_DIFFERS = -4.0
TOKEN_MISSING = -0.6
AGE_OFF = (0.65, 0.28, 0.05)
"""How often an age as told fits the birth date, is off by up to a year, by up to two."""
YEAR_OFF = (0.93, 0.05, 0.015)
"""The same for a birth year or a whole date."""
YEAR = 366
ANY = "*"
RAREST_DATE = 1 / 9000
BORROWED = 8.0
"""So many people of all nationalities are counted with each nationality, or small groups would seem to know no names."""
RAREST = 9.0
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


class Weights(NamedTuple):
    """Log-likelihood ratio of each field; 0 where either row is silent."""

    document: float
    birth: float
    sex: float
    nationality: float
    name: float
    phone: float
    place: float = 0.0
    kin: float = 0.0


class Prepared(NamedTuple):
    """A row made ready to compare: ordinals for dates, numbers for name forms."""

    source: int
    names: tuple[int, ...]
    sex: str
    nationality: str
    document: str
    document_kind: str
    exact: int
    first: int
    last: int
    told_age: bool
    phone: str
    place: Place
    kin: Kin


def _ordinal(text: str) -> int:
    try:
        return dt.date.fromisoformat(text).toordinal() if text else 0
    except ValueError:
        return 0


class Comparison:
    """Weights of any two of the given rows; what is common and what is rare is counted once, at the start."""

    def __init__(self, rows: Sequence[MatchRow]) -> None:
        sources = sorted({row.source for row in rows})
        number = {source: n for n, source in enumerate(sources)}
        self.sources = sources
        self._name_numbers: dict[tuple[tuple[str, ...], bool], int] = {}
        self.name_forms: list[tuple[str, ...]] = []
        self._respelt: list[bool] = []
        self.rows = [self._prepare(row, number[row.source]) for row in rows]
        self._sizes = Counter(row.source for row in self.rows)
        dated = Counter(row.source for row in self.rows if row.exact)
        dates = Counter((row.source, row.exact) for row in self.rows if row.exact)
        self._date_weights = {
            place: -log(min(max((count - 0.7) / (dated[place[0]] + 30), RAREST_DATE), 1.0))
            for place, count in dates.items()
        }
        stated = Counter(row.source for row in self.rows if row.nationality)
        nationalities = Counter((row.source, row.nationality) for row in self.rows if row.nationality)
        self._nationality_weights = {
            place: -log((count + 1) / (stated[place[0]] + 1)) for place, count in nationalities.items()
        }
        self._firsts: dict[int, list[int]] = defaultdict(list)
        self._lasts: dict[int, list[int]] = defaultdict(list)
        tokens: Counter[tuple[int, str, str]] = Counter()
        named: Counter[tuple[int, str]] = Counter()
        for row in self.rows:
            if row.first:
                self._firsts[row.source].append(row.first)
                self._lasts[row.source].append(row.last)
            for form in row.names:
                for nationality in {row.nationality, ANY}:
                    named[row.source, nationality] += 1
                    tokens.update((row.source, nationality, token) for token in set(self.name_forms[form]))
        for ordinals in (*self._firsts.values(), *self._lasts.values()):
            ordinals.sort()
        # Counted in the list that has most of them: a person stands in several lists but once in each.
        self._tokens: dict[tuple[str, str], int] = {}
        self._named: dict[str, int] = {}
        for (_, nationality, token), count in tokens.items():
            self._tokens[nationality, token] = max(count, self._tokens.get((nationality, token), 0))
        for (_, nationality), count in named.items():
            self._named[nationality] = max(count, self._named.get(nationality, 0))
        self._around = Around(self.rows)
        self._rarity: dict[tuple[str, str], float] = {}
        self._memo: dict[tuple[int, int], Weights] = {}
        self._name_memo: dict[tuple[int, int, str], float] = {}
        self._fit = lru_cache(maxsize=1 << 18)(self._fitting_share)

    def _prepare(self, row: MatchRow, source: int) -> Prepared:
        forms = [(name_tokens(text), _respelt(text)) for text in (row.name, row.name_native)]
        first, last = _ordinal(row.birth_from), _ordinal(row.birth_to)
        if not first or not last or last < first:
            first = last = _ordinal(row.birth_date)
        exact = _ordinal(row.birth_date)
        calendar_year = row.birth_from.endswith("-01-01") and row.birth_to.endswith("-12-31")
        return Prepared(
            source=source,
            names=tuple(dict.fromkeys(self._form(*form) for form in forms if form[0])),
            sex=row.sex,
            nationality="" if row.nationality == "XXX" else row.nationality,
            document=row.document_number,
            document_kind=row.document_kind,
            exact=exact,
            first=exact or first,
            last=exact or last,
            told_age=bool(first) and not exact and not calendar_year,
            phone=row.phone,
            place=read_place(row.place),
            kin=read_kin(row.kin),
        )

    def _form(self, tokens: tuple[str, ...], respelt: bool) -> int:
        number = self._name_numbers.setdefault((tokens, respelt), len(self.name_forms))
        if number == len(self.name_forms):
            self.name_forms.append(tokens)
            self._respelt.append(respelt)
        return number

    @property
    def largest(self) -> int:
        """Rows of the longest list."""
        return max(self._sizes.values(), default=0)

    def size(self, source: int) -> int:
        """Rows of one source."""
        return self._sizes[source]

    def weights(self, one: int, other: int) -> Weights:
        """The weights of each field of two rows, by their places in the rows given."""
        pair = (one, other) if one < other else (other, one)
        known = self._memo.get(pair)
        if known is None:
            a, b = self.rows[pair[0]], self.rows[pair[1]]
            known = Weights(
                document=self._document(a, b),
                birth=self._birth(a, b),
                sex=0.0 if not a.sex or not b.sex else SEX_SAME if a.sex == b.sex else SEX_DIFFERS,
                nationality=self._nationality(a, b),
                name=self._name(a, b),
                phone=PHONE_SAME if a.phone and a.phone == b.phone else 0.0,
                place=self._around.place(a, b) if a.place and b.place else 0.0,
                kin=self._kin(a, b) if a.kin and b.kin else 0.0,
            )
            self._memo[pair] = known
        return known

    @staticmethod
    def _document(a: Prepared, b: Prepared) -> float:
        if not a.document or not b.document:
            return 0.0
        if a.document == b.document:
            return DOCUMENT_SAME
        if a.document_kind and b.document_kind and a.document_kind != b.document_kind:
            return 0.0
        if (
            min(len(a.document), len(b.document)) >= 6
            and OSA.distance(a.document, b.document, score_cutoff=1) <= 1
        ):
            return DOCUMENT_NEAR
        return DOCUMENT_DIFFERS

    def _nationality(self, a: Prepared, b: Prepared) -> float:
        if not a.nationality or not b.nationality:
            return 0.0
        if a.nationality != b.nationality:
            return NATIONALITY_DIFFERS
        place, other = (a.source, a.nationality), (b.source, b.nationality)
        return min(self._nationality_weights[place], self._nationality_weights[other])

    def _birth(self, a: Prepared, b: Prepared) -> float:
        if not a.first or not b.first:
            return 0.0
        if a.exact and b.exact:
            if a.exact == b.exact:
                return min(self._date_weights[a.source, a.exact], self._date_weights[b.source, b.exact])
            return BIRTH_NEAR if _dates_near(a.exact, b.exact) else BIRTH_DIFFERS
        apart = max(a.first - b.last, b.first - a.last, 0)
        step = 0 if not apart else 1 if apart <= YEAR else 2 if apart <= 2 * YEAR else 3
        if step == 3:
            return BIRTH_DIFFERS
        seen = (AGE_OFF if a.told_age or b.told_age else YEAR_OFF)[step]
        by_chance = max(
            self._fit(b.source, a.first, a.last, step), self._fit(a.source, b.first, b.last, step)
        )
        return log(seen / by_chance)

    def _fitting_share(self, source: int, first: int, last: int, step: int) -> float:
        """Share of the source's rows whose birth would be this many years from the given span."""
        firsts, lasts = self._firsts[source], self._lasts[source]

        def within(years: int) -> int:
            reach = years * YEAR
            return bisect_right(firsts, last + reach) - bisect_left(lasts, first - reach)

        count = within(step) - (within(step - 1) if step else 0)
        return (count + 1) / (len(firsts) + 10)

    def rarity(self, token: str, nationality: str) -> float:
        """How telling a token is among people of this nationality: -log of its share among the others."""
        known = self._rarity.get((nationality, token))
        if known is None:
            overall = (self._tokens.get((ANY, token), 1) - 0.5) / (self._named.get(ANY, 1) + 1)
            others = max(self._tokens.get((nationality, token), 0) - 1, 0)
            share = (others + BORROWED * overall) / (max(self._named.get(nationality, 0) - 1, 0) + BORROWED)
            known = self._rarity[nationality, token] = min(-log(share), RAREST)
        return known

    def _kin(self, a: Prepared, b: Prepared) -> float:
        """Parts that are in both rows' own names, too (patronymics), are counted there already."""
        own = [{token for form in row.names for token in self.name_forms[form]} for row in (a, b)]
        nationality = a.nationality or b.nationality
        return self._around.kin(a.kin, b.kin, own[0] & own[1], lambda token: self.rarity(token, nationality))

    def _name(self, a: Prepared, b: Prepared) -> float:
        if not a.names or not b.names:
            return 0.0
        nationality = a.nationality or b.nationality
        if len(a.names) == 1 and len(b.names) == 1:
            return self._name_form(a.names[0], b.names[0], nationality)
        return max(self._name_form(one, other, nationality) for one in a.names for other in b.names)

    def _name_form(self, one: int, other: int, nationality: str) -> float:
        place = (one, other, nationality) if one < other else (other, one, nationality)
        known = self._name_memo.get(place)
        if known is None:
            known = self._name_memo[place] = self._compare_names(
                self.name_forms[place[0]],
                self.name_forms[place[1]],
                nationality,
                self._respelt[place[0]] != self._respelt[place[1]],
            )
        return known

    def _compare_names(
        self, one: tuple[str, ...], other: tuple[str, ...], nationality: str, respelt: bool
    ) -> float:
        pairs = align_tokens(one, other)
        matched = sum(
            max(
                min(self.rarity(a, nationality), self.rarity(b, nationality))
                - _slip(a, b, likeness, respelt),
                0.3 * TOKEN_DIFFERS,
            )
            for a, b, likeness in pairs
        )
        fewer, more = sorted((len(one), len(other)))
        different = fewer - len(pairs)
        weight = matched + different * TOKEN_DIFFERS + (more - fewer) * TOKEN_MISSING
        if different or len(one) != len(other):
            joined = joined_similarity(one, other)
            if joined >= 0.93:
                # A name without blanks is rare as written; only what its parts are worth counts.
                parts = one if len(one) >= len(other) else other
                known = sum(self.rarity(token, nationality) for token in parts)
                weight = max(weight, known - 0.7 - 25.0 * (1.0 - joined))
        return weight


def _slip(one: str, other: str, likeness: float, respelt: bool) -> float:
    """What a token that is not quite the same costs; short tokens have many neighbours, so they cost more.

    Two romanisations of one name differ as a rule, so across scripts a difference costs less.
    """
    if one == other:
        return 0.05
    if respelt:
        return 0.2 + 6.0 * (1.0 - likeness)
    shorter = min(len(one), len(other))
    return 1.2 + 10.0 * (1.0 - likeness) + (2.0 if shorter <= 3 else 0.8 if shorter == 4 else 0.0)


def _respelt(text: str) -> bool:
    """Whether the Latin form of a name comes from a script without one fixed romanisation (Han has pinyin)."""
    return any(ord(letter) > 0x24F and not _HAN.match(letter) for letter in text)


def _dates_near(one: int, other: int) -> bool:
    a, b = dt.date.fromordinal(one), dt.date.fromordinal(other)
    if a.year == b.year and (a.month, a.day) == (b.day, b.month):
        return True
    return sum((a.year != b.year, a.month != b.month, a.day != b.day)) == 1
