"""Secrets of authenticator apps and recovery codes lie in the database sealed, each for the person whose row it is.

The sign-in library seals a text before it says whose it is, and opens one without saying so. So each text that comes
from a row knows its owner (`Owned`), and what is not yet bound to anybody is bound when its row is saved. Whoever
writes to the database and moves a secret to another account moves something that does not open there.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models.signals import post_init, pre_save

from moei.crypto import Keyring, SealError, sealed_with
from moei.journal.keys import keyring

# Of everybody: texts on their way to a row, and rows from before; these are bound at their next use or rotation.
_ANYBODY = "second-factor"
# Passkeys have nothing to seal: the server holds only their public half.
WITH_SECRETS = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


class Owned(str):
    """A sealed text of somebody's row."""

    __slots__ = ("staff_id",)
    staff_id: UUID

    @classmethod
    def of(cls, staff_id: UUID, text: str) -> Owned:
        owned = cls(text)
        owned.staff_id = staff_id
        return owned


def connect() -> None:
    post_init.connect(_read, sender=Authenticator, dispatch_uid="moei.signin.secrets_read")
    pre_save.connect(_bind, sender=Authenticator, dispatch_uid="moei.signin.secrets_bound")


def seal_text(text: str) -> str:
    """For whoever's row it will stand in."""
    return _sealed(keyring(), text.encode(), _ANYBODY)


def open_text(text: str) -> str:
    """Raises `SealError` for the secret of another person."""
    ring, sealed = keyring(), base64.b64decode(text)
    plain = _open(ring, text.staff_id, sealed) if isinstance(text, Owned) else ring.open(sealed, _ANYBODY)
    return plain.decode()


def seal_again(row: Authenticator, ring: Keyring) -> list[str]:
    """Seal all of a row's secrets under the current key, for its person. The ids of the keys that had sealed them."""
    found = []

    def again(sealed: bytes) -> str:
        found.append(sealed_with(sealed))
        return _sealed(ring, _open(ring, row.user_id, sealed), _context(row.user_id))

    _each(row, again)
    return found


def key_ids(row: Authenticator) -> Iterator[str]:
    for value in row.data.values():
        for text in value if isinstance(value, list) else [value]:
            sealed = _sealed_bytes(text)
            if sealed is not None:
                yield sealed_with(sealed)


def _read(sender: Any, instance: Authenticator, **_more: Any) -> None:
    # What was left out of the query is not fetched for this.
    if {"data", "user_id", "type"} <= instance.__dict__.keys() and instance.type in WITH_SECRETS:
        _each(instance, lambda sealed: base64.b64encode(sealed).decode())


def _bind(sender: Any, instance: Authenticator, **_more: Any) -> None:
    if instance.type not in WITH_SECRETS:
        return
    ring = keyring()

    def bound(sealed: bytes) -> str:
        try:
            plain = ring.open(sealed, _ANYBODY)
        except SealError:  # bound already
            return base64.b64encode(sealed).decode()
        return _sealed(ring, plain, _context(instance.user_id))

    _each(instance, bound)


def _each(row: Authenticator, change: Callable[[bytes], str]) -> None:
    """Put another text in the place of each sealed one, and let it know whose it is."""

    def one(text: object) -> object:
        sealed = _sealed_bytes(text)
        return text if sealed is None else Owned.of(row.user_id, change(sealed))

    for name, value in row.data.items():
        row.data[name] = [one(text) for text in value] if isinstance(value, list) else one(value)


def _sealed_bytes(text: object) -> bytes | None:
    """The bytes of a text that was sealed; None for anything else in the row."""
    if not isinstance(text, str):
        return None
    try:
        sealed = base64.b64decode(text, validate=True)
        sealed_with(sealed)
    except (ValueError, SealError):
        return None
    return sealed


def _open(ring: Keyring, staff_id: UUID, sealed: bytes) -> bytes:
    try:
        return ring.open(sealed, _context(staff_id))
    except SealError:
        return ring.open(sealed, _ANYBODY)


def _sealed(ring: Keyring, plain: bytes, context: str) -> str:
    return base64.b64encode(ring.seal(plain, context)).decode()


def _context(staff_id: UUID) -> str:
    return f"second-factor:{staff_id}"
