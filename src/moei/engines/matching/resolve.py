"""From rows to people: candidates, weights, one-to-one probabilities, joins, and what is left for people to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from moei.engines.matching.assign import pair_probabilities
from moei.engines.matching.blocking import candidates
from moei.engines.matching.entities import DOCUMENTS_DIFFER, Entities
from moei.engines.matching.explain import explain
from moei.engines.matching.model import (
    Judgement,
    Key,
    Link,
    MatchRow,
    MatchWarning,
    Resolution,
    ReviewPair,
    Verdict,
)
from moei.engines.matching.warn import warnings_about
from moei.engines.matching.weights import BIRTH_NEAR, Comparison, Weights, probability

ROUNDS = (0.995, 0.98, 0.93)
"""Sure pairs are joined first: what they explain is no rival any more for those that follow."""
TWICE_SURE = 0.95
TWICE_PRIOR = 0.3
"""How often a row that fits nobody of the other lists turns out to be a person its own list already has."""
WORTH_ASKING = 0.08
FLOOR = -2.0
"""Log-likelihood below which a pair is not looked at again."""

Progress = Callable[[int, int], None]
Graph = dict[tuple[int, int], float]


def resolve(
    rows: Sequence[MatchRow],
    *,
    judgements: Sequence[Judgement] = (),
    progress: Progress | None = None,
) -> Resolution:
    """Group rows of several lists into people.

    Args:
        rows: any number of rows of any number of lists; the order does not matter. Keys must differ.
        judgements: what people decided about pairs; it always holds. Those about unknown keys are ignored.
        progress: called with (steps done, steps in all).

    Raises:
        ValueError: two rows have one key.
    """
    ordered = sorted(rows, key=_order)
    place_of = {row.key: place for place, row in enumerate(ordered)}
    if len(place_of) != len(ordered):
        raise ValueError("each row needs a key of its own")
    run = _Run(ordered, place_of, judgements, progress or (lambda done, total: None))
    return run.resolution()


def _order(row: MatchRow) -> tuple[str, str, int, str]:
    return (row.kind.value, row.list, row.row, repr(row.key))


class _Run:
    def __init__(
        self, rows: list[MatchRow], place_of: dict[Key, int], judgements: Sequence[Judgement], progress: Progress
    ) -> None:
        self.rows = rows
        self.progress = progress
        self.steps = 4 + len(ROUNDS)
        self.done = 0
        self.comparison = Comparison(rows)
        self.verdicts: dict[tuple[int, int], Verdict] = {}
        for judgement in judgements:
            if judgement.left in place_of and judgement.right in place_of and judgement.left != judgement.right:
                one, other = sorted((place_of[judgement.left], place_of[judgement.right]))
                self.verdicts[one, other] = judgement.verdict
        different = [pair for pair, verdict in self.verdicts.items() if verdict is Verdict.DIFFERENT]
        self.entities = Entities(self.comparison, different)
        self.joins: list[tuple[int, int, float]] = []
        self.warnings: list[MatchWarning] = []
        self.probabilities: Graph = {}

    def step(self) -> None:
        self.done += 1
        self.progress(self.done, self.steps)

    def resolution(self) -> Resolution:
        self._join_judged()
        pairs = candidates(self.comparison)
        self.step()
        self.graph = [pair for pair in pairs if sum(self.comparison.weights(*pair)) > FLOOR or self._same_document(pair)]
        self.step()
        for threshold in ROUNDS:
            self._join_lists(threshold)
            self.step()
        self._join_twice_listed()
        self._join_lists(ROUNDS[-1])
        self.step()
        review = self._review()
        warnings = (*self.warnings, *warnings_about(self.comparison, self.rows, self.entities))
        resolution = Resolution(
            clusters=tuple(
                tuple(self.rows[place].key for place in members)
                for _, members in sorted(self.entities.members.items())
            ),
            links=self._links(),
            review=review,
            warnings=tuple(warnings),
        )
        self.step()
        return resolution

    def _same_document(self, pair: tuple[int, int]) -> bool:
        return self.comparison.weights(*pair).document > 0

    def _join_judged(self) -> None:
        for (one, other), verdict in sorted(self.verdicts.items()):
            if verdict is not Verdict.SAME:
                continue
            left, right = self.entities.of(one), self.entities.of(other)
            if self.entities.join(left, right):
                self.joins.append((one, other, 1.0))
            elif left != right:
                keys = (self.rows[one].key, self.rows[other].key)
                words = "Judged the same person, but rows already joined to them were judged different; kept apart"
                self.warnings.append(MatchWarning("judgements_conflict", words, keys))

    def _edges(self) -> dict[tuple[int, int], list[tuple[int, int]]]:
        """Pairs of entities that share candidate pairs of rows."""
        edges: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        of = self.entities.of
        for one, other in self.graph:
            a, b = of(one), of(other)
            if a != b:
                edges[(a, b) if a < b else (b, a)].append((one, other))
        return edges

    def _join_lists(self, threshold: float) -> None:
        """One pass over all pairs of sources; rows of both lists are one-to-one."""
        entities = self.entities
        by_sources: dict[tuple[int, int], dict[tuple[int, int], float]] = defaultdict(dict)
        best_rows: dict[tuple[int, int], tuple[int, int]] = {}
        for (a, b), row_pairs in self._edges().items():
            if entities.kept_apart(a, b) or not entities.sources(a).isdisjoint(entities.sources(b)):
                continue
            weights = entities.weights(a, b)
            total = sum(weights)
            if total <= FLOOR or _impossible(weights):
                continue
            best_rows[a, b] = max(row_pairs, key=lambda pair: (sum(self.comparison.weights(*pair)), pair))
            for s in entities.sources(a):
                for t in entities.sources(b):
                    if s < t:
                        by_sources[s, t][a, b] = total
                    else:
                        by_sources[t, s][b, a] = total
        best: Graph = {}
        for (s, t), likelihoods in sorted(by_sources.items()):
            found, _ = pair_probabilities(
                likelihoods, self._open(s, t), self._open(t, s), share=0.7
            )
            for (a, b), p in found.items():
                pair = (a, b) if a < b else (b, a)
                best[pair] = min(best.get(pair, 1.0), p)
        self.probabilities = {best_rows[pair]: p for pair, p in best.items()}
        for pair, p in sorted(best.items(), key=lambda item: (-item[1], item[0])):
            if p < threshold:
                break
            a, b = (entities.of(place) for place in pair)
            if a == b or not entities.sources(a).isdisjoint(entities.sources(b)):
                continue
            # Joined on in this pass: the rows gained meanwhile must not speak against it.
            if (a, b) != pair and (_impossible(w := entities.weights(a, b)) or sum(w) < 0):
                continue
            if entities.join(a, b):
                self.joins.append((*best_rows[pair], p))

    def _open(self, source: int, other: int) -> int:
        """Rows of a source that have no partner yet in the other."""
        entities = self.entities
        taken = sum(1 for e in entities.members if {source, other} <= entities.sources(e))
        return max(self.comparison.size(source) - taken, 1)

    def _join_twice_listed(self) -> None:
        """Rows that found nobody: is their person already there through another row of the same list?"""
        entities = self.entities
        likelihoods: dict[int, dict[int, tuple[float, tuple[int, int]]]] = defaultdict(dict)
        for (a, b), row_pairs in self._edges().items():
            shared = entities.sources(a) & entities.sources(b)
            if not shared or entities.kept_apart(a, b):
                continue
            weights = entities.weights(a, b)
            if not _twice(weights):
                continue
            best = max(row_pairs, key=lambda pair: (sum(self.comparison.weights(*pair)), pair))
            for lone, full in ((a, b), (b, a)):
                if len(entities.members[lone]) == 1:
                    likelihoods[lone][full] = (sum(weights), best)
        chosen: list[tuple[float, int, int, tuple[int, int]]] = []
        for lone, fits in likelihoods.items():
            size = self.comparison.size(self.comparison.rows[lone].source)
            odds = {full: TWICE_PRIOR / size * _exp(total) for full, (total, _) in fits.items()}
            everything = 1.0 + sum(odds.values())
            for full, value in odds.items():
                pair = fits[full][1]
                p = value / everything
                self.probabilities[pair] = max(self.probabilities.get(pair, 0.0), p)
                if p >= TWICE_SURE:
                    chosen.append((-p, lone, full, pair))
        for negative, lone, full, pair in sorted(chosen):
            a, b = entities.of(lone), entities.of(full)
            if a != b and _twice(entities.weights(a, b)) and entities.join(a, b):
                self.joins.append((*pair, -negative))

    def _links(self) -> tuple[Link, ...]:
        of = self.entities.of
        links = sorted(self.joins, key=lambda join: (of(join[0]), -join[2], join[0], join[1]))
        return tuple(
            Link(self.rows[a].key, self.rows[b].key, p, self._evidence(a, b)) for a, b, p in links
        )

    def _evidence(self, one: int, other: int):  # type: ignore[no-untyped-def]
        return explain(self.rows[one], self.rows[other], self.comparison.weights(one, other))

    def _review(self) -> tuple[ReviewPair, ...]:
        return ()


def _exp(value: float) -> float:
    from math import exp

    return exp(min(value, 60.0))


def _impossible(weights: Weights) -> bool:
    """One document, two people: names and birth both speak against it, however strong the number."""
    return weights.document > 0 and weights.name < 0 and weights.birth <= BIRTH_NEAR


def _twice(weights: Weights) -> bool:
    """Strong enough to say that one list names a person twice: nothing speaks against it."""
    return (
        weights.document > DOCUMENTS_DIFFER
        and weights.name > 0
        and weights.birth > BIRTH_NEAR
        and weights.sex >= 0
        and weights.nationality >= 0
    )
