"""Commitments, the journal's chain, and digests.

A commitment says "the value was this one" to somebody who holds the person's key and the value, and nothing to
anybody else: once the key is destroyed it is noise (P18).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from io import BufferedReader


def commitment(key: bytes, field: str, value: object) -> str:
    """HMAC-SHA256 over the field's name and the value in canonical JSON, 32 hexadecimal digits."""
    message = json.dumps([field, value], sort_keys=True, ensure_ascii=False, default=str).encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:32]


def chain_hash(previous: str, body: str) -> str:
    """SHA-256 over the previous hash and the entry's canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def text_digest(text: str) -> str:
    """SHA-256 of a text: how the exact wording of a consent is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def file_digest(data: bytes) -> str:
    """SHA-256 of a file's bytes: the same bytes uploaded again are the same file."""
    return hashlib.sha256(data).hexdigest()


def stream_digest(file: BufferedReader) -> str:
    """SHA-256 of an open file, read in pieces: as `file_digest` of its bytes."""
    return hashlib.file_digest(file, "sha256").hexdigest()


class Digest:
    """SHA-256 of bytes that come in pieces."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def update(self, piece: bytes) -> None:
        self._hash.update(piece)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()
