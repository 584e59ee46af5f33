"""The key file: the root keys that the database never holds, and the key of the database itself.

The file is JSON, readable by its owner alone:
`{"current": id, "keys": {id: base64 of 32 bytes}, "made": {id: moment}, "database": base64 of 32 bytes}`.
Old keys stay in it so that what they sealed can still be opened; new things are sealed with the current one.
`database` is there when the database is encrypted by key file, `database_next` while it gets another key.

Where a passphrase opens the database, all of that is sealed under the same passphrase:
`{"sealed": [{"stretching": {...}, "keys": base64 of the sealed JSON}]}`; twice while it gets another passphrase.
Entries that this module does not know are kept as they are.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from moei.crypto import unlocked
from moei.crypto.errors import KeyringError
from moei.crypto.passphrase import Stretched, Stretching
from moei.crypto.sealing import KEY_BYTES, SealError, new_key, open_sealed, seal, sealed_with

_KNOWN = ("current", "keys", "made", "database", "database_next", "sealed")
_CONTEXT = "moei key file"
# What reading a file raises that holds something else than this module writes.
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True)
class Keyring:
    """Root keys by id; `current` seals, all of them open. `made` says when each was made, in ISO 8601.

    `guards` are what the passphrase gave under which the file is sealed; without any, it is written in plain.
    """

    current: str
    keys: dict[str, bytes] = field(repr=False)
    made: dict[str, str] = field(default_factory=dict)
    database: bytes | None = field(default=None, repr=False)
    database_next: bytes | None = field(default=None, repr=False)
    other: dict[str, object] = field(default_factory=dict, repr=False)
    guards: tuple[Stretched, ...] = field(default=(), repr=False)

    @classmethod
    def create(cls, path: Path) -> Keyring:
        """Make a new key file (mode 0600). Refuses to overwrite one, because that would lose data."""
        ring = cls.new()
        ring.save(path, new=True)
        return ring

    @classmethod
    def new(cls, *guards: Stretched) -> Keyring:
        """One new root key, in memory only."""
        return cls("k1", {"k1": new_key()}, {"k1": _moment()}, guards=guards)

    @classmethod
    def load(cls, path: Path) -> Keyring:
        """Read a key file, or say what is wrong with it. One that is sealed may ask for the passphrase."""
        raw = _read(path)
        try:
            guards, opened = _opened(path, raw["sealed"]) if "sealed" in raw else ((), raw)
            keys = {key_id: base64.b64decode(text) for key_id, text in opened["keys"].items()}
            ring = cls(
                opened["current"],
                keys,
                dict(opened.get("made", {})),
                _decoded(opened.get("database")),
                _decoded(opened.get("database_next")),
                {name: value for name, value in raw.items() if name not in _KNOWN},
                guards,
            )
        except _MALFORMED as error:
            raise _unreadable(path, error) from error
        held = [*keys.values(), *(key for key in (ring.database, ring.database_next) if key is not None)]
        if ring.current not in keys or any(len(key) != KEY_BYTES for key in held):
            raise KeyringError(f"The key file {path} is damaged. Restore it from a copy.")
        return ring

    @classmethod
    def check(cls, path: Path) -> None:
        """Say what is wrong with a key file, as far as it shows without the passphrase."""
        if not is_sealed(path):
            cls.load(path)

    @classmethod
    def load_or_create(cls, path: Path) -> Keyring:
        if not path.exists():
            # Two processes may start at once: whoever comes second takes the file of the first.
            with contextlib.suppress(FileExistsError):
                return cls.create(path)
        return cls.load(path)

    def save(self, path: Path, *, new: bool = False) -> None:
        """Write the whole file or leave the former one; `new` raises `FileExistsError` rather than replace one."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                json.dump(self._as_json(), file)
                file.flush()
                os.fsync(file.fileno())
            if new:
                os.link(draft, path)
            else:
                draft.replace(path)
            _make_names_lasting(path.parent)
        finally:
            draft.unlink(missing_ok=True)

    def with_new_key(self) -> Keyring:
        """One more root key, which is the current one from now on."""
        number = 1 + max(int(key_id[1:]) for key_id in self.keys if key_id[1:].isdigit())
        key_id = f"k{number}"
        return replace(
            self,
            current=key_id,
            keys={**self.keys, key_id: new_key()},
            made={**self.made, key_id: _moment()},
        )

    def without(self, key_id: str) -> Keyring:
        """Without an old key. The current one cannot be left out."""
        if key_id == self.current or key_id not in self.keys:
            raise KeyringError(f"{key_id} is not an old key of this key file.")
        return replace(
            self,
            keys={name: key for name, key in self.keys.items() if name != key_id},
            made={name: moment for name, moment in self.made.items() if name != key_id},
        )

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
        if not self.guards:
            return {**self.other, **self._secrets()}
        plain = json.dumps(self._secrets()).encode()
        return {
            **self.other,
            "sealed": [
                {
                    "stretching": way.as_json(),
                    "keys": _encoded(seal(way.key_file_key(secret), plain, _CONTEXT)),
                }
                for way, secret in self.guards
            ],
        }

    def _secrets(self) -> dict[str, object]:
        raw: dict[str, object] = {
            "current": self.current,
            "keys": {key_id: _encoded(key) for key_id, key in self.keys.items()},
            "made": self.made,
        }
        if self.database is not None:
            raw["database"] = _encoded(self.database)
        if self.database_next is not None:
            raw["database_next"] = _encoded(self.database_next)
        return raw


def is_sealed(path: Path) -> bool:
    """Whether a key file opens only with a passphrase. Raises `KeyringError` for one that cannot be read."""
    raw = _read(path)
    try:
        return "sealed" in raw and bool(_entries(raw["sealed"]))
    except _MALFORMED as error:
        raise _unreadable(path, error) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text())
    except FileNotFoundError:
        raise KeyringError(
            f"The key file {path} is missing. Without it nothing sealed can be opened: "
            "restore it from where you keep it, or set MOEI_KEY_FILE to its place."
        ) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not isinstance(raw, dict):
        raise _unreadable(path, TypeError("no object"))
    return raw


def _entries(raw: list[dict[str, Any]]) -> dict[Stretching, bytes]:
    found = {Stretching.of(one["stretching"]): base64.b64decode(one["keys"]) for one in raw}
    if not found:
        raise ValueError("nothing is sealed in it")
    return found


def _opened(path: Path, raw: list[dict[str, Any]]) -> tuple[tuple[Stretched, ...], dict[str, Any]]:
    """What opens it of what the passphrase gives, and what was sealed."""
    entries = _entries(raw)
    for way, secret in unlocked.stretched(list(entries), "Passphrase of the database and its keys"):
        with contextlib.suppress(SealError):
            plain = open_sealed(way.key_file_key(secret), entries[way], _CONTEXT)
            return ((way, secret),), json.loads(plain)
    unlocked.forget()
    raise KeyringError(
        f"The key file {path} does not open with this passphrase: it is another one's, or the file was changed."
    )


def _unreadable(path: Path, error: Exception) -> KeyringError:
    return KeyringError(f"The key file {path} cannot be read ({error}). Restore it from a copy.")


@contextlib.contextmanager
def changing(path: Path) -> Iterator[None]:
    """Only one command at a time changes a key file."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make_names_lasting(directory: Path) -> None:
    """A power cut after this does not undo a renaming in the directory."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _decoded(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
