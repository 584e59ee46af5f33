"""More than the quota: asked for with a reason, allowed for an hour by a second person of the same release (P10)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from moei.access.acting import Acting, Invalid, Refused
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Allowance
from moei.journal.models import Entry

LASTS = timedelta(hours=1)
ASKED_WITHIN = timedelta(hours=12)
MOST = {Allowance.Kind.CASES: 200, Allowance.Kind.NAMES: 10_000, Allowance.Kind.LOOKUPS: 500}
SHORTEST_REASON = 15


@transaction.atomic
def ask_for_more(acting: Acting, kind: Allowance.Kind, reason: str) -> Allowance:
    """Asking gives nothing. One request for each kind waits at a time in a release."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": "Say in a sentence what the work is: somebody decides by it."})
    waiting = Allowance.objects.filter(
        staff=acting.staff,
        release=acting.release,
        kind=kind,
        decided_at__isnull=True,
        asked_at__gt=acting.now - ASKED_WITHIN,
    )
    if (asked := waiting.first()) is not None:
        return asked
    asked = Allowance.objects.create(
        staff=acting.staff, release=acting.release, kind=kind, reason=reason.strip(), asked_at=acting.now
    )
    _journal(acting, "allowance.asked", asked)
    return asked


@transaction.atomic
def decide_allowance(acting: Acting, asked: Allowance, number: int) -> Allowance:
    """`number` more for an hour from now; 0 declines."""
    require(acting, "allowance.decide")
    asked = Allowance.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if asked.staff_id == acting.staff.pk:
        raise Refused("Somebody else decides this: you asked for it.")
    if asked.release_id != acting.release.pk:
        raise Refused("Somebody who works in that release decides this.")
    if asked.decided_at is not None or asked.asked_at <= acting.now - ASKED_WITHIN:
        raise Invalid("This was decided already, or is long past.")
    most = MOST[Allowance.Kind(asked.kind)]
    if not 0 <= number <= most:
        raise Invalid({"number": "Allow at most %(most)s more."}, most=most)
    asked.decided_by, asked.decided_at = acting.staff, acting.now
    asked.number, asked.until = number, acting.now + LASTS
    asked.save(update_fields=["decided_by", "decided_at", "number", "until"])
    _journal(acting, "allowance.given" if number else "allowance.declined", asked)
    return asked


def _journal(acting: Acting, action: str, asked: Allowance) -> None:
    changed(
        acting,
        action,
        kind=Entry.Kind.ACCESS,
        data={
            "allowance": str(asked.pk),
            "kind": asked.kind,
            "number": asked.number,
            "of": str(asked.staff_id),
        },
    )
