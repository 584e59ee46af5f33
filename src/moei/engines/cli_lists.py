"""``moei lists``: read lists of people from the command line, on files alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from moei.engines.lists import ListReading, ListRow, UnreadableList, read_list
from moei.engines.lists.large import LargeList, is_large_text
from moei.engines.lists.own import write_rows
from moei.terminal import terminal

app = typer.Typer(
    help="Lists of people: any layout, script or calendar to rows of one shape.", no_args_is_help=True
)


@app.callback()
def lists() -> None:
    """Lists of people."""


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Lists to read.")],
    out: Annotated[Path | None, typer.Option(help="Write all rows to this CSV file.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day ages are counted from.")
    ] = None,
    max_rows: Annotated[int, typer.Option(help="Refuse lists with more rows.")] = 5_000_000,
) -> None:
    """Read lists; print what was understood of each. Exit status 1 if any was refused."""
    console = terminal()
    refused: list[str] = []
    rows = _each(console, files, as_of.date() if as_of else None, max_rows, refused)
    if out is None:
        for _row in rows:
            pass
    else:
        with out.open("w", encoding="utf-8", newline="") as handle:
            count = write_rows(rows, handle)
        console.print(f"{count} rows written to {out}", highlight=False)
    if refused:
        raise typer.Exit(1)


def _each(
    console: Console, files: list[Path], as_of: date | None, max_rows: int, refused: list[str]
) -> Iterator[ListRow]:
    """The rows of all lists; of a long text one after the other, so that no memory has to hold it."""
    for path in files:
        try:
            if is_large_text(path):
                large = LargeList(path, as_of=as_of)
                flagged = count = 0
                for row in large:
                    count += 1
                    if count > max_rows:
                        raise UnreadableList(
                            "too_many_rows", f"{path.name} holds more than {max_rows} rows. Split it."
                        )
                    flagged += bool(row.problems)
                    yield row
                _print(console, large.reading, count, flagged)
            else:
                reading = read_list(path.read_bytes(), path.name, max_rows=max_rows, as_of=as_of)
                flagged = sum(bool(row.problems) for row in reading.rows)
                _print(console, reading, len(reading.rows), flagged)
                yield from reading.rows
        except UnreadableList as error:
            refused.append(path.name)
            console.print(f"[red]refused ({error.code})[/red] {error.message}", highlight=False)


def _print(console: Console, reading: ListReading, count: int, flagged: int) -> None:
    console.print(f"[bold]{reading.filename}[/bold]: {count} rows, {flagged} with problems", highlight=False)
    console.print(f"  {reading.kind.value}: {reading.kind_reason}", highlight=False, markup=False)
    for problem in reading.problems:
        console.print(f"  ! {problem}", highlight=False, markup=False)
    table = Table("sheet", "heading", "read as", "why", box=None, pad_edge=True)
    for sheet in reading.sheets:
        for column in sheet.columns:
            table.add_row(sheet.name, column.header, column.meaning, column.how)
    console.print(table, markup=False)
