"""Names in their own script against Latin spellings: Moei's likeness beside peers', script by script."""

from __future__ import annotations

import csv
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.matching.compare import HERE, RESAMPLED, peer_python, run
from benchmarks.matching.halves import table
from moei.engines.identity.names import name_similarity

NAMES = HERE.parent / "data" / "names" / "names.csv"


class Pair(NamedTuple):
    script: str
    person: int
    native: str
    latin: str
    same: bool
    fresh: bool


def pairs() -> list[Pair]:
    """Each name with each of its spellings, and with the first spelling of each other name of its script and set."""
    by_script: defaultdict[tuple[str, bool], list[tuple[int, str, list[str]]]] = defaultdict(list)
    with NAMES.open(encoding="utf-8", newline="") as file:
        for person, line in enumerate(csv.DictReader(file)):
            by_script[line["script"], line["set"] == "fresh"].append(
                (person, line["native"], line["latin"].split("|"))
            )
    found = []
    for (script, fresh), names in by_script.items():
        for person, native, spellings in names:
            found += [Pair(script, person, native, latin, True, fresh) for latin in spellings]
            found += [
                Pair(script, person, native, others[0], False, fresh)
                for other, _, others in names
                if other != person
            ]
    return found


def auc(score: np.ndarray, same: np.ndarray) -> float:
    """How often a same pair scores above a different one; ties count half."""
    right, wrong = score[same], np.sort(score[~same])
    below = np.searchsorted(wrong, right, "left") + np.searchsorted(wrong, right, "right")
    return float(below.mean() / 2 / len(wrong))


def f1(score: np.ndarray, same: np.ndarray, threshold: float) -> float:
    taken = score >= threshold
    return float(2 * (taken & same).sum() / max(taken.sum() + same.sum(), 1))


def best_threshold(score: np.ndarray, same: np.ndarray) -> float:
    return max(np.unique(score).tolist(), key=lambda threshold: f1(score, same, threshold))


def recall_at(score: np.ndarray, same: np.ndarray, precision: float = 0.99) -> float:
    order = np.argsort(-score, kind="stable")
    right, ends = np.cumsum(same[order]), np.append(score[order][1:] < score[order][:-1], True)
    enough = ends & (right / np.arange(1, len(order) + 1) >= precision)
    return float((right / max(same.sum(), 1))[enough].max(initial=0.0))


def scores() -> tuple[list[Pair], dict[str, np.ndarray], dict[str, float]]:
    """The pairs, each matcher's scores of them, and its seconds."""
    made = pairs()
    with tempfile.TemporaryDirectory(prefix="moei-bench-names-") as folder:
        given, out = Path(folder) / "pairs.csv", Path(folder) / "scores.csv"
        with given.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows((pair.native, pair.latin) for pair in made)
        seconds = dict(run(peer_python(), str(HERE / "plain_names.py"), str(given), str(out))["seconds"])
        with out.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            heading = next(reader)
            columns = np.array([[float(cell) for cell in line] for line in reader])
    found = {name: columns[:, n] for n, name in enumerate(heading)}
    name_similarity("a", "b")
    start = time.perf_counter()
    found["Moei"] = np.array([name_similarity(pair.native, pair.latin) for pair in made])
    seconds["Moei"] = round(time.perf_counter() - start, 2)
    return made, found, seconds


def names() -> str:
    """The section of the page."""
    made, found, seconds = scores()
    same = np.array([pair.same for pair in made])
    script = np.array([pair.script for pair in made])
    person = np.array([pair.person for pair in made])
    tuning = np.array([not pair.fresh for pair in made])
    columns: dict[str, dict[str, str]] = {}
    for name, score in found.items():
        threshold = best_threshold(score[tuning], same[tuning])
        cells = {}
        for one in dict.fromkeys(script.tolist()):
            of = (script == one) & ~tuning
            cells[f"{one} ({(of & same).sum()} same, {(of & ~same).sum()} different)"] = (
                f"{auc(score[of], same[of]):.3f} · {f1(score[of], same[of], threshold):.3f}"
            )
        cells["**all together, AUC**"] = _between(lambda w, s=score: auc(s[w], same[w]), ~tuning, person)
        cells["**all together, F1**"] = _between(
            lambda w, s=score, t=threshold: f1(s[w], same[w], t), ~tuning, person
        )
        cells["**all together, recall at precision 0.99**"] = _between(
            lambda w, s=score: recall_at(s[w], same[w]), ~tuning, person
        )
        cells["seconds for all pairs"] = f"{seconds[name]:.2f}"
        cells["Moei takes, times as long"] = f"{seconds['Moei'] / max(seconds[name], 0.005):.1f}"
        columns[name] = cells
    columns["Moei"].pop("Moei takes, times as long")
    lines = [
        "## Names across scripts",
        "",
        "Names in their own script against the spellings of officials (`benchmarks/data/names`), "
        "each with its own spellings "
        "and with those of every other name of its script; many share one part. First figure: AUC. "
        "Second: F1, with one "
        "threshold for all scripts. The figures are of names that were written down when Moei's "
        "Latin letters were finished; "
        "thresholds are tuned for each matcher on the names that were there before, on which Moei "
        "was found behind in Arabic "
        "and Devanagari and mended. In brackets the middle 95 in 100 of 200 resamples of names. "
        "0.500 is as good as chance: "
        "that matcher does not read the script.",
        "",
        *table(columns),
        "",
        *(
            f"A peer has a higher {what} than Moei in: {_behind(columns, at)}."
            for at, what in enumerate(("AUC", "F1"))
        ),
    ]
    return "\n".join(lines) + "\n\n"


def _behind(columns: dict[str, dict[str, str]], at: int) -> str:
    """The scripts in which a peer's figure (0: AUC, 1: F1) is above Moei's, and by whom."""
    found = []
    for row, mine in columns["Moei"].items():
        if " · " in mine:
            best = max(columns, key=lambda name, row=row: float(columns[name][row].split(" · ")[at]))
            if float(columns[best][row].split(" · ")[at]) > float(mine.split(" · ")[at]):
                found.append(f"{row.partition(' (')[0]} ({best})")
    return ", ".join(found) or "none"


def _between(measure, chosen: np.ndarray, person: np.ndarray) -> str:
    """The measure, and the middle 95 in 100 of it over resampled people."""
    at = np.flatnonzero(chosen)
    whose = person[at]
    draws = []
    for draw in range(RESAMPLED):
        times = np.random.default_rng(draw).poisson(1, person.max() + 1)
        draws.append(measure(np.repeat(at, times[whose])))
    low, high = np.percentile(draws, (2.5, 97.5))
    return f"{measure(at):.3f} ({low:.3f}–{high:.3f})"
