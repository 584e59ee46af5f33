"""An empty database, migrated once and copied for whoever needs one: migrating takes half a minute, copying none.

Kept below `.pytest_cache` under a hash of everything that makes it, so that a changed migration makes another. A copy
is migrated all the same and finds nothing to do. PostgreSQL copies databases by itself: `MOEI_TEST_TEMPLATE` is which.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".pytest_cache" / "databases"
MAKE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""


def template() -> Path:
    """The file, plain SQLite; made by whichever of the tests' processes comes first."""
    made = KEPT / f"{_digest()}.sqlite3"
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for old in KEPT.glob("*.sqlite3"):
                old.unlink()
            with tempfile.TemporaryDirectory(prefix="moei-template-") as place:
                migrate({"MOEI_DATA_DIR": place, "MOEI_KEY_FILE": f"{place}/moei.key", "MOEI_ENCRYPTED": "0"})
                whole = KEPT / "half"
                whole.unlink(missing_ok=True)
                with contextlib.closing(sqlite3.connect(f"{place}/moei.sqlite3")) as connection:
                    connection.execute(f"VACUUM INTO '{whole}'")
            whole.rename(made)
    return made


def template_database(url: str) -> str:
    """The name of a migrated database beside the one that `url` names, for PostgreSQL to copy."""
    import psycopg

    name = "template_of_moei"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    with tempfile.TemporaryDirectory(prefix="moei-template-") as place:
        stored = {"MOEI_DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
        migrate({**stored, "MOEI_DATA_DIR": place, "MOEI_KEY_FILE": f"{place}/moei.key"})
    return name


def migrate(stored: dict[str, str]) -> None:
    """The migrations, one after the other, on the empty database that `stored` names as `MOEI_*` do."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("MOEI_", "PYTEST_"))}
    settings = {
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "moei.web.settings",
    }
    subprocess.run([sys.executable, "-c", MAKE], env={**ours, **settings, **stored}, cwd=ROOT, check=True)


def fill(connection: Any) -> None:
    """Writes the template into the database of a Django connection to SQLite or SQLCipher, if it is empty."""
    if connection.vendor == "postgresql":
        return
    connection.ensure_connection()
    raw = connection.connection
    if raw.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return
    made = template()
    with contextlib.closing(sqlite3.connect(made)) as source:
        if isinstance(raw, sqlite3.Connection):
            source.backup(raw)
        else:
            raw.execute("PRAGMA foreign_keys = OFF")
            raw.executescript("\n".join(source.iterdump()))
            raw.execute("PRAGMA foreign_keys = ON")


def _digest() -> str:
    made_of = [
        *ROOT.glob("src/moei/**/migrations/*.py"),
        ROOT / "src/moei/journal/triggers.py",
        ROOT / "uv.lock",
    ]
    found = hashlib.sha256()
    for path in sorted(made_of):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]
