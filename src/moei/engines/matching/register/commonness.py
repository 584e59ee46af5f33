"""What is common in a register: it says how little it means that two rows share it. Counted once, at the start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moei.engines.matching.register.columns import Columns, Ints
from moei.engines.matching.weights import RAREST_DATE, YEAR

Doubles = NDArray[np.float64]
_STEPS = 3
"""So many years apart births are counted."""


@dataclass(frozen=True)
class Commonness:
    """By nationality and by day (ordinals from `start` on).

    Attributes:
        nationality: weight of a shared one, by its number in `Columns.nationalities`.
        date: weight of a shared whole date of birth.
        begun, ended: births (of all that state one) whose span began before a day, and whose span ended before it.
        dated: births stated.
    """

    nationality: Doubles
    start: int
    date: Doubles
    begun: NDArray[np.int64]
    ended: NDArray[np.int64]
    dated: int

    @classmethod
    def of(cls, columns: Columns) -> Commonness:
        once = np.ones(len(columns), np.int64)
        of_state = np.bincount(columns.nationality, minlength=len(columns.nationalities))
        return cls.counted(of_state, columns.exact, columns.first, columns.last, once)

    @classmethod
    def counted(
        cls, of_state: NDArray[np.int64], exact: Ints, first: Ints, last: Ints, many: NDArray[np.int64]
    ) -> Commonness:
        """Of how many rows state each nationality (by its number), and `many` rows each birth (as in ``Columns``)."""
        stated = of_state.copy()
        stated[:1] = 0
        born = first > 0
        firsts, lasts, births = first[born], last[born], many[born]
        start, end = 0, 0
        if len(firsts):
            start, end = int(firsts.min()), int(lasts.max())
        start, days = start - _STEPS * YEAR, end - start + 2 * _STEPS * YEAR + 2
        dated = exact > 0
        whole = np.bincount(exact[dated] - start, many[dated], days).astype(np.int64)
        share = np.clip((whole - 0.7) / (whole.sum() + 30), RAREST_DATE, 1.0)
        return cls(
            nationality=-np.log((stated + 1) / (stated.sum() + 1)),
            start=start,
            date=-np.log(share),
            begun=_before(firsts - start, births, days),
            ended=_before(lasts - start, births, days),
            dated=int(births.sum()),
        )

    def date_weight(self, ordinals: Ints) -> Doubles:
        """How telling it is that two rows state this whole date."""
        return np.asarray(self.date[ordinals - self.start], np.float64)

    def fitting_share(self, first: Ints, last: Ints, step: Ints) -> Doubles:
        """Share of all rows whose birth would be so many years (0 to 3) from the given spans."""
        inner = np.where(step > 0, self._within(first, last, np.maximum(step - 1, 0)), 0)
        return (self._within(first, last, step) - inner + 1) / (self.dated + 10)

    def _within(self, first: Ints, last: Ints, years: Ints) -> NDArray[np.int64]:
        reach, most = years * YEAR - self.start, len(self.begun) - 1
        begun = self.begun[np.clip(last + reach + 1, 0, most)]
        ended = self.ended[np.clip(first - years * YEAR - self.start, 0, most)]
        return np.asarray(begun - ended, np.int64)


def _before(days: Ints, births: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """How many births on `days` lie before each day."""
    return np.concatenate(
        (np.zeros(1, np.int64), np.cumsum(np.bincount(days, births, size).astype(np.int64)))
    )
