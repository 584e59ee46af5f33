"""Where commands print. `:CD:` in the middle of a fingerprint stays what it is: no colon-words become pictures."""

from __future__ import annotations

from rich.console import Console


def terminal(*, stderr: bool = False) -> Console:
    return Console(stderr=stderr, emoji=False)
