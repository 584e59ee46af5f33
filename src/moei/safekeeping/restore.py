"""Restoring a backup into an empty place, and proving that it is whole before anybody uses it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from moei.crypto import Keyring
from moei.crypto.database_key import DatabaseKey, stretching_file
from moei.crypto.envelope import identities_in
from moei.safekeeping.database import libpq, postgresql
from moei.safekeeping.errors import NotRestored
from moei.safekeeping.pack import DATABASE, PASSPHRASE, Contents, examine, unpack
from moei.safekeeping.places import FILE
from moei.safekeeping.sqlcipher.keyed import opened, opens

if TYPE_CHECKING:
    from moei.journal.verify import Verification
    from moei.safekeeping.after_restoring import Ended

Tick = Callable[[str, int, int], None]


def unpack_into(
    backup: Path, identity: Path, key_file: Path, to: Path, postgresql: dict[str, Any] | None
) -> Contents:
    """Check the whole backup, then unpack it into the empty directory, and the dump into the empty database.

    Needs no Django, because only what is unpacked here says which database there is. Whatever fails, the directory
    is empty again afterwards. Raises `NotRestored`, `BadBackup`, `EnvelopeError` or `KeyringError`.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise NotRestored(f"{to} is not an empty directory. A backup is restored into an empty one only.")
    identities, ring = identities_in(identity), Keyring.load(key_file)
    if not backup.is_file():
        raise NotRestored(f"There is no backup {backup}.")
    contents = examine(backup, identities, ring)
    if (contents.database == "postgresql") != (postgresql is not None):
        raise NotRestored(
            "This backup is of a PostgreSQL: set MOEI_DATABASE_URL to an empty database."
            if postgresql is None
            else "This backup is of an instance without PostgreSQL: unset MOEI_DATABASE_URL."
        )
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    to.chmod(0o700)
    try:
        with _database(to, postgresql) as database:

            def take(name: str, stream: BinaryIO) -> None:
                if name.startswith(f"{DATABASE}/"):
                    shutil.copyfileobj(stream, database, 1 << 20)
                    return
                place = stretching_file(to / FILE) if name == PASSPHRASE else to / name
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    shutil.copyfileobj(stream, file, 1 << 20)

            unpack(backup, identities, contents, take)
        if contents.database == "sqlcipher":
            _find_key(to / FILE, key_file)
    except BaseException:
        for path in to.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
    return contents


def _find_key(database: Path, key_file: Path) -> None:
    """A passphrase is asked here, unless the key file asked for it, and not again when Django connects."""
    key = DatabaseKey(database, key_file)
    for candidate in key.candidates():
        with opened(database, candidate) as connection:
            if opens(connection):
                return
    raise NotRestored(
        "The database in this backup has another passphrase: restore with the one of its day, and with the copy of the "
        "key file of its day."
        if key.by_passphrase
        else "The database in this backup has another key: restore with the copy of the key file of its day."
    )


@contextlib.contextmanager
def _database(to: Path, postgresql: dict[str, Any] | None) -> Iterator[BinaryIO]:
    """A stream that takes the database."""
    if postgresql is None:
        descriptor = os.open(to / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield cast(BinaryIO, file)
            file.flush()
            os.fsync(file.fileno())
        return
    arguments, environment = libpq(postgresql)
    _refuse_full(arguments, environment)
    command = ["pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    process = subprocess.Popen(  # noqa: S603
        [*command, *arguments], env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stderr is not None
    try:
        yield cast(BinaryIO, process.stdin)
        process.stdin.close()
    except BrokenPipeError:
        pass  # it has given up: what it says is read below
    except BaseException:
        process.kill()
        process.wait()
        raise
    said = process.stderr.read().decode(errors="replace").strip()
    if process.wait():
        raise NotRestored(f"pg_restore failed, and undid what it had begun: {said}")


def postgresql_of(environment: Mapping[str, str]) -> dict[str, Any] | None:
    """The PostgreSQL that `MOEI_DATABASE_URL` names, as settings name it; None for a file."""
    url = environment.get("MOEI_DATABASE_URL", "")
    return postgresql(url) if url else None


def _refuse_full(arguments: list[str], environment: dict[str, str]) -> None:
    query = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    try:
        done = subprocess.run(  # noqa: S603
            ["psql", "-XAtc", query, *arguments],  # noqa: S607
            env=environment,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise NotRestored(
            "psql is not installed here. On Debian: apt-get install postgresql-client"
        ) from None
    if done.returncode:
        raise NotRestored(f"The PostgreSQL of MOEI_DATABASE_URL does not answer: {done.stderr.strip()}")
    if done.stdout.strip() != "0":
        raise NotRestored(
            "The database of MOEI_DATABASE_URL is not empty; a restore that was cut off may have filled it. "
            "Make an empty one for restoring."
        )


@dataclass(frozen=True)
class Proof:
    """What was found in the restored instance; `findings` is empty when it is as it was.

    `gone` names files that the database knows and that were no longer there when the backup was made; `ended` is what
    nobody may use any more.
    """

    people: int
    cases: int
    attachments: int
    entries: int
    findings: tuple[str, ...]
    gone: tuple[str, ...]
    ended: Ended


def prove(contents: Contents, place: Path, tick: Tick, *, now: datetime) -> Proof:
    """Count every table, verify the journal, open every sealed file; end all sessions, and what people may have taken
    back since. Needs Django set up.

    `place` is where the backup lies, for the register of backups.
    """
    from django.contrib.sessions.models import Session
    from django.core.management import call_command
    from django.db import connection

    from moei.journal.models import Head
    from moei.journal.verify import verify
    from moei.retention.actions.register_backup import register_backup
    from moei.safekeeping.after_restoring import end_what_may_have_ended
    from moei.signin.models import OpenSession

    findings: list[str] = []
    with connection.cursor() as cursor:
        for table, expected in contents.rows.items():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            (found,) = cursor.fetchone()
            if found != expected:
                findings.append(f"{table} has {found} rows, not {expected}.")
    call_command("migrate", verbosity=0)  # a backup of an older version
    head = Head.objects.filter(id=1).first()
    if (head.seq, head.hash) != contents.head if head else contents.head[0]:
        findings.append("The journal ends at another entry than in the backup.")
    verified = verify(lambda done, total: tick("Verifying the journal", done, total))
    findings += _about_the_journal(verified)
    gone = _open_sealed_files(findings, tick)
    # Who was signed in when the backup was made signs in again.
    Session.objects.all().delete()
    OpenSession.objects.all().delete()
    # Whatever was found: what is not as it was may be all that is left, and get served for that reason.
    ended = end_what_may_have_ended(contents.id, contents.made_at, findings=len(findings), now=now)
    # The register in the backup ends before this backup was made: it is not forgotten, so that it gets destroyed.
    register_backup(f"{place} (restored from it; made {contents.made_at})", now=now)
    rows = contents.rows
    return Proof(
        rows.get("casefile_person", 0),
        rows.get("casefile_case", 0),
        rows.get("casefile_attachment", 0),
        verified.entries,
        tuple(findings),
        tuple(gone),
        ended,
    )


def _about_the_journal(verified: Verification) -> list[str]:
    """What is wrong, in words. Without the signing key no anchor can be proven: that is said once, not for each."""
    from moei.journal.anchors import signing_key_path

    path, words = signing_key_path(), []
    found = verified.findings
    if any(finding.what == "unsigned" for finding in found) and not path.exists():
        words.append(
            f"The signing key {path} is missing, so the anchors cannot be proven. Bring it, with the key file, by: "
            "moei keys import. Then: moei journal verify"
        )
        found = tuple(finding for finding in found if finding.what != "unsigned")
    words += [finding.words for finding in found]
    if verified.more:
        words.append(f"And {verified.more} more findings in the journal.")
    return words + [f"The trigger {name} of the database is missing." for name in verified.unprotected]


def _open_sealed_files(findings: list[str], tick: Tick) -> list[str]:
    """Open every attachment and list that the database names. What is missing was not in the backup either."""
    from moei.crypto import KeyringError, SealError
    from moei.journal.keys import keyring
    from moei.safekeeping.sealed import FILES

    gone = []
    for name, files, count in FILES:
        total = count()
        for place, (path, context, _exists) in enumerate(files(), start=1):
            tick(f"Opening {name}", place, total)
            try:
                keyring().open(path.read_bytes(), context)
            except FileNotFoundError:
                gone.append(path.name)
            except (SealError, KeyringError) as error:
                findings.append(f"{path} does not open: {error}")
    return gone
