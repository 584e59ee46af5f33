"""Opening files of SQLCipher below Django: for keys, backups and checks."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as Database

PLAIN_HEADER = b"SQLite format 3\x00"


def use_key(connection: Any, key: bytes) -> None:
    """Must be the first thing that is said on a connection. A raw key: nothing is derived, opening is quick."""
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f'PRAGMA key = "{literal(key)}"')


def literal(key: bytes) -> str:
    """A raw key as SQLCipher reads it."""
    return f"x'{key.hex()}'"


def opens(connection: Any) -> bool:
    """Whether the key is the right one: the first page is read, and its authentication code checked."""
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except Database.OperationalError:
        raise  # locked, no such file: the key is not what is wrong
    except Database.DatabaseError:
        return False
    return True


@contextlib.contextmanager
def opened(path: Path, key: bytes | None) -> Iterator[Any]:
    """A connection to a file; without a key the file is plain SQLite."""
    connection = Database.connect(str(path), timeout=20, isolation_level=None)
    try:
        if key is not None:
            use_key(connection, key)
        connection.execute("PRAGMA temp_store = MEMORY")
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def opened_as_django_does(path: Path, key: bytes | None) -> Iterator[Any]:
    """As `opened`, by the library through which Django has the same file open in this process.

    Locks of a file belong to the process: when one of two libraries closes it, the locks of the other are gone too,
    and the file gets damaged (https://www.sqlite.org/howtocorrupt.html, multiple copies of SQLite).
    """
    if key is not None:
        with opened(path, key) as connection:
            yield connection
        return
    with contextlib.closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as connection:
        connection.execute("PRAGMA temp_store = MEMORY")
        yield connection


def is_plain(path: Path) -> bool:
    """Whether the file is SQLite that anybody can read. Not while this process has it open: see above about locks."""
    try:
        with path.open("rb") as file:
            return file.read(len(PLAIN_HEADER)) == PLAIN_HEADER
    except FileNotFoundError:
        return False
