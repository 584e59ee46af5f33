"""Random tokens (wristbands, API) and codes, how they are compared, and texts that only this instance signs."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")


def new_token(bytes_: int = 16) -> str:
    """URL-safe random text that says nothing about anybody."""
    return secrets.token_urlsafe(bytes_)


def new_code(signs: str, length: int) -> str:
    """Random signs of an alphabet, for people to read and type."""
    return "".join(secrets.choice(signs) for _ in range(length))


def draw(things: Sequence[T]) -> T:
    """One of them, by a chance that nobody can foresee."""
    return secrets.choice(things)


def digest_token(token: str) -> str:
    """What is stored of an API token. Tokens are long and random, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def keyed_digest(secret: str, purpose: str, text: str) -> str:
    """HMAC-SHA256 under a key of its own for each purpose, 64 hexadecimal digits: without the secret, nobody guesses."""
    key = hashlib.sha256(f"{purpose}{secret}".encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def signed(secret: str, purpose: str, text: str, *, now: datetime) -> str:
    """The text, in the open, with its moment and a seal over both; `text` holds no colon."""
    body = f"{text}:{int(now.timestamp())}"
    return f"{body}:{keyed_digest(secret, purpose, body)}"


def signed_text(secret: str, purpose: str, given: str, *, lives: timedelta, now: datetime) -> str | None:
    """The text that `signed` was given; None for what is made up, of another purpose, or older than `lives`."""
    body, _, seal = given.rpartition(":")
    if not same(keyed_digest(secret, purpose, body), seal):
        return None
    text, _, moment = body.rpartition(":")
    return text if now - datetime.fromtimestamp(int(moment), UTC) <= lives else None
