"""`resolve` on rows of lists, in a process of its own: `python -m benchmarks.matching.our_lists SORT SOURCE PAIRS.csv`.

SORT is `febrl` (SOURCE is the rows as `plain_ecm.py rows` writes them) or `lists` (SOURCE is a folder of lists as they
came; reading them is counted). Keys of rows are numbers from 1 on, for lists in the order of `rows_of_lists`.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from datetime import date
from pathlib import Path

from benchmarks.matching.peak import peak_megabytes
from moei.engines.lists import read_list
from moei.engines.lists.rows import ListKind
from moei.engines.matching import MatchRow, Resolution, resolve


def rows_of_febrl(path: str) -> list[MatchRow]:
    rows = []
    kinds = (ListKind.TRANSFERRING, ListKind.HANDOVER)
    with Path(path).open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            number, born = int(line["id"]), _day(line["birth"])
            place = ", ".join(part for part in (line["suburb"], line["state"]) if part)
            rows.append(
                MatchRow(
                    key=number, kind=kinds[int(line["list"])], list=line["list"], row=number,
                    name=f"{line['given']} {line['surname']}".strip(), birth_date=born, birth_from=born, birth_to=born,
                    place=place,
                )
            )  # fmt: skip
    return rows


def _day(text: str) -> str:
    """An ISO date; what is no date is not stated."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        return ""


def rows_of_lists(folder: str) -> list[MatchRow]:
    rows: list[MatchRow] = []
    for path in sorted(Path(folder).glob("0*")):
        reading = read_list(path.read_bytes(), path.name)
        before = len(rows)
        rows += [MatchRow.of(before + n, reading.kind, row) for n, row in enumerate(reading.rows, 1)]
    return rows


def scored(resolution: Resolution) -> dict[tuple[int, int], float]:
    """Links and questions, each pair once with its best score."""
    found: dict[tuple[int, int], float] = {}
    for pair in (*resolution.links, *resolution.review):
        key = (min(pair.left, pair.right), max(pair.left, pair.right))
        found[key] = max(found.get(key, 0.0), pair.score)
    return found


def main(sort: str, source: str, pairs: str) -> None:
    start = time.perf_counter()
    rows = {"febrl": rows_of_febrl, "lists": rows_of_lists}[sort](source)
    resolution = resolve(rows)
    seconds = time.perf_counter() - start
    with Path(pairs).open("w", encoding="utf-8") as file:
        file.writelines(f"{a},{b},{score:.6f}\n" for (a, b), score in scored(resolution).items())
    with Path(f"{pairs}.people").open("w", encoding="utf-8") as file:
        file.writelines(f"{key},{number}\n" for key, number in resolution.cluster_of().items())
    print(
        json.dumps(
            {
                "seconds": round(seconds, 1),
                "megabytes": peak_megabytes(),
                "review": len(resolution.review),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
