"""Lists of two invented releases: Moei reads the files and matches them; peers match the rows that Moei read."""

from __future__ import annotations

import csv
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.matching.compare import HERE, ROOT, closed, peer_python, romanised, run
from benchmarks.matching.halves import figures_of_half, ratios, table, verdict
from moei.engines.lists import read_list

SHIPPED = ROOT / "src" / "moei" / "demo" / "lists" / "2025-02-12"
RELEASES = {
    "2025-02-12": (SHIPPED, ROOT / "tests" / "data" / "manifests" / "2025-02-12" / "truth.csv"),
    "bgf-list": (HERE.parent / "data" / "bgf-list", HERE.parent / "data" / "bgf-list" / "truth.csv"),
}
CHOSEN = os.environ.get("BENCH_LISTS", "2025-02-12,bgf-list").split(",")
SPLINKS = {"Splink, plain": "plain_splink.py", "Splink, set for lists": "splink_for_lists.py"}
ALGORITHMS = ("er-unstable", "logic-v2")
MOST_FOR_NOMENKLATURA = 5_000
"""Rows; of `bgf-list` it would compare half a million pairs for a quarter of an hour."""
COLUMNS = ("row", "list", "person", "name", "name_native", "sex", "birth_date", "birth_from", "nationality",
           "document_number")  # fmt: skip


def lists() -> str:
    """The section of the page."""
    lines = [
        "## Lists of a release",
        "",
        "Six lists of a release as they came, all people invented: a militia's, a handover in Thai, two embassies', "
        "families' reports, passports. Moei reads the files and matches the rows; Splink (plain as "
        "for a register, and set up "
        "with care for lists) and nomenklatura's xref "
        "(its own index, 20 pairs for each row, its default matcher and logic-v2) get the rows "
        "**that Moei read**, for "
        "Splink romanised; reading and romanising are counted on all sides. The threshold and what "
        "is done with the pairs are "
        "tuned for each on one half of the people, the figures are of the other half; in brackets "
        "the middle 95 in 100 of 200 "
        "resamples of people. nomenklatura is left out of `bgf-list`: it would take more than ten minutes.",
    ]
    for name in CHOSEN:
        columns, rows, people = side_by_side(*RELEASES[name])
        lines += [
            "",
            f"`{name}`: {rows:,} rows about {people:,} people.",
            "",
            *table(columns),
            "",
            verdict(columns),
        ]
    return "\n".join(lines) + "\n\n"


def side_by_side(folder: Path, truth: Path) -> tuple[dict[str, dict[str, str]], int, int]:
    with tempfile.TemporaryDirectory(prefix="moei-bench-lists-") as scratch:
        rows, plain, entities = (Path(scratch) / name for name in ("rows.csv", "plain.csv", "entities.csv"))
        start = time.perf_counter()
        person, of_list = write_read_rows(folder, truth, rows)
        reading = time.perf_counter() - start
        start = time.perf_counter()
        romanised(rows, plain)
        romanising = time.perf_counter() - start
        write_entities(rows, entities)
        python = peer_python()
        to: dict[str, Path] = {}
        outcomes: dict[str, dict[str, Any]] = {}
        for name, script in SPLINKS.items():
            to[name] = Path(scratch) / f"{script}.csv"
            outcomes[name] = run(python, str(HERE / script), str(plain), str(to[name]))
            outcomes[name]["seconds"] = round(outcomes[name]["seconds"] + reading + romanising, 1)
        for algorithm in ALGORITHMS if len(person) <= MOST_FOR_NOMENKLATURA else ():
            name = f"nomenklatura {algorithm}"
            to[name] = Path(scratch) / f"{algorithm}.csv"
            script = str(HERE / "plain_nomenklatura.py")
            outcomes[name] = run(python, script, str(entities), str(to[name]), algorithm)
            outcomes[name]["seconds"] = round(outcomes[name]["seconds"] + reading, 1)
        to["Moei"] = Path(scratch) / "moei.csv"
        ours = run(
            sys.executable, "-m", "benchmarks.matching.our_lists", "lists", str(folder), str(to["Moei"])
        )
        everything = {**outcomes, "Moei": ours}
        columns = {name: figures_of_half(everything[name], person, of_list, to[name]) for name in everything}
        columns["Moei"] |= closed(ours, [max(p, 0) for p in person], to["Moei"])
        ratios(columns, ours, outcomes)
    return columns, len(person) - 1, len(set(person) - {-1})


def write_read_rows(folder: Path, truth: Path, to: Path) -> tuple[list[int], list[int]]:
    """The rows as Moei reads them, numbered as `rows_of_lists` numbers them; the person and "
    "the list of each number."""
    with truth.open(encoding="utf-8", newline="") as file:
        whose = {(line["list"], int(line["row"])): line["person"] for line in csv.DictReader(file)}
    numbers: dict[str, int] = {}
    person, of_list = [-1], [-1]
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number, path in enumerate(sorted(folder.glob("0*"))):
            for row in read_list(path.read_bytes(), path.name).rows:
                who = whose[row.list, row.row]
                person.append(numbers.setdefault(who, len(numbers)))
                of_list.append(number)
                writer.writerow(
                    (len(person) - 1, path.name, person[-1], row.name, row.name_native, row.sex, row.birth_date,
                     row.birth_from, row.nationality, row.document_number)
                )  # fmt: skip
    return person, of_list


def write_entities(rows: Path, to: Path) -> None:
    with (
        rows.open(encoding="utf-8", newline="") as source,
        to.open("w", encoding="utf-8", newline="") as target,
    ):
        writer = csv.writer(target)
        writer.writerow(("id", "name", "name_native", "sex", "birth", "nationality", "doc"))
        for line in csv.DictReader(source):
            birth = line["birth_date"] or line["birth_from"][:4]
            writer.writerow(
                (line["row"], line["name"], line["name_native"], line["sex"], birth, line["nationality"],
                 line["document_number"])
            )  # fmt: skip
