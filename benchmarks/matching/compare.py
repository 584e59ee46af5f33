"""Registers of generated rows: Moei against plain Splink on the same rows, one after the other, in one run."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.matching import register
from moei.engines.identity.names import name_tokens

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SIZES = tuple(int(size) for size in os.environ.get("BENCH_REGISTER", "100000,1000000").split(","))
RESAMPLED = 200


def registers() -> str:
    """The section of the page."""
    lines = [
        "## A register",
        "",
        "Rows about invented people of twelve cultures, misspelt, in two scripts, half without a document, two in five "
        "without a whole date of birth (`benchmarks/matching/register.py`): plain Splink as its tutorial has it, and "
        "`moei match --engine duckdb`, on the same rows one after the other. Romanising is counted on both sides. Recall "
        "and precision over pairs of rows; in brackets the middle 95 in 100 of 200 resamples of the people.",
        "",
        "| | " + " | ".join(f"{size:,} rows, Splink | Moei" for size in SIZES) + " |",
        "|---|" + "---:|---:|" * len(SIZES),
    ]
    columns = [column for size in SIZES for column in side_by_side(size)]
    for what in dict.fromkeys(key for column in columns for key in column):
        lines.append(f"| {what} | " + " | ".join(column.get(what, "–") for column in columns) + " |")
    lines += [
        "",
        f"What a probability means, in the register of {SIZES[-1]:,} rows: of the pairs to which each gives this "
        "probability, how many are of one person.",
        "",
        "| probability | Splink: pairs | said | true | Moei: pairs | said | true |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for bin_, splink, moei in zip(BINS, *RELIABILITY[SIZES[-1]], strict=True):
        lines.append(f"| {bin_[0]}–{bin_[1]} | {splink} | {moei} |")
    return "\n".join(lines) + "\n\n"


BINS = ((0.05, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 0.97), (0.97, 0.99), (0.99, 1.0))
# size -> Splink's cells and Moei's, one for each of `BINS`; filled as registers are matched.
RELIABILITY: dict[int, list[list[str]]] = {}


def reliability(truth: Sequence[int], pairs: Path) -> list[str]:
    person = np.array(truth)
    left, right, probability = np.loadtxt(pairs, delimiter=",", unpack=True)
    same = person[left.astype(int)] == person[right.astype(int)]
    cells = []
    for low, high in BINS:
        within = (probability >= low) & ((probability < high) | (high == 1.0))
        said, true = (
            f"{values[within].mean():.3f}" if within.any() else "–" for values in (probability, same)
        )
        cells.append(f"{within.sum():,} | {said} | {true}")
    return cells


def side_by_side(size: int) -> list[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="moei-bench-match-") as folder:
        rows, plain = Path(folder) / "rows.csv", Path(folder) / "plain.csv"
        register.write(rows, size)
        start = time.perf_counter()
        truth = romanised(rows, plain)
        romanising = time.perf_counter() - start
        theirs, mine = Path(folder) / "splink.csv", Path(folder) / "moei.csv"
        splink = run(peer_python(), str(HERE / "plain_splink.py"), str(plain), str(theirs))
        splink["seconds"] = round(splink["seconds"] + romanising, 1)
        ours = run(sys.executable, "-m", "benchmarks.matching.ours", str(rows), str(mine))
        RELIABILITY[size] = [reliability(truth, theirs), reliability(truth, mine)]
        both = [figures(splink, truth, theirs), figures(ours, truth, mine)]
        both[1]["times as long as Splink (target at most 1.5)"] = (
            f"**{ours['seconds'] / splink['seconds']:.2f}**"
        )
        both[1]["pairs weighed"] = f"{ours['candidates']:,}"
        both[1] |= closed(ours, truth, mine)
    return both


def romanised(rows: Path, plain: Path) -> list[int]:
    """Writes what plain Splink gets; returns the person of each row, from row 1 on."""
    truth = [0]
    with (
        rows.open(encoding="utf-8", newline="") as source,
        plain.open("w", encoding="utf-8", newline="") as target,
    ):
        writer = csv.writer(target)
        writer.writerow(("id", "given", "surname", "birth", "sex", "nationality", "doc"))
        for line in csv.DictReader(source):
            parts = name_tokens(line["name"] or line["name_native"])
            birth = line["birth_date"] or line["birth_from"][:4]
            writer.writerow(
                (line["row"], parts[0] if parts else "", parts[-1] if parts else "", birth, line["sex"],
                 line["nationality"], line["document_number"])
            )  # fmt: skip
            truth.append(int(line["person"]))
    return truth


def figures(outcome: dict[str, Any], truth: Sequence[int], pairs: Path) -> dict[str, str]:
    person = np.array(truth)
    left, right, probability = np.loadtxt(pairs, delimiter=",", unpack=True)
    same = person[left.astype(int)] == person[right.astype(int)]
    counts = Counter(truth[1:])
    every = sum(n * (n - 1) // 2 for n in counts.values())
    # People are resampled: the pairs of one person are no independent draws.
    chance = random.Random(1)
    whose = person[left.astype(int)]
    draws = []
    for _ in range(RESAMPLED):
        weight = np.random.default_rng(chance.randrange(2**32)).poisson(1, max(truth) + 1)
        total = sum(weight[p] * n * (n - 1) // 2 for p, n in counts.items())
        draws.append(at_levels(same, probability, weight[whose], total))
    point = at_levels(same, probability, np.ones(len(same)), every)
    low, high = np.percentile(np.array(draws), (2.5, 97.5), axis=0)
    said = {"seconds": f"{outcome['seconds']:,}", "peak memory, MB": f"{outcome['megabytes']:,}"}
    for name, value, least, most in zip(LEVELS, point, low, high, strict=True):
        said[name] = f"{value:.3f} ({least:.3f}–{most:.3f})"
    return said


LEVELS = ("best F1", "recall at precision 0.99", "precision at recall 0.5")


def at_levels(
    same: np.ndarray, probability: np.ndarray, weight: np.ndarray, every: float, fixed_recall: float = 0.5
) -> tuple[float, float, float]:
    order = np.argsort(-probability, kind="stable")
    right = np.cumsum((same * weight)[order])
    precision = right / np.maximum(np.cumsum(weight[order]), 1)
    recall = right / max(every, 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    enough = recall >= fixed_recall
    return (
        float(f1.max()),
        float(recall[precision >= 0.99].max(initial=0.0)),
        float(precision[enough].max(initial=0.0)),
    )


def closed(outcome: dict[str, Any], truth: Sequence[int], pairs: Path) -> dict[str, str]:
    """What is joined by itself, and what people are asked."""
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for row, number in np.loadtxt(f"{pairs}.people", delimiter=",", dtype=int):
        groups[number].append(truth[row])
    joined = right = 0
    for people in groups.values():
        joined += len(people) * (len(people) - 1) // 2
        right += sum(n * (n - 1) // 2 for n in Counter(people).values())
    every = sum(n * (n - 1) // 2 for n in Counter(truth[1:]).values())
    return {
        "joined by itself: precision (target 0.995)": f"{right / max(joined, 1):.4f}",
        "joined by itself: recall": f"{right / every:.3f}",
        "questions to people for each row": f"{outcome['review'] / (len(truth) - 1):.3f}",
    }


def peer_python(name: str = "peers") -> str:
    """The peers' environment, made when it is not there: `.NAME` from `NAME.txt`."""
    folder, listed = ROOT / f".{name}", HERE / f"{name}.txt"
    python, made_from, wanted = folder / "bin" / "python", folder / "made-from.txt", listed.read_text()
    if not python.exists() or not made_from.exists() or made_from.read_text() != wanted:
        uv = str(ROOT / ".tools" / "bin" / "uv")
        subprocess.run([uv, "venv", "--clear", "--python", sys.executable, str(folder)], check=True)
        subprocess.run([uv, "pip", "install", "--python", str(python), "-r", str(listed)], check=True)
        made_from.write_text(wanted)
    return str(python)


def run(*command: str) -> dict[str, Any]:
    finished = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    return dict(json.loads(finished.stdout.strip().splitlines()[-1]))
