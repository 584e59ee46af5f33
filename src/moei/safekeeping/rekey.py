"""Another key for the database, and encrypting a plain one: always a new file beside the old, never a change in place.

The former file stays whole until the new one has been read again and compared; a power cut at any moment leaves
one that opens, because both keys are written down before and the old one is dropped only after.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as Database

from moei.crypto import Keyring, new_key
from moei.crypto.database_key import (
    DatabaseKey,
    key_of_a_new_database,
    read_stretching,
    seal_key_file,
    stretching_file,
    write_stretching,
)
from moei.crypto.keyring import changing
from moei.crypto.passphrase import (
    Stretched,
    Stretching,
    new_passphrase,
    other_passphrase,
    read_passphrase,
)
from moei.crypto.unlocked import remember
from moei.safekeeping.errors import NotRekeyed
from moei.safekeeping.plain_copies import leftovers, wipe
from moei.safekeeping.sqlcipher.keyed import is_plain, literal, opened, opens


def rekey_database(database: Path, key_file: Path) -> None:
    """Give an encrypted database a new key, of the same kind as it has: of the key file, or of a passphrase."""
    if not database.exists() or is_plain(database):
        raise NotRekeyed(f"{database} is not an encrypted database.")
    if stretching_file(database).exists():
        _by_passphrase(database, key_file)
    else:
        _by_key_file(database, key_file)


def encrypt_database(database: Path, key_file: Path, *, by_passphrase: bool = False) -> list[Path]:
    """Encrypt a plain SQLite database; the plain file is overwritten and removed.

    So is what a former run left that was stopped in the middle: these files are returned.
    On flash disks an overwritten file may survive in spare cells: destroy disks that ever held real names in plain.
    """
    left = leftovers(database)
    if not is_plain(database):
        if not left:
            raise NotRekeyed(f"{database} is not a plain SQLite database, so there is nothing to encrypt.")
        # The last copies in plain go only when what they were encrypted into opens.
        _that_opens(database, DatabaseKey(database, key_file).candidates())
    for path in left:
        wipe(path, database)
    if left:
        make_lasting(database.parent)
    if not is_plain(database):
        return left
    # Before anything is sealed or written: a run that is refused leaves everything as it was.
    with opened(database, None) as connection:
        _refuse_others(connection, database)
    if by_passphrase:
        how = Stretching()
        secret = how.secret(new_passphrase())
        seal_key_file(key_file, (how, secret))
        write_stretching(database, [how])
        key = how.database_key(secret)
    else:
        key = key_of_a_new_database(key_file)
        # Of a run by passphrase that was stopped: it would say that this key is not asked for.
        stretching_file(database).unlink(missing_ok=True)
        make_lasting(database.parent)
    _rewrite(database, None, key, _replace_plain)
    return left


def _by_key_file(database: Path, key_file: Path) -> None:
    with changing(key_file):
        ring = Keyring.load(key_file)
        known = [key for key in (ring.database, ring.database_next) if key is not None]
        old = _that_opens(database, known)
        if ring.database_next is not None and old == ring.database_next:
            # A former command was stopped after the file was replaced: what is left is to say so.
            replace(ring, database=old, database_next=None).save(key_file)
            return
        new = new_key()
        replace(ring, database=old, database_next=new).save(key_file)
        _rewrite(database, old, new, lambda draft: draft.replace(database))
        replace(ring, database=new, database_next=None).save(key_file)


def _by_passphrase(database: Path, key_file: Path) -> None:
    """The key file is sealed under both passphrases meanwhile: with the one that opens the database, it opens too."""
    passphrase = read_passphrase("Present passphrase of the database")
    ways = read_stretching(database)
    present = _stretched(database, ways, passphrase)
    with changing(key_file):
        if present is None:
            # A former command was stopped after the file was replaced: what is left is to say so.
            replaced = _stretched(database, ways, other_passphrase(passphrase)) if len(ways) > 1 else None
            if replaced is None:
                raise _does_not_open(database)
            _only(replaced, database, key_file, Keyring.load(key_file))
            return
        ring = Keyring.load(key_file)
        how = Stretching()
        new = (how, how.secret(other_passphrase(passphrase)))
        write_stretching(database, [present[0], how])
        replace(ring, guards=(present, new)).save(key_file)
        _rewrite(
            database,
            present[0].database_key(present[1]),
            how.database_key(new[1]),
            lambda draft: draft.replace(database),
        )
        _only(new, database, key_file, ring)


def _only(guard: Stretched, database: Path, key_file: Path, ring: Keyring) -> None:
    """From now on this passphrase opens both, and no other."""
    replace(ring, guards=(guard,)).save(key_file)
    write_stretching(database, [guard[0]])
    remember(*guard)


def _stretched(database: Path, ways: list[Stretching], passphrase: str) -> Stretched | None:
    """What the passphrase gives that opens the database."""
    for way in ways:
        secret = way.secret(passphrase)
        with opened(database, way.database_key(secret)) as connection:
            if opens(connection):
                remember(way, secret)
                return way, secret
    return None


def _that_opens(database: Path, keys: list[bytes]) -> bytes:
    for key in keys:
        with opened(database, key) as connection:
            if opens(connection):
                return key
    raise _does_not_open(database)


def _does_not_open(database: Path) -> NotRekeyed:
    return NotRekeyed(f"{database} does not open with the key at hand, so it was left as it is.")


def _rewrite(database: Path, old: bytes | None, new: bytes, put_in_place: Callable[[Path], Any]) -> None:
    """Copy every table, index and trigger under the new key, compare, and put the copy in the place of the file."""
    draft = database.with_name(f"{database.name}.draft")
    draft.unlink(missing_ok=True)
    with opened(database, old) as connection:
        _refuse_others(connection, database)
        connection.execute("ATTACH DATABASE ? AS draft KEY ?", (str(draft), literal(new)))
        # From here to the end nobody else can open the file.
        connection.execute("PRAGMA main.locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("SELECT sqlcipher_export('draft')")
        connection.execute("COMMIT")
        connection.execute("DETACH DATABASE draft")
        counted = counts(connection)
        with opened(draft, new) as copy:
            same = counts(copy) == counted
            whole = not copy.execute("PRAGMA cipher_integrity_check").fetchall()
            sound = copy.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        if not (same and whole and sound):
            draft.unlink()
            raise NotRekeyed(f"The copy of {database} is not the same, so the file was left as it is.")
        make_lasting(draft)
        put_in_place(draft)
        make_lasting(database.parent)


def counts(connection: Any) -> dict[str, int]:
    """Rows of every table."""
    names = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
            "ORDER BY name"
        ).fetchall()
    ]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _refuse_others(connection: Any, database: Path) -> None:
    """Leaving write-ahead logging succeeds only when nobody else has the file open."""
    connection.execute("PRAGMA busy_timeout = 2000")
    try:
        ((mode,),) = connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    except Database.OperationalError:
        mode = ""
    if mode != "delete":
        raise NotRekeyed(f"{database} is in use. Stop the server (moei serve), then start this again.")


def _replace_plain(draft: Path) -> None:
    database = draft.with_name(draft.name.removesuffix(".draft"))
    plain = database.with_name(f"{database.name}.plain")
    os.link(database, plain)
    draft.replace(database)
    wipe(plain, database)


def make_lasting(path: Path) -> None:
    """A power cut after this does not undo what was written to a file, or the names in a directory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
