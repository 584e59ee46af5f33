"""From rows to people: candidates, weights, one-to-one probabilities, joins, and what is left for people to say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations
from math import exp, log

from moei.engines.lists.rows import ListKind
from moei.engines.matching.assign import pair_probabilities
from moei.engines.matching.blocking import candidates
from moei.engines.matching.entities import DOCUMENTS_DIFFER, Entities
from moei.engines.matching.explain import explain
from moei.engines.matching.model import (
    Evidence,
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
from moei.engines.matching.weights import BIRTH_NEAR, DOCUMENT_SAME, Comparison, Weights

ROUNDS = (0.995, 0.97, 0.9, 0.8)
"""Sure pairs are joined first: what they explain is no rival any more for those that follow."""
FAMILY_SURE = 0.95
"""For a family's report that fits somebody of whom only a list of names and ages tells: namesakes are likely."""
TWICE_SURE = 0.9
TWICE_SHARE = 0.2
"""First guess of how often a row that fits nobody of the other lists is of a person whom its own list has already."""
NEVER = 1.1
WORTH_ASKING = 0.05
MOST_QUESTIONS = 3
"""So many open pairs are asked about one person at a time; answers bring up the next."""
FAR_BELOW = 7.0
"""A pair whose log-likelihood is so far below the logarithm of the longest list is never looked at again."""

TIED = 0.15
FIRST_SHARE = 0.7

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
        self,
        rows: list[MatchRow],
        place_of: dict[Key, int],
        judgements: Sequence[Judgement],
        progress: Progress,
    ) -> None:
        self.rows = rows
        self.progress = progress
        self.steps = 4 + len(ROUNDS)
        self.done = 0
        self.comparison = Comparison(rows)
        self.verdicts: dict[tuple[int, int], Verdict] = {}
        for judgement in judgements:
            if (
                judgement.left in place_of
                and judgement.right in place_of
                and judgement.left != judgement.right
            ):
                one, other = sorted((place_of[judgement.left], place_of[judgement.right]))
                self.verdicts[one, other] = judgement.verdict
        different = [pair for pair, verdict in self.verdicts.items() if verdict is Verdict.DIFFERENT]
        self.entities = Entities(self.comparison, different)
        self.joins: list[tuple[int, int, float]] = []
        self.warnings: list[MatchWarning] = []
        self.probabilities: Graph = {}
        self.twice: Graph = {}
        self.shares: dict[tuple[int, int], float] = {}

    def step(self) -> None:
        self.done += 1
        self.progress(self.done, self.steps)

    def resolution(self) -> Resolution:
        self._join_judged()
        pairs = candidates(self.comparison)
        self.step()
        self.floor = log(max(self.comparison.largest, 2)) - FAR_BELOW
        self.graph = [pair for pair in pairs if self._worth_keeping(self.comparison.weights(*pair))]
        self.step()
        for threshold in ROUNDS:
            self._join_lists(threshold)
            self.step()
        self._join_twice_listed()
        self._join_lists(ROUNDS[-1])
        self._join_lists(NEVER)
        self.step()
        review = self._review()
        warnings = (*self.warnings, *warnings_about(self.rows, self.entities))
        resolution = Resolution(
            clusters=tuple(
                tuple(self.rows[place].key for place in members)
                for _, members in sorted(self.entities.members.items())
            ),
            links=self._links(),
            review=review,
            warnings=warnings,
        )
        self.step()
        return resolution

    def _worth_keeping(self, weights: Weights) -> bool:
        return weights.document > 0 or sum(weights) > self.floor

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
        kept = []
        of, sources, members = self.entities.of, self.entities.sources, self.entities.members
        for one, other in self.graph:
            a, b = of(one), of(other)
            if a == b:
                continue
            # Two groups that name people of one list are rivals for good, unless one is a lone row listed twice.
            if len(members[a]) > 1 and len(members[b]) > 1 and not sources(a).isdisjoint(sources(b)):
                continue
            kept.append((one, other))
            edges[(a, b) if a < b else (b, a)].append((one, other))
        self.graph = kept
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
            if total <= self.floor or _impossible(weights):
                continue
            best_rows[a, b] = self._best(row_pairs)
            for s in entities.sources(a):
                for t in entities.sources(b):
                    if s < t:
                        by_sources[s, t][a, b] = total
                    else:
                        by_sources[t, s][b, a] = total
        best: Graph = {}
        for (s, t), likelihoods in sorted(by_sources.items()):
            known = self.shares.get((s, t))
            found, self.shares[s, t] = pair_probabilities(
                likelihoods,
                self._open(s, t),
                self._open(t, s),
                share=FIRST_SHARE if known is None else known,
                learn=3 if known is None else 1,
            )
            for (a, b), p in found.items():
                pair = (a, b) if a < b else (b, a)
                best[pair] = min(best.get(pair, 1.0), p)
        self.probabilities = {best_rows[pair]: p for pair, p in best.items()}
        for pair, p in sorted(best.items(), key=lambda item: (-item[1], item[0])):
            if p < threshold:
                break
            if p < FAMILY_SURE and self._family_and_little_else(*pair):
                continue
            a, b = (entities.of(place) for place in pair)
            if a == b or not entities.sources(a).isdisjoint(entities.sources(b)):
                continue
            # Joined on in this pass: the rows gained meanwhile must not speak against it.
            if (a, b) != pair and (_impossible(w := entities.weights(a, b)) or sum(w) < 0):
                continue
            if entities.join(a, b):
                self.joins.append((*best_rows[pair], p))

    def _family_and_little_else(self, one: int, other: int) -> bool:
        """A family's report on one side, and on the other nothing but names and ages."""
        members = self.entities.members
        a, b = members.get(one, []), members.get(other, [])
        if not any(self.rows[place].kind is ListKind.FAMILY for place in (*a, *b)):
            return False
        return all(self.rows[place].kind in (ListKind.FAMILY, ListKind.TRANSFERRING) for place in (*a, *b))

    def _open(self, source: int, other: int) -> int:
        """Rows of a source that have no partner yet in the other."""
        entities = self.entities
        taken = sum(1 for e in entities.members if {source, other} <= entities.sources(e))
        return max(self.comparison.size(source) - taken, 1)

    def _join_twice_listed(self) -> None:
        """Rows that found nobody: is their person already there through another row of the same list?"""
        entities = self.entities
        likelihoods: dict[int, dict[int, tuple[float, tuple[int, int]]]] = defaultdict(dict)
        pairs = self._edges()
        for pair in self._rivals_for_one():
            pairs.setdefault(pair, []).append(pair)
        for (a, b), row_pairs in pairs.items():
            shared = entities.sources(a) & entities.sources(b)
            if not shared or min(len(entities.members[a]), len(entities.members[b])) > 1:
                continue
            weights = entities.weights(a, b)
            if entities.kept_apart(a, b) or not _twice(weights):
                continue
            best = self._best(row_pairs)
            for lone, full in ((a, b), (b, a)):
                if len(entities.members[lone]) == 1:
                    likelihoods[lone][full] = (sum(weights), best)
        chosen: list[tuple[float, int, int, tuple[int, int]]] = []
        for lone, full, p in self._twice_probabilities(likelihoods):
            pair = likelihoods[lone][full][1]
            self.twice[pair] = max(self.twice.get(pair, 0.0), p)
            if p >= TWICE_SURE:
                chosen.append((-p, lone, full, pair))
        for negative, lone, full, pair in sorted(chosen):
            a, b = entities.of(lone), entities.of(full)
            if a != b and _twice(entities.weights(a, b)) and entities.join(a, b):
                self.joins.append((*pair, -negative))

    def _rivals_for_one(self) -> list[tuple[int, int]]:
        """Lone rows of one list that both fit the same person of another and nobody else nearly so well."""
        entities = self.entities
        fits: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
        for (one, other), p in self.probabilities.items():
            a, b = entities.of(one), entities.of(other)
            for lone, wanted in ((a, b), (b, a)):
                if a != b and p > TIED and len(entities.members[lone]) == 1:
                    fits[wanted, self.comparison.rows[lone].source].append((p, lone))
        return sorted(
            {
                (min(pair), max(pair))
                for rivals in fits.values()
                if sum(p for p, _ in rivals) >= ROUNDS[-1]
                for pair in combinations((lone for _, lone in rivals), 2)
            }
        )

    def _twice_probabilities(
        self, likelihoods: dict[int, dict[int, tuple[float, tuple[int, int]]]]
    ) -> list[tuple[int, int, float]]:
        """(lone row, fuller entity, probability), with the share of such rows learned list by list."""
        entities, rows = self.entities, self.comparison.rows
        lone_rows = Counter(rows[e].source for e, members in entities.members.items() if len(members) == 1)
        by_source: dict[int, list[int]] = defaultdict(list)
        for lone in sorted(likelihoods):
            by_source[rows[lone].source].append(lone)
        result: list[tuple[int, int, float]] = []
        for source, lones in sorted(by_source.items()):
            share = TWICE_SHARE
            for _ in range(3):
                found: list[tuple[int, int, float]] = []
                prior = share / (1 - share) / self.comparison.size(source)
                for lone in lones:
                    odds = {full: prior * _exp(total) for full, (total, _) in likelihoods[lone].items()}
                    everything = 1.0 + sum(odds.values())
                    found += [(lone, full, value / everything) for full, value in sorted(odds.items())]
                share = min(max(sum(p for _, _, p in found) / lone_rows[source], 0.005), 0.6)
            result += found
        return result

    def _best(self, row_pairs: list[tuple[int, int]]) -> tuple[int, int]:
        return max(row_pairs, key=lambda pair: (sum(self.comparison.weights(*pair)), pair))

    def _links(self) -> tuple[Link, ...]:
        of = self.entities.of
        links = sorted(self.joins, key=lambda join: (of(join[0]), -join[2], join[0], join[1]))
        return tuple(Link(self.rows[a].key, self.rows[b].key, p, self._evidence(a, b)) for a, b, p in links)

    def _evidence(self, one: int, other: int) -> tuple[Evidence, ...]:
        return explain(self.rows[one], self.rows[other], self.comparison.weights(one, other))

    def _review(self) -> tuple[ReviewPair, ...]:
        """Open pairs worth a person's time: those that would settle an arrival first, then the likeliest."""
        entities = self.entities
        open_pairs: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {}
        documents = {
            pair: 0.0 for pair in self.graph if self.comparison.weights(*pair).document == DOCUMENT_SAME
        }
        for pair, p in (*documents.items(), *self.probabilities.items(), *self.twice.items()):
            a, b = sorted((entities.of(pair[0]), entities.of(pair[1])))
            if a == b or (p < WORTH_ASKING and pair not in documents) or entities.kept_apart(a, b):
                continue
            known = open_pairs.get((a, b))
            if known is None or p > known[0]:
                open_pairs[a, b] = (p, pair)
        asked: Counter[int] = Counter()
        chosen: list[tuple[bool, bool, float, tuple[int, int]]] = []
        for (a, b), (p, pair) in sorted(open_pairs.items(), key=lambda item: (-item[1][0], item[0])):
            if max(asked[a], asked[b]) >= MOST_QUESTIONS and pair not in documents:
                continue
            asked.update((a, b))
            later = any(
                self.verdicts.get((min(x, y), max(x, y))) is Verdict.LATER
                for x in entities.members[a]
                for y in entities.members[b]
            )
            chosen.append((later, not self._settles_arrival(a, b), -p, pair))
        return tuple(
            ReviewPair(self.rows[a].key, self.rows[b].key, round(-negative, 4), self._evidence(a, b))
            for _, _, negative, (a, b) in sorted(chosen)
        )

    def _settles_arrival(self, one: int, other: int) -> bool:
        """Whether joining would explain a person handed over by a list, or a listed one by an arrival."""
        sides = [{self.rows[place].kind for place in self.entities.members[e]} for e in (one, other)]
        both = {ListKind.TRANSFERRING, ListKind.HANDOVER}
        return both <= sides[0] | sides[1] and not any(both <= side for side in sides)


def _exp(value: float) -> float:
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
