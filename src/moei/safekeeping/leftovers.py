"""What a backup writes on its way, and taking away what a killed one left of it.

Each is locked while its process lives. The system drops the lock with the process, however that ends: so no list of
processes and no clock says whose it is, and what is locked belongs to a backup that goes on.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from moei.safekeeping.errors import NotBackedUp

PREFIX, UNFINISHED = ".moei-backup-", ".part"


@contextlib.contextmanager
def scratch_in(place: Path) -> Iterator[Path]:
    """A new folder for a copy of the database, taken away at the end. Raises `OSError`."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        if _ours(folder, descriptor):
            break
        os.close(descriptor)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        os.close(descriptor)


@contextlib.contextmanager
def draft_of(target: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """The file beside `target` that gets its name when it is whole; taken away unless it was renamed.

    Raises `NotBackedUp` while another backup writes to the same name, else `OSError`.
    """
    draft = target.with_name(f"{PREFIX}{target.name}{UNFINISHED}")
    while True:
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise NotBackedUp(
                f"Another backup to {target} is being made. Wait for it, or give another name."
            ) from None
        if _ours(draft, descriptor):
            break
        os.close(descriptor)
    with os.fdopen(descriptor, "wb") as file:
        try:
            yield draft, cast(BinaryIO, file)
        finally:
            draft.unlink(missing_ok=True)


def sweep(*places: Path) -> list[Path]:
    """Take away what killed backups left in these folders: this user's, and only what no process holds."""
    return [path for place in places for path in sorted(place.glob(f"{PREFIX}*")) if _taken_away(path)]


def _ours(path: Path, descriptor: int) -> bool:
    """Lock what was just made; False when a sweep was faster than the lock, and took it away."""
    with contextlib.suppress(OSError):  # a file system without locks: then nothing is ever swept there
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _taken_away(path: Path) -> bool:
    try:
        # Whoever may write to the place may have put a link or a pipe there.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        about = os.fstat(descriptor)
        if about.st_uid != os.geteuid():
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if stat.S_ISDIR(about.st_mode):
            shutil.rmtree(path)
        elif stat.S_ISREG(about.st_mode) and path.name.endswith(UNFINISHED):
            path.unlink()
        else:
            return False
    except OSError:
        return False  # held by a backup that goes on, or not to be locked here
    finally:
        os.close(descriptor)
    return True
