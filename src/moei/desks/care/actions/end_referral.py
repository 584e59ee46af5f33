"""A referral is taken back, or ends with the consent that it rests on (P04)."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Agency
from moei.casefile.folding import joined_into, standing_case
from moei.casefile.models import Consent, Purpose
from moei.desks.care.models import AgreedSection, Referral
from moei.desks.care.referral_access import lay_open, reads_until
from moei.desks.care.working import referrals_of, take

Status, Ended = Referral.Status, Referral.Ended


@transaction.atomic
def revoke_referral(acting: Acting, referral: Referral, *, why: str) -> Referral:
    """Whoever refers takes it back; the other side reads nothing more, by the policy table. Raises `Invalid` once it is
    over."""
    require(acting, "referral.make", standing_case(referral.case))
    if why not in set(Ended.values) - {Ended.CONSENT}:
        raise Invalid({"why": "Choose why it is taken back."})
    _together, referral = take(acting, referral)
    if not referral.is_open:
        raise Invalid("This referral is over already.")
    _end(acting, referral, Ended(why), "revoked")
    lay_open(acting, referral.case, referral.recipient)
    return referral


def stop_with_consent(acting: Acting, consent: Consent) -> None:
    """With the consent to an organisation end all referrals to it that are open, what else it was let read, and what it
    still read of those that are done."""
    if consent.purpose != Purpose.REFERRAL or consent.recipient is None:
        return
    stands = standing_case(consent.case).person_id
    people = joined_into([stands])[stands]
    agreed = AgreedSection.objects.filter(case__person__in=people, ended_at__isnull=True)
    agreed.filter(recipient=consent.recipient).update(ended_at=acting.now)
    theirs = referrals_of(people).filter(recipient=consent.recipient).select_related("case")
    for referral in theirs.filter(status__in=Referral.OPEN):
        _end(acting, referral, Ended.CONSENT, "consent_ended")
    done = theirs.filter(status=Status.DONE, reads_until__gt=acting.now)
    done.update(reads_until=reads_until("consent_ended", acting.now))
    for case in {referral.case for referral in theirs}:
        lay_open(acting, case, consent.recipient)


def open_referrals(agency: Agency) -> int:
    """How many referrals to or from an organisation are open."""
    both = Referral.objects.filter(status__in=Referral.OPEN)
    return (
        both.filter(recipient=agency).count() + both.filter(sender=agency).exclude(recipient=agency).count()
    )


def _end(acting: Acting, referral: Referral, why: Referral.Ended, ending: str) -> None:
    referral.status, referral.ended_why = Status.REVOKED, why
    referral.ended_at, referral.ended_by = acting.now, acting.staff
    referral.reads_until = reads_until(ending, acting.now)
    referral.save(update_fields=["status", "ended_why", "ended_at", "ended_by", "reads_until"])
    changed(
        acting,
        "referral.revoked",
        case=referral.case_id,
        subject=referral.case.person_id,
        data={"referral": str(referral.pk), "why": str(why)},
    )
