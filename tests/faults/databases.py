"""Which database an instance under test gets, as the pass of the tests says it: a file, encrypted or not, or PostgreSQL.

A file lies in the instance's folder. On PostgreSQL each instance has a database of its own beside the one that
`MOEI_DATABASE_URL` names, made for it and dropped after it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from moei.crypto import Keyring
from moei.safekeeping.sqlcipher.keyed import opened

SERVER = os.environ.get("MOEI_DATABASE_URL", "")
ENCRYPTED = not SERVER and os.environ.get("MOEI_ENCRYPTED") == "1"


@contextlib.contextmanager
def new_database(like: str = "") -> Iterator[dict[str, str]]:
    """What an instance's environment says of its database; an empty one, or a copy of the one that `like` names,
    by its name or its address."""
    if not SERVER:
        yield {"MOEI_ENCRYPTED": "1" if ENCRYPTED else "0"}
        return
    name = f"fault_{uuid4().hex}"
    template = f' TEMPLATE "{urlsplit(like).path.strip("/")}"' if like else ""
    _tell(f'CREATE DATABASE "{name}"{template}')
    try:
        yield {"MOEI_DATABASE_URL": urlsplit(SERVER)._replace(path=f"/{name}").geturl()}
    finally:
        _tell(f'DROP DATABASE "{name}" WITH (FORCE)')


def _tell(words: str) -> None:
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(words)


@contextlib.contextmanager
def opened_file(database: Path, key_file: Path) -> Iterator[Any]:
    """A connection to an instance's file that passes by the program."""
    if ENCRYPTED:
        with opened(database, Keyring.load(key_file).database) as connection:
            yield connection
        return
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        yield connection
