"""Whoever signs out leaves a signed journal behind: what was done since cannot be rewritten overnight unseen (P19)."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from moei.crypto import SigningKeyError
from moei.journal.sending import sign_if_due

# Many sign out at the end of a shift; one anchor serves all of them.
AT_MOST_EVERY = timedelta(minutes=10)
log = logging.getLogger(__name__)


def sign_the_journal(**_about: object) -> None:
    """Receiver of `user_logged_out`. A missing key keeps nobody from signing out; auditors are warned."""
    try:
        sign_if_due(datetime.now(UTC), AT_MOST_EVERY)
    except SigningKeyError:
        log.error("The journal was not signed at sign-out: the signing key is missing or damaged.")
