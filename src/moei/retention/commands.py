"""`moei retention ...`: the rules, what would go, and carrying out what two agencies agreed to."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from moei.running import open_instance, start_django
from moei.terminal import terminal

app = typer.Typer(
    no_args_is_help=True, help="Retention: what is kept how long, and erasing what is due (P18)."
)
console = terminal(stderr=True)


@app.command()
def check(file: Annotated[Path, typer.Argument(help="A file of rules.")]) -> None:
    """Check a file of rules: exit 1 with the line and the field of each mistake."""
    start_django()
    from moei.retention.rules import RulesError, load_rules

    try:
        rules = load_rules(file)
    except RulesError as error:
        for mistake in error.mistakes:
            console.print(f"{error.file}, {mistake}", style="red", markup=False, highlight=False)
        raise typer.Exit(1) from None
    unverified = sum(not rule.verified for rule in rules.rules)
    console.print(f"{file}: {len(rules.rules)} rules, can be used; {unverified} are not verified.")


@app.command()
def rules(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the docs.")] = False,
) -> None:
    """Print the rules in force."""
    start_django()
    from moei.retention.rules import RulesError, as_markdown, current_rules

    try:
        found = current_rules()
    except RulesError as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    if markdown:
        sys.stdout.write(as_markdown(found))
        return
    table = Table("rule", "kept", "from", "verified")
    for rule in found.rules:
        kept = str(rule.after) if rule.after else "stays"
        table.add_row(rule.labels["en"], kept, rule.start, "yes" if rule.verified else "NOT verified")
    terminal().print(table)


@app.command()
def run(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would go now; nothing is changed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as the last line.")] = False,
) -> None:
    """Carry out the runs that two agencies agreed to and whose waiting time is over. For a timer, once a day."""
    open_instance()
    from moei.access.acting import Invalid
    from moei.retention.actions.carry_out_run import carry_out_run, finish
    from moei.retention.models import Run

    now = datetime.now(UTC)
    if dry_run:
        _dry_run(now, as_json=as_json)
        return
    done = []
    for found in Run.objects.filter(done_at__isnull=True, stopped_at__isnull=True, starts_at__lte=now):
        with _progress() as progress:
            tell = partial(_tell, progress, progress.add_task(f"Erasing in {found.release}"))
            try:
                result = carry_out_run(found.pk, now=now, progress=tell)
            except Invalid as error:
                console.print(f"{found.release}: {error}", style="yellow", markup=False)
                continue
        done.append({"release": found.release.code, "done": result.done, "left": result.left})
        console.print(f"{found.release}: {sum(result.done.values())} erased, {result.left} left.")
    left = finish(now=now)
    if left:
        console.print(
            f"{left} things wait for the disk or for a quiet database: run this again.", style="yellow"
        )
    if not done:
        console.print("No run is agreed to and due. Propose one on the page “Retention”.")
    if as_json:
        sys.stdout.write(json.dumps({"runs": done, "unfinished": left}) + "\n")
    raise typer.Exit(1 if left else 0)


def _dry_run(now: datetime, *, as_json: bool) -> None:
    from moei.access.models import Release
    from moei.retention.rules import current_rules
    from moei.retention.selectors.backups import in_backups
    from moei.retention.selectors.due import due

    found, said = current_rules(), []
    for release in Release.objects.select_related("site"):
        result = due(release, found, now=now)
        said.append({"release": release.code, "due": result.counts, "held": result.held})
        table = Table("rule", "would go", "held", title=f"{release}")
        for rule in found.rules:
            numbers = (result.counts.get(rule.code, 0), result.held.get(rule.code, 0))
            table.add_row(rule.labels["en"], *map(str, numbers))
        console.print(table)
    backups = in_backups(now=now)
    until = backups.until.date().isoformat() if backups.until else ""
    console.print(
        f"{backups.there} backups are not destroyed; what is erased lives on in them until {until}."
        if until
        else "No backup with an end is registered."
    )
    if as_json:
        sys.stdout.write(json.dumps({"releases": said, "in_backups_until": until}) + "\n")


def _tell(progress: Progress, task: TaskID, done: int, total: int) -> None:
    progress.update(task, completed=done, total=total)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
