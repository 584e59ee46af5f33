"""``moei networks``: identifiers, entities and links from the command line, on files alone."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.markup import escape

from moei.engines.networks import Fact, Kind, Network, Tie, build, identify, leads
from moei.engines.neutral import neutral
from moei.terminal import terminal

app = typer.Typer(no_args_is_help=True, help="What statements say of people, numbers, accounts and places.")
_COLUMNS = ("fact", "statement", "kind", "text")


@app.command("identify")
def identify_one(
    kind: Annotated[Kind, typer.Argument(help="What it is.")],
    text: Annotated[str, typer.Argument(help="As it was said or written.")],
    country: Annotated[str, typer.Option(help="ISO 3166 alpha-3, if it is written without one.")] = "",
    where: Annotated[str, typer.Option(help="Service of a handle, bank, or province of a plate.")] = "",
) -> None:
    """Print the one form of an identifier. Exit status 1, and why, if it is none."""
    try:
        typer.echo(identify(kind, text, country=country.upper(), where=where).key)
    except ValueError as error:
        _refuse(str(error))


@app.command("build")
def build_network(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="Facts (.csv) or FtM (.json).")
    ],
    around: Annotated[str, typer.Option(help="Only what lies around this entity, by its id.")] = "",
    most: Annotated[int, typer.Option(help="How many entities around it.", min=1)] = 100,
    ftm: Annotated[Path | None, typer.Option(help="Write everything as FollowTheMoney here.")] = None,
    gexf: Annotated[Path | None, typer.Option(help="Write a graph for graph programs here.")] = None,
    leads_to: Annotated[Path | None, typer.Option("--leads", help="Write names to judge here.")] = None,
) -> None:
    """Join facts with equal identifiers, and say what several people mention.

    A table of facts has the columns fact, statement, kind, text, and may have teller, country, where, role, tied_to
    (the fact it belongs to) and tie (how).
    """
    from moei.engines.networks.ftm import ftm_lines
    from moei.engines.networks.gexf import to_gexf

    console = terminal()
    network = _read(files)
    console.print(
        f"{len(network.facts)} facts, {len(network.by_statement)} statements, "
        f"{len(network.entities)} entities, {len(network.stated)} stated links",
        highlight=False,
    )
    for entity in network.entities.values():
        if entity.problem:
            console.print(
                f"[yellow]{escape(entity.label)}[/yellow] {escape(entity.problem)}", highlight=False
            )
    for entity in network.mentioned_by_several()[:20]:
        console.print(escape(f"{len(entity.tellers)} people: {entity.id}"), highlight=False)
    if around and around not in network.entities:
        _refuse(f"there is no entity {around}")
    if around:
        near = network.around(around, most=most)
        console.print(
            f"{len(near.entities)} entities, {len(near.links)} links, {near.left_out} left out",
            highlight=False,
        )
    if ftm is not None:
        ftm.write_text("".join(ftm_lines(network)), encoding="utf-8")
    if gexf is not None:
        gexf.write_bytes(to_gexf(network, near.entities, near.links) if around else to_gexf(network))
    if leads_to is not None:
        _write_leads(leads_to, network)


def _read(files: Iterable[Path]) -> Network:
    from moei.engines.networks.ftm import read_ftm

    facts: list[Fact] = []
    ties: list[Tie] = []
    for path in files:
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                if path.suffix.lower() in (".json", ".jsonl", ".ftm"):
                    reading = read_ftm(file, path.stem)
                    facts, ties = facts + reading.facts, ties + reading.ties
                    for words in reading.left_out:
                        terminal(stderr=True).print(escape(f"{path.name}: {words}"), highlight=False)
                else:
                    more, more_ties = _facts(csv.DictReader(file))
                    facts, ties = facts + more, ties + more_ties
        except (ValueError, csv.Error) as error:
            _refuse(f"{path.name}: {error}")
    try:
        return build(facts, ties)
    except ValueError as error:
        _refuse(str(error))


def _facts(rows: csv.DictReader[str]) -> tuple[list[Fact], list[Tie]]:
    missing = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise ValueError(f"columns are missing: {', '.join(missing)}")
    facts: list[Fact] = []
    ties: list[Tie] = []
    for row in rows:
        value = {name: text or "" for name, text in row.items() if isinstance(name, str)}
        if value["kind"] not in set(Kind):
            raise ValueError(f"line {rows.line_num}: {value['kind']!r} is none of {', '.join(Kind)}")
        facts.append(
            Fact(
                value["fact"],
                value["statement"],
                Kind(value["kind"]),
                value["text"],
                teller=value.get("teller", ""),
                country=value.get("country", ""),
                where=value.get("where", ""),
                role=value.get("role", ""),
            )
        )
        if value.get("tied_to"):
            ties.append(
                Tie(value["fact"], value["tied_to"], value.get("tie") or "belongs to", value["statement"])
            )
    return facts, ties


def _write_leads(path: Path, network: Network) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["one", "other", "name", "other name", "likeness", "share"])
        for lead in leads(network):
            texts = (lead.one, lead.other, *lead.names)
            writer.writerow([*map(neutral, texts), lead.likeness, neutral("; ".join(lead.shared))])


def _refuse(words: str) -> NoReturn:
    terminal(stderr=True).print(escape(words), style="bold red")
    raise typer.Exit(1)
