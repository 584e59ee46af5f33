"""Anchors: where the journal ended at a moment, signed, for others to keep (P19).

Whoever holds the database and its triggers can compute the whole chain anew. They cannot change what others were sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from moei.crypto import SigningKey, SigningKeyError, signed_by
from moei.journal import canonical
from moei.journal.models import Anchor, Head

EVERY = timedelta(hours=1)
# Signed together with the content, so that a signature made for something else never fits an anchor.
_WHAT = "moei journal anchor 1"


class AnchorError(Exception):
    """A file is no anchor. The words say what is wrong with it."""


@dataclass(frozen=True)
class SignedHead:
    """What travels: `seq` entries, the last with `hash`, at `signed_at` (UTC), in the journal of `instance`."""

    instance: UUID
    seq: int
    hash: str
    signed_at: datetime
    key: str = ""
    signature: str = ""

    @classmethod
    def of(cls, row: Anchor) -> SignedHead:
        return cls(row.instance, row.seq, row.hash, row.signed_at, row.key, row.signature)

    @classmethod
    def read(cls, text: str) -> SignedHead:
        """From the JSON of a file, a code on paper or an e-mail. Raises `AnchorError`."""
        try:
            raw = json.loads(text)
            signed_at = datetime.fromisoformat(raw["signed_at"])
            if signed_at.tzinfo is None:
                raise ValueError("its time has no zone")
            return cls(
                UUID(raw["instance"]),
                int(raw["seq"]),
                str(raw["hash"]),
                signed_at.astimezone(UTC),
                str(raw["key"]),
                str(raw["signature"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise AnchorError(f"This is no anchor of a journal: {error}") from error

    @classmethod
    def typed(cls, text: str, instance: UUID, now: datetime) -> SignedHead:
        """From a paper: the number, a blank, the hash, in groups or not. Unsigned: the paper is the proof."""
        number, _blank, digits = text.strip().partition(" ")
        digits = "".join(digits.split()).lower()
        if not number.isdecimal() or len(digits) != 64 or set(digits) - set("0123456789abcdef"):
            raise AnchorError("Type the number of the entry, a blank, and the 64 digits of the hash.")
        return cls(instance, int(number), digits, now)

    def message(self) -> bytes:
        said = self.as_json()
        del said["signature"]
        return f"{_WHAT}\n{canonical.as_json(said)}".encode()

    def as_json(self) -> dict[str, Any]:
        return {
            "instance": str(self.instance),
            "seq": self.seq,
            "hash": self.hash,
            "signed_at": self.signed_at.astimezone(UTC).isoformat(),
            "key": self.key,
            "signature": self.signature,
        }

    def text(self) -> str:
        """One line of JSON, under 400 characters, so that a code on paper holds it."""
        return canonical.as_json(self.as_json())

    def is_signed_by(self, public: Mapping[str, bytes]) -> bool:
        """Whether one of these keys (by id) signed exactly this."""
        return self.key in public and signed_by(public[self.key], self.message(), self.signature)


def signing_key_path() -> Path:
    return Path(settings.MOEI_SIGNING_KEY_FILE)


def signing_key() -> SigningKey:
    """Made when the first anchor is signed. Once there are anchors, a lost key is not silently another one."""
    path = signing_key_path()
    if not path.exists() and Anchor.objects.exists():
        raise SigningKeyError(
            f"The signing key {path} is missing, and anchors were signed with it. Restore it, or make a new one with "
            "`moei journal key --replace` and tell everybody who holds anchors."
        )
    return SigningKey.load_or_create(path)


def sign_head(now: datetime) -> Anchor | None:
    """Sign where the journal ends now; None while it is empty. Raises `SigningKeyError` without a key to sign with."""
    with transaction.atomic():
        head = Head.objects.filter(id=1).first()
        if head is None or head.seq == 0:
            return None
        key = signing_key()
        said = SignedHead(head.instance, head.seq, head.hash, now.astimezone(UTC), key.key_id)
        return Anchor.objects.create(
            instance=said.instance,
            seq=said.seq,
            hash=said.hash,
            signed_at=said.signed_at,
            key=said.key,
            signature=key.sign(said.message()),
        )


def last_anchor() -> Anchor | None:
    return Anchor.objects.order_by("-signed_at").first()


def is_due(now: datetime, every: timedelta = EVERY) -> bool:
    """Whether the last anchor is older than `every`, or there is none. A clock that was set back makes it due, too."""
    last = last_anchor()
    return last is None or not timedelta(0) <= now - last.signed_at < every
