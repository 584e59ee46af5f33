"""What a thief would do: read every column of every table, and every byte of every file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import connection

# Tables of the program itself, not of people.
SKIPPED = ("django_migrations", "sqlite_sequence")


def every_row() -> dict[str, list[tuple[str, ...]]]:
    """Every row of every table, as text; binary as Latin-1."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in SKIPPED:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                found[table] = [tuple(map(_text, row)) for row in cursor.fetchall()]
    return found


def rows_that_say(words: Iterable[str], rows: dict[str, list[tuple[str, ...]]]) -> list[str]:
    """Table and cell of everything that says one of the words, also escaped as JSON does it."""
    looked_for = [form for word in words for form in _forms(word)]
    return [
        f"{table}: {cell[:80]}"
        for table, found in rows.items()
        for row in found
        for cell in row
        if any(form in cell.casefold() for form in looked_for)
    ]


def files_that_say(words: Iterable[str], files: Iterable[Path]) -> list[str]:
    looked_for = [
        form.encode(encoding)
        for word in words
        for form in {word, word.lower(), word.upper(), *_forms(word)}
        for encoding in ("utf-8", "utf-16-le")
    ]
    return [path.name for path in files if any(form in path.read_bytes() for form in looked_for)]


def files_of(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def database_files() -> list[Path]:
    """The database of SQLite with its log; nothing for a server."""
    if connection.vendor != "sqlite":
        return []
    path = Path(str(connection.settings_dict["NAME"]))
    return [file for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")) if file.exists()]


def _forms(word: str) -> set[str]:
    escaped = word.encode("ascii", "backslashreplace").decode()
    return {word.casefold(), escaped.casefold()}


def _text(value: object) -> str:
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode("latin-1")
    return str(value)
