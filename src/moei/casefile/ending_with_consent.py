"""What ends with a consent, at each desk: one registry, called in the same transaction as the withdrawal (P04).

A desk that acts on somebody's agreement (asks a mission, refers to a service, keeps a statement) adds what stops when
the agreement does. Whoever withdraws need not know of any of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from moei.access.acting import Acting
from moei.casefile.models import Consent

Ending = Callable[[Acting, Consent], None]
Locking = Callable[[Collection[Consent]], None]
_ENDINGS: list[Ending] = []
_LOCKINGS: list[Locking] = []


def when_consent_ends(ending: Ending, *, lock: Locking | None = None) -> Ending:
    """Add what a desk does when a consent ends: taken back, or answered anew. Called once for each consent.

    `lock`: takes the locks that `ending` needs, of all consents that are about to end, before the first of them does.
    """
    _ENDINGS.append(ending)
    if lock is not None:
        _LOCKINGS.append(lock)
    return ending


def lock_what_ends(consents: Collection[Consent]) -> None:
    """Behind the locks of the people, before the first entry in the journal: its head is the last lock of all, and
    whoever holds it must not wait for what a desk holds that is about to write an entry of its own."""
    if consents:
        for lock in _LOCKINGS:
            lock(consents)


def end_with(acting: Acting, consent: Consent) -> None:
    """After `consent` has ended, in the transaction that ended it."""
    for ending in _ENDINGS:
        ending(acting, consent)
