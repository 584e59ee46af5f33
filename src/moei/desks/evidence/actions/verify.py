"""The original is hashed again, and the answer is written down whichever it is."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting
from moei.access.decide import require
from moei.crypto import Digest, SealError
from moei.desks.evidence.custody import Act, enter, standing
from moei.desks.evidence.models import Custody, Evidence
from moei.desks.evidence.storage import pieces


def verify_evidence(acting: Acting, evidence: Evidence) -> Custody:
    """The custody row: VERIFIED with the hash that was computed now, or BROKEN with what was found instead.

    Reads the whole file, a megabyte at a time, outside the transaction. Raises `Invalid` once it was destroyed.
    """
    require(acting, "evidence.view")
    standing(evidence)
    found = _hash_of(evidence)
    act = Act.VERIFIED if found == evidence.sha256 else Act.BROKEN
    with transaction.atomic():
        return enter(acting, evidence, act, sha256=found)


def _hash_of(evidence: Evidence) -> str:
    """Of the file as it lies there; empty when it is gone or does not open."""
    digest = Digest()
    try:
        for piece in pieces(evidence.id, evidence.key or b""):
            digest.update(piece)
    except (SealError, OSError):
        return ""
    return digest.hexdigest()
