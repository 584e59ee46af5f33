"""Signatures by which others can tell that this instance said something: Ed25519.

The signing key is a file of its own outside the data directory, readable by its owner alone:
`{"private": base64 of 32 bytes, "public": {id: base64 of 32 bytes}}`. The id of a key is the first 32 hexadecimal digits
of the SHA-256 of its public half. `public` keeps the halves of keys that were replaced, so that old signatures verify.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_KEY_ID = 32


class SigningKeyError(Exception):
    """The signing key is missing or damaged, or a public key cannot be read. The message says what to do."""


@dataclass(frozen=True)
class SigningKey:
    """Signs with one private key; knows the public halves of all keys there were, by id."""

    key_id: str
    public: Mapping[str, bytes]
    _private: Ed25519PrivateKey

    @classmethod
    def create(cls, path: Path, known: Mapping[str, bytes] | None = None) -> SigningKey:
        """Make a new key file (mode 0600). Refuses to overwrite one; `known` are public keys of older ones."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = cls._of(Ed25519PrivateKey.generate(), known or {})
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(key._as_json(), file)
        return key

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        try:
            raw = json.loads(path.read_text())
            private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(raw["private"]))
            public = {key_id: base64.b64decode(text) for key_id, text in raw["public"].items()}
        except FileNotFoundError:
            raise SigningKeyError(
                f"The signing key {path} is missing. Restore it from where you keep it; until then no anchor is signed."
            ) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SigningKeyError(
                f"The signing key {path} cannot be read ({error}). Restore it from a copy."
            ) from error
        return cls._of(private, public)

    @classmethod
    def load_or_create(cls, path: Path) -> SigningKey:
        try:
            return cls.load(path) if path.exists() else cls.create(path)
        except FileExistsError:  # another process made it at the same moment
            return cls.load(path)

    @classmethod
    def replace(cls, path: Path) -> SigningKey:
        """A new key instead of the old one, whose private half is gone afterwards; its public half stays known."""
        known = cls.load(path).public
        fresh = path.with_name(path.name + ".new")
        fresh.unlink(missing_ok=True)
        key = cls.create(fresh, known)
        fresh.replace(path)
        return key

    def sign(self, message: bytes) -> str:
        """Base64 of the 64 bytes of the signature."""
        return base64.b64encode(self._private.sign(message)).decode()

    @classmethod
    def _of(cls, private: Ed25519PrivateKey, known: Mapping[str, bytes]) -> SigningKey:
        half = private.public_key().public_bytes_raw()
        key_id = public_key_id(half)
        return cls(key_id, {**known, key_id: half}, private)

    def _as_json(self) -> dict[str, object]:
        return {
            "private": base64.b64encode(self._private.private_bytes_raw()).decode(),
            "public": {key_id: public_key_text(half) for key_id, half in self.public.items()},
        }


def public_key_id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:_KEY_ID]


def public_key_text(public: bytes) -> str:
    """The public half as it is printed and handed over: base64, 44 characters."""
    return base64.b64encode(public).decode()


def read_public_key(text: str) -> bytes:
    """From `public_key_text`. Raises `SigningKeyError` when it is no such key."""
    try:
        public = base64.b64decode("".join(text.split()), validate=True)
        Ed25519PublicKey.from_public_bytes(public)
    except (binascii.Error, ValueError) as error:
        raise SigningKeyError(f"This is not a public key as Moei prints it: {error}") from error
    return public


def signed_by(public: bytes, message: bytes, signature: str) -> bool:
    """Whether the owner of this public key signed exactly this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
