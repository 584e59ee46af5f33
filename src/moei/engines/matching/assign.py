"""Two lists that name the same people: each row fits at most one row of the other.

The probability of a pair therefore depends on its rivals. It is found by belief propagation on the graph of possible
pairs (the marginals of a random matching, with "nobody" as a possible partner of each), which is exact on trees and
good on the sparse graphs that arise here. How many rows of the two lists have a partner at all is learned along the way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import exp

SWEEPS = 6
NEGLIGIBLE = 1e-3
MOST_LOG_ODDS = 60.0


def pair_probabilities(
    likelihoods: Mapping[tuple[int, int], float],
    left_size: int,
    right_size: int,
    *,
    share: float,
    learn: int = 2,
) -> tuple[dict[tuple[int, int], float], float]:
    """The probability of each pair, and the learned share of the smaller list that has a partner.

    Args:
        likelihoods: (left, right) -> log-likelihood ratio of one person against two; pairs left out are impossible.
        left_size, right_size: how many rows each list has in all.
        share: first guess of the share of the smaller list that has a partner.
        learn: how many times the share is estimated anew.
    """
    pairs = sorted(likelihoods)
    found: dict[tuple[int, int], float] = {}
    smaller = min(left_size, right_size)
    for _ in range(learn):
        expected = share * smaller
        prior = (expected / (left_size * right_size)) / (
            max(1 - expected / left_size, 0.01) * max(1 - expected / right_size, 0.01)
        )
        odds = {}
        for pair in pairs:
            value = prior * exp(min(likelihoods[pair], MOST_LOG_ODDS))
            if value > NEGLIGIBLE:
                odds[pair] = value
        found = _marginals(odds)
        share = min(max((sum(found.values()) + 0.5) / (smaller + 1), 0.02), 0.98)
    return found, share


def _marginals(odds: Mapping[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    edges: Sequence[tuple[int, int]] = list(odds)
    values = [odds[edge] for edge in edges]
    by_left: dict[int, list[int]] = defaultdict(list)
    by_right: dict[int, list[int]] = defaultdict(list)
    for number, (left, right) in enumerate(edges):
        by_left[left].append(number)
        by_right[right].append(number)
    # to_right[e]: how free the left end is when this edge is not counted; to_left[e] likewise.
    to_right = [1.0] * len(edges)
    to_left = [1.0] * len(edges)
    left_groups = list(by_left.values())
    right_groups = list(by_right.values())
    for _ in range(SWEEPS):
        for groups, incoming, outgoing in (
            (left_groups, to_left, to_right),
            (right_groups, to_right, to_left),
        ):
            for group in groups:
                if len(group) == 1:
                    continue
                terms = [values[e] * incoming[e] for e in group]
                total = 1.0 + sum(terms)
                for e, term in zip(group, terms, strict=True):
                    # A float difference of two huge numbers must not fall below "nobody".
                    outgoing[e] = 1.0 / max(total - term, 1.0 + 1e-9 * term)
    result = {}
    for number, edge in enumerate(edges):
        both = values[number] * to_right[number] * to_left[number]
        result[edge] = both / (1.0 + both)
    return result
