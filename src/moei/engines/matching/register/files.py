"""What came of matching a register, as files: the same columns as for lists."""

from __future__ import annotations

import csv
from pathlib import Path

from moei.engines.matching.register.match import Matched
from moei.engines.neutral import neutral


def write_people(path: Path, matched: Matched) -> None:
    """``list,row,person,probability`` for each row, in the order in which they came."""
    lists = [neutral(name) for name in matched.columns.lists]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["list", "row", "person", "probability"])
        writer.writerows(
            (lists[of], row, person + 1, f"{sure:.4f}")
            for of, row, person, sure in zip(
                matched.columns.list_of.tolist(),
                matched.columns.row_of.tolist(),
                matched.person.tolist(),
                matched.probability.tolist(),
                strict=True,
            )
        )


def write_review(path: Path, matched: Matched) -> None:
    """``list_a,row_a,list_b,row_b,probability,why``, the likeliest first."""
    lists = [neutral(name) for name in matched.columns.lists]
    of, rows = matched.columns.list_of, matched.columns.row_of
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["list_a", "row_a", "list_b", "row_b", "probability", "why"])
        for pair in matched.review:
            left, right = pair.left, pair.right
            writer.writerow(
                [
                    lists[of[left]],
                    rows[left],
                    lists[of[right]],
                    rows[right],
                    f"{pair.probability:.4f}",
                    pair.words,
                ]
            )
