"""A restore fills a folder of its own inside the new data directory, and what is in it gets its place at the very end.

Inside, because the data directory may be an encrypted volume, or the only place where this user may write. Stopped at
any moment before the end, there is no database where one is looked for, and `moei serve` refuses the place.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from moei.safekeeping.errors import NotRestored
from moei.safekeeping.places import FILE
from moei.safekeeping.rekey import make_lasting

NAME = ".unfinished-restore"


def unfinished_in(data_dir: Path) -> Path | None:
    """What a restore has left that was stopped, or is still at work."""
    folder = data_dir / NAME
    return folder if folder.is_symlink() or folder.exists() else None


@contextlib.contextmanager
def filled_aside(to: Path) -> Iterator[tuple[Path, bool]]:
    """An empty folder to restore into, and whether a stopped restore had left one; afterwards its content is in `to`.

    When something is raised inside, what was unpacked stays aside; of a folder that is still empty nothing stays, unless
    a stopped restore had left it. Raises `NotRestored` when anything else is in `to`, or another restore is at work.
    """
    if to.exists() and (not to.is_dir() or any(path.name != NAME for path in to.iterdir())):
        raise NotRestored(
            f"{to} is not an empty directory. A backup is restored into an empty one only."
            + (
                f" A restore was cut off there: empty it, with {NAME}, and start again."
                * bool(unfinished_in(to))
            )
        )
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    to.chmod(0o700)
    folder, stopped = to / NAME, unfinished_in(to) is not None
    folder.mkdir(exist_ok=True, mode=0o700)
    with _held(folder):
        _empty(folder)
        make_lasting(to)
        try:
            yield folder, stopped
        except BaseException:
            if not stopped and not any(folder.iterdir()):
                folder.rmdir()
            raise
        _put_in_place(folder, to)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Locked while this process lives: what is locked belongs to a restore that goes on."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise NotRestored(
            f"{folder} cannot be used ({error.strerror}). Take it away, then start again."
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotRestored(f"Another restore into {folder.parent} is at work. Wait for it.") from None
        yield
    finally:
        os.close(descriptor)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _put_in_place(folder: Path, to: Path) -> None:
    """The database last: until it is there, nothing looks restored."""
    for path in sorted(folder.iterdir(), key=lambda path: (path.name == FILE, path.name)):
        path.rename(to / path.name)
    make_lasting(to)
    folder.rmdir()
    make_lasting(to)
