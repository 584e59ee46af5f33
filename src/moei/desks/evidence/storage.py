"""Where files of evidence lie: sealed piece by piece, each under a key of its own, from the first byte that arrives."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast
from uuid import UUID

from django.conf import settings

from moei.crypto import Digest, OpeningReader, SealingWriter, new_key
from moei.engines.cleaning import HEAD
from moei.journal.ids import new_id
from moei.journal.keys import keyring

# A file's key as the database gives it: sealed under the key file.
Sealed = bytes | memoryview
_BLOCK = 1024 * 1024
_ARRIVING = ".arriving"  # hidden: a backup does not take half a file


def folder() -> Path:
    return Path(settings.DATA_DIR) / "evidence"


def path_of(file_id: UUID) -> Path:
    """Where the sealed file lies."""
    name = str(file_id)
    return folder() / name[-2:] / f"{name}.sealed"


def working_path_of(file_id: UUID) -> Path:
    name = str(file_id)
    return folder() / name[-2:] / f"{name}.working.sealed"


def context_of(file_id: UUID, *, working: bool = False) -> str:
    """What a file, or its working copy, was sealed for: it opens as this one only."""
    return f"{'working-copy' if working else 'evidence'}:{file_id}"


def context_of_key(file_id: UUID, *, working: bool = False) -> str:
    return f"key-of-{context_of(file_id, working=working)}"


@dataclass
class Arriving:
    """A file that is being written: what is given to `write` is hashed and sealed, and held nowhere in plain.

    It stands in a hidden folder, locked while this process lives, until `keep` puts it in its place or `discard` takes
    it away. `size` in bytes, `sha256` of exactly what was written, `head` the first bytes.
    """

    name: str
    working: bool = False
    id: UUID = field(default_factory=new_id)
    size: int = 0
    head: bytes = b""
    sha256: str = ""

    def __post_init__(self) -> None:
        self.key = new_key()
        # A name of its own: what a process that was killed left of the same file is in nobody's way.
        self.draft = folder() / _ARRIVING / f"{new_id()}.part"
        self.draft.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with contextlib.suppress(OSError):  # a file system without locks: then nothing is swept there
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._file = cast(BinaryIO, os.fdopen(descriptor, "w+b"))
        self._digest = Digest()
        self._writer = SealingWriter(self._file, self.key, context_of(self.id, working=self.working))

    def write(self, data: bytes) -> None:
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]
        self._digest.update(data)
        self._writer.write(data)
        self.size += len(data)

    def finish(self) -> Arriving:
        """Everything was written: it is whole, and on the disk."""
        self._writer.close()
        os.fsync(self._file.fileno())
        self.sha256 = self._digest.hexdigest()
        return self

    def opened(self) -> IO[bytes]:
        """What was written, to be read again from any place on."""
        file = self.draft.open("rb")
        return cast(IO[bytes], OpeningReader(file, self.key, context_of(self.id, working=self.working)))

    def wrapped_key(self) -> bytes:
        return keyring().seal(self.key, context_of_key(self.id, working=self.working))

    def keep(self) -> Path:
        """Put it where it belongs. Returns its place."""
        place = working_path_of(self.id) if self.working else path_of(self.id)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.draft.replace(place)
        for parent in (place.parent, self.draft.parent):
            descriptor = os.open(parent, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        self._file.close()
        return place

    def discard(self) -> None:
        """Take away what was not kept. Does nothing after `keep`."""
        self.draft.unlink(missing_ok=True)
        if not self._file.closed:
            self._file.close()


def arrive(stream: IO[bytes], name: str, *, working: bool = False) -> Arriving:
    """Read a stream to its end, a megabyte at a time."""
    arriving = Arriving(name, working=working)
    try:
        while block := stream.read(_BLOCK):
            arriving.write(block)
        return arriving.finish()
    except BaseException:
        arriving.discard()
        raise


def opened(file_id: UUID, wrapped: Sealed, *, working: bool = False) -> IO[bytes]:
    """A kept file, to be read in plain from any place on. Raises `SealError` where it is not as it was."""
    key = keyring().open(bytes(wrapped), context_of_key(file_id, working=working))
    file = (working_path_of(file_id) if working else path_of(file_id)).open("rb")
    try:
        return cast(IO[bytes], OpeningReader(file, key, context_of(file_id, working=working)))
    except BaseException:
        file.close()
        raise


def pieces(file_id: UUID, wrapped: Sealed, *, working: bool = False) -> Iterator[bytes]:
    """The file in plain, a megabyte at a time."""
    with opened(file_id, wrapped, working=working) as reader:
        while piece := reader.read(_BLOCK):
            yield piece


def sweep() -> int:
    """Take away what a process that was killed had begun to write. Returns how many."""
    taken = 0
    for draft in (folder() / _ARRIVING).glob("*.part"):
        try:
            with draft.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                draft.unlink()
                taken += 1
        except OSError:
            continue  # somebody writes it now, or it is gone
    return taken
