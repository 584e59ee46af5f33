"""`moei ...`: every command. Django is loaded only by the commands that need it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from moei.engines.cli_compare import app as compare_app
from moei.engines.cli_lists import app as lists_app
from moei.engines.cli_match import match
from moei.engines.cli_networks import app as networks_app
from moei.engines.cli_protocol import app as protocol_app
from moei.journal.cli import app as journal_app
from moei.retention.commands import app as retention_app
from moei.running import open_instance, start_django
from moei.safekeeping.commands import backup, keys_app, restore
from moei.terminal import terminal
from moei.web.certs import app as certs_app

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Moei: a national referral mechanism through a mass release.",
)
access_app = typer.Typer(no_args_is_help=True, help="Who may do what.")
cases_app = typer.Typer(no_args_is_help=True, help="Case files: maintenance.")
app.add_typer(lists_app, name="lists")
app.add_typer(compare_app, name="compare")
app.add_typer(networks_app, name="networks")
app.add_typer(protocol_app, name="protocol")
app.add_typer(journal_app, name="journal")
app.add_typer(access_app, name="access")
app.add_typer(cases_app, name="cases")
app.add_typer(retention_app, name="retention")
app.add_typer(certs_app, name="certs")
app.add_typer(keys_app, name="keys")
app.command("match")(match)
app.command("backup")(backup)
app.command("restore")(restore)

# Messages go to standard error, so that --json can be the last line of standard output.
console = terminal(stderr=True)


@app.command()
def demo(
    lists: Annotated[
        Path | None, typer.Option(help="Another folder of lists to play.", file_okay=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the invented answers.")] = 1,
    serve: Annotated[bool, typer.Option(help="Serve the pages afterwards.")] = True,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as one JSON object, as the last line.")
    ] = False,
) -> None:
    """Play a mass release of invented people through the referral mechanism, then serve it."""
    from moei.demo import instance

    instance.choose_demo_directories()
    start_django()
    from moei.demo.run import ListsFolder, run_demo
    from moei.demo.show import show_sign_ins, show_summary

    try:
        folder = ListsFolder.of(lists)
        if serve:
            _refuse_taken_port()
    except instance.NotADemo as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from None
    try:
        instance.create_anew()
    except instance.NotADemo as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from None
    console.print(f"Data: {instance.data_dir()}\nKeys: {instance.key_file()} (kept apart from the data)")
    with _progress() as progress:
        outcome = run_demo(folder, seed=seed, progress=progress)
    for words in outcome.refused:
        console.print(f"[red]Not read:[/red] {words}")
    show_summary(console, outcome.summary)
    if as_json:
        sys.stdout.write(json.dumps(outcome.summary.as_json(), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    if serve:
        show_sign_ins(console, outcome.sign_ins, instance.address())
        _serve()


@app.command()
def serve() -> None:
    """Serve the pages of this instance on http://localhost:MOEI_PORT (8000), or over TLS with MOEI_TLS_CERT."""
    start_django()
    _serve()


@app.command()
def check() -> None:
    """Read the whole database and say whether it is sound. Exit 1 if it is damaged."""
    open_instance(damaged_too=True)
    _refuse_damaged(1)
    console.print("The database is sound.")


@app.command()
def init(
    agency: Annotated[
        str, typer.Option(prompt=True, help="The authority or organisation that holds the data.")
    ],
    second_agency: Annotated[
        str,
        typer.Option(
            prompt="Second agency",
            help="Another agency, best one that oversees the first: nothing is given without both.",
        ),
    ],
    site: Annotated[str, typer.Option(prompt=True, help="The first place of work.")],
    release: Annotated[
        str, typer.Option(prompt=True, help="A name for the release, for example 2025-02-12.")
    ],
    country: Annotated[str, typer.Option(help="ISO 3166 alpha-3 of the holder.")] = "THA",
    administrator: Annotated[str, typer.Option(help="User name of the administrator.")] = "administrator",
    second_administrator: Annotated[
        str, typer.Option(help="User name of the second agency's administrator.")
    ] = "second",
    passphrase: Annotated[
        bool, typer.Option(help="The database and the key file open with a passphrase only.")
    ] = False,
) -> None:
    """Create the encrypted database, two administrators of two agencies, a site and a release. Shows passwords once."""
    from moei.crypto import KeyringError
    from moei.safekeeping.first_run import choose_encryption

    if os.environ.get("MOEI_DEMO") == "1":
        console.print("[red]This is a demo: its rules are too weak for real people. Unset MOEI_DEMO.[/red]")
        raise typer.Exit(2)
    try:
        choose_encryption(by_passphrase=passphrase)
    except KeyringError as error:
        console.print(f"[red]{escape(str(error))}[/red]")
        raise typer.Exit(2) from None
    start_django()
    from datetime import UTC, datetime

    from django.core.management import call_command
    from django.db import transaction
    from django.utils.text import slugify

    from moei import paths
    from moei.access.acting import Invalid
    from moei.access.first_run import create_agency, create_release, create_site, create_two_administrators
    from moei.journal.anchors import signing_key

    paths.data_dir().mkdir(parents=True, exist_ok=True, mode=0o700)
    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    try:
        with transaction.atomic():
            holder = create_agency(agency, agency[:30], "government", country, now=now)
            other = create_agency(second_agency, second_agency[:30], "oversight", country, now=now)
            made = create_two_administrators((administrator, holder), (second_administrator, other), now=now)
            place = create_site(site, now=now)
            create_release(slugify(release), release, began_at=now, site=place, now=now)
    except Invalid as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from None
    # Made now, so that the first copy of the keys that somebody keeps holds it.
    signing_key()
    for staff, password in made:
        console.print(f"{staff.agency}: {staff.username}\nPassword (shown only now): {password}")
    console.print(
        "Give each password to its own agency: what one proposes, the other approves.\n"
        "Next: moei serve, sign in, and set up a second factor."
    )
    _warn()


@access_app.command()
def matrix(
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print the policy table, role by section and duty, as the page of the docs or as JSON."""
    start_django()
    from moei.access.matrix import markdown as matrix_as_markdown
    from moei.access.matrix import matrix as policy_matrix

    if as_json:
        sys.stdout.write(json.dumps(policy_matrix(), ensure_ascii=False, indent=2) + "\n")
        return
    sys.stdout.write(matrix_as_markdown())


@access_app.command()
def canary(
    name: Annotated[str, typer.Argument(help="An invented name that is nobody's.")],
    nationality: Annotated[str, typer.Argument(help="ISO 3166 alpha-3.")],
    by: Annotated[str, typer.Option(help="User name of the auditor who keeps it.")],
    release: Annotated[str, typer.Option(help="Code of the release.")],
) -> None:
    """Keep an invented person as an alarm: auditors are told who looks for them, and nobody else."""
    open_instance()
    from moei.access.acting import Acting, Invalid, Refused
    from moei.access.models import Release, Staff
    from moei.desks.arrivals.actions.add_canary import add_canary

    staff, where = (
        Staff.objects.filter(username=by).first(),
        Release.objects.select_related("site").filter(code=release).first(),
    )
    try:
        if staff is None or where is None:
            raise Invalid("There is no such auditor, or no such release.")
        case = add_canary(Acting.at_once(staff, where), name, nationality.upper())
    except (Invalid, Refused) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from None
    console.print(f"Kept as case {case.number}. Tell nobody who it is.")


@cases_app.command()
def refold() -> None:
    """Fold every case's events anew and rewrite the caches of stages and clocks."""
    open_instance()
    from datetime import UTC, datetime

    from moei.casefile.folding import refold as fold_again
    from moei.casefile.models import Case

    ids = list(Case.objects.within_program("caches are rewritten").values_list("id", flat=True))
    fold_again(ids, now=datetime.now(UTC))
    console.print(f"{len(ids)} cases folded anew.")


def _serve() -> None:
    from moei.safekeeping.memory import keep_to_itself
    from moei.web.server import NotSafe, refuse_unsafe
    from moei.web.server import serve as serve_pages
    from moei.web.tls import InTheOpen, refuse_in_the_open

    keep_to_itself()
    _refuse_taken_port()
    try:
        refuse_unsafe()
    except NotSafe as error:
        console.print(f"[red]{escape(str(error))}[/red]")
        raise typer.Exit(2) from None
    _warn()
    _refuse_damaged(2)
    try:
        for warning in refuse_in_the_open():
            console.print(f"[yellow]{warning}[/yellow]")
    except InTheOpen as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from None
    serve_pages(console.print)


def _warn() -> None:
    from moei.safekeeping.ready import warnings

    for warning in warnings():
        console.print(f"[yellow]{escape(warning)}[/yellow]")


def _refuse_damaged(code: int) -> None:
    """A damaged database is not served: what it answers may be wrong, and each writing spreads the damage."""
    from moei.crypto import KeyringError
    from moei.web.soundness import damage

    keep = "keep a copy of the data directory as it is, look at the disk, and restore the last backup."
    try:
        found = damage()
    except KeyringError as error:
        console.print(f"[red]{escape(str(error))}[/red]")
        console.print(f"If the key is the right one: {keep}")
        raise typer.Exit(code) from None
    if not found:
        return
    console.print(f"[red]The database is damaged:[/red] {escape(found)}")
    console.print(f"Nothing was changed. {keep.capitalize()}")
    raise typer.Exit(code)


def _refuse_taken_port() -> None:
    from django.conf import settings

    from moei.web.server import PortTaken, refuse_taken_port

    try:
        refuse_taken_port(settings.PORT)
    except PortTaken as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from None


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


if __name__ == "__main__":
    app()
