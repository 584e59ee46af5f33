"""The key of the encrypted database: from the key file, or from a passphrase. It never lies beside the database."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from pathlib import Path

from moei.crypto import unlocked
from moei.crypto.errors import KeyringError
from moei.crypto.keyring import Keyring, changing, is_sealed
from moei.crypto.passphrase import Stretched, Stretching
from moei.crypto.sealing import new_key


class DoesNotOpen(KeyringError):
    """No key at hand opens the file: it is another one's, or the file is damaged where it begins."""


class DatabaseKey:
    """Finds the key when the first connection needs it, and keeps it in this process's memory only.

    There are two candidates while the database gets another key: whichever opens the file is the right one.
    """

    def __init__(self, database: Path, key_file: Path) -> None:
        self.database = database
        self.key_file = key_file
        self._lock = threading.Lock()
        self._found: list[bytes] = []

    def __repr__(self) -> str:
        return "DatabaseKey(...)"

    def __deepcopy__(self, _memo: object) -> DatabaseKey:
        return self

    @property
    def by_passphrase(self) -> bool:
        return stretching_file(self.database).exists()

    def candidates(self) -> list[bytes]:
        """32 bytes each, the likeliest first. Raises `KeyringError` with words when there is none."""
        with self._lock:
            if not self._found:
                self._found = self._from_passphrase() if self.by_passphrase else self._from_key_file()
            return list(self._found)

    def settle(self, key: bytes) -> None:
        """This one opened the database."""
        with self._lock:
            self._found = [key]

    def forget(self) -> None:
        unlocked.forget()
        with self._lock:
            self._found = []

    def _from_passphrase(self) -> list[bytes]:
        found = unlocked.stretched(read_stretching(self.database), "Passphrase of the database")
        return [way.database_key(secret) for way, secret in found]

    def _from_key_file(self) -> list[bytes]:
        if not _has_content(self.database):
            return [key_of_a_new_database(self.key_file)]
        ring = Keyring.load(self.key_file)
        keys = [key for key in (ring.database, ring.database_next) if key is not None]
        if not keys:
            raise KeyringError(
                f"The key file {self.key_file} holds no key of the database {self.database}. "
                "Set MOEI_KEY_FILE to the file that does, or restore it from a copy."
            )
        return keys


def key_of_a_new_database(key_file: Path) -> bytes:
    """The database key of the key file, made now if it holds none.

    Raises `KeyringError` for a file that is sealed: a database that opens with it would need the passphrase all the same.
    """
    with changing(key_file):
        if key_file.exists() and is_sealed(key_file):
            raise KeyringError(
                f"The key file {key_file} is sealed under the passphrase of a database. Let a passphrase open this one "
                "too (--passphrase), or set MOEI_KEY_FILE to another place."
            )
        ring = Keyring.load_or_create(key_file)
        if ring.database is None:
            ring = replace(ring, database=new_key())
            ring.save(key_file)
    assert ring.database is not None
    return ring.database


def stretching_file(database: Path) -> Path:
    return database.with_name(f"{database.name}.passphrase.json")


def read_stretching(database: Path) -> list[Stretching]:
    """How the passphrase becomes the key; two ways while the database gets another key."""
    path = stretching_file(database)
    try:
        return [Stretching.of(raw) for raw in json.loads(path.read_text())]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeyringError(f"{path} cannot be read ({error}). Restore it from a backup.") from error


def write_stretching(database: Path, ways: list[Stretching]) -> None:
    """Write the whole file or leave the former one."""
    path = stretching_file(database)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}")
    with draft.open("w") as file:
        json.dump([how.as_json() for how in ways], file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def seal_key_file(key_file: Path, guard: Stretched) -> None:
    """Seal a key file, made now if there is none, under what a new passphrase gave."""
    with changing(key_file):
        if key_file.exists():
            replace(Keyring.load(key_file), guards=(guard,)).save(key_file)
        else:
            Keyring.new(guard).save(key_file, new=True)  # not even for a moment in plain


def sealed_like(ring: Keyring, database: Path) -> Keyring:
    """The ring as it is to be written: sealed under the passphrase of the database, if that opens with one."""
    if ring.guards or not stretching_file(database).exists():
        return ring
    found = unlocked.stretched(read_stretching(database), "Passphrase of the database")
    return replace(ring, guards=tuple(found))


def holds_a_database_key(key_file: Path) -> bool:
    """Whether a key file in plain is there and holds one; a damaged file is reported by whoever opens it."""
    try:
        return not is_sealed(key_file) and Keyring.load(key_file).database is not None
    except KeyringError:
        return False


def _has_content(database: Path) -> bool:
    return database.exists() and database.stat().st_size > 0
