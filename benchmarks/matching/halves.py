"""How good scored pairs are, alike for everybody: tuned on one half of the people, told of the other.

Tuned are the threshold and what is done with the pairs (`WAYS`): taken as scored, each row to one row of another list, or
whole groups. A pair belongs to the half of its first row's person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.matching.compare import RESAMPLED, at_levels

Pairs = tuple[np.ndarray, np.ndarray, np.ndarray]
FIXED_RECALL = 0.9
MOST_IN_A_GROUP = 100
TOLD = (
    "F1 at the threshold of the other half",
    "precision there",
    "recall there",
    "recall at precision 0.99",
    f"precision at recall {FIXED_RECALL}",
)


def as_scored(pairs: Pairs, lists: np.ndarray) -> Pairs:
    return pairs


def one_to_one(pairs: Pairs, lists: np.ndarray) -> Pairs:
    """Best pairs first; a row has at most one partner in each other list."""
    left, right, score = pairs
    taken: set[tuple[int, int]] = set()
    kept = []
    for n in np.argsort(-score, kind="stable"):
        a, b = int(left[n]), int(right[n])
        wanted = {(a, int(lists[b])), (b, int(lists[a]))}
        if taken.isdisjoint(wanted):
            taken |= wanted
            kept.append(n)
    return left[kept], right[kept], score[kept]


def groups(pairs: Pairs, lists: np.ndarray) -> Pairs:
    """Every pair of a group, scored by the weakest link of the strongest way between the two."""
    left, right, score = pairs
    of: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    out: list[tuple[int, int, float]] = []
    for n in np.argsort(-score, kind="stable"):
        a, b = int(left[n]), int(right[n])
        one, other = of.setdefault(a, a), of.setdefault(b, b)
        mine, theirs = members.setdefault(one, [one]), members.setdefault(other, [other])
        if one == other or len(mine) + len(theirs) > MOST_IN_A_GROUP:
            continue
        out += [(x, y, float(score[n])) for x in mine for y in theirs]
        for y in theirs:
            of[y] = one
        mine += members.pop(other)
    columns = np.array(out).reshape(-1, 3)
    return columns[:, 0].astype(int), columns[:, 1].astype(int), columns[:, 2]


WAYS: dict[str, Callable[[Pairs, np.ndarray], Pairs]] = {
    "as scored": as_scored,
    "one to one": one_to_one,
    "groups": groups,
}


class Half:
    """Pairs whose first row's person is of this half."""

    def __init__(self, pairs: Pairs, person: np.ndarray, half: int, counts: Counter[int]) -> None:
        left, right, score = pairs
        here = person[left] % 2 == half
        self.whose = person[left][here]
        self.same = (person[left] == person[right])[here]
        self.score = score[here]
        self.counts = {p: n * (n - 1) // 2 for p, n in counts.items() if p % 2 == half}

    def best(self) -> tuple[float, float]:
        """(F1, threshold) at the best threshold."""
        order = np.argsort(-self.score, kind="stable")
        right, score = np.cumsum(self.same[order]), self.score[order]
        f1 = 2 * right / (np.arange(1, len(order) + 1) + sum(self.counts.values()))
        # Only where the next score is lower is there a threshold.
        ends = np.append(score[1:] < score[:-1], True)
        at = int(np.argmax(np.where(ends, f1, 0.0)))
        return float(f1[at]), float(score[at])

    def told(self, threshold: float, weight: np.ndarray | None = None) -> tuple[float, ...]:
        """The figures of `TOLD`, with each person counted as often as `weight` says."""
        weights = np.ones(len(self.whose)) if weight is None else weight[self.whose]
        every = sum(n * (1 if weight is None else weight[p]) for p, n in self.counts.items())
        taken = self.score >= threshold
        right = float((weights * (self.same & taken)).sum())
        all_taken = float((weights * taken).sum())
        _, recall_at, precision_at = at_levels(self.same, self.score, weights, every, FIXED_RECALL)
        f1 = 2 * right / max(all_taken + every, 1)
        return f1, right / max(all_taken, 1), right / max(every, 1), recall_at, precision_at


def figures_of_half(
    outcome: dict[str, Any], person: Sequence[int], lists: Sequence[int], pairs: Path
) -> dict[str, str]:
    """The cells of one column.

    Args:
        outcome: `seconds` and `megabytes` of the run.
        person, lists: by number of the row.
        pairs: lines `row,row,score`.
    """
    whose, of_list = np.array(person), np.array(lists)
    loaded = np.loadtxt(pairs, delimiter=",", ndmin=2).reshape(-1, 3)
    scored = loaded[:, 0].astype(int), loaded[:, 1].astype(int), loaded[:, 2]
    counts = Counter(int(p) for p in person if p >= 0)
    tuned = []
    for name, way in WAYS.items():
        found = way(scored, of_list)
        f1, threshold = Half(found, whose, 0, counts).best()
        tuned.append((f1, name, threshold, found))
    _, way_chosen, threshold, found = max(tuned, key=lambda choice: choice[0])
    half = Half(found, whose, 1, counts)
    draws = [
        half.told(threshold, np.random.default_rng(draw).poisson(1, whose.max() + 1))
        for draw in range(RESAMPLED)
    ]
    low, high = np.percentile(np.array(draws), (2.5, 97.5), axis=0)
    cells = {"pairs taken": f"{way_chosen}, from {threshold:.3g} on"}
    for name, value, least, most in zip(TOLD, half.told(threshold), low, high, strict=True):
        cells[name] = f"{value:.3f} ({least:.3f}–{most:.3f})" if value else "not reached"
    return cells | {"seconds": f"{outcome['seconds']:,}", "peak memory, MB": f"{outcome['megabytes']:,}"}


def table(columns: dict[str, dict[str, str]]) -> list[str]:
    """A Markdown table, one column for each engine, the rows in the order in which they first come."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for key in dict.fromkeys(key for column in columns.values() for key in column):
        rows[key] = [column.get(key, "–") for column in columns.values()]
    return [
        "| | " + " | ".join(columns) + " |",
        "|---|" + "---:|" * len(columns),
        *(f"| {key} | " + " | ".join(cells) + " |" for key, cells in rows.items()),
    ]


def ratios(
    columns: dict[str, dict[str, str]], ours: dict[str, Any], outcomes: dict[str, dict[str, Any]]
) -> None:
    """Adds to each peer's column how Moei's time and memory compare with its."""
    for name, outcome in outcomes.items():
        seconds, memory = ours["seconds"] / outcome["seconds"], ours["megabytes"] / outcome["megabytes"]
        columns[name]["Moei takes, times as long and as much memory"] = f"{seconds:.1f} × {memory:.1f}"


def verdict(columns: dict[str, dict[str, str]]) -> str:
    """Where Moei stands by F1: ahead, not to be told apart (the intervals meet), behind; and who is quicker."""
    stands: defaultdict[str, list[str]] = defaultdict(list)
    _, low, high = _spread(columns["Moei"][TOLD[0]])
    for name, cells in columns.items():
        if name != "Moei":
            _, least, most = _spread(cells[TOLD[0]])
            how = "ahead of" if low > most else "behind" if high < least else "not to be told apart from"
            stands[how].append(name)
    mine = float(columns["Moei"]["seconds"])
    quicker = [name for name, cells in columns.items() if float(cells["seconds"]) < mine]
    said = [f"{how} {' and '.join(names)}" for how, names in stands.items()]
    return f"By F1, Moei is {'; '.join(said)}. Quicker than Moei: {' and '.join(quicker) or 'none'}."


def _spread(cell: str) -> tuple[float, float, float]:
    value, _, between = cell.partition(" (")
    low, _, high = between.rstrip(")").partition("–")
    return float(value), float(low), float(high)
