"""What goes wrong with keys, in words."""

from __future__ import annotations


class KeyringError(Exception):
    """The key file or the passphrase is missing, unreadable or not ours. The message says which and what to do."""
