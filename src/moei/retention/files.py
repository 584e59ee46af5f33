"""Files that go with what is erased: written down inside the transaction, overwritten and removed behind it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from moei.casefile.actions.attachments import path_of as path_of_attachment
from moei.casefile.models import Attachment
from moei.desks.arrivals import storage
from moei.retention.models import DoomedFile

_BLOCK = 1024 * 1024


@dataclass(frozen=True)
class DataFile:
    """A file of the instance; `within` is its path from the data directory, by which a doomed file is known."""

    absolute: Path

    @property
    def within(self) -> str:
        data = Path(settings.DATA_DIR)
        inside = self.absolute.is_relative_to(data)
        return (self.absolute.relative_to(data) if inside else self.absolute).as_posix()


def list_file(import_id: UUID) -> DataFile:
    return DataFile(storage.path_of(import_id))


def attachment_file(attachment: Attachment) -> DataFile:
    return DataFile(path_of_attachment(attachment))


def doom(files: Iterable[DataFile], *, now: datetime) -> None:
    """Inside a transaction: once it is committed these files go, also after a crash."""
    rows = [DoomedFile(path=file.within, since=now) for file in files]
    DoomedFile.objects.bulk_create(rows, ignore_conflicts=True)


def remove_doomed() -> int:
    """Overwrite and remove every file that must go; returns how many are left because the disk refused."""
    left = 0
    for row in DoomedFile.objects.order_by("pk"):
        try:
            _overwrite_and_unlink(Path(settings.DATA_DIR) / row.path)
        except OSError:
            left += 1
        else:
            row.delete()
    return left


def _overwrite_and_unlink(path: Path) -> None:
    """Random bytes over the old ones. On a disk that writes elsewhere they remain until it reuses them; they are
    sealed anyway."""
    try:
        with path.open("r+b") as file:
            left = os.fstat(file.fileno()).st_size
            while left > 0:
                left -= file.write(os.urandom(min(left, _BLOCK)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
