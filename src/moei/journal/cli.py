"""`moei journal ...`: prove that nobody changed the journal, and give others what they need to prove it too."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from moei.running import open_instance
from moei.terminal import terminal

app = typer.Typer(
    no_args_is_help=True, help="The journal: verify that nobody changed it, sign where it ends, tell others."
)
console = terminal(stderr=True)


@app.command()
def verify(
    anchor: Annotated[
        list[Path] | None,
        typer.Option(
            help="A file with an anchor that somebody else kept; may be given several times.", exists=True
        ),
    ] = None,
    paper: Annotated[
        list[str] | None,
        typer.Option(help='From a printed anchor: the number and the hash, "1234 ab12 cd34 ...".'),
    ] = None,
    public_key: Annotated[
        list[str] | None,
        typer.Option(
            help="Trust only this public key (as `moei journal key` printed it when it was handed over)."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Walk the whole chain and compare it with anchors; name what was changed, removed, reordered, rewritten or cut off.

    Exit 1 if there is a finding or a trigger is missing, 2 if an anchor or key cannot be read.
    """
    open_instance()
    from moei.crypto import SigningKeyError, public_key_id, read_public_key
    from moei.journal.anchors import AnchorError, SignedHead
    from moei.journal.models import Head
    from moei.journal.verify import verify as verify_journal

    try:
        given = [SignedHead.read(file.read_text()) for file in anchor or []]
        if paper and (head := Head.objects.filter(id=1).first()):
            given += [SignedHead.typed(text, head.instance, datetime.now(UTC)) for text in paper]
        halves = [read_public_key(text) for text in public_key or []]
    except (AnchorError, SigningKeyError, UnicodeDecodeError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from None
    trusted = {public_key_id(half): half for half in halves} or None
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    ) as progress:
        task = progress.add_task("Verifying the journal", total=None)
        result = verify_journal(
            lambda done, total: progress.update(task, completed=done, total=total),
            anchors=given,
            public=trusted,
        )
    for finding in result.findings:
        console.print(f"[red]{finding.what}[/red]: {finding.words}", highlight=False)
    if result.more:
        console.print(f"[red]and {result.more} more[/red]")
    for name in result.unprotected:
        console.print(f"[red]unprotected[/red]: the database trigger {name} is missing or switched off.")
    compared = (
        f", compared with {result.anchors} anchors" if result.anchors else ", no anchor to compare with"
    )
    console.print(
        f"{result.entries} entries{compared}: "
        + ("intact." if result.intact else f"{len(result.findings) + result.more} findings.")
    )
    if as_json:
        sys.stdout.write(
            json.dumps(
                {
                    "entries": result.entries,
                    "anchors": result.anchors,
                    "intact": result.intact,
                    "findings": [vars(finding) for finding in result.findings],
                    "more": result.more,
                    "unprotected": result.unprotected,
                }
            )
            + "\n"
        )
    raise typer.Exit(0 if result.intact and not result.unprotected else 1)


@app.command()
def sign(
    if_due: Annotated[bool, typer.Option(help="Only when the last anchor is older than an hour.")] = False,
) -> None:
    """Sign where the journal ends, send it and whatever still waits, and print the anchor. For cron or systemd."""
    open_instance()
    from moei.crypto import SigningKeyError
    from moei.journal.anchors import SignedHead
    from moei.journal.sending import send_due, sign_and_queue, sign_if_due

    now = datetime.now(UTC)
    try:
        anchor = sign_if_due(now) if if_due else sign_and_queue(now)
    except SigningKeyError as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from None
    sent = send_due(now)
    if anchor:
        sys.stdout.write(SignedHead.of(anchor).text() + "\n")
    else:
        console.print("Nothing was signed: " + ("it is not due." if if_due else "the journal is empty."))
    console.print(
        f"{sent.confirmed} confirmed by their recipients, {sent.failed} could not be sent and stay in the outbox."
    )
    raise typer.Exit(1 if sent.failed else 0)


@app.command()
def key(
    replace: Annotated[bool, typer.Option("--replace", help="Make a new signing key.")] = False,
) -> None:
    """Print the public half of the signing key, for whoever keeps anchors: hand it over by another way than those."""
    open_instance()
    from moei.crypto import SigningKey, SigningKeyError, public_key_text
    from moei.journal.anchors import signing_key, signing_key_path
    from moei.journal.record import Note, record

    try:
        if replace:
            path = signing_key_path()
            made = SigningKey.replace(path) if path.exists() else SigningKey.create(path)
            record(
                Note("journal.key_replaced", kind="access", data={"key": made.key_id}), now=datetime.now(UTC)
            )
        else:
            made = signing_key()
    except SigningKeyError as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from None
    console.print(f"Key {made.key_id}, in {signing_key_path()}", highlight=False)
    sys.stdout.write(public_key_text(made.public[made.key_id]) + "\n")
