"""A request's body on its way, when it is too large for memory: on the disk, under a key that is held in memory only.

The file has no name: when the process ends, however it ends, nothing is left, and nobody could have read it.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings

from moei.crypto import OpeningReader, SealingWriter, new_key

# Bytes that stay free for the database and its journal, whatever is sent.
RESERVE = 1024**3
_CONTEXT = "body of a request"


class NoRoom(Exception):
    """The disk would be full."""


class Spool:
    """Written once, then read from the beginning. Raises `NoRoom` unless the body and what becomes of it find room."""

    def __init__(self, length: int) -> None:
        folder = Path(settings.DATA_DIR)
        if shutil.disk_usage(folder).free < 2 * length + RESERVE:
            raise NoRoom
        self._key = new_key()
        self._file = cast(BinaryIO, tempfile.TemporaryFile(dir=folder))  # noqa: SIM115
        self._writer = SealingWriter(self._file, self._key, _CONTEXT)

    def write(self, data: bytes) -> None:
        self._writer.write(data)

    def finish(self) -> BinaryIO:
        """Everything was written: the body, to be read."""
        self._writer.close()
        return io.BufferedReader(OpeningReader(self._file, self._key, _CONTEXT), 1024 * 1024)

    def close(self) -> None:
        self._file.close()
