"""A backup knows nothing of what people decided after it was made: what they may have ended is ended again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from moei.access.models import ApiToken, CaseGrant
from moei.journal.models import Entry
from moei.journal.record import Note, record, record_many
from moei.signin.models import KnownDevice


@dataclass(frozen=True)
class Ended:
    """How many of each."""

    tokens: int
    devices: int
    consents: int


@transaction.atomic
def end_what_may_have_ended(backup: str, made_at: str, *, findings: int, now: datetime) -> Ended:
    """No token, no known device, and nobody let in by a consent: somebody may have taken each of them back.

    Whoever asks the person anew opens the case again; two agencies issue a token anew. One entry for each case that
    is closed, so that it stands in its own history, and one for the restore; `findings` says there how many things were
    found that were not as they had been.
    """
    tokens = ApiToken.objects.filter(revoked_at__isnull=True).update(revoked_at=now)
    devices, _each = KnownDevice.objects.all().delete()
    grants = CaseGrant.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=now),
        basis__in=[CaseGrant.Basis.CONSENT, CaseGrant.Basis.REFERRAL],
    )
    closed = [
        Note(
            "case.closed_to",
            kind=Entry.Kind.ACCESS,
            case=grant.case_id,
            data={"basis": grant.basis, "staff": "", "agency": str(grant.agency_id or ""), "backup": backup},
        )
        for grant in grants.order_by("case_id", "id")
    ]
    grants.update(ended_at=now)
    ended = Ended(tokens, devices, len(closed))
    data = {"backup": backup, "since": made_at, "findings": findings, **vars(ended)}
    record(Note("backup.restored", kind=Entry.Kind.ACCESS, data=data), now=now)
    record_many(closed, now=now)
    return ended


def words(ended: Ended, made_at: str, say: Callable[[str], None]) -> None:
    """What was ended, and what somebody must enter again by hand."""
    say(
        f"Ended, for each may have been taken back since: {ended.tokens} tokens of the API, {ended.devices} known "
        f"devices, {ended.consents} openings of a case by consent. Ask each of these people again before anybody of "
        "that agency reads their case."
    )
    say(
        f"What was decided after {made_at} is not in this backup. Before anybody works here, enter again: consents "
        "that were withdrawn or refused, lawyers and support persons who were let go, accounts that were closed, roles "
        "that were ended, people who were erased, backups that were destroyed. The former journal's entries after that "
        "moment, the anchors of other agencies and the papers say which: see back-up-and-restore."
    )
