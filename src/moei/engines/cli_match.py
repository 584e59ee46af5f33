"""``moei match``: who is the same person across lists, from the command line, on files alone."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from moei.engines.cli_rows import match_rows
from moei.engines.matching import Evidence, MatchRow, Resolution, reconcile, resolve
from moei.engines.neutral import neutral
from moei.terminal import terminal

MOST_FOR_LISTS = 60_000
"""Rows up to which a release is matched as lists: more would take minutes, and no release is so large."""


class Engine(StrEnum):
    """``lists``: a release, tens of thousands of rows. ``duckdb``: a register, up to millions. ``spark``: one beyond one
    machine. ``auto``: one of the first two, by number."""

    AUTO = "auto"
    LISTS = "lists"
    DUCKDB = "duckdb"
    SPARK = "spark"


def match(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Lists of people.")],
    out: Annotated[Path | None, typer.Option(help="Write each row with its person's number here.")] = None,
    review: Annotated[Path | None, typer.Option(help="Write the pairs a person should look at here.")] = None,
    engine: Annotated[
        Engine,
        typer.Option(
            help=f"lists: a release. duckdb: a register. spark: a register beyond one machine. "
            f"auto: a register from {MOST_FOR_LISTS} rows on."
        ),
    ] = Engine.AUTO,
) -> None:
    """Find who is the same person across lists, and reconcile the lists. Exit status 1 if a list was refused."""
    console = terminal()
    name, times = Counter(path.name for path in files).most_common(1)[0]
    if times > 1:
        words = f"Several lists are called {name}: their rows could not be told apart. Rename all but one."
        console.print(words, highlight=False, markup=False)
        raise typer.Exit(2)
    refused: list[str] = []
    rows = match_rows(console, files, refused)
    first = list(islice(rows, MOST_FOR_LISTS + 1)) if engine is Engine.AUTO else []
    if engine in (Engine.DUCKDB, Engine.SPARK) or len(first) > MOST_FOR_LISTS:
        _match_register(console, chain(first, rows), out, review, on_spark=engine is Engine.SPARK)
    else:
        _match_lists(console, [*first, *rows], out, review)
    if refused:
        raise typer.Exit(1)


def _match_lists(console: Console, rows: Sequence[MatchRow], out: Path | None, review: Path | None) -> None:
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Matching", total=None)
        resolution = resolve(rows, progress=lambda done, total: bar.update(task, completed=done, total=total))
    _print(console, resolution, rows)
    if out is not None:
        _write_people(out, resolution, rows)
    if review is not None:
        _write_review(review, resolution, rows)


def _match_register(
    console: Console, rows: Iterable[MatchRow], out: Path | None, review: Path | None, *, on_spark: bool
) -> None:
    try:  # what is missing is said before anything is read
        from moei.engines.matching.register import Matched, NoEngine, match_register
        from moei.engines.matching.register.files import write_people, write_review

        work: Callable[..., Matched] = match_register
        if on_spark:
            from moei.engines.matching.register.spark import match_on_spark as work
        else:
            import duckdb  # noqa: F401
    except ImportError:
        needed = (
            "pip install 'moei\\[spark]' and a Java 17 runtime"
            if on_spark
            else "pip install 'moei\\[register]'"
        )
        console.print(f"A register needs more packages: {needed}", highlight=False)
        raise typer.Exit(2) from None
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Matching", total=None)
        try:
            matched = work(rows, progress=lambda done, total: bar.update(task, completed=done, total=total))
        except NoEngine as error:
            console.print(str(error), highlight=False, markup=False)
            raise typer.Exit(2) from None
    people = len(set(matched.person.tolist()))
    console.print(
        f"{len(matched.person)} rows, {people} people; {len(matched.review)} pairs for a person to look at",
        highlight=False,
    )
    if out is not None:
        write_people(out, matched)
    if review is not None:
        write_review(review, matched)


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
