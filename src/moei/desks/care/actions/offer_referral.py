"""Somebody is referred to a service, with their consent for that one organisation."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.journalled import changed
from moei.access.policy import Section
from moei.casefile.models import Case, Need
from moei.desks.care.models import Referral, Service
from moei.desks.care.working import agreed_to, begin, referrals_of

LONGEST = 4000  # letters


@transaction.atomic
def offer_referral(
    acting: Acting,
    case: Case,
    service: Service,
    *,
    needs: Collection[str],
    sections: Collection[str] = (),
    urgency: int = Need.Urgency.NOT_JUDGED,
    reason: str = Referral.Reason.SERVICES,
    words: str = "",
) -> Referral:
    """Offered to the organisation, which reads no name before it accepts.

    `sections` are what it may read then: who the person is always, and what they need; more only if the person agreed
    to that part (`agree_on_sections`). Raises `Invalid` without consent in force for this organisation, for sections
    that the person did not agree to, for a service that has ended, and while a referral to the service is open.
    """
    together = begin(acting, case, "referral.make")
    recipient = service.agency
    if not Service.objects.filter(pk=service.pk, ended_at__isnull=True).exists():
        raise Invalid({"service": "This service is not offered any more."})
    agreed = agreed_to(case, recipient)
    if not agreed:
        raise Invalid(
            {"service": "The person has not agreed that this organisation is told of them. Ask that first."}
        )
    covers = {str(Section.IDENTITY), *map(str, sections)}
    if covers - agreed:
        raise Invalid({"sections": "The person has not agreed that this organisation reads all of this."})
    if unknown := set(needs) - set(Need.Code.values):
        raise Invalid({"needs": f"Unknown needs: {', '.join(sorted(unknown))}."})
    if urgency not in Need.Urgency.values:
        raise Invalid({"urgency": "Say how urgent it is."})
    if reason not in Referral.Reason.values:
        raise Invalid({"reason": "Choose why the person is referred."})
    if len(words) > LONGEST:
        raise Invalid({"words": "This is too long. Say what the other side needs to begin."})
    if referrals_of(together).filter(service=service, status__in=Referral.OPEN).exists():
        raise Invalid({"service": "A referral to this service is open already."})
    referral = Referral.objects.create(
        case=case,
        service=service,
        recipient=recipient,
        sender=acting.staff.agency,
        sections=sorted(covers),
        needs=sorted(set(needs)),
        urgency=urgency,
        reason=reason,
        words=words.strip(),
        offered_at=acting.now,
        offered_by=acting.staff,
    )
    changed(
        acting,
        "referral.offered",
        case=case.id,
        subject=case.person_id,
        changes={"words": (None, referral.words or None)},
        data={
            "referral": str(referral.pk),
            "service": str(service.pk),
            "sections": referral.sections,
            "needs": referral.needs,
        },
    )
    return referral
