"""AES-256-GCM: `version | length of key id | key id | nonce | ciphertext and tag`.

The context (what this is, and whose) is bound as associated data: a sealed value that is moved to another
person, field or file does not open.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = 1


class SealError(Exception):
    """What was sealed has been changed, moved to another place, or was sealed with another key."""


def new_key() -> bytes:
    return AESGCM.generate_key(bit_length=KEY_BYTES * 8)


def seal(key: bytes, plaintext: bytes, context: str, *, key_id: str = "") -> bytes:
    header = bytes([VERSION, len(key_id.encode())]) + key_id.encode()
    nonce = os.urandom(NONCE_BYTES)
    return header + nonce + AESGCM(key).encrypt(nonce, plaintext, header + context.encode())


def sealed_with(sealed: bytes) -> str:
    """The id of the key that sealed this."""
    if len(sealed) < 2 or sealed[0] != VERSION or len(sealed) < 2 + sealed[1] + NONCE_BYTES:
        raise SealError("This is not something Moei sealed.")
    return sealed[2 : 2 + sealed[1]].decode(errors="replace")


def open_sealed(key: bytes, sealed: bytes, context: str) -> bytes:
    end = 2 + len(sealed_with(sealed).encode())
    header, nonce, body = sealed[:end], sealed[end : end + NONCE_BYTES], sealed[end + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, header + context.encode())
    except InvalidTag:
        raise SealError("What was sealed here has been changed, moved, or sealed with another key.") from None
