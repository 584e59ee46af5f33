"""Propose what somebody of another agency then approves (P14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from moei.access.acting import Acting, Invalid, Refused
from moei.access.changes import CHANGES
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Proposal, Staff
from moei.access.policy import Duty
from moei.access.reach import releases_concerned, require_reach
from moei.journal.models import Entry

LAPSES_AFTER = timedelta(hours=72)
SHORTEST_REASON = 5


@transaction.atomic
def propose(
    acting: Acting,
    kind: Proposal.Kind,
    *,
    reason: str,
    staff: Staff | None = None,
    what: Mapping[str, Any] | None = None,
) -> Proposal:
    """`what` as the kind's change reads it (`changes`). It waits for 72 hours; nothing is given by proposing."""
    require(acting, "staff.manage")
    if acting.staff.agency is None:
        raise Refused("Your account belongs to no agency, so there is no other one to agree with.")
    if staff is not None and staff.pk == acting.staff.pk:
        raise Refused("Nobody proposes something for themselves. Ask another administrator.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": "Say in a few words why: somebody of another agency decides by it."})
    proposal = Proposal(
        kind=kind,
        staff=staff,
        release=acting.release,
        what=dict(what or {}),
        reason=reason.strip(),
        proposed_by=acting.staff,
        proposing_agency=acting.staff.agency,
        proposed_at=acting.now,
        lapses_at=acting.now + LAPSES_AFTER,
    )
    CHANGES[kind].check(acting, proposal)
    require_reach(acting, Duty.STAFF, releases_concerned(proposal, now=acting.now))
    proposal.save()
    changed(acting, "change.proposed", kind=Entry.Kind.ACCESS, data=about(proposal))
    return proposal


def about(proposal: Proposal) -> dict[str, str]:
    """What the journal says of a proposal."""
    return {
        "proposal": str(proposal.pk),
        "what": proposal.kind,
        "role": str(proposal.what.get("role") or ""),
        "of": str(proposal.staff_id or ""),
    }
