"""Groups of rows held to be one person while matching goes on, and what people said about them."""

from __future__ import annotations

from collections.abc import Iterable

from moei.engines.matching.weights import Comparison, Weights

DOCUMENTS_DIFFER = -1.0


class Entities:
    """A partition of the rows (by place) that only ever joins, and never across a judgement "different"."""

    def __init__(self, comparison: Comparison, different: Iterable[tuple[int, int]]) -> None:
        count = len(comparison.rows)
        self.comparison = comparison
        self._of = list(range(count))
        self.members: dict[int, list[int]] = {place: [place] for place in range(count)}
        self._sources: dict[int, set[int]] = {
            place: {comparison.rows[place].source} for place in range(count)
        }
        self._foes: dict[int, set[int]] = {}
        for one, other in different:
            self._foes.setdefault(one, set()).add(other)
            self._foes.setdefault(other, set()).add(one)

    def of(self, place: int) -> int:
        """The entity (named by its lowest row) of a row."""
        return self._of[place]

    def sources(self, entity: int) -> set[int]:
        """The sources that an entity has rows in."""
        return self._sources[entity]

    def kept_apart(self, one: int, other: int) -> bool:
        """Whether a person said that a row of one is not the person of a row of the other."""
        if not self._foes:
            return False
        rows = set(self.members[other])
        return any(not rows.isdisjoint(self._foes.get(member, ())) for member in self.members[one])

    def join(self, one: int, other: int) -> bool:
        """Make two entities one; False if they already are, or if a judgement forbids it."""
        if one == other or self.kept_apart(one, other):
            return False
        into, gone = min(one, other), max(one, other)
        for member in self.members[gone]:
            self._of[member] = into
        self.members[into] = sorted(self.members[into] + self.members.pop(gone))
        self._sources[into] |= self._sources.pop(gone)
        return True

    def weights(self, one: int, other: int) -> Weights:
        """The fields of two entities compared through their rows, each field counted once."""
        if len(self.members[one]) == 1 and len(self.members[other]) == 1:
            return self.comparison.weights(one, other)
        compare = self.comparison.weights
        all_weights = [compare(a, b) for a in self.members[one] for b in self.members[other]]
        return Weights(
            document=_strongest([w.document for w in all_weights]),
            birth=self._birth(one, other, [w.birth for w in all_weights if w.birth]),
            sex=_clearest([w.sex for w in all_weights]),
            nationality=_clearest([w.nationality for w in all_weights]),
            name=max(w.name for w in all_weights),
            phone=max(w.phone for w in all_weights),
            place=_strongest([w.place for w in all_weights]),
            kin=_strongest([w.kin for w in all_weights]),
        )

    def _birth(self, one: int, other: int, spans: list[float]) -> float:
        """Whole dates outweigh years and ages; several ages are one piece of evidence, their mean."""
        rows = self.comparison.rows
        dates = [
            self.comparison.weights(a, b).birth
            for a in self.members[one]
            for b in self.members[other]
            if rows[a].exact and rows[b].exact
        ]
        if dates:
            return max(dates)
        return sum(spans) / len(spans) if spans else 0.0


def _strongest(values: list[float]) -> float:
    return max(values) if max(values) > 0 else min(values)


def _clearest(values: list[float]) -> float:
    """The mean of what is stated at all."""
    stated = [value for value in values if value]
    return sum(stated) / len(stated) if stated else 0.0
