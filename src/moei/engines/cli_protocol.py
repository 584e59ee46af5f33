"""`moei protocol`: look at a national protocol, and check one before it is used."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from moei.engines.protocol import Protocol, ProtocolError, load_protocol
from moei.terminal import terminal

app = typer.Typer(help="National protocols: every value, its source, and whether anybody verified it.")


def _load(name_or_path: str | Path) -> Protocol:
    try:
        return load_protocol(name_or_path)
    except ProtocolError as problem:
        terminal(stderr=True).print(escape(str(problem)), style="bold red")
        raise typer.Exit(1) from None


def _markdown(protocol: Protocol) -> str:
    def cell(text: str) -> str:
        return text.replace("|", "\\|").replace("\n", " ")

    lines = [
        f"# {protocol.labels['en']}",
        "",
        f"Written by `make docs`. Version {protocol.version}. {_unverified(protocol)}",
        "",
        "| value | is | source | verified |",
        "|---|---|---|---|",
    ]
    for row in protocol.describe():
        source = f"{row.source}. {row.note}" if row.note else row.source
        verified = "yes" if row.verified else "no"
        lines.append(f"| `{row.key}` | {cell(row.value)} | {cell(source)} | {verified} |")
    return "\n".join(lines)


def _unverified(protocol: Protocol) -> str:
    return f"{len(protocol.unverified())} of {len(protocol.describe())} values are not verified."


@app.command()
def show(
    protocol: Annotated[str, typer.Argument(help="A name such as `thailand`, or a .toml file.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of a table.")
    ] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the docs.")] = False,
) -> None:
    """Print every value of a protocol with its source."""
    loaded = _load(protocol)
    if as_json:
        rows = [
            {
                "key": row.key,
                "value": row.value,
                "source": row.source,
                "verified": row.verified,
                "note": row.note,
            }
            for row in loaded.describe()
        ]
        typer.echo(
            json.dumps(
                {"protocol": loaded.code, "version": loaded.version, "values": rows}, ensure_ascii=False
            )
        )
        return
    if markdown:
        typer.echo(_markdown(loaded))
        return
    table = Table(title=f"{loaded.labels['en']}, version {loaded.version}", show_lines=True)
    for heading, ratio in (("value", 3), ("is", 4), ("source", 4), ("verified", 2)):
        table.add_column(heading, overflow="fold", ratio=ratio)
    for row in loaded.describe():
        source = f"{row.source}\n{row.note}" if row.note else row.source
        table.add_row(
            escape(row.key), escape(row.value), escape(source), "yes" if row.verified else "NOT verified"
        )
    console = terminal()
    console.print(table)
    console.print(_unverified(loaded), style="bold")


@app.command()
def check(file: Annotated[Path, typer.Argument(help="The .toml file of a protocol.")]) -> None:
    """Check a protocol's file: exit 0 when it can be used, 1 with what to do when it cannot."""
    loaded = _load(file)
    terminal().print(
        escape(f"{file}: {loaded.labels['en']}, version {loaded.version}, can be used. {_unverified(loaded)}")
    )
