"""Where the demo lives. It never touches an instance that is not a demo."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from moei import paths

MARK = "this-is-a-demo"


class NotADemo(Exception):
    """The directory holds something that the demo must not replace. Words say what to do."""


def choose_demo_directories() -> None:
    """Before Django is set up: a data directory of its own unless `MOEI_DATA_DIR` names one, and the demo's settings."""
    if not os.environ.get("MOEI_DATA_DIR"):
        home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
        os.environ["MOEI_DATA_DIR"] = str(Path(home).expanduser() / "moei-demo")
    os.environ["MOEI_DEMO"] = "1"


def data_dir() -> Path:
    return paths.data_dir()


def key_file() -> Path:
    return paths.key_file()


def address() -> str:
    return f"http://localhost:{os.environ.get('MOEI_PORT', '8000')}"


def create_anew() -> None:
    """An empty database. A former demo in the same directory is replaced; anything else is refused."""
    from django.core.management import call_command
    from django.db import connection

    directory = data_dir()
    if directory.exists() and any(directory.iterdir()) and not (directory / MARK).exists():
        raise NotADemo(
            f"{directory} holds something that is not a demo, so it is left alone. "
            "Set MOEI_DATA_DIR to an empty directory."
        )
    if connection.vendor == "sqlite":
        connection.close()
        shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    (directory / MARK).write_text("Invented people. `moei demo` replaces this directory.\n")
    if connection.vendor == "postgresql":
        _empty_postgresql()
    call_command("migrate", verbosity=0)


def _empty_postgresql() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if "access_release" in tables:
            cursor.execute("SELECT count(*) FROM access_release WHERE NOT invented")
            if cursor.fetchone()[0]:
                raise NotADemo(
                    "This database holds a release of real people, so it is left alone. Name another one."
                )
        elif tables:
            raise NotADemo(
                "This database holds tables that are not a demo's, so it is left alone. Name another one."
            )
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
