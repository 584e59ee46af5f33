"""A passphrase, and the secret that Argon2id makes of it (RFC 9106). The passphrase itself is kept nowhere.

It is read from the file that `MOEI_PASSPHRASE_FILE` names, from a systemd credential, or from the terminal; never
from the environment's value, which other programs of the same person can read and which ends up in reports.
"""

from __future__ import annotations

import base64
import getpass
import os
import sys
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from moei.crypto.errors import KeyringError
from moei.crypto.sealing import KEY_BYTES

CREDENTIAL = "moei-passphrase"
SHORTEST = 16  # characters
_SUBKEYS = "hkdf-sha256"


@dataclass(frozen=True)
class Stretching:
    """How a passphrase becomes keys: written beside the database and in the key file, for it is no secret.

    One stretch gives one secret, and that a key for each purpose. `own_keys` is False for a database of the former
    form, whose key is the secret itself.
    """

    salt: bytes = field(default_factory=lambda: os.urandom(16))
    passes: int = 4
    memory_kib: int = 128 * 1024
    lanes: int = 4
    own_keys: bool = True

    def database_key(self, secret: bytes) -> bytes:
        return _subkey(secret, "moei database") if self.own_keys else secret

    def key_file_key(self, secret: bytes) -> bytes:
        return _subkey(secret, "moei key file")

    def secret(self, passphrase: str) -> bytes:
        """32 bytes; a fraction of a second and 128 MB, so that guessing is dear."""
        return hash_secret_raw(
            unicodedata.normalize("NFC", passphrase).encode(),
            self.salt,
            time_cost=self.passes,
            memory_cost=self.memory_kib,
            parallelism=self.lanes,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )

    def as_json(self) -> dict[str, object]:
        return {
            "function": "argon2id",
            "salt": base64.b64encode(self.salt).decode(),
            "passes": self.passes,
            "memory_kib": self.memory_kib,
            "lanes": self.lanes,
            **({"keys": _SUBKEYS} if self.own_keys else {}),
        }

    @classmethod
    def of(cls, raw: dict[str, object]) -> Stretching:
        """Raises `ValueError`, `KeyError` or `TypeError` for anything that `as_json` did not write."""
        if raw["function"] != "argon2id":
            raise ValueError(f"unknown function {raw['function']!r}")
        if raw.get("keys") not in (None, _SUBKEYS):
            raise ValueError(f"unknown keys {raw['keys']!r}")
        numbers = {name: int(str(raw[name])) for name in ("passes", "memory_kib", "lanes")}
        return cls(base64.b64decode(str(raw["salt"])), **numbers, own_keys="keys" in raw)


# What a passphrase gave, with the way in which it did.
Stretched = tuple[Stretching, bytes]


def passphrase_file() -> Path | None:
    """The file that holds the passphrase, if one is named."""
    given = os.environ.get("MOEI_PASSPHRASE_FILE")
    if given:
        return Path(given)
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if credentials and (Path(credentials) / CREDENTIAL).exists():
        return Path(credentials) / CREDENTIAL
    return None


def read_passphrase(prompt: str) -> str:
    """From its file or from the terminal. Raises `KeyringError` where there is neither."""
    path = passphrase_file()
    if path is not None:
        return _content(path)
    if not sys.stdin.isatty():
        raise KeyringError(
            "The database opens with a passphrase, and there is nobody to ask. Set MOEI_PASSPHRASE_FILE to a file "
            f"that holds it, outside the data directory, or give systemd's credential “{CREDENTIAL}”."
        )
    return getpass.getpass(f"{prompt}: ")


def new_passphrase() -> str:
    """A passphrase for a new key: at least 16 characters, typed twice where it is typed."""
    chosen = _long_enough(read_passphrase("New passphrase of the database"))
    if passphrase_file() is None:
        _typed_again(chosen)
    return chosen


def new_passphrase_file() -> Path | None:
    """The file that holds the passphrase that shall replace the present one, if one is named."""
    given = os.environ.get("MOEI_NEW_PASSPHRASE_FILE")
    return Path(given) if given else None


def other_passphrase(present: str) -> str:
    """One that replaces `present`, from `MOEI_NEW_PASSPHRASE_FILE` or typed twice; never from the present one's file.

    Raises `KeyringError` when it is the same one: whoever knows that would open the database as before.
    """
    path = new_passphrase_file()
    if path is not None:
        chosen = _content(path)
    elif sys.stdin.isatty():
        chosen = getpass.getpass("New passphrase of the database: ")
    else:
        raise KeyringError(
            "There is nobody to ask for the new passphrase. Set MOEI_NEW_PASSPHRASE_FILE to a file that holds it, "
            "outside the data directory."
        )
    if unicodedata.normalize("NFC", _long_enough(chosen)) == unicodedata.normalize("NFC", present):
        raise KeyringError(
            "This is the present passphrase: whoever knows it would open the database as before. Choose another one."
        )
    if path is None:
        _typed_again(chosen)
    return chosen


def _subkey(secret: bytes, purpose: str) -> bytes:
    """HKDF (RFC 5869): who has one of the keys has neither the secret nor another key."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)


def _content(path: Path) -> str:
    try:
        return path.read_text().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyringError(f"The passphrase could not be read from {path} ({error}).") from error


def _long_enough(chosen: str) -> str:
    if len(chosen) < SHORTEST:
        raise KeyringError(
            f"The passphrase is too short: give at least {SHORTEST} characters, for example five words."
        )
    return chosen


def _typed_again(chosen: str) -> None:
    if getpass.getpass("Once more: ") != chosen:
        raise KeyringError("The two passphrases differ. Start again.")
