"""Which database: SQLite in the data directory, or the PostgreSQL that `MOEI_DATABASE_URL` names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def database(data_dir: Path) -> dict[str, Any]:
    url = os.environ.get("MOEI_DATABASE_URL", "")
    return postgresql(url) if url else sqlite(data_dir / "moei.sqlite3")


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
