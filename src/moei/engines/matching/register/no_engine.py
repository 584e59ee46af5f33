"""What an engine says that cannot work here."""

from __future__ import annotations


class NoEngine(Exception):
    """An engine cannot be started, or cannot go on, as it is set up; the message says what to do."""
