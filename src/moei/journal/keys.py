"""Keys of persons: one random key each, kept in the database wrapped by the key file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from moei.crypto import Keyring, new_key
from moei.journal.models import SubjectKey

# Commitments about things that are nobody's (a list, a role) use one key of the instance.
NOBODY = UUID(int=0)


class KeyDestroyed(Exception):
    """The person's key was destroyed: what lay under it is gone, as retention demands."""


@lru_cache(maxsize=4)
def _ring(path: Path, _changed: int) -> Keyring:
    return Keyring.load(path)


def keyring() -> Keyring:
    """The key file as it is now: a server that runs sees a new key at once.

    A missing file is made anew for a new instance only; for one that holds keys of persons it is an error.
    """
    path = Path(settings.MOEI_KEY_FILE)
    if not path.exists() and not SubjectKey.objects.exists():
        Keyring.load_or_create(path)
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0  # `load` says in words what is wrong
    return _ring(path, changed)


def key_of(subject: UUID) -> bytes:
    return keys_of([subject])[subject]


def keys_of(subjects: Iterable[UUID]) -> dict[UUID, bytes]:
    """Keys of many persons in a few queries; a person without one gets one."""
    wanted = list(dict.fromkeys(subjects))
    found = _read(wanted)
    missing = [subject for subject in wanted if subject not in found]
    if not missing:
        return found
    ring = keyring()
    # Whoever needs the same key at the same moment takes the one that was first.
    SubjectKey.objects.bulk_create(
        [
            SubjectKey(subject=subject, wrapped=ring.seal(new_key(), context_of_key(subject)))
            for subject in missing
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
    return found | _read(missing)


def _read(subjects: Sequence[UUID]) -> dict[UUID, bytes]:
    ring = keyring()
    return {
        row.subject: ring.open(bytes(row.wrapped), context_of_key(row.subject))
        for start in range(0, len(subjects), 500)
        for row in SubjectKey.objects.filter(subject__in=subjects[start : start + 500])
    }


def existing_key_of(subject: UUID) -> bytes:
    """For opening: never makes a key. Raises `KeyDestroyed` when there is none."""
    row = SubjectKey.objects.filter(subject=subject).first()
    if row is None:
        raise KeyDestroyed(str(subject))
    return keyring().open(bytes(row.wrapped), context_of_key(subject))


def context_of_key(subject: UUID) -> str:
    return f"subject-key:{subject}"
