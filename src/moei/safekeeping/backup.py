"""A backup while the program runs: one moment of the database, then the files, into one age file.

The keys are not in it: a thief with the backup and the recipient's identity still opens no attachment, and not an
encrypted database. `moei keys export` gives the keys to another person, by another way.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import OperationalError, connection, transaction

from moei.crypto import stream_digest
from moei.crypto.database_key import stretching_file
from moei.crypto.envelope import recipients_of
from moei.journal.ids import new_id
from moei.journal.keys import keyring
from moei.journal.models import Entry
from moei.journal.record import Note, record
from moei.retention.actions.register_backup import register_backup
from moei.retention.models import Backup
from moei.safekeeping.database import libpq
from moei.safekeeping.errors import NotBackedUp
from moei.safekeeping.leftovers import draft_of, scratch_in, sweep
from moei.safekeeping.pack import DATABASE, PASSPHRASE, Contents, Packer, sealing
from moei.safekeeping.places import FILE
from moei.safekeeping.rekey import counts, make_lasting
from moei.safekeeping.sqlcipher.keyed import opened_as_django_does

RAM = Path("/dev/shm")  # noqa: S108

# Seconds.
REGISTERS_WITHIN = 120

Tick = Callable[[str, int, int], None]


def back_up(
    target: Path, recipients: Sequence[str], tick: Tick, *, now: datetime, kept: str = ""
) -> tuple[Contents, Backup]:
    """Write the backup to `target`, which must not exist; readable by nobody but the recipients.

    It is registered as one that must be destroyed on its day; `kept` says where it will lie, if not at `target`.
    What a backup that was killed left in memory and beside `target` is taken away first.
    Raises `NotBackedUp` or `EnvelopeError`; then there is no file.
    """
    to = recipients_of(recipients)
    if target.exists():
        raise NotBackedUp(f"{target} exists already; it is left as it is. Give another name.")
    contents = Contents(id=str(new_id()), made_at=now.isoformat(), database=_kind())
    sweep(RAM, target.parent)
    try:
        with draft_of(target) as (draft, file):
            with _snapshot(contents, draft.parent) as write_database:

                def produce(stream: BinaryIO) -> None:
                    with Packer(stream, contents) as packer:
                        tick("Database", 0, 1)
                        write_database(packer)
                        tick("Database", 1, 1)
                        _add_files(packer, tick)
                        packer.finish(keyring())

                sealing(file, to, produce)
            file.flush()
            os.fsync(file.fileno())
            # Before it gets its name: no power cut leaves a backup that nobody has to destroy.
            size = draft.stat().st_size
            with draft.open("rb") as whole:
                sha256 = stream_digest(whole)
            data = {"backup": contents.id, "size": size, "recipients": len(recipients)}
            place = kept or str(target.absolute())
            registered = _register(place, data, now=now, size=size, sha256=sha256)
            draft.replace(target)
            make_lasting(target.parent)
    except OSError as error:
        raise NotBackedUp(f"The backup could not be written ({error}).") from error
    return contents, registered


def _register(place: str, data: dict[str, Any], *, now: datetime, size: int, sha256: str) -> Backup:
    """Among writers who follow each other without a pause, one who asks every tenth of a second may ask in vain.

    SQLite asks that seldom after a while, and then gives up; a whole backup is not thrown away for that.
    """
    until = time.monotonic() + REGISTERS_WITHIN
    with _asking_often():
        while True:
            try:
                with transaction.atomic():
                    record(Note("backup.made", kind=Entry.Kind.ACCESS, data=data), now=now)
                    return register_backup(place, now=now, size=size, sha256=sha256)
            except OperationalError as error:
                if time.monotonic() > until:
                    raise NotBackedUp(
                        f"The backup could not be registered ({error}), so it was taken away. Do it at a quieter moment."
                    ) from error


@contextlib.contextmanager
def _asking_often() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        ((usual,),) = cursor.execute("PRAGMA busy_timeout").fetchall()
        cursor.execute("PRAGMA busy_timeout = 30")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


def _kind() -> str:
    if connection.vendor == "postgresql":
        return "postgresql"
    return "sqlcipher" if "key" in connection.settings_dict["OPTIONS"] else "sqlite"


def _snapshot(
    contents: Contents, beside: Path
) -> contextlib.AbstractContextManager[Callable[[Packer], None]]:
    """One moment of the database; inside, its rows are counted and it can be written to a packer."""
    if connection.vendor == "postgresql":
        return _postgresql_snapshot(contents)
    return _file_snapshot(contents, beside)


@contextlib.contextmanager
def _file_snapshot(contents: Contents, beside: Path) -> Iterator[Callable[[Packer], None]]:
    """SQLite's own copying of a database in use. The copy has the key of the original, or lies in memory."""
    source = Path(str(connection.settings_dict["NAME"]))
    options = connection.settings_dict["OPTIONS"]
    key = None
    if "key" in options:
        connection.ensure_connection()  # settles which key it is
        (key,) = options["key"].candidates()
    with _scratch(source.stat().st_size, beside, encrypted=key is not None) as folder:
        copy = folder / "copy"
        with opened_as_django_does(source, key) as reading, opened_as_django_does(copy, key) as writing:
            # In one step, so that writers at the same time neither disturb the copy nor are held up by it.
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode = DELETE")
            contents.rows = counts(writing)
            contents.head = _head(writing)

        def write(packer: Packer) -> None:
            with copy.open("rb") as file:
                packer.add_stream(DATABASE, file)

        yield write


@contextlib.contextmanager
def _scratch(size: int, beside: Path, *, encrypted: bool) -> Iterator[Path]:
    """A folder in memory; for an encrypted copy that does not fit there, one beside the backup."""
    in_memory = RAM.is_dir() and os.access(RAM, os.W_OK) and shutil.disk_usage(RAM).free > 2 * size
    if not in_memory and not encrypted:
        raise NotBackedUp(
            "The database is not encrypted and there is not enough memory for a copy, which must not lie on a disk. "
            "Encrypt the database (moei keys encrypt-database), or free memory."
        )
    with scratch_in(RAM if in_memory else beside) as folder:
        yield folder


@contextlib.contextmanager
def _postgresql_snapshot(contents: Contents) -> Iterator[Callable[[Packer], None]]:
    """pg_dump reads the same moment in which the rows are counted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (moment,) = cursor.fetchone()
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            (contents.rows[table],) = cursor.fetchone()
        contents.head = _head(cursor)
        yield lambda packer: _dump(packer, moment)


def _dump(packer: Packer, moment: str) -> None:
    command = ["pg_dump", "--format=custom", "--compress=1", "--no-owner", "--no-privileges"]
    arguments, environment = libpq(connection.settings_dict)
    try:
        process = subprocess.Popen(  # noqa: S603
            [*command, f"--snapshot={moment}", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError:
        raise NotBackedUp(
            "pg_dump is not installed here. On Debian: apt-get install postgresql-client"
        ) from None
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        packer.add_stream(DATABASE, cast(BinaryIO, process.stdout))
        said = process.stderr.read().decode(errors="replace").strip()
    if process.returncode:
        raise NotBackedUp(f"pg_dump failed: {said}")


def _head(executes: Any) -> tuple[int, str]:
    """Where the journal ends, from a cursor or a connection."""
    found = executes.execute("SELECT seq, hash FROM journal_head WHERE id = 1")
    row = (found or executes).fetchone()
    return (row[0], row[1]) if row else (0, "")


def _add_files(packer: Packer, tick: Tick) -> None:
    """After the database: a file that a row names was written before the row."""
    data_dir = Path(settings.DATA_DIR)
    stretching = stretching_file(data_dir / FILE)
    if stretching.exists():
        packer.add_file(PASSPHRASE, stretching)
    found = [
        path
        for path in sorted(data_dir.glob("*/**/*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(data_dir).parts)
    ]
    for place, path in enumerate(found):
        tick("Files", place, len(found))
        with contextlib.suppress(FileNotFoundError):  # erased meanwhile
            packer.add_file(path.relative_to(data_dir).as_posix(), path)
    tick("Files", len(found), len(found))
