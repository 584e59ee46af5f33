"""The key file: the root keys that the database never holds.

The file is JSON, readable by its owner alone: `{"current": id, "keys": {id: base64 of 32 bytes}}`. Old keys
stay in it so that what they sealed can still be opened; new things are sealed with the current one.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path

from moei.crypto.sealing import KEY_BYTES, new_key, open_sealed, seal, sealed_with


class KeyringError(Exception):
    """The key file is missing, unreadable or not ours. The message says which file and what to do."""


@dataclass(frozen=True)
class Keyring:
    """Root keys by id; `current` seals, all of them open."""

    current: str
    keys: dict[str, bytes]

    @classmethod
    def create(cls, path: Path) -> Keyring:
        """Make a new key file (mode 0600). Refuses to overwrite one, because that would lose data."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        ring = cls("k1", {"k1": new_key()})
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(ring._as_json(), file)
        return ring

    @classmethod
    def load(cls, path: Path) -> Keyring:
        """Read a key file, or say what is wrong with it."""
        try:
            raw = json.loads(path.read_text())
            keys = {key_id: base64.b64decode(text) for key_id, text in raw["keys"].items()}
            ring = cls(raw["current"], keys)
        except FileNotFoundError:
            raise KeyringError(
                f"The key file {path} is missing. Without it nothing sealed can be opened: "
                "restore it from where you keep it, or set MOEI_KEY_FILE to its place."
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KeyringError(
                f"The key file {path} cannot be read ({error}). Restore it from a copy."
            ) from error
        if ring.current not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise KeyringError(f"The key file {path} is damaged. Restore it from a copy.")
        return ring

    @classmethod
    def load_or_create(cls, path: Path) -> Keyring:
        return cls.load(path) if path.exists() else cls.create(path)

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Seal with the current key; `context` must be given again to open."""
        return seal(self.keys[self.current], plaintext, context, key_id=self.current)

    def open(self, sealed: bytes, context: str) -> bytes:
        """Open with whichever key sealed it. Raises `SealError` when changed, moved or of an unknown key."""
        key_id = sealed_with(sealed)
        if key_id not in self.keys:
            raise KeyringError(
                f"The key file holds no key {key_id!r}, which sealed this. Restore the older key file."
            )
        return open_sealed(self.keys[key_id], sealed, context)

    def _as_json(self) -> dict[str, object]:
        return {
            "current": self.current,
            "keys": {key_id: base64.b64encode(key).decode() for key_id, key in self.keys.items()},
        }
