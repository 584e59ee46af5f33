"""A register matched: candidate pairs, their weights, probabilities among rivals, people, and what is left to look at."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moei.engines.matching.model import MatchRow
from moei.engines.matching.register.blocking import candidates
from moei.engines.matching.register.columns import Columns, Floats, Ints, columns_of
from moei.engines.matching.register.hands import by_many_hands
from moei.engines.matching.register.people import people_of
from moei.engines.matching.register.scoring import AT_ONCE, FIELDS, Doubles, Scoring

LINK = 0.97
"""Surer pairs are joined. Chosen for a precision of 0.995: `benchmarks/matching`."""
ASK = 0.1
SWEEPS = 6
MOST_LOG_ODDS = 60.0
FIRST_SHARE = 0.3
FAR_BELOW, MOST_FLOOR = 4.0, 6.0
"""Pairs whose weight is so far below what chance asks for are dropped before anything is computed of them."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows by their places, how likely they are one person, and the weight of each of ``FIELDS``."""

    left: int
    right: int
    probability: float
    weights: tuple[float, ...]

    @property
    def words(self) -> str:
        """``name +9.1, birth -2.0``: what speaks for it and against, the strongest first."""
        said = sorted(zip(FIELDS, self.weights, strict=True), key=lambda item: -abs(item[1]))
        return ", ".join(f"{field} {weight:+.1f}" for field, weight in said if weight)


@dataclass(frozen=True)
class Matched:
    """By place of the row: where it stands (`lists` by the numbers in `list_of`), the number of its person, and how sure
    its surest link is (1 for a row that stands alone)."""

    lists: list[str]
    list_of: Ints
    row_of: Ints
    person: Ints
    probability: NDArray[np.float32]
    review: list[Pair]
    candidates: int


def match_register(rows: Iterable[MatchRow], *, progress: Progress | None = None) -> Matched:
    """Matches rows of any number of lists. Of two pairs that are as likely, the one whose rows came first goes first.

    Args:
        rows: read once.
        progress: called with steps done and steps in all.
    """
    # Millions of short lists come and go, none of them in a circle: to look for circles takes as long as the rest.
    collected = gc.isenabled()
    gc.disable()
    try:
        return _matched(rows, progress or (lambda done, total: None))
    finally:
        if collected:
            gc.enable()


def _matched(rows: Iterable[MatchRow], say: Progress) -> Matched:
    columns = columns_of(rows)
    say(1, 5)
    left, right = candidates(columns)
    say(2, 5)
    found = len(left)
    left, right, weights = _weighed(columns, left, right, floor_of(len(columns)))
    say(3, 5)
    probability = probabilities(columns, left, right, weights.sum(1).astype(np.float64))
    say(4, 5)
    person, surest, review = settled(columns, left, right, weights, probability)
    say(5, 5)
    return Matched(columns.lists, columns.list_of, columns.row_of, person, surest, review, found)


def floor_of(rows: int) -> float:
    """Pairs that weigh no more are not looked at further, in a register of so many rows."""
    return min(float(np.log(max(rows, 2))) - FAR_BELOW, MOST_FLOOR)


def settled(
    columns: Columns, left: Ints, right: Ints, weights: Floats, probability: Doubles
) -> tuple[Ints, Floats, list[Pair]]:
    """(person of each row, surest link of each row, pairs that people should look at, the likeliest first)."""
    sure = probability >= LINK
    person, surest, refused = people_of(columns, left[sure], right[sure], probability[sure])
    asked = (probability >= ASK) & ~sure
    asked[np.nonzero(sure)[0][refused]] = True
    asked &= person[left] != person[right]
    order = np.nonzero(asked)[0]
    order = order[np.argsort(-probability[order], kind="stable")]
    review = [
        Pair(int(left[at]), int(right[at]), float(probability[at]), tuple(map(float, weights[at])))
        for at in order
    ]
    return person, surest, review


def _weighed(columns: Columns, left: Ints, right: Ints, floor: float) -> tuple[Ints, Ints, Floats]:
    """The pairs above the floor, with their weights."""
    scoring = Scoring(columns)

    def weigh(start: int) -> tuple[Ints, Ints, Floats]:
        ones, others = left[start : start + AT_ONCE], right[start : start + AT_ONCE]
        weights = scoring.weights(ones, others, floor=floor)
        kept = weights.sum(1) > floor
        return ones[kept], others[kept], weights[kept]

    starts = range(0, max(len(left), 1), AT_ONCE)
    ones, others, weights = zip(*by_many_hands(weigh, starts, alone=len(starts) < 3), strict=True)
    return np.concatenate(ones), np.concatenate(others), np.concatenate(weights)


def probabilities(
    columns: Columns, left: Ints, right: Ints, total: Doubles, *, rows: int | None = None
) -> Doubles:
    """Of each pair, against its rivals: a row fits at most one row of another list, and few of its own.

    How many pairs are of one person is not known before: it is the sum of the probabilities, found by going over them
    some times.

    Args:
        rows: of the register, where `columns` are only of those that stand in a pair.
    """
    if not len(left):
        return np.zeros(0)
    rows, lists = rows or len(columns), len(columns.lists)
    pairs = rows * (rows - 1) / 2
    ours = columns.list_of[left].astype(np.int64)
    theirs = columns.list_of[right].astype(np.int64)
    group_left = left.astype(np.int64) * lists + theirs
    group_right = right.astype(np.int64) * lists + ours
    _names, group_left = np.unique(group_left, return_inverse=True)
    _names, group_right = np.unique(group_right, return_inverse=True)
    likelihood = np.exp(np.minimum(total, MOST_LOG_ODDS))
    expected = FIRST_SHARE * rows
    found = np.zeros(len(left))
    for _ in range(SWEEPS):
        odds = likelihood * expected / max(pairs - expected, 1.0)
        rivals_left = np.bincount(group_left, odds)[group_left]
        rivals_right = np.bincount(group_right, odds)[group_right]
        found = odds / (1.0 + np.maximum(rivals_left, rivals_right))
        expected = max(float(found.sum()), 1.0)
    return found
