"""`match_register` on the same rows, in a process of its own: `python -m benchmarks.matching.ours ROWS.csv PAIRS.csv`."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.matching.peak import PeakOfAll
from moei.engines.lists.rows import ListKind
from moei.engines.matching import MatchRow
from moei.engines.matching.register import match, match_register

FIELDS = ("list", "row", "name", "name_native", "sex", "birth_date", "birth_from", "birth_to", "nationality",
          "document_number")  # fmt: skip


def rows_of(path: str) -> Iterator[MatchRow]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        place = {name: number for number, name in enumerate(next(lines))}
        chosen = [place[name] for name in FIELDS]
        for line in lines:
            name_of_list, row, *facts = (line[number] for number in chosen)
            yield MatchRow(int(row), ListKind.TRANSFERRING, name_of_list, int(row), *facts)


def main(rows: str, pairs: str) -> None:
    peak = PeakOfAll()
    peak.start()
    start = time.perf_counter()
    weighed: list[tuple[np.ndarray, ...]] = []
    inner = match.probabilities

    def keep(columns, left, right, total):
        found = inner(columns, left, right, total)
        weighed.append((columns.row_of[left], columns.row_of[right], found))
        return found

    match.probabilities = keep
    steps: list[float] = []
    matched = match_register(rows_of(rows), progress=lambda done, total: steps.append(time.perf_counter()))
    seconds = time.perf_counter() - start
    left, right, probability = weighed[0]
    asked = probability >= 0.01
    table = np.column_stack((left[asked], right[asked], probability[asked]))
    np.savetxt(pairs, table, fmt=("%d", "%d", "%.6f"), delimiter=",")
    print(
        json.dumps(
            {
                "seconds": round(seconds, 1),
                "megabytes": peak.megabytes(),
                "steps": [round(b - a, 1) for a, b in zip([start, *steps], steps, strict=False)],
                "candidates": matched.candidates,
                "review": len(matched.review),
                "people": int(matched.person.max()) + 1,
            }
        )
    )
    np.savetxt(pairs + ".people", np.column_stack((matched.row_of, matched.person)), fmt="%d", delimiter=",")


if __name__ == "__main__":
    main(*sys.argv[1:])
