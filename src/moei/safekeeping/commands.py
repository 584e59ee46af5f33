"""`moei keys ...`, `moei backup`, `moei restore`."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from moei import paths
from moei.crypto import Keyring, KeyringError, SealError
from moei.crypto.database_key import stretching_file
from moei.crypto.envelope import (
    EnvelopeError,
    identities_in,
    new_identity,
    open_stream,
    recipients_of,
    seal_stream,
)
from moei.crypto.passphrase import new_passphrase_file
from moei.safekeeping.bundle import gather, put_in_place, write_new
from moei.safekeeping.errors import BadBackup, NotBackedUp, NotRekeyed, NotRestored
from moei.safekeeping.places import database_file, misplaced
from moei.terminal import terminal

keys_app = typer.Typer(no_args_is_help=True, help="The keys: change them, keep a copy with another person.")
# Messages go to standard error, as in every command.
console = terminal(stderr=True)

_RECIPIENT = typer.Option(
    "--recipient", help="age1... of a person who may open it; may be given several times."
)
Recipients = Annotated[list[str], _RECIPIENT]
MaybeRecipients = Annotated[list[str] | None, _RECIPIENT]
Identity = Annotated[Path, typer.Option("--identity", help="The file with the age identity that opens it.")]


def _django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moei.web.settings")
    django.setup()


def _close_database() -> None:
    """Nothing is left to write, so that its files can be moved."""
    from django.db import connections

    connections.close_all()


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    """What went wrong is said in words; exit 2 when nothing was done, exit 1 when what was done is not whole."""
    try:
        yield
    except (
        BadBackup,
        EnvelopeError,
        KeyringError,
        NotBackedUp,
        NotRekeyed,
        NotRestored,
        SealError,
    ) as error:
        console.print(f"[red]{escape(str(error))}[/red]")
        raise typer.Exit(2) from None


@keys_app.command("rotate")
def rotate_keys() -> None:
    """Make a new root key and seal everything again under it. Stopped half-way, it goes on when started again."""
    _django()
    with _in_words():
        from moei.safekeeping.rotation import rotate

        former = Keyring.load(paths.key_file())
        with _bars() as tick:
            current, renewed = rotate(tick, now=datetime.now(UTC))
    for name, number in renewed.items():
        console.print(f"{name}: {number} sealed again")
    console.print(
        f"The current key is {current}. Give a copy of the key file to its keeper: moei keys export"
    )
    old = [key_id for key_id in former.keys if key_id != current]
    console.print(
        f"In ten minutes, retire the old: {', '.join(f'moei keys retire {key_id}' for key_id in old)}"
    )


@keys_app.command("retire")
def retire_key(
    key_id: Annotated[str, typer.Argument(help="The old key, for example k1.")],
    stopped: Annotated[bool, typer.Option("--stopped", help="No server runs: do not wait.")] = False,
) -> None:
    """Take an old root key out of the key file, once nothing is sealed with it any more."""
    _django()
    with _in_words():
        from moei.safekeeping.rotation import retire

        retire(key_id, now=datetime.now(UTC), stopped=stopped)
    console.print(
        f"{key_id} is retired. Backups made before the rotation need the older copy of the key file: "
        "keep that copy until they have expired."
    )


@keys_app.command("rekey-database")
def rekey() -> None:
    """Give the encrypted database a new key (or a new passphrase). The server must be stopped."""
    with _in_words():
        from moei.safekeeping.rekey import rekey_database

        database, replacing = database_file(), new_passphrase_file()
        if replacing is not None and misplaced(replacing, paths.data_dir()):
            raise KeyringError(
                f"The new passphrase {replacing} lies in the data directory. "
                "Move it, and set MOEI_NEW_PASSPHRASE_FILE, first."
            )
        rekey_database(database, paths.key_file())
    if stretching_file(database).exists():
        console.print(
            "The database and the key file open with the new passphrase only. Put it where the former one was kept "
            "(MOEI_PASSPHRASE_FILE or systemd's credential), tell it to the keeper of the keys, and give them a copy of "
            "the key file: moei keys export"
        )
    else:
        console.print(
            "The database has a new key. Give a copy of the key file to its keeper: moei keys export"
        )


@keys_app.command("encrypt-database")
def encrypt(
    passphrase: Annotated[
        bool, typer.Option(help="It and the key file open with a passphrase only.")
    ] = False,
) -> None:
    """Encrypt a plain SQLite database. The server must be stopped."""
    with _in_words():
        from moei.safekeeping.rekey import encrypt_database

        if misplaced(paths.key_file(), paths.data_dir()):
            raise KeyringError(
                "The key file lies in the data directory. Move it, and set MOEI_KEY_FILE, first."
            )
        left = encrypt_database(database_file(), paths.key_file(), by_passphrase=passphrase)
    for path in left:
        console.print(f"Left in plain by a former run, now overwritten and removed: {path}")
    console.print("The database is encrypted. Give a copy of the key file to its keeper: moei keys export")


@keys_app.command("new-identity")
def make_identity(
    to: Annotated[Path, typer.Option("--to", help="A new file for the secret; keep it off this machine.")],
) -> None:
    """Make an age identity, for a person who has no age-keygen. Prints the recipient to give to others."""
    secret, recipient = new_identity()
    with _in_words():
        write_new(to, f"# public key: {recipient}\n{secret}\n".encode())
    print(recipient)  # noqa: T201


@keys_app.command("open")
def open_envelope(
    file: Annotated[Path, typer.Argument(help="A file that was sealed to the identity, as age does.")],
    identity: Identity,
    to: Annotated[
        Path | None, typer.Option("--to", help="A new file; without it, print what is in it.")
    ] = None,
) -> None:
    """Open a sealed link, or one layer of it, on a machine of one's own. Needs no instance."""
    with _in_words():
        plain = io.BytesIO()
        try:
            sealed = io.BytesIO(file.read_bytes())
        except OSError as error:
            raise EnvelopeError(f"{file} cannot be read ({error}).") from error
        open_stream(sealed, plain, identities_in(identity))
        if to is not None:
            write_new(to, plain.getvalue())
        elif plain.getvalue().startswith(b"age-encryption.org/"):
            raise EnvelopeError(
                "There is another layer inside, for somebody else: write it to a file by --to."
            )
        else:
            print(plain.getvalue().decode(errors="replace"), end="")  # noqa: T201


@keys_app.command("export")
def export_keys(
    recipient: Recipients,
    to: Annotated[Path, typer.Option("--to", help="A new file.")],
) -> None:
    """Seal a copy of the key file and the signing key for another person, who keeps it apart from the backups."""
    with _in_words():
        sealed, held = io.BytesIO(), gather()
        seal_stream(io.BytesIO(held), sealed, recipients_of(recipient))
        write_new(to, sealed.getvalue())
    console.print(f"{to} holds the keys of this instance, for {len(recipient)} recipients.")
    if not paths.signing_key_file().exists():
        console.print(
            f"[yellow]The signing key {paths.signing_key_file()} does not exist, so it is not in it.[/yellow] "
            "It is made when the journal is signed first: export again then."
        )


@keys_app.command("import")
def import_keys(
    file: Annotated[Path, typer.Argument(help="What `moei keys export` wrote.")],
    identity: Identity,
) -> None:
    """Put exported keys in their places. What is there is not overwritten."""
    with _in_words():
        plain = io.BytesIO()
        try:
            sealed = io.BytesIO(file.read_bytes())
        except OSError as error:
            raise EnvelopeError(f"{file} cannot be read ({error}).") from error
        open_stream(sealed, plain, identities_in(identity))
        written = put_in_place(plain.getvalue())
    console.print(f"The keys are in {', '.join(map(str, written))}.")


def backup(
    to: Annotated[Path | None, typer.Option("--to", help="A new file, best on another disk.")] = None,
    recipient: MaybeRecipients = None,
    kept: Annotated[
        str,
        typer.Option(
            help="Where it will lie, for whoever must destroy it on its day; FILE if nothing is said."
        ),
    ] = "",
    remove_expired: Annotated[
        Path | None,
        typer.Option(
            help="A folder: remove the backups in it that are past their end, and say so in the register."
        ),
    ] = None,
) -> None:
    """Back everything up into one age file while the program runs. The keys are not in it.

    With --remove-expired, the backups in a folder that are past their end go; alone, or after the new one is made.
    """
    if to is None and remove_expired is None:
        raise typer.BadParameter("Say where the backup goes: --to FILE.")
    if to is not None and not recipient:
        raise typer.BadParameter("Say who may open the backup: --recipient age1...")
    _django()
    if to is not None and recipient:
        _make(to, recipient, kept)
    if remove_expired is not None:
        _remove(remove_expired)
    _say_overdue()


def _make(to: Path, recipient: list[str], kept: str) -> None:
    with _in_words():
        from moei.safekeeping.backup import back_up

        with _bars() as tick:
            contents, registered = back_up(to, recipient, tick, now=datetime.now(UTC), kept=kept)
    rows = contents.rows
    console.print(
        f"Backup {registered.number} ({contents.id}): {rows.get('casefile_case', 0)} cases, "
        f"{rows.get('casefile_person', 0)} people, {rows.get('casefile_attachment', 0)} attachments, "
        f"journal up to {contents.head[0]}; {to.stat().st_size / 1e6:.1f} MB in {to}."
    )
    if registered.expires_at:
        console.print(
            f"To be destroyed on {registered.expires_at:%Y-%m-%d} (Retention → Backups): "
            "what is erased until then lives on in it."
        )
    console.print(
        "The keys are not in it. Another person keeps them: moei keys export --recipient age1... --to FILE"
    )


def _remove(folder: Path) -> None:
    with _in_words():
        from moei.safekeeping.expired import remove_expired

        for removed in remove_expired(folder, now=datetime.now(UTC)):
            console.print(
                f"Backup {removed.number} is past its end: {escape(str(removed.path))} is removed. "
                + (
                    "The register says that it is destroyed."
                    if removed.destroyed
                    else f"It was to lie in “{escape(removed.place)}”: destroy it there too, and say so "
                    "(Retention → Backups)."
                )
            )


def _say_overdue() -> None:
    from moei.retention.selectors.backups import past_their_end

    if left := list(past_their_end(now=datetime.now(UTC)).values_list("number", flat=True)):
        console.print(
            f"[yellow]Past their end and not known to be destroyed: {', '.join(map(str, left))}.[/yellow] "
            "Remove those in a folder with moei backup --remove-expired FOLDER; say of others that they are destroyed "
            "(Retention → Backups)."
        )


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    identity: Identity,
    to: Annotated[Path, typer.Option("--to", help="An empty directory: the new data directory.")],
) -> None:
    """Restore a backup into an empty place, and prove that it is whole: digests, counts, journal, every sealed file."""
    os.environ["MOEI_DATA_DIR"] = str(to)
    with _in_words():
        from moei.safekeeping.restore import postgresql_of, prove, unpack_into
        from moei.safekeeping.unfinished import filled_aside

        place, keys = paths.data_dir(), paths.key_file()
        if misplaced(keys, place):
            raise KeyringError(
                "The key file lies in the directory given. Set MOEI_KEY_FILE to another place."
            )
        # Where nothing else says so, the place of the keys follows from that of the data: not from the folder aside.
        os.environ["MOEI_SIGNING_KEY_FILE"] = str(paths.signing_key_file())
        os.environ["MOEI_KEY_FILE"] = str(keys)
        with filled_aside(place) as (aside, stopped):
            if stopped:
                console.print(
                    f"A former restore into {escape(str(place))} was cut off. "
                    "What it left is removed, and this one begins anew."
                )
            contents = unpack_into(file, identity, keys, aside, postgresql_of(os.environ))
            os.environ["MOEI_ENCRYPTED"] = "1" if contents.database == "sqlcipher" else "0"
            os.environ["MOEI_DATA_DIR"] = str(aside)
            _django()
            with _bars() as tick:
                proof = prove(contents, file.absolute(), tick, now=datetime.now(UTC))
            _close_database()
    for name in proof.gone:
        console.print(f"Already gone when the backup was made: {escape(name)}")
    for finding in proof.findings:
        console.print(f"[red]{escape(finding)}[/red]")
    console.print(
        f"Backup {contents.id} of {contents.made_at}: {proof.cases} cases, {proof.people} people, "
        f"{proof.attachments} attachments, {proof.entries} journal entries; "
        + ("whole." if not proof.findings else f"{len(proof.findings)} findings.")
    )
    from moei.safekeeping.after_restoring import words

    words(proof.ended, contents.made_at, lambda said: console.print(f"[yellow]{escape(said)}[/yellow]"))
    if proof.findings:
        console.print(
            "[red]This restore is not proved to be whole.[/red] What was found stands above, and its number in the "
            f"journal. It lies in {escape(str(to))}, for it may be all that is left. Before anybody serves it: bring "
            "what is missing, restore again into another empty directory, or an older backup; whoever serves it as it "
            "is must know what was found."
        )
        raise typer.Exit(1)
    console.print(f"To serve it: MOEI_DATA_DIR={to} MOEI_KEY_FILE={paths.key_file()} moei serve")


@contextlib.contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar for each part of the work, made when the part begins."""
    tasks: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:

        def tick(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield tick
