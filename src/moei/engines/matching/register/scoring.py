"""How strongly each field of a pair speaks for one person, for hundreds of thousands of pairs at once.

The weights are those of `weights.py` (log-likelihood ratios); what is common in this register is counted from it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from moei.engines.identity.names import sound
from moei.engines.matching.register.columns import Columns, Floats, Ints
from moei.engines.matching.weights import (
    AGE_OFF,
    BIRTH_DIFFERS,
    BIRTH_NEAR,
    DOCUMENT_DIFFERS,
    DOCUMENT_NEAR,
    DOCUMENT_SAME,
    NATIONALITY_DIFFERS,
    RAREST_DATE,
    SEX_DIFFERS,
    SEX_SAME,
    TOKEN_DIFFERS,
    TOKEN_MISSING,
    YEAR,
    YEAR_OFF,
)

AT_ONCE = 400_000
FIELDS = ("name", "birth", "document", "nationality", "sex")
_MOST_SLIPS, _WHOLE_ALIKE = 3, 0.9
_EPOCH = 719_163  # ordinal of 1 January 1970
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Scoring:
    """Weighs pairs of one register; what is rare in it is counted once, at the start."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        stated = columns.nationality[columns.nationality > 0]
        counts = np.bincount(stated, minlength=len(columns.nationalities))
        self._nationality = -np.log((counts + 1) / (len(stated) + 1))
        dated = columns.exact[columns.exact > 0]
        days, often = np.unique(dated, return_counts=True)
        share = np.clip((often - 0.7) / (len(dated) + 30), RAREST_DATE, 1.0)
        self._days, self._date = days, -np.log(share)
        self._firsts = np.sort(columns.first[columns.first > 0])
        self._lasts = np.sort(columns.last[columns.first > 0])
        self._sounds = [sound(part) for part in columns.parts]

    def weights(self, left: Ints, right: Ints, *, floor: float = -np.inf) -> Floats:
        """Pairs x ``FIELDS``. Names of pairs that cannot reach `floor` in all are not compared letter by letter: what
        stands for them is the most that they could be worth."""
        out = np.empty((len(left), len(FIELDS)), np.float32)
        for start in range(0, len(left), AT_ONCE):
            a, b = left[start : start + AT_ONCE], right[start : start + AT_ONCE]
            part = out[start : start + AT_ONCE]
            part[:, 1] = self._births(a, b)
            part[:, 2] = self._documents(a, b)
            part[:, 3] = self._nationalities(a, b)
            part[:, 4] = self._sexes(a, b)
            part[:, 0] = self._names(a, b, floor - part[:, 1:].sum(1))
        return out

    def _sexes(self, left: Ints, right: Ints) -> Doubles:
        a, b = self.columns.sex[left], self.columns.sex[right]
        return np.where((a == 0) | (b == 0), 0.0, np.where(a == b, SEX_SAME, SEX_DIFFERS))

    def _nationalities(self, left: Ints, right: Ints) -> Doubles:
        a, b = self.columns.nationality[left], self.columns.nationality[right]
        return np.where((a == 0) | (b == 0), 0.0, np.where(a == b, self._nationality[a], NATIONALITY_DIFFERS))

    def _documents(self, left: Ints, right: Ints) -> Doubles:
        columns, numbers = self.columns, self.columns.document
        out = np.zeros(len(left))
        pairs = [
            (at, numbers[a], numbers[b])
            for at, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True))
            if numbers[a] and numbers[b] and (numbers[a] == numbers[b] or columns.comparable_documents(a, b))
        ]
        if not pairs:
            return out
        places, ones, others = (list(column) for column in zip(*pairs, strict=True))
        far = process.cpdist(ones, others, scorer=OSA.distance, score_cutoff=1, dtype=np.int32, workers=-1)
        lengths = np.array([min(len(one), len(other)) for one, other in zip(ones, others, strict=True)])
        near = np.where((far == 1) & (lengths >= 6), DOCUMENT_NEAR, DOCUMENT_DIFFERS)
        out[places] = np.where(far == 0, DOCUMENT_SAME, near)
        return out

    def _births(self, left: Ints, right: Ints) -> Doubles:
        columns = self.columns
        first_a, last_a, first_b, last_b = (
            columns.first[left],
            columns.last[left],
            columns.first[right],
            columns.last[right],
        )
        exact_a, exact_b = columns.exact[left], columns.exact[right]
        apart = np.maximum(np.maximum(first_a - last_b, first_b - last_a), 0)
        step = np.minimum(np.ceil(apart / YEAR).astype(np.int32), 3)
        chance = np.maximum(
            self._fitting_share(first_a, last_a, step), self._fitting_share(first_b, last_b, step)
        )
        told = columns.told_age[left] | columns.told_age[right]
        seen = np.where(told, np.array([*AGE_OFF, 1.0])[step], np.array([*YEAR_OFF, 1.0])[step])
        out = np.where(step == 3, BIRTH_DIFFERS, np.log(seen / chance))
        whole = (exact_a > 0) & (exact_b > 0)
        same = self._date[np.searchsorted(self._days, exact_a[whole])]
        near = _dates_near(exact_a[whole], exact_b[whole])
        out[whole] = np.where(
            exact_a[whole] == exact_b[whole], same, np.where(near, BIRTH_NEAR, BIRTH_DIFFERS)
        )
        return np.where((first_a > 0) & (first_b > 0), out, 0.0)

    def _fitting_share(self, first: Ints, last: Ints, step: Ints) -> Doubles:
        """Share of all rows whose birth would be so many years from the given spans."""

        def within(years: Ints) -> NDArray[np.int64]:
            reach = years * YEAR
            return np.searchsorted(self._firsts, last + reach, "right") - np.searchsorted(
                self._lasts, first - reach, "left"
            )

        inner = np.where(step > 0, within(np.maximum(step - 1, 0)), 0)
        return (within(step) - inner + 1) / (len(self._firsts) + 10)

    def _names(self, left: Ints, right: Ints, needed: Floats) -> Doubles:
        columns = self.columns
        a, b = columns.names[left], columns.names[right]
        rare_a, rare_b = columns.rarity[left], columns.rarity[right]
        same = (a[:, :, None] == b[:, None, :]) & (a[:, :, None] > 0)
        found_a, found_b = same.any(2), same.any(1)
        # A part of people of two nationalities is as telling as where it is commoner.
        weight = np.where(found_a, rare_a, 0.0).sum(1)
        weight = np.minimum(weight, np.where(found_b, rare_b, 0.0).sum(1)) - 0.05 * found_a.sum(1)
        loose_a, loose_b = (a > 0) & ~found_a, (b > 0) & ~found_b
        count_a, count_b = loose_a.sum(1), loose_b.sum(1)
        # The most that a name can be worth: every part of the shorter one found.
        all_found = np.minimum(columns.rarity_of_all[left], columns.rarity_of_all[right])
        hopeful = all_found >= needed
        both = np.nonzero((count_a > 0) & (count_b > 0) & hopeful)[0]
        weight -= np.where((count_a > 0) & (count_b > 0), 0.0, -TOKEN_MISSING * (count_a + count_b))
        if len(both):
            weight[both] += self._rest(
                a[both], b[both], loose_a[both], loose_b[both], rare_a[both], rare_b[both]
            )
        # Written with a blank more or less: only then is the name looked at as one word. Two names of as many parts that
        # begin alike would seem to be alike.
        unlike = np.nonzero(
            ((a > 0).sum(1) != (b > 0).sum(1)) & (count_a + count_b > 0) & (a[:, 0] > 0) & (b[:, 0] > 0)
        )[0]
        if len(unlike):
            whole = self._as_one_word(left[unlike], right[unlike])
            joined = all_found[unlike] - 0.7 - 25.0 * (1.0 - whole)
            weight[unlike] = np.where(
                whole >= _WHOLE_ALIKE, np.maximum(weight[unlike], joined), weight[unlike]
            )
        return np.where((a[:, 0] > 0) & (b[:, 0] > 0), weight, 0.0)

    def _rest(
        self, a: Ints, b: Ints, loose_a: Bools, loose_b: Bools, rare_a: Floats, rare_b: Floats
    ) -> Doubles:
        """What the parts are worth that are not the same: as one text each, where several are left."""

        def text(parts: list[str], numbers: Ints, loose: Bools) -> list[str]:
            kept = np.where(loose, numbers, 0).tolist()
            return [" ".join(sorted(parts[part] for part in row if part)) for row in kept]

        def slips(parts: list[str]) -> tuple[Ints, Ints]:
            ones, others = text(parts, a, loose_a), text(parts, b, loose_b)
            found = process.cpdist(
                ones, others, scorer=OSA.distance, score_cutoff=_MOST_SLIPS, dtype=np.int32, workers=-1
            )
            shorter = np.array(
                [min(len(one), len(other)) for one, other in zip(ones, others, strict=True)], np.int32
            )
            return found, shorter

        letters, shorter = slips(self.columns.parts)
        sounds, _ = slips(self._sounds)
        # Spellings of one sound cost less than letters that are heard, and in a short name one letter makes another name.
        cost = np.minimum(1.0 + 2.5 * letters, 1.8 + 2.5 * sounds) + np.where(shorter <= 4, 2.0, 0.0)
        alike = np.minimum(letters, sounds) <= np.minimum(np.maximum(shorter // 4, 1), _MOST_SLIPS)
        rare = np.minimum(np.where(loose_a, rare_a, 0.0).sum(1), np.where(loose_b, rare_b, 0.0).sum(1))
        count_a, count_b = loose_a.sum(1), loose_b.sum(1)
        fewer = np.minimum(count_a, count_b)
        matched = np.maximum(rare - cost, 0.3 * TOKEN_DIFFERS * fewer)
        weight = np.where(alike, matched, TOKEN_DIFFERS * fewer)
        return np.asarray(weight + TOKEN_MISSING * np.abs(count_a - count_b), np.float64)

    def _as_one_word(self, left: Ints, right: Ints) -> Floats:
        """Likeness of names written without blanks, as they stand and turned."""
        joined, parts, names = self.columns.joined, self.columns.parts, self.columns.names

        def alike(ones: list[str], others: list[str]) -> Floats:
            return process.cpdist(
                ones, others, scorer=OSA.normalized_similarity, dtype=np.float32, workers=-1
            )

        ones, others = [joined[at] for at in left.tolist()], [joined[at] for at in right.tolist()]
        turned = ["".join(parts[part] for part in row[::-1]) for row in names[right].tolist()]
        return np.maximum(alike(ones, others), alike(ones, turned))


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
