"""Files in plain that lie beside the database because encrypting it was cut off: found, overwritten and removed."""

from __future__ import annotations

import os
from pathlib import Path

from moei.safekeeping.sqlcipher.keyed import PLAIN_HEADER, is_plain

# First bytes of SQLite's write-ahead log, and of the pages that it holds: tables, indexes, what runs over, the first.
WAL_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
PAGES = frozenset((0, 2, 5, 10, 13, PLAIN_HEADER[0]))
FRAMES = 1000  # looked at


def leftovers(database: Path) -> list[Path]:
    """Copies and logs in plain beside the database. Nothing while there is no database: they may be all there is.

    Not while this process has the database open: one of them may be the same file by another name.
    """
    if not database.exists():
        return []
    name = database.name
    copies = [database.with_name(f"{name}{end}") for end in (".plain", ".draft")]
    found = [path for path in copies if is_plain(path)]
    # A copy that was half overwritten begins with nothing and is still plain behind it.
    found += [path for path in copies[:1] if path.exists() and path not in found]
    logs = [path.with_name(f"{path.name}-wal") for path in copies]
    if not is_plain(database):
        logs.append(
            database.with_name(f"{name}-wal")
        )  # a plain database has a plain log, and is refused itself
    return found + [path for path in logs if is_plain_log(path)]


def is_plain_log(path: Path) -> bool:
    """Whether a write-ahead log holds pages that anybody can read. Of SQLCipher's, only the frames are readable."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        head = file.read(32)
        size = int.from_bytes(head[8:12], "big")
        if head[:4] not in WAL_MAGIC or not 512 <= size <= 65536:
            return False
        begins: list[bytes] = []
        while len(begins) < FRAMES and len(frame := file.read(24 + size)) == 24 + size:
            begins.append(frame[24 : 24 + len(PLAIN_HEADER)])
    # What is encrypted begins with anything: three pages in a row that look like pages are no accident.
    return PLAIN_HEADER in begins or (len(begins) >= 3 and all(page[0] in PAGES for page in begins))


def wipe(path: Path, database: Path) -> None:
    """Overwrite a file and remove it; a second name of the database itself is only removed."""
    if not path.samefile(database):
        with path.open("r+b") as file:
            size = path.stat().st_size
            for start in range(0, size, 1 << 20):
                file.write(bytes(min(1 << 20, size - start)))
            file.flush()
            os.fsync(file.fileno())
    path.unlink()
