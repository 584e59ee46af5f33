"""``moei lists``: read lists of people from the command line, on files alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from moei.engines.lists import ListReading, ListRow, UnreadableList, read_list
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
    max_rows: Annotated[int, typer.Option(help="Refuse lists with more rows.")] = 20_000,
) -> None:
    """Read lists; print what was understood of each. Exit status 1 if any was refused."""
    console = terminal()
    rows: list[ListRow] = []
    refused = False
    for path in files:
        try:
            reading = read_list(
                path.read_bytes(), path.name, max_rows=max_rows, as_of=as_of.date() if as_of else None
            )
        except UnreadableList as error:
            refused = True
            console.print(f"[red]refused ({error.code})[/red] {error.message}", highlight=False)
            continue
        _print(console, reading)
        rows += reading.rows
    if out is not None:
        _write(out, rows)
        console.print(f"{len(rows)} rows written to {out}", highlight=False)
    if refused:
        raise typer.Exit(1)


def _print(console: Console, reading: ListReading) -> None:
    flagged = sum(bool(row.problems) for row in reading.rows)
    console.print(
        f"[bold]{reading.filename}[/bold]: {len(reading.rows)} rows, {flagged} with problems", highlight=False
    )
    console.print(f"  {reading.kind.value}: {reading.kind_reason}", highlight=False, markup=False)
    for problem in reading.problems:
        console.print(f"  ! {problem}", highlight=False, markup=False)
    table = Table("sheet", "heading", "read as", "why", box=None, pad_edge=True)
    for sheet in reading.sheets:
        for column in sheet.columns:
            table.add_row(sheet.name, column.header, column.meaning, column.how)
    console.print(table, markup=False)


def _write(out: Path, rows: list[ListRow]) -> None:
    with out.open("w", encoding="utf-8", newline="") as handle:
        write_rows(rows, handle)
