"""Random tokens (wristbands, API) and how they are compared."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_token(bytes_: int = 16) -> str:
    """URL-safe random text that says nothing about anybody."""
    return secrets.token_urlsafe(bytes_)


def digest_token(token: str) -> str:
    """What is stored of an API token. Tokens are long and random, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
