"""What is refused, in words for whoever typed the command."""

from __future__ import annotations


class BadBackup(Exception):
    """Not a backup of this instance, changed, or cut off. Nothing was unpacked."""


class NotBackedUp(Exception):
    """No backup was made. The words say why."""


class NotRekeyed(Exception):
    """Nothing was changed. The words say why, and what to do."""


class NotRestored(Exception):
    """Nothing was restored, or what was restored is not whole. The words say which."""
