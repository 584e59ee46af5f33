"""How good clusters are when the truth is known: over all pairs of rows that the truth names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from moei.engines.matching.model import Key


@dataclass(frozen=True, slots=True)
class PairScore:
    """Pairs of rows put into one cluster (``linked``), pairs of one person (``true``), and both (``right``)."""

    linked: int
    true: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the linked pairs that are right; 1 if none is linked."""
        return self.right / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that are linked; 1 if there are none."""
        return self.right / self.true if self.true else 1.0


def score(clusters: Iterable[Iterable[Key]], truth: Mapping[Key, str]) -> PairScore:
    """Pairwise precision and recall of clusters; rows the truth does not name are left out."""
    linked = right = 0
    people: Counter[str] = Counter()
    for cluster in clusters:
        within = Counter(truth[key] for key in cluster if key in truth)
        linked += _pairs(within.total())
        right += sum(map(_pairs, within.values()))
        people.update(within)
    return PairScore(linked=linked, true=sum(map(_pairs, people.values())), right=right)


def _pairs(rows: int) -> int:
    return rows * (rows - 1) // 2
