"""Which database: SQLite or SQLCipher in the data directory, or the PostgreSQL that `MOEI_DATABASE_URL` names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from moei import paths
from moei.crypto.database_key import DatabaseKey, holds_a_database_key, stretching_file
from moei.safekeeping.places import FILE


def database(data_dir: Path) -> dict[str, Any]:
    url = os.environ.get("MOEI_DATABASE_URL", "")
    if url:
        return postgresql(url)
    path = data_dir / FILE
    return sqlcipher(path, paths.key_file()) if is_encrypted(path) else sqlite(path)


def is_encrypted(path: Path) -> bool:
    """`MOEI_ENCRYPTED` says so (1 or 0), or there is a key for the database: in the key file, or by passphrase."""
    said = os.environ.get("MOEI_ENCRYPTED", "")
    if said:
        return said == "1"
    return stretching_file(path).exists() or holds_a_database_key(paths.key_file())


def sqlite(path: Path) -> dict[str, Any]:
    """WAL, IMMEDIATE transactions and full synchronisation: measured to give no "database is locked"."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;",
        },
        # A file, because threads of a live server cannot share a database in memory without locking it.
        "TEST": {"NAME": str(path.with_name("test.sqlite3"))},
    }


def sqlcipher(path: Path, key_file: Path) -> dict[str, Any]:
    """As SQLite, through SQLCipher. Connections stay open: each new one would decrypt the schema again."""
    plain = sqlite(path)
    return {
        **plain,
        "ENGINE": "moei.safekeeping.sqlcipher",
        "OPTIONS": {**plain["OPTIONS"], "key": DatabaseKey(path, key_file)},
        "CONN_MAX_AGE": 600,
    }


def postgresql(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name`; `?host=/run/socket` for a socket's folder."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


def libpq(database: dict[str, Any]) -> tuple[list[str], dict[str, str]]:
    """Arguments and environment for PostgreSQL's own programs; the password is no argument, which all could see."""
    names = {"--host": "HOST", "--port": "PORT", "--username": "USER", "--dbname": "NAME"}
    arguments = [f"{option}={database[name]}" for option, name in names.items() if database.get(name)]
    password = {"PGPASSWORD": str(database["PASSWORD"])} if database.get("PASSWORD") else {}
    return arguments, {**os.environ, **password}
