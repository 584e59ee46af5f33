"""Commands start Django here, and find the instance that they are about, or say in words that there is none."""

from __future__ import annotations

import os
from pathlib import Path


class NoInstance(SystemExit):
    """Exit 2, after the words were printed."""


def start_django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moei.web.settings")
    django.setup()


def open_instance(*, damaged_too: bool = False) -> None:
    """Start Django for a command that needs what `moei init` makes. Raises `NoInstance`, said in words.

    With `damaged_too`, a database that is there and does not answer is for the command to speak of.
    """
    start_django()
    from django.conf import settings
    from django.db import DatabaseError, connection

    from moei.crypto import KeyringError
    from moei.terminal import terminal

    name = settings.DATABASES["default"]["NAME"]
    words = f"There is no instance of Moei in {name}. Make one with `moei init`, or set MOEI_DATA_DIR."
    # A file that is not there is not made by asking for its tables.
    empty = connection.vendor == "sqlite" and not (_in_memory(name) or Path(name).exists())
    if not empty:
        try:
            empty = "journal_head" not in connection.introspection.table_names()
        except (KeyringError, DatabaseError) as error:
            if damaged_too:
                return
            # That a key does not open it is said in whole sentences already.
            own = isinstance(error, KeyringError)
            empty, words = (
                True,
                str(error) if own else f"The database {name} does not answer: {error}".strip(),
            )
    if empty:
        terminal(stderr=True).print(words, style="red", markup=False, soft_wrap=True)
        raise NoInstance(2)


def _in_memory(name: object) -> bool:
    """As in tests: such a database has no file."""
    return str(name).startswith("file:memorydb")
