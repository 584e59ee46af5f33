"""Identifiers of everything that is stored: UUIDv7, so that they sort by the time they were made."""

from __future__ import annotations

import uuid

import uuid6


def new_id() -> uuid.UUID:
    return uuid.UUID(int=uuid6.uuid7().int)
