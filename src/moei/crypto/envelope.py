"""Files for somebody else, by age (age-encryption.org): who holds the identity opens them, the server cannot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pyrage


class EnvelopeError(Exception):
    """No such recipient, no such identity, or a file that does not open with it. The words say which."""


def new_identity() -> tuple[str, str]:
    """The secret line for the person who will open, and the public `age1...` to give to whoever seals."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipients_of(texts: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """Raises `EnvelopeError` for none at all, or one that is no age recipient."""
    if not texts:
        raise EnvelopeError("Give at least one --recipient: the age1... of the person who may open it.")
    found = []
    for text in texts:
        try:
            found.append(pyrage.x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError:
            raise EnvelopeError(f"“{text}” is no age recipient: it begins with age1.") from None
    return found


def identities_in(path: Path) -> list[pyrage.x25519.Identity]:
    """The identities in a file as age-keygen writes it. Raises `EnvelopeError`."""
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise EnvelopeError(f"The identity file {path} cannot be read ({error}).") from error
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            try:
                found.append(pyrage.x25519.Identity.from_str(line))
            except pyrage.IdentityError:
                raise EnvelopeError(f"{path} holds a line that is no age identity.") from None
    if not found:
        raise EnvelopeError(f"{path} holds no age identity (a line that begins with AGE-SECRET-KEY-).")
    return found


def seal_stream(plain: BinaryIO, sealed: BinaryIO, recipients: Sequence[pyrage.x25519.Recipient]) -> None:
    """In pieces of 64 kB: memory stays flat, whatever the length."""
    pyrage.encrypt_io(plain, sealed, list(recipients))


def open_stream(sealed: BinaryIO, plain: BinaryIO, identities: Sequence[pyrage.x25519.Identity]) -> None:
    """Raises `EnvelopeError` when it is for somebody else, changed or cut off."""
    try:
        pyrage.decrypt_io(sealed, plain, list(identities))
    except BrokenPipeError:
        raise  # whoever reads has seen enough
    except (pyrage.DecryptError, OSError) as error:
        raise EnvelopeError(
            f"The file does not open: it is for somebody else, or was changed or cut off ({error})."
        ) from None


def seal_for_both(plain: bytes, *, inner: str, outer: str) -> bytes:
    """Sealed to `inner`, and that again to `outer`: it opens with both identities, one after the other, and with
    neither alone. Raises `EnvelopeError` for what is no recipient, and when both are the same."""
    if inner.strip() == outer.strip():
        raise EnvelopeError("Two recipients are needed, and these are one.")
    sealed = bytes(pyrage.encrypt(plain, list(recipients_of([inner]))))
    return bytes(pyrage.encrypt(sealed, list(recipients_of([outer]))))
