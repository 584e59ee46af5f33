"""A new root key: everything that is sealed is sealed again under it; then the old key can be retired.

While it runs, servers go on: they see the new key at once and open with either. Killed at any moment, the same
command goes on where it stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from moei.crypto import Keyring, KeyringError
from moei.crypto.database_key import sealed_like
from moei.crypto.keyring import changing
from moei.journal.models import Entry
from moei.journal.record import Note, record
from moei.safekeeping.places import FILE
from moei.safekeeping.sealed import KINDS

# A request that read the key file before the rotation may still be writing what it sealed with the old key.
SETTLED = timedelta(minutes=10)

Tick = Callable[[str, int, int], None]


def rotate(tick: Tick, *, now: datetime) -> tuple[str, dict[str, int]]:
    """The current key's id, and how many things of each kind were sealed again.

    A rotation that was stopped is finished before another begins: then no new key is made.
    """
    path = Path(settings.MOEI_KEY_FILE)
    with changing(path):
        ring = _sealed(Keyring.load(path))
        if not still_sealed_with_old_keys(ring):
            ring = ring.with_new_key()
        ring.save(path)
        renewed = {}
        for kind in KINDS:
            total, done, again = kind.count(), 0, 0
            tick(kind.name, 0, total)
            for before in kind.renew(ring):
                done, again = done + 1, again + (before != ring.current)
                tick(kind.name, done, max(total, done))
            renewed[kind.name] = again
    record(
        Note(
            "keys.rotated",
            kind=Entry.Kind.ACCESS,
            data={"key": ring.current, "sealed_again": sum(renewed.values())},
        ),
        now=now,
    )
    return ring.current, renewed


def _sealed(ring: Keyring) -> Keyring:
    """A key file of the former form, beside a database with a passphrase, is sealed at its next change."""
    return ring if connection.vendor == "postgresql" else sealed_like(ring, Path(settings.DATA_DIR) / FILE)


def still_sealed_with_old_keys(ring: Keyring) -> Counter[str]:
    """Old key's id to the number of things that only it opens."""
    found: Counter[str] = Counter()
    for kind in KINDS:
        found.update(kind.key_ids())
    del found[ring.current]
    return found


def retire(key_id: str, *, now: datetime, stopped: bool = False) -> None:
    """Take an old key out of the key file. Raises `KeyringError` while something needs it or may still need it.

    `stopped` says that no server runs, so that nobody can be writing under the old key.
    """
    path = Path(settings.MOEI_KEY_FILE)
    with changing(path):
        ring = Keyring.load(path)
        smaller = _sealed(ring.without(key_id))
        made = ring.made.get(ring.current)
        if not stopped and (made is None or now - datetime.fromisoformat(made) < SETTLED):
            raise KeyringError(
                f"The new key {ring.current} is younger than ten minutes: a request may still be writing under {key_id}. "
                "Wait, or stop the server and add --stopped."
            )
        needed = still_sealed_with_old_keys(ring)[key_id]
        if needed:
            raise KeyringError(f"{needed} things are still sealed with {key_id}. First: moei keys rotate")
        smaller.save(path)
    record(Note("keys.retired", kind=Entry.Kind.ACCESS, data={"key": key_id}), now=now)
