"""The form of a backup: a tar stream inside one age file, its list of contents last and sealed under the key file.

    moei-backup.json     what this is; read first
    database/0000 ...    the database, in pieces of 8 MB
    attachments/...      the sealed files as they lie on disk; so every other folder of the data directory
    contents.sealed      digest and size of every member above, counts, the journal's head

Anybody who knows a recipient can write an age file for them. That the contents are sealed under the key file tells
a backup of this instance from one that a stranger made up; nothing is unpacked before that is known.
"""

from __future__ import annotations

import io
import json
import os
import re
import tarfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from moei.crypto import Digest, Keyring, KeyringError, SealError, file_digest
from moei.crypto.envelope import open_stream, seal_stream
from moei.safekeeping.errors import BadBackup, NotBackedUp

FORMAT = 1
FIRST, LAST = "moei-backup.json", "contents.sealed"
CONTEXT = "backup-contents"
PIECE = 8 * 1024 * 1024
DATABASE, PASSPHRASE = "database", "passphrase.json"
# Below the data directory and nowhere else: no hidden file, no way up, no absolute path.
_NAME = re.compile(r"(?:\w[\w.\- ]*/)+\w[\w.\- ]*\Z")


@dataclass
class Contents:
    """What a backup holds. `members` maps a name to (SHA-256, size); `rows` counts the rows of every table."""

    id: str
    made_at: str
    database: str  # sqlite, sqlcipher or postgresql
    members: dict[str, tuple[str, int]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    head: tuple[int, str] = (0, "")

    @property
    def size(self) -> int:
        return sum(size for _digest, size in self.members.values())

    def sealed(self, ring: Keyring) -> bytes:
        return ring.seal(json.dumps(asdict(self), ensure_ascii=False).encode(), CONTEXT)

    @classmethod
    def opened(cls, sealed: bytes, ring: Keyring) -> Contents:
        try:
            raw = json.loads(ring.open(sealed, CONTEXT))
        except (SealError, KeyringError) as error:
            raise BadBackup(
                "This backup was not made under the key file at hand: it is another instance's, or somebody made it up. "
                f"({error})"
            ) from error
        members = {name: (digest, size) for name, (digest, size) in raw.pop("members").items()}
        seq, head = raw.pop("head")
        return cls(**raw, members=members, head=(seq, head))


class Packer:
    """Writes members one after the other, and keeps their digests. A context: what fails inside ends the writing."""

    def __init__(self, stream: BinaryIO, contents: Contents) -> None:
        self.contents = contents
        self.tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        first = {
            "format": FORMAT,
            "id": contents.id,
            "made_at": contents.made_at,
            "database": contents.database,
        }
        self._write(FIRST, json.dumps(first).encode())

    def __enter__(self) -> Packer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_about: object) -> None:
        if kind is not None and self.tar.fileobj is not None:
            # Half a backup: nothing more is written, also not when the program tidies up.
            self.tar.fileobj.closed = True  # type: ignore[attr-defined]

    def add_bytes(self, name: str, data: bytes) -> None:
        _refuse_strange(name)
        self.contents.members[name] = (file_digest(data), len(data))
        self._write(name, data)

    def add_file(self, name: str, path: Path) -> None:
        """Raises `FileNotFoundError` when it is gone. Files are written once, or replaced as a whole; none grows."""
        _refuse_strange(name)
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            reading = _Digesting(file)
            self.tar.addfile(_info(name, size), reading)
        self.contents.members[name] = (reading.hexdigest(), size)

    def add_stream(self, folder: str, stream: BinaryIO) -> None:
        """A stream of unknown length, in pieces."""
        number = 0
        while piece := stream.read(PIECE):
            self.add_bytes(f"{folder}/{number:04}", piece)
            number += 1

    def finish(self, ring: Keyring) -> None:
        self._write(LAST, self.contents.sealed(ring))
        self.tar.close()

    def _write(self, name: str, data: bytes) -> None:
        self.tar.addfile(_info(name, len(data)), io.BytesIO(data))


def _refuse_strange(name: str) -> None:
    """What could not be restored is not packed either."""
    if name != PASSPHRASE and not _NAME.match(name):
        raise NotBackedUp(
            f"There is a file in the data directory that is not the program's: {name!r}. Remove it."
        )


class _Digesting:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._hash = stream, Digest()

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def sealing(target: BinaryIO, recipients: Sequence[Any], produce: Callable[[BinaryIO], None]) -> None:
    """Seal what `produce` writes, while it writes: neither side waits for the whole."""
    failed: list[BaseException] = []
    reading, writing = os.pipe()

    def run() -> None:
        try:
            with os.fdopen(writing, "wb") as stream:
                produce(stream)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="backup")
    thread.start()
    try:
        with os.fdopen(reading, "rb") as plain:
            seal_stream(plain, target, recipients)
    finally:
        thread.join()
    if failed:
        raise failed[0]


@contextmanager
def _plain(path: Path, identities: Sequence[Any]) -> Iterator[BinaryIO]:
    """The opened tar stream. Raises what opening raises, also when the reader has stopped."""
    failed: list[BaseException] = []
    reading, writing = os.pipe()

    def run() -> None:
        try:
            with path.open("rb") as sealed, os.fdopen(writing, "wb") as stream:
                open_stream(sealed, stream, identities)
        except BrokenPipeError:
            pass  # the reader has seen enough
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="restore")
    thread.start()
    try:
        with os.fdopen(reading, "rb") as plain:
            yield plain
            plain.read()  # to the end: the last piece says that nothing was cut off
    except (tarfile.TarError, EOFError, BadBackup) as error:
        thread.join()
        if failed:
            raise failed[0] from error  # the cause: what came was cut off
        raise (
            error if isinstance(error, BadBackup) else BadBackup(f"The backup cannot be read ({error}).")
        ) from error
    finally:
        thread.join()
    if failed:
        raise failed[0]


def examine(path: Path, identities: Sequence[Any], ring: Keyring) -> Contents:
    """Read the whole backup, unpack nothing; raise `BadBackup` unless every member is what the contents say."""
    found: dict[str, tuple[str, int]] = {}
    sealed, first = b"", {}
    with _plain(path, identities) as plain:
        for name, stream in _members(plain):
            if name == FIRST:
                first = json.loads(stream.read(PIECE))
                if first.get("format") != FORMAT:
                    raise BadBackup(
                        f"This backup has format {first.get('format')}; this program reads {FORMAT}."
                    )
            elif name == LAST:
                sealed = stream.read()
            else:
                found[name] = _digest(stream)
    if not sealed:
        raise BadBackup("The backup has no list of contents: it was not finished.")
    contents = Contents.opened(sealed, ring)
    if found != contents.members or first.get("id") != contents.id:
        raise BadBackup("The backup does not hold what its list of contents says: it was put together anew.")
    return contents


def unpack(
    path: Path, identities: Sequence[Any], contents: Contents, take: Callable[[str, BinaryIO], None]
) -> None:
    """Hand every member to `take`, whose stream checks the digest again: the file might be another by now."""
    with _plain(path, identities) as plain:
        for name, stream in _members(plain):
            if name in (FIRST, LAST):
                continue
            reading = _Digesting(stream)
            take(name, reading)  # type: ignore[arg-type]
            while reading.read(1 << 20):
                pass
            if reading.hexdigest() != contents.members.get(name, ("", 0))[0]:
                raise BadBackup(f"{name} changed while it was unpacked.")


def _members(plain: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    with tarfile.open(fileobj=plain, mode="r|") as tar:
        for info in tar:
            known = info.name in (FIRST, LAST, PASSPHRASE) or _NAME.match(info.name)
            if not known or not info.isreg():
                raise BadBackup(f"The backup holds something that no backup holds: {info.name[:80]!r}.")
            stream = tar.extractfile(info)
            assert stream is not None
            yield info.name, stream  # type: ignore[misc]


def _digest(stream: BinaryIO) -> tuple[str, int]:
    reading, size = _Digesting(stream), 0
    while piece := reading.read(1 << 20):
        size += len(piece)
    return reading.hexdigest(), size
