"""Removing the files of backups that are past their end. A file is known by its digest: names are used again."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from moei.crypto import stream_digest
from moei.retention.actions.register_backup import file_removed
from moei.retention.models import Backup
from moei.retention.selectors.backups import past_their_end
from moei.safekeeping.errors import NotBackedUp
from moei.safekeeping.rekey import make_lasting


@dataclass(frozen=True)
class Removed:
    """`destroyed`: the backup was to lie there, so it counts as destroyed. Else somebody says so of where it lies."""

    number: int
    path: Path
    place: str
    destroyed: bool


def remove_expired(folder: Path, *, now: datetime) -> Iterator[Removed]:
    """Remove from `folder`, not from folders in it, each file that is a registered backup past its end.

    Raises `NotBackedUp` where a file cannot be read or removed; what was removed until then stays so.
    """
    try:
        # By size first, so that what is no such backup is never read.
        expired = {(row.size, row.sha256): row.pk for row in past_their_end(now=now).exclude(sha256="")}
        sizes = {size for size, _digest in expired}
        for path in sorted(folder.absolute().iterdir()):
            about = path.lstat()
            if not stat.S_ISREG(about.st_mode) or about.st_size not in sizes:
                continue
            with path.open("rb") as file:
                digest = stream_digest(file)
            if (found := expired.get((about.st_size, digest))) is not None:
                yield _remove(path, found, now=now)
    except OSError as error:
        raise NotBackedUp(f"Backups past their end could not be removed from {folder} ({error}).") from error


@transaction.atomic
def _remove(path: Path, backup_id: UUID, *, now: datetime) -> Removed:
    """First the file: if this is cut off, the register calls nothing destroyed that is still there."""
    backup = Backup.objects.select_for_update(no_key=True).get(pk=backup_id)
    # Where it was to lie may be told in words, which are no path; or by a path through a link.
    destroyed = path.resolve() == Path(backup.place).resolve()
    path.unlink()
    make_lasting(path.parent)
    file_removed(backup, str(path), destroyed=destroyed, now=now)
    return Removed(backup.number, path, backup.place, destroyed)
