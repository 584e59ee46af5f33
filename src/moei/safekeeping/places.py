"""Where things lie, told before Django is set up."""

from __future__ import annotations

from pathlib import Path

from moei import paths

FILE = "moei.sqlite3"


def database_file() -> Path:
    """The SQLite or SQLCipher file of this instance."""
    return paths.data_dir() / FILE


def misplaced(path: Path, data_dir: Path) -> bool:
    """Whether a secret lies in the data directory, directly or behind a link."""
    data_dir = data_dir.resolve()
    return any(data_dir in (place, *place.parents) for place in (path.absolute(), path.resolve()))
