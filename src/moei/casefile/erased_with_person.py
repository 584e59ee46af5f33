"""What goes with a person where no foreign key leads to it: one registry, called before the person's key is destroyed.

A desk that knows a person by a commitment alone finds its rows only while the key is there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

Erasing = Callable[[Collection[UUID]], int]
_ERASINGS: list[Erasing] = []


def when_erased(erasing: Erasing) -> Erasing:
    """Add what a desk erases with these persons, who are one human being. It returns how many rows went."""
    if erasing not in _ERASINGS:
        _ERASINGS.append(erasing)
    return erasing


def erase_with(people: Collection[UUID]) -> int:
    """In the transaction that erases them, while their keys are there."""
    return sum(erasing(people) for erasing in _ERASINGS)
