"""Why nothing was compared."""

from __future__ import annotations


class Refused(Exception):
    """The words say which file is meant and what to do. Nothing was written."""
