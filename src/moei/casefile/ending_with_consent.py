"""What ends with a consent, at each desk: one registry, called in the same transaction as the withdrawal (P04).

A desk that acts on somebody's agreement (asks a mission, refers to a service, keeps a statement) adds what stops when
the agreement does. Whoever withdraws need not know of any of it.
"""

from __future__ import annotations

from collections.abc import Callable

from moei.access.acting import Acting
from moei.casefile.models import Consent

Ending = Callable[[Acting, Consent], None]
_ENDINGS: list[Ending] = []


def when_consent_ends(ending: Ending) -> Ending:
    """Add what a desk does when a consent ends: taken back, or answered anew. Called once for each consent."""
    _ENDINGS.append(ending)
    return ending


def end_with(acting: Acting, consent: Consent) -> None:
    """After `consent` has ended, in the transaction that ended it."""
    for ending in _ENDINGS:
        ending(acting, consent)
