"""Whether two agencies accepted the policy table that this program carries (P14)."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache

from moei.access.matrix import matrix
from moei.access.models import ApprovedPolicy, Proposal
from moei.crypto import text_digest

# Of this process: a table that is in force once is not asked about again at every request.
_in_force: set[str] = set()


@cache
def policy_digest() -> str:
    """SHA-256 over everything the table decides; the words of labels do not count."""
    table = matrix()
    for role in table["roles"]:
        del role["label"]
    return text_digest(json.dumps(table, sort_keys=True))


def policy_in_force() -> bool:
    """Whether the table of this program is the one that was accepted last. Otherwise only staff managing works."""
    digest = policy_digest()
    if digest not in _in_force:
        newest = ApprovedPolicy.objects.values_list("digest", flat=True).first()
        if newest != digest:
            return False
        _in_force.add(digest)
    return True


def accept_policy(*, now: datetime, proposal: Proposal | None = None) -> ApprovedPolicy:
    """The table of this program counts from now on: at the first run, or because two agencies agreed on it."""
    return ApprovedPolicy.objects.create(digest=policy_digest(), approved_at=now, proposal=proposal)
