"""How strongly each field of a pair speaks for one person, for hundreds of thousands of pairs at once.

The weights are those of `weights.py` (log-likelihood ratios); what is common in this register is counted from it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from moei.engines.identity.names import sound
from moei.engines.matching.register.blocking import MISREAD_FROM
from moei.engines.matching.register.columns import Columns, Floats, Ints
from moei.engines.matching.register.commonness import Commonness
from moei.engines.matching.weights import (
    AGE_OFF,
    BIRTH_DIFFERS,
    BIRTH_NEAR,
    DOCUMENT_DIFFERS,
    DOCUMENT_NEAR,
    DOCUMENT_SAME,
    NATIONALITY_DIFFERS,
    PHONE_SAME,
    SEX_DIFFERS,
    SEX_SAME,
    TOKEN_DIFFERS,
    TOKEN_MISSING,
    YEAR,
    YEAR_OFF,
)

AT_ONCE = 150_000
FIELDS = ("name", "birth", "document", "nationality", "sex", "phone")
_MOST_SLIPS, _WHOLE_ALIKE = 3, 0.9
_ONE_SLIP = 1.8
"""The least that parts cost which are not the same."""
_EPOCH = 719_163  # ordinal of 1 January 1970
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]


class _Words(NamedTuple):
    """Texts by their numbers, as written and as heard; `lengths` as written."""

    written: NDArray[Any]
    heard: NDArray[Any]
    lengths: Ints

    @classmethod
    def of(cls, written: list[str], heard: list[str]) -> _Words:
        lengths = np.array([len(text) for text in written], np.int32)
        return cls(np.array(written, object), np.array(heard, object), lengths)


class Scoring:
    """Weighs pairs of one register, by what is common in it."""

    def __init__(self, columns: Columns, common: Commonness | None = None) -> None:
        self.columns = columns
        self.common = common or Commonness.of(columns)
        self._parts = _Words.of(columns.parts, [sound(part) for part in columns.parts])

    def weights(self, left: Ints, right: Ints, *, floor: float = -np.inf) -> Floats:
        """Pairs x ``FIELDS``. Names of pairs that cannot reach `floor` in all are not compared letter by letter: what
        stands for them is the most that they could be worth, or less than they need."""
        out = np.empty((len(left), len(FIELDS)), np.float32)
        for start in range(0, len(left), AT_ONCE):
            a, b = left[start : start + AT_ONCE], right[start : start + AT_ONCE]
            part = out[start : start + AT_ONCE]
            part[:, 1] = self._births(a, b)
            part[:, 2] = self._documents_of(a, b)
            part[:, 3] = self._nationalities(a, b)
            part[:, 4] = self._sexes(a, b)
            phone = self.columns.phone[a]
            part[:, 5] = np.where((phone > 0) & (phone == self.columns.phone[b]), PHONE_SAME, 0.0)
            part[:, 0] = self._names(a, b, floor - part[:, 1:].sum(1))
        return out

    def _sexes(self, left: Ints, right: Ints) -> Doubles:
        a, b = self.columns.sex[left], self.columns.sex[right]
        return np.where((a == 0) | (b == 0), 0.0, np.where(a == b, SEX_SAME, SEX_DIFFERS))

    def _nationalities(self, left: Ints, right: Ints) -> Doubles:
        a, b = self.columns.nationality[left], self.columns.nationality[right]
        same = np.where(a == b, self.common.nationality[a], NATIONALITY_DIFFERS)
        return np.where((a == 0) | (b == 0), 0.0, same)

    def _documents_of(self, left: Ints, right: Ints) -> Doubles:
        a, b = self.columns.document[left], self.columns.document[right]
        out = np.where((a > 0) & (a == b), DOCUMENT_SAME, 0.0)
        unlike = np.nonzero((a != b) & self.columns.comparable_documents(left, right))[0]
        ones, others = a[unlike], b[unlike]
        documents = self.columns.documents
        far = _slips(documents.take(ones), documents.take(others), 1)
        long = np.minimum(documents.lengths[ones], documents.lengths[others]) >= MISREAD_FROM
        out[unlike] = np.where((far == 1) & long, DOCUMENT_NEAR, DOCUMENT_DIFFERS)
        return out

    def _births(self, left: Ints, right: Ints) -> Doubles:
        columns, common = self.columns, self.common
        stated = np.nonzero((columns.first[left] > 0) & (columns.first[right] > 0))[0]
        a, b = left[stated], right[stated]
        first_a, last_a, first_b, last_b = (
            columns.first[a],
            columns.last[a],
            columns.first[b],
            columns.last[b],
        )
        exact_a, exact_b = columns.exact[a], columns.exact[b]
        apart = np.maximum(np.maximum(first_a - last_b, first_b - last_a), 0)
        step = np.minimum(np.ceil(apart / YEAR).astype(np.int32), 3)
        chance = np.maximum(
            common.fitting_share(first_a, last_a, step), common.fitting_share(first_b, last_b, step)
        )
        told = columns.told_age[a] | columns.told_age[b]
        seen = np.where(told, np.array([*AGE_OFF, 1.0])[step], np.array([*YEAR_OFF, 1.0])[step])
        weight = np.where(step == 3, BIRTH_DIFFERS, np.log(seen / chance))
        whole = np.nonzero((exact_a > 0) & (exact_b > 0))[0]
        one, other = exact_a[whole], exact_b[whole]
        differ = np.where(_dates_near(one, other), BIRTH_NEAR, BIRTH_DIFFERS)
        weight[whole] = np.where(one == other, common.date_weight(one), differ)
        out = np.zeros(len(left))
        out[stated] = weight
        return out

    def _names(self, left: Ints, right: Ints, needed: Floats) -> Doubles:
        columns = self.columns
        # The most that a name can be worth: every part of the shorter one found.
        most = np.minimum(columns.rarity_of_all[left], columns.rarity_of_all[right]).astype(np.float64)
        named = (columns.names[left, 0] > 0) & (columns.names[right, 0] > 0)
        out = np.where(named, most, 0.0)
        at = np.nonzero(named & (most >= needed))[0]
        out[at] = self._compared(left[at], right[at], needed[at], most[at])
        return out

    def _compared(self, left: Ints, right: Ints, needed: Floats, most: Doubles) -> Doubles:
        columns = self.columns
        a, b = columns.names[left], columns.names[right]
        rare_a, rare_b = columns.rarity[left], columns.rarity[right]
        same = (a[:, :, None] == b[:, None, :]) & (a[:, :, None] > 0)
        found_a, found_b = same.any(2), same.any(1)
        # A part of people of two nationalities is as telling as where it is commoner.
        shared = np.minimum(np.where(found_a, rare_a, 0.0).sum(1), np.where(found_b, rare_b, 0.0).sum(1))
        weight = (shared - 0.05 * found_a.sum(1)).astype(np.float64)
        loose_a, loose_b = (a > 0) & ~found_a, (b > 0) & ~found_b
        count_a, count_b = loose_a.sum(1), loose_b.sum(1)
        fewer = np.minimum(count_a, count_b)
        weight += TOKEN_MISSING * np.abs(count_a - count_b)
        rare = np.minimum(np.where(loose_a, rare_a, 0.0).sum(1), np.where(loose_b, rare_b, 0.0).sum(1))
        hopeful = (fewer > 0) & (weight + rare - _ONE_SLIP >= needed)
        rest = TOKEN_DIFFERS * fewer.astype(np.float64)
        at = np.nonzero(hopeful)[0]
        rest[at] = self._rest(
            np.where(loose_a[at], a[at], 0), np.where(loose_b[at], b[at], 0), rare[at], fewer[at]
        )
        weight += rest
        # Written with a blank more or less: only then is the name looked at as one word. Two names of as many parts that
        # begin alike would seem to be alike.
        as_joined = most - 0.7
        unlike = np.nonzero(
            ((a > 0).sum(1) != (b > 0).sum(1))
            & (count_a + count_b > 0)
            & (as_joined > weight)
            & (as_joined >= needed)
        )[0]
        whole = self._as_one_word(left[unlike], right[unlike])
        joined = np.where(whole >= _WHOLE_ALIKE, as_joined[unlike] - 25.0 * (1.0 - whole), -np.inf)
        weight[unlike] = np.maximum(weight[unlike], joined)
        return np.asarray(weight, np.float64)

    def _rest(self, loose_a: Ints, loose_b: Ints, rare: Floats, fewer: NDArray[np.int64]) -> Doubles:
        """What the parts are worth that are not the same: as one text each, where several are left."""
        letters, sounds, shorter = (np.empty(len(loose_a), np.int32) for _ in range(3))
        # As a rule one part is left on each side: the last when they are sorted, as 0 is none.
        loose_a, loose_b = np.sort(loose_a, axis=1), np.sort(loose_b, axis=1)
        several = (loose_a[:, -2] > 0) | (loose_b[:, -2] > 0)
        alone = ~several, self._parts, loose_a[~several, -1], loose_b[~several, -1]
        together = several, *self._together(loose_a[several], loose_b[several])
        for at, words, a, b in (alone, together):
            letters[at] = _slips(words.written[a].tolist(), words.written[b].tolist(), _MOST_SLIPS)
            sounds[at] = _slips(words.heard[a].tolist(), words.heard[b].tolist(), _MOST_SLIPS)
            shorter[at] = np.minimum(words.lengths[a], words.lengths[b])
        # Spellings of one sound cost less than letters that are heard, and in a short name one letter makes another name.
        cost = np.minimum(1.0 + 2.5 * letters, _ONE_SLIP + 2.5 * sounds) + np.where(shorter <= 4, 2.0, 0.0)
        alike = np.minimum(letters, sounds) <= np.minimum(np.maximum(shorter // 4, 1), _MOST_SLIPS)
        matched = np.maximum(rare - cost, 0.3 * TOKEN_DIFFERS * fewer)
        return np.asarray(np.where(alike, matched, TOKEN_DIFFERS * fewer), np.float64)

    def _together(self, ones: Ints, others: Ints) -> tuple[_Words, NDArray[np.int64], NDArray[np.int64]]:
        """Sets of parts as one text each, and which of them stands where: few sets stand in many pairs."""
        sets, numbers = _different(np.concatenate((ones, others)))
        written, heard = (
            [" ".join(sorted(filter(None, row))) for row in texts[sets].tolist()]
            for texts in (self._parts.written, self._parts.heard)
        )
        return _Words.of(written, heard), numbers[: len(ones)], numbers[len(ones) :]

    def _as_one_word(self, left: Ints, right: Ints) -> Floats:
        """Likeness of names written without blanks, as they stand and turned."""
        parts = self.columns.parts
        ones, others = self.columns.joined(left), self.columns.joined(right)
        turned = ["".join([parts[part] for part in row[::-1]]) for row in self.columns.names[right].tolist()]

        def alike(those: list[str]) -> Floats:
            return process.cpdist(ones, those, scorer=OSA.normalized_similarity, dtype=np.float32)

        return np.maximum(alike(others), alike(turned)) if ones else np.zeros(0, np.float32)


def _different(rows: Ints) -> tuple[Ints, NDArray[np.int64]]:
    """(different rows, which of them each row is), as `np.unique` of rows, which is slow."""
    numbers = rows[:, 0].astype(np.int64)
    for column in range(1, rows.shape[1]):
        _codes, numbers = np.unique((numbers << 32) | rows[:, column], return_inverse=True)
    _different, at, numbers = np.unique(numbers, return_index=True, return_inverse=True)
    return rows[at], numbers


def _slips(ones: list[str], others: list[str], most: int) -> Ints:
    """Signs that differ between texts of the same place, `most` + 1 where there are more."""
    if not ones:
        return np.zeros(0, np.int32)
    return process.cpdist(ones, others, scorer=OSA.distance, score_cutoff=most, dtype=np.int32)


def _dates_near(a: Ints, b: Ints) -> Bools:
    """Day and month turned, or one of day, month and year different."""
    (year_a, month_a, day_a), (year_b, month_b, day_b) = _parts(a), _parts(b)
    turned = (year_a == year_b) & (month_a == day_b) & (day_a == month_b)
    different = (year_a != year_b).astype(int) + (month_a != month_b) + (day_a != day_b)
    return np.asarray(turned | (different == 1))


def _parts(ordinals: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    days = (ordinals.astype(np.int64) - _EPOCH).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    number = months.astype(np.int64)
    return number // 12 + 1970, number % 12 + 1, (days - months).astype(np.int64) + 1
