"""``moei match``: who is the same person across lists, from the command line, on files alone."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from moei.engines.lists import UnreadableList, read_list
from moei.engines.matching import Evidence, MatchRow, Resolution, reconcile, resolve
from moei.engines.neutral import neutral
from moei.terminal import terminal


def match(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Lists of people.")],
    out: Annotated[Path | None, typer.Option(help="Write each row with its person's number here.")] = None,
    review: Annotated[Path | None, typer.Option(help="Write the pairs a person should look at here.")] = None,
) -> None:
    """Find who is the same person across lists, and reconcile the lists. Exit status 1 if a list was refused."""
    console = terminal()
    rows: list[MatchRow] = []
    refused = False
    for path in files:
        try:
            reading = read_list(path.read_bytes(), path.name)
        except UnreadableList as error:
            refused = True
            console.print(f"[red]refused ({error.code})[/red] {error.message}", highlight=False)
            continue
        rows += [MatchRow.of((str(path), row.list, row.row), reading.kind, row) for row in reading.rows]
        console.print(f"{path.name}: {reading.kind.value}, {len(reading.rows)} rows", highlight=False)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Matching", total=None)
        resolution = resolve(rows, progress=lambda done, total: bar.update(task, completed=done, total=total))
    _print(console, resolution, rows)
    if out is not None:
        _write_people(out, resolution, rows)
    if review is not None:
        _write_review(review, resolution, rows)
    if refused:
        raise typer.Exit(1)


def _print(console: Console, resolution: Resolution, rows: Sequence[MatchRow]) -> None:
    lists = reconcile(resolution.clusters, {row.key: row for row in rows})
    console.print(
        f"{len(rows)} rows, {len(resolution.clusters)} people; arrived {len(lists.arrived)}, "
        f"listed but not arrived {len(lists.listed_not_arrived)}, "
        f"arrived but not listed {len(lists.arrived_not_listed)}, "
        f"listed twice {lists.listed_twice}, known from families alone {len(lists.reported_only)}; "
        f"{len(resolution.review)} pairs for a person to look at",
        highlight=False,
    )
    for warning in resolution.warnings:
        console.print(f"[yellow]{warning.code}[/yellow] {warning.words}", highlight=False)


def _write_people(path: Path, resolution: Resolution, rows: Sequence[MatchRow]) -> None:
    by_key, sure = {row.key: row for row in rows}, resolution.probability_of()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["list", "row", "person", "probability"])
        for number, cluster in enumerate(resolution.clusters, 1):
            for key in cluster:
                writer.writerow([neutral(by_key[key].list), by_key[key].row, number, f"{sure[key]:.4f}"])


def _write_review(path: Path, resolution: Resolution, rows: Sequence[MatchRow]) -> None:
    by_key = {row.key: row for row in rows}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["list_a", "row_a", "list_b", "row_b", "probability", "why"])
        for pair in resolution.review:
            a, b = by_key[pair.left], by_key[pair.right]
            places = (neutral(a.list), a.row, neutral(b.list), b.row)
            writer.writerow([*places, f"{pair.score:.4f}", neutral(_words(pair.evidence))])


def _words(evidence: Sequence[Evidence]) -> str:
    return "; ".join(item.words for item in evidence)
