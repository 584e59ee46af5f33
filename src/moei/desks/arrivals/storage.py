"""The bytes of lists, sealed on disk under the key file, outside the database."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings

from moei.journal.keys import keyring


def keep(import_id: UUID, data: bytes) -> Path:
    """Seal and write; the caller removes the file if its transaction fails."""
    path = path_of(import_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(keyring().seal(data, context_of(import_id)))
    return path


def fetch(import_id: UUID) -> bytes:
    return keyring().open(path_of(import_id).read_bytes(), context_of(import_id))


def path_of(import_id: UUID) -> Path:
    return Path(settings.DATA_DIR) / "lists" / f"{import_id}.sealed"


def context_of(import_id: UUID) -> str:
    return f"list:{import_id}"
