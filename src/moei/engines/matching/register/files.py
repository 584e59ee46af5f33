"""What came of matching a register, as files: the same columns as for lists."""

from __future__ import annotations

import csv
from pathlib import Path

from moei.engines.matching.register.match import Matched
from moei.engines.neutral import neutral

AT_ONCE = 100_000
"""Rows that are numbers of Python at one time: of a hundred million these would not fit."""


def write_people(path: Path, matched: Matched) -> None:
    """``list,row,person,probability`` for each row, in the order in which they came."""
    lists = [neutral(name) for name in matched.lists]
    columns = matched.list_of, matched.row_of, matched.person, matched.probability
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["list", "row", "person", "probability"])
        for start in range(0, len(matched.person), AT_ONCE):
            some = (column[start : start + AT_ONCE].tolist() for column in columns)
            writer.writerows(
                (lists[of], row, person + 1, f"{sure:.4f}")
                for of, row, person, sure in zip(*some, strict=True)
            )


def write_review(path: Path, matched: Matched) -> None:
    """``list_a,row_a,list_b,row_b,probability,why``, the likeliest first."""
    lists = [neutral(name) for name in matched.lists]
    of, rows = matched.list_of, matched.row_of
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
